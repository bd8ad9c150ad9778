"""Orders usual in each hour of the week: each channel's own hours and days, the shop's where it has few."""

from __future__ import annotations

import numpy as np
import pytest
from feeds import at

from forecast.watch.feed import DAY, HOUR
from forecast.watch.hourly import orders_an_hour

DAYS = 56
WEEK = 168

EVENING, NOON = 21, 12


def sold(a_day: tuple[int, ...], hours: tuple[int, ...], weekend: tuple[float, ...], days: int = DAYS) -> np.ndarray:
    """Rows of channel and moment: each channel sells all of a day within its own hour, at weekends so many times it."""
    rows = []
    for day in range(days):
        rest = (at(day) // DAY + 3) % 7 >= 5
        for channel, (count, hour, times) in enumerate(zip(a_day, hours, weekend, strict=True)):
            many = round(count * (times if rest else 1.0))
            rows += [(channel, at(day, hour) + (place * HOUR) // max(many, 1)) for place in range(many)]
    return np.array(sorted(rows, key=lambda row: row[1]))


def usual(rows: np.ndarray, channels: int = 2, since: int = at(DAYS)) -> np.ndarray:
    return orders_an_hour(rows[:, 0], rows[:, 1], channels, since)


def of_day(table: np.ndarray, day: int) -> np.ndarray:
    """Usual orders (hour of the day, channel) of a day of the feeds, of which day 0 is a Friday."""
    first = at(day) // HOUR % WEEK
    return table[first : first + 24]


def test_each_channel_has_busy_hours_of_its_own() -> None:
    friday = of_day(usual(sold((100, 100), (EVENING, NOON), (1.0, 1.0))), 0)
    assert friday[EVENING] == pytest.approx([100, 0], abs=6)
    assert friday[NOON] == pytest.approx([0, 100], abs=6)
    assert friday.sum(axis=0) == pytest.approx([100, 100])


def test_a_channel_of_few_orders_has_the_hours_of_the_shop() -> None:
    friday = of_day(usual(sold((100, 1), (EVENING, NOON), (1.0, 1.0))), 0)
    assert 0.75 > friday[NOON, 1] > 0.2
    assert friday[:, 1].sum() == pytest.approx(1.0, rel=0.1)


def test_weekends_have_orders_of_their_own_by_channel() -> None:
    table = usual(sold((100, 100), (EVENING, EVENING), (1.5, 0.3)))
    assert of_day(table, 0).sum(axis=0) == pytest.approx([100, 100], rel=0.1)
    assert of_day(table, 1).sum(axis=0) == pytest.approx([150, 30], abs=7)
    assert of_day(table, 2) == pytest.approx(of_day(table, 1))
    assert of_day(table, 3) == pytest.approx(of_day(table, 0))


def test_a_promotion_is_not_usual() -> None:
    calm = sold((100, 100), (EVENING, NOON), (1.0, 1.0))
    midnight = np.column_stack([np.zeros(4_000, dtype=np.int64), at(40) + np.arange(4_000) % HOUR])
    rows = np.concatenate([calm, midnight])
    friday = of_day(usual(rows[np.argsort(rows[:, 1], kind="stable")]), 0)
    assert friday[0, 0] < 6
    assert friday == pytest.approx(of_day(usual(calm), 0), abs=6)


def test_nothing_after_since_or_long_before_it_counts() -> None:
    rows = sold((100, 100), (EVENING, NOON), (1.0, 1.0), days=60)
    assert usual(rows[rows[:, 1] < at(DAYS)]) == pytest.approx(usual(rows))
    assert not usual(rows, since=at(DAYS + 200)).any()
    assert not usual(rows[:0]).any()
    assert usual(rows[:0]).shape == (WEEK, 2)


def test_hours_of_a_history_of_some_days_are_known() -> None:
    table = usual(sold((100, 100), (EVENING, NOON), (1.0, 1.0), days=3), since=at(3))
    assert of_day(table, 0).sum() == pytest.approx(200)
    assert of_day(table, 5).sum() == pytest.approx(200)

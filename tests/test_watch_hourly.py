"""Orders usual in each hour of the week: each channel's own hours and days, the shop's where it has few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike, unnamed
from golden_week import CONSUMERS, END, FIRMS, SINCE, WORKED, golden_week, moment

from forecast.watch.evidence import outlook
from forecast.watch.feed import DAY, HOUR, Feed
from forecast.watch.hourly import hour_of_week, orders_an_hour
from forecast.watch.monitor import Watch
from forecast.watch.usual import learn

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


def of_rows(rows: np.ndarray) -> Feed:
    """A feed of two channels with these rows of channel and moment."""
    like = shop(1, 1)
    some = like.take(np.zeros(len(rows), dtype=np.int64))
    channels, tried = like.channels[:2], rows[:, 1]
    return replace(some, channels=channels, channel=rows[:, 0], ordered_at=tried, tried_at=tried)


def usual(rows: np.ndarray, since: int = at(DAYS)) -> np.ndarray:
    return orders_an_hour(of_rows(rows), since)


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


def test_hours_of_the_week_begin_with_the_thursday_of_1970() -> None:
    assert hour_of_week(np.array([0, 1, 168]), shop(1, 1)).tolist() == [0, 1, 0]


def test_a_worked_weekend_day_counts_as_the_workday_beside_it_and_a_holiday_as_a_sunday() -> None:
    # 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked (State Council, 2025).
    feed = golden_week(1)
    same = {
        "2026-09-19T10:00": "2026-09-26T10:00",  # a Saturday off is one
        "2026-09-20T10:00": "2026-09-21T10:00",
        "2026-10-10T23:59": "2026-10-09T23:59",
        "2026-10-01T00:00": "2026-09-27T00:00",
        "2026-10-04T12:00": "2026-09-27T12:00",
        "2026-10-07T23:00": "2026-09-27T23:00",
        "2026-10-08T00:00": "2026-09-24T00:00",
    }
    for one, other in same.items():
        hours = np.array([moment(one), moment(other)]) // HOUR
        told = hour_of_week(hours, feed)
        assert told[0] == told[1], one
        assert told[1] == hours[1] % WEEK


def test_holidays_teach_what_is_usual_on_days_of_rest_and_worked_weekends_on_workdays() -> None:
    day_of = at(0) // DAY  # a Friday
    off, worked = tuple(day_of + day for day in (34, 38, 39, 40, 41)), tuple(day_of + day for day in (43, 44, 50, 51))
    rows = sold((100, 100), (EVENING, NOON), (0.2, 1.0))
    free = [np.array([(0, at(day - day_of, EVENING) + HOUR // 21 * x) for x in range(20)]) for day in off]
    full = [np.array([(0, at(day - day_of, EVENING) + HOUR // 101 * x) for x in range(100)]) for day in worked]
    firms = (rows[:, 0] == 0) & np.isin(rows[:, 1] // DAY, [*off, *worked])
    told = np.concatenate([rows[~firms], *free, *full])
    feed = of_rows(told[np.argsort(told[:, 1], kind="stable")])
    known = replace(feed, holidays=np.array(off), make_up_days=np.array(worked))
    table, ordinary, strange = orders_an_hour(known, at(DAYS)), usual(rows), orders_an_hour(feed, at(DAYS))
    for day in (0, 1):
        assert of_day(table, day)[EVENING, 0] == pytest.approx(of_day(ordinary, day)[EVENING, 0], rel=0.05)
    # without the calendar, days of rest are taken for twice as busy as they are
    assert of_day(strange, 1)[EVENING, 0] > 1.8 * of_day(ordinary, 1)[EVENING, 0]


@pytest.mark.parametrize("day", [*WORKED, "2026-10-02", "2026-10-05"])
def test_no_day_around_golden_week_is_a_surge(day: str) -> None:
    feed = golden_week(1)
    view = outlook(feed.take(feed.tried_at > SINCE - 10 * DAY), learn(feed, SINCE))
    mine = view.feed.tried_at // DAY == moment(day) // DAY
    assert 0.85 < view.surge[mine].mean() < 1.15
    for channel in (FIRMS, CONSUMERS):
        assert 0.85 < view.own_surge[mine & (view.feed.channel == channel)].mean() < 1.15


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_golden_week_without_incidents_rings_nothing(seed: int) -> None:
    feed = golden_week(seed)
    for told in (feed, unnamed(feed)):
        assert Watch.of(told, told, SINCE).alerts(END) == ()


@pytest.mark.parametrize(
    ("begin", "channel"),
    [
        ("2026-09-20T10:00", "baitiao"),
        ("2026-10-10T10:00", "baitiao"),
        ("2026-10-02T19:00", "gold"),
        ("2026-10-05T19:00", "gold"),
    ],
)
def test_an_interface_that_breaks_on_such_a_day_is_found_and_is_no_risk_control(begin: str, channel: str) -> None:
    struck = unnamed(strike(golden_week(2), "integration", moment(begin), 4, channels=(channel,), rate=0.5))
    (alert,) = Watch.of(struck, struck, SINCE).alerts(moment(begin) + 3 * HOUR)
    assert (alert.channels, alert.cause) == ((channel,), "integration")
    assert alert.detected_at - moment(begin) <= HOUR

"""Channels that rest at weekends rest on public holidays: how long these hold a deduction, counted in banking days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from feeds import at, shop

from forecast.calendar import Calendar
from forecast.watch.banking import held, make_up_days, public_holidays, rests
from forecast.watch.feed import DAY, HOUR, NEVER, Feed

FIRST = at(0) // DAY
"""A Friday."""


def orders(*days: float, holidays: tuple[int, ...]) -> Feed:
    """Orders of the first channel at noon of some days."""
    feed = shop().take(np.arange(len(days)))
    tried = np.array([at(day, 12) for day in days])
    closed = np.array(holidays, dtype=np.int64) + FIRST
    return replace(feed, channel=np.zeros(len(days), dtype=np.int64), tried_at=tried, holidays=closed)


def weekends(channels: int = 3) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.tile(np.arange(7) >= 5, (channels, 1))


def test_a_deduction_on_the_next_banking_day_waits_for_the_holiday_to_pass() -> None:
    feed = orders(4, 5, 6, 7, 11, holidays=(5, 6, 7))  # Tuesday to Thursday; Wednesday to Friday are holidays
    usual = np.array([14, 14, 14, 62, 14]) * HOUR  # at two in the morning, on Monday after a Friday
    assert (held(feed, weekends(), usual) // DAY).tolist() == [5, 4, 3, 0, 0]


def test_a_deduction_on_the_same_day_waits_where_that_day_is_a_holiday_alone() -> None:
    feed = orders(4, 5, 6, holidays=(5,))
    assert (held(feed, weekends(), np.full(3, HOUR)) // DAY).tolist() == [0, 1, 0]


def test_nothing_is_held_on_a_channel_that_never_rests_nor_where_no_deduction_is_due() -> None:
    feed = orders(4, 5, holidays=(5,))
    assert held(feed, np.zeros((3, 7), dtype=bool), np.full(2, DAY)).tolist() == [0, 0]
    undue = replace(feed, tried_at=np.full(2, NEVER))
    assert held(undue, weekends(), np.full(2, DAY)).tolist() == [0, 0]


def test_weekdays_of_rest_are_seen_in_the_past() -> None:
    feed = shop(days=60)
    weekday = (feed.deducted_at // DAY + 3) % 7
    kept = feed.take((feed.channel > 0) | (weekday < 5) & (feed.deducted_at < NEVER))
    found = rests(kept, kept.deducted_at < NEVER)
    assert found[0].tolist() == [False] * 5 + [True] * 2
    assert not found[1:].any()
    few = kept.take(np.arange(200))
    assert not rests(few, few.deducted_at < NEVER).any()


def test_a_weekend_that_is_worked_does_not_tell_against_rest_at_weekends() -> None:
    feed = shop(days=60)
    day = feed.deducted_at // DAY
    worked = np.array([FIRST + 8, FIRST + 16])  # a Saturday and a Sunday
    kept = feed.take((day % 7 != (FIRST + 1) % 7) & (day % 7 != (FIRST + 2) % 7) | np.isin(day, worked))
    kept = kept.take(kept.deducted_at < NEVER)
    assert not rests(kept, kept.deducted_at < NEVER)[0, 5:].any()
    told = replace(kept, make_up_days=worked)
    assert rests(told, told.deducted_at < NEVER)[0].tolist() == [False] * 5 + [True] * 2


def test_the_weekend_days_that_are_worked_are_known() -> None:
    dates = make_up_days(Calendar("CN"), np.datetime64("2026-10-18")).astype("datetime64[D]").astype(str).tolist()
    assert {"2025-09-28", "2025-10-11", "2026-05-09", "2026-09-20", "2026-10-10"} <= set(dates)
    assert "2026-10-17" not in dates


def test_the_public_holidays_of_the_years_around_a_day_are_known() -> None:
    days = public_holidays(Calendar("CN"), np.datetime64("2026-10-18"))
    dates = days.astype("datetime64[D]").astype(str).tolist()
    assert {"2025-10-01", "2026-10-01", "2028-10-01"} <= set(dates)
    assert "2026-10-18" not in dates
    assert dates == sorted(dates)

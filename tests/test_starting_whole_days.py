"""The last day that a file of orders knows wholly."""

from __future__ import annotations

import datetime as dt

import pytest

from forecast.starting.whole_days import DayOfOrders, last_whole_day

LAST = dt.date(2026, 10, 19)


def days(usual: str, last: str) -> list[DayOfOrders]:
    before = [DayOfOrders(LAST - dt.timedelta(days=n), dt.time.fromisoformat(usual)) for n in range(40, 0, -1)]
    return [*before, DayOfOrders(LAST, dt.time.fromisoformat(last))]


def at(time: str) -> dt.datetime:
    return dt.datetime.combine(LAST, dt.time.fromisoformat(time))


@pytest.mark.parametrize(
    ("usual", "last", "whole"),
    [
        ("23:40", "11:35", False),  # made at noon
        ("23:50", "23:31", True),
        ("21:10", "21:10", True),
        ("21:10", "20:55", False),
        ("12:00", "16:59", False),  # a shop of few orders: an afternoon is never taken for a whole day
        ("12:00", "17:00", True),
    ],
)
def test_a_day_is_whole_where_its_last_order_comes_as_late_as_usual(usual: str, last: str, *, whole: bool) -> None:
    assert last_whole_day(days(usual, last), at(last)) == (LAST if whole else LAST - dt.timedelta(days=1))


def test_one_early_evening_among_twenty_days_is_not_taken_as_usual() -> None:
    seen = days("22:30", "20:00")
    seen[5] = DayOfOrders(seen[5].day, dt.time(18))
    assert last_whole_day(seen, at("20:00")) == LAST - dt.timedelta(days=1)


def test_an_event_of_the_next_day_proves_the_last_day_whole() -> None:
    assert last_whole_day(days("23:40", "11:35"), at("11:35") + dt.timedelta(days=1)) == LAST


def test_days_without_times_are_whole() -> None:
    assert last_whole_day(days("00:00", "00:00"), at("00:00")) == LAST


def test_a_single_day_is_the_last_one_known() -> None:
    assert last_whole_day(days("23:40", "11:35")[-1:], at("11:35")) == LAST

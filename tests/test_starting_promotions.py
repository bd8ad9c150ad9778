"""The promotions of a span of days."""

from __future__ import annotations

import datetime as dt

import pytest

from forecast.starting.promotions import promotions
from forecast.texts import Texts


def test_the_promotions_of_a_year_in_their_order() -> None:
    found = promotions(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert [event.name for event in found] == ["new_year", "618", "double11", "double12"]
    assert [Texts("zh")(f"starting.events.{event.name}") for event in found] == ["年货节", "618", "双11", "双12"]
    assert [event.peak for event in found] == [None, dt.date(2026, 6, 18), dt.date(2026, 11, 11), dt.date(2026, 12, 12)]
    assert all(event.start <= (event.peak or event.end) <= event.end for event in found)


@pytest.mark.parametrize(
    ("year", "start", "end"), [(2020, "2019-12-28", "2020-01-17"), (2026, "2026-01-20", "2026-02-09")]
)
def test_the_new_year_s_shopping_ends_before_spring_festival(year: int, start: str, end: str) -> None:
    # Spring Festival fell on 25 January 2020 and on 17 February 2026.
    first = next(e for e in promotions(dt.date(year, 1, 1), dt.date(year, 3, 1)) if e.name == "new_year")
    assert (first.start.isoformat(), first.end.isoformat()) == (start, end)


def test_a_promotion_that_reaches_into_the_span_counts() -> None:
    assert [event.name for event in promotions(dt.date(2026, 6, 20), dt.date(2026, 10, 14))] == ["618", "double11"]
    assert promotions(dt.date(2026, 6, 21), dt.date(2026, 10, 13)) == ()


def test_promotions_have_grown_longer() -> None:
    starts = {e.start.year: e.start for e in promotions(dt.date(2020, 1, 1), dt.date(2025, 12, 31)) if e.name == "618"}
    assert starts[2020] == dt.date(2020, 6, 1)
    assert starts[2025] == dt.date(2025, 5, 13)

"""The course of the sample shop's sales: real promotion days, the lunar calendar, growth and drift."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from forecast.sample.demand import draw_demand, ordinary_sales, promotion_factor, promotions, spring_festivals
from forecast.sample.law import standard_law


def _days(first: str, last: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


def test_the_promotions_of_2026_bear_their_real_dates() -> None:
    found = {p.name: p for p in promotions(dt.date(2026, 1, 1), dt.date(2026, 12, 31))}
    assert (found["618"].start, found["618"].end) == (dt.date(2026, 5, 15), dt.date(2026, 6, 18))
    double11 = found["double11"]
    assert (double11.start, double11.peak, double11.end) == (
        dt.date(2026, 10, 14),
        dt.date(2026, 11, 11),
        dt.date(2026, 11, 13),
    )


def test_a_promotion_builds_up_peaks_and_leaves_a_dip() -> None:
    (double11,) = promotions(dt.date(2026, 10, 1), dt.date(2026, 12, 1))
    days = _days("2026-09-01", "2027-01-31")
    factor = dict(zip(days.astype(str), promotion_factor(double11, days), strict=True))
    assert factor["2026-09-01"] == 1.0
    assert factor["2026-10-13"] < 1 < factor["2026-10-14"]
    assert max(factor, key=lambda day: factor[day]) == "2026-11-11"
    assert factor["2026-11-11"] == pytest.approx(8.0, abs=0.01)
    assert factor["2026-11-14"] == pytest.approx(0.75)
    assert factor["2027-01-31"] == pytest.approx(1.0, abs=0.001)


def test_spring_festivals_are_those_of_the_lunar_calendar() -> None:
    # New moons of the Hong Kong Observatory's calendar.
    days = spring_festivals(dt.date(2024, 4, 1), dt.date(2026, 12, 31))
    assert {dt.date(2024, 2, 10), dt.date(2025, 1, 29), dt.date(2026, 2, 17), dt.date(2027, 2, 6)} <= set(days)


def test_sales_dip_at_the_spring_festival_and_grow_over_a_year() -> None:
    law = standard_law()
    days = _days("2025-01-01", "2026-12-31")
    level = dict(zip(days.astype(str), ordinary_sales(law, days), strict=True))
    assert level["2026-02-17"] < 0.6 * level["2026-03-17"]
    # The same weekday a year (364 days) later.
    assert level["2026-07-08"] / level["2025-07-09"] == pytest.approx((1 + law.growth) ** (364 / 365.25), rel=0.005)


def test_a_longer_world_begins_with_the_same_days() -> None:
    law = standard_law()
    short = draw_demand(law, _days("2025-01-01", "2025-10-31"), np.random.default_rng(3))
    long = draw_demand(law, _days("2025-01-01", "2026-06-30"), np.random.default_rng(3))
    assert np.allclose(short.actual, long.actual[: len(short.actual)])
    assert np.allclose(short.shares, long.shares[: len(short.actual)])


def test_shares_drift_as_stated() -> None:
    demand = draw_demand(standard_law(), _days("2024-04-01", "2026-10-18"), np.random.default_rng(3))
    assert np.allclose(demand.shares.sum(axis=1), 1)
    assert demand.shares[-1, 0] > demand.shares[0, 0] == pytest.approx(0.36)

"""Kupiec's test against its published regions, and the counting of what a forecast held."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.measures import band, held, in_band, kupiec


@pytest.mark.parametrize(
    ("windows", "low", "high"),
    [(255, 6, 21), (510, 16, 36), (1000, 37, 65)],
)
def test_kupiec_accepts_the_counts_that_its_table_accepts(windows: int, low: int, high: int) -> None:
    """Kupiec 1995, table 3 (also Jorion, Value at Risk, table 6-2): at 5 %, accepted where low < exceptions < high."""
    accepted = [count for count in range(windows) if kupiec(windows, count, 0.05) >= 0.05]
    assert accepted == list(range(low + 1, high))


def test_kupiec_in_closed_form() -> None:
    assert kupiec(200, 10, 0.05) == pytest.approx(1.0)
    # No exception: the ratio is −2 n ln(1 − p) = 20.517 for 200 windows, beyond the 99.99 % point of χ²(1), 15.14.
    assert kupiec(200, 0, 0.05) == pytest.approx(5.9e-6, rel=0.02)
    assert kupiec(50, 50, 0.05) < 1e-12


def test_a_total_and_its_days_are_counted_apart() -> None:
    paths = np.arange(1.0, 101.0)[:, None] * np.ones((1, 4))
    one = held(paths, np.array([50.0, 50.0, 50.0, 99.0]))
    assert one["inside"] == 1.0
    assert one["days"] == 0.75
    assert one["came"] == 249.0
    assert one["mean"] == pytest.approx(202.0)


def test_a_day_without_money_is_held_by_a_forecast_of_none() -> None:
    assert held(np.zeros((10, 3)), np.zeros(3))["days"] == 1.0
    assert held(np.zeros((10, 3)), np.array([0.0, 5.0, 0.0]))["days"] == pytest.approx(2 / 3)


def test_the_band_is_the_binomial_one() -> None:
    """200 windows at 90 %: the standard error is 2.1 points, so the central 95 % reaches about 4 points each way."""
    low, high = band(200, 0.9)
    assert low == pytest.approx(0.86, abs=0.01)
    assert high == pytest.approx(0.94, abs=0.01)


def test_a_rate_of_nothing_is_held_by_an_estimate_that_allows_it() -> None:
    assert in_band({"p05": 0.00005, "p95": 0.002}, 0.0)
    assert not in_band({"p05": 0.001, "p95": 0.002}, 0.0)
    assert not in_band({"p05": 0.001, "p95": 0.002}, 0.0021)

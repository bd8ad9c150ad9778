"""The seasonal naive forecast repeats the last week, and its errors are those of the past."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.sales.design import Columns
from forecast.sales.model import AS_FITTED, Spread, fit
from forecast.sales.naive import naive_log_sales
from forecast.sales.shifts import LASTING, RECENT, shift_days

WEEK = np.array([0.1, 0.2, 0.0, -0.1, 0.3, -0.2, 0.0])


def _fit(noise: float, on: np.ndarray | None = None) -> object:
    days = 140
    rng = np.random.default_rng(1)
    columns = Columns(days + 28)
    sales = 8 + np.tile(WEEK, 20) + noise * rng.standard_normal(days)
    if on is not None:
        columns.add("promotion", on, sd=1.0)
        sales = sales + on[:days]
    return fit(sales, columns.block(), rng)


def test_the_middle_is_the_last_week_again_and_again() -> None:
    fitted = _fit(0.05)
    paths = naive_log_sales(fitted, 2000, np.random.default_rng(0), AS_FITTED, 28)  # type: ignore[arg-type]
    last = fitted.regular[-7:]  # type: ignore[attr-defined]
    np.testing.assert_allclose(np.median(paths, axis=0), np.tile(last, 4), atol=0.03)


def test_errors_add_up_from_week_to_week() -> None:
    paths = naive_log_sales(_fit(0.1), 4000, np.random.default_rng(0), AS_FITTED, 28)  # type: ignore[arg-type]
    spread = paths.reshape(4000, 4, 7).std(axis=0).mean(axis=1)
    assert spread[0] == pytest.approx(0.1 * np.sqrt(2), rel=0.2)
    assert spread[3] / spread[0] == pytest.approx(2.0, rel=0.15)
    narrow = naive_log_sales(_fit(0.1), 4000, np.random.default_rng(0), Spread(daily=0.5), 28)  # type: ignore[arg-type]
    np.testing.assert_allclose(narrow.std(axis=0), 0.5 * paths.std(axis=0))


def test_what_the_design_knows_is_put_back_where_it_belongs() -> None:
    on = np.zeros(168)
    on[[20, 60, 100, 139, 150]] = 1.0
    paths = naive_log_sales(_fit(0.02, on), 500, np.random.default_rng(0), AS_FITTED, 28)  # type: ignore[arg-type]
    middle = np.median(paths, axis=0)
    assert middle[10] - middle[3] == pytest.approx(1.0, abs=0.1)  # day 150; the promoted last day is not repeated
    assert middle[6] == pytest.approx(8 + WEEK[6], abs=0.15)


def test_missing_days_take_the_same_weekday_before() -> None:
    rng = np.random.default_rng(2)
    sales = 8 + np.tile(WEEK, 20)
    sales[-3:] = np.nan
    sales[:2] = np.nan
    fitted = fit(sales + 0.01 * rng.standard_normal(140), Columns(147).block(), rng)
    paths = naive_log_sales(fitted, 200, rng, AS_FITTED, 7)
    np.testing.assert_allclose(np.median(paths, axis=0), 8 + WEEK, atol=0.06)


def test_a_change_of_the_last_days_is_carried_on_by_half_of_the_paths_here_too() -> None:
    days, since = 140, 7
    sales = 8 + 0.05 * np.random.default_rng(2).standard_normal(days)
    sales[-since:] += 1.0
    fitted = fit(sales, Columns(days + 28).block(), np.random.default_rng(0))
    assert shift_days(fitted.block, RECENT)
    last = naive_log_sales(fitted, 4000, np.random.default_rng(0), AS_FITTED, 28)[:, -7:].mean(axis=1)
    assert (last > 8.5).mean() == pytest.approx(LASTING, abs=0.03)

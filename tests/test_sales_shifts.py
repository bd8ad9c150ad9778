"""Level shifts: found where they are, sized, and not found where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.sales.design import Columns
from forecast.sales.model import as_of_past, fit, simulate
from forecast.sales.shifts import (
    AFTER,
    LASTING,
    PREFIX,
    RECENT,
    SPELL,
    find_shift,
    passed,
    shift_days,
    with_shift,
    without_later,
)

DAYS = 300


def _series(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(10 + np.cumsum(0.004 * rng.standard_normal(DAYS)) + 0.1 * rng.standard_normal(DAYS))


@pytest.mark.parametrize(("day", "size"), [(120, 0.5), (200, -0.6), (270, 0.5)])
def test_a_shift_is_found_on_its_day_and_sized(day: int, size: float) -> None:
    sales = _series(1)
    sales[day:] += size
    fitted = fit(sales, Columns(DAYS + 20).block(), np.random.default_rng(0))
    found = shift_days(fitted.block)
    assert len(found) == 1
    assert abs(min(found) - day) <= 1
    assert fitted.best.mean[found[min(found)]] == pytest.approx(size, abs=0.15)
    assert fitted.parameters["level_sd"] < 0.012


def test_a_quiet_series_has_none_even_among_twenty() -> None:
    block = Columns(DAYS + 20).block()
    assert [s for s in range(20) if shift_days(fit(_series(s), block, np.random.default_rng(0)).block)] == []


def test_a_step_too_near_to_the_end_is_left_to_the_level() -> None:
    sales = _series(2)
    sales[-AFTER + 2 :] += 0.5
    fitted = fit(sales, Columns(DAYS + 20).block(), np.random.default_rng(0))
    assert all(day < DAYS - AFTER + 1 for day in shift_days(fitted.block))


def test_unknown_days_are_no_evidence() -> None:
    response = np.zeros((100, 10))
    response[:, 0] = 5.0
    errors = np.zeros(100)
    errors[50] = 6.0
    assert find_shift(errors, response) == (50, PREFIX)
    errors[50] = np.nan
    assert find_shift(errors, response) is None


def test_a_past_forecast_does_not_know_a_later_shift() -> None:
    block = with_shift(Columns(30).block(), 20)
    assert not without_later(block, 20).matrix.any()
    assert without_later(block, 21).matrix.sum() == 10
    sales = _series(3)
    sales[200:] += 0.5
    fitted = fit(sales, Columns(DAYS + 20).block(), np.random.default_rng(0))
    place = fitted.block.names.index("shift:200")
    before, after = as_of_past(fitted, [190, 230])
    assert not before.block.matrix[:, place].any()
    assert after.block.matrix[:, place].any()


@pytest.mark.parametrize("factor", [2.0, 0.5])
@pytest.mark.parametrize("since", [5, 7, 10, 13])
def test_whether_a_change_of_the_last_days_lasts_is_left_open(since: int, factor: float) -> None:
    sales = _series(4)
    usual = float(np.exp(sales[-60:]).mean() * 28)
    sales[-since:] += np.log(factor)
    fitted = fit(sales, Columns(DAYS + 28).block(), np.random.default_rng(0))
    (day,) = shift_days(fitted.block, RECENT)
    assert abs(day - (DAYS - since)) <= 1
    sums = np.exp(simulate(fitted, 4000, np.random.default_rng(1))[0]).sum(axis=1)
    low, high = np.quantile(sums, [0.05, 0.95])
    assert low < min(1.0, factor) * usual * 1.1
    assert high > max(1.0, factor) * usual * 0.9
    (past,) = as_of_past(fitted, [day - 10])
    assert not past.block.matrix[:, -1].any()


def test_a_change_that_does_not_last_ends_within_two_weeks() -> None:
    gone = passed(4000, 30, np.random.default_rng(0))
    assert gone[:, SPELL].mean() == pytest.approx(1 - LASTING, abs=0.03)
    assert gone[:, 0].mean() == pytest.approx((1 - LASTING) / SPELL, abs=0.02)
    assert (np.diff(gone, axis=1) >= 0).all()

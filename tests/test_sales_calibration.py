"""Rescaling: nothing where coverage was right, towards the right width where it was clearly off."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.sales.calibration import calibrate
from forecast.sales.model import AS_FITTED
from forecast.sales.rolling_origins import Backtest


def _past(days_sd: float, level_sd: float, seed: int = 0, windows: int = 26) -> tuple[Backtest, np.ndarray]:
    """Forecasts whose days deviate by 0.1 and whose windows by 0.1, of what deviates by ``days_sd``, ``level_sd``."""
    rng = np.random.default_rng(seed)
    ends = 100 + 28 * np.arange(windows)
    came = level_sd * rng.standard_normal((windows, 1)) + days_sd * rng.standard_normal((windows, 28))
    logs = 0.1 * rng.standard_normal((windows, 400, 1)) + 0.1 * rng.standard_normal((windows, 400, 28))
    return Backtest(ends, {}, came, came), logs


def test_intervals_that_held_as_they_said_stay_as_they_are() -> None:
    right = [calibrate(*_past(0.1, 0.1, seed)).spread == AS_FITTED for seed in range(20)]
    assert sum(right) >= 14  # days of a window share its level, so that more than one in twenty is touched


def test_intervals_too_wide_are_narrowed_but_not_further_than_what_would_have_held() -> None:
    found = calibrate(*_past(0.04, 0.04))
    assert found.days is not None
    assert found.days > 0.95
    assert 0.35 < found.spread.daily < 0.6
    assert 0.35 < found.spread.level < 0.8


def test_intervals_too_narrow_are_widened() -> None:
    found = calibrate(*_past(0.25, 0.25))
    assert found.days is not None
    assert found.days < 0.6
    assert 1.5 < found.spread.daily < 2.6


def test_of_few_days_less_is_believed() -> None:
    many, few = calibrate(*_past(0.25, 0.25)).spread.daily, calibrate(*_past(0.25, 0.25, windows=1)).spread.daily
    assert few < many


def test_unknown_days_are_left_out() -> None:
    past, logs = _past(0.1, 0.1)
    came = past.came.copy()
    came[:, 10:] = np.nan
    found = calibrate(Backtest(past.ends, {}, came, came), logs)
    assert found.days == pytest.approx(0.8, abs=0.1)
    came[:] = np.nan
    nothing = calibrate(Backtest(past.ends, {}, came, came), logs)
    assert (nothing.days, nothing.sums, nothing.spread) == (None, None, AS_FITTED)


@pytest.mark.parametrize(("level_sd", "low", "high"), [(0.03, 0.4, 0.8), (0.3, 1.4, 2.9)])
def test_sums_alone_say_how_far_the_level_is_off(level_sd: float, low: float, high: float) -> None:
    found = calibrate(*_past(0.1, level_sd))
    assert found.sums is not None
    assert (found.sums > 0.9) == (level_sd < 0.1)
    assert low < found.spread.level < high


def test_a_single_origin_says_next_to_nothing() -> None:
    found = calibrate(*_past(0.1, 0.03, windows=1)).spread.level
    assert 0.8 < found <= 1.0

"""The scores of a series over all windows, by hand on small numbers."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.studies.scores import Measured, Window, scores


def window(actual: list[float], level: float = 10.0) -> Window:
    """Two paths, 8 and 12 every day; a history that moves by 2 from week to week."""
    days = len(actual)
    paths = np.vstack([np.full(days, level - 2), np.full(days, level + 2)])
    history = np.repeat([6.0, 8.0, 10.0], 7)
    return Window(paths, np.full(days, level), np.array(actual), history)


def test_scores_are_those_of_the_days_of_all_windows() -> None:
    found = scores([Measured.of(one) for one in (window([10.0, 11.0]), window([9.0, 20.0]))])
    # absolute errors 0, 1, 1, 10 on 50 that came
    assert found["wape"] == pytest.approx(12 / 50)
    assert found["mase"] == pytest.approx((0.25 + 2.75) / 2)
    # 8.4 to 11.6 and 8.2 to 11.8: all but the 20
    assert (found["coverage_80"], found["coverage_90"]) == (0.75, 0.75)
    assert found["sum_bias"] == pytest.approx((20 / 21 - 1 + 20 / 29 - 1) / 2)
    assert found["sum_error"] == pytest.approx(-(20 / 21 - 1 + 20 / 29 - 1) / 2)
    assert (found["sum_coverage_80"], found["sum_coverage_90"]) == (0.5, 0.5)


def test_crps_of_a_certain_forecast_is_its_absolute_error() -> None:
    sure = Window(np.full((5, 1), 10.0), np.array([10.0]), np.array([13.0]), np.arange(14.0))
    assert scores([Measured.of(sure)])["crps"] == pytest.approx(3.0)
    assert scores([Measured.of(sure)])["wql"] == pytest.approx(2 * 3.0 * 0.5 / 13.0)


def test_what_has_no_scale_is_absent_and_not_zero() -> None:
    nothing = Window(np.zeros((3, 2)), np.zeros(2), np.zeros(2), np.zeros(20))
    found = scores([Measured.of(nothing)])
    assert found["crps"] == 0.0
    assert [found[name] for name in ("mase", "wape", "wql", "sum_error", "sum_bias")] == [None] * 5

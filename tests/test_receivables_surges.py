"""Surges of orders over their usual level, and how failures rise with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.receivables.surges import mean_lift, surge_elasticity, usual_level

if TYPE_CHECKING:
    from forecast.arrays import Floats


def test_the_usual_level_is_the_median_of_the_days_before() -> None:
    level = usual_level(np.concatenate([np.full(30, 100.0), [900.0, 100.0]]))
    assert level[30] == 100.0
    assert level[31] == 100.0
    # the first week has no week before it: the days to the sixth after each stand in
    assert usual_level(np.arange(1.0, 31.0))[[0, 3, 6, 7]].tolist() == [4.0, 5.5, 7.0, 4.0]


def test_the_elasticity_is_found_and_leans_on_its_prior() -> None:
    rng = np.random.default_rng(1)
    surge: Floats = np.exp(0.5 * rng.standard_normal(400))
    tried = 100.0 * 200.0 * surge
    failed = 100.0 * rng.poisson(200 * surge * 0.02 * surge**0.8).astype(float)
    slope, deviation = surge_elasticity([(tried, failed, surge)], 100.0, 0.0)
    assert slope == pytest.approx(0.8, abs=3 * deviation)
    assert deviation < 0.1
    # where days differ by half of their mean beyond the noise of orders, many orders a day say little more than few
    assert surge_elasticity([(tried, failed, surge)], 100.0, 0.25)[1] > 1.3 * deviation
    nothing = surge_elasticity([(tried, np.zeros(400), surge)], 100.0, 0.0, prior=0.3, prior_sd=0.2)
    assert nothing == pytest.approx((0.3, 0.2))


def test_the_lift_is_the_mean_multiple_weighted_by_value() -> None:
    tried, surge = np.array([100.0, 300.0]), np.array([1.0, 3.0])
    lift, _ = mean_lift(tried, surge, 1.0, 0.0)
    assert lift == pytest.approx((100 * 1 + 300 * 3) / 400)
    sure, doubted = (mean_lift(np.full(700, 10.0), np.tile([1.0, 2.0], 350), 0.5, sd)[1] for sd in (0.0, 0.3))
    assert 2.0 * sure < doubted

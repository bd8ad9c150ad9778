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


def test_the_usual_level_looks_back_four_weeks_and_is_never_nothing() -> None:
    # the day after 28 rising ones, and one long after: the median of the 28 days before, half of them on either side
    assert usual_level(np.arange(1.0, 61.0))[[28, 50]].tolist() == [14.5, 36.5]
    assert (usual_level(np.zeros(10)) > 0.0).all()


def test_the_elasticitys_error_moves_the_lift_by_how_much_failures_lean_on_surges() -> None:
    """Each week has a day of four times the usual orders' failures by half: 2 of 8 parts of them, on 1 of 7 days."""
    lift, uncertainty = mean_lift(np.full(70, 10.0), np.tile([1.0] * 6 + [4.0], 10), 0.5, 0.3)
    assert lift == pytest.approx(8 / 7)
    assert uncertainty == pytest.approx(0.3 * np.log(4.0) * (2 / 8 - 1 / 7))


def test_the_lift_is_in_doubt_by_the_spread_of_its_weeks() -> None:
    """Of two weeks one lifts twofold: each lies half a week's value from the mean lift of 1.5; a third sold nothing."""
    tried = np.repeat([10.0, 10.0, 0.0], 7)
    surge = np.repeat([1.0, 4.0, 1.0], 7)
    lift, spread = mean_lift(tried, surge, 0.5, 0.0)
    assert lift == pytest.approx(1.5)
    assert spread == pytest.approx((2 * 0.5**2) ** 0.5 / (1.5 * 2))
    both = mean_lift(tried, surge, 0.5, 0.3)[1]
    assert both == pytest.approx(np.hypot(spread, 0.3 * np.log(4.0) * (2 / 3 - 1 / 2)))


def days_that_follow(elasticity: float, size: float = 1.0) -> tuple[Floats, Floats, Floats]:
    """Ten usual days on which 20 orders fail, and ten with the same orders tried at four times the surge."""
    surge = np.repeat([1.0, 4.0], 10)
    return np.full(20, 1000.0 * size), size * 20.0 * surge**elasticity, surge


@pytest.mark.parametrize(("spread", "usual", "surging"), [(0.0, 200.0, 400.0), (0.05, 100.0, 400.0 / 3.0)])
def test_the_elasticity_is_as_sure_as_the_orders_on_both_kinds_of_days(
    spread: float, usual: float, surging: float
) -> None:
    """Failures of 20 and 40 a day tell m ÷ (1 + spread × m) orders each; log 4 lies between the two kinds of days."""
    told = usual * surging / (usual + surging) * np.log(4.0) ** 2
    slope, deviation = surge_elasticity([days_that_follow(0.5, 7.0)], 7.0, spread, prior_sd=100.0)
    assert (slope, deviation) == pytest.approx((0.5, told**-0.5), rel=1e-3)
    # two parts, each with its own base, say the same twice
    twice = surge_elasticity([days_that_follow(0.5, 7.0)] * 2, 7.0, spread, prior_sd=100.0)
    assert twice == pytest.approx((0.5, (2 * told) ** -0.5), rel=1e-3)


def test_the_elasticity_lies_between_the_prior_and_what_days_show_as_each_is_known() -> None:
    told = 200 * 400 / 600 * np.log(4.0) ** 2
    slope, deviation = surge_elasticity([days_that_follow(0.5)], 1.0, 0.0, prior=0.4, prior_sd=told**-0.5)
    assert slope == pytest.approx(0.45, abs=0.003)
    assert deviation == pytest.approx((2.0 * told) ** -0.5, rel=0.05)
    # of all causes' prior: an elasticity around 0 of which half is one deviation
    assert surge_elasticity([], 1.0, 0.0) == (0.0, 0.5)


def test_an_elasticity_is_kept_within_what_can_be_believed() -> None:
    tried, failed, surge = days_that_follow(0.5)
    for kind, bound in ((surge > 1.0, 3.0), (surge == 1.0, -1.0)):
        assert surge_elasticity([(tried, failed * kind, surge)], 1.0, 0.0, prior_sd=100.0)[0] == bound

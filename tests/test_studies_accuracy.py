"""Each measure by hand, and against the closed form of a law that it is known for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from forecast.studies.accuracy import (
    LEVELS,
    continuous_ranked_probability_score,
    coverage,
    error_of_sum,
    mean_absolute_scaled_error,
    pinball_loss,
    weighted_absolute_percentage_error,
    weighted_quantile_loss,
)

CAME = np.array([10.0, 20.0, 30.0])


def test_mase_by_hand() -> None:
    """The history's weekly steps are all 7; the forecast is off by 7, 0 and 14."""
    history = np.arange(21.0)
    assert mean_absolute_scaled_error(np.array([3.0, 20.0, 44.0]), CAME, history) == pytest.approx(1.0)


def test_mase_leaves_unknown_days_of_the_history_out() -> None:
    history = np.arange(21.0)
    history[[3, 12]] = np.nan
    assert mean_absolute_scaled_error(CAME + 7.0, CAME, history) == pytest.approx(1.0)
    assert math.isnan(mean_absolute_scaled_error(CAME, CAME, np.full(30, 5.0)))
    assert math.isnan(mean_absolute_scaled_error(CAME, CAME, np.arange(7.0)))


def test_wape_and_the_error_of_the_sum_by_hand() -> None:
    point = np.array([12.0, 20.0, 25.0])
    assert weighted_absolute_percentage_error(point, CAME) == pytest.approx(7 / 60)
    assert error_of_sum(point, CAME) == pytest.approx(-3 / 60)
    assert math.isnan(weighted_absolute_percentage_error(point, np.zeros(3)))
    assert math.isnan(error_of_sum(point, np.zeros(3)))


def test_the_pinball_loss_by_hand() -> None:
    """At 0.9 a quantile that is 10 too low costs 9, one that is 10 too high costs 1."""
    low, high = CAME - 10.0, CAME + 10.0
    assert pinball_loss(np.stack([low, high]), [0.9, 0.9], CAME) == pytest.approx([9.0, 1.0])
    assert pinball_loss(np.stack([low, high]), [0.1, 0.1], CAME) == pytest.approx([1.0, 9.0])


def test_the_weighted_loss_of_the_median_is_wape() -> None:
    point = np.array([12.0, 20.0, 25.0])
    assert weighted_quantile_loss(point[None], CAME, [0.5]) == pytest.approx(
        weighted_absolute_percentage_error(point, CAME)
    )


def test_the_weighted_loss_is_lowest_for_the_true_quantiles() -> None:
    rng = np.random.default_rng(3)
    came = rng.gamma(4.0, 25.0, 40_000)
    truth = np.quantile(rng.gamma(4.0, 25.0, 400_000), LEVELS)
    losses = [
        weighted_quantile_loss(np.repeat(factor * truth[:, None], came.size, axis=1), came)
        for factor in (0.9, 0.97, 1.0, 1.03, 1.1)
    ]
    assert min(losses) == losses[2]


def test_crps_of_a_normal_law_in_closed_form() -> None:
    """Gneiting and Raftery (2007), eq. 21: σ [z (2Φ(z) − 1) + 2φ(z) − 1/√π], at z = 0 and z = 1.5."""
    draws = np.random.default_rng(1).standard_normal(200_000) * 2.0
    for z in (0.0, 1.5):
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        exact = 2.0 * (z * math.erf(z / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi))
        found = continuous_ranked_probability_score(draws[:, None], np.array([2.0 * z]))
        assert found == pytest.approx(exact, rel=0.005)


def test_crps_is_the_integral_of_the_squared_distance_of_the_laws() -> None:
    """Paths 1, 2, 4 and an outcome of 3: F is 1/3 from 1, 2/3 from 2 and 1 from 4: 1/9 + 4/9 + 1/9 = 2/3."""
    paths = np.array([4.0, 1.0, 2.0])
    assert continuous_ranked_probability_score(paths[:, None], np.array([3.0])) == pytest.approx(2 / 3)


def test_crps_of_one_path_is_the_absolute_error() -> None:
    assert continuous_ranked_probability_score(np.array([[12.0, 20.0, 25.0]]), CAME) == pytest.approx(7 / 3)


def test_many_even_levels_tend_to_crps() -> None:
    paths = np.random.default_rng(2).gamma(4.0, 5.0, (20_000, 3))
    levels = (np.arange(200) + 0.5) / 200
    quantiles = np.quantile(paths, levels, axis=0)
    expected = continuous_ranked_probability_score(paths, CAME) / CAME.mean()
    assert weighted_quantile_loss(quantiles, CAME, levels.tolist()) == pytest.approx(expected, rel=0.002)


def test_coverage_counts_both_ends() -> None:
    assert coverage(np.array([10.0, 21.0, 0.0]), np.array([11.0, 25.0, 30.0]), CAME) == pytest.approx(2 / 3)


def test_measures_refuse_what_they_cannot_measure() -> None:
    with pytest.raises(ValueError, match="shape"):
        coverage(CAME[:2], CAME[:2], CAME)
    with pytest.raises(ValueError, match="finite"):
        weighted_absolute_percentage_error(np.array([np.nan, 1.0, 2.0]), CAME)
    with pytest.raises(ValueError, match="2 rows of quantiles for 7 levels"):
        weighted_quantile_loss(np.stack([CAME, CAME]), CAME)

"""The filter against the same Gaussian law written out as one dense covariance matrix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from forecast.sales.design import Block
from forecast.sales.dynamics import CONSTANT, CORE, PRIOR_MEAN, parameters
from forecast.sales.filtering import LEVEL_PRIOR_SD, Filter
from forecast.sales.state_space import DAMPING

DAYS = 40
THETA = PRIOR_MEAN + np.array([0.3, 0.5, 1.0, -0.2, 0.4, -20.0])  # the last: noise that does not depend on volume


def _block(ahead: int = 0) -> Block:
    rng = np.random.default_rng(3)
    matrix = rng.standard_normal((DAYS + ahead, 3))
    return Block(("a", "b", "c"), matrix, np.array([0.0, 0.5, -0.2]), np.array([0.5, 0.2, 1.0]))


def _structure(days: int) -> np.ndarray:
    """Covariance of level + autoregression over the days, from the impulse responses of their shocks."""
    _, level_sd, slope_sd, ar_sd, ar, _ = parameters(THETA)
    when = np.arange(days)
    gap = when[:, None] - when[None, :]
    covariance = np.full((days, days), LEVEL_PRIOR_SD**2)
    level_shock = np.where(gap > 0, 1.0, 0.0)
    covariance += level_sd**2 * level_shock @ level_shock.T
    first_slope = (1 - DAMPING**when) / (1 - DAMPING)
    covariance += slope_sd**2 * np.outer(first_slope, first_slope)
    slope_shock = np.where(gap > 1, (1 - DAMPING ** np.maximum(gap - 1, 0)) / (1 - DAMPING), 0.0)
    covariance += slope_sd**2 * (1 - DAMPING**2) * slope_shock @ slope_shock.T
    return np.asarray(covariance + ar_sd**2 / (1 - ar**2) * ar ** np.abs(gap))


@pytest.mark.parametrize("missing", [(), (0, 7, 8, 39)])
def test_likelihood_and_coefficients_equal_the_dense_gaussian(missing: tuple[int, ...]) -> None:
    block = _block()
    sales = 8 + np.random.default_rng(5).standard_normal(DAYS) * 0.3
    sales[list(missing)] = np.nan
    known = np.isfinite(sales)
    one = Filter(sales, block).run(THETA)

    structural = _structure(DAYS) + parameters(THETA)[0] ** 2 * np.eye(DAYS)
    design, observed = block.matrix[known], sales[known] - np.median(sales[known])
    prior = np.diag(block.sd**2)
    covariance = structural[np.ix_(known, known)] + design @ prior @ design.T
    gain = prior @ design.T @ np.linalg.inv(covariance)
    mean = block.mean + gain @ (observed - design @ block.mean)
    density = stats.multivariate_normal.logpdf(observed, design @ block.mean, covariance)

    assert one.log_likelihood - 0.5 * known.sum() * np.log(2 * np.pi) == pytest.approx(density, abs=1e-6)
    np.testing.assert_allclose(one.mean, mean, atol=1e-8)
    np.testing.assert_allclose(one.root @ one.root.T, prior - gain @ design @ prior, atol=1e-8)


def test_forecast_of_the_next_day_equals_the_dense_gaussian() -> None:
    block = _block(ahead=1)
    sales = 8 + np.random.default_rng(6).standard_normal(DAYS) * 0.3
    one = Filter(sales, block).run(THETA)
    observed = np.array([1.0, 0.0, 1.0])
    ahead = block.matrix[DAYS]
    mean = observed @ (one.end_level - one.end_design @ one.mean) + ahead @ one.mean
    weights = ahead - observed @ one.end_design
    variance = (weights @ one.root) @ (weights @ one.root) + (observed @ one.end_root) @ (observed @ one.end_root)

    full = _structure(DAYS + 1) + block.matrix @ np.diag(block.sd**2) @ block.matrix.T
    noisy = full[:DAYS, :DAYS] + parameters(THETA)[0] ** 2 * np.eye(DAYS)
    gain = full[DAYS, :DAYS] @ np.linalg.inv(noisy)
    centre = np.median(sales)
    expected = centre + ahead @ block.mean + gain @ (sales - centre - block.matrix[:DAYS] @ block.mean)

    assert mean == pytest.approx(expected, abs=1e-8)
    assert variance == pytest.approx(full[DAYS, DAYS] - gain @ full[DAYS, :DAYS], abs=1e-8)


def test_with_few_days_the_variances_stay_at_their_prior() -> None:
    block = Block((), np.empty((3, 0)), np.empty(0), np.empty(0))
    filtered = Filter(np.array([8.0, np.nan, 8.1]), block)
    root = filtered.uncertainty(filtered.mode(PRIOR_MEAN))
    deviations = np.sqrt((root**2).sum(axis=1))
    assert (deviations > 0.5 * np.array([0.8, 0.7, 0.7, 0.8, 0.5, 1.0])).all()
    assert (deviations < 1.0001 * np.array([0.8, 0.7, 0.7, 0.8, 0.5, 1.0])).all()


def test_evidence_equals_the_posterior_summed_over_a_grid() -> None:
    """Of independent days, two variances are free: the volume over that of the prior alone is summed up."""
    sales = 8 + np.random.default_rng(7).standard_normal(DAYS * 5) * 0.3
    block = Block((), np.empty((sales.size, 0)), np.empty(0), np.empty(0))
    filtered = Filter(sales, block).under(CONSTANT)
    start = filtered.mode(CONSTANT.mean)
    free = np.flatnonzero(CONSTANT.free)
    sd, grid = CONSTANT.sd[free], np.linspace(-5, 5, 81)
    thetas = []
    for one in grid:
        for two in grid:
            theta = start.copy()
            theta[free] += np.array([0.1 * one, sd[1] * two])
            thetas.append(theta)
    found = np.array(filtered.objectives(thetas))
    cell = (0.1 / sd[0]) * (grid[1] - grid[0]) ** 2 / (2 * np.pi)
    summed = np.log(np.exp(found.min() - found).sum() * cell) - found.min()
    assert filtered.peak(start).evidence == pytest.approx(summed, abs=0.1)


def test_sweeps_at_several_variances_are_those_at_each() -> None:
    filtered = Filter(8 + np.random.default_rng(9).standard_normal(DAYS) * 0.3, _block())
    thetas = [THETA, PRIOR_MEAN]
    for theta, one in zip(thetas, filtered.sweeps(thetas), strict=True):
        assert filtered.at(one).log_likelihood == pytest.approx(filtered.run(theta).log_likelihood)
        np.testing.assert_allclose(filtered.at(one).mean, filtered.run(theta).mean)


def test_other_dynamics_and_priors_leave_the_filter_they_came_from_as_it_was() -> None:
    block = _block()
    filtered = Filter(8 + np.random.default_rng(9).standard_normal(DAYS) * 0.3, block)
    before = filtered.run(THETA).log_likelihood
    other = filtered.under(CONSTANT, 0.5 * block.sd)
    other.sd[:] = 0.1
    assert other.dynamics is CONSTANT
    assert filtered.dynamics is CORE
    assert filtered.sd.tolist() == block.sd.tolist()
    assert filtered.run(THETA).log_likelihood == before != other.run(THETA).log_likelihood


def test_variances_that_are_wholly_given_stay_and_have_no_width() -> None:
    given = replace(CORE, free=np.zeros(6, dtype=bool), mean=THETA)
    filtered = Filter(8 + np.random.default_rng(9).standard_normal(DAYS) * 0.3, _block(), dynamics=given)
    assert filtered.mode(THETA + 1.0).tolist() == THETA.tolist()
    assert filtered.uncertainty(THETA).shape == (6, 0)
    found = filtered.peak(THETA)
    assert found.root.shape == (6, 0)
    assert found.evidence == -filtered.objective(THETA)

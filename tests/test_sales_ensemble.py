"""The models together: chosen by the merchant's own past, each path one model's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.sales.calibration import UNMEASURED
from forecast.sales.design import Columns
from forecast.sales.dynamics import ARMA, CORE
from forecast.sales.ensemble import Ensemble, fit, simulate
from forecast.sales.naive import NAME
from forecast.sales.regressors import calendar_block

DAYS = 300


def _mean_reverting(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    away = np.zeros(DAYS)
    for day in range(1, DAYS):
        away[day] = 0.93 * away[day - 1] + 0.08 * rng.standard_normal()
    return 9 + away + 0.05 * rng.standard_normal(DAYS)


def _drifting(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(9 + np.cumsum(0.03 * rng.standard_normal(DAYS)) + 0.1 * rng.standard_normal(DAYS))


def _weight(sales: np.ndarray, name: str) -> float:
    return fit(sales, Columns(DAYS + 28).block(), 28, np.random.default_rng(0)).choice.weights[name]


def test_sales_that_return_to_a_mean_favour_the_regression_with_arma_errors() -> None:
    stable = np.mean([_weight(_mean_reverting(seed), ARMA.name) for seed in range(4)])
    drifting = np.mean([_weight(_drifting(seed), ARMA.name) for seed in range(4)])
    assert stable > 2 * drifting


def test_a_level_that_walks_is_not_thought_to_return_to_a_mean() -> None:
    """A regression with ARMA errors follows a walk in hindsight, and would hold a third of what a walk may come to."""
    weights, spreads = [], []
    for seed in range(8):
        rng = np.random.default_rng([seed, 77])
        walk = 9.0 + np.cumsum(0.05 * rng.standard_normal(400))
        days = np.datetime64("2023-05-08") + np.arange(460)
        found = fit(walk, calendar_block(days, None, 400), 60, rng)
        weights.append(found.choice.weights[CORE.name])
        logs, _ = simulate(found, 60, 1000, rng)
        spreads.append(logs[:, -1].std() / (0.05 * np.sqrt(60)))
    assert np.mean(weights) > 0.9
    assert np.mean(spreads) == pytest.approx(1.0, rel=0.1)
    assert min(spreads) > 0.5


def test_a_short_history_is_left_to_the_core() -> None:
    found = fit(_drifting(1)[:60], Columns(90).block(), 30, np.random.default_rng(0))
    assert found.choice.why == "short"
    assert found.origins == 0
    assert found.calibration is UNMEASURED
    assert list(found.fits) == [CORE.name]


def test_paths_come_from_the_models_by_weight() -> None:
    found = fit(_drifting(2), Columns(DAYS + 28).block(), 28, np.random.default_rng(0))
    weights = dict.fromkeys(found.choice.weights, 0.0) | {CORE.name: 0.5, NAME: 0.5}
    choice = found.choice.__class__("combined", weights, found.choice.day_loss, found.choice.sum_loss)
    both = Ensemble({CORE.name: found.core}, choice, UNMEASURED, found.origins, found.window)
    paths, carried = simulate(both, 28, 400, np.random.default_rng(0))
    assert paths.shape == (400, 28)
    assert 0 < carried <= 1
    assert np.isfinite(paths).all()


@pytest.mark.parametrize("paths", [1, 7])
def test_few_paths_are_enough(paths: int) -> None:
    found = fit(_mean_reverting(3), Columns(DAYS + 28).block(), 28, np.random.default_rng(0))
    assert simulate(found, 28, paths, np.random.default_rng(0))[0].shape == (paths, 28)


def test_a_model_whose_share_of_few_paths_is_none_is_left_out() -> None:
    sales = _mean_reverting(1)
    fitted = fit(sales, Columns(DAYS + 28).block(), 28, np.random.default_rng(0))
    weights = {name: 0.9 if name == CORE.name else 0.1 * (name == NAME) for name in fitted.choice.weights}
    few = replace(fitted, choice=replace(fitted.choice, weights=weights))
    assert simulate(few, 28, 2, np.random.default_rng(0))[0].shape == (2, 28)

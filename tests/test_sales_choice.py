"""Weights of the models: most on the core, and moved only by clear evidence."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.sales.choice import CORE_ALONE, PRIOR, choose
from forecast.sales.dynamics import ARMA, CORE
from forecast.sales.rolling_origins import Backtest


def _past(error: dict[str, float], windows: int = 7, sales: float = 100.0) -> Backtest:
    """Certain forecasts that miss the same sales of every day by the given shares."""
    ends = 100 + np.arange(0, 28 * windows - 27, 7)
    came = np.log(np.full((ends.size, 28), sales))
    logs = {name: np.log(np.full((ends.size, 20, 28), sales * (1 + error.get(name, 0.3)))) for name in PRIOR}
    return Backtest(ends, logs, came, came)


def test_rivals_that_lose_more_get_nothing() -> None:
    found = choose(_past({CORE.name: 0.1}))
    assert found.why == "core"
    assert found.weights == CORE_ALONE.weights
    assert found.day_loss[CORE.name] == pytest.approx(0.1)


def test_a_rival_that_lost_a_fifth_less_over_seven_windows_outweighs_the_core() -> None:
    weights = choose(_past({CORE.name: 0.1, ARMA.name: 0.08})).weights
    assert weights[ARMA.name] > weights[CORE.name] > 0
    assert sum(weights.values()) == pytest.approx(1.0)


def test_over_a_single_window_the_same_gain_leaves_the_core_ahead() -> None:
    found = choose(_past({CORE.name: 0.1, ARMA.name: 0.08}, windows=1))
    assert found.why == "combined"
    assert found.weights[CORE.name] > 3 * found.weights[ARMA.name]


def test_models_that_do_equally_well_keep_their_prior_shares() -> None:
    assert choose(_past(dict.fromkeys(PRIOR, 0.1))).weights == pytest.approx(PRIOR)


def test_a_core_without_any_loss_stands_alone() -> None:
    """Sales of 1 are exact in logs and sums, so that the loss is exactly 0."""
    for windows in (1, 7):
        found = choose(_past({CORE.name: 0.0}, windows, sales=1.0))
        assert found.day_loss[CORE.name] == found.sum_loss[CORE.name] == 0.0
        assert found.why == "core"
        assert found.weights == CORE_ALONE.weights


def test_models_without_any_loss_keep_their_prior_shares() -> None:
    assert choose(_past(dict.fromkeys(PRIOR, 0.0), sales=1.0)).weights == pytest.approx(PRIOR)


def test_rivals_are_ways_to_move_and_have_no_share_of_sales_that_do_not_or_only_walk() -> None:
    alike = _past(dict.fromkeys(PRIOR, 0.1))
    half = choose(alike, 0.5).weights
    assert half[CORE.name] == pytest.approx((0.85) / (0.85 + 0.10))
    assert half[ARMA.name] == pytest.approx(0.05 / 0.95)
    assert choose(alike, 1.0).weights == CORE_ALONE.weights


def test_a_rival_that_did_far_better_is_believed_where_sales_seemed_still() -> None:
    assert choose(_past({CORE.name: 0.1, ARMA.name: 0.05}), 0.9).weights[ARMA.name] > 0.9


def test_without_a_backtest_the_core_stands_alone() -> None:
    assert CORE_ALONE.why == "short"
    assert [name for name, weight in CORE_ALONE.weights.items() if weight] == [CORE.name]

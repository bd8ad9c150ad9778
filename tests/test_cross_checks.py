"""Second opinions on the buffer: published figures, and the confidence of least cost against a search."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forecast.cross_checks import cross_checks, least_cost_confidence
from forecast.errors import InputError
from forecast.liquidity import newsvendor


def test_miller_orr_of_the_textbook() -> None:
    # daily deviation 2,500, 0.025 % a day, 20 a transfer, at least 10,000: return 17,211, upper 31,634, average 19,615
    flows = np.tile([2_500.0, -2_500.0], (3, 20))
    found = cross_checks(
        flows, np.full(3, 10_000.0), 10_000.0, 0.95, idle_cost=0.00025 * 365, transfer_cost=20.0, shortage_cost=None
    )
    assert found.daily_deviation == 2_500.0
    assert found.miller_orr is not None
    assert found.miller_orr.return_point == pytest.approx(17_211, abs=0.5)
    assert found.miller_orr.upper == pytest.approx(31_634, abs=0.5)
    assert found.miller_orr.average == pytest.approx(19_615, abs=0.5)


def test_the_critical_ratio_is_that_of_the_newsvendor() -> None:
    # underage 60, overage 110, demand normal with mean 80 and deviation 30: 68.68
    share = least_cost_confidence(60.0, 110.0)
    assert stats.norm.ppf(share, 80, 30) == pytest.approx(68.68, abs=0.005)
    assert newsvendor(80.0, 30.0, 60.0, 110.0) == pytest.approx(68.68, abs=0.005)


def test_the_amount_at_that_confidence_costs_least_on_the_paths() -> None:
    rng = np.random.default_rng(3)
    needs = rng.gamma(3.0, 100_000.0, 500)
    flows = rng.normal(0, 1_000, (500, 73))
    found = cross_checks(flows, needs, 0.0, 0.95, idle_cost=0.05, transfer_cost=20.0, shortage_cost=0.08)
    best = found.least_cost
    assert best is not None
    assert best.overage == pytest.approx(0.05 * 73 / 365)
    assert best.confidence == pytest.approx(0.08 / 0.09)
    assert best.amount is not None

    def expected_cost(held: float) -> float:
        return float((0.08 * np.maximum(needs - held, 0.0) + 0.01 * np.maximum(held - needs, 0.0)).mean())

    costs = [expected_cost(held) for held in needs]
    assert expected_cost(best.amount) == pytest.approx(min(costs))
    # at the implied cost the plan's own confidence is the one of least cost
    assert least_cost_confidence(best.implied_underage, best.overage) == pytest.approx(0.95)


def test_nothing_is_concluded_where_idle_cash_costs_nothing() -> None:
    found = cross_checks(np.zeros((2, 2)), np.ones(2), 0.0, 0.95, idle_cost=0.0, transfer_cost=20.0, shortage_cost=0.1)
    assert (found.miller_orr, found.least_cost) == (None, None)


def test_without_the_cost_of_a_shortage_only_the_implied_one_is_told() -> None:
    found = cross_checks(
        np.zeros((2, 365)), np.ones(2), 0.0, 0.9, idle_cost=0.05, transfer_cost=0.0, shortage_cost=None
    )
    assert found.least_cost is not None
    assert (found.least_cost.confidence, found.least_cost.amount) == (None, None)
    assert found.least_cost.implied_underage == pytest.approx(0.05 * 9)


def test_costs_must_be_positive() -> None:
    with pytest.raises(InputError, match="positive costs"):
        least_cost_confidence(0.0, 1.0)

"""The share of first deductions that fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from laws import assumptions, channel_law, failure_law

from forecast.plan.model import ALL_CAUSES, StatedRate
from forecast.receivables.episodes import Episode
from forecast.simulation.failure_rates import failure_rates
from forecast.simulation.randomness import Randomness, draw_randomness

if TYPE_CHECKING:
    from forecast.receivables.assumptions import ChannelLaw

RISK = ALL_CAUSES.index("risk_control")
CLEARING = ALL_CAUSES.index("clearing")
SALES = np.full((400, 30), 100.0)


def randomness(law: ChannelLaw) -> Randomness:
    return draw_randomness(assumptions(law), SALES[:, None], np.random.default_rng(1))


def test_without_a_target_the_laws_hold() -> None:
    law = channel_law(failures={"clearing": failure_law(0.02, 0.3), "risk_control": failure_law(0.01)})
    rates = failure_rates(law, randomness(law), 0, SALES, SALES, None)
    assert rates[:, CLEARING].mean() == pytest.approx(0.02, rel=0.03)
    assert rates[:, RISK].mean() == pytest.approx(0.01, rel=1e-3)


def test_risk_control_rises_with_the_surge() -> None:
    surging = replace(failure_law(0.01), elasticity=0.5)
    law = channel_law(failures={"risk_control": surging, "clearing": failure_law(0.02)})
    rates = failure_rates(law, randomness(law), 0, 4.0 * SALES, SALES, None)
    assert rates[:, RISK].mean() == pytest.approx(0.02, rel=1e-3)
    assert rates[:, CLEARING].mean() == pytest.approx(0.02, rel=1e-3)


@pytest.mark.parametrize("target", [0.0, 0.07, 0.6, 1.0])
def test_a_target_is_met_weighted_by_value(target: float) -> None:
    law = channel_law(failures={"clearing": failure_law(0.01, 0.5, (Episode((0.7, 0.4)),) * 5)})
    tried = SALES * np.linspace(0.2, 3.0, 30)
    rates = failure_rates(law, randomness(law), 0, SALES, tried, StatedRate(target))
    assert (rates.sum(axis=1) * tried).sum() / tried.sum() == pytest.approx(target, rel=1e-5, abs=1e-12)
    assert rates.sum(axis=1).max() <= 1.0 + 1e-12

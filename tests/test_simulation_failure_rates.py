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
    rates = failure_rates(law, randomness(law), 0, SALES, SALES, [])
    assert rates[:, CLEARING].mean() == pytest.approx(0.02, rel=0.03)
    assert rates[:, RISK].mean() == pytest.approx(0.01, rel=1e-3)


def test_risk_control_rises_with_the_surge() -> None:
    surging = replace(failure_law(0.01), elasticity=0.5)
    law = channel_law(failures={"risk_control": surging, "clearing": failure_law(0.02)})
    rates = failure_rates(law, randomness(law), 0, 4.0 * SALES, SALES, [])
    assert rates[:, RISK].mean() == pytest.approx(0.02, rel=1e-3)
    assert rates[:, CLEARING].mean() == pytest.approx(0.02, rel=1e-3)


@pytest.mark.parametrize("target", [0.0, 0.07, 0.6, 1.0])
def test_a_target_is_met_weighted_by_value(target: float) -> None:
    law = channel_law(failures={"clearing": failure_law(0.01, 0.5, (Episode((0.7, 0.4)),) * 5)})
    tried = SALES * np.linspace(0.2, 3.0, 30)
    rates = failure_rates(law, randomness(law), 0, SALES, tried, [StatedRate(target)])
    assert (rates.sum(axis=1) * tried).sum() / tried.sum() == pytest.approx(target, rel=1e-5, abs=1e-12)
    assert rates.sum(axis=1).max() <= 1.0 + 1e-12


@pytest.mark.parametrize(("surge", "felt"), [(0.05, 0.2), (0.2, 0.2), (0.5, 0.5), (50.0, 50.0), (80.0, 50.0)])
def test_a_surge_counts_from_a_fifth_to_fifty_times_the_usual(surge: float, felt: float) -> None:
    law = channel_law(failures={"risk_control": replace(failure_law(0.01), elasticity=0.5)})
    rates = failure_rates(law, randomness(law), 0, surge * SALES, SALES, [])
    assert rates[:, RISK].mean() == pytest.approx(0.01 * felt**0.5, rel=1e-3)


def test_a_channel_without_usual_sales_has_no_surge() -> None:
    law = channel_law(failures={"risk_control": replace(failure_law(0.01), elasticity=0.5)})
    rates = failure_rates(replace(law, usual_sales=0.0), randomness(law), 0, 4.0 * SALES, SALES, [])
    assert rates[:, RISK].mean() == pytest.approx(0.01, rel=1e-3)


def test_causes_that_would_fail_more_than_all_share_the_day() -> None:
    law = channel_law(failures={"clearing": failure_law(0.9), "validation": failure_law(0.6)})
    rates = failure_rates(law, randomness(law), 0, SALES, SALES, [])
    assert rates.sum(axis=1) == pytest.approx(1.0)
    assert (rates[:, CLEARING] / rates.sum(axis=1)).mean() == pytest.approx(0.6, rel=1e-2)


def test_a_target_keeps_the_proportion_of_the_causes_and_of_quiet_and_bad_days() -> None:
    """Twice as much is tried on the last of three days, on which risk control fails three times as often."""
    law = channel_law(
        failures={"risk_control": replace(failure_law(0.01), elasticity=1.0), "clearing": failure_law(0.02)}
    )
    sales = np.broadcast_to([100.0, 100.0, 300.0], (400, 3))
    drawn = draw_randomness(assumptions(law), sales[:, None], np.random.default_rng(1))
    rates = failure_rates(law, drawn, 0, sales, np.broadcast_to([1.0, 1.0, 2.0], (400, 3)), [StatedRate(0.1)])
    # by law 1 %, 1 % and 3 %, and 2 % throughout: 4 % on the mean yuan
    assert rates[:, RISK].mean(axis=0) == pytest.approx([0.025, 0.025, 0.075], rel=2e-3)
    assert rates[:, CLEARING].mean(axis=0) == pytest.approx([0.05, 0.05, 0.05], rel=2e-3)


def test_a_rate_by_cause_scales_that_cause_alone_and_needs_no_history_of_it() -> None:
    law = channel_law(failures={"clearing": failure_law(0.02), "risk_control": failure_law(0.01)})
    stated = StatedRate(by_cause={"validation": 0.05, "clearing": 0.04})
    rates = failure_rates(law, randomness(law), 0, SALES, SALES, [stated]).mean(axis=(0, 2))
    expected = {"validation": 0.05, "clearing": 0.04, "risk_control": 0.01}
    assert rates == pytest.approx([expected.get(cause, 0.0) for cause in ALL_CAUSES], rel=1e-3)


def test_a_second_target_leaves_the_causes_that_it_does_not_name_to_the_first() -> None:
    law = channel_law(failures={"clearing": failure_law(0.02), "risk_control": failure_law(0.02)})
    by_cause, more = StatedRate(by_cause={"clearing": 0.05, "validation": 0.03}), StatedRate(by_cause={"clearing": 0.2})

    def rates(*targets: StatedRate) -> dict[str, float]:
        found = failure_rates(law, randomness(law), 0, SALES, SALES, targets).mean(axis=(0, 2))
        return {cause: round(float(rate), 4) for cause, rate in zip(ALL_CAUSES, found, strict=True) if rate > 0}

    assert rates(by_cause, more) == {"clearing": 0.2, "validation": 0.03, "risk_control": 0.02}
    assert rates(StatedRate(0.1), more) == {"clearing": 0.2, "risk_control": 0.05}
    assert rates(by_cause, StatedRate(0.1)) == {"clearing": 0.05, "risk_control": 0.05}


def test_where_nothing_is_tried_every_day_weighs_the_same() -> None:
    law = channel_law(failures={"clearing": failure_law(0.02)})
    rates = failure_rates(law, randomness(law), 0, SALES, 0.0 * SALES, [StatedRate(0.1)])
    assert rates.sum(axis=1).mean() == pytest.approx(0.1)

"""What the live model gives: the simulation's means with the scenarios' own inputs, and those of a run with others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from live_example import edited, example_live, prepared
from result_example import example_result

from forecast.pipeline import run_scenarios, scenarios_of
from forecast.plan.model import Scenario, StatedRate
from forecast.results.live import figures

if TYPE_CHECKING:
    from forecast.results.live import Levels

A_YUAN = 1.0
TOLERANCE = 0.005


@pytest.mark.parametrize("place", range(3))
def test_own_inputs_give_the_simulations_means(place: int) -> None:
    live = example_live()
    shown, result = figures(live, place, live.levels[place]), example_result().scenarios[live.scenarios[place]]
    assert shown.sales.sum() == pytest.approx(result.sales_total.mean, abs=A_YUAN)
    assert shown.receipts.sum() == pytest.approx(result.receipts_total.mean, abs=A_YUAN)
    assert shown.cash == pytest.approx(result.cash_before_financing.mean, abs=A_YUAN)
    assert shown.lost == pytest.approx(sum(one.lost_total.mean for one in result.by_channel.values()), abs=A_YUAN)
    assert abs(live.rest[place].sum()) < TOLERANCE * 2 * result.receipts_total.mean


def of_channel(key: str, channel: str, value: float) -> tuple[Scenario, Levels]:
    """A change of a channel's input as a scenario of its own, and as an edit of the model's."""
    stated = StatedRate(value) if key in {"failure_rate", "recovery"} else value
    change: dict[str, Any] = {key: {channel: stated}}
    changed = replace(scenarios_of(prepared())["base"], **change)
    return changed, edited(example_live().levels[0], key, channel, value)


def test_edited_inputs_give_the_means_of_a_run_with_the_same_change() -> None:
    base, levels = scenarios_of(prepared())["base"], example_live().levels[0]
    cases = {
        "volume": (replace(base, volume=1.7), replace(levels, volume=1.7)),
        "flows": (replace(base, flows={"payroll": 2.0}), replace(levels, flows={**levels.flows, "payroll": 2.0})),
        "opening": (replace(base, opening_balance=9e5), replace(levels, opening_balance=9e5)),
        "failures": of_channel("failure_rate", "baitiao", 0.2),
        "no_failures": of_channel("failure_rate", "baitiao", 0.0),
        "recovery": of_channel("recovery", "baitiao", 0.2),
        "all_cured": of_channel("recovery", "card", 1.0),
        "refunds": of_channel("refund_rate", "baitiao", 0.35),
        "no_refunds": of_channel("refund_rate", "card", 0.0),
        "late": of_channel("settlement_delay", "baitiao", 3),
        "very_late": of_channel("settlement_delay", "card", 60),
        "fee": of_channel("fee_rate", "baitiao", 0.05),
    }
    scenarios = {"base": base} | {name: replace(one, name=name) for name, (one, _) in cases.items()}
    ran = run_scenarios(prepared(), scenarios=scenarios, financing=False).result.scenarios
    for name, (_, typed) in cases.items():
        shown, result = figures(example_live(), 0, typed), ran[name]
        assert shown.sales.sum() == pytest.approx(result.sales_total.mean, abs=A_YUAN), name
        assert shown.receipts.sum() == pytest.approx(result.receipts_total.mean, rel=TOLERANCE), name
        assert shown.cash.min() == pytest.approx(
            min(result.cash_before_financing.mean), abs=TOLERANCE * result.receipts_total.mean
        ), name

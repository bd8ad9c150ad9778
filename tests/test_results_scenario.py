"""A scenario in the result: channels sum to the whole, and cash is what receipts and other flows leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from result_example import OPENING, example_result

from forecast.results.scenario import costs_by_day

if TYPE_CHECKING:
    from forecast.results.scenario import ScenarioResult

SCENARIOS = list(example_result("en").scenarios.values())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.label)
def test_the_channels_sum_to_the_whole(scenario: ScenarioResult) -> None:
    parts = scenario.by_channel.values()
    cent = 0.01 * (len(parts) + 1)
    assert sum(one.sales_total.mean for one in parts) == pytest.approx(scenario.sales_total.mean, abs=cent)
    assert sum(one.receipts_total.mean for one in parts) == pytest.approx(scenario.receipts_total.mean, abs=cent)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.label)
def test_receipts_are_settlements_less_refunds_taken_back(scenario: ScenarioResult) -> None:
    for one in scenario.by_channel.values():
        net = one.settled_total.mean - one.refunded_after_total.mean
        assert one.receipts_total.mean == pytest.approx(net, abs=0.02)
        assert (
            one.lost_total.mean <= one.failed_total.mean == pytest.approx(sum(one.failed_by_cause.values()), abs=0.05)
        )


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.label)
def test_mean_cash_is_the_opening_balance_and_all_flows_since(scenario: ScenarioResult) -> None:
    other = example_result("en").other_flows.total
    ends = OPENING + scenario.receipts_total.mean + sum(other) + sum(costs_by_day(scenario))
    assert scenario.cash_before_financing.mean[-1] == pytest.approx(ends, abs=1.0)

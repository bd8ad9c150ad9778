"""What a what-if sets of costs that move with sales: as the edited plan says it, or a reason why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ledgers import shop_orders, write_plan
from stress_shop import MORE, shop_plan

from forecast.errors import InputError
from forecast.pipeline import prepare, run_scenarios
from forecast.plan.costs import Cost
from forecast.plan.model import TermChange
from forecast.plan.reading import load_plan, scenario_from_settings

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan
    from forecast.results.scenario import ScenarioResult


def answer(plan: Plan, *settings: str) -> ScenarioResult:
    scenario = scenario_from_settings(plan, settings) if settings else plan.scenarios["base"]
    return run_scenarios(prepare(plan), scenarios={"x": replace(scenario, name="x")}).result.scenarios["x"]


def problem(*settings: str) -> str:
    with pytest.raises(InputError) as caught:
        scenario_from_settings(shop_plan(), settings)
    return str(caught.value)


def test_a_whatif_of_a_cost_says_what_a_run_of_the_edited_plan_says(tmp_path: Path) -> None:
    plan = load_plan(write_plan(tmp_path, shop_orders(20), paths=20, more=MORE))
    stock, rent = "share_of_sales = 0.75\ndays_after = -3", "share_of_sales = 0.05\ndays_after = 0"
    edited = MORE.replace(stock, "share_of_sales = 0.6\ndays_after = -3")
    edited = edited.replace(rent, "share_of_sales = 0.08\ndays_after = 0")
    (tmp_path / "edited").mkdir()
    after = load_plan(write_plan(tmp_path / "edited", shop_orders(20), paths=20, more=edited))
    whatif = answer(plan, "costs.stock=0.8", "costs.rent.share_of_sales=8%")
    run = answer(after)
    assert whatif.cash_before_financing.mean == pytest.approx(run.cash_before_financing.mean)
    assert whatif.buffer.amount == pytest.approx(run.buffer.amount)
    assert whatif.financing is not None
    assert run.financing is not None
    assert whatif.financing.recommended.expected_cost == pytest.approx(run.financing.recommended.expected_cost)


def test_a_term_of_a_cost_stands_in_the_scenario_with_the_costs_as_they_then_are() -> None:
    plan = shop_plan()
    scenario = scenario_from_settings(plan, ["costs.stock.share_of_sales=60%", "costs.rent=1.1"])
    assert scenario.cost_terms == (TermChange("stock", "share_of_sales", 0.6),)
    assert scenario.changed_costs == (replace(plan.costs[0], share_of_sales=0.6), plan.costs[1])
    assert scenario.costs == {"rent": 1.1}


def test_what_cannot_be_asked_of_a_cost_says_what_can() -> None:
    assert "up to 3 days ahead, and none further; write -3 or more" in problem("costs.stock.days_after=-4")
    assert "there are: stock, rent" in problem("costs.freight.share_of_sales=0.1")
    assert "there are: stock, rent" in problem("costs.freight=1.1")
    assert "write it by category: costs.stock = 1.1" in problem("costs=1.1")
    assert 'write "share_of_sales"' in problem("costs.stock.share_of_sale=0.1")
    assert "costs.stock is set as a whole and also by keys below it" in problem(
        "costs.stock=1.1", "costs.stock.share_of_sales=0.1"
    )


def test_of_several_costs_of_a_category_all_are_multiplied_and_none_is_set() -> None:
    plan = shop_plan()
    twice = replace(plan, costs=(*plan.costs, Cost("stock", 0.1, 0, tuple(plan.channels))))
    with pytest.raises(InputError, match="stands in several"):
        scenario_from_settings(twice, ["costs.stock.share_of_sales=0.1"])
    assert scenario_from_settings(twice, ["costs.stock=1.1"]).costs == {"stock": 1.1}

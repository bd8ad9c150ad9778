"""Tables on the loan need: steps with their formulas, the bridge with its reasons."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import loan_need as tables_loan_need

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
NEED = RESULT.loan_need
assert NEED is not None
STEPS, GAP = NEED.steps, RESULT.scenarios["base"].buffer.funding_gap


def test_every_step_with_how_it_is_calculated() -> None:
    table = tables_loan_need.steps(RESULT, FIGURES)
    assert table is not None
    by_name = {row[0]: row[1:] for row in table.rows}
    assert by_name["Inventory days"] == ["52.0 days", "360 × balance ÷ Last year's cost of goods sold"]
    assert by_name["Cash cycle"][0] == f"{STEPS.cycle_days:.1f} days"
    assert by_name["Profit margin"][0] == "7.50%"
    assert by_name["Own funds, loans and other funding"] == ["80,000", ""]
    assert by_name["New loan"][0] == FIGURES.money(STEPS.new_loan)


def test_the_bridge_ends_at_the_gap() -> None:
    table = tables_loan_need.bridge(RESULT, FIGURES)
    assert table is not None
    assert table.rows[0][1] == FIGURES.money(STEPS.new_loan)
    assert table.rows[-1] == ["Funding gap of the plan", FIGURES.money(GAP), ""]
    assert all(row[2] for row in table.rows[:-1])


def test_the_lead_names_both_figures() -> None:
    lead = tables_loan_need.lead(RESULT, FIGURES)
    assert FIGURES.amount(STEPS.new_loan) in lead
    assert FIGURES.amount(GAP) in lead


def test_without_accounts_there_are_no_tables() -> None:
    without = replace(RESULT, loan_need=None)
    assert tables_loan_need.steps(without, FIGURES) is None
    assert tables_loan_need.bridge(without, FIGURES) is None
    assert tables_loan_need.lead(without, FIGURES) == ""

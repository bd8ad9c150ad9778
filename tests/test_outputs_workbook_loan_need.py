"""The loan need sheet: accounts are inputs, every step is a formula, the bridge ends at the gap."""

from __future__ import annotations

from typing import Any

import pytest
from result_example import ACCOUNTS, example_result
from workbook_example import written

FORMULAS, VALUES = written("en")
RESULT = example_result("en")
NEED = RESULT.loan_need
assert NEED
STEPS = NEED.steps


def amounts(label: str) -> list[tuple[Any, Any]]:
    """The values beside a label, from the top: as written, and as cached."""
    rows = [cell.row for cell in VALUES["Loan need"]["A"] if cell.value == label]
    return [(FORMULAS["Loan need"].cell(row, 2).value, VALUES["Loan need"].cell(row, 2).value) for row in rows]


def test_accounts_are_numbers_and_steps_are_formulas_with_the_engines_figures() -> None:
    assert amounts("Average inventory") == [(ACCOUNTS["inventory"], ACCOUNTS["inventory"])]
    for label, figure in (
        ("Cash cycle", STEPS.cycle_days),
        ("Working capital needed", STEPS.need),
        ("New loan", STEPS.new_loan),
    ):
        ((formula, value),) = amounts(label)
        assert formula.startswith("=")
        assert value == pytest.approx(figure, rel=1e-5)


def test_the_bridge_leads_to_the_gap() -> None:
    ((formula, value),) = amounts("Funding gap of the plan")
    assert formula.startswith("=SUM(")
    assert value == pytest.approx(RESULT.scenarios["base"].buffer.funding_gap, abs=0.05)
    ((formula, _),) = amounts("Own funds counted otherwise")
    assert formula.count("B") == 2  # need and new loan; the opening balance stands on the sheet of inputs


def test_both_languages_have_the_sheet() -> None:
    assert "贷款需求" in written("zh")[0].sheetnames

"""Comparison, channels and financing: linked by formulas, equal to the result."""

from __future__ import annotations

import pytest
from result_example import example_result
from workbook_example import column, written

FORMULAS, VALUES = written("en")
RESULT = example_result("en")
SCENARIOS = list(RESULT["scenarios"].values())


def values_of(sheet: str, head: str) -> list[object]:
    number = column(VALUES[sheet], head, 4)
    return [VALUES[sheet].cell(row, number).value for row in range(5, 5 + len(SCENARIOS))]


def formulas_of(sheet: str, head: str) -> list[str]:
    number = column(FORMULAS[sheet], head, 4)
    return [str(FORMULAS[sheet].cell(row, number).value) for row in range(5, 5 + len(SCENARIOS))]


def test_a_row_a_scenario_with_the_results_figures() -> None:
    assert values_of("Comparison", "Scenario") == [one["label"] for one in SCENARIOS]
    assert values_of("Comparison", "Net receipts") == [one["receipts_total"]["mean"] for one in SCENARIOS]
    assert values_of("Comparison", "Liquidity buffer") == [one["buffer"]["amount"] for one in SCENARIOS]
    assert values_of("Comparison", "Buffer, upper limit (95 %)") == [one["buffer"]["upper"] for one in SCENARIOS]
    assert values_of("Comparison", "Recommended") == ["bank_line"] * 3
    costs = [one["financing"]["recommended"]["expected_cost"] for one in SCENARIOS]
    assert values_of("Comparison", "Expected cost") == pytest.approx(costs)


def test_what_follows_from_other_cells_is_a_formula() -> None:
    assert formulas_of("Comparison", "Net receipts")[0] == "='Base'!$F$6"
    assert formulas_of("Comparison", "Against base") == ["=C5-C5", "=C6-C5", "=C7-C5"]
    assert formulas_of("Comparison", "Funding gap")[0].startswith("=MAX(0,J5-")
    assert formulas_of("Comparison", "Expected cost")[0] == "='Financing'!$H$5"


def test_channels_sum_to_the_scenario_and_receipts_follow_from_their_parts() -> None:
    formulas, values = FORMULAS["Channels"], VALUES["Channels"]
    receipts = column(formulas, "Net receipts", 4)
    letter = formulas.cell(5, receipts).column_letter
    assert formulas.cell(8, receipts).value == f"=SUM({letter}5:{letter}7)"
    assert str(formulas.cell(5, receipts).value).startswith("=")
    assert values.cell(8, receipts).value == pytest.approx(SCENARIOS[0]["receipts_total"]["mean"], abs=0.03)


def test_financing_lists_the_recommendation_its_parts_and_every_option() -> None:
    rows = [row[1:5] for row in VALUES["Financing"].iter_rows(min_row=5, max_row=8, values_only=True)]
    assert rows == [
        ("Recommended", "bank_line", None, "yes"),
        ("Limit used", "bank_line", "Revolver", None),
        ("Option", "bank_line", "Revolver", "yes"),
        ("Option", "stock_pledge", "Inventory finance", "not calculated"),
    ]
    assert FORMULAS["Financing"]["H5"].value == "=F5+G5"
    assert VALUES["Financing"]["H8"].value is None


def test_rates_of_options_are_percentages_and_amounts_whole_yuan() -> None:
    formats = {
        head: FORMULAS["Financing"].cell(5, column(FORMULAS["Financing"], head, 4)).number_format
        for head in ("Effective annual rate", "Simple annual rate", "Chance of still falling short", "Limit used")
    }
    assert list(formats.values()) == ["0.00%", "0.00%", "0.00%", "#,##0;[Red]-#,##0"]

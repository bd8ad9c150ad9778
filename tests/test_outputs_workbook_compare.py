"""Comparison and channels: linked by formulas, equal to the result."""

from __future__ import annotations

import pytest
from result_example import example_result
from workbook_example import column, written

FORMULAS, VALUES = written("en")
RESULT = example_result("en")
SCENARIOS = list(RESULT.scenarios.values())
CHANNELS = len(RESULT.channels)


def values_of(sheet: str, head: str) -> list[object]:
    number = column(VALUES[sheet], head, 4)
    return [VALUES[sheet].cell(row, number).value for row in range(5, 5 + len(SCENARIOS))]


def formulas_of(sheet: str, head: str) -> list[str]:
    number = column(FORMULAS[sheet], head, 4)
    return [str(FORMULAS[sheet].cell(row, number).value) for row in range(5, 5 + len(SCENARIOS))]


def test_a_row_a_scenario_with_the_results_figures() -> None:
    assert values_of("Comparison", "Scenario") == [one.label for one in SCENARIOS]
    assert values_of("Comparison", "Net receipts") == [one.receipts_total.mean for one in SCENARIOS]
    assert values_of("Comparison", "Liquidity buffer") == [one.buffer.amount for one in SCENARIOS]
    assert values_of("Comparison", "Buffer, upper limit (95 %)") == [one.buffer.upper for one in SCENARIOS]
    best = [one.financing.recommended for one in SCENARIOS if one.financing]
    mixes = [", ".join(part.facility for part in one.mix) if one.feasible else "no facilities suffice" for one in best]
    assert values_of("Comparison", "Recommended") == mixes
    costs = [one.expected_cost for one in best]
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
    total = 5 + CHANNELS
    assert formulas.cell(total, receipts).value == f"=SUM({letter}5:{letter}{total - 1})"
    assert str(formulas.cell(5, receipts).value).startswith("=")
    assert values.cell(total, receipts).value == pytest.approx(SCENARIOS[0].receipts_total.mean, abs=0.03)

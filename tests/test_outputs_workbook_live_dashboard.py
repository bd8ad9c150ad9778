"""The dashboard: what comes of the inputs on one page."""

from __future__ import annotations

import pytest
from result_example import example_result
from workbook_example import written_live


def test_key_figures_are_those_of_the_inputs_beside_what_was_simulated() -> None:
    formulas, found, _ = written_live()
    sheet, values = formulas["Dashboard"], found["Dashboard"]
    linked = {row[1].value for row in sheet.iter_rows(min_row=5)} | {row[5].value for row in sheet.iter_rows(min_row=5)}
    assert {"=out_receipts_total", "=out_gap", "=out_lowest_cash_day", "=out_checks", "=out_stale"} <= linked
    shown = {row[4].value: row[5].value for row in values.iter_rows(min_row=5)}
    base = example_result("en").base
    assert shown["Simulated: receipts, 5 % quantile"] == base.receipts_total.p05
    assert shown["Simulated: buffer"] == base.buffer.amount
    assert values["B3"].value == base.label


def test_it_prints_on_one_page_across_and_its_charts_read_the_live_sheets() -> None:
    formulas, _, charts = written_live()
    sheet = formulas["Dashboard"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight != 0  # one page, as elsewhere alone across
    assert sum("13 weeks" in chart for chart in charts) == 2
    assert sum("Cash by day" in chart for chart in charts) == 3


def test_the_interest_of_the_simple_rule_stands_beside_the_simulated_cost_with_the_difference() -> None:
    formulas, found, _ = written_live()
    shown = {row[column].value: row[column + 1].value for row in found["Dashboard"].iter_rows() for column in (0, 4)}
    interest = shown["Interest of that (no notice, terms or fees; see Financing for the daily rule)"]
    cost = shown["Simulated: expected cost of the recommended financing"]
    financing = example_result("en").base.financing
    assert financing is not None
    assert cost == financing.recommended.expected_cost
    apart = next(value for word, value in shown.items() if str(word).startswith("Of that not in the interest above"))
    assert apart == pytest.approx(cost - interest)
    row = [cell.value for cell in found["Financing"][3]]
    assert [row[place] for place in (4, 8, 12)] == [interest, cost, apart]
    assert formulas["Financing"]["E3"].value == "=out_interest"


def test_a_facility_that_the_simple_rule_does_not_draw_says_so_beside_its_rate() -> None:
    formulas, found, _ = written_live()
    terms = {row[0].value: row[4] for row in found["Cash by day"].iter_rows(min_row=5, max_row=9)}
    assert any(cell.value > 0 for cell in terms.values())
    undrawn = [cell for cell in terms.values() if cell.value == 0]
    assert undrawn
    assert all('"not drawn"' in cell.number_format for cell in undrawn)
    assert formulas["Cash by day"]["E5"].value.startswith("=MAX(")

"""The dashboard: what comes of the inputs on one page."""

from __future__ import annotations

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

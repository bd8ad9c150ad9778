"""The sheet of one scenario by day: figures picked by formula, and a cash corkscrew."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from result_example import DAYS, OPENING, example_result
from workbook_example import written, written_of

from forecast.results.scenario import CashTerms, costs_by_day

FORMULAS, VALUES = written("zh")
BASE = example_result("zh").scenarios["base"]
SHEET = "模拟逐日"
FIRST, LAST = 8, 7 + DAYS
"""Excel's rows of the first and the last day."""


def test_days_run_down_the_rows_with_the_engines_figures() -> None:
    sheet = VALUES[SHEET]
    assert sheet.cell(FIRST, 1).value == dt.datetime(2026, 10, 19)  # noqa: DTZ001  # a spreadsheet's day
    assert [sheet.cell(row, 3).value for row in range(FIRST, LAST + 1)] == BASE.sales.mean
    assert [sheet.cell(row, 8).value for row in range(FIRST, LAST + 1)] == BASE.receipts.p05
    assert sheet.cell(LAST + 1, 1).value is None


def test_quantiles_stand_in_their_order_and_after_financing_beside_before() -> None:
    sales, receipts, cash, after = BASE.sales, BASE.receipts, BASE.cash_before_financing, BASE.cash_after_financing
    assert after
    row = [cell.value for cell in VALUES[SHEET][LAST]]
    assert row[2:6] == [one[-1] for one in (sales.mean, sales.p10, sales.p50, sales.p90)]
    quantiles = (receipts.p05, receipts.p10, receipts.p50, receipts.p90, receipts.p95)
    assert row[6:12] == [one[-1] for one in (receipts.mean, *quantiles)]
    assert row[16:21] == [one[-1] for one in (cash.p05, cash.p50, cash.p95, after.mean, after.p05)]


def test_cash_is_a_corkscrew_of_formulas_whose_cached_values_are_the_engines() -> None:
    formulas, values = FORMULAS[SHEET], VALUES[SHEET]
    assert formulas["O9"].value == "=P8"
    assert formulas["P8"].value == "=O8+G8+M8+N8"
    assert formulas["G8"].value == "=INDEX('模拟数据'!$G$5:$G$124,$N$4+$B8)"
    assert values["O8"].value == OPENING
    paid = [values.cell(row, 14).value for row in range(FIRST, LAST + 1)]
    assert paid == pytest.approx(costs_by_day(BASE), abs=0.001)
    assert values["N7"].value == pytest.approx(-sum(one.total.mean for one in BASE.costs.values()), abs=0.5)
    assert [values.cell(row, 16).value for row in range(FIRST, LAST + 1)] == BASE.cash_before_financing.mean


def test_totals_sum_means_and_show_the_quantiles_of_totals() -> None:
    formulas, values = FORMULAS[SHEET], VALUES[SHEET]
    assert formulas["G7"].value == f"=SUM(G{FIRST}:G{LAST})"
    assert values["G7"].value == pytest.approx(BASE.receipts_total.mean, abs=0.01)
    assert values["H7"].value == BASE.receipts_total.p05
    assert formulas["H7"].value.startswith("=INDEX('模拟数据'!")


def test_the_scenario_is_chosen_from_a_list_and_empty_it_is_that_of_the_inputs() -> None:
    sheet = FORMULAS[SHEET]
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.type, rule.allow_blank) == ("D4", "list", True)
    assert not sheet["D4"].protection.locked
    assert sheet["I4"].value.startswith(f"=IF('{SHEET}'!$D$4=\"\",IF(1>ROWS(")
    assert (VALUES[SHEET]["I4"].value, VALUES[SHEET]["J4"].value) == (1, "基准")


def test_it_keeps_dates_and_heads_in_sight_and_prints_them_on_every_page() -> None:
    sheet = FORMULAS[SHEET]
    assert sheet.freeze_panes == "C8"
    assert (sheet.print_title_cols, sheet.print_title_rows) == ("$A:$B", "$5:$6")
    assert sheet.page_setup.paperSize == 9
    breaks = [one.id for one in sheet.row_breaks.brk]
    charts = [one.anchor._from.row for one in sheet._charts]  # noqa: SLF001  # openpyxl publishes no list of charts
    assert len(charts) == 2
    assert all(7 < row <= charts[0] for row in breaks), "charts are not cut"


def test_balances_and_flows_that_a_scenario_changes_are_its_own() -> None:
    result = example_result("zh")
    days, opening = len(BASE.dates), OPENING + 500.0
    balances = [opening + sum(BASE.receipts.mean[: day + 1]) - (day + 1) for day in range(days)]
    cash = replace(BASE.cash_before_financing, mean=balances)
    terms = CashTerms(opening, 700.0, [-1.0] * days)
    changed = replace(BASE, label="别样", cash=terms, cash_before_financing=cash, costs={}, cash_after_financing=None)
    _, values = written_of(replace(result, scenarios={"base": changed, "whatif": BASE}))
    sheet = values[SHEET]
    assert (sheet["O8"].value, sheet["M8"].value, sheet["V8"].value) == (opening, -1.0, 700.0)
    assert sheet["M7"].value == -1.0 * days
    assert sheet["T8"].value == "–"
    assert {cell.value for cell in values["检查"]["E"][6:]} == {"通过"}

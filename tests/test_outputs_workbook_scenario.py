"""A scenario's sheet: the engine's figures by day, and a cash corkscrew of live formulas."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from result_example import DAYS, OPENING, example_result
from workbook_example import written, written_of

from forecast.results.scenario import CashTerms, costs_by_day

FORMULAS, VALUES = written("zh")
BASE = example_result("zh").scenarios["base"]
FIRST, LAST = 7, 6 + DAYS
"""Excel's rows of the first and the last day."""


def test_days_run_down_the_rows_with_the_engines_figures() -> None:
    sheet = VALUES["模拟逐日"]
    assert sheet.cell(FIRST, 1).value == dt.datetime(2026, 10, 19)  # noqa: DTZ001  # a spreadsheet's day
    assert [sheet.cell(row, 2).value for row in range(FIRST, LAST + 1)] == BASE.sales.mean
    assert [sheet.cell(row, 7).value for row in range(FIRST, LAST + 1)] == BASE.receipts.p05
    assert sheet.cell(LAST + 1, 1).value is None


def test_quantiles_stand_in_their_order_and_after_financing_beside_before() -> None:
    sales, receipts, cash, after = BASE.sales, BASE.receipts, BASE.cash_before_financing, BASE.cash_after_financing
    assert after
    row = [cell.value for cell in VALUES["模拟逐日"][LAST]]
    assert row[1:5] == [one[-1] for one in (sales.mean, sales.p10, sales.p50, sales.p90)]
    quantiles = (receipts.p05, receipts.p10, receipts.p50, receipts.p90, receipts.p95)
    assert row[5:11] == [one[-1] for one in (receipts.mean, *quantiles)]
    assert row[15:20] == [one[-1] for one in (cash.p05, cash.p50, cash.p95, after.mean, after.p05)]


def test_cash_is_a_corkscrew_of_formulas_whose_cached_values_are_the_engines() -> None:
    formulas, values = FORMULAS["模拟逐日"], VALUES["基准"]
    assert formulas["N7"].value == "='假设'!$C$5"
    assert formulas["N8"].value == "=O7"
    assert formulas["O7"].value == "=N7+F7+L7+M7"
    assert formulas["L7"].value.startswith("=SUMIFS('假设'!")
    assert values["N7"].value == OPENING
    paid = [values.cell(row, 13).value for row in range(FIRST, LAST + 1)]
    assert paid == pytest.approx(costs_by_day(BASE), abs=0.001)
    assert values["M6"].value == pytest.approx(-sum(one.total.mean for one in BASE.costs.values()), abs=0.5)
    assert [values.cell(row, 15).value for row in range(FIRST, LAST + 1)] == BASE.cash_before_financing.mean


def test_totals_sum_means_and_show_the_quantiles_of_totals() -> None:
    formulas, values = FORMULAS["模拟逐日"], VALUES["基准"]
    assert formulas["F6"].value == f"=SUM(F{FIRST}:F{LAST})"
    assert values["F6"].value == pytest.approx(BASE.receipts_total.mean, abs=0.01)
    assert values["G6"].value == BASE.receipts_total.p05
    assert formulas["G6"].data_type == "n"


def test_each_scenario_has_its_charts_on_a_date_axis_and_prints_on_one_page_width() -> None:
    for label in ("模拟逐日", "白条失败率 10%", "大促落空 + 清算中断3天"):
        sheet = FORMULAS[label]
        assert sheet.freeze_panes == "B7"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.paperSize == 9


def test_balances_and_flows_that_a_scenario_changes_are_its_own() -> None:
    result = example_result("zh")
    days, opening = len(BASE.dates), OPENING + 500.0
    balances = [opening + sum(BASE.receipts.mean[: day + 1]) - (day + 1) for day in range(days)]
    cash = replace(BASE.cash_before_financing, mean=balances)
    terms = CashTerms(opening, 700.0, [-1.0] * days)
    changed = replace(BASE, label="别样", cash=terms, cash_before_financing=cash, costs={})
    formulas, values = written_of(replace(result, scenarios={"base": BASE, "whatif": changed}))
    sheet = formulas["别样"]
    assert (sheet["N7"].value, sheet["L7"].value, sheet["U7"].value) == (opening, -1.0, 700.0)
    assert sheet["N8"].value == "=O7"
    assert values["别样"]["L6"].value == -1.0 * days
    assert formulas["模拟逐日"]["N7"].value == "='假设'!$C$5"
    assert {cell.value for cell in values["检查"]["E"][6:]} == {"通过"}

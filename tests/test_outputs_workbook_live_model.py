"""The live sheets: names, edits and scenarios recalculated by another program, and a broken formula found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from live_example import edited, example_live
from office import recalculated
from result_example import example_result

from forecast.outputs.workbook.live.days import year_days
from forecast.outputs.workbook.live.model import SHEETS
from forecast.outputs.workbook.live.rows import Names
from forecast.outputs.workbook.run import write_workbook
from forecast.results.live import LiveFigures, figures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.results.scenario import ScenarioResult

pytestmark = pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl does not know LibreOffice's charts

A_YUAN = 1.0
FREE = "自由情景：以下输入"
EDITS = {
    "in_scenario": FREE,
    "in_opening_balance": 90_000.0,
    "in_minimum_balance": 95_000.0,
    "in_volume": 1.4,
    "in_failure_rate_baitiao": 0.12,
    "in_recovery_baitiao": 0.4,
    "in_failure_rate_card": 0.3,
    "in_refund_rate_card": 0.3,
    "in_settlement_delay_wechat": 2,
    "in_fee_rate_huabei": 0.03,
    "in_share_stock": 0.5,
    "in_flows_payroll": 2.0,
    "in_limit_bank_line": 1_000.0,
    "in_annual_rate_overdraft": 0.2,
}


def cell(book: Any, name: str) -> Any:  # noqa: ANN401  # openpyxl publishes no types
    """The cell of a defined name."""
    ((sheet, place),) = book.defined_names[name].destinations
    return book[sheet][place.replace("$", "")]


def outputs(path: Path) -> dict[str, Any]:
    """What a workbook gives, by name."""
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    found = {name: cell(book, name).value for name in book.defined_names if name.startswith("out_")}
    book.close()
    return found


def copies(path: Path, edits: Mapping[str, Mapping[str, object]]) -> list[Path]:
    """Copies of a workbook by their names with cells typed over: defined names, or ``SHEET!CELL``."""
    book = openpyxl.load_workbook(path)
    for name, values in edits.items():
        before = {place: _typed(book, place).value for place in values}
        for place, value in values.items():
            _typed(book, place).value = value
        book.save(path.with_name(name))
        for place, value in before.items():
            _typed(book, place).value = value
    return [path.with_name(name) for name in edits]


def _typed(book: Any, place: str) -> Any:  # noqa: ANN401  # as above
    sheet, _, own = place.rpartition("!")
    return book[sheet][own] if sheet else cell(book, place)


def assert_shown(found: Mapping[str, Any], shown: LiveFigures, minimum: float) -> None:
    expected = {
        "out_sales_total": shown.sales.sum(),
        "out_receipts_total": shown.receipts.sum(),
        "out_lost_total": shown.lost,
        "out_lowest_cash": shown.cash.min(),
        "out_gap": max(0.0, minimum - shown.cash.min()),
        "out_closing_cash": shown.cash[-1],
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=A_YUAN)


def assert_by_day(path: Path, scenario: ScenarioResult) -> None:
    """The sheet by day shows a scenario, and the thirteen weeks close as the days do."""
    book = openpyxl.load_workbook(path, data_only=True)
    shown = [row[15] for row in book["模拟逐日"].iter_rows(min_row=8, max_row=47, values_only=True)]
    assert shown == pytest.approx(scenario.cash_before_financing.mean, abs=A_YUAN)
    assert book["模拟逐日"]["H7"].value == scenario.receipts_total.p05
    (closing,) = (row[7] for row in book["13周"].iter_rows(values_only=True) if row[0] == "期末现金（融资前）")
    assert closing == pytest.approx(cell(book, "out_closing_cash").value, abs=A_YUAN)
    dashboard = [row[0].value for row in book["总览"].iter_rows(min_row=5) if row[0].value]
    assert dashboard[0] == "下单金额"
    assert book["总览"]["B5"].value == pytest.approx(cell(book, "out_sales_total").value)


def test_inputs_and_outputs_have_their_names(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, example_result(), example_live())
    book = openpyxl.load_workbook(path)
    inputs, last = book["输入"], max(row[2].row for row in book["输入"].iter_rows() if row[2].value is not None)
    assert inputs.print_area == f"'输入'!$A$1:$G${last}", "what comes of the inputs is printed with the dashboard"
    channels = ("failure_rate", "recovery", "refund_rate", "settlement_delay", "fee_rate")
    wanted = {f"in_{key}_{name}" for key in channels for name in example_result().channels}
    wanted |= {f"in_{key}_{one.name}" for key in ("limit", "annual_rate") for one in example_result().facilities}
    wanted |= {*EDITS, "out_checks", "out_stale", "out_peak_drawn", "out_interest", "out_lowest_cash_day"}
    assert wanted <= set(book.defined_names)
    assert cell(book, "in_volume").fill.fgColor.rgb == "FFFFF9C4"
    assert len(SHEETS) == 7


def test_names_are_valid_and_unlike_each_other() -> None:
    names = Names()
    given = [names.of("limit", one) for one in ("信用 贷", "a-b", "A b")]
    assert given == [
        "in_limit_信用_贷",
        "in_limit_a_b",
        "in_limit_A_b_2",
    ]


def test_edits_and_another_scenario_recalculate_and_a_broken_formula_fails(tmp_path: Path) -> None:
    result, live, stressed = example_result(), example_live(), "销量*0.3? ~ 中断"
    outage = replace(result.scenarios["peak_outage"], label=stressed)
    path = tmp_path / "book.xlsx"
    write_workbook(path, replace(result, scenarios={**result.scenarios, "peak_outage": outage}), live)
    broken = {"in_scenario": stressed, "每日回款!C20": 0.0}
    books = copies(path, {"typed.xlsx": EDITS | {"模拟逐日!D4": stressed}, "broken.xlsx": broken})
    recalculated_books = recalculated(tmp_path, books)
    typed, scenario = map(outputs, recalculated_books)
    for book in recalculated_books:  # by the sheet's own list, and by the inputs
        assert_by_day(book, outage)
    base, last = live.levels[0], live.levels[2]

    levels = replace(base, opening_balance=90_000.0, minimum_balance=95_000.0, volume=1.4)
    levels = replace(levels, shares=(0.5, *base.shares[1:]), flows={**base.flows, "payroll": 2.0})
    for key, channel, value in (
        ("failure_rate", "baitiao", 0.12),
        ("recovery", "baitiao", 0.4),
        ("failure_rate", "card", 0.3),
        ("refund_rate", "card", 0.3),
        ("settlement_delay", "wechat", 2),
        ("fee_rate", "huabei", 0.03),
    ):
        levels = edited(levels, key, channel, value)
    assert_shown(typed, figures(live, 0, levels), 95_000.0)
    assert (typed["out_checks"], typed["out_stale"]) == (0, 1)
    assert typed["out_peak_drawn"] == pytest.approx(typed["out_gap"], abs=A_YUAN)

    shown = figures(live, 2, last)
    assert scenario["out_receipts_total"] == pytest.approx(shown.receipts.sum(), abs=A_YUAN)
    assert scenario["out_lowest_cash"] == pytest.approx(shown.cash.min(), abs=A_YUAN)
    assert (scenario["out_checks"], scenario["out_stale"]) == (2, 0)  # sales by totals, and the engine's own


def test_a_year_has_as_many_days_as_its_facility_counts() -> None:
    line, finance, *_ = example_result().facilities
    assert (year_days(line), year_days(finance)) == (360, 365)

"""One sheet a scenario: sales, receipts, other flows and cash by day, days down the rows, with charts below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.outputs.workbook.sheet import FIRST_ROW, Sheet, local_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.workbook.front import InputCells

HEAD_ROW = FIRST_ROW + 1
TOTAL_ROW = HEAD_ROW + 1
FIRST_DAY = TOTAL_ROW + 1
"""Rows, counted from 0: heads, totals, and the first day."""

SALES = ("mean", "p10", "p50", "p90")
RECEIPTS = ("mean", "p05", "p10", "p50", "p90", "p95")
CASH = ("p05", "p50", "p95")
CASH_AFTER = ("mean", "p05")

DATE_COLUMN = 0
SALES_COLUMN = 1
RECEIPTS_COLUMN = SALES_COLUMN + len(SALES)
OTHER_COLUMN = RECEIPTS_COLUMN + len(RECEIPTS)
OPENING_COLUMN = OTHER_COLUMN + 1
CLOSING_COLUMN = OPENING_COLUMN + 1
CASH_COLUMN = CLOSING_COLUMN + 1
AFTER_COLUMN = CASH_COLUMN + len(CASH)
MINIMUM_COLUMN = AFTER_COLUMN + len(CASH_AFTER)
CHART_SIZE = {"width": 930, "height": 340}
SECOND_CHART = 10
"""The column at which the second of two charts side by side begins."""

BLUE, SKY, BLACK, VERMILLION = "#0072B2", "#56B4E9", "#000000", "#D55E00"


@dataclass(frozen=True, slots=True)
class ScenarioCells:
    """References to a scenario's cells: totals of means, the last day's closing cash, days, and daily p05 of cash."""

    sales: str
    receipts: str
    closing: str
    days: str
    cash_low: str


def fill_scenario(
    sheet: Sheet, scenario: Mapping[str, Any], result: Mapping[str, Any], inputs: InputCells
) -> ScenarioCells:
    """Writes the sheet; sums, other flows and the cash corkscrew are live formulas, quantiles are engine figures."""
    texts = sheet.book.texts
    days = scenario["dates"]
    last = FIRST_DAY + len(days) - 1
    sheet.widths([12] + [12.5] * MINIMUM_COLUMN)
    sheet.text(2, 0, texts("sheet.totals_note") + " " + texts("sheet.charts_below"), "soft", wrap=False)
    _heads(sheet)
    _totals(sheet, scenario, result, last)
    for index, day in enumerate(days):
        _day(sheet, scenario, result, inputs, index, day)
    sheet.worksheet.freeze_panes(FIRST_DAY, 1)
    sheet.worksheet.repeat_rows(FIRST_ROW, HEAD_ROW)
    _charts(sheet, last)
    return ScenarioCells(
        sales=sheet.cell(TOTAL_ROW, SALES_COLUMN),
        receipts=sheet.cell(TOTAL_ROW, RECEIPTS_COLUMN),
        closing=sheet.cell(last, CLOSING_COLUMN),
        days=sheet.area(FIRST_DAY, DATE_COLUMN, last, DATE_COLUMN),
        cash_low=sheet.area(FIRST_DAY, CASH_COLUMN, last, CASH_COLUMN),
    )


def _heads(sheet: Sheet) -> None:
    texts = sheet.book.texts
    head = sheet.book.format("head")
    sheet.text(FIRST_ROW, 0, "", "head")
    for column, names, word in (
        (SALES_COLUMN, SALES, "sales"),
        (RECEIPTS_COLUMN, RECEIPTS, "receipts"),
        (OTHER_COLUMN, ("", "", ""), "cash_before"),
        (CASH_COLUMN, CASH, "cash_before"),
        (AFTER_COLUMN, CASH_AFTER, "cash_after"),
    ):
        title = texts(f"words.{word}")
        sheet.worksheet.merge_range(FIRST_ROW, column, FIRST_ROW, column + len(names) - 1, title, head)
    sheet.text(FIRST_ROW, MINIMUM_COLUMN, "", "head")
    heads = [
        texts("words.date"),
        *(texts(f"figure.{name}") for name in (*SALES, *RECEIPTS)),
        *(texts(f"words.{word}") for word in ("other_flows", "opening", "closing")),
        *(texts(f"figure.{name}") for name in (*CASH, *CASH_AFTER)),
        texts("words.minimum_balance"),
    ]
    sheet.heads(HEAD_ROW, 0, heads)


def _totals(sheet: Sheet, scenario: Mapping[str, Any], result: Mapping[str, Any], last: int) -> None:
    """Sums of the means and other flows; quantiles of the paths' totals from the engine."""
    sheet.text(TOTAL_ROW, DATE_COLUMN, sheet.book.texts("words.total"), "strong")
    for first, names, totals in (
        (SALES_COLUMN, SALES, scenario["sales_total"]),
        (RECEIPTS_COLUMN, RECEIPTS, scenario["receipts_total"]),
    ):
        for column, name in enumerate(names, first):
            if name == "mean":
                _sum(sheet, column, last, totals[name])
            else:
                sheet.number(TOTAL_ROW, column, totals[name], "engine_strong")
    _sum(sheet, OTHER_COLUMN, last, sum(result["other_flows"]["total"]))
    for column in range(OPENING_COLUMN, MINIMUM_COLUMN + 1):
        sheet.number(TOTAL_ROW, column, None, "strong")


def _sum(sheet: Sheet, column: int, last: int, value: float) -> None:
    area = f"{local_cell(FIRST_DAY, column)}:{local_cell(last, column)}"
    sheet.formula(TOTAL_ROW, column, f"=SUM({area})", value, "formula_strong")


def _day(
    sheet: Sheet, scenario: Mapping[str, Any], result: Mapping[str, Any], inputs: InputCells, index: int, day: str
) -> None:
    row = FIRST_DAY + index
    sheet.day(row, DATE_COLUMN, day, "label")
    cash, after = scenario["cash_before_financing"], scenario.get("cash_after_financing")
    for first, names, series in (
        (SALES_COLUMN, SALES, scenario["sales"]),
        (RECEIPTS_COLUMN, RECEIPTS, scenario["receipts"]),
        (CASH_COLUMN, CASH, cash),
        (AFTER_COLUMN, CASH_AFTER, after),
    ):
        for column, name in enumerate(names, first):
            value = None if series is None else series[name][index]
            sheet.number(row, column, value, "engine")
    other = result["other_flows"]["total"][index]
    if inputs.flow_days is None:
        sheet.number(row, OTHER_COLUMN, other, "engine")
    else:
        flows = f"=SUMIFS({inputs.flow_amounts},{inputs.flow_days},{local_cell(row, DATE_COLUMN)})"
        sheet.formula(row, OTHER_COLUMN, flows, other)
    before = cash["mean"][index - 1] if index else result["opening_balance"]
    opening = f"={local_cell(row - 1, CLOSING_COLUMN)}" if index else f"={inputs.opening_balance}"
    sheet.formula(row, OPENING_COLUMN, opening, before)
    parts = (OPENING_COLUMN, RECEIPTS_COLUMN, OTHER_COLUMN)
    closing = "=" + "+".join(local_cell(row, column) for column in parts)
    sheet.formula(row, CLOSING_COLUMN, closing, cash["mean"][index])
    sheet.formula(row, MINIMUM_COLUMN, f"={inputs.minimum_balance}", result["minimum_balance"])


def _charts(sheet: Sheet, last: int) -> None:
    texts = sheet.book.texts
    receipts = [
        (RECEIPTS_COLUMN + RECEIPTS.index("p95"), texts("figure.p95"), SKY, 1.25),
        (RECEIPTS_COLUMN, texts("figure.mean"), BLUE, 2.25),
        (RECEIPTS_COLUMN + RECEIPTS.index("p05"), texts("figure.p05"), SKY, 1.25),
    ]
    cash = [
        (CASH_COLUMN + CASH.index("p95"), texts("figure.p95"), SKY, 1.25),
        (CLOSING_COLUMN, texts("figure.mean"), BLUE, 2.25),
        (CASH_COLUMN + CASH.index("p05"), texts("figure.p05"), SKY, 1.25),
        (MINIMUM_COLUMN, texts("words.minimum_balance"), VERMILLION, 1.5),
    ]
    for left, word, lines in ((0, "receipts", receipts), (SECOND_CHART, "cash_before", cash)):
        chart = sheet.book.workbook.add_chart({"type": "line"})
        for column, name, colour, width in lines:
            line: dict[str, Any] = {"color": colour, "width": width}
            if column == MINIMUM_COLUMN:
                line["dash_type"] = "dash"
            chart.add_series(
                {
                    "name": name,
                    "categories": "=" + sheet.area(FIRST_DAY, DATE_COLUMN, last, DATE_COLUMN),
                    "values": "=" + sheet.area(FIRST_DAY, column, last, column),
                    "line": line,
                }
            )
        dated(chart, texts(f"words.{word}"), sheet.book.figures.unit)
        sheet.worksheet.insert_chart(last + 2, left, chart, {"object_position": 2})


def dated(chart: Any, title: str, unit: str) -> None:  # noqa: ANN401  # XlsxWriter publishes no types
    """Gives a line chart its title, a true date axis, the unit of its values, and its size."""
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_x_axis(
        {"date_axis": True, "num_format": "mm-dd", "major_unit": 7, "major_unit_type": "days", "label_position": "low"}
    )
    chart.set_y_axis(
        {"name": unit, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size(CHART_SIZE)

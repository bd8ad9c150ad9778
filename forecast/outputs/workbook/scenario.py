"""One sheet a scenario: sales, receipts, other flows, costs and cash by day, days down the rows, with charts below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.workbook.sheet import FIRST_ROW, Sheet, local_cell
from forecast.results.scenario import costs_by_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.chart import Chart

    from forecast.outputs.workbook.front import InputCells
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

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
COSTS_COLUMN = OTHER_COLUMN + 1
OPENING_COLUMN = COSTS_COLUMN + 1
CLOSING_COLUMN = OPENING_COLUMN + 1
CASH_COLUMN = CLOSING_COLUMN + 1
AFTER_COLUMN = CASH_COLUMN + len(CASH)
MINIMUM_COLUMN = AFTER_COLUMN + len(CASH_AFTER)
CHART_SIZE = {"width": 930, "height": 340}
GRID = {"visible": True, "line": {"color": "#D9D9D9"}}
SECOND_CHART = 10
"""The column at which the second of two charts side by side begins."""

BLUE, SKY, VERMILLION = "#0072B2", "#56B4E9", "#D55E00"


@dataclass(frozen=True, slots=True)
class ScenarioCells:
    """References to a scenario's cells: totals of means, closing cash of the last and of all days, days, cash p05."""

    sales: str
    receipts: str
    closing: str
    closings: str
    days: str
    cash_low: str


def fill_scenario(sheet: Sheet, scenario: ScenarioResult, result: Result, inputs: InputCells) -> ScenarioCells:
    """Writes the sheet; sums, other flows and the cash corkscrew are live formulas, quantiles are engine figures."""
    texts, last = sheet.book.texts, FIRST_DAY + len(scenario.dates) - 1
    sheet.widths([12] + [12.5] * MINIMUM_COLUMN)
    sheet.text(2, 0, texts("sheet.totals_note") + " " + texts("sheet.charts_below"), "soft", wrap=False)
    _heads(sheet)
    _totals(sheet, scenario, result, last)
    for row, day in enumerate(scenario.dates, FIRST_DAY):
        sheet.day(row, DATE_COLUMN, day, "label")
    for column, values in _series(scenario):
        for row, value in enumerate(values, FIRST_DAY):
            sheet.number(row, column, value, "engine")
    for index in range(len(scenario.dates)):
        _cash(sheet, scenario, result, inputs, index)
    sheet.worksheet.freeze_panes(FIRST_DAY, 1)
    sheet.worksheet.repeat_rows(FIRST_ROW, HEAD_ROW)
    _charts(sheet, last)
    return ScenarioCells(
        sales=sheet.cell(TOTAL_ROW, SALES_COLUMN),
        receipts=sheet.cell(TOTAL_ROW, RECEIPTS_COLUMN),
        closing=sheet.cell(last, CLOSING_COLUMN),
        closings=sheet.area(FIRST_DAY, CLOSING_COLUMN, last, CLOSING_COLUMN),
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
        (OTHER_COLUMN, ("", "", "", ""), "cash_before"),
        (CASH_COLUMN, CASH, "cash_before"),
        (AFTER_COLUMN, CASH_AFTER, "cash_after"),
    ):
        title = texts(f"words.{word}")
        sheet.worksheet.merge_range(FIRST_ROW, column, FIRST_ROW, column + len(names) - 1, title, head)
    sheet.text(FIRST_ROW, MINIMUM_COLUMN, "", "head")
    heads = [
        texts("words.date"),
        *(texts(f"figure.{name}") for name in (*SALES, *RECEIPTS)),
        *(texts(f"words.{word}") for word in ("other_flows", "costs", "opening", "closing")),
        *(texts(f"figure.{name}") for name in (*CASH, *CASH_AFTER)),
        texts("words.minimum_balance"),
    ]
    sheet.heads(HEAD_ROW, 0, heads)


def _totals(sheet: Sheet, scenario: ScenarioResult, result: Result, last: int) -> None:
    """Sums of the means and other flows; quantiles of the paths' totals from the engine."""
    sheet.text(TOTAL_ROW, DATE_COLUMN, sheet.book.texts("words.total"), "strong")
    sales, receipts = scenario.sales_total, scenario.receipts_total
    quantiles = (receipts.p05, receipts.p10, receipts.p50, receipts.p90, receipts.p95)
    _sum(sheet, SALES_COLUMN, last, sales.mean)
    _sum(sheet, RECEIPTS_COLUMN, last, receipts.mean)
    _sum(sheet, OTHER_COLUMN, last, sum(result.cash_of(scenario).other_flows))
    _sum(sheet, COSTS_COLUMN, last, sum(costs_by_day(scenario)))
    for first, values in ((SALES_COLUMN, (sales.p10, sales.p50, sales.p90)), (RECEIPTS_COLUMN, quantiles)):
        for column, value in enumerate(values, first + 1):
            sheet.number(TOTAL_ROW, column, value, "engine_strong")
    for column in range(OPENING_COLUMN, MINIMUM_COLUMN + 1):
        sheet.number(TOTAL_ROW, column, None, "strong")


def _sum(sheet: Sheet, column: int, last: int, value: float) -> None:
    area = f"{local_cell(FIRST_DAY, column)}:{local_cell(last, column)}"
    sheet.formula(TOTAL_ROW, column, f"=SUM({area})", value, "formula_strong")


def _series(scenario: ScenarioResult) -> Iterator[tuple[int, Sequence[float | None]]]:
    """The engine's figures by day, each series with its column."""
    sales, receipts, cash = scenario.sales, scenario.receipts, scenario.cash_before_financing
    yield from enumerate((sales.mean, sales.p10, sales.p50, sales.p90), SALES_COLUMN)
    levels = (receipts.p05, receipts.p10, receipts.p50, receipts.p90, receipts.p95)
    yield from enumerate((receipts.mean, *levels), RECEIPTS_COLUMN)
    yield COSTS_COLUMN, costs_by_day(scenario)
    yield from enumerate((cash.p05, cash.p50, cash.p95), CASH_COLUMN)
    after, empty = scenario.cash_after_financing, [None] * len(scenario.dates)
    yield from enumerate((after.mean, after.p05) if after else (empty, empty), AFTER_COLUMN)


def _cash(sheet: Sheet, scenario: ScenarioResult, result: Result, inputs: InputCells, index: int) -> None:
    """A day's other flows and the cash corkscrew."""
    row, cash = FIRST_DAY + index, scenario.cash_before_financing
    own = result.cash_of(scenario)
    other = own.other_flows[index]
    if inputs.flow_days is None or own.other_flows != result.other_flows.total:
        sheet.number(row, OTHER_COLUMN, other, "engine")
    else:
        flows = f"=SUMIFS({inputs.flow_amounts},{inputs.flow_days},{local_cell(row, DATE_COLUMN)})"
        sheet.formula(row, OTHER_COLUMN, flows, other)
    if index:
        sheet.formula(row, OPENING_COLUMN, f"={local_cell(row - 1, CLOSING_COLUMN)}", cash.mean[index - 1])
    else:
        opening = own.opening_balance
        same = opening == result.opening_balance
        _balance(sheet, row, OPENING_COLUMN, opening, inputs.opening_balance if same else None)
    parts = (OPENING_COLUMN, RECEIPTS_COLUMN, OTHER_COLUMN, COSTS_COLUMN)
    closing = "=" + "+".join(local_cell(row, column) for column in parts)
    sheet.formula(row, CLOSING_COLUMN, closing, cash.mean[index])
    same = own.minimum_balance == result.minimum_balance
    _balance(sheet, row, MINIMUM_COLUMN, own.minimum_balance, inputs.minimum_balance if same else None)


def _balance(sheet: Sheet, row: int, column: int, amount: float, cell: str | None) -> None:
    """A balance, linked to the cell of its input; None where the scenario has another."""
    if cell is None:
        sheet.number(row, column, amount, "engine")
    else:
        sheet.formula(row, column, f"={cell}", amount)


def _charts(sheet: Sheet, last: int) -> None:
    texts = sheet.book.texts
    edges, mean = ("p95", "p05"), texts("figure.mean")
    receipts = [(RECEIPTS_COLUMN + RECEIPTS.index(one), texts(f"figure.{one}"), SKY, 1.25) for one in edges]
    receipts.insert(1, (RECEIPTS_COLUMN, mean, BLUE, 2.25))
    cash = [(CASH_COLUMN + CASH.index(one), texts(f"figure.{one}"), SKY, 1.25) for one in edges]
    cash.insert(1, (CLOSING_COLUMN, mean, BLUE, 2.25))
    cash.append((MINIMUM_COLUMN, texts("words.minimum_balance"), VERMILLION, 1.5))
    categories = "=" + sheet.area(FIRST_DAY, DATE_COLUMN, last, DATE_COLUMN)
    for left, word, lines in ((0, "receipts", receipts), (SECOND_CHART, "cash_before", cash)):
        chart = sheet.book.workbook.add_chart({"type": "line"})
        for column, name, colour, width in lines:
            line = {"color": colour, "width": width} | ({"dash_type": "dash"} if column == MINIMUM_COLUMN else {})
            values = "=" + sheet.area(FIRST_DAY, column, last, column)
            chart.add_series({"name": name, "categories": categories, "values": values, "line": line})
        dated(chart, texts(f"words.{word}"), sheet.book.figures.unit)
        sheet.worksheet.insert_chart(last + 2, left, chart, {"object_position": 2})


def dated(chart: Chart, title: str, unit: str) -> None:
    """Gives a line chart its title, a true date axis, the unit of its values, and its size."""
    weekly = {"date_axis": True, "num_format": "mm-dd", "major_unit": 7, "major_unit_type": "days"}
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_x_axis(weekly | {"label_position": "low"})
    chart.set_y_axis({"name": unit, "num_format": "#,##0", "major_gridlines": GRID})
    chart.set_legend({"position": "bottom"})
    chart.set_size(CHART_SIZE)

"""The sheet of one scenario by day, whichever is chosen: simulated figures picked by formula, and a cash corkscrew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from forecast.outputs.workbook.checks import Check
from forecast.outputs.workbook.data import CASH, CASH_AFTER, LABEL, LISTED, MINIMUM, OPENING, RECEIPTS, SALES, series_of
from forecast.outputs.workbook.drawing import BLUE, SKY, VERMILLION, dated
from forecast.outputs.workbook.sheet import FIRST_ROW, WHOLE, Sheet, local_cell
from forecast.results.scenario import costs_by_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.workbook.data import DataCells
    from forecast.results.run import Result

PICKED_ROW = FIRST_ROW
HEAD_ROW = PICKED_ROW + 2
TOTAL_ROW = HEAD_ROW + 1
FIRST_DAY = TOTAL_ROW + 1
"""Rows, counted from 0: the scenario picked, heads below those of groups, totals, and the first day."""

TYPED, SHOWN, BEFORE = 3, 8, 13
"""The columns of the scenario typed, of the number of that shown, and of the rows that stand before its own."""

DATE_COLUMN, NUMBER_COLUMN, SALES_COLUMN = range(3)
RECEIPTS_COLUMN = SALES_COLUMN + len(SALES)
OTHER_COLUMN = RECEIPTS_COLUMN + len(RECEIPTS)
COSTS_COLUMN = OTHER_COLUMN + 1
OPENING_COLUMN = COSTS_COLUMN + 1
CLOSING_COLUMN = OPENING_COLUMN + 1
CASH_COLUMN = CLOSING_COLUMN + 1
AFTER_COLUMN = CASH_COLUMN + len(CASH)
MINIMUM_COLUMN = AFTER_COLUMN + len(CASH_AFTER)

PICKED = (
    *((SALES_COLUMN + place, ("sales", one)) for place, one in enumerate(SALES)),
    *((RECEIPTS_COLUMN + place, ("receipts", one)) for place, one in enumerate(RECEIPTS)),
    (OTHER_COLUMN, ("other_flows", "mean")),
    (COSTS_COLUMN, ("costs", "mean")),
    *((CASH_COLUMN + place, ("cash_before", one)) for place, one in enumerate(CASH)),
    *((AFTER_COLUMN + place, ("cash_after", one)) for place, one in enumerate(CASH_AFTER)),
)
"""The columns that are picked from the simulated figures, with their series."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Which scenario is shown first: ``chosen`` is a formula for its number from 1, or one beyond for the free one."""

    chosen: str
    label: str


def fill_by_day(sheet: Sheet, result: Result, data: DataCells, pick: Pick) -> list[Check]:
    """Writes the sheet with its charts; gives the check that the cash shown is the simulation's."""
    texts, last = sheet.book.texts, FIRST_DAY + data.days - 1
    sheet.widths([12, 6] + [12.5] * (MINIMUM_COLUMN - 1))
    sheet.text(2, 0, texts("sheet.totals_note") + " " + texts("sheet.charts_below"), "soft", wrap=False)
    _picked(sheet, data, pick)
    _heads(sheet)
    writer = _Days(sheet, result, data, series_of(result.base, result))
    writer.totals(last)
    for index in range(data.days):
        writer.day(index)
    sheet.worksheet.freeze_panes(FIRST_DAY, 2)
    sheet.repeat_rows(HEAD_ROW - 1, HEAD_ROW)
    _charts(sheet, last)
    closing = result.base.cash_before_financing.mean[-1]
    before, whole = sheet.cell(PICKED_ROW, BEFORE), data.whole(("cash_before", "mean"))
    engine = f"INDEX({whole},{before}+{sheet.cell(last, NUMBER_COLUMN)})"
    return [Check("by_day", sheet.cell(last, CLOSING_COLUMN), closing, closing, engine)]


def _picked(sheet: Sheet, data: DataCells, pick: Pick) -> None:
    """The scenario typed, a drop-down; empty it is the one that the inputs choose."""
    texts, labels = sheet.book.texts, data.listed(LABEL)
    sheet.text(PICKED_ROW, 0, texts("sheet.pick"), "fact", wrap=False)
    sheet.text(PICKED_ROW, TYPED, "", "input", wrap=False)
    told = {"error_title": texts("live.not_taken"), "error_message": texts("live.no_scenario")}
    rule = {"validate": "list", "source": f"={labels}", "ignore_blank": True, **told}
    if sheet.worksheet.data_validation(PICKED_ROW, TYPED, PICKED_ROW, TYPED, rule):
        raise ValueError(f"{sheet.name} takes no list of scenarios")
    shown = xl_rowcol_to_cell(PICKED_ROW, SHOWN, row_abs=True, col_abs=True)
    sheet.text(PICKED_ROW, SHOWN - 1, texts("live.number"), "unit", wrap=False)
    number = f"={picked(sheet, data, pick)}"
    sheet.formula(PICKED_ROW, SHOWN, number, 1, "formula", WHOLE)
    sheet.formula(PICKED_ROW, SHOWN + 1, f"=INDEX({labels},{shown})", pick.label, "fact", "")
    sheet.text(PICKED_ROW, BEFORE - 1, texts("sheet.rows_before"), "unit", wrap=False)
    sheet.formula(PICKED_ROW, BEFORE, f"=({shown}-1)*ROWS({data.dates()})", 0, "formula", WHOLE)


def picked(sheet: Sheet, data: DataCells, pick: Pick) -> str:
    """The number of the scenario shown: that of the label typed, or of the one that the inputs choose."""
    numbers, typed = data.listed(LISTED), sheet.cell(PICKED_ROW, TYPED)
    # MATCH takes *, ? and ~ in a label for more than they are.
    found = f"SUMPRODUCT(({data.listed(LABEL)}={typed})*{numbers})"
    chosen = f"IF({pick.chosen}>ROWS({numbers}),1,{pick.chosen})"
    return f'IF({typed}="",{chosen},IF({found}=0,NA(),{found}))'


def _heads(sheet: Sheet) -> None:
    texts = sheet.book.texts
    head = sheet.book.format("head")
    for column in (DATE_COLUMN, NUMBER_COLUMN, MINIMUM_COLUMN):
        sheet.text(HEAD_ROW - 1, column, "", "head")
    for column, names, word in (
        (SALES_COLUMN, SALES, "sales"),
        (RECEIPTS_COLUMN, RECEIPTS, "receipts"),
        (OTHER_COLUMN, ("", "", "", ""), "cash_before"),
        (CASH_COLUMN, CASH, "cash_before"),
        (AFTER_COLUMN, CASH_AFTER, "cash_after"),
    ):
        title = texts(f"words.{word}")
        sheet.worksheet.merge_range(HEAD_ROW - 1, column, HEAD_ROW - 1, column + len(names) - 1, title, head)
    heads = [
        texts("words.date"),
        texts("live.number"),
        *(texts(f"figure.{name}") for name in (*SALES, *RECEIPTS)),
        *(texts(f"words.{word}") for word in ("other_flows", "costs", "opening", "closing")),
        *(texts(f"figure.{name}") for name in (*CASH, *CASH_AFTER)),
        texts("words.minimum_balance"),
    ]
    sheet.heads(HEAD_ROW, 0, heads)


@dataclass(frozen=True, slots=True)
class _Days:
    sheet: Sheet
    result: Result
    data: DataCells
    series: Mapping[tuple[str, str], Sequence[float | None]]

    @property
    def _shown(self) -> str:
        return str(xl_rowcol_to_cell(PICKED_ROW, SHOWN, row_abs=True, col_abs=True))

    def day(self, index: int) -> None:
        """A day of the scenario shown, its cash from opening to closing."""
        sheet, data, row, base = self.sheet, self.data, FIRST_DAY + index, self.result.base
        sheet.day(row, DATE_COLUMN, base.dates[index], "label")
        sheet.number(row, NUMBER_COLUMN, index + 1, "label", WHOLE)
        before = xl_rowcol_to_cell(PICKED_ROW, BEFORE, row_abs=True, col_abs=True)
        number = xl_rowcol_to_cell(row, NUMBER_COLUMN, col_abs=True)
        for column, series in PICKED:
            found = f"INDEX({data.whole(series)},{before}+{number})"
            if series[0] == "cash_after":
                found = f'IF({found}="","–",{found})'
            value = self.series[series][index]
            sheet.formula(row, column, f"={found}", "–" if value is None else value)
        own, cash = self.result.cash_of(base), base.cash_before_financing
        if index:
            sheet.formula(row, OPENING_COLUMN, f"={local_cell(row - 1, CLOSING_COLUMN)}", cash.mean[index - 1])
        else:
            opening = f"=INDEX({data.listed(OPENING)},{self._shown})"
            sheet.formula(row, OPENING_COLUMN, opening, own.opening_balance)
        parts = (OPENING_COLUMN, RECEIPTS_COLUMN, OTHER_COLUMN, COSTS_COLUMN)
        closing = "=" + "+".join(local_cell(row, column) for column in parts)
        sheet.formula(row, CLOSING_COLUMN, closing, cash.mean[index])
        least = f"=INDEX({data.listed(MINIMUM)},{self._shown})"
        sheet.formula(row, MINIMUM_COLUMN, least, own.minimum_balance)

    def totals(self, last: int) -> None:
        """Sums of the means and other flows; quantiles of the paths' totals as simulated."""
        sheet, base = self.sheet, self.result.base
        sheet.text(TOTAL_ROW, DATE_COLUMN, sheet.book.texts("words.total"), "strong")
        for column in (NUMBER_COLUMN, *range(OPENING_COLUMN, MINIMUM_COLUMN + 1)):
            sheet.number(TOTAL_ROW, column, None, "strong")
        sums = (
            (SALES_COLUMN, base.sales_total.mean),
            (RECEIPTS_COLUMN, base.receipts_total.mean),
            (OTHER_COLUMN, sum(self.result.cash_of(base).other_flows)),
            (COSTS_COLUMN, sum(costs_by_day(base))),
        )
        for column, value in sums:
            area = f"{local_cell(FIRST_DAY, column)}:{local_cell(last, column)}"
            sheet.formula(TOTAL_ROW, column, f"=SUM({area})", value, "formula_strong")
        sales, receipts = base.sales_total, base.receipts_total
        quantiles = (receipts.p05, receipts.p10, receipts.p50, receipts.p90, receipts.p95)
        for word, first, names, values in (
            ("sales", SALES_COLUMN, SALES, (sales.p10, sales.p50, sales.p90)),
            ("receipts", RECEIPTS_COLUMN, RECEIPTS, quantiles),
        ):
            for column, (name, value) in enumerate(zip(names[1:], values, strict=True), first + 1):
                found = f"=INDEX({self.data.total((word, name))},{self._shown})"
                sheet.formula(TOTAL_ROW, column, found, value, "formula_strong")


def _charts(sheet: Sheet, last: int) -> None:
    texts = sheet.book.texts
    edges, mean = ("p95", "p05"), texts("figure.mean")
    receipts = [(RECEIPTS_COLUMN + RECEIPTS.index(one), texts(f"figure.{one}"), SKY, 1.25) for one in edges]
    receipts.insert(1, (RECEIPTS_COLUMN, mean, BLUE, 2.25))
    cash = [(CASH_COLUMN + CASH.index(one), texts(f"figure.{one}"), SKY, 1.25) for one in edges]
    cash.insert(1, (CLOSING_COLUMN, mean, BLUE, 2.25))
    cash.append((MINIMUM_COLUMN, texts("words.minimum_balance"), VERMILLION, 1.5))
    categories = "=" + sheet.area(FIRST_DAY, DATE_COLUMN, last, DATE_COLUMN)
    charts = []
    for word, lines in (("receipts", receipts), ("cash_before", cash)):
        chart = sheet.book.workbook.add_chart({"type": "line"})
        for column, name, colour, width in lines:
            line = {"color": colour, "width": width} | ({"dash_type": "dash"} if column == MINIMUM_COLUMN else {})
            values = "=" + sheet.area(FIRST_DAY, column, last, column)
            chart.add_series({"name": name, "categories": categories, "values": values, "line": line})
        dated(chart, texts(f"words.{word}"), sheet.book.figures.unit)
        charts.append(chart)
    sheet.charts(last + 2, charts, OPENING_COLUMN)

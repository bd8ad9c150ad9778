"""``stress.xlsx``: scenarios, grid, tornado, breaking points, fixes and frontier as sheets, with their charts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from forecast.outputs.note_lines import warning_lines
from forecast.outputs.readers import for_readers, named
from forecast.outputs.tables import stress as tables
from forecast.outputs.workbook.front import fill_notes
from forecast.outputs.workbook.paper import LETTERS, SMALL_LETTERS, text_width
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, RATE, Book, Sheet, new_book

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xlsxwriter.chart import Chart

    from forecast.outputs.figures import Figures
    from forecast.plan.model import Facility
    from forecast.results.stress import Fix, FrontierPoint, Reverse, Sensitivity, StressedScenario, StressResult

Cell = str | float | None
T = TypeVar("T")

MOST_BARS = 25
"""Assumptions in the tornado, so many as a printed page holds; the table above it holds them all."""

FIGURES, NARROW, WIDE = 11.5, 34.0, 60.0
"""The least width of a column, and the largest of one of texts: in a sheet of many columns, and in any other."""
MANY_COLUMNS, LEVEL, REMARK = 9, 9.0, 20.0
"""From how many columns on they are many; the widths of a level with its unit, and of a remark among them."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of a sheet: its head, a row's cell in it, the number format of a figure, and the most width of texts."""

    head: str
    cell: Callable[[T], Cell]
    number: str = MONEY
    widest: float = math.inf


def write_stress_workbook(path: Path, result: StressResult, facilities: Sequence[Facility] = ()) -> None:
    """Writes the workbook of a rounded stress test (see ``records.rounded``) to ``path``.

    ``facilities`` are the plan's, which are named by their kinds where their own names are mere keys.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    figures, labels = named(result, facilities), {name: one.label for name, one in result.scenarios.items()}
    result = replace(result, notes=for_readers(result.notes, figures, labels))
    with new_book(path, figures) as book:
        book.describe(book.texts("stress.title", merchant=result.merchant.name), result.version, result.as_of)
        stress_sheets(book, result)
        notes = Sheet(book, book.sheet_name(book.texts("sheets.notes")), book.texts("sheet.notes_title"))
        fill_notes(notes, result.notes)


def stress_sheets(book: Book, result: StressResult) -> list[Sheet]:
    """Adds the sheets of a stress test to a workbook: scenarios with the warnings, grid, tornado and the rest."""
    first = _sheet(book, "scenarios", list(result.scenarios.values()), _scenarios(book.figures))
    for row, warning in enumerate(warning_lines(result.notes, book.texts), FIRST_ROW + len(result.scenarios) + 3):
        first.text(row, 0, warning, "warning", wrap=False)
    return [
        first,
        _grids(book, result),
        _tornado(book, result),
        _sheet(book, "reverse", result.reverse, _reverse(result, book.figures)),
        _sheet(book, "fixes", result.fixes, _fixes(result, book.figures)),
        _frontier(book, result),
    ]


def _sheet(book: Book, name: str, rows: Sequence[T], columns: Sequence[Column[T]]) -> Sheet:
    """A sheet of one table below its title."""
    sheet = Sheet(book, book.sheet_name(book.texts(f"stress.{name}")), book.texts(f"stress.{name}"))
    widest = WIDE if len(columns) < MANY_COLUMNS else NARROW
    sheet.widths([_width([column.cell(one) for one in rows], min(widest, column.widest)) for column in columns])
    sheet.heads(FIRST_ROW, 0, [column.head for column in columns])
    for row, one in enumerate(rows, FIRST_ROW + 1):
        for place, column in enumerate(columns):
            cell = column.cell(one)
            if isinstance(cell, str):
                sheet.text(row, place, cell)
            else:
                sheet.number(row, place, cell, "engine", column.number)
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 1)
    return sheet


def _known(cost: float | None, figures: Figures) -> Cell:
    """A cost, or that no mix holds where it is not known."""
    return figures.texts("stress.does_not_hold") if cost is None else cost


def _width(cells: Sequence[Cell], widest: float) -> float:
    texts = [cell for cell in cells if isinstance(cell, str)]
    return max(min(FIGURES, widest), min(widest, max(map(text_width, texts), default=0) + 2.0))


def _scenarios(figures: Figures) -> list[Column[StressedScenario]]:
    texts = figures.texts
    return [
        Column(texts("words.scenario"), lambda one: one.label),
        Column(texts("words.receipts"), lambda one: one.receipts_total.mean),
        Column(texts("words.lowest_cash"), lambda one: one.lowest_cash.amount),
        Column(texts("words.lowest_cash_day"), lambda one: one.lowest_cash.day),
        Column(texts("words.buffer"), lambda one: one.buffer),
        Column(texts("words.funding_gap"), lambda one: one.funding_gap),
        Column(texts("words.recommended"), lambda one: tables.mix(one, figures)),
        Column(texts("words.feasible"), lambda one: figures.yes_no(one.feasible)),
        Column(texts("words.expected_cost"), lambda one: _known(one.expected_cost, figures)),
        Column(texts("words.shortfall_probability"), lambda one: one.shortfall_probability, RATE),
    ]


def _grids(book: Book, result: StressResult) -> Sheet:
    """The grid of each figure, one below the other, coloured by its size; a cross marks what no mix carries."""
    grid, texts, figures = result.grid, book.texts, book.figures
    sheet = Sheet(book, book.sheet_name(texts("stress.grid").replace("×", "x")), texts("stress.grid"))
    sheet.widths([30, *[16] * len(grid.volume)])
    label = result.channels[grid.failure_rate.channel].label
    row = FIRST_ROW
    shown: tuple[tables.GridFigure, ...] = ("buffer", "receipts", "cost")
    for name in shown:
        values = tables.grid_values(result, name)
        sheet.text(row, 0, texts(f"stress.grid_{name}", unit=figures.unit), "strong", wrap=False)
        heads = [texts("stress.grid_rate", channel=label), *(f"{volume:g}×" for volume in grid.volume)]
        sheet.heads(row + 1, 0, heads, height=20)
        lines = zip(grid.failure_rate.values, values, grid.feasible, strict=True)
        for line, (rate, amounts, holds) in enumerate(lines, row + 2):
            sheet.number(line, 0, rate, "label", RATE)
            for place, (amount, held) in enumerate(zip(amounts, holds, strict=True), 1):
                if amount is None:
                    sheet.text(line, place, texts("stress.does_not_hold"), wrap=False)
                else:
                    sheet.number(line, place, amount, "engine", MONEY if held else f'#,##0"{tables.BREAKS}"')
        last = row + 1 + len(values)
        colours = {"type": "3_color_scale", "min_color": "#F7FBFF", "mid_color": "#9ECAE1", "max_color": "#F4A582"}
        sheet.worksheet.conditional_format(row + 2, 1, last, len(grid.volume), colours)
        row = last + 2
    return sheet


def _tornado(book: Book, result: StressResult) -> Sheet:
    """The sensitivities, and a bar chart of what they do to the buffer."""
    texts, shown = book.texts, result.sensitivities
    sheet = _sheet(book, "sensitivities", shown, _ends(result, book.figures))
    sheet.prints_small(SMALL_LETTERS)  # all of an assumption on one page
    if not shown:
        return sheet
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    last, bars = FIRST_ROW + len(shown), min(len(shown), MOST_BARS)
    for place, colour in ((6, "#56B4E9"), (7, "#D55E00")):
        chart.add_series(
            {
                "name": f"={sheet.cell(FIRST_ROW, place - 2)}",
                "categories": f"={sheet.area(FIRST_ROW + 1, 0, FIRST_ROW + bars, 0)}",
                "values": f"={sheet.area(FIRST_ROW + 1, place, FIRST_ROW + bars, place)}",
                "fill": {"color": colour},
                "gap": 30,
            }
        )
    letters = {"size": LETTERS}  # as the table above it: the page is scaled to the table's columns
    chart.set_y_axis({"reverse": True, "label_position": "low", "num_font": letters})
    chart.set_x_axis({"num_font": letters})
    chart.set_title({"name": texts("stress.sensitivities"), "overlay": False})
    chart.set_legend({"position": "bottom", "font": letters})
    chart.set_size({"width": 900, "height": 160 + 20 * bars})
    _on_a_page(sheet, last + 2, chart)
    return sheet


def _on_a_page(sheet: Sheet, row: int, chart: Chart) -> None:
    """Puts a chart below a table, in print on a page of its own, so that it is not cut."""
    sheet.charts(row, [chart])


def _ends(result: StressResult, figures: Figures) -> list[Column[Sensitivity]]:
    """The columns of the sensitivities; the seventh and the eighth are what the chart draws."""
    texts, base = figures.texts, result.base.buffer
    moved = texts("stress.effect") + texts("language.colon")
    return [
        Column(texts("stress.assumption"), lambda one: tables.what(one.key, result, figures)),
        Column(texts("stress.source"), lambda one: texts(f"stress.sources.{one.source}")),
        Column(f"{texts('stress.range')} 1", lambda one: tables.measured(one.key, one.low, figures), widest=LEVEL),
        Column(f"{texts('stress.range')} 2", lambda one: tables.measured(one.key, one.high, figures), widest=LEVEL),
        Column(texts("stress.buffer_low"), lambda one: one.buffer[0]),
        Column(texts("stress.buffer_high"), lambda one: one.buffer[1]),
        Column(moved + texts("stress.buffer_low"), lambda one: one.buffer[0] - base, FEN),
        Column(moved + texts("stress.buffer_high"), lambda one: one.buffer[1] - base, FEN),
        Column(texts("stress.receipts_low"), lambda one: one.receipts[0]),
        Column(texts("stress.receipts_high"), lambda one: one.receipts[1]),
        Column(texts("stress.cost_low"), lambda one: _known(one.expected_cost[0], figures), FEN),
        Column(texts("stress.cost_high"), lambda one: _known(one.expected_cost[1], figures), FEN),
        Column(texts("stress.remark"), lambda one: tables.one_sided(one, result, figures), widest=REMARK),
    ]


def _reverse(result: StressResult, figures: Figures) -> list[Column[Reverse]]:
    texts = figures.texts
    return [
        Column(texts("stress.assumption"), lambda one: tables.what(one.key, result, figures)),
        Column(texts("stress.level"), lambda one: tables.breaks_at(one, figures)),
        Column(texts("stress.tolerance"), lambda one: tables.measured(one.key, one.tolerance, figures)),
        Column(texts("stress.likelihood"), lambda one: figures.percent(one.likelihood)),
        Column(texts("stress.status"), lambda one: one.text),
    ]


def _fixes(result: StressResult, figures: Figures) -> list[Column[Fix]]:
    texts = figures.texts
    return [
        Column(texts("stress.fix"), lambda one: tables.what(one.key, result, figures)),
        Column(texts("stress.change"), lambda one: tables.level(one.key, one.change, figures, change=True)),
        Column(texts("words.receipts"), lambda one: one.receipts, FEN),
        Column(texts("words.buffer"), lambda one: one.buffer, FEN),
        Column(texts("words.expected_cost"), lambda one: _known(one.expected_cost, figures), FEN),
        Column(texts("stress.a_year"), lambda one: one.total_a_year, FEN),
    ]


def _points(result: StressResult, figures: Figures) -> list[Column[FrontierPoint]]:
    texts = figures.texts
    return [
        Column(texts("stress.move"), lambda one: tables.move(one, result)),
        Column(texts("stress.share"), lambda one: one.share, RATE),
        Column(texts("stress.cost"), lambda one: one.cost),
        Column(texts("words.buffer"), lambda one: one.buffer),
        Column(texts("words.receipts"), lambda one: one.receipts),
        Column(texts("words.expected_cost"), lambda one: _known(one.expected_cost, figures), FEN),
        Column(texts("stress.efficient"), lambda one: figures.yes_no(one.efficient)),
        Column(texts("words.recommended"), lambda one: figures.yes_no(one.recommended)),
    ]


def _frontier(book: Book, result: StressResult) -> Sheet:
    """The points of the frontier, and a chart of buffer against cost, a line a pair of channels."""
    texts, figures, shown = book.texts, book.figures, result.frontier
    names = [tables.move(one, result) for one in shown]
    sheet = _sheet(book, "frontier", shown, _points(result, figures))
    unasked = bool(shown) and result.buffer_wanted is None
    answer = texts("stress.frontier_unasked_sheet") if unasked else tables.frontier_answer(result, figures)
    sheet.text(1, 0, answer, "fact", wrap=False)
    if not shown:
        return sheet
    chart = book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    for name in dict.fromkeys(names):
        rows = [row for row, one in enumerate(names, FIRST_ROW + 1) if one == name]
        chart.add_series(
            {
                "name": f"={sheet.cell(rows[0], 0)}",
                "categories": f"={sheet.area(rows[0], 2, rows[-1], 2)}",
                "values": f"={sheet.area(rows[0], 3, rows[-1], 3)}",
            }
        )
    chart.set_x_axis({"name": f"{texts('stress.cost')} · {figures.unit}", "label_position": "low"})
    chart.set_y_axis({"name": f"{texts('words.buffer')} · {figures.unit}", "label_position": "low"})
    chart.set_title({"name": texts("stress.frontier"), "overlay": False})
    chart.set_size({"width": 900, "height": 420})
    _on_a_page(sheet, FIRST_ROW + len(shown) + 3, chart)
    return sheet

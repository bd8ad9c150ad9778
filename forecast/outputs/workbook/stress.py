"""``stress.xlsx``: scenarios, grid, tornado, breaking points, fixes and frontier as sheets, with their charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables import stress as tables
from forecast.outputs.workbook.front import fill_notes
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, RATE, Book, Sheet, new_book, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.results.stress import StressResult

Cell = str | float | None

NUMBER = "0.####"
"""The format of levels whose unit differs by row."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its head, its cells, and the number format of those that are figures."""

    head: str
    cells: Sequence[Cell]
    number: str = MONEY


def write_stress_workbook(path: Path, result: StressResult) -> None:
    """Writes the workbook of a rounded stress test (see ``records.rounded``) to ``path``.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    with new_book(path, Figures.of(result)) as book:
        book.describe(book.texts("stress.title", merchant=result.merchant.name), result.version, result.as_of)
        first = _sheet(book, "scenarios", _scenarios(result, book.figures))
        for row, warning in enumerate(warning_lines(result.notes, book.texts), FIRST_ROW + len(result.scenarios) + 3):
            first.text(row, 0, warning, "warning", wrap=False)
        _grids(book, result)
        _tornado(book, result)
        _sheet(book, "reverse", _reverse(result, book.figures))
        _sheet(book, "fixes", _fixes(result, book.figures))
        _frontier(book, result)
        notes = Sheet(book, book.sheet_name(book.texts("sheets.notes")), book.texts("sheet.notes_title"))
        fill_notes(notes, result.notes)


def _sheet(book: Book, name: str, columns: Sequence[Column]) -> Sheet:
    """A sheet of one table below its title."""
    sheet = Sheet(book, book.sheet_name(book.texts(f"stress.{name}")), book.texts(f"stress.{name}"))
    sheet.widths([_width(one) for one in columns])
    sheet.heads(FIRST_ROW, 0, [one.head for one in columns])
    for place, column in enumerate(columns):
        for row, cell in enumerate(column.cells, FIRST_ROW + 1):
            if isinstance(cell, str):
                sheet.text(row, place, cell, wrap=False)
            else:
                sheet.number(row, place, cell, "engine", column.number)
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 1)
    return sheet


def _width(column: Column) -> float:
    texts = [cell for cell in column.cells if isinstance(cell, str)]
    return max(14.0, min(60.0, max(map(text_width, texts), default=0) + 2.0))


def _scenarios(result: StressResult, figures: Figures) -> list[Column]:
    texts, shown = figures.texts, list(result.scenarios.values())
    words: dict[str, list[Cell]] = {
        "receipts": [one.receipts_total.mean for one in shown],
        "lowest_cash": [one.lowest_cash.amount for one in shown],
        "lowest_cash_day": [one.lowest_cash.day for one in shown],
        "buffer": [one.buffer for one in shown],
        "funding_gap": [one.funding_gap for one in shown],
        "recommended": [", ".join(one.recommended) or texts("words.nothing_drawn") for one in shown],
        "feasible": [figures.yes_no(one.feasible) for one in shown],
        "expected_cost": [one.expected_cost for one in shown],
    }
    columns = [Column(texts("words.scenario"), [one.label for one in shown])]
    columns += [Column(texts(f"words.{word}"), cells) for word, cells in words.items()]
    chances = [one.shortfall_probability for one in shown]
    return [*columns, Column(texts("words.shortfall_probability"), chances, RATE)]


def _grids(book: Book, result: StressResult) -> None:
    """The grid of each figure, one below the other, coloured by its size; a cross marks what no mix carries."""
    grid, texts, figures = result.grid, book.texts, book.figures
    sheet = Sheet(book, book.sheet_name(texts("stress.grid").replace("×", "x")), texts("stress.grid"))
    sheet.widths([30, *[16] * len(grid.volume)])
    label = result.channels[grid.failure_rate.channel].label
    row = FIRST_ROW
    for name, values in (("buffer", grid.buffer), ("receipts", grid.receipts), ("cost", grid.expected_cost)):
        sheet.text(row, 0, texts(f"stress.grid_{name}", unit=figures.unit), "strong", wrap=False)
        heads = [texts("stress.grid_rate", channel=label), *(f"{volume:g}×" for volume in grid.volume)]
        sheet.heads(row + 1, 0, heads, height=20)
        lines = zip(grid.failure_rate.values, values, grid.feasible, strict=True)
        for line, (rate, amounts, holds) in enumerate(lines, row + 2):
            sheet.number(line, 0, rate, "label", RATE)
            for place, (amount, held) in enumerate(zip(amounts, holds, strict=True), 1):
                sheet.number(line, place, amount, "engine", MONEY if held else f'#,##0"{tables.BREAKS}"')
        last = row + 1 + len(values)
        colours = {"type": "3_color_scale", "min_color": "#F7FBFF", "mid_color": "#9ECAE1", "max_color": "#F4A582"}
        sheet.worksheet.conditional_format(row + 2, 1, last, len(grid.volume), colours)
        row = last + 2


def _tornado(book: Book, result: StressResult) -> None:
    """The sensitivities, and a bar chart of what they do to the buffer."""
    texts, figures, shown = book.texts, book.figures, result.sensitivities
    base = result.scenarios["base"].buffer
    columns = [
        Column(texts("stress.assumption"), [tables.what(one.key, result, figures) for one in shown]),
        Column(texts("stress.source"), [texts(f"stress.sources.{one.source}") for one in shown]),
        *(
            Column(f"{texts('stress.range')} {end}", [one.low if end == "1" else one.high for one in shown], NUMBER)
            for end in ("1", "2")
        ),
        Column(texts("stress.buffer_low"), [one.buffer[0] for one in shown]),
        Column(texts("stress.buffer_high"), [one.buffer[1] for one in shown]),
        *(
            Column(f"{texts('stress.effect')}{texts('language.colon')}{texts(f'stress.{word}')}", cells)
            for word, cells in (
                ("buffer_low", [one.buffer[0] - base for one in shown]),
                ("buffer_high", [one.buffer[1] - base for one in shown]),
            )
        ),
        Column(texts("stress.receipts_low"), [one.receipts[0] for one in shown]),
        Column(texts("stress.receipts_high"), [one.receipts[1] for one in shown]),
        Column(texts("stress.cost_low"), [one.expected_cost[0] for one in shown], FEN),
        Column(texts("stress.cost_high"), [one.expected_cost[1] for one in shown], FEN),
    ]
    sheet = _sheet(book, "sensitivities", columns)
    if not shown:
        return
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    last = FIRST_ROW + len(shown)
    for place, colour in ((6, "#56B4E9"), (7, "#D55E00")):
        chart.add_series(
            {
                "name": f"={sheet.cell(FIRST_ROW, place - 2)}",
                "categories": f"={sheet.area(FIRST_ROW + 1, 0, last, 0)}",
                "values": f"={sheet.area(FIRST_ROW + 1, place, last, place)}",
                "fill": {"color": colour},
                "gap": 30,
            }
        )
    chart.set_y_axis({"reverse": True, "label_position": "low"})
    chart.set_title({"name": texts("stress.sensitivities"), "overlay": False})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 160 + 20 * len(shown)})
    sheet.worksheet.insert_chart(last + 2, 0, chart)


def _reverse(result: StressResult, figures: Figures) -> list[Column]:
    texts, shown = figures.texts, result.reverse
    return [
        Column(texts("stress.assumption"), [tables.what(one.key, result, figures) for one in shown]),
        Column(texts("stress.level"), [one.value for one in shown], NUMBER),
        Column(texts("stress.tolerance"), [one.tolerance for one in shown], NUMBER),
        Column(texts("stress.likelihood"), [one.likelihood for one in shown], RATE),
        Column(texts("stress.status"), [one.text for one in shown]),
    ]


def _fixes(result: StressResult, figures: Figures) -> list[Column]:
    texts, shown = figures.texts, result.fixes
    return [
        Column(texts("stress.fix"), [tables.what(one.key, result, figures) for one in shown]),
        Column(texts("stress.change"), [tables.level(one.key, one.change, figures, change=True) for one in shown]),
        Column(texts("words.receipts"), [one.receipts for one in shown]),
        Column(texts("words.buffer"), [one.buffer for one in shown]),
        Column(texts("words.expected_cost"), [one.expected_cost for one in shown], FEN),
        Column(texts("stress.a_year"), [one.total_a_year for one in shown]),
    ]


def _frontier(book: Book, result: StressResult) -> None:
    """The points of the frontier, and a chart of buffer against cost, a line a pair of channels."""
    texts, figures, shown = book.texts, book.figures, result.frontier
    names = [f"{result.channels[one.source].label} → {result.channels[one.target].label}" for one in shown]
    columns = [
        Column(texts("stress.move"), names),
        Column(texts("stress.share"), [one.share for one in shown], RATE),
        Column(texts("stress.cost"), [one.cost for one in shown]),
        Column(texts("words.buffer"), [one.buffer for one in shown]),
        Column(texts("words.receipts"), [one.receipts for one in shown]),
        Column(texts("words.expected_cost"), [one.expected_cost for one in shown], FEN),
        Column(texts("stress.efficient"), [figures.yes_no(one.efficient) for one in shown]),
        Column(texts("words.recommended"), [figures.yes_no(one.recommended) for one in shown]),
    ]
    sheet = _sheet(book, "frontier", columns)
    sheet.text(1, 0, tables.frontier_answer(result, figures), "fact", wrap=False)
    if not shown:
        return
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
    chart.set_y_axis({"name": f"{texts('words.buffer')} · {figures.unit}"})
    chart.set_title({"name": texts("stress.frontier"), "overlay": False})
    chart.set_size({"width": 900, "height": 420})
    sheet.worksheet.insert_chart(FIRST_ROW + len(shown) + 3, 0, chart)

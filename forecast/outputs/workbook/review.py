"""``review.xlsx``: from forecast to actual by channel as live formulas, with the lines behind it; read as it is.

As in ``scenarios.xlsx``, sums and differences are formulas that carry the engine's figure as cached value.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import xlsxwriter

from forecast.outputs.figures import Figures
from forecast.outputs.tables.review import EFFECTS, parts, warnings
from forecast.outputs.workbook.front import fill_notes
from forecast.outputs.workbook.run import OPTIONS
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, Book, Sheet, local_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HEAD_ROW = FIRST_ROW
NAME, FORECAST, FIRST_EFFECT = range(3)
ACTUAL = FIRST_EFFECT + len(EFFECTS)
CHECK, LOW, HIGH, INSIDE = range(ACTUAL + 1, ACTUAL + 5)
LINES = ("forecast", "actual", "difference")


def write_review_workbook(path: Path, result: Mapping[str, Any]) -> None:
    """Writes the workbook of a rounded review (see ``plain``) to ``path``.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    workbook = xlsxwriter.Workbook(str(path), OPTIONS)
    try:
        book = Book(workbook, Figures.of(result))
        _describe(workbook, book, result)
        span = {"first": result["first_day"], "last": result["as_of"], "currency": result["currency"]}
        sheets = [
            Sheet(book, book.sheet_name(book.texts(f"review.{name}")), book.texts(f"review.{title}", **span))
            for name, title in (("sheet", "sheet_title"), ("lines_sheet", "lines_title"))
        ]
        _fill_bridge(sheets[0], result)
        _fill_lines(sheets[1], result)
        notes = Sheet(book, book.sheet_name(book.texts("sheets.notes")), book.texts("sheet.notes_title"))
        fill_notes(notes, result)
    finally:
        workbook.close()


def _describe(workbook: xlsxwriter.Workbook, book: Book, result: Mapping[str, Any]) -> None:
    """The file's own properties, dated by the last day reviewed: the same review gives the same file."""
    title = book.texts("review.title", merchant=result["merchant"]["name"], as_of=result["forecast"]["as_of"])
    created = dt.datetime.fromisoformat(result["as_of"])
    workbook.set_properties({"title": title, "author": f"forecast {result['version']}", "created": created})
    workbook.set_calc_mode("auto")


def _fill_bridge(sheet: Sheet, result: Mapping[str, Any]) -> None:
    """What concerns every figure; a row a channel, their sums below, whether each adds up, and the waterfall."""
    texts, figures = sheet.book.texts, sheet.book.figures
    for row, warning in zip((1, 2), warnings(result), strict=False):
        sheet.text(row, 0, warning, "warning", wrap=False)
    sheet.widths([24, *[14] * (INSIDE - 1), 14])
    heads = [
        texts("words.channel"),
        texts("review.forecast"),
        *(texts(f"review.effects.{name}") for name in EFFECTS),
        texts("review.actual"),
        texts("review.check_sum"),
        *(texts(f"figure.{name}") for name in ("p05", "p95")),
        texts("review.inside"),
    ]
    sheet.heads(HEAD_ROW, 0, heads, height=34)
    sheet.worksheet.freeze_panes(HEAD_ROW + 1, 1)
    rows = parts(result, figures)
    first, total = HEAD_ROW + 1, HEAD_ROW + len(rows)
    for row, (label, part) in enumerate(rows, first):
        strong = "_strong" if row == total else ""
        sheet.text(row, NAME, label, "strong" if strong else "label")
        amounts = [part["receipts"]["forecast"], *(part["effects"][name] for name in EFFECTS)]
        for column, amount in enumerate([*amounts, part["receipts"]["actual"]], FORECAST):
            if strong:
                area = f"{local_cell(first, column)}:{local_cell(total - 1, column)}"
                sheet.formula(row, column, f"=SUM({area})", amount, "formula_strong", FEN)
            else:
                sheet.number(row, column, amount, "engine", FEN)
        added = f"SUM({local_cell(row, FORECAST)}:{local_cell(row, ACTUAL - 1)})"
        sheet.formula(row, CHECK, f"=ROUND({added}-{local_cell(row, ACTUAL)},2)", 0.0, f"formula{strong}", FEN)
        low, high = part["receipts"]["p05"], part["receipts"]["p95"]
        sheet.number(row, LOW, low, f"engine{strong}", FEN)
        sheet.number(row, HIGH, high, f"engine{strong}", FEN)
        actual = local_cell(row, ACTUAL)
        test = f"AND({actual}>={local_cell(row, LOW)},{actual}<={local_cell(row, HIGH)})"
        words = {held: texts("words.yes" if held else "words.no") for held in (True, False)}
        formula = f'=IF({test},"{words[True]}","{words[False]}")'
        sheet.formula(row, INSIDE, formula, words[part["receipts"]["inside"]], f"formula{strong}", "")
    good, bad = texts("sheet.ok"), texts("sheet.bad")
    area = f"{local_cell(first, CHECK)}:{local_cell(total, CHECK)}"
    sheet.master_check(INSIDE, f'=IF(AND(MIN({area})=0,MAX({area})=0),"{good}","{bad}")', good)
    after = _fill_waterfall(sheet, result, total)
    for row, name in enumerate((*EFFECTS, "sum"), after):
        sheet.text(row, 0, texts(f"review.methods.{name}"), "soft", wrap=False)


def _fill_waterfall(sheet: Sheet, result: Mapping[str, Any], total: int) -> int:
    """The chart, and below it the bars' ends that it draws, as formulas; gives the first row that is free."""
    texts, receipts = sheet.book.texts, result["total"]["receipts"]
    effects = [result["total"]["effects"][name] for name in EFFECTS]
    levels = list(accumulate(effects, initial=receipts["forecast"]))
    head = total + 22
    names = [texts("review.forecast"), *(texts(f"review.effects.{name}") for name in EFFECTS), texts("review.actual")]
    sheet.heads(
        head,
        0,
        [
            texts("review.line"),
            texts("sheet.bar_base"),
            texts("sheet.bar_up"),
            texts("sheet.bar_down"),
            texts("sheet.bar_total"),
        ],
        34,
    )
    for place, name in enumerate(names):
        row = head + 1 + place
        column = FORECAST + place
        sheet.text(row, 0, name)
        if place in {0, len(names) - 1}:
            whole = receipts["forecast"] if place == 0 else receipts["actual"]
            sheet.formula(row, 4, f"={local_cell(total, column)}", whole, number=FEN)
            continue
        before, effect = levels[place - 1], effects[place - 1]
        so_far = f"SUM({local_cell(total, FORECAST)}:{local_cell(total, column - 1)})"
        moved = local_cell(total, column)
        sheet.formula(row, 1, f"={so_far}+MIN({moved},0)", round(before + min(effect, 0.0), 2), number=FEN)
        sheet.formula(row, 2, f"=MAX({moved},0)", max(effect, 0.0), number=FEN)
        sheet.formula(row, 3, f"=MAX(-{moved},0)", max(-effect, 0.0), number=FEN)
    chart = sheet.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    last = head + len(names)
    fills = {1: None, 2: "#009E73", 3: "#D55E00", 4: "#0072B2"}
    for column, colour in fills.items():
        chart.add_series(
            {
                "name": "=" + sheet.cell(head, column),
                "categories": "=" + sheet.area(head + 1, 0, last, 0),
                "values": "=" + sheet.area(head + 1, column, last, column),
                "fill": {"none": True} if colour is None else {"color": colour},
                "gap": 60,
            }
        )
    low, high = _axis(levels)
    lines = {"visible": True, "line": {"color": "#E6E8EB"}}
    chart.set_y_axis({"min": low, "max": high, "num_format": "#,##0", "major_gridlines": lines})
    chart.set_title({"name": texts("review.waterfall"), "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 900, "height": 390})
    sheet.worksheet.insert_chart(total + 1, 0, chart, {"x_offset": 8, "y_offset": 8})
    return last + 2


def _axis(levels: Sequence[float]) -> tuple[float, float]:
    """Round ends of an axis that shows the levels with some room around them."""
    low, high = min(levels), max(levels)
    span = high - low or abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(span))
    return math.floor((low - span / 4) / step) * step, math.ceil((high + span / 4) / step) * step


def _fill_lines(sheet: Sheet, result: Mapping[str, Any]) -> None:
    """Of each channel and of all: the lines from orders to receipts, the differences as formulas."""
    texts, figures = sheet.book.texts, sheet.book.figures
    sheet.widths([26, 34, 18, 18, 18])
    heads = [texts("words.channel"), texts("review.line"), *(texts(f"review.{name}") for name in LINES)]
    sheet.heads(HEAD_ROW, 0, heads, height=24)
    sheet.worksheet.freeze_panes(HEAD_ROW + 1, 2)
    row = HEAD_ROW + 1
    for label, part in parts(result, figures):
        for name, line in part["lines"].items():
            strong = "_strong" if name == "receipts" else ""
            look = "strong" if strong else "label"
            sheet.text(row, 0, label, look)
            sheet.text(row, 1, texts(f"review.lines_of.{name}"), look)
            for column, figure in enumerate(LINES[:2], 2):
                sheet.number(row, column, line[figure], f"engine{strong}", FEN)
            difference = f"={local_cell(row, 3)}-{local_cell(row, 2)}"
            sheet.formula(row, 4, difference, line["difference"], f"formula{strong}", FEN)
            row += 1

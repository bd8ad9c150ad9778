"""``review.xlsx``: from forecast to actual by channel as live formulas, with the lines behind it; read as it is.

As in ``scenarios.xlsx``, sums and differences are formulas that carry the engine's figure as cached value.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables.review import EFFECTS, LINES, parts, step_names
from forecast.outputs.workbook.front import fill_notes
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, Sheet, local_cell, new_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forecast.results.review import Line, ReviewPart, ReviewResult

HEAD_ROW = FIRST_ROW
NAME, FORECAST, FIRST_EFFECT = range(3)
ACTUAL = FIRST_EFFECT + len(EFFECTS)
CHECK, LOW, HIGH, INSIDE = range(ACTUAL + 1, ACTUAL + 5)


def write_review_workbook(path: Path, result: ReviewResult) -> None:
    """Writes the workbook of a rounded review (see ``records.rounded``) to ``path``.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    with new_book(path, Figures.of(result)) as book:
        texts = book.texts
        title = texts("review.title", merchant=result.merchant.name, as_of=result.forecast.as_of)
        book.describe(title, result.version, result.as_of)
        span = {"first": result.first_day, "last": result.as_of, "currency": result.currency}
        bridge, lines = (
            Sheet(book, book.sheet_name(texts(f"review.{name}")), texts(f"review.{title}", **span))
            for name, title in (("sheet", "sheet_title"), ("lines_sheet", "lines_title"))
        )
        _fill_bridge(bridge, result)
        _fill_lines(lines, result)
        if result.costs:
            _fill_costs(
                Sheet(book, book.sheet_name(texts("review.costs_sheet")), texts("review.costs_title", **span)),
                result.costs,
            )
        notes = Sheet(book, book.sheet_name(texts("sheets.notes")), texts("sheet.notes_title"))
        fill_notes(notes, result.notes)


def _fill_bridge(sheet: Sheet, result: ReviewResult) -> None:
    """The warnings; a row a channel, their sums below, whether each adds up, and the waterfall."""
    texts = sheet.book.texts
    told = warning_lines(result.notes, texts)
    for row, warning in enumerate(told, 1):
        sheet.text(row, 0, warning, "warning", wrap=False)
    head = max(HEAD_ROW, len(told) + 1)
    sheet.widths([24, *[14] * (INSIDE - 1), 14])
    ends = (texts("figure.p05"), texts("figure.p95"))
    steps = step_names(sheet.book.figures)
    heads = [texts("words.channel"), *steps, texts("review.check_sum"), *ends, texts("review.inside")]
    sheet.heads(head, 0, heads, height=34)
    sheet.worksheet.freeze_panes(head + 1, 1)
    rows = parts(result, sheet.book.figures)
    first, total = head + 1, head + len(rows)
    for row, (label, part) in enumerate(rows, first):
        strong = "_strong" if row == total else ""
        sheet.text(row, NAME, label, "strong" if strong else "label")
        _amounts(sheet, row, part, first if strong else None)
        _against(sheet, row, part, strong)
    good, bad = texts("sheet.ok"), texts("sheet.bad")
    area = f"{local_cell(first, CHECK)}:{local_cell(total, CHECK)}"
    sheet.master_check(INSIDE, f'=IF(AND(MIN({area})=0,MAX({area})=0),"{good}","{bad}")', good)
    after = _fill_waterfall(sheet, result.total, total)
    for row, name in enumerate((*EFFECTS, "sum"), after):
        sheet.text(row, 0, texts(f"review.methods.{name}"), "soft", wrap=False)


def _amounts(sheet: Sheet, row: int, part: ReviewPart, first: int | None) -> None:
    """Receipts as forecast, the effects, and receipts as they came; as sums of the rows from ``first`` on if given."""
    receipts = part.receipts
    for column, amount in enumerate((receipts.forecast, *_effects(part), receipts.actual), FORECAST):
        if first is None:
            sheet.number(row, column, amount, "engine", FEN)
        else:
            area = f"{local_cell(first, column)}:{local_cell(row - 1, column)}"
            sheet.formula(row, column, f"=SUM({area})", amount, "formula_strong", FEN)


def _effects(part: ReviewPart) -> list[float]:
    return [effect(part.effects) for effect in EFFECTS.values()]


def _against(sheet: Sheet, row: int, part: ReviewPart, strong: str) -> None:
    """Whether a row adds up, and the forecast's interval with whether it held the actual receipts."""
    texts, receipts, actual = sheet.book.texts, part.receipts, local_cell(row, ACTUAL)
    added = f"SUM({local_cell(row, FORECAST)}:{local_cell(row, ACTUAL - 1)})"
    sheet.formula(row, CHECK, f"=ROUND({added}-{actual},2)", 0.0, f"formula{strong}", FEN)
    sheet.number(row, LOW, receipts.p05, f"engine{strong}", FEN)
    sheet.number(row, HIGH, receipts.p95, f"engine{strong}", FEN)
    yes, no = texts("words.yes"), texts("words.no")
    test = f"AND({actual}>={local_cell(row, LOW)},{actual}<={local_cell(row, HIGH)})"
    held = yes if receipts.inside else no
    sheet.formula(row, INSIDE, f'=IF({test},"{yes}","{no}")', held, f"formula{strong}", "")


def _fill_waterfall(sheet: Sheet, whole: ReviewPart, total: int) -> int:
    """The chart, and below it the bars' ends that it draws, as formulas; gives the first row that is free."""
    texts, receipts, names = sheet.book.texts, whole.receipts, step_names(sheet.book.figures)
    head, last = total + 22, total + 22 + len(names)
    words = ("review.line", "sheet.bar_base", "sheet.bar_up", "sheet.bar_down", "sheet.bar_total")
    sheet.heads(head, 0, [texts(word) for word in words], 34)
    for row, name in enumerate(names, head + 1):
        sheet.text(row, 0, name)
    for row, column, amount in ((head + 1, FORECAST, receipts.forecast), (last, ACTUAL, receipts.actual)):
        sheet.formula(row, 4, f"={local_cell(total, column)}", amount, number=FEN)
    effects = _effects(whole)
    levels = list(accumulate(effects, initial=receipts.forecast))
    for place, (before, effect) in enumerate(zip(levels, effects, strict=False)):
        row, cell = head + 2 + place, local_cell(total, FIRST_EFFECT + place)
        so_far = f"SUM({local_cell(total, FORECAST)}:{local_cell(total, FORECAST + place)})"
        sheet.formula(row, 1, f"={so_far}+MIN({cell},0)", round(before + min(effect, 0.0), 2), number=FEN)
        sheet.formula(row, 2, f"=MAX({cell},0)", max(effect, 0.0), number=FEN)
        sheet.formula(row, 3, f"=MAX(-{cell},0)", max(-effect, 0.0), number=FEN)
    _chart(sheet, (head, last), levels, total + 1)
    return last + 2


def _chart(sheet: Sheet, rows: tuple[int, int], levels: Sequence[float], at: int) -> None:
    """The waterfall as stacked columns of the bars' ends, which stand below their heads in ``rows``."""
    chart = sheet.book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    head, last = rows
    fills = {1: {"none": True}, 2: {"color": "#009E73"}, 3: {"color": "#D55E00"}, 4: {"color": "#0072B2"}}
    for column, fill in fills.items():
        chart.add_series(
            {
                "name": "=" + sheet.cell(head, column),
                "categories": "=" + sheet.area(head + 1, 0, last, 0),
                "values": "=" + sheet.area(head + 1, column, last, column),
                "fill": fill,
                "gap": 60,
            }
        )
    low, high = _axis(levels)
    lines = {"visible": True, "line": {"color": "#E6E8EB"}}
    chart.set_y_axis({"min": low, "max": high, "num_format": "#,##0", "major_gridlines": lines})
    chart.set_title({"name": sheet.book.texts("review.waterfall"), "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 900, "height": 390})
    sheet.charts(at, [chart])


def _axis(levels: Sequence[float]) -> tuple[float, float]:
    """Round ends of an axis that shows the levels with some room around them."""
    low, high = min(levels), max(levels)
    span = high - low or abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(span))
    return math.floor((low - span / 4) / step) * step, math.ceil((high + span / 4) / step) * step


def _fill_lines(sheet: Sheet, result: ReviewResult) -> None:
    """Of each channel and of all: the lines from orders to receipts, the differences as formulas."""
    texts = sheet.book.texts
    sheet.widths([26, 34, 18, 18, 18])
    words = ("line", "forecast", "actual", "difference")
    sheet.heads(HEAD_ROW, 0, [texts("words.channel"), *(texts(f"review.{word}") for word in words)], height=24)
    sheet.worksheet.freeze_panes(HEAD_ROW + 1, 2)
    rows = parts(result, sheet.book.figures)
    lines = [(label, name, line(part.lines)) for label, part in rows for name, line in LINES.items()]
    for row, (label, name, line) in enumerate(lines, HEAD_ROW + 1):
        strong = "_strong" if name == "receipts" else ""
        look = "strong" if strong else "label"
        sheet.text(row, 0, label, look)
        sheet.text(row, 1, texts(f"review.lines_of.{name}"), look)
        sheet.number(row, 2, line.forecast, f"engine{strong}", FEN)
        sheet.number(row, 3, line.actual, f"engine{strong}", FEN)
        difference = f"={local_cell(row, 3)}-{local_cell(row, 2)}"
        sheet.formula(row, 4, difference, line.difference, f"formula{strong}", FEN)


def _fill_costs(sheet: Sheet, costs: Mapping[str, Line]) -> None:
    """A row a category: what was expected, what the same shares take of the orders that came; and their sums."""
    texts = sheet.book.texts
    sheet.widths([26, 18, 22, 18])
    sheet.heads(HEAD_ROW, 0, [texts(f"review.{word}") for word in ("line", "forecast", "by_orders", "difference")], 24)
    sheet.worksheet.freeze_panes(HEAD_ROW + 1, 1)
    first, total = HEAD_ROW + 1, HEAD_ROW + 1 + len(costs)
    for row, (name, line) in enumerate(costs.items(), first):
        sheet.text(row, 0, texts.or_else(f"categories.{name}", name))
        sheet.number(row, 1, line.forecast, "engine", FEN)
        sheet.number(row, 2, line.actual, "engine", FEN)
        sheet.formula(row, 3, f"={local_cell(row, 2)}-{local_cell(row, 1)}", line.difference, number=FEN)
    sheet.text(total, 0, texts("words.total"), "strong")
    sums = [(line.forecast, line.actual, line.difference) for line in costs.values()]
    for column, amounts in enumerate(zip(*sums, strict=True), 1):
        area = f"{local_cell(first, column)}:{local_cell(total - 1, column)}"
        sheet.formula(total, column, f"=SUM({area})", round(sum(amounts), 2), "formula_strong", FEN)
    sheet.text(total + 2, 0, texts("review.costs_method"), "soft", wrap=False)

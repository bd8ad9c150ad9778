"""playbook.xlsx: the emergency plan as sheets: texts by cause, thresholds, cash, calls, contacts, rules and notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.outputs.note_lines import warning_lines
from forecast.outputs.readers import for_readers, named
from forecast.outputs.tables import playbook as tables
from forecast.outputs.workbook.front import fill_notes
from forecast.outputs.workbook.paper import SMALL_LETTERS, text_width
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, RATE, Sheet, new_book

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.outputs.figures import Figures
    from forecast.outputs.workbook.sheet import Book
    from forecast.plan.model import Facility
    from forecast.results.playbook import CausePlan, PlaybookResult

Cell = str | float | None
TEXT_WIDTHS = (14.0, 22.0, 74.0)
"""Widths of the columns of the sheet of texts."""

NARROWEST = 7.0
"""Characters of a column at least."""


def write_playbook_workbook(path: Path, result: PlaybookResult, facilities: Sequence[Facility] = ()) -> None:
    """Writes the workbook of a rounded emergency plan (see ``records.rounded``) to ``path``.

    ``facilities`` are the plan's, which are named by their kinds where their own names are mere keys.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    figures = named(result, facilities)
    result = replace(result, notes=for_readers(result.notes, figures, {}))
    with new_book(path, figures) as book:
        book.describe(book.texts("playbook.title", merchant=result.merchant.name), result.version, result.as_of)
        playbook_sheets(book, result)
        notes = Sheet(book, book.sheet_name(book.texts("sheets.notes")), book.texts("sheet.notes_title"))
        fill_notes(notes, result.notes)


def playbook_sheets(book: Book, result: PlaybookResult) -> list[Sheet]:
    """Adds the sheets of an emergency plan to a workbook: texts with the warnings, thresholds, cash and the rest."""
    rules = tables.rules(result, book.figures)
    return [
        _texts(book, result),
        _thresholds(book, result),
        _cash(book, result),
        _calls(book, result),
        _contacts(book, result),
        _table(book, book.texts("playbook.rules"), rules.heads, rules.rows, strong=rules.strong_rows),
    ]


def _texts(book: Book, result: PlaybookResult) -> Sheet:
    """The plan itself: a block a cause, with its signs, steps, people and texts; warnings first."""
    texts = book.texts
    title = texts("playbook.title", merchant=result.merchant.name)
    sheet = Sheet(book, book.sheet_name(texts("playbook.sheet")), title, landscape=False)
    sheet.widths(TEXT_WIDTHS)
    row = FIRST_ROW - 1
    for warning in warning_lines(result.notes, texts):
        sheet.text(row, 2, warning, "warning")
        row += 1
    for plan in result.causes:
        row += 1
        sheet.text(row, 0, book.figures.cause(plan.cause), "title", wrap=False)
        for head, line in _lines(plan, result, book.figures):
            row += 1
            sheet.text(row, 0, head, "fact")
            sheet.text(row, 1, line[0], "label")
            sheet.text(row, 2, line[1], "warning" if tables.is_unfilled(line[1]) else "label")
        row += 1
    return sheet


def _lines(plan: CausePlan, result: PlaybookResult, figures: Figures) -> list[tuple[str, tuple[str, str]]]:
    """What the sheet says of a cause: heading, then a number or name, then the text."""
    texts = figures.texts
    lines = [("signs", (str(place), one)) for place, one in enumerate(plan.signs, 1)]
    lines += [("steps", (str(place), one)) for place, one in enumerate(plan.steps, 1)]
    people = [result.people[key] for key in plan.acts]
    lines += [("acts", (one.name, f"{one.phone} · {one.duty}")) for one in people]
    lines += [
        ("refund", ("", plan.refund)),
        ("instalments", ("", plan.instalments)),
        ("customers", ("", plan.customers)),
    ]
    heads = [name for name, _ in lines]
    first = [name if place == heads.index(name) else "" for place, name in enumerate(heads)]
    return [(texts(f"playbook.{name}") if name else "", line) for name, (_, line) in zip(first, lines, strict=True)]


def _thresholds(book: Book, result: PlaybookResult) -> Sheet:
    figures = book.figures
    heads = [book.texts("words.cause"), *tables.heads(tables.THRESHOLD_HEADS, figures)]
    heads.insert(4, book.texts("playbook.alarm_hours"))
    rows: list[list[Cell]] = [
        [
            figures.cause(plan.cause),
            tables.label(one.channel, result, figures),
            one.usual_rate,
            one.alarm_rate,
            one.alarm_hours,
            one.move_rate,
            tables.label(one.move_to, result, figures),
            tables.label(one.instalments, result, figures),
            one.busiest_day,
            one.stuck_an_hour,
            one.lost_an_hour,
            one.ordinary_stuck_an_hour,
            one.recovered,
            one.cured_days,
            one.refund_after_days,
        ]
        for plan in result.causes
        for one in plan.thresholds
    ]
    numbers = {2: RATE, 3: RATE, 4: "0", 5: RATE, 12: RATE, 13: "0.0", 14: "0"}
    return _table(book, book.texts("playbook.thresholds"), heads, rows, numbers)


def _cash(book: Book, result: PlaybookResult) -> Sheet:
    figures = book.figures
    heads = [book.texts("words.cause"), *tables.heads(tables.CASH_HEADS, figures)]
    rows: list[list[Cell]] = [
        [
            figures.cause(plan.cause),
            *tables.incident_cells(one, result, figures)[:2],
            one.days,
            one.arranged_rate,
            one.every_rate,
            one.lack,
            one.short_day,
        ]
        for plan in result.causes
        for one in plan.incidents
    ]
    return _table(book, book.texts("playbook.cash"), heads, rows, {3: "0", 4: RATE, 5: RATE})


def _calls(book: Book, result: PlaybookResult) -> Sheet:
    figures = book.figures
    heads = [book.texts("words.cause"), *tables.heads(tables.CALL_HEADS, figures)]
    rows: list[list[Cell]] = [
        [
            figures.cause(plan.cause),
            *tables.incident_cells(one, result, figures)[:2],
            one.days,
            figures.facility(call.facility),
            call.notice_days,
            call.room,
            call.call_by,
            call.arrives,
            call.too_late_from,
            f"{result.lenders[call.facility].contact} {result.lenders[call.facility].phone}",
        ]
        for plan in result.causes
        for one in plan.incidents
        for call in one.calls
    ]
    sheet = _table(book, book.texts("playbook.calls"), heads, rows, {3: "0", 5: "0", 9: RATE})
    sheet.prints_small(SMALL_LETTERS)  # whom to call must stand on one page with what for
    return sheet


def _contacts(book: Book, result: PlaybookResult) -> Sheet:
    """Who acts for what, and whom to call at providers and lenders, below one another."""
    figures, texts = book.figures, book.texts
    named = {
        "providers": tables.contacts(result.providers, figures, section="clearing"),
        "lenders": tables.contacts({figures.facility(name): one for name, one in result.lenders.items()}, figures),
    }
    rows = [[texts("playbook.people"), one.duty, one.name, one.phone] for one in result.people.values()]
    rows += [[texts(f"playbook.{title}"), *row] for title, table in named.items() for row in table.rows]
    heads = ["", *tables.heads(("whom", "contact", "phone"), figures)]
    return _table(book, texts("playbook.contacts"), heads, rows, strong=tables.unfilled_rows(rows))


def _table(
    book: Book,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    numbers: dict[int, str] | None = None,
    *,
    strong: Sequence[int] = (),
) -> Sheet:
    """A sheet of one table; ``numbers`` are the formats of its figures by column, money where none is named."""
    sheet = Sheet(book, book.sheet_name(title), title)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(heads)
    sheet.widths([_width(head, cells) for head, cells in zip(heads, columns, strict=True)])
    sheet.heads(FIRST_ROW, 0, heads)
    for place, cells in enumerate(rows):
        row = FIRST_ROW + 1 + place
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.text(row, column, cell, "warning" if place in strong else "label")
            else:
                sheet.number(row, column, cell, "engine", (numbers or {}).get(column, MONEY))
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 1)
    return sheet


def _width(head: str, cells: Sequence[Cell]) -> float:
    """As wide as the column's widest cell, up to a bound, and the longest word of its head, which breaks into lines."""
    shown = [cell if isinstance(cell, str) else f"{cell:,.1f}" for cell in cells if cell is not None]
    words = [text_width(word) for word in head.split()]
    return max(
        NARROWEST, min(46.0, max(map(text_width, shown), default=0) + 2.0), min(12.0, max(words, default=0) + 2.0)
    )

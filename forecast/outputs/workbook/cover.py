"""The first sheet: what the workbook is for and how it is read, warnings, its versions, and what it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.workbook.sheet import FIRST_ROW, Sheet, quoted
from forecast.results.inputs import warnings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.outputs.studies_beside import Studies
    from forecast.outputs.tables.sources import FileRead
    from forecast.outputs.workbook.sheet import Group
    from forecast.results.inputs import NoteShown
    from forecast.results.run import Result

LABEL, TEXT, BY = range(3)
OWN_LINES = 6
"""Lines of the version log that the readers fill in themselves."""

OTHER_FILES = ("report.html", "stress.xlsx", "review.xlsx", "playbook.xlsx")
"""The files beside the workbook that hold what it leaves out; all but the first only where their command was run."""


def fill_cover(
    sheet: Sheet,
    result: Result,
    sheets: Iterable[Sheet],
    sources: Sequence[FileRead],
    studies: Studies | None = None,
) -> None:
    """Writes the sheet; ``sheets`` are the others in their order, ``sources`` the files it was made from.

    Of ``studies`` beside it those in another language or of other settings are named, whose sheets it lacks.
    """
    texts = sheet.book.texts
    sheet.widths([28, 62, 13, 10])
    sheet.text(2, 0, texts("about.purpose"), "soft", wrap=False)
    row = _left_out(sheet, studies, _warnings(sheet, result.notes, FIRST_ROW + 1))
    row = _facts(sheet, result, row)
    row = _legend(sheet, row + 1)
    row = _sheets(sheet, sheets, row + 1)
    row = _lines(
        sheet, "about.files", [(name, texts(f"about.file_{name.partition('.')[0]}")) for name in OTHER_FILES], row
    )
    row = _versions(sheet, result, row + 1)
    if sources:
        _lines(sheet, "about.sources", [(one.name, one.sha256 or texts("about.no_hash")) for one in sources], row + 1)


def _warnings(sheet: Sheet, notes: Sequence[NoteShown], row: int) -> int:
    """What must be known before any figure, a row a warning; gives the row that follows."""
    told = warnings(notes)
    if not told:
        return row
    sheet.text(row, LABEL, sheet.book.texts("report.warnings"), "warning", wrap=False)
    for place, note in enumerate(told, row + 1):
        sheet.text(place, LABEL, note.code, "warning")
        told_text = sheet.book.texts("language.colon").join(filter(None, (note.where, note.text)))
        sheet.text(place, TEXT, told_text, "warning")
    return row + len(told) + 2


def _left_out(sheet: Sheet, studies: Studies | None, row: int) -> int:
    """Which studies are missing for being in another language or of other settings; gives the row that follows."""
    if studies is None:
        return row
    texts = sheet.book.texts
    told = [texts("about.in_other_language", study=texts(f"about.study_{name}")) for name in studies.other_language]
    for name, settings in studies.other_settings:
        words = texts("language.list_comma").join(texts(f"about.{one}") for one in settings)
        told.append(texts("about.of_other_settings", study=texts(f"about.study_{name}"), settings=words))
    for place, text in enumerate(told, row):
        sheet.text(place, LABEL, texts("about.left_out"), "warning")
        sheet.text(place, TEXT, text, "warning")
    return row + len(told) + bool(told)


def _facts(sheet: Sheet, result: Result, row: int) -> int:
    """When and of what the workbook is."""
    texts, figures = sheet.book.texts, sheet.book.figures
    facts = [
        ("about.as_of", result.as_of),
        ("about.horizon", str(result.horizon_days)),
        ("about.paths", f"{result.paths:,}"),
        ("about.seed", str(result.seed)),
        ("about.confidence", figures.confidence(result.confidence)),
        ("about.version", result.version),
        ("about.currency", texts("about.currency_value", currency=result.currency)),
    ]
    for place, (key, value) in enumerate(facts, row):
        sheet.text(place, LABEL, texts(key), "fact")
        sheet.text(place, TEXT, value)
    return row + len(facts)


def _legend(sheet: Sheet, row: int) -> int:
    """How colours, tabs and figures are read."""
    texts = sheet.book.texts
    sheet.text(row, LABEL, texts("about.legend"), "fact")
    lines = [(f"legend_{look}", look) for look in ("input", "formula", "engine")]
    lines += [(key, "label") for key in ("legend_check", "legend_tabs", "locked", "layout", "change", "quantiles")]
    for place, (key, look) in enumerate(lines, row):
        sheet.text(place, TEXT, texts(f"about.{key}"), "legend_input" if look == "input" else look)
    return row + len(lines)


def _sheets(sheet: Sheet, sheets: Iterable[Sheet], row: int) -> int:
    """A link to every other sheet, with its title, and which part of the model it belongs to."""
    texts = sheet.book.texts
    sheet.text(row, LABEL, texts("about.sheets"), "fact")
    for other in sheets:
        row += 1
        sheet.link(row, LABEL, f"internal:{quoted(other.name)}!A1", other.name)
        sheet.text(row, TEXT, other.title)
        sheet.text(row, BY, texts(f"about.group_{_group(other.group)}"), "soft", wrap=False)
    return row + 2


def _group(group: Group | None) -> str:
    return "output" if group is None else group


def _lines(sheet: Sheet, head: str, lines: Sequence[tuple[str, str]], row: int) -> int:
    """A head, and below it lines of a name and a text; gives the row that follows."""
    sheet.text(row, LABEL, sheet.book.texts(head), "fact", wrap=False)
    for place, (name, text) in enumerate(lines, row + 1):
        sheet.text(place, LABEL, name)
        sheet.text(place, TEXT, text)
    return row + len(lines) + 1


def _versions(sheet: Sheet, result: Result, row: int) -> int:
    """The version log: the first line is the delivery, the others are the readers' own."""
    texts = sheet.book.texts
    sheet.heads(row, LABEL, [texts("words.date"), texts("about.log"), texts("about.by")], 20)
    sheet.text(row + 1, LABEL, result.as_of)
    sheet.text(row + 1, TEXT, texts("about.delivered", version=result.version))
    sheet.text(row + 1, BY, "forecast")
    for place in range(row + 2, row + 2 + OWN_LINES):
        for column in (LABEL, TEXT, BY):
            sheet.text(place, column, "", "input")
    return row + 2 + OWN_LINES

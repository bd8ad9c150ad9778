"""A small table of text, read strictly: its encoding, its separator, and rows of which none swallows another."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.errors import Said

DELIMITERS = (",", ";", "\t")
"""The separators of cells; the first one that makes the header's columns is the file's."""

LONGEST_ROW = 50
"""Lines that one row may take, its text in quotes holding line ends."""

_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DAY = re.compile(r"\s*\"?[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}\"?\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: the line on which it begins, its cells trimmed, and what is wrong with it as a row."""

    line: int
    cells: tuple[str, ...]
    fault: Said | None = None


def decoded(content: bytes, file: str) -> str:
    """The text of a file in UTF-8 with or without a byte-order mark, in UTF-16 with one, or in GB18030.

    Raises:
        InputError: It is a workbook, or in none of these, told at the later of the lines at which they fail.
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError(Problem(said("flows.workbook"), file))
    line = 1
    for encoding in (_WIDE[content[:2]],) if content[:2] in _WIDE else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = max(line, content.count(b"\n", 0, error.start) + 1)
    raise InputError(Problem(said("flows.no_text"), file, line))


def rows_of(text: str, columns: Sequence[str]) -> list[Row]:
    """The rows of a text that are not blank; the separator is the one that parts its first row into these columns.

    A quotation mark that is not closed spoils its own line alone: no text in quotes runs into a line that has a day in
    one of its cells, nor over more than ``LONGEST_ROW`` lines.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "")
    heads = {mark: {cell.strip(' "') for cell in first.split(mark)} for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: len(heads[mark] & {*columns}))
    return list(_rows(lines, delimiter))


def _rows(lines: list[str], delimiter: str) -> Iterator[Row]:
    opened = re.compile(rf'(?:^|{re.escape(delimiter)})"(?:[^"]|"")*("|\Z)')
    at = 0
    while at < len(lines):
        taken = _lines_of_row(lines, at, opened, delimiter)
        row = _row("\n".join(lines[at : at + taken]), at + 1, delimiter) if taken else None
        if row is None:
            yield Row(at + 1, (), said("flows.open_quotes"))
        elif any(row.cells) or row.fault is not None:
            yield row
        at += taken or 1


def _lines_of_row(lines: list[str], start: int, opened: re.Pattern[str], delimiter: str) -> int:
    """How many lines the row that begins on a line takes; 0 where a text in quotes does not end."""
    for taken in range(1, LONGEST_ROW + 1):
        if not any(not found[1] for found in opened.finditer("\n".join(lines[start : start + taken]))):
            return taken
        follows = start + taken
        if follows >= len(lines) or any(map(_DAY.fullmatch, lines[follows].split(delimiter))):
            return 0
    return 0


def _row(text: str, line: int, delimiter: str) -> Row:
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return Row(line, (), said("flows.quotes_within"))
    return Row(line, tuple(cell.strip() for cell in cells))

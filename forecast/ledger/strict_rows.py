"""Rows of a text file read strictly: none may run over lines that are rows themselves, and none is filled up or cut.

A row ends with its line, unless a quoted cell goes on over the next lines, is closed there before a separator or the
line's end, and leaves a row of as many fields as are wanted. Whatever else an open quotation mark would swallow stays
what it is: the line with the mark is a row that does not fit, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from forecast.ledger.engine import BATCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

CHUNK = 1 << 20
"""Bytes looked at together: what is made of more of them does not stay near the processor."""

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds: no quoted cell runs on for more."""

_UP_TO_CLOSING = re.compile(r'(?:[^"]|"")*"')
_DELIMITER, _LINE_FEED, _RETURN, _QUOTE = 44, 10, 13, 34


@dataclass(frozen=True, slots=True)
class Width:
    """How many fields a row must have: those of its header, less any empty ones at the header's end at the least."""

    least: int
    most: int

    @classmethod
    def of(cls, headers: Sequence[str]) -> Width:
        """The width of the rows below these headers."""
        named = [place for place, header in enumerate(headers, start=1) if header.strip()]
        return cls(named[-1] if named else 0, len(headers))

    def fits(self, fields: int) -> bool:
        """Whether a row of so many fields is a whole one."""
        return self.least <= fields <= self.most


@dataclass(slots=True)
class Rows:
    """Rows in order: the line on which each begins (from 1), its cells, and its text where it does not fit."""

    lines: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    misfits: list[str | None] = field(default_factory=list)

    def add(self, line: int, cells: list[str], misfit: str | None) -> None:
        """One more row; blank ones are left out."""
        if len(cells) > 1 or "".join(cells).strip():
            self.lines.append(line)
            self.cells.append(cells)
            self.misfits.append(misfit)


def read_rows(path: Path, delimiter: str, width: Width | None, after: int = 0) -> Iterator[Rows]:
    """The rows of a UTF-8 file after so many lines, but for blank ones, in batches.

    Without a ``width`` rows may have any number of fields.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        coming = iter(stream)
        waiting = deque(itertools.islice(coming, after))
        waiting.clear()
        line = after + 1
        while True:
            waiting.extend(itertools.islice(coming, max(0, BATCH - len(waiting))))
            if not waiting:
                return
            rows, used = _batch(waiting, coming, delimiter, width, line)
            line += used
            yield rows


def all_lines_whole(path: Path, delimiter: str, after: int, fields: int) -> bool:
    """Whether every line of a file after so many is one row of so many fields, its quotation marks closed in it.

    Looks at the bytes as arrays, in a fraction of the time in which the rows are read. Of the first lines, too, none
    may end in a return alone: these would be counted otherwise.
    """
    with path.open("rb") as stream:
        for _ in range(after):
            if _has_lone_return(stream.readline()):
                return False
        rest = b""
        while chunk := stream.read(CHUNK):
            whole, feed, open_end = (rest + chunk).rpartition(b"\n")
            if feed and not _lines_whole(whole + feed, ord(delimiter), fields):
                return False
            rest = open_end
            if len(rest) > CHUNK:
                return False
    return not rest or _lines_whole(rest + b"\n", ord(delimiter), fields)


def _lines_whole(lines: bytes, delimiter: int, fields: int) -> bool:
    """The same of lines that end in line feeds."""
    if _has_lone_return(lines):
        return False
    text = np.frombuffer(lines, np.uint8)
    feeds, delimiters = np.flatnonzero(text == _LINE_FEED), np.flatnonzero(text == delimiter)
    if b'"' in lines:
        quotes = np.flatnonzero(text == _QUOTE)
        if not _closed_in_place(text, quotes, delimiter) or np.any(_quoted(quotes, feeds)):
            return False
        delimiters = delimiters[~_quoted(quotes, delimiters)]
    return _so_many_each(delimiters, feeds, fields - 1)


def _has_lone_return(lines: bytes) -> bool:
    return b"\r" in lines and lines.count(b"\r") != lines.count(b"\r\n")


def _so_many_each(delimiters: npt.NDArray[np.intp], feeds: npt.NDArray[np.intp], each: int) -> bool:
    """Whether so many delimiters stand before each line feed and behind the one before it."""
    if len(delimiters) != each * len(feeds):
        return False
    if not each:
        return True
    before, behind = delimiters[each - 1 :: each] < feeds, delimiters[each::each] > feeds[:-1]
    return bool(before.all() and behind.all())


def _closed_in_place(text: npt.NDArray[np.uint8], quotes: npt.NDArray[np.intp], delimiter: int) -> bool:
    """Whether every quotation mark opens a cell at its start, closes it at its end, or is doubled inside."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = np.where(opening > 0, text[opening - 1], _LINE_FEED)
    behind = text[closing + 1]
    doubled = np.append(False, opening[1:] - 1 == closing[:-1])
    starts = doubled | (before == delimiter) | (before == _LINE_FEED)
    ends = (behind == delimiter) | (behind == _LINE_FEED) | (behind == _RETURN) | (behind == _QUOTE)
    return bool(np.all(starts) and np.all(ends))


def _quoted(quotes: npt.NDArray[np.intp], places: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = np.searchsorted(quotes, places) % 2 == 1
    return inside


def _batch(
    waiting: deque[str], coming: Iterator[str], delimiter: str, width: Width | None, line: int
) -> tuple[Rows, int]:
    """The rows of the lines that wait, which are taken away, and how many lines they took."""
    rows = Rows()
    if (at_once := _one_a_line(list(waiting), delimiter)) is not None:
        used = len(waiting)
        for place, cells in enumerate(at_once):
            fits = width is None or width.fits(len(cells))
            rows.add(line + place, cells, None if fits else waiting[place].rstrip("\r\n"))
        waiting.clear()
        return rows, used
    used = 0
    for _ in range(BATCH):
        if not waiting:
            break
        cells, misfit, taken = _next_row(waiting, coming, delimiter, width)
        rows.add(line + used, cells, misfit)
        for _ in range(taken):
            waiting.popleft()
        used += taken
    return rows, used


def _one_a_line(lines: list[str], delimiter: str) -> list[list[str]] | None:
    """The cells of lines that are one row each; None where one of them is not."""
    if not any('"' in line for line in lines):
        return [line.rstrip("\r\n").split(delimiter) for line in lines]
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) else None


def _next_row(
    waiting: deque[str], coming: Iterator[str], delimiter: str, width: Width | None
) -> tuple[list[str], str | None, int]:
    """The cells of the row on the first line, its text where it does not fit, and how many lines it took."""
    first = waiting[0].rstrip("\r\n")
    cells = _cells([first], delimiter)
    if cells is not None:
        return cells, None if width is None or width.fits(len(cells)) else first, 1
    if _is_open(first, delimiter):
        longer = _over_lines(waiting, coming, delimiter, width)
        if longer is not None:
            return longer[0], None, longer[1]
    return first.split(delimiter), first, 1


def _over_lines(
    waiting: deque[str], coming: Iterator[str], delimiter: str, width: Width | None
) -> tuple[list[str], int] | None:
    """The cells of a row whose quoted cell goes on, and its number of lines; None where no such row fits."""
    parts, length = [waiting[0]], len(waiting[0])
    while length <= LONGEST_CELL:
        if len(parts) == len(waiting):
            more = next(coming, None)
            if more is None:
                return None
            waiting.append(more)
        parts.append(waiting[len(parts)])
        length += len(parts[-1])
        if '"' not in parts[-1]:
            continue
        cells = _cells(parts, delimiter)
        if cells is not None:
            wanted = width or Width(len(cells), len(cells))
            good = wanted.fits(len(cells)) and not _swallows(parts, delimiter, wanted)
            return (cells, len(parts)) if good else None
        if not _is_open("".join(parts), delimiter):
            return None
    return None


def _cells(parts: list[str], delimiter: str) -> list[str] | None:
    """The cells of lines that are one row together; None where quotation marks stand in it that do not pair."""
    try:
        rows = list(csv.reader(parts, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return (rows[0] if rows else []) if len(rows) <= 1 else None


def _is_open(text: str, delimiter: str) -> bool:
    """Whether a quoted cell is still open at the end of a text."""
    return _cells([text + '"'], delimiter) is not None


def _swallows(parts: Sequence[str], delimiter: str, width: Width) -> bool:
    """Whether lines of a row are rows by themselves: then its quotation mark was left open by mistake."""
    first, *between, last = (width.fits(_fields(part, delimiter, inside=place > 0)) for place, part in enumerate(parts))
    return any(between) or (first and last)


def _fields(line: str, delimiter: str, *, inside: bool) -> int:
    """How many fields a line has by itself; ``inside`` a quoted cell it goes on from the line before."""
    closing = _UP_TO_CLOSING.match(line) if inside else None
    end = closing.end() if closing else 0
    rest = re.sub(rf'(?:^|(?<={delimiter}))"(?:[^"]|"")*"', "", line[end:])
    return line.count(delimiter, 0, end) + rest.count(delimiter) + 1

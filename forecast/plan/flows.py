"""``other_flows.csv``: cash flows beside the orders' receipts, one a line.

Columns ``date, amount, category, note`` and, if wanted, ``movable_days, deferral_cost``, in any order, headers trimmed.
UTF-8 with or without a byte-order mark, or GB18030. A problem's column is the position of the cell in its line.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem
from forecast.money import to_fen, to_yuan
from forecast.plan.model import OtherFlow
from forecast.plan.terms import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REQUIRED = ("date", "amount", "category")
COLUMNS = (*REQUIRED, "note", "movable_days", "deferral_cost")

_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_WHOLE = re.compile(r"[0-9]{1,6}")
_FRACTION = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")


@dataclass(frozen=True, slots=True)
class FlowsRead:
    """What a file of flows holds: those after as_of in the file's order, how many others, and what is wrong."""

    flows: tuple[OtherFlow, ...]
    ignored: int
    problems: tuple[Problem, ...]


def read_flows(file: Path, as_of: dt.date) -> FlowsRead:
    """Reads the flows dated after ``as_of``; counts the lines dated on or before it.

    A bad line is a problem wherever it is dated.
    """
    try:
        text = _decoded(file.read_bytes(), str(file))
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error})"
        return FlowsRead((), 0, (Problem(f"{reason}; correct cash.other_flows, or leave it out", str(file)),))
    except InputError as error:
        return FlowsRead((), 0, error.problems)
    return _Reader(str(file), as_of).read(text)


def _decoded(content: bytes, file: str) -> str:
    """The text; what is in neither encoding is told at the later of the lines at which they fail."""
    line = 1
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = max(line, content.count(b"\n", 0, error.start) + 1)
    raise InputError(Problem("is neither UTF-8 nor GB18030 text; save it as a CSV file in UTF-8", file, line))


class _Reader:
    """One file being read: where each column stands, and the problems so far."""

    def __init__(self, file: str, as_of: dt.date) -> None:
        self.file = file
        self.as_of = as_of
        self.problems: list[Problem] = []
        self.place: dict[str, int] = {}
        self.line = 1

    def read(self, text: str) -> FlowsRead:
        rows = self._rows(text)
        self._header(next(rows, []))
        if self.problems:
            return FlowsRead((), 0, tuple(self.problems))
        flows = [flow for row in rows if (flow := self._flow(row)) is not None]
        kept = tuple(flow for flow in flows if flow.date > self.as_of)
        return FlowsRead(kept, len(flows) - len(kept), tuple(self.problems))

    def _rows(self, text: str) -> Iterator[list[str]]:
        """The rows that are not blank, cells trimmed; ``line`` is then the first line of the row."""
        reader = csv.reader(io.StringIO(text, newline=""))
        end = 0
        for row in reader:
            self.line, end = end + 1, reader.line_num
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield cells

    def _header(self, cells: list[str]) -> None:
        for position, name in enumerate(cells, start=1):
            if name in self.place:
                self._add(position, name, "is there twice; keep one column of that name")
            elif name in COLUMNS:
                self.place[name] = position
            elif name:
                self._add(position, name, f"is no column of other flows; {nearest(name, COLUMNS)}")
        for name in REQUIRED:
            if name not in self.place:
                self._add(None, name, f"is missing; the first line must hold {', '.join(REQUIRED)}")

    def _flow(self, row: list[str]) -> OtherFlow | None:
        before = len(self.problems)
        for position, cell in enumerate(row[max(self.place.values()) :], start=max(self.place.values()) + 1):
            if cell:
                self._add(position, "", f'"{cell}" has no column; put a text that holds commas in double quotes')
        date, amount = self._date(row), self._amount(row)
        category = self._cell(row, "category")
        if not category:
            self._wrong("category", category, "a category, such as stock or payroll")
        movable, cost = self._movable_days(row, amount), self._deferral_cost(row)
        if date is None or len(self.problems) > before:
            return None
        return OtherFlow(date, to_yuan(amount), category, self._cell(row, "note"), movable, cost)

    def _date(self, row: list[str]) -> dt.date | None:
        text = self._cell(row, "date")
        match = _DATE.fullmatch(text)
        try:
            if match:
                return dt.date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            pass  # a day that the calendar does not have is told below
        self._wrong("date", text, "a day such as 2026-10-19")
        return None

    def _amount(self, row: list[str]) -> int:
        text = self._cell(row, "amount")
        if not text:
            self._wrong("amount", text, "yuan such as 1200.50 or -1200.50")
            return 0
        try:
            return to_fen(text)
        except InputError as error:
            self._add(self.place["amount"], "amount", str(error.problems[0].message))
            return 0

    def _movable_days(self, row: list[str], amount: int) -> int:
        text = self._cell(row, "movable_days") or "0"
        if not _WHOLE.fullmatch(text):
            self._wrong("movable_days", text, "a whole number of days, at least 0, or nothing")
            return 0
        if int(text) and amount > 0:
            self._wrong("movable_days", text, "nothing: money that comes in is not the merchant's to defer")
        return int(text)

    def _deferral_cost(self, row: list[str]) -> float:
        text = self._cell(row, "deferral_cost") or "0"
        if not _FRACTION.fullmatch(text) or float(text) > 1:
            self._wrong("deferral_cost", text, "a fraction a year from 0 to 1 (0.05 for 5 %), or nothing")
            return 0.0
        return float(text)

    def _cell(self, row: list[str], name: str) -> str:
        position = self.place.get(name, 0)
        return row[position - 1] if 0 < position <= len(row) else ""

    def _wrong(self, name: str, found: str, expected: str) -> None:
        self._add(self.place[name], name, f'is "{found}"; write {expected}' if found else f"is empty; write {expected}")

    def _add(self, position: int | None, name: str, message: str) -> None:
        self.problems.append(Problem(message, self.file, self.line, position, name))

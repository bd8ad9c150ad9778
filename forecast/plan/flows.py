"""``other_flows.csv``: cash flows beside the orders' receipts, one a line.

Columns ``date, amount, category, note`` and, if wanted, ``movable_days, deferral_cost``, in any order, headers trimmed.
Days as 2026-10-19 or 2026/10/19, amounts in yuan without separators of thousands. A problem's column is the position of
the cell in its line.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Listed, Problem, said
from forecast.money import to_fen, to_yuan
from forecast.plan.hints import plain_amount, plain_day, plain_share
from forecast.plan.model import OtherFlow
from forecast.plan.terms import (
    LARGEST_AMOUNT,
    LONGEST_DAYS,
    LONGEST_NAME,
    LONGEST_TEXT,
    figure_text,
    nearest,
    problem_with_day,
    problem_with_text,
    shown,
)
from forecast.plan.text_rows import Row, decoded, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.errors import Said, Sentence

REQUIRED = ("date", "amount", "category")
COLUMNS = (*REQUIRED, "note", "movable_days", "deferral_cost")

CHINESE = {
    "date": ("日期", "时间", "付款日期", "发生日期", "收付日期"),
    "amount": ("金额", "金额（元）", "金额(元)", "收支金额"),
    "category": ("类别", "科目", "分类", "类型", "项目"),
    "note": ("备注", "说明", "摘要", "用途"),
    "movable_days": ("可延天数", "可延后天数", "可推迟天数"),
    "deferral_cost": ("延付成本", "延期成本", "年化成本"),
}
"""Headers that people write in place of the columns'."""

_DATE = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_WHOLE = re.compile(r"[0-9]{1,6}")
_FRACTION = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")


@dataclass(frozen=True, slots=True)
class FlowsRead:
    """What a file of flows holds: those after as_of in the file's order, how many others, what is wrong, the others."""

    flows: tuple[OtherFlow, ...]
    ignored: int
    problems: tuple[Problem, ...]
    past: tuple[OtherFlow, ...] = ()


def read_flows(file: Path, as_of: dt.date) -> FlowsRead:
    """Reads the flows dated after ``as_of``; counts the lines dated on or before it.

    A bad line is a problem wherever it is dated.
    """
    try:
        rows = rows_of(decoded(file.read_bytes(), str(file)), REQUIRED)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        reason = said("flows.no_file") if missing else said("flows.unreadable", why=error.strerror or str(error))
        return FlowsRead((), 0, (Problem(reason, str(file)),))
    except InputError as error:
        return FlowsRead((), 0, error.problems)
    return _Reader(str(file), as_of).read(rows)


_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SIGNED = re.compile(r"[+-]\d{1,3}")
_FIGURE = re.compile(r"[-+−－＋.,，．\s]*\d[-+−－＋.,，．\s\d]*")


class _Reader:
    """One file being read: where each column stands, and the problems so far."""

    def __init__(self, file: str, as_of: dt.date) -> None:
        self.file = file
        self.as_of = as_of
        self.problems: list[Problem] = []
        self.place: dict[str, int] = {}
        self.width = self.headers = 0
        self.line = 1

    def read(self, rows: list[Row]) -> FlowsRead:
        self._header(rows[0] if rows else Row(1, ()))
        if self.problems:
            return FlowsRead((), 0, tuple(self.problems))
        flows = [flow for row in rows[1:] if (flow := self._flow(row)) is not None]
        kept = tuple(flow for flow in flows if flow.date > self.as_of)
        past = tuple(flow for flow in flows if flow.date <= self.as_of)
        return FlowsRead(kept, len(past), tuple(self.problems), past)

    def _header(self, row: Row) -> None:
        self.line = row.line
        if row.fault is not None:
            self._add(None, "", row.fault)
            return
        others: set[str] = set()
        for position, name in enumerate(row.cells, start=1):
            if name in self.place:
                self._add(position, name, said("flows.column_twice"))
            elif name in COLUMNS:
                self.place[name] = position
            elif meant := next((column for column, names in CHINESE.items() if name in names), None):
                others.add(meant)
                self._add(position, name, said("flows.column_meant", column=meant))
            else:
                self._no_column(position, name, row)
        for name in REQUIRED:
            if name not in self.place and name not in others:
                self._add(None, name, said("flows.column_missing", columns=Listed(REQUIRED)))
        self.headers = len(row.cells)
        self.width = max(self.place.values(), default=0)

    def _no_column(self, position: int, name: str, row: Row) -> None:
        """A header of no column; a line without separators is of no table at all, and not for showing."""
        if name and len(row.cells) > 1:
            self._add(position, name[:LONGEST_NAME], said("flows.no_column", nearest=nearest(name, COLUMNS)))

    def _flow(self, row: Row) -> OtherFlow | None:
        self.line = row.line
        before = len(self.problems)
        if self._parted(row):
            return None
        if fault := row.fault or self._misfit(len(row.cells), beyond=any(row.cells[self.headers :])):
            self._add(None, "", fault)
            return None
        for position, cell in enumerate(row.cells[self.width :], start=self.width + 1):
            if cell:
                self._add(position, "", said("flows.cell_without_column", found=shown(cell)))
        cells = {name: row.cells[position - 1] for name, position in self.place.items()}
        date, amount = self._date(cells["date"]), self._amount(cells["amount"])
        category, note = self._category(cells["category"]), self._note(cells.get("note", ""))
        movable = self._movable_days(cells.get("movable_days", "") or "0", amount)
        cost = self._deferral_cost(cells.get("deferral_cost", "") or "0")
        if date is None or len(self.problems) > before:
            return None
        return OtherFlow(date, to_yuan(amount), category, note, movable, cost)

    def _misfit(self, cells: int, *, beyond: bool) -> Said | None:
        """What is wrong with a row of so many cells; a text ``beyond`` the headers is told at its own place."""
        if cells < self.width:
            return said("flows.short", cells=cells, columns=self.width)
        return said("flows.long", cells=cells, columns=self.headers) if cells > self.headers and not beyond else None

    def _parted(self, row: Row) -> bool:
        """Whether commas of an amount have made several cells of it.

        They have where the row has more cells than headers, or where a piece would be the category, or the note: the
        sign before the amount, or decimals after it.
        """
        place, category, note = (self.place.get(name, 0) for name in ("amount", "category", "note"))
        led = place - 1 in {category, note} and _SIGNED.fullmatch("".join(row.cells[place - 2 : place - 1]))
        start = place - 2 if led else place - 1
        ends = range(len(row.cells), start + 1, -1)
        found = next((run for end in ends if _THOUSANDS.fullmatch(run := ",".join(row.cells[start:end]))), None)
        if found is None:
            return False
        taken = range(start + 1, start + 2 + found.count(","))
        as_note = note in taken and (led or "." in found)
        if len(row.cells) <= self.headers and category not in taken and not as_note:
            return False
        parted = said("flows.thousands", found=found, cells=len(taken), expected=found.replace(",", ""))
        self._about("amount", parted)
        return True

    def _date(self, text: str) -> dt.date | None:
        match = _DATE.fullmatch(text)
        try:
            day = dt.date(int(match[1]), int(match[3]), int(match[4])) if match else None
        except ValueError:
            day = None  # the calendar does not have it
        if day is None:
            self._wrong("date", text, plain_day(text) or said("flows.a_day"))
        elif problem := problem_with_day(day):
            self._about("date", problem)
        return day

    def _amount(self, text: str) -> int:
        try:
            fen = to_fen(text)
        except InputError as error:
            meant = plain_amount(text)
            if not text or meant not in {None, text}:
                self._wrong("amount", text, meant or said("flows.an_amount"))
            else:
                self._about("amount", error.problems[0].sentence)
            return 0
        if abs(to_yuan(fen)) > LARGEST_AMOUNT:
            too_large = said("values.too_large", found=text, largest=figure_text(LARGEST_AMOUNT))
            self._about("amount", too_large)
        return fen

    def _category(self, text: str) -> str:
        if not text:
            self._wrong("category", text, said("flows.a_category"))
        elif _FIGURE.fullmatch(text):
            self._about("category", said("flows.figure_as_category", found=shown(text)))
        elif problem := problem_with_text(text):
            self._about("category", problem)
        return text

    def _note(self, text: str) -> str:
        """A note as it is, line ends within it too."""
        if problem := problem_with_text(re.sub(r"[\r\n\t]", " ", text), LONGEST_TEXT):
            self._about("note", problem)
        return text

    def _movable_days(self, text: str, amount: int) -> int:
        if not _WHOLE.fullmatch(text) or int(text) > LONGEST_DAYS:
            self._wrong("movable_days", text, said("flows.whole_days", most=LONGEST_DAYS))
            return 0
        if int(text) and amount > 0:
            self._wrong("movable_days", text, said("flows.comes_in"))
        return int(text)

    def _deferral_cost(self, text: str) -> float:
        if not _FRACTION.fullmatch(text) or float(text) > 1:
            self._wrong("deferral_cost", text, plain_share(text) or said("flows.a_yearly_share"))
            return 0.0
        return float(text)

    def _wrong(self, name: str, found: str, expected: Sentence | str) -> None:
        wrong = said("values.wrong", found=shown(found), expected=expected)
        self._about(name, wrong if found else said("flows.empty", expected=expected))

    def _about(self, name: str, message: Sentence) -> None:
        self._add(self.place[name], name, message)

    def _add(self, position: int | None, name: str, message: Sentence) -> None:
        self.problems.append(Problem(message, self.file, self.line, position, name))

"""The way back: what somebody edited in a run's workbook, read, checked and told by its cells.

The chosen scenario has the edits of the yellow cells; one that is edited on the sheet of scenarios has those. A cell is
edited where it differs from what the workbook carries as delivered (see ``live.carried``); a program that opens and
saves the file changes nothing.
"""

from __future__ import annotations

import datetime as dt
import math
import warnings
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from forecast.errors import InputError, Listed, Problem, said, unreadable
from forecast.outputs.workbook.live import carried
from forecast.outputs.workbook.live.inputs import FLOW_AMOUNT, FLOW_DAY
from forecast.outputs.workbook.opened import UNCALCULATED, Book, require_workbook
from forecast.plan.costs import Cost
from forecast.plan.edits import OF_FACILITY, PAYMENT, Edits, InputEdit, InputKey, together
from forecast.plan.facilities import TERMS as OF_FACILITIES
from forecast.plan.model import Cash, Scenario
from forecast.plan.scenarios import BASE
from forecast.plan.settings import BALANCES
from forecast.plan.terms import Term, keys_of, problem_with
from forecast.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from forecast.errors import Sentence
    from forecast.outputs.workbook.live.carried import Origin

FREE = "free"
"""The scenario that the yellow cells make where the free one is chosen."""

RELATIVE, ABSOLUTE = 1e-9, 1e-12
"""Figures that differ by no more are the same: programs keep 15 digits."""

AMOUNT = Term("amount", "money", "what is paid, negative, or comes in", "收付金额，支出为负", "yuan")
"""What the amount of a payment may be."""

SHARE = "share_of_sales"

LAST_SERIAL = 2_958_466
"""The first day after the last that a spreadsheet counts."""


def edits_of(path: Path, origin: Origin, as_of: str) -> Edits:
    """What was edited in a workbook, with what was edited before it was made, in the order of its sheets.

    ``origin`` and ``as_of`` are those of the plan that it must be of.

    Raises:
        InputError: The file cannot be read, is no workbook of a run, or of another plan or version; or with every cell
            that holds what its input cannot be.
    """
    shown = str(path)
    try:
        require_workbook(path, shown)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what other programs add, and openpyxl leaves out
            with closing(Book(path, shown)) as book:
                return _edits(book, _carried(book, origin, as_of))
    except OSError as error:
        raise InputError(unreadable(error, shown)) from None


@dataclass(slots=True)
class _Input:
    """An input: its name, and by scenario what was delivered and the formula that points to its cell."""

    key: InputKey
    name: str
    delivered: float
    by_scenario: list[tuple[float, object]] = field(default_factory=list)


@dataclass(slots=True)
class _Carried:
    """What the hidden sheet says."""

    scenarios: list[str]
    labels: list[str]
    inputs: list[_Input]
    payments: list[tuple[InputKey, float, object]]
    before: Edits


_Told = dict[str, list[list[object]]]
"""The rows of the hidden sheet by their first cell."""

_NAMES = (carried.SCENARIOS, carried.LABELS)


def _carried(book: Book, origin: Origin, as_of: str) -> _Carried:
    """What the workbook carries, if it is of this version and of this plan."""
    place = book.name(carried.NAME)
    if place is None:
        book.refuse("not_of_a_run")
    told: _Told = {}
    for row in book.rows(place[0]):
        if row and isinstance(row[0], str):
            told.setdefault(row[0], []).append(row[1:])
    try:
        facts = {key: str(told[key][0][0] or "") for key in carried.FACTS}
        _require_same(book, facts, origin, as_of)
        return _read(book.shown, told)
    except (LookupError, TypeError, ValueError):
        book.refuse("not_of_a_run")


def _require_same(book: Book, facts: dict[str, str], origin: Origin, as_of: str) -> None:
    """Refuses a workbook of another version, day, plan or data."""
    _, version, day, plan, sources = (facts[key] for key in carried.FACTS)
    if version != __version__:
        book.refuse("other_version", found=version, version=__version__)
    if day != as_of:
        book.refuse("other_day", found=day, as_of=as_of)
    if plan != origin.plan:
        book.refuse("other_plan")
    if sources and origin.sources and sources != origin.sources:
        book.refuse("other_sources")


def _read(shown: str, told: _Told) -> _Carried:
    scenarios, labels = ([str(one) for one in told[key][0] if one is not None] for key in _NAMES)
    inputs = _inputs(told)
    if len(labels) != len(scenarios) + 1 or any(len(one.by_scenario) != len(scenarios) for one in inputs):
        raise ValueError
    payments = [
        (InputKey(PAYMENT, key.own, day=key.day), _figure(was), cell)
        for key, (was, cell, *_) in _keyed(told.get(carried.PAID, []))
    ]
    return _Carried(scenarios, labels, inputs, payments, _before(shown, told))


def _inputs(told: _Told) -> list[_Input]:
    inputs = {key: _Input(key, str(name), _figure(was)) for key, (name, was, *_) in _keyed(told[carried.INPUT])}
    for key, cells in _keyed(told[carried.OF_SCENARIO]):
        pairs = zip(cells[::2], cells[1::2], strict=False)
        inputs[key].by_scenario = [(_figure(was), cell) for was, cell in pairs if was is not None]
    return list(inputs.values())


def _before(shown: str, told: _Told) -> Edits:
    """The edits that the workbook was made with."""
    edits = tuple(
        InputEdit(str(scenario), key, _figure(was), _figure(now), str(cell))
        for scenario, *rest in told.get(carried.EDIT, [])
        for key, (was, now, cell, *_) in _keyed([rest])
    )
    return Edits(shown, edits, {str(name): str(label) for name, label, *_ in told.get(carried.MADE, [])})


def _keyed(rows: Sequence[Sequence[object]]) -> Iterator[tuple[InputKey, Sequence[object]]]:
    """The keys that rows begin with, and what follows."""
    for key, own, place, day, *rest in rows:
        yield InputKey(str(key), str(own or ""), int(_figure(place)), str(day or "")), rest


def _figure(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _edits(book: Book, known: _Carried) -> Edits:
    """All edits, or every cell that is wrong.

    Where base is edited on the sheet of scenarios, the free scenario keeps what its yellow cells show.
    """
    found: list[InputEdit] = []
    problems: list[Problem] = []
    free, base = _free(known), dict[InputKey, float]()
    for one in _looked_at(book, known, problems):
        value = book.value(one.place)
        if _same(value, one.delivered):
            if one.scenario == free and one.key in base:
                found.append(InputEdit(free, one.key, base[one.key], one.was, one.cell))
            continue
        term = _term(one.key)
        value = int(value) if term.type == "integer" and isinstance(value, float) and value.is_integer() else value
        edit = InputEdit(one.scenario, one.key, one.was, _number(value), one.cell)
        problem = _problem_with(value, term, one.was)
        if problem is not None:
            problems.append(Problem(problem, book.shown, key=edit.place))
            continue
        found.append(edit)
        if one.scenario == BASE:
            base[one.key] = edit.now
    if problems:
        raise InputError(problems)
    return together(known.before, Edits(book.shown, tuple(found), {free: known.labels[-1]}))


def _problem_with(value: object, term: Term, was: float) -> Sentence | None:
    """What is wrong with what a cell holds."""
    if value is None:
        return said("returned.empty", was=f"{was:.15g}")
    return said("returned.uncalculated") if value is UNCALCULATED else problem_with(value, term)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


@dataclass(frozen=True, slots=True)
class _Look:
    """A cell to look at: what was ``delivered`` in it, and whose input it is, which ``was`` so."""

    scenario: str
    key: InputKey
    place: tuple[str, str]
    delivered: float
    was: float

    @property
    def cell(self) -> str:
        """The cell as people write it."""
        return "!".join(self.place)


def _looked_at(book: Book, known: _Carried, problems: list[Problem]) -> Iterator[_Look]:
    """Every cell that may be edited: of scenarios, then the yellow ones of the chosen one, then payments.

    What is in the way of looking becomes a problem.
    """

    def lost(key: str, at: str, **values: str) -> None:
        problems.append(Problem(said(f"returned.{key}", **values), book.shown, key=at))

    for one in known.inputs:
        for scenario, (was, cell) in zip(known.scenarios, one.by_scenario, strict=True):
            place = book.reference(cell)
            if place is None:
                lost("no_cell", f"{scenario}: {one.key.dotted}")
            else:
                yield _Look(scenario, one.key, place, was, was)
    chosen = _chosen(book, known, problems)
    free = chosen == len(known.scenarios)
    scenario, column = (_free(known), 0) if free else (known.scenarios[chosen], chosen)
    for one in known.inputs:
        place = book.name(one.name)
        if place is None:
            lost("no_name", one.key.dotted, name=one.name)
        else:
            yield _Look(scenario, one.key, place, one.delivered, one.by_scenario[column][0])
    for key, was, cell in known.payments:
        place = book.reference(cell)
        if place is None:
            lost("no_cell", key.dotted)
        else:
            if (day := _day(book, place)) != key.day:
                lost("other_day_paid", f"{_beside(place)} ({key.dotted})", was=key.day, found=day)
            yield _Look(BASE, key, place, was, was)


def _beside(place: tuple[str, str]) -> str:
    """The cell of a payment's day, by that of its amount."""
    row, column = xl_cell_to_rowcol(place[1])
    return f"{place[0]}!{xl_rowcol_to_cell(row, column + FLOW_DAY - FLOW_AMOUNT)}"


def _day(book: Book, place: tuple[str, str]) -> str:
    """The day that stands beside a payment, or what else does."""
    sheet, _, cell = _beside(place).rpartition("!")
    found = book.value((sheet, cell))
    if isinstance(found, int | float) and not isinstance(found, bool) and 0 <= found < LAST_SERIAL:
        found = dt.datetime(1899, 12, 30) + dt.timedelta(days=found)  # noqa: DTZ001  # a spreadsheet's own
    return found.date().isoformat() if isinstance(found, dt.datetime) else str("" if found is None else found)


def _chosen(book: Book, known: _Carried, problems: list[Problem]) -> int:
    """Which scenario is chosen, the free one being the last; base, with a problem, where none is."""
    place = book.name(carried.CHOSEN)
    if place is None:
        problems.append(Problem(said("returned.no_name", name=carried.CHOSEN), book.shown, key=carried.CHOSEN))
        return 0
    value = book.value(place)
    if value in known.labels:
        return known.labels.index(str(value))
    found, labels = value if isinstance(value, str) else "", Listed(tuple(known.labels))
    message = said("returned.no_scenario", found=found, labels=labels)
    problems.append(Problem(message, book.shown, key="!".join(place)))
    return 0


def _free(known: _Carried) -> str:
    """The name of the scenario that the free one becomes."""
    name, number = FREE, 1
    while name in known.scenarios:
        number += 1
        name = f"{FREE}_{number}"
    return name


def _same(value: object, delivered: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isclose(value, delivered, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _term(key: InputKey) -> Term:
    """What an input may be: as the plan has it."""
    if key.key == PAYMENT:
        return AMOUNT
    if key.key in BALANCES:
        return keys_of(Cash)[key.key]
    if key.key in OF_FACILITY:
        return OF_FACILITIES[key.key]
    return keys_of(Cost)[SHARE] if key.key == "share" else keys_of(Scenario)[key.key]

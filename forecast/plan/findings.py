"""The problems found while a plan is read: each with its place in the file and its dotted key, all kept to the end."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forecast.errors import InputError, Problem, said
from forecast.plan.locator import Places
from forecast.plan.terms import LONGEST_NAME, is_number, keys_of, nearest, problem_with, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from forecast.errors import Said, Sentence
    from forecast.plan.locator import KeyPath, Locator
    from forecast.plan.terms import Term

Table = Mapping[str, object]
"""A table of TOML as it was read, values of any type."""

CHANNEL_KEYS = frozenset({"label", "fee_rate", "clearing", "failure_rate", "settlement_days", "refund_rate"})
"""Keys by which a table is known for a channel's."""

SETTINGS = "--set"
"""What stands for the file in the problems of a what-if's settings."""

LIST_EXAMPLES = {
    "outages": 'clearing="jd_pay",start=2026-11-11,days=3',
    "shift": 'from="baitiao",to="wechat",share=0.3',
}
"""The keys of lists that a what-if sets, and an item of each."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(slots=True)
class Findings:
    """Collects problems; ``file`` is named in each, ``locator`` finds its line and column (None: no text to find in).

    ``values`` is the whole of what was read: items of an array are named in keys by their own ``name``
    (``facilities.bank_line.limit``), else by their position from 1 (``events[2].peak``). ``homes`` holds the headers
    of the tables that keys belong to; ``no_key`` is the text of the catalogues for a key that is none.
    """

    file: str
    values: Table
    locator: Locator | None = None
    homes: Mapping[str, str] = field(default_factory=dict)
    no_key: str = "plan.unknown_key"
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: KeyPath, message: Sentence | str, *, at_key: bool = False) -> None:
        """A problem with the value at a path, or with the key itself."""
        place = None
        if self.locator:
            place = self.locator.key(path) if at_key else self.locator.value(path)
        line, column = place or (None, None)
        self.problems.append(Problem(message, self.file, line, column, self.dotted(path)))

    def places(self) -> Places:
        """Where every key stands, by its dotted form."""
        if self.locator is None:
            return Places(self.file)
        found = ((self.dotted(path), self.locator.value(path)) for path in self.locator.paths())
        return Places(self.file, {key: place for key, place in found if place})

    def missing(self, path: KeyPath, what: Sentence | str) -> None:
        """A key that must be there is not; ``what`` says what to write. Its place is that of its table."""
        self.add(path, said("plan.missing", what=what), at_key=True)

    def dotted(self, path: KeyPath) -> str:
        """A path as the user writes it."""
        text = ""
        value: object = self.values
        for step in path:
            value = _step(value, step)
            if isinstance(step, int):
                name = value.get("name") if isinstance(value, dict) else None
                text += f".{_key(name)}" if isinstance(name, str) and name else f"[{step + 1}]"
            else:
                text += f".{_key(step)}" if text else _key(step)
        return text

    def table(self, value: object, path: KeyPath) -> Table | None:
        """The value as a table; None with a problem when it is something else."""
        if isinstance(value, dict):
            return value
        self.add(path, self._no_table(value, path))
        return None

    def _no_table(self, value: object, path: KeyPath) -> Said:
        """What to write in place of what is no table: in a plan, or as the command line takes it."""
        found = shown(value)
        if isinstance(path[-1], int):
            name = ".".join(str(step) for step in path[:-1])
            item = LIST_EXAMPLES.get(str(path[-2]))
            first = f"path = {found}" if name == "ledger.files" and isinstance(value, str) else 'name = "…"'
            example = f"{{ {item} }}" if item else f"[[{name}]] {first}"
            return said("plan.no_table_of_list", found=found, example=example)
        if self.file == SETTINGS:
            return said("scenarios.table_in_setting", found=found, key=self.dotted(path))
        return said("plan.no_table", found=found, key=self.dotted(path))

    def tables(self, value: object, path: KeyPath) -> list[tuple[KeyPath, Table]]:
        """The items of an array of tables with their paths; what is no table becomes a problem."""
        if not isinstance(value, list) and self.file == SETTINGS:
            example = f"{self.dotted(path)}=[{{{LIST_EXAMPLES.get(str(path[-1]), '…')}}}]"
            self.add(path, said("scenarios.list_in_setting", found=shown(value), example=example))
            return []
        if not isinstance(value, list):
            self.add(path, said("plan.no_tables", found=shown(value), key=self.dotted(path)))
            return []
        found = [((*path, position), self.table(item, (*path, position))) for position, item in enumerate(value)]
        return [(item_path, table) for item_path, table in found if table is not None]

    def unknown_keys(self, table: Table, path: KeyPath, known: Collection[str]) -> None:
        """A problem for every key that is not known."""
        for key in table:
            if key not in known:
                self.add((*path, key), self._unknown(table, path, key, known), at_key=True)

    def _unknown(self, table: Table, path: KeyPath, key: str, known: Collection[str]) -> Said:
        """What to write for a key that is not known here: where it belongs, if another table takes it."""
        home = self.homes.get(key, "")
        value = table[key]
        if path and home == f"[{key}]":
            return said("plan.belongs_alone", home=home)
        if home and home not in {f"[{path[0]}]" if path else "", f"[{key}]"}:
            return said("plan.belongs", home=home)
        if self.homes and not path and isinstance(value, dict) and value and value.keys() <= CHANNEL_KEYS:
            return said("plan.belongs_alone", home=f"[channels.{_key(key)}]")
        return said(self.no_key, nearest=nearest(key, known))

    def checked(self, table: Table, path: KeyPath, terms: Iterable[Term]) -> dict[str, Any]:
        """The values of a table that its terms allow, by name; all else becomes a problem, missing keys too.

        Keys that no term names are left to ``unknown_keys``.
        """
        good: dict[str, Any] = {}
        for term in terms:
            if term.name not in table:
                if term.required:
                    self.missing((*path, term.name), said("plan.key", key=term.name, meaning=term.meaning))
                continue
            value = table[term.name]
            problem = problem_with(value, term)
            if problem:
                self.add((*path, term.name), problem)
            else:
                good[term.name] = _plain(value, term)
        return good

    def raw_section(self, name: str) -> Table:
        """A section as it was read; empty where it is left out or no table."""
        value = self.values.get(name, {})
        return value if isinstance(value, dict) else {}

    def filled(self, model: type, table: Table, path: KeyPath) -> dict[str, Any]:
        """What the fields of a section may be made of, by their names: the values that are right.

        Keys that hold tables are left to their own readers; keys that are no field's become problems.
        """
        terms = keys_of(model)
        self.unknown_keys(table, path, [term.name for term in terms.values()])
        good = self.checked(table, path, [term for term in terms.values() if term.is_single])
        return {name: good[term.name] for name, term in terms.items() if term.name in good}

    def raise_if_any(self) -> None:
        """Raises one error with every problem, in the order of the file's lines."""
        if self.problems:
            raise InputError(sorted(self.problems, key=self._order))

    def _order(self, problem: Problem) -> tuple[bool, str, int, int]:
        return problem.file != self.file, problem.file, problem.line or 0, problem.column or 0


def _plain(value: object, term: Term) -> object:
    """A checked value as the plan keeps it: text trimmed, figures that are no counts as floats."""
    if isinstance(value, str) and term.type == "text":
        return value.strip()
    return float(value) if is_number(value) and term.type in {"number", "money", "rate"} else value


def _key(name: str) -> str:
    """A step of a dotted key, shortened where no name is so long."""
    name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _step(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(str(step))
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None

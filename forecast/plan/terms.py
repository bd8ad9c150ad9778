"""What one key of a plan may hold, as said on its field of ``model``; and the check of a value against it."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import math
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeGuard, TypeVar, dataclass_transform

from forecast.errors import InputError
from forecast.money import to_fen
from forecast.records import Rounding, Says

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST = 2**53
"""Figures are at most this large, so that float64 holds every whole one."""

_LINE, _BEGINNING = 60, 3
"""Letters shown of a long text, and those that at least make the beginning of a name."""

Type = Literal["text", "number", "money", "rate", "integer", "date", "flag", "choice", "names", "tables"]
"""``money`` is yuan, exact to the fen; ``rate`` a fraction (0.05 is 5 %); ``names`` a list of different
texts; ``flag`` true or false; ``tables`` a list of tables, which a reader of its own checks.
"""

Section = TypeVar("Section")

_ROUNDING: Mapping[Type, Rounding] = {"money": "fen", "rate": "digits", "number": "digits"}
"""How a result rounds the figures of a type."""


@dataclass(frozen=True, slots=True)
class Term:
    """One key, as the reader checks it and the documentation prints it.

    ``low`` and ``high`` bound a figure, themselves included unless ``low_open`` or ``high_open``; no ``high`` stands
    without a ``low``. ``default`` None means absent, and ``en`` then says what absence means. ``by`` says what a table
    under the key goes by (``channel``, ``cause``), which a reader of its own checks. Of a facility's term, ``kinds``
    are those that take it (every kind where none is named) and ``needed_by`` those that cannot do without.
    """

    name: str
    type: Type
    en: str
    zh: str
    unit: str = ""
    default: object = None
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    choices: tuple[str, ...] = ()
    required: bool = False
    by: str = ""
    kinds: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()

    @property
    def is_single(self) -> bool:
        """Whether the key holds one value and no tables."""
        return not self.by and self.type != "tables"

    @property
    def meaning(self) -> str:
        """The meaning in English, without what absence means."""
        return self.en.partition("; absent")[0]

    @property
    def range(self) -> str:
        """The values allowed, in words (``from 0 to 1``); empty where any value of the type is."""
        if self.choices:
            return " or ".join(f'"{choice}"' for choice in self.choices)
        if self.low is None:
            return ""
        if self.high is None:
            return f"above {self.low:g}" if self.low_open else f"{self.low:g} or more"
        if self.low_open:
            return f"above {self.low:g} and {'below' if self.high_open else 'at most'} {self.high:g}"
        return f"from {self.low:g} to {'below ' if self.high_open else ''}{self.high:g}"


def term(
    type_: Type,
    en: str,
    zh: str,
    unit: str = "",
    *,
    default: object = MISSING,
    low: float | None = None,
    above: float | None = None,
    high: float | None = None,
    below: float | None = None,
    choices: tuple[str, ...] = (),
    by: str = "",
    kinds: tuple[str, ...] = (),
    needed_by: tuple[str, ...] = (),
    key: str = "",
    required: bool = True,
    kw_only: bool = False,
) -> Any:  # noqa: ANN401  # the field says its own type
    """A field that is a key of the plan, with all that reader and documentation know of it.

    Args as of ``Term``, ``above`` and ``below`` being bounds that are not allowed themselves; money is yuan and a rate
    lies from 0 to 1 without a word. ``key`` is the key's name where the field bears another; ``required`` false
    lets a field without a default be filled from the rest of the plan. A result leaves out what is None by default.
    """
    low, high = (0, 1) if type_ == "rate" else (low, high)
    said = Term(
        key,
        type_,
        en,
        zh,
        unit or ("yuan" if type_ == "money" else ""),
        low=low if above is None else above,
        high=high if below is None else below,
        low_open=above is not None,
        high_open=below is not None,
        choices=choices,
        required=required and default is MISSING,
        by=by,
        kinds=kinds,
        needed_by=needed_by,
    )
    start: dict[str, Any] = {"default_factory": dict} if default == {} else {"default": default}
    shown = Says(said.meaning, said.unit, _ROUNDING.get(type_), optional=default is None)
    return field(**start, kw_only=kw_only, metadata={"term": said, "says": shown})


@dataclass_transform(frozen_default=True, field_specifiers=(term, field))
def section(model: type[Section]) -> type[Section]:
    """Makes a frozen dataclass of a section of the plan, whose fields are its keys."""
    return dataclass(frozen=True, slots=True)(model)


@functools.cache
def keys_of(model: type) -> Mapping[str, Term]:
    """The keys of a section by their fields' names, in the fields' order; fields without a term are no keys."""
    return {
        one.name: replace(
            said, name=said.name or one.name, default=None if one.default in (MISSING, ()) else one.default
        )
        for one in fields(model)
        if (said := one.metadata.get("term"))
    }


EXPECTED = {
    "text": 'a text in quotes, such as "bank_line"',
    "number": "a number",
    "money": "an amount of yuan",
    "rate": "a fraction",
    "integer": "a whole number",
    "date": "a date without quotes, such as 2026-10-18",
    "flag": "true or false",
    "choice": "",
    "names": 'a list of different texts, such as ["baitiao"]',
}
"""What to write, by type."""


def problem_with(value: object, term: Term) -> str | None:
    """What is wrong with a value read from TOML, and what to write; None when the term allows it."""
    right_type = {
        "text": isinstance(value, str) and bool(value.strip()),
        "choice": isinstance(value, str) and value in term.choices,
        "number": is_number(value),
        "money": is_number(value),
        "rate": is_number(value),
        "integer": is_number(value) and isinstance(value, int),
        "date": isinstance(value, dt.date) and not isinstance(value, dt.datetime),
        "flag": isinstance(value, bool),
        "names": _is_list_of_names(value),
    }[term.type]
    if not right_type:
        return f"is {shown(value)}; write {_expected(value, term)}"
    if is_number(value) and not _in_range(value, term):
        return f"is {shown(value)}; write {_expected(value, term)}{_as_fraction(value, term)}"
    if term.type == "money" and is_number(value):
        return _not_in_fen(value)
    return None


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a finite figure that float64 can hold to the unit; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST  # false for nan and inf


def shown(value: object) -> str:
    """A value as TOML writes it, shortened where it is long."""
    match value:
        case bool():
            text = str(value).lower()
        case str():
            text = f'"{value}"' if len(value) <= _LINE else f'"{value[:_LINE]}…"'
        case dt.datetime():
            text = f"the moment {value.isoformat()}"
        case dt.date() | dt.time():
            text = value.isoformat()
        case dict():
            text = "a table"
        case list():
            text = f"a list of {len(value)}" if value else "an empty list"
        case _:
            text = str(value)
    return text


def nearest(name: str, known: Iterable[str]) -> str:
    """What to write for a name that is not known: the one that it begins, else the nearest one, else one of all."""
    names = list(known)
    begun = [candidate for candidate in names if len(name) >= _BEGINNING and candidate.startswith(name)]
    near = begun[:1] if len(begun) == 1 else difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    near = near or [candidate for candidate in names if candidate.casefold() == name.strip().casefold()]
    if near:
        return f'write "{near[0]}"'
    return "write one of " + ", ".join(names) if names else "none is defined"


def _expected(value: object, term: Term) -> str:
    if term.type == "choice":
        if not isinstance(value, str):
            return term.range
        near = difflib.get_close_matches(value, term.choices, n=1, cutoff=0.6)
        return f'"{near[0]}"' if near else term.range
    range_ = f" {term.range}" if term.type in {"number", "money", "rate", "integer"} and term.range else ""
    return EXPECTED[term.type] + range_ + (" (0.05 for 5 %)" if term.type == "rate" else "")


def _in_range(value: object, term: Term) -> bool:
    figure = value if isinstance(value, int | float) else math.nan
    above = term.low is None or figure > term.low or (figure == term.low and not term.low_open)
    below = term.high is None or figure < term.high or (figure == term.high and not term.high_open)
    return above and below


def _not_in_fen(amount: float) -> str | None:
    """What is wrong with an amount that whole fen do not make up."""
    try:
        to_fen(amount)
    except InputError as error:
        return str(error.problems[0].message)
    return None


def _as_fraction(value: object, term: Term) -> str:
    """The hint for a percentage written as a number of percent (4.35 for 4.35 %)."""
    percent = 100
    if term.type == "rate" and isinstance(value, int | float) and 1 < value <= percent:
        return f"; {value:g} % is {value / percent:g}"
    return ""


def _is_list_of_names(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(name, str) and name.strip() for name in value) and len(set(value)) == len(value)

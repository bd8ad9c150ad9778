"""What one key of a plan may hold, as said on its field of ``model``; and the check of a value against it."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import math
import re
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeGuard, TypeVar, dataclass_transform

from forecast.errors import Both, InputError, Listed, said
from forecast.money import to_fen
from forecast.plan.hints import plain_amount, plain_day, plain_days, plain_flag, plain_share
from forecast.records import Rounding, Says
from forecast.safe_text import name_of, unprintable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forecast.errors import Said, Sentence

LARGEST = 2**53
"""Figures are at most this large, so that float64 holds every whole one."""

LARGEST_AMOUNT = 10**12
"""The largest amount of yuan in a plan, a trillion: sums of many such still lie within exact money."""

SMALLEST_FRACTION, SMALLEST_AMOUNT = 1e-9, 0.01
"""Figures nearer to 0 than this are 0 or a slip: of yuan less than a fen, else a billionth."""

LONGEST_DAYS = 3_650
"""The most days of a term: ten years."""

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""The days that a plan may name: those whose public holidays are known."""

LONGEST_NAME, LONGEST_TEXT = 100, 1_000
"""The most letters of what is printed as a name or a heading, and of paths and other texts."""

_LINE, _BEGINNING, _LONG_BITS = 60, 3, 200
"""Letters shown of a long text, those that at least make the beginning of a name, and bits of a figure not shown."""

Type = Literal["text", "number", "money", "rate", "integer", "date", "flag", "choice", "names", "tables"]
"""``money`` is yuan, exact to the fen; ``rate`` a fraction (0.05 is 5 %); ``names`` a list of different
texts; ``flag`` true or false; ``tables`` a list of tables, which a reader of its own checks.
"""

Section = TypeVar("Section")

_MEANT: Mapping[Type, tuple[Callable[[str], str | None], ...]] = {
    "flag": (plain_flag,),
    "integer": (plain_amount, plain_days),
    "money": (plain_amount,),
    "number": (plain_amount, plain_share),
    "rate": (plain_share, plain_amount),
}
"""How a text in place of a value of another type may be understood."""

_EXAMPLES = {"orders": "orders.csv", "other_flows": "other_flows.csv", "path": "exports/orders.csv", "table": "orders"}
"""Texts that keys of paths may hold, as examples."""

_ROUNDING: Mapping[Type, Rounding] = {"money": "fen", "rate": "digits", "number": "digits"}
"""How a result rounds the figures of a type."""


class PerCent(float):
    """A fraction that was written in per cent (``8%``), and is shown so in messages."""


@dataclass(frozen=True, slots=True)
class Term:
    """One key, as the reader checks it and the documentation prints it.

    ``low`` and ``high`` bound a figure, themselves included unless ``low_open`` or ``high_open``; no ``high`` stands
    without a ``low``. ``default`` None means absent, and ``en`` then says what absence means. ``by`` says what a table
    under the key goes by (``channel``, ``cause``), which a reader of its own checks. Of a facility's term, ``kinds``
    are those that take it (every kind where none is named) and ``needed_by`` those that cannot do without. A text has
    at most ``longest`` letters; ``example`` is one that may stand there, where another than a name is asked for.
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
    longest: int = LONGEST_NAME
    example: Both | None = None

    @property
    def is_single(self) -> bool:
        """Whether the key holds one value and no tables."""
        return not self.by and self.type != "tables"

    @property
    def meaning(self) -> Both:
        """The meaning, without what absence means."""
        return Both(self.en.partition("; absent")[0], self.zh.partition("；缺省")[0])

    @property
    def range(self) -> Said | Listed | None:
        """The values allowed, in words (``from 0 to 1``); None where any value of the type is."""
        if self.choices:
            return Listed(tuple(f'"{choice}"' for choice in self.choices), either=True)
        if self.low is None:
            return None
        low = figure_text(self.low)
        if self.high is None:
            return said("values.above", low=low) if self.low_open else said("values.at_least", low=low)
        high = figure_text(self.high)
        if self.low_open:
            return said(f"values.above_{'below' if self.high_open else 'at_most'}", low=low, high=high)
        return said(f"values.from_{'below' if self.high_open else 'to'}", low=low, high=high)


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
    longest: int = LONGEST_NAME,
    example: Both | None = None,
) -> Any:  # noqa: ANN401  # the field says its own type
    """A field that is a key of the plan, with all that reader and documentation know of it.

    Args as of ``Term``, ``above`` and ``below`` being bounds that are not allowed themselves; money is yuan and a rate
    lies from 0 to 1 without a word. ``key`` is the key's name where the field bears another; ``required`` false
    lets a field without a default be filled from the rest of the plan. A result leaves out what is None by default.
    """
    if type_ == "rate":
        low, high = 0, 1 if high is None else high
    stated = Term(
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
        longest=longest,
        example=example,
    )
    start: dict[str, Any] = {"default_factory": dict} if default == {} else {"default": default}
    shown = Says(str(stated.meaning), stated.unit, _ROUNDING.get(type_), optional=default is None)
    return field(**start, kw_only=kw_only, metadata={"term": stated, "says": shown})


@dataclass_transform(frozen_default=True, field_specifiers=(term, field))
def section(model: type[Section]) -> type[Section]:
    """Makes a frozen dataclass of a section of the plan, whose fields are its keys."""
    return dataclass(frozen=True, slots=True)(model)


@functools.cache
def keys_of(model: type) -> Mapping[str, Term]:
    """The keys of a section by their fields' names, in the fields' order; fields without a term are no keys."""
    return {
        one.name: replace(
            stated, name=stated.name or one.name, default=None if one.default in (MISSING, ()) else one.default
        )
        for one in fields(model)
        if (stated := one.metadata.get("term"))
    }


def problem_with(value: object, term: Term) -> Sentence | None:
    """What is wrong with a value read from TOML, and what to write; None when the term allows it."""
    if _is_endless_amount(value, term):
        return _too_large(value)
    if not _is_of_type(value, term) or (is_number(value) and not _in_range(value, term)):
        return _wrong(value, term)
    if is_number(value):
        return _problem_with_size(value, term)
    if isinstance(value, dt.date):
        return problem_with_day(value)
    texts = value if isinstance(value, list) else [value]
    problems = (problem_with_text(text, term.longest) for text in texts if isinstance(text, str))
    return next((problem for problem in problems if problem), None)


def _is_endless_amount(value: object, term: Term) -> bool:
    """Whether a value is an amount larger than any figure that can be counted with."""
    of_yuan = term.type == "money" or term.unit == "yuan"
    return of_yuan and isinstance(value, int | float) and LARGEST < abs(value) < math.inf and _in_range(value, term)


def _too_large(figure: object) -> Said:
    return said("values.too_large", found=shown(figure), largest=figure_text(LARGEST_AMOUNT))


def _is_of_type(value: object, term: Term) -> bool:
    return {
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


def problem_with_day(day: dt.date) -> Said | None:
    """What is wrong with a day that no plan is made for; None where there is nothing."""
    if EARLIEST <= day <= LATEST:
        return None
    return said("values.day_out_of_range", found=str(day), first=str(EARLIEST), last=str(LATEST))


def problem_with_text(text: str, longest: int = LONGEST_NAME) -> Said | None:
    """What is wrong with the letters of a text: too many of them, or one that is not for printing."""
    if len(text) > longest:
        return said("values.too_long", letters=len(text), longest=longest)
    letter = unprintable(text)
    if letter and letter in "\t\n\r\f\b\v":
        return said("values.line_end", letter=name_of(letter))
    return said("values.not_for_printing", letter=name_of(letter)) if letter else None


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a finite figure that float64 can hold to the unit; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST  # false for nan and inf


def figure_text(figure: float) -> str:
    """A figure as people write it, without an exponent: ``87600``, ``0.5``."""
    return f"{figure:.0f}" if figure == int(figure) else f"{figure:g}"


def shown(value: object) -> Sentence | str:
    """A value as TOML writes it, shortened where it is long."""
    text: Sentence | str
    match value:
        case bool():
            text = str(value).lower()
        case str():
            text = f'"{value}"' if len(value) <= _LINE else f'"{value[:_LINE]}…"'
        case PerCent():
            text = f"{100 * value:g}%"
        case dt.datetime():
            text = said("values.moment", moment=value.isoformat())
        case dt.date() | dt.time():
            text = value.isoformat()
        case dict():
            text = said("values.table")
        case int() if value.bit_length() > _LONG_BITS:
            text = said("values.long_figure")
        case list():
            text = said("values.list", items=len(value)) if value else said("values.empty_list")
        case _:
            text = str(value)
    return text


def nearest(name: str, known: Iterable[str]) -> Said:
    """What to write for a name that is not known: the one that it begins, else the nearest one, else one of all."""
    names = list(known)
    alike = [candidate for candidate in names if not _differs_in_digits(name, candidate)]
    begun = [candidate for candidate in alike if len(name) >= _BEGINNING and candidate.startswith(name)]
    near = begun[:1] if len(begun) == 1 else difflib.get_close_matches(name[:_LINE], alike, n=1, cutoff=0.65)
    near = near or [candidate for candidate in names if candidate.casefold() == name.strip().casefold()]
    if near:
        return said("values.write_name", name=near[0])
    return said("values.write_one_of", names=Listed(tuple(names))) if names else said("values.none_defined")


def _differs_in_digits(name: str, other: str) -> bool:
    """Whether two names differ in their figures alone, and so mean two things (``double11``, ``double12``)."""
    return name != other and any(map(str.isdigit, name)) and re.sub(r"\d", "", name) == re.sub(r"\d", "", other)


def _wrong(value: object, term: Term) -> Said:
    """What was found in place of what the term allows, with what it was probably meant to be."""
    found, expected = shown(value), _expected(value, term)
    hint = _hint(value, term)
    if hint is None:
        return said("values.wrong", found=found, expected=expected)
    return said("values.wrong_with_hint", found=found, expected=expected, hint=hint)


def _expected(value: object, term: Term) -> Sentence | str:
    """What to write in place of a value."""
    if term.type == "choice":
        word = value[:_LINE].casefold() if isinstance(value, str) else ""
        near = difflib.get_close_matches(word, term.choices, n=1, cutoff=0.6)
        return f'"{near[0]}"' if near else term.range or ""
    if term.type == "date":
        written = f"{value:.0f}" if is_number(value) else value
        return said("values.date", day=(isinstance(written, str) and plain_day(written)) or "2026-10-18")
    kind = _kind(term)
    if term.type not in {"number", "money", "rate", "integer"} or term.range is None:
        return kind
    within = said("values.with_range", kind=kind, range=term.range)
    return said("values.fraction", range=within) if term.type == "rate" else within


def _kind(term: Term) -> Said:
    """What a term's type is called, of a text with an example."""
    if term.type == "text":
        return said("values.text", example=term.example or _EXAMPLES.get(term.name, "bank_line"))
    if term.type == "names":
        return said("values.names", example=term.example or "baitiao")
    return said(f"values.{term.type}")


def _hint(value: object, term: Term) -> Said | None:
    """What a value that is not allowed was probably meant to be."""
    if is_number(value):
        return _without_per_cent(value, term)
    if term.type == "names" and isinstance(value, list):
        return _named_twice(value)
    if not isinstance(value, str) or term.type not in _MEANT:
        return None
    meant = next((figure for read in _MEANT[term.type] if (figure := read(value)) is not None), None)
    if meant is None or (term.type != "flag" and not _in_range(float(meant), term)):
        return None
    return said("values.meant", figure=meant)


def _without_per_cent(value: float, term: Term) -> Said | None:
    """The fraction that is meant where per cent stand without their sign (``95`` for ``0.95``)."""
    percent = 100
    is_fraction = term.type == "rate" or (term.type == "number" and term.high == 1)
    if not is_fraction or isinstance(value, PerCent) or not 1 < value <= percent:
        return None
    return said("values.percent", percent=f"{value:g}", fraction=f"{value / percent:g}")


def _named_twice(names: list[object]) -> Said | None:
    """The first name that stands in a list twice."""
    twice = next((one for at, one in enumerate(names) if isinstance(one, str) and one in names[:at]), None)
    return None if twice is None else said("values.twice", name=twice[:_LINE])


def _in_range(value: object, term: Term) -> bool:
    figure = value if isinstance(value, int | float) else math.nan
    above = term.low is None or figure > term.low or (figure == term.low and not term.low_open)
    below = term.high is None or figure < term.high or (figure == term.high and not term.high_open)
    return above and below


def _problem_with_size(figure: float, term: Term) -> Sentence | None:
    """What is wrong with a figure that is out of all scale, or with an amount that whole fen do not make up."""
    if isinstance(figure, PerCent) and term.type == "money":
        return said("values.per_cent_of_money", found=shown(figure), expected=_expected(figure, term))
    of_yuan = term.unit == "yuan"
    if of_yuan and abs(figure) > LARGEST_AMOUNT:
        return _too_large(figure)
    if term.type == "money":
        try:
            to_fen(figure)
        except InputError as error:
            return error.problems[0].sentence
        return None
    smallest = SMALLEST_AMOUNT if of_yuan else SMALLEST_FRACTION
    if 0 < abs(figure) < smallest:
        return said("values.too_small", found=shown(figure), smallest=f"{smallest:.9f}".rstrip("0"))
    return None


def _is_list_of_names(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(name, str) and name.strip() for name in value) and len(set(value)) == len(value)

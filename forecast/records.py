"""Records: frozen dataclasses whose fields say what they mean, in which unit, and how JSON rounds them.

A result is made of records. ``rounded`` rounds every figure as its field says, ``plain`` turns a record into JSON's own
values, ``read`` makes a record of such values again, and ``described`` lists its keys for the documents: stated once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import types
import typing
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, dataclass_transform

from forecast.safe_text import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MONEY_DECIMALS = 2
"""Money is written to the fen."""

RATE_DIGITS = 6
"""Rates, shares, probabilities, scores and numbers of days are written with this many significant digits."""

TYPED_DIGITS = 15
"""What somebody typed into a spreadsheet is written with as many significant digits as that keeps."""

UNIONS = (typing.Union, types.UnionType)

LARGEST = 1e300
"""What is read must be a finite figure."""

Rounding = Literal["fen", "digits", "typed"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Says:
    """What a field says of itself.

    ``key`` is its name in JSON where that differs. JSON lacks an ``optional`` one where it is None, and holds the keys
    of a ``flat`` one, a record, in place of a key of its own.
    """

    meaning: str
    unit: str = ""
    rounding: Rounding | None = None
    key: str | None = None
    optional: bool = False
    flat: bool = False


class Misfit(Exception):  # noqa: N818  # a finding about what was read, which its reader puts into words
    """What is read is no such record: ``key`` is the dotted key, ``missing`` whether nothing stands there."""

    def __init__(self, key: str, *, missing: bool = False) -> None:
        super().__init__(key)
        self.key, self.missing = key, missing


class Record:
    """The base of all records: read by attributes, and by the keys that JSON shows (in a notebook, say)."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  # fields have no common type
        """The value under a key as in JSON.

        Raises:
            KeyError: the record has no such key.
        """
        cls: type = type(self)
        for name, said in _fields(cls):
            if said.flat:
                with suppress(KeyError):
                    return getattr(self, name)[key]
            elif (said.key or name) == key:
                return getattr(self, name)
        raise KeyError(key)


def says(
    meaning: str, unit: str = "", *, key: str | None = None, flat: bool = False, default: object = dataclasses.MISSING
) -> Any:  # noqa: ANN401  # as dataclasses.field
    """A field of text, counts, days or further records; with a default JSON lacks it where it is None."""
    return _field(Says(meaning, unit, None, key, default is None, flat), default)


def money(meaning: str, unit: str = "yuan", *, key: str | None = None, default: object = dataclasses.MISSING) -> Any:  # noqa: ANN401  # as dataclasses.field
    """A field of amounts, rounded to the fen."""
    return _field(Says(meaning, unit, "fen", key, default is None), default)


def rate(meaning: str, unit: str = "share", *, key: str | None = None, default: object = dataclasses.MISSING) -> Any:  # noqa: ANN401  # as dataclasses.field
    """A field of rates, shares, chances, scores or mean days, rounded to six significant digits."""
    return _field(Says(meaning, unit, "digits", key, default is None), default)


def typed(meaning: str) -> Any:  # noqa: ANN401  # as dataclasses.field
    """A field of figures of any unit as somebody typed them, to the digits that a spreadsheet keeps."""
    return _field(Says(meaning, "", "typed"), dataclasses.MISSING)


def _field(said: Says, default: object) -> Any:  # noqa: ANN401  # what dataclasses.field gives
    if default is dataclasses.MISSING:
        return field(metadata={"says": said})
    return field(default=default, metadata={"says": said})


@dataclass_transform(frozen_default=True, field_specifiers=(says, money, rate, typed))
def record(cls: type[T]) -> type[T]:
    """Make a subclass of ``Record`` a record.

    Raises:
        TypeError: a field does not say what it means, or holds floats and does not say how they are rounded.
    """
    made = dataclass(frozen=True, slots=True)(cls)
    for one in dataclasses.fields(made):  # type: ignore[arg-type]  # made a dataclass in the line above
        said = one.metadata.get("says")
        if said is None or ("float" in str(one.type) and said.rounding is None):
            raise TypeError(f"{cls.__name__}.{one.name} does not say what it means and how it is rounded")
    return made


def rounded(value: T) -> T:
    """The record with every figure rounded as its field says; an infinite one ("no bound") becomes None.

    A sum of rounded figures may differ from the rounded sum by half a fen a figure.

    Raises:
        ValueError: a number is NaN or -infinity; absent figures must be None.
    """
    return typing.cast("T", _rounded(value, None, ""))


def replaced(value: T, amount: Callable[[float], float], text: Callable[[str, str], str]) -> T:
    """The record with every amount of money and every text replaced, the keys of mappings among the texts.

    ``text`` is given the name of the field that a text stands in, and the text.
    """
    return typing.cast("T", _replaced(value, "", None, amount, text))


def _replaced(
    value: Any,  # noqa: ANN401  # as plain
    name: str,
    said: Says | None,
    amount: Callable[[float], float],
    text: Callable[[str, str], str],
) -> Any:  # noqa: ANN401  # as plain
    if isinstance(value, str):
        return text(name, value)
    if isinstance(value, float):
        return amount(value) if said is not None and said.rounding == "fen" and said.unit != "days" else value
    if isinstance(value, dict):
        return {text(name, key): _replaced(one, name, said, amount, text) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_replaced(one, name, said, amount, text) for one in value)
    if not dataclasses.is_dataclass(value):
        return value
    cls: Any = type(value)
    return cls(**{one: _replaced(getattr(value, one), one, about, amount, text) for one, about in _fields(cls)})


def plain(value: object) -> Any:  # noqa: ANN401  # JSON's values have no common type
    """A record, rounded before, as JSON's values, its keys in the order of its fields."""
    if dataclasses.is_dataclass(value):
        return _keys(value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return list(value) if {*map(type, value)} <= {float, str} else [plain(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"JSON does not hold a {type(value).__name__}")


def _keys(value: Any) -> Any:  # noqa: ANN401  # any record
    keys: dict[str, Any] = {}
    cls: type = type(value)
    for name, said in _fields(cls):
        one = getattr(value, name)
        if said.flat:
            keys |= plain(one)
        elif one is not None or not said.optional:
            keys[said.key or name] = plain(one)
    return keys


def json_text(value: object) -> str:
    """The text of a record's JSON file: rounded, indented, the same bytes for the same record, one newline last.

    A row of a list, a record that holds no list itself, stands on one line.
    """
    return text_of_rounded(rounded(value))


def text_of_rounded(value: object) -> str:
    """As ``json_text``, of a record that has been rounded before."""
    return encodable(_indented(plain(value), "\n")) + "\n"


def _indented(value: Any, margin: str) -> str:  # noqa: ANN401  # as plain
    """JSON's values as text; ``margin`` is the end of a line and the indent of what holds them."""
    if not value or not isinstance(value, dict | list):
        return _on_a_line(value)
    deeper = margin + " "
    if isinstance(value, dict):
        parts = [f"{_on_a_line(key)}: {_indented(one, deeper)}" for key, one in value.items()]
        return "{" + deeper + f",{deeper}".join(parts) + margin + "}"
    if not any(isinstance(one, dict | list) for one in value):
        figures = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(f",{deeper}", ": "))
        return "[" + deeper + figures[1:-1] + margin + "]"
    parts = [_on_a_line(one) if _is_flat(one) else _indented(one, deeper) for one in value]
    return "[" + deeper + f",{deeper}".join(parts) + margin + "]"


def _on_a_line(value: Any) -> str:  # noqa: ANN401  # as plain
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _is_flat(value: Any) -> bool:  # noqa: ANN401  # as plain
    """Whether no list stands in it."""
    return not isinstance(value, list) and (not isinstance(value, dict) or all(map(_is_flat, value.values())))


def _rounded(value: Any, said: Rounding | None, place: str) -> Any:  # noqa: ANN401  # as plain
    if isinstance(value, float):
        return _figure(float(value), said, place)
    if value is None or isinstance(value, str | bool | int | dt.date):
        return value
    if dataclasses.is_dataclass(value):
        parts = {
            name: _rounded(getattr(value, name), field_says.rounding, f"{place}.{name}" if place else name)
            for name, field_says in _fields(type(value))  # type: ignore[arg-type]  # an instance's class
        }
        return type(value)(**parts)  # type: ignore[misc]  # the same
    if isinstance(value, dict):
        return {key: _rounded(one, said, f"{place}.{key}") for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_rounded_list(value, said, place))
    raise TypeError(f"{place}: a record does not hold a {type(value).__name__}")


def _rounded_list(values: Sequence[Any], said: Rounding | None, place: str) -> list[Any]:
    if {*map(type, values)} == {float} and math.isfinite(sum(values)):
        return [_figure(one, said, place) for one in values]
    return [_rounded(one, said, f"{place}[{index}]") for index, one in enumerate(values)]


def _figure(number: float, rounding: Rounding | None, place: str) -> float | None:
    if number == math.inf:
        return None
    if not math.isfinite(number):
        raise ValueError(f"{place}: {number} is no figure; an absent figure is None")
    if rounding is None:
        raise TypeError(f"{place}: its field does not say how a figure is rounded")
    digits = {"digits": RATE_DIGITS, "typed": TYPED_DIGITS}.get(rounding)
    kept = round(number, MONEY_DECIMALS) if digits is None else float(f"{number:.{digits}g}")
    return kept + 0.0  # minus zero becomes zero


def read(cls: type[T], value: object, key: str = "") -> T:
    """A record from JSON's values; keys that it does not have are left aside.

    ``key`` is the dotted key under which the values stand, for ``Misfit``.

    Raises:
        Misfit: a key is missing, or what stands there is of another kind; names the first one.
    """
    return typing.cast("T", _read(cls, value, key))


def _read(kind: Any, value: Any, key: str) -> Any:  # noqa: ANN401  # as plain
    origin, inner = _parts(kind)
    if origin in UNIONS:
        return None if value is None and type(None) in inner else _read(inner[0], value, key)
    if dataclasses.is_dataclass(kind):
        return _read_record(kind, value, key)
    return _read_value(kind, value, key) if origin is None else _read_container(origin, inner, value, key)


def _read_value(kind: type, value: Any, key: str) -> Any:  # noqa: ANN401  # as plain
    if kind is float and type(value) in (int, float) and abs(value) <= LARGEST:
        return float(value)
    if kind is dt.date and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if kind in (int, str, bool) and type(value) is kind and (kind is not str or _is_text(str(value))):
        return value
    raise Misfit(key)


def _is_text(value: str) -> bool:
    """Whether a text can be written as UTF-8: JSON may hold halves of characters."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _read_container(origin: Any, inner: tuple[Any, ...], value: Any, key: str) -> Any:  # noqa: ANN401  # as plain
    if origin is dict and isinstance(value, dict):
        return {name: _read(inner[1], one, f"{key}.{name}") for name, one in value.items()}
    if origin in (list, tuple) and isinstance(value, list):
        return origin(_read(inner[0], one, key) for one in value)
    if origin is Literal and value in inner:
        return value
    raise Misfit(key)


def _read_record(kind: Any, value: Any, key: str) -> Any:  # noqa: ANN401  # any record
    if not isinstance(value, dict):
        raise Misfit(key)
    parts = {}
    for name, said in _fields(kind):
        if said.flat:
            parts[name] = _read(_types(kind)[name], value, key)
            continue
        shown = said.key or name
        place = f"{key}.{shown}" if key else shown
        if shown in value:
            parts[name] = _read(_types(kind)[name], value[shown], place)
        elif not said.optional:
            raise Misfit(place, missing=True)
    return kind(**parts)


def described(cls: type, key: str = "") -> Iterator[tuple[str, str, Says]]:
    """Every key of a record and of the records in it, depth first: dotted key, type in words, what its field says."""
    for name, said in _fields(cls):
        kind, many = _innermost(_types(cls)[name])
        place = key if said.flat else ".".join(part for part in (key, said.key or name) if part) + many
        if not said.flat:
            yield place, getattr(kind, "__name__", "text"), said
        if issubclass(kind, Record):
            yield from described(kind, place)


def _innermost(kind: Any) -> tuple[type, str]:  # noqa: ANN401  # a type hint
    """What a container or an optional value holds, and its place in words: ``[]`` for a list, ``.*`` for a mapping."""
    origin, inner = _parts(kind)
    if origin is Literal or origin is None:
        return (str if origin is Literal else kind), ""
    within, deeper = _innermost(inner[1] if origin is dict else inner[0])
    return within, {dict: ".*", list: "[]", tuple: "[]"}.get(origin, "") + deeper


@cache
def _fields(cls: type) -> tuple[tuple[str, Says], ...]:
    return tuple((one.name, one.metadata.get("says") or Says(one.name)) for one in dataclasses.fields(cls))


@cache
def _parts(kind: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401  # a type hint
    return typing.get_origin(kind), typing.get_args(kind)


@cache
def _types(cls: type) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)

"""Values of the package as text and arrays, and back again: frozen dataclasses, figures, days, arrays and small tables.

Nothing read back can execute anything: a class is one of the package's own frozen dataclasses or it is refused, and an
array holds figures, days or text, never objects. Arrays come back in the layout in memory in which they were, so that
sums over them are the same to the last bit.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.cache.layouts import KINDS, DamagedError, Layout, UncodableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

HOMES = (
    "calendar",
    "costs",
    "cross_checks",
    "disbursements",
    "drivers",
    "errors",
    "financing",
    "ledger",
    "liquidity",
    "notes",
    "pipeline",
    "plan",
    "plausibility",
    "receivables",
    "results",
    "sales",
    "simulated",
    "simulation",
)
"""The files and folders of the package whose frozen dataclasses may stand in an entry."""

PLAIN = frozenset({type(None), bool, int, float, str})
"""What JSON has itself."""

HOLDERS: Mapping[type, str] = {dict: "d", tuple: "t", list: "l", frozenset: "f"}
"""What holds further values, and its mark."""

MADE: Mapping[str, Callable[[Iterable[Any]], Any]] = {"t": tuple, "l": list, "f": frozenset}
"""What is made of the values that follow a mark."""

BROKEN = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)
"""What reading something else than an entry, or a damaged one, may raise."""


def encoded(value: object) -> tuple[bytes, list[np.ndarray[Any, Any]]]:
    """A value as JSON and the arrays that it refers to by their place, each contiguous, each array once.

    The same value gives the same bytes.

    Raises:
        UncodableError: It holds something that is no value of the package.
    """
    writer = _Writer()
    body = writer.value(value, "")
    layouts = [dataclasses.astuple(one) for one in writer.layouts]
    return json.dumps([list(writer.classes), layouts, body], separators=(",", ":")).encode(), writer.arrays


def decoded(text: bytes, array: Callable[[int, np.dtype[Any], int], np.ndarray[Any, Any]]) -> Any:  # noqa: ANN401  # whatever was encoded
    """The value of ``encoded``; ``array(place, dtype, count)`` gives the figures of each array, flat.

    Raises:
        DamagedError: It is none.
    """
    try:
        classes, laid_out, body = json.loads(text)
        layouts = [Layout(kind, *map(tuple, steps)) for kind, *steps in laid_out]
        arrays = [one.laid(array(place, one.dtype, one.size)) for place, one in enumerate(layouts)]
        return _Reader([_class(name) for name in classes], arrays).value(body)
    except DamagedError:
        raise
    except (ImportError, *BROKEN) as error:
        raise DamagedError(str(error)) from error


class _Writer:
    """Turns a value into JSON, and gathers the classes and arrays that it refers to."""

    def __init__(self) -> None:
        self.classes: dict[str, int] = {}
        self.arrays: list[np.ndarray[Any, Any]] = []
        self.layouts: list[Layout] = []
        self.known: dict[int, tuple[int, object]] = {}

    def value(self, value: Any, place: str) -> Any:  # noqa: ANN401  # JSON's values have no common type
        """The value as JSON: itself where JSON has it, else a list that begins with its kind."""
        if type(value) in PLAIN:
            return value
        if type(value) in HOLDERS:
            return self.held(value, place)
        if dataclasses.is_dataclass(value):
            return self.fields(value, place)
        return self.single(value, place)

    def held(self, value: Any, place: str) -> list[Any]:  # noqa: ANN401  # any of HOLDERS
        """A tuple, list, dict or frozenset of further values."""
        mark = HOLDERS[type(value)]
        if isinstance(value, dict):
            return [mark, [[self.value(key, place), self.value(one, f"{place}.{key}")] for key, one in value.items()]]
        inner = [self.value(one, f"{place}[{at}]") for at, one in enumerate(value)]
        return [mark, *(sorted(inner, key=json.dumps) if isinstance(value, frozenset) else inner)]

    def single(self, value: Any, place: str) -> list[Any]:  # noqa: ANN401  # as in value
        """What holds no further values but arrays."""
        kind = type(value)
        if kind is dt.date:
            return ["day", value.isoformat()]
        if isinstance(value, Path):
            return ["path", str(value)]
        if isinstance(value, np.generic) and value.dtype.kind in KINDS:
            return ["s", value.dtype.str, value.tobytes().hex()]
        if kind is np.ndarray:
            return ["a", self.array(value, place)]
        if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ == "DataFrame":
            return self.table(value, place)
        raise UncodableError(f"{place.lstrip('.')}: an entry does not hold a {kind.__module__}.{kind.__qualname__}")

    def fields(self, value: Any, place: str) -> list[Any]:  # noqa: ANN401  # any dataclass
        """A dataclass as its class and the values of its fields, in their order."""
        name = f"{type(value).__module__}:{type(value).__qualname__}"
        try:
            _class(name)
        except DamagedError as error:
            raise UncodableError(f"{place.lstrip('.')}: {error}") from None
        number = self.classes.setdefault(name, len(self.classes))
        parts = (self.value(getattr(value, one.name), f"{place}.{one.name}") for one in dataclasses.fields(value))
        return ["c", number, *parts]

    def array(self, array: np.ndarray[Any, Any], place: str) -> int:
        """The number of an array."""
        if id(array) in self.known:
            return self.known[id(array)][0]
        try:
            layout = Layout.of(array)
        except UncodableError as error:
            raise UncodableError(f"{place.lstrip('.')}: {error}") from None
        inner = array.reshape([length for length in array.shape if length != 1])
        ascending = sorted(layout.axes)
        self.arrays.append(np.ascontiguousarray(inner.transpose([ascending.index(axis) for axis in layout.axes])))
        self.layouts.append(layout)
        self.known[id(array)] = (len(self.arrays) - 1, array)
        return len(self.arrays) - 1

    def table(self, table: pd.DataFrame, place: str) -> list[Any]:
        """A table by its columns: figures and days as arrays, text as numbers of the words that occur."""
        import pandas as pd  # noqa: PLC0415  # whoever hands in a table has loaded it

        if not isinstance(table.index, pd.RangeIndex) or not all(type(name) is str for name in table.columns):
            raise UncodableError(f"{place.lstrip('.')}: a table with names of rows, or columns without names")
        index = table.index
        columns = [self.column(name, table[name], f"{place}.{name}") for name in table.columns]
        return ["frame", [index.start, index.stop, index.step], columns]

    def column(self, name: str, column: pd.Series[Any], place: str) -> list[Any]:
        """One column: its name, its type, its figures, and the words that they number, if any."""
        import pandas as pd  # noqa: PLC0415  # as in table

        if isinstance(column.dtype, np.dtype) and column.dtype.kind in KINDS:
            return [name, "", self.array(np.ascontiguousarray(column.to_numpy()), place), None]
        numbers, words = pd.factorize(column)
        texts = [str(word) for word in words]
        if str(column.dtype) not in ("str", "string", "object") or texts != list(words):
            raise UncodableError(f"{place.lstrip('.')}: a column of {column.dtype}")
        if str(column.dtype) == "object" and not all(one is None for one in column[numbers < 0]):
            raise UncodableError(f"{place.lstrip('.')}: missing text that is not None")
        return [name, str(column.dtype), self.array(numbers.astype(np.int32), place), texts]


@dataclasses.dataclass(frozen=True, slots=True)
class _Reader:
    """Turns JSON back into a value."""

    classes: Sequence[type]
    arrays: Sequence[np.ndarray[Any, Any]]

    def value(self, body: Any) -> Any:  # noqa: ANN401  # as in _Writer
        """The value of what ``_Writer.value`` gave."""
        if type(body) in PLAIN:
            return body
        kind, *parts = body
        if kind == "d":
            return {self.value(key): self.value(one) for key, one in parts[0]}
        if kind in MADE:
            return MADE[kind](map(self.value, parts))
        if kind == "c":
            return self.classes[parts[0]](*map(self.value, parts[1:]))
        return self.single(kind, *parts)

    def single(self, kind: object, *parts: Any) -> Any:  # noqa: ANN401  # as in value
        """What holds no further values but arrays."""
        match kind:
            case "a":
                return self.arrays[parts[0]]
            case "s":
                return self.scalar(*parts)
            case "day":
                return dt.date.fromisoformat(*parts)
            case "path":
                return Path(*parts)
            case "frame":
                return self.table(*parts)
        raise DamagedError(f"a value of kind {kind}")

    def scalar(self, name: str, content: str) -> np.generic:
        """One figure or day in a type of numpy's."""
        dtype = np.dtype(name)
        if dtype.kind not in KINDS:
            raise DamagedError(f"a figure of {name}")
        scalar: np.generic = np.frombuffer(bytes.fromhex(content), dtype)[0]
        return scalar

    def table(self, rows: tuple[int, int, int], columns: Iterable[Sequence[Any]]) -> pd.DataFrame:
        """A small table."""
        import pandas as pd  # noqa: PLC0415  # only tables need it

        start, stop, step = rows
        index = pd.RangeIndex(start, stop, step)
        found: dict[str, Any] = {}
        for name, dtype, number, words in columns:
            values = self.arrays[number]
            if words is not None:
                texts = np.array([*words, None], dtype=object)
                values = texts[values]
            found[name] = pd.Series(values, index=index, dtype=dtype or None)
        return pd.DataFrame(found, index=index)


def _class(name: str) -> type:
    """A frozen dataclass of the package by its module and name.

    Raises:
        DamagedError: It is none, or lies elsewhere.
    """
    module, _, own = name.partition(":")
    package, _, inner = module.partition(".")
    if package != "forecast" or inner.partition(".")[0] not in HOMES:
        raise DamagedError(f"{name} may not stand in an entry")
    found = getattr(sys.modules.get(module) or import_module(module), own, None)
    if not isinstance(found, type) or found.__module__ != module or not dataclasses.is_dataclass(found):
        raise DamagedError(f"{name} is no dataclass of its file")
    frozen = found.__dataclass_params__.frozen  # type: ignore[attr-defined]  # what a dataclass says of itself
    if not frozen or not all(one.init for one in dataclasses.fields(found)):
        raise DamagedError(f"{name} is not frozen, or not made of its fields alone")
    return found

"""The keys of a result as rows of the reference: dotted key, type, unit, rounding, meaning, as their fields say.

A record that stands in more than one place has its keys listed once, in a table of its own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from forecast.records import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forecast.records import Says

    Described = tuple[str, str, Says]

TYPES = {"int": "whole number", "float": "number", "str": "text", "bool": "true or false", "date": "day"}
"""The types of single values; all others are records."""

ROUNDING = {"fen": "fen", "digits": "6 digits", "typed": "15 digits", None: "–"}


def tables(result: type) -> dict[str, list[str]]:
    """The rows of a result's own keys under an empty name, then those of each recurring record under its name."""
    return rows(list(described(result)))


def rows(keys: Iterable[Described]) -> dict[str, list[str]]:
    """The rows of described keys, by table."""
    found = list(keys)
    places = Counter(kind for _, kind, _ in found if kind not in TYPES)
    made: dict[str, list[str]] = {"": []}
    inside: Mapping[str, str] = {key: kind for key, kind, _ in found if places[kind] > 1}
    first = {kind: next(key for key, one, _ in found if one == kind) for kind in inside.values()}
    for key, kind, said in found:
        outer = max((place for place in inside if key.startswith(f"{place}.")), key=len, default="")
        if not outer:
            made[""].append(_row(key, kind, said, recurs=places[kind] > 1))
        elif outer == first[inside[outer]]:
            relative = key.removeprefix(f"{outer}.")
            made.setdefault(inside[outer], []).append(_row(relative, kind, said, recurs=places[kind] > 1))
    return made


def _row(key: str, kind: str, said: Says, *, recurs: bool) -> str:
    of = f"[{kind}](#{kind.lower()})" if recurs else TYPES.get(kind, "record")
    cells = (f"`{key}`", of, said.unit or "–", ROUNDING[said.rounding], said.meaning)
    return f"| {' | '.join(cells)} |"

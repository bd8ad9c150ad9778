"""Which format a table of a file has: found by the names of its headers alone, wherever and in any order they stand."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.exports.formats import FORMATS, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from forecast.ledger.exports.layouts import Cell, Format
    from forecast.ledger.opening import FoundTable

SHOWN_HEADERS = 12
"""Headers that a message lists; the rest is counted."""

SHOWN_LETTERS = 20
"""Letters of a header that a message shows."""

RESEMBLES = 2
"""Headers of a format that a table must have, to be told that it is the nearest."""

CLOSE = 0.5
"""The share of the headers that a format needs, from which on a table that lacks the others has the format's look."""

SHOWN_ALTERNATIVES = 3
"""Of the headers that one column may bear, those that a message lists."""

SUMMARY = "汇总"
"""What the names of tables bear that hold the totals of an export, beside its lines."""

_GLUE = "\ufeff\"'`=\t\r\n \u00a0\u3000"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table with its format: on which line its header begins, and where (from 0) its columns stand.

    ``positions`` are those of the format's cells; ``also`` those of the further headers that were asked for, as the
    user wrote them. ``headers`` is the header's row as found.
    """

    table: FoundTable
    format: Format
    header_line: int
    headers: tuple[str, ...]
    positions: Mapping[str, int]
    also: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RecognisedFile:
    """The tables of a file, and the names of those that are none of ours: left out."""

    tables: tuple[Recognised, ...]
    left_out: tuple[str, ...] = ()


class ForeignError(InputError):
    """A table has not the look of any format, so that it may stand beside exports without being one."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a format fits a row: the positions of its cells found, and those needed that are missing."""

    format: Format
    line: int
    row: tuple[str, ...]
    positions: Mapping[str, int]
    missing: tuple[Cell, ...]

    @property
    def needed(self) -> int:
        return sum(cell.needed for cell in self.format.cells)

    @property
    def nearness(self) -> tuple[float, int]:
        return (1 - len(self.missing) / max(self.needed, 1), len(self.positions))


def recognise(
    table: FoundTable,
    wanted: str | None = None,
    also: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    formats: Sequence[Format] = FORMATS,
) -> Recognised:
    """Finds a table's format and its columns.

    Of several formats that fit, the one with more of its columns found counts. ``wanted`` is the name of a format, and
    then no other is tried; ``also`` are headers to keep; ``columns`` gives the headers of the format ``ledger``, ours
    for theirs.

    Raises:
        InputError: No format fits (the headers found, the nearest format and what it lacks), two fit equally, a header
            stands twice, one that was asked for is missing, or there is no format of that name.
    """
    choices = _under(columns or {}, formats if wanted is None else named(wanted, formats, table.shown))
    fits = [fit for line, row in table.first_rows for fit in _fits(choices, line, row)]
    if not fits:
        raise InputError(Problem(said("formats.empty"), table.shown))
    whole = [fit for fit in fits if not fit.missing]
    if not whole:
        raise _unfit(table, max(fits, key=lambda fit: fit.nearness))
    best = max(whole, key=lambda fit: len(fit.positions))
    rivals = {fit.format.name for fit in whole if len(fit.positions) == len(best.positions)}
    if len(rivals) > 1:
        listed = ", ".join(sorted(rivals))
        raise InputError(Problem(said("formats.two_fit", formats=listed, first=min(rivals)), table.shown, best.line))
    return Recognised(table, best.format, best.line, best.row, best.positions, _kept(table, best, also))


def recognise_file(
    tables: Iterable[FoundTable],
    wanted: str | None = None,
    also: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
) -> RecognisedFile:
    """Recognises the tables of one file; those that only sum up others (汇总) and empty ones are left out.

    So are those that have not the look of any format, where others are left.

    Raises:
        InputError: Holds what is wrong with each table, as ``recognise`` does; also where no table is left. It is a
            ``ForeignError`` where no table has the look of any format.
    """
    found: list[Recognised] = []
    foreign: list[tuple[str, Sequence[Problem]]] = []
    problems: list[Problem] = []
    left_out: list[str] = []
    for table in tables:
        try:
            found.append(recognise(table, wanted, also, columns))
        except InputError as error:
            if SUMMARY in table.shown or not table.first_rows:
                left_out.append(table.shown)
            elif isinstance(error, ForeignError):
                foreign.append((table.shown, error.problems))
            else:
                problems += error.problems
    if problems:
        raise InputError(problems)
    if not found:
        _refuse_all(foreign, left_out)
    return RecognisedFile(tuple(found), tuple(name for name, _ in foreign))


def _refuse_all(foreign: Sequence[tuple[str, Sequence[Problem]]], left_out: Sequence[str]) -> None:
    if foreign:
        raise ForeignError([problem for _, of_table in foreign for problem in of_table])
    raise InputError(Problem(said("formats.no_lines", tables=", ".join(left_out))))


def plain_header(header: str) -> str:
    """A header as it is compared: without spaces, glue and case, brackets and colons of either width alike."""
    bare = header.strip(_GLUE)
    return "".join(unicodedata.normalize("NFKC", bare).split()).casefold()


def _under(columns: Mapping[str, str], formats: Sequence[Format]) -> list[Format]:
    """The formats, that of our own columns with the user's headers in place of ours."""
    if not columns:
        return list(formats)
    return [
        replace(one, cells=tuple(replace(c, headers=(columns[c.name],)) if c.name in columns else c for c in one.cells))
        if one.name == "ledger"
        else one
        for one in formats
    ]


@lru_cache(maxsize=1_024)
def _plain(headers: tuple[str, ...]) -> tuple[str, ...]:
    """The headers of a cell of a format, which are compared with every row of every file."""
    return tuple(map(plain_header, headers))


def _fits(formats: Iterable[Format], line: int, row: tuple[str, ...]) -> Iterator[_Fit]:
    """What each format finds of its columns in a row."""
    places: dict[str, int] = {}
    for place, header in enumerate(row):
        places.setdefault(plain_header(header), place)
    return (_fit(one, line, row, places) for one in formats)


def _fit(one: Format, line: int, row: tuple[str, ...], places: Mapping[str, int]) -> _Fit:
    positions: dict[str, int] = {}
    for cell in one.cells:
        found = [places[header] for header in _plain(cell.headers) if header in places]
        if found:
            positions[cell.name] = found[0]
    missing = tuple(cell for cell in one.cells if cell.needed and cell.name not in positions)
    return _Fit(one, line, row, positions, missing)


def _kept(table: FoundTable, fit: _Fit, also: Sequence[str]) -> dict[str, int]:
    """Where the further headers stand that were asked for; refuses headers in use that stand twice."""
    plain = [plain_header(header) for header in fit.row]
    problems = []
    kept = {}
    for header in also:
        if plain_header(header) in plain:
            kept[header] = plain.index(plain_header(header))
        else:
            problems.append(said("formats.no_such_header", header=header, headers=_shown(fit.row)))
    used = sorted({*fit.positions.values(), *kept.values()})
    twice = [fit.row[place].strip(_GLUE) for place in used if plain.count(plain[place]) > 1]
    problems += [said("formats.header_twice", header=header) for header in twice]
    if problems:
        raise InputError([Problem(problem, table.shown, fit.line) for problem in problems])
    return kept


def _unfit(table: FoundTable, nearest: _Fit) -> InputError:
    """The error of a table that no format fits, by whether it has the look of the nearest."""
    foreign = len(nearest.positions) < RESEMBLES or nearest.nearness[0] < CLOSE
    return (ForeignError if foreign else InputError)(_no_format(table, nearest))


def _no_format(table: FoundTable, nearest: _Fit) -> Problem:
    """What to say of a table that no format fits: at the nearest format's row, or else at the widest."""
    near = {
        "nearest": nearest.format.name,
        "english": nearest.format.english,
        "chinese": nearest.format.chinese,
        "missing": ", ".join(_alternatives(cell) for cell in nearest.missing),
    }
    if len(nearest.positions) >= RESEMBLES:
        told = said("formats.none_fits_nearest", headers=_shown(nearest.row), **near)
        return Problem(told, table.shown, nearest.line)
    line, row = max(table.first_rows, key=lambda found: sum(bool(cell.strip()) for cell in found[1]))
    headers = _shown(row)
    known = said("formats.none_fits", headers=headers, **near) if nearest.positions else None
    return Problem(known or said("formats.none_shared", headers=headers), table.shown, line)


def _alternatives(cell: Cell) -> str:
    more = " / …" if len(cell.headers) > SHOWN_ALTERNATIVES else ""
    return " / ".join(cell.headers[:SHOWN_ALTERNATIVES]) + more


def _shown(row: Sequence[str]) -> str:
    """The headers of a row for a message, shortened."""
    headers = [header.strip(_GLUE) for header in row if header.strip(_GLUE)]
    short = [header if len(header) <= SHOWN_LETTERS else f"{header[:SHOWN_LETTERS]}…" for header in headers]
    rest = len(short) - SHOWN_HEADERS
    return ", ".join(short[:SHOWN_HEADERS]) + (f" … (+{rest})" if rest > 0 else "")

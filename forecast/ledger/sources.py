"""Where orders come from: a file of any kind, a folder of CSV or Parquet files, or a database becomes one table."""

from __future__ import annotations

import difflib
import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem, Said, said
from forecast.ledger.columns import READ, map_columns
from forecast.ledger.databases import load_database, open_database
from forecast.ledger.file_kinds import FileKind
from forecast.ledger.opening import load_table, open_tables, stream_table
from forecast.ledger.source_files import ENDINGS, files_of_folder
from forecast.ledger.sql import name as sql_name
from forecast.ledger.sql import text as sql_text
from forecast.ledger.unfit import explaining
from forecast.plan.model import is_database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from forecast.ledger.columns import ColumnMap
    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.opening import FoundTable, WholeLines
    from forecast.plan.model import LedgerSource

FOUND = "orders_found"
"""The engine's table of the rows as found, before the plan's constants stand beside them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several tables that are a ledger together: its name for messages, and the lines before its first."""

    shown: str
    before: int


@dataclass(frozen=True, slots=True)
class Source:
    """The orders as a table of the engine, nothing in it checked yet.

    ``table`` has the columns ``line`` (of a text file, header = 1; else the row's number from 1), ``misfit`` (a
    text row with too many or too few fields, as found; else null) and those of ``types``: our names with the types
    that the source gave them. ``shown`` is the source's name for messages. Where the orders are in several files,
    sheets or members, ``parts`` names them, and lines are counted on through them.

    Of a stream ``lines`` are the texts that it reads one after the other; see ``open_source``. There are none of any
    other. ``constants`` are the plan's, by column.
    """

    table: str
    types: Mapping[str, str]
    shown: str
    parts: tuple[Part, ...] = ()
    lines: tuple[WholeLines, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int | None:
        """How many rows a stream must have; None of any other."""
        return sum(one.rows for one in self.lines) if self.lines else None

    def placed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with a ``line`` that is counted on, with their own ``file`` and ``line`` where there are several."""
        if not self.parts:
            return rows
        before = np.array([part.before for part in self.parts])
        part = np.searchsorted(before, rows["line"].to_numpy(), side="left") - 1
        placed = rows.assign(line=rows["line"] - before[part])
        placed.insert(0, "file", np.array([one.shown for one in self.parts], dtype=object)[part])
        return placed


def open_source(
    engine: OrderEngine,
    ledger: LedgerSource,
    base: Path,
    folder: Path,
    others: tuple[str, ...] = (),
    *,
    once: bool = False,
) -> Source:
    """Makes the plan's orders a table of the engine.

    A relative path starts from ``base``; ``folder`` is an empty temporary one, removed once the engine is closed.
    ``others`` are columns beside those of the daily tables (see ``columns.OTHERS``) that are read as well.

    ``once`` is for whoever asks for the rows once: texts of nothing but whole lines are then a stream (it has
    ``lines``), read when they are asked for. Its ``line`` is null. Where it has not as many rows, or the engine cannot
    read it, the source is to be opened again, not ``once``.

    Raises:
        InputError: The source is not there, cannot be read, or its columns do not fit the mapping.
    """
    if is_database(ledger.orders):
        database = open_database(ledger, base)
        mapped = map_columns(database.headers, ledger, database.shown, others)
        load_database(engine, database, mapped.positions, FOUND)
        return _under_our_names(engine, mapped, database.shown, (), others)
    path = base / ledger.orders
    files = _files(path) if path.is_dir() else [path]
    if not path.exists():
        raise InputError(Problem(_not_there(path), str(path), key="ledger.orders"))
    try:
        names = [file.relative_to(path).as_posix() if path.is_dir() else path.name for file in files]
        tables = [table for file, name in zip(files, names, strict=True) for table in open_tables(file, folder, name)]
    except InputError as error:
        raise InputError([_keyed(problem) for problem in error.problems]) from None
    as_parquet = all(table.kind is FileKind.PARQUET for table in tables)
    with explaining(tables[0], ledger, _written(path, base)):
        if as_parquet:
            return _open_parquet(engine, tables, ledger, path.name, others)
        return _open_rows(engine, tables, ledger, path.name, others, once=once)


def _open_parquet(
    engine: OrderEngine, tables: Sequence[FoundTable], ledger: LedgerSource, shown: str, others: tuple[str, ...]
) -> Source:
    """Parquet files as one: the engine finds the types that their columns have together."""
    headers: list[str] = []
    for table in tables:
        headers += [header for header in table.first_rows[0][1] if header not in headers]
    mapped = map_columns(headers, ledger, shown, others)
    columns = {column: headers[place] for column, place in mapped.positions.items()}
    engine.view_parquet(FOUND, [table.data for table in tables], columns)
    return _under_our_names(engine, mapped, shown, _parts(tables), others)


def _open_rows(
    engine: OrderEngine,
    tables: Sequence[FoundTable],
    ledger: LedgerSource,
    shown: str,
    others: tuple[str, ...],
    *,
    once: bool,
) -> Source:
    """Texts and sheets, which must have the same headers on their first lines, below one another."""
    first = _headers(tables[0])
    mapped = map_columns(first, ledger, tables[0].shown, others)
    _require_same(first, tables)
    positions = [map_columns(_headers(table), ledger, table.shown, others).positions for table in tables]
    names = [f"{FOUND}_stream_{place}" for place in range(len(tables))]
    lines = _streamed(engine, names, tables, positions) if once else ()
    if not lines:
        names = [f"{FOUND}_{place}" for place in range(len(tables))]
        for name, table, where in zip(names, tables, positions, strict=True):
            load_table(engine, name, table, 1, where)
    listed = ", ".join(sql_name(column) for column in mapped.positions)
    selects = [
        f"SELECT line + {part.before} AS line, misfit, {listed} FROM {name}"  # noqa: S608  # our own
        for name, part in zip(names, _parts(tables) or (Part("", 0),), strict=True)
    ]
    engine.view(FOUND, " UNION ALL ".join(selects))
    return replace(_under_our_names(engine, mapped, shown, _parts(tables), others), lines=lines)


def _require_same(first: tuple[str, ...], tables: Sequence[FoundTable]) -> None:
    """Refuses tables whose headers are others than those of the first."""
    for table in tables[1:]:
        if {header.strip() for header in _headers(table)} != {header.strip() for header in first}:
            raise InputError(Problem(_other_headers(table, tables[0]), table.shown, 1, key="ledger.orders"))


def _streamed(
    engine: OrderEngine, names: Sequence[str], tables: Sequence[FoundTable], positions: Sequence[Mapping[str, int]]
) -> tuple[WholeLines, ...]:
    """The texts of all tables, each a stream under its name; none where one of them cannot be."""
    found: list[WholeLines] = []
    for name, table, where in zip(names, tables, positions, strict=True):
        lines = stream_table(engine, name, table, 1, where)
        if lines is None:
            return ()
        found.append(lines)
    return tuple(found)


def _parts(tables: Sequence[FoundTable]) -> tuple[Part, ...]:
    """The tables with the lines before each; none where there is one table."""
    before = itertools.accumulate((table.lines for table in tables), initial=0)
    return tuple(Part(table.shown, lines) for table, lines in zip(tables, before, strict=False) if len(tables) > 1)


def _headers(table: FoundTable) -> tuple[str, ...]:
    """The headers on the first line.

    Raises:
        InputError: The first line is empty.
    """
    line, headers = table.first_rows[0]
    if line > 1 or not any(header.strip() for header in headers):
        raise InputError(Problem(said("files.no_headers"), table.shown, 1, key="ledger.orders"))
    return headers


def _other_headers(table: FoundTable, first: FoundTable) -> Said:
    here, there = ({header.strip() for header in _headers(one)} for one in (table, first))
    apart = {"lacks": there - here, "adds": here - there}
    named = {key: ", ".join(f'"{header}"' for header in sorted(headers)) or "–" for key, headers in apart.items()}
    return said("ledger.other_headers", first=first.shown, lacks=named["lacks"], adds=named["adds"])


def _under_our_names(
    engine: OrderEngine, mapped: ColumnMap, shown: str, parts: tuple[Part, ...], others: tuple[str, ...]
) -> Source:
    """Puts the plan's constants beside the columns that were found."""
    constants = "".join(f", {sql_text(value)} AS {sql_name(column)}" for column, value in mapped.constants.items())
    engine.view("orders", f"SELECT *{constants} FROM {FOUND}")  # noqa: S608  # names of our own
    types = {column: kind for column, kind in engine.types("orders").items() if column in (*READ, *others)}
    return Source("orders", types, shown, parts, constants=mapped.constants)


def _files(folder: Path) -> list[Path]:
    """The files of a folder that are read, which are of one kind.

    Raises:
        InputError: There is none, or there are several kinds.
    """
    files = files_of_folder(folder)
    kinds = Counter(ENDINGS[file.suffix.lower()] for file in files)
    if not files:
        raise InputError(Problem(said("ledger.empty_folder"), str(folder), key="ledger.orders"))
    if len(kinds) > 1:
        found = ", ".join(f"{kind}: {count}" for kind, count in kinds.items())
        raise InputError(Problem(said("ledger.mixed_folder", found=found), str(folder), key="ledger.orders"))
    return files


def _written(path: Path, base: Path) -> str:
    """A file or the files of a folder as a plan in ``base`` names them."""
    near = path.relative_to(base) if path.is_relative_to(base) else path
    return (near / "*" if path.is_dir() else near).as_posix()


def _keyed(problem: Problem) -> Problem:
    return (
        problem
        if problem.key
        else Problem(problem.message, problem.file, problem.line, problem.column, "ledger.orders")
    )


def _not_there(path: Path) -> Said:
    names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, names, n=1)
    return said("ledger.not_there_but", near=close[0]) if close else said("ledger.not_there")

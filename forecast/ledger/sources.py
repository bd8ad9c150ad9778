"""Where orders come from: a CSV or Parquet file, a folder of Parquet files, or a database becomes one table."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.columns import READ, map_columns
from forecast.ledger.databases import load_database, open_database
from forecast.ledger.engine import EngineError
from forecast.ledger.sql import name as sql_name
from forecast.ledger.sql import text as sql_text
from forecast.ledger.opening import load_table, open_tables
from forecast.plan.model import is_database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forecast.ledger.columns import ColumnMap
    from forecast.ledger.engine import OrderEngine
    from forecast.plan.model import LedgerSource

FOUND = "orders_found"
"""The engine's table of the rows as found, before the plan's constants stand beside them."""

_OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed with gzip",
}


@dataclass(frozen=True, slots=True)
class Source:
    """The orders as a table of the engine, nothing in it checked yet.

    ``table`` has the columns ``line`` (of a text file, header = 1; else the row's number from 1), ``misfit`` (a
    text row with too many or too few fields, as found; else null) and those of ``types``: our names with the types
    that the source gave them. ``shown`` is the source's name for messages.
    """

    table: str
    types: Mapping[str, str]
    shown: str


def open_source(engine: OrderEngine, ledger: LedgerSource, base: Path, folder: Path) -> Source:
    """Makes the plan's orders a table of the engine.

    A relative path starts from ``base``; ``folder`` is an empty temporary one, removed once the engine is closed.

    Raises:
        InputError: The source is not there, cannot be read, or its columns do not fit the mapping.
    """
    if is_database(ledger.orders):
        database = open_database(ledger, base)
        mapped = map_columns(database.headers, ledger, database.shown)
        load_database(engine, database, mapped.positions, FOUND)
        return _under_our_names(engine, mapped, database.shown)
    path = base / ledger.orders
    if path.is_dir():
        return _open_parquet(engine, _parquet_files(path), ledger, path.name)
    if not path.is_file():
        raise InputError(Problem(_not_there(path), str(path), key="ledger.orders"))
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == b"PAR1":
        return _open_parquet(engine, [path], ledger, path.name)
    for signature, kind in _OTHER_FORMATS.items():
        if start.startswith(signature):
            message = f'{kind}; save the orders as "CSV UTF-8" or as Parquet'
            raise InputError(Problem(message, str(path), key="ledger.orders"))
    table = open_tables(path, folder)[0]
    line, headers = table.first_rows[0] if table.first_rows else (1, ())
    if line > 1 or not any(header.strip() for header in headers):
        raise InputError(Problem(said("files.no_headers"), str(path), 1))
    mapped = map_columns(headers, ledger, table.shown)
    load_table(engine, FOUND, table, 1, mapped.positions)
    return _under_our_names(engine, mapped, table.shown)


def _open_parquet(engine: OrderEngine, files: Sequence[Path], ledger: LedgerSource, shown: str) -> Source:
    try:
        headers = engine.parquet_headers(files)
    except EngineError as error:
        message = f"cannot be read as Parquet: {str(error).splitlines()[0]}"
        raise InputError(Problem(message, shown, key="ledger.orders")) from None
    mapped = map_columns(headers, ledger, shown)
    engine.view_parquet(FOUND, files, {column: headers[place] for column, place in mapped.positions.items()})
    return _under_our_names(engine, mapped, shown)


def _under_our_names(engine: OrderEngine, mapped: ColumnMap, shown: str) -> Source:
    """Puts the plan's constants beside the columns that were found."""
    constants = "".join(f", {sql_text(value)} AS {sql_name(column)}" for column, value in mapped.constants.items())
    engine.view("orders", f"SELECT *{constants} FROM {FOUND}")  # noqa: S608  # names of our own
    types = {column: kind for column, kind in engine.types("orders").items() if column in READ}
    return Source("orders", types, shown)


def _parquet_files(folder: Path) -> list[Path]:
    files = sorted(folder.rglob("*.parquet"))
    if not files:
        raise InputError(Problem("the folder holds no file *.parquet", str(folder), key="ledger.orders"))
    return files


def _not_there(path: Path) -> str:
    names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, names, n=1)
    return "no such file or folder" + (f'; did you mean "{close[0]}"?' if close else "")

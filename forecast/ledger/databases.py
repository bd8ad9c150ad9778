"""Tables in a database, copied into the engine in batches: ``postgresql://``, ``duckdb:///`` and ``sqlite:///``."""

from __future__ import annotations

import importlib
import itertools
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from forecast.errors import InputError, Problem, said
from forecast.ledger.columns import nearest
from forecast.ledger.engine import BATCH, EngineError, duckdb_headers, duckdb_tables
from forecast.ledger.source_files import database_file, scheme_of
from forecast.ledger.sql import name as sql_name
from forecast.ledger.sql import qualified
from forecast.safe_text import without_secrets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from forecast.ledger.engine import OrderEngine
    from forecast.plan.model import LedgerSource


@dataclass(frozen=True, slots=True)
class Database:
    """A table in a database: its scheme, where it is (a file's path, or the whole URL), and its headers."""

    scheme: str
    place: str
    table: str
    headers: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The table's name for messages; never the URL, which may hold a password."""
        return f"table {self.table}"


def open_database(ledger: LedgerSource, base: Path) -> Database:
    """Finds the table's headers.

    A file's path follows three slashes and starts from the plan's folder, as a path without a scheme does
    (``sqlite:///orders.db``); an absolute path follows four.

    Raises:
        InputError: The scheme is not supported, a driver is not installed, or the table cannot be read.
    """
    scheme = _known_scheme(ledger.orders)
    if not ledger.table:
        raise InputError(Problem(said("ledger.table_needed"), key="ledger.table"))
    place = _place(scheme, ledger.orders, base)
    try:
        return Database(scheme, place, ledger.table, _HEADERS[scheme](place, ledger.table))
    except (EngineError, sqlite3.Error) as error:
        raise InputError(_unread(ledger.orders, ledger.table, error, "ledger.table")) from None


def tables_in(address: str, base: Path) -> list[str]:
    """The names of the tables and views of a database, in their order; those beside its own schema with theirs.

    Raises:
        InputError: As ``open_database``.
    """
    scheme = _known_scheme(address)
    place = _place(scheme, address, base)
    try:
        found = _TABLES[scheme](place)
    except (EngineError, sqlite3.Error) as error:
        raise InputError(_unlisted(address, error)) from None
    return sorted(name if schema in _OWN_SCHEMAS else f"{schema}.{name}" for schema, name in found)


def _known_scheme(address: str) -> str:
    scheme = scheme_of(address)
    if scheme not in _HEADERS:
        message = said("ledger.unknown_scheme", scheme=scheme, near=nearest(scheme, _HEADERS))
        raise InputError(Problem(message, key="ledger.orders"))
    return scheme


def _place(scheme: str, address: str, base: Path) -> str:
    """Where a database is: its URL, or its file, which is there."""
    if scheme == "postgresql":
        return address
    path = database_file(address, base)
    if not os.path.isfile(path):  # noqa: PTH113  # false for no path at all, too
        raise InputError(Problem(said("ledger.no_database"), str(path), key="ledger.orders"))
    return str(path)


def load_database(engine: OrderEngine, database: Database, positions: Mapping[str, int], table: str) -> None:
    """Makes ``table`` with ``line``, ``misfit`` (null) and the mapped columns under our names.

    ``line`` is the row's number from 1 in the order in which the database gives them.

    Raises:
        InputError: The database fails while it gives its rows, as a view does whose tables are gone.
    """
    failures: tuple[type[Exception], ...] = (EngineError, sqlite3.Error)
    if database.scheme == "postgresql":
        failures = (*failures, _postgresql_driver().Error)
    try:
        _load(engine, database, positions, table)
    except failures as error:
        raise InputError(_unread(database.place, database.table, error, "ledger.table")) from None


def _load(engine: OrderEngine, database: Database, positions: Mapping[str, int], table: str) -> None:
    columns = {column: database.headers[place] for column, place in positions.items()}
    picked = ", ".join(f"{sql_name(header)} AS {sql_name(column)}" for column, header in columns.items())
    query = f"SELECT {picked} FROM {qualified(database.table)}"  # noqa: S608  # quoted names alone
    if database.scheme == "duckdb":
        engine.load_duckdb(table, database.place, query)
    elif database.scheme == "sqlite":
        with closing(_open_sqlite(database.place)) as source:
            schema = pa.schema([(column, pa.string()) for column in columns])
            engine.load_numbered(table, _text_batches(source.execute(query), schema), schema)
    else:
        with closing(_postgresql_driver().connect(database.place)) as source, closing(source.cursor()) as cursor:
            cursor.execute(query)
            batches = cursor.fetch_record_batch()
            engine.load_numbered(table, batches, batches.schema)


def _unread(address: str, table: str, error: Exception, key: str) -> Problem:
    """What the database says of a table that cannot be read, on one line and without pieces of the password."""
    why = without_secrets_of(address, (str(error).splitlines() or [type(error).__name__])[0])
    return Problem(said("ledger.table_unread", table=table, why=why), key=key)


def _unlisted(address: str, error: Exception) -> Problem:
    """What the database says where its tables cannot be listed."""
    why = without_secrets_of(address, (str(error).splitlines() or [type(error).__name__])[0])
    return Problem(said("ledger.tables_unlisted", why=why), key="ledger.orders")


def _text_batches(rows: sqlite3.Cursor, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """SQLite's values as text: a column there may hold numbers in one row and text in the next."""
    while batch := list(itertools.islice(rows, BATCH)):
        columns = zip(*batch, strict=True)
        arrays = [pa.array([None if v is None else str(v) for v in column], pa.string()) for column in columns]
        yield pa.record_batch(arrays, schema=schema)


def _open_sqlite(place: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(place).resolve().as_uri()}?mode=ro", uri=True)


def _sqlite_headers(place: str, table: str) -> tuple[str, ...]:
    try:
        with closing(_open_sqlite(place)) as source:
            rows = source.execute(f"SELECT * FROM {qualified(table)} LIMIT 0")  # noqa: S608  # a quoted name alone
            return tuple(column[0] for column in rows.description)
    except UnicodeDecodeError:
        raise InputError(Problem(said("ledger.names_no_text", table=table), place, key="ledger.table")) from None


def _sqlite_tables(place: str) -> list[tuple[str, str]]:
    query = "SELECT 'main', name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'"
    with closing(_open_sqlite(place)) as source:
        return source.execute(query).fetchall()


def _postgresql_tables(place: str) -> list[tuple[str, str]]:
    driver = _postgresql_driver()
    query = (
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema NOT IN ('information_schema', 'pg_catalog')"
    )
    try:
        with closing(driver.connect(place)) as source, closing(source.cursor()) as cursor:
            cursor.execute(query)
            return [(str(schema), str(name)) for schema, name in cursor.fetchall()]
    except driver.Error as error:
        raise InputError(_unlisted(place, error)) from None


def _postgresql_headers(place: str, table: str) -> tuple[str, ...]:
    driver = _postgresql_driver()
    try:
        with closing(driver.connect(place)) as source, closing(source.cursor()) as cursor:
            cursor.execute(f"SELECT * FROM {qualified(table)} LIMIT 0")  # noqa: S608  # a quoted name alone
            return tuple(column[0] for column in cursor.description)
    except driver.Error as error:
        raise InputError(_unread(place, table, error, "ledger.orders")) from None


def _postgresql_driver() -> ModuleType:
    try:
        return importlib.import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        raise InputError(Problem(said("ledger.driver_needed"), key="ledger.orders")) from None


_HEADERS: Mapping[str, Callable[[str, str], tuple[str, ...]]] = {
    "postgresql": _postgresql_headers,
    "duckdb": duckdb_headers,
    "sqlite": _sqlite_headers,
}

_TABLES: Mapping[str, Callable[[str], list[tuple[str, str]]]] = {
    "postgresql": _postgresql_tables,
    "duckdb": duckdb_tables,
    "sqlite": _sqlite_tables,
}

_OWN_SCHEMAS = ("main", "public")
"""Schemas whose tables are named without them."""

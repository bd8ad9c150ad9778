"""A second engine, to hold the ledger's SQL to what more than DuckDB understands: PostgreSQL, by way of sqlglot."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlglot
from adbc_driver_postgresql import dbapi
from sqlglot import exp

from forecast.ledger.engine import OrderEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

DEBIAN = "/usr/lib/postgresql"
"""Where Debian keeps the server's programs, by version; they are not on its path."""

FUNCTIONS = (
    *(
        f"CREATE OR REPLACE FUNCTION try_{kind.split('(', maxsplit=1)[0]}(value text) RETURNS {kind}"
        rf" LANGUAGE plpgsql AS $$ BEGIN RETURN CAST(regexp_replace(value, '([.]\d{{6}})\d+', '\1') AS {kind});"
        " EXCEPTION WHEN others THEN RETURN NULL; END $$"
        for kind in ("timestamp", "timestamptz", "numeric(18, 2)")
    ),
    "CREATE OR REPLACE FUNCTION hash(value text) RETURNS bigint LANGUAGE sql AS 'SELECT hashtextextended(value, 0)'",
)
"""What PostgreSQL has not: casts that give null where they fail, and a hash of that name."""


def server_programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, where they are installed."""
    found = sorted(Path(DEBIAN).glob("*/bin/initdb")) or [Path(which) for which in [shutil.which("initdb")] if which]
    return found[-1].parent if found else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """The address of a server of its own, in a temporary folder; root runs it as the user postgres."""
    folder = Path(tempfile.mkdtemp(prefix="forecast-postgresql-"))
    runner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if runner:
        shutil.chown(folder, "postgres")

    def run(program: str, *words: str) -> None:
        command = [*runner, str(programs / program), "-D", str(folder / "data"), *words]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)

    try:
        run("initdb", "-U", "forecast", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-c listen_addresses= -c fsync=off -k {folder}", "start")
        try:
            yield f"postgresql:///postgres?host={folder}&user=forecast"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


class PostgreSQL(OrderEngine):
    """The engine's questions put to a PostgreSQL server."""

    def __init__(self, address: str) -> None:
        self._server = dbapi.connect(address, autocommit=True)
        for function in FUNCTIONS:
            self._run(function)

    def close(self) -> None:
        """Leaves the server."""
        self._server.close()

    def make(self, table: str, query: str) -> None:
        """Makes a table of what a query finds."""
        self._run(f"DROP TABLE IF EXISTS {table}")
        self._run(f"CREATE TABLE {table} AS {translated(query)}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds, for a few rows."""
        return list(self.frame(query).itertuples(index=False, name=None))

    def frame(self, query: str) -> pd.DataFrame:
        """What a query finds, as a table in memory."""
        with self._server.cursor() as cursor:
            cursor.execute(translated(query))
            found: pd.DataFrame = cursor.fetch_arrow_table().to_pandas(date_as_object=False)
            return found

    def load_frame(self, table: str, frame: pd.DataFrame) -> None:
        """Makes ``table`` of a small table in memory."""
        with self._server.cursor() as cursor:
            cursor.adbc_ingest(table, pa.Table.from_pandas(frame, preserve_index=False), mode="replace")

    def _run(self, statement: str) -> None:
        with self._server.cursor() as cursor:
            cursor.execute(statement)


def translated(query: str) -> str:
    """The ledger's SQL as PostgreSQL understands it; whatever sqlglot cannot carry over is an error."""
    tree = sqlglot.parse_one(query, read="duckdb").transform(_without_own_words)
    return str(tree.sql("postgres", unsupported_level=sqlglot.ErrorLevel.RAISE))


def _without_own_words(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.TryCast):
        kind = {exp.DType.TIMESTAMPNTZ: "timestamp", exp.DType.TIMESTAMPTZ: "timestamptz", exp.DType.DECIMAL: "numeric"}
        return exp.Anonymous(this=f"try_{kind[node.to.this]}", expressions=[node.this])
    if isinstance(node, exp.DataType) and node.this == exp.DType.INT128:
        return exp.DataType.build("decimal")
    return node

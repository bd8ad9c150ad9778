"""The engine that holds the orders, and all that only DuckDB knows: another engine is one more file like this one.

What is asked of the orders is written once, in the other files, as SELECTs in that part of DuckDB's dialect which
sqlglot carries over to PostgreSQL and Spark: no ``*`` with REPLACE or EXCLUDE, no lists and no structs, moments and
days apart by ``date_diff``, and whole numbers (fen, days, microseconds) wherever an order of additions could show.
"""

from __future__ import annotations

import itertools
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from forecast.ledger.sql import name as sql_name
from forecast.ledger.sql import qualified
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

MEMORY_LIMIT = "1GB"
"""What the engine may hold in memory; beyond it, it works on a temporary folder of the disk."""

BATCH = 1_000
"""Rows that a reader puts into a batch: more of Python's small objects alive at once read more slowly."""

TOGETHER = 100
"""Batches that the engine takes at a time."""

PARQUET_NAMES = frozenset({"file_row_number", "forecast_file"})
"""Columns by which the rows of Parquet files are counted, so that no file may have such."""

EngineError = duckdb.Error
"""What the engine raises when it cannot do what it is asked."""

_OUR_FAULTS = (duckdb.InterruptException, duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)


def blames_data(error: EngineError) -> bool:
    """Whether the engine could not read what a source holds, which is for the user to mend."""
    return not isinstance(error, _OUR_FAULTS)


class OrderEngine:
    """Tables of orders, asked in SQL; types bear DuckDB's names. ``folder`` is an empty one for temporary files."""

    def __init__(self, folder: Path) -> None:
        spill = str(folder / "engine")
        self._connection = duckdb.connect(config={"temp_directory": spill, "memory_limit": MEMORY_LIMIT})
        # The engine would draw its progress on standard output, which belongs to the result.
        self._connection.execute("SET enable_progress_bar = false")

    def close(self) -> None:
        """Forgets every table."""
        self._connection.close()

    def local_time(self, timezone: str) -> None:
        """Takes moments without a zone for local time of ``timezone`` wherever they meet moments with one."""
        self._connection.execute(f"SET TimeZone = {sql_text(timezone)}")

    def make(self, table: str, query: str) -> None:
        """Makes a table of what a query finds, in place of any earlier one of that name."""
        self._connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")

    def make_lean(self, table: str, query: str, constants: Mapping[str, str]) -> None:
        """Makes ``table`` as ``make`` does, but for columns that are one constant throughout: those are shown only.

        The engine keeps a column of nulls at the price of one of values. ``constants`` gives their values in SQL.
        """
        columns = self.types(query)
        kept = ", ".join(sql_name(column) for column in columns if column not in constants)
        self.make(f"{table}_kept", f"SELECT {kept} FROM ({query}) AS told")  # noqa: S608  # our own
        shown = (
            f"CAST({constants[column]} AS {kind}) AS {sql_name(column)}" if column in constants else sql_name(column)
            for column, kind in columns.items()
        )
        self.view(table, f"SELECT {', '.join(shown)} FROM {table}_kept")  # noqa: S608  # our own

    def has_repeats(self, query: str) -> bool:
        """Whether a query finds a row of one text twice, or may: told by hashes, in half the time of the texts."""
        hashes = f"SELECT count(*) <> count(DISTINCT hash(found.value)) FROM ({query}) AS found(value)"  # noqa: S608  # our own
        return bool(self.rows(hashes)[0][0])

    @staticmethod
    def number_of(column: str) -> str:
        """SQL for a number from 0 to 2⁶³ made of a text, whenever it is asked: two texts share one as good as never."""
        return f"CAST(hash({column}) >> 1 AS BIGINT)"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds, for a few rows."""
        return self._connection.execute(query).fetchall()

    def frame(self, query: str) -> pd.DataFrame:
        """What a query finds, as a table in memory."""
        found: pd.DataFrame = self._connection.execute(query).df()
        return found

    def columns(self, query: str) -> pa.Table:
        """What a query finds, as columns of Arrow: without the price of a frame, of many rows."""
        return self._connection.sql(query).to_arrow_table()

    def columns_of(self, expression: str, value: str, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        """What an expression finds of each of some texts, which it calls ``value``, in their order."""
        self._connection.register("incoming", pa.table({value: texts}))
        found = self.columns(f"SELECT {expression} AS found FROM incoming")  # noqa: S608  # our own
        self._connection.unregister("incoming")
        return found.column(0)

    def types(self, table: str) -> dict[str, str]:
        """A table's columns and their types."""
        return {row[0]: row[1] for row in self.rows(f"DESCRIBE {table}")}

    def load_frame(self, table: str, frame: pd.DataFrame) -> None:
        """Makes ``table`` of a small table in memory."""
        self._take(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM incoming", frame)  # noqa: S608  # our own

    def load_batches(self, table: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Makes ``table`` of the batches, in their order; errors of whoever reads them pass through unchanged."""
        self._take(f"CREATE TABLE {table} AS SELECT * FROM incoming", schema.empty_table())  # noqa: S608  # our own
        coming = iter(batches)
        while some := list(itertools.islice(coming, TOGETHER)):
            self._take(f"INSERT INTO {table} SELECT * FROM incoming", pa.Table.from_batches(some))  # noqa: S608  # our own

    def load_lines(
        self,
        table: str,
        file: Path,
        positions: Mapping[str, int],
        delimiter: str,
        *,
        fields: int,
        after: int,
        lines: int,
    ) -> bool:
        """Makes ``table`` of a text file whose ``lines`` after the first few are each one row of so many fields.

        Tells whether as many rows were found; if not, no table is made.
        """
        try:
            self.make(f"{table}_rows", _lines(file, positions, delimiter, fields, after))
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            return False
        if self.rows(f"SELECT count(*) FROM {table}_rows")[0][0] != lines:  # noqa: S608  # our own
            self._connection.execute(f"DROP TABLE {table}_rows")
            return False
        self._number(table, first=after + 1)
        return True

    def view_lines(
        self, table: str, file: Path, positions: Mapping[str, int], delimiter: str, *, fields: int, after: int
    ) -> None:
        """Views a text file as ``load_lines`` would load it: it is read when the rows are asked for, in their order.

        Their ``line`` is null; whether there are as many as there should be, and whether they can be read, shows then.
        """
        rows = _lines(file, positions, delimiter, fields, after)
        unnumbered = "CAST(NULL AS BIGINT) AS line, CAST(NULL AS VARCHAR) AS misfit"
        self.view(table, f"SELECT {unnumbered}, * FROM ({rows}) AS told")  # noqa: S608  # our own

    def load_numbered(self, table: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        """Makes ``table`` of the batches, their rows numbered from 1 as ``line``, without a ``misfit``."""
        self.load_batches(f"{table}_rows", batches, schema)
        self._number(table, first=1)

    def load_duckdb(self, table: str, file: str, query: str) -> None:
        """Makes ``table`` of what a query finds in another DuckDB file, numbered as ``load_numbered`` does."""
        self._connection.execute(f"ATTACH {sql_text(file)} AS orders_file (READ_ONLY)")
        self._connection.execute("USE orders_file")
        self.make(f"memory.{table}_rows", query)
        self._connection.execute("USE memory")
        self._connection.execute("DETACH orders_file")
        self._number(table, first=1)

    def view_parquet(self, table: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Views Parquet files as one table, our column for theirs; rows are counted on through the files in order."""
        counts = self.rows(f"SELECT file_name, num_rows FROM parquet_file_metadata({_listed(files)})")  # noqa: S608  # our own
        rows_of = {Path(file): int(rows) for file, rows in counts}
        before = itertools.accumulate((rows_of[file] for file in files), initial=0)
        offsets = " ".join(f"WHEN {sql_text(str(file))} THEN {rows}" for file, rows in zip(files, before, strict=False))
        picked = ", ".join(f"{sql_name(theirs)} AS {sql_name(ours)}" for ours, theirs in columns.items())
        self.view(
            table,
            f"SELECT file_row_number + 1 + CASE forecast_file {offsets} END AS line, CAST(NULL AS VARCHAR) AS misfit,"  # noqa: S608  # our own
            f" {picked} FROM {_parquet(files)}, file_row_number = true, filename = 'forecast_file')",
        )

    def view_sheet(self, table: str, copy: Path, positions: Mapping[str, int], *, after: int, width: int) -> None:
        """Views the copy of a sheet below a row, as text; ``misfit`` is a row with anything beyond so many columns."""
        columns = [column for column in self.types(f"SELECT * FROM read_parquet({_path(copy)})") if column != "line"]  # noqa: S608  # our own
        joined, beyond = (", ".join(some) or "''" for some in (columns, columns[width:]))
        picked = "".join(f", nullif(c{place}, '') AS {sql_name(column)}" for column, place in positions.items())
        self.view(
            table,
            f"SELECT line, CASE WHEN trim(concat({beyond})) <> '' THEN concat_ws(',', {joined}) END AS misfit{picked}"  # noqa: S608  # our own
            f" FROM read_parquet({_path(copy)}) WHERE line > {after}",
        )

    def view(self, table: str, query: str) -> None:
        """Shows what a query finds under the name of a table."""
        self._connection.execute(f"CREATE OR REPLACE VIEW {table} AS {query}")

    def _number(self, table: str, first: int) -> None:
        self.view(table, f"SELECT rowid + {first} AS line, CAST(NULL AS VARCHAR) AS misfit, * FROM {table}_rows")  # noqa: S608  # our own

    def _take(self, statement: str, incoming: pa.Table | pd.DataFrame) -> None:
        self._connection.register("incoming", incoming)
        self._connection.execute(statement)
        self._connection.unregister("incoming")


def duckdb_headers(file: str, table: str) -> tuple[str, ...]:
    """The columns of a table in a DuckDB file."""
    with closing(duckdb.connect(file, read_only=True)) as source:
        return tuple(row[0] for row in source.execute(f"DESCRIBE {qualified(table)}").fetchall())


def duckdb_tables(file: str) -> list[tuple[str, str]]:
    """The tables and views in a DuckDB file: the schema and the name of each."""
    with closing(duckdb.connect(file, read_only=True)) as source:
        return source.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()


def _lines(file: Path, positions: Mapping[str, int], delimiter: str, fields: int, after: int) -> str:
    """The rows of a text file after its first lines, each of so many fields, as text under our names."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(fields))
    picked = ", ".join(f"c{place} AS {sql_name(column)}" for column, place in positions.items())
    return (
        f"SELECT {picked or '1 AS one'} FROM read_csv({_path(file)}, columns = {{{columns}}}, header = false,"  # noqa: S608  # our own
        f" skip = {after}, auto_detect = false, delim = {sql_text(delimiter)}, quote = '\"', escape = '\"')"
    )


def _parquet(files: Sequence[Path]) -> str:
    return f"read_parquet({_listed(files)}, union_by_name = true, hive_partitioning = false"


def _listed(files: Sequence[Path]) -> str:
    return "[" + ", ".join(map(_path, files)) + "]"


def _path(file: Path) -> str:
    """A path as a text literal: the engine would take brackets, ``*`` and ``?`` in it for a pattern."""
    return sql_text(re.sub(r"[\[*?]", r"[\g<0>]", str(file)))

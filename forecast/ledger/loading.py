"""Rows that Python reads, brought into the engine a batch at a time."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

BATCH = 1_000
"""Rows that a reader puts into a batch: more of Python's small objects alive at once read more slowly."""

TOGETHER = 100
"""Batches that the engine takes at a time."""


def load_batches(
    connection: duckdb.DuckDBPyConnection, batches: Iterable[pa.RecordBatch], schema: pa.Schema, table: str
) -> None:
    """Makes ``table`` of the batches, in their order; errors of whoever reads them pass through unchanged."""
    incoming = f"{table}_incoming"
    connection.register(incoming, schema.empty_table())
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM {incoming}")  # noqa: S608  # names of our own
    connection.unregister(incoming)
    coming = iter(batches)
    while some := list(itertools.islice(coming, TOGETHER)):
        connection.register(incoming, pa.Table.from_batches(some))
        connection.execute(f"INSERT INTO {table} SELECT * FROM {incoming}")  # noqa: S608  # names of our own
        connection.unregister(incoming)

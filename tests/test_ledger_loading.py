"""Batches of rows into the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest

from forecast.errors import InputError
from forecast.ledger.loading import load_batches

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = pa.schema([("number", pa.int64())])


def test_batches_keep_their_order() -> None:
    batches = (pa.record_batch([pa.array([10 * i, 10 * i + 1])], schema=SCHEMA) for i in range(5))
    with duckdb.connect() as engine:
        load_batches(engine, batches, SCHEMA, "found")
        rows = engine.execute("SELECT rowid, number FROM found ORDER BY rowid").fetchall()
    assert rows == [(place, 10 * (place // 2) + place % 2) for place in range(10)]


def test_no_batch_makes_an_empty_table_of_the_schema() -> None:
    with duckdb.connect() as engine:
        load_batches(engine, [], SCHEMA, "found")
        assert engine.execute("SELECT count(number) FROM found").fetchall() == [(0,)]


def test_the_readers_error_passes_through() -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch([pa.array([1])], schema=SCHEMA)
        raise InputError("line 2")

    with duckdb.connect() as engine, pytest.raises(InputError, match="line 2"):
        load_batches(engine, broken(), SCHEMA, "found")

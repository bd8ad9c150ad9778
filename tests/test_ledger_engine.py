"""Batches of rows into the engine."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest

from forecast.errors import InputError
from forecast.ledger.engine import EngineError, OrderEngine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = pa.schema([("number", pa.int64())])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[OrderEngine]:
    with closing(OrderEngine(tmp_path)) as opened:
        yield opened


def test_batches_keep_their_order_and_are_numbered_from_1(engine: OrderEngine) -> None:
    batches = (pa.record_batch([pa.array([10 * i, 10 * i + 1])], schema=SCHEMA) for i in range(5))
    engine.load_numbered("found", batches, SCHEMA)
    rows = engine.rows("SELECT line, misfit, number FROM found ORDER BY line")
    assert rows == [(place + 1, None, 10 * (place // 2) + place % 2) for place in range(10)]


def test_no_batch_makes_an_empty_table_of_the_schema(engine: OrderEngine) -> None:
    engine.load_batches("found", [], SCHEMA)
    assert engine.rows("SELECT count(number) FROM found") == [(0,)]
    assert engine.types("found") == {"number": "BIGINT"}


def test_the_readers_error_passes_through(engine: OrderEngine) -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch([pa.array([1])], schema=SCHEMA)
        raise InputError("line 2")

    with pytest.raises(InputError, match="line 2"):
        engine.load_batches("found", broken(), SCHEMA)


def test_a_table_that_is_made_again_takes_the_place_of_the_earlier_one(engine: OrderEngine) -> None:
    engine.load_frame("days", pd.DataFrame({"day": [1, 2, 3]}))
    engine.load_frame("days", pd.DataFrame({"day": [7]}))
    for _ in range(2):
        engine.make("later", "SELECT day + 1 AS day FROM days")
    assert engine.rows("SELECT day FROM later") == [(8,)]


def test_what_cannot_be_asked_is_the_engines_error(engine: OrderEngine) -> None:
    with pytest.raises(EngineError, match="nowhere"):
        engine.rows("SELECT * FROM nowhere")


def test_a_lean_table_shows_its_constant_columns_beside_the_kept_ones(engine: OrderEngine) -> None:
    query = "SELECT n AS line, NULL::DATE AS day, 'order' AS kind FROM range(2) AS numbers(n)"
    engine.make_lean("lines", query, {"day": "NULL", "kind": "'order'"})
    assert engine.types("lines") == engine.types(query)
    assert engine.rows("SELECT * FROM lines ORDER BY line") == [(0, None, "order"), (1, None, "order")]
    assert set(engine.types("lines_kept")) == {"line"}


def test_a_text_that_is_viewed_is_read_when_its_rows_are_asked_for(engine: OrderEngine, tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    text.write_text("h,i\n", encoding="utf-8")
    engine.view_lines("lines", text, {"second": 1, "first": 0}, ",", fields=2, after=1)
    text.write_text('h,i\n3,"a,b"\n1,\n', encoding="utf-8")
    assert engine.rows("SELECT * FROM lines") == [(None, None, "a,b", "3"), (None, None, None, "1")]
    text.write_text("h,i\n3\n", encoding="utf-8")
    with pytest.raises(EngineError, match="Expected Number of Columns: 2"):
        engine.rows("SELECT * FROM lines")


def test_columns_are_what_a_query_finds(engine: OrderEngine) -> None:
    found = engine.columns("SELECT n, CASE WHEN n > 0 THEN 'x' END AS name FROM range(2) AS numbers(n) ORDER BY n")
    assert found.to_pydict() == {"n": [0, 1], "name": [None, "x"]}


def test_repeated_texts_are_told(engine: OrderEngine) -> None:
    engine.make("texts", "SELECT unnest(['1', '2', '10']) AS one")
    assert not engine.has_repeats("SELECT one FROM texts")
    assert engine.has_repeats("SELECT one FROM texts UNION ALL SELECT '2'")


def test_an_expression_is_asked_of_each_text_in_its_order(engine: OrderEngine) -> None:
    texts = pa.chunked_array([["b", "红色"], [None, "aaa"]])
    for _ in range(2):  # nothing of the first is left
        assert engine.columns_of("length(told)", "told", texts).to_pylist() == [1, 2, None, 3]

"""Names and values in SQL."""

from __future__ import annotations

import duckdb
import pytest

from forecast.ledger.sql import among, by_channel, listed, name, qualified, text


@pytest.mark.parametrize("value", ["o'clock", "京东白条", "a\\b", 'a"b', "'; DROP TABLE orders; --", ""])
def test_a_text_comes_back_as_it_was_written(value: str) -> None:
    with duckdb.connect() as engine:
        assert engine.execute(f"SELECT {text(value)} AS {name(value or 'x')}").fetchall() == [(value,)]


def test_membership_and_a_figure_of_each_channel() -> None:
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE orders AS SELECT unnest(['baitiao', 'card']) AS channel")
        query = f"SELECT {among('channel', ['card'])}, {by_channel({'card': '7'}, 'INTEGER')} FROM orders"  # noqa: S608  # names of our own
        assert engine.execute(query).fetchall() == [(False, None), (True, 7)]
        query = f"SELECT {among('channel', [])}, {by_channel({}, 'INTEGER')} FROM orders"  # noqa: S608  # names of our own
        assert engine.execute(query).fetchall() == [(False, None), (False, None)]


def test_columns_keep_their_order_while_some_become_other_expressions() -> None:
    with duckdb.connect() as engine:
        query = f"SELECT {listed(('a', 'b', 'c'), {'b': 'b + 1'})} FROM (SELECT 1 AS a, 2 AS b, 3 AS c)"  # noqa: S608  # our own
        found = engine.execute(query)
        assert [column[0] for column in found.description or ()] == ["a", "b", "c"]
        assert found.fetchall() == [(1, 3, 3)]


def test_a_tables_name_may_have_its_schema_before_it() -> None:
    assert (qualified("sales.orders"), qualified('or"ders')) == ('"sales"."orders"', '"or""ders"')

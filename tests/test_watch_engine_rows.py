"""The rows of a feed as the engine reads them: which are usable and asked for, and the arrays that they become."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from ledger_plans import COLUMNS, csv_of, plan_for, row, write_orders

from forecast.errors import InputError
from forecast.ledger.engine import OrderEngine
from forecast.ledger.sources import Source
from forecast.watch.engine_rows import columns_of, numbers_of, plain_text, rows_sql, selected_sql, usable_types
from forecast.watch.feed import CAUSES, NEVER, NONE
from forecast.watch.telling import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TYPES = dict.fromkeys(COLUMNS, "VARCHAR")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[OrderEngine]:
    with closing(OrderEngine(tmp_path)) as one:
        yield one


def told_of(
    engine: OrderEngine, tmp_path: Path, *rows: str, after: int = 0, alive: int = 0
) -> list[tuple[object, ...]]:
    """Order number, asked and usable of rows that are read as texts."""
    write_orders(tmp_path, csv_of(*rows))
    plan = plan_for(tmp_path)
    file = tmp_path / "orders.csv"
    engine.make("told", f"SELECT 1 AS line, NULL AS misfit, * FROM read_csv('{file}', all_varchar = true)")  # noqa: S608  # our own
    source = Source("told", TYPES, "orders.csv")
    return engine.rows(f"SELECT order_id, asked, usable FROM ({rows_sql(source, plan, TYPES, after, alive)})")  # noqa: S608  # our own


def test_a_row_is_usable_where_all_that_it_tells_can_be_read(engine: OrderEngine, tmp_path: Path) -> None:
    good = row(order_id="A")
    bad = [row(order_id="B", ordered_at="soon"), row(order_id="C", amount="-"), row(order_id="D", channel="nowhere")]
    worse = [row(order_id="E", paid_at="?"), row(order_id="F", failure_cause="weather")]
    told = told_of(engine, tmp_path, good, *bad, *worse)
    assert [one[2] for one in told] == [True, *[False] * 5]


def test_rows_are_asked_for_by_the_moment_of_the_order_and_by_what_happened_last(
    engine: OrderEngine, tmp_path: Path
) -> None:
    moments = {"paid_at": "", "deducted_at": "", "failed_at": "", "closed_at": ""}
    early = row(order_id="A", **(moments | {"ordered_at": "2026-10-01 00:00:00"}))
    late = row(order_id="B", **(moments | {"ordered_at": "2026-10-03 00:00:00"}))
    alive = row(order_id="C", **(moments | {"ordered_at": "2026-10-03 00:00:00", "deducted_at": "2026-10-09 00:00:00"}))
    none = row(order_id="D", **(moments | {"ordered_at": "soon"}))
    after = seconds("2026-10-02T00:00:00")
    told = told_of(engine, tmp_path, early, late, alive, none, after=after)
    assert [one[1] for one in told] == [False, True, True, True]
    told = told_of(engine, tmp_path, early, late, alive, none, after=after, alive=seconds("2026-10-08T00:00:00"))
    assert [one[1] for one in told] == [False, False, True, True]


def test_selected_rows_become_arrays_in_the_order_of_their_place(engine: OrderEngine) -> None:
    moments = ", ".join(f"NULL::TIMESTAMP AS {name}" for name in ("paid_at", "failed_at", "deducted_at"))
    moments += ", TIMESTAMP '1970-01-01 00:00:05.9' AS ordered_at, TIMESTAMP '1970-01-02' AS closed_at"
    first = "SELECT 2 AS line, 'red' AS sku, NULL AS region, 1 AS channel, NULL::INTEGER AS cause, 350 AS amount"
    second = f"SELECT 1, 'blue', 'east', 0, {CAUSES.index('clearing')}, 70"
    engine.make("told", f"{first}, {moments} UNION ALL {second}, {moments}")
    found = columns_of(engine.columns(f"SELECT {selected_sql('line', 'line * 10')} FROM told"))  # noqa: S608  # our own
    assert (found.skus, found.regions) == (("blue", "red"), ("east",))
    assert (found.sku.tolist(), found.region.tolist()) == ([0, 1], [0, NONE])
    assert (found.channel.tolist(), found.amount.tolist(), found.number.tolist()) == ([0, 1], [70, 350], [10, 20])
    assert (found.cause.tolist(), found.ordered_at.tolist()) == ([CAUSES.index("clearing"), NONE], [5, 5])
    assert (found.paid_at.tolist(), found.closed_at.tolist()) == ([NEVER, NEVER], [86_400, 86_400])


def test_numbers_of_no_part_of_one_and_of_several_are_arrays() -> None:
    assert numbers_of(pa.chunked_array([], pa.int64())).tolist() == []
    assert numbers_of(pa.chunked_array([[1, 2]])).tolist() == [1, 2]
    assert np.array_equal(numbers_of(pa.chunked_array([[1, 2], [3]])), [1, 2, 3])


def test_a_column_without_values_is_read_as_text_and_one_of_another_type_is_refused(engine: OrderEngine) -> None:
    engine.make("told", "SELECT NULL::BOOLEAN AS paid_at, 'a' AS sku")
    kinds = usable_types(engine, Source("told", {"paid_at": "BOOLEAN", "sku": "VARCHAR"}, "told"), "--feed")
    assert (kinds["paid_at"], kinds["sku"]) == ("NULL", "VARCHAR")
    engine.make("wrong", "SELECT true AS paid_at")
    with pytest.raises(InputError) as refused:
        usable_types(engine, Source("wrong", {"paid_at": "BOOLEAN"}, "wrong"), "--feed")
    assert [one.key for one in refused.value.problems] == ["paid_at"]


def test_a_text_is_read_without_the_spaces_around_it(engine: OrderEngine) -> None:
    text = plain_text("sku", {"sku": "VARCHAR"})
    engine.make("told", "SELECT ' red ' AS sku UNION ALL SELECT '  '")
    assert engine.rows(f"SELECT {text} FROM told") == [("red",), (None,)]  # noqa: S608  # our own
    assert engine.rows(f"SELECT {plain_text('sku', {})}") == [(None,)]

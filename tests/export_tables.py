"""Lines of exports as the engine holds them once read, in a test's own words, and what joining makes of them."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.joining import join_orders
from forecast.ledger.exports.lines import MOVEMENTS, ORDERS
from forecast.ledger.exports.merging import merge_orders
from forecast.ledger.exports.overlaps import keep_once
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from forecast.ledger.exports.merging import Merged
    from forecast.plan.model import Plan

Line = dict[str, Any]

_PLACE = {"file": "INTEGER", "line": "BIGINT"}
_FAULT = {"fault": "VARCHAR", "value": "VARCHAR"}


def order(order_id: str | None = "A1", amount: int = 10000, **told: Any) -> Line:  # noqa: ANN401  # any cell
    """A line of an order of 100 yuan that was placed and paid on 1 September."""
    made: Line = {"order_id": order_id, "amount": amount, "ordered_at": "2026-09-01 10:00:00"}
    made |= {"deducted_at": "2026-09-01 10:01:00", "of_order": True, "is_payment": False}
    return made | told


def moved(means: str, amount: int, day: str = "2026-09-10", **told: Any) -> Line:  # noqa: ANN401  # any cell
    """A line of money that moved on A1, positive to the merchant."""
    return {"order_id": "A1", "means": means, "amount": amount, "at": day, "what": means} | told


@contextmanager
def lines_in(folder: Path, orders: Sequence[Line], movements: Sequence[Line] = ()) -> Iterator[OrderEngine]:
    """An engine that holds these lines; lines without a file are of file 0, their numbers count up from 2."""
    with closing(OrderEngine(folder)) as engine:
        _load(engine, "export_orders", orders, ORDERS)
        _load(engine, "export_movements", movements, MOVEMENTS)
        yield engine


def merged(engine: OrderEngine, channel: str = "coalesce(method, 'baitiao')") -> Merged:
    """The lines of orders as one row an order."""
    return merge_orders(engine, channel)


def ledger_rows(
    folder: Path, plan: Plan, orders: Sequence[Line], movements: Sequence[Line] = (), formats: Sequence[str] = ("bill",)
) -> dict[str, dict[str, Any]]:
    """The ledger's rows by order number, what is absent left out, money in yuan as text, days as text."""
    with lines_in(folder, orders, movements) as engine:
        merged(engine)
        keep_once(engine, formats)
        frame = engine.rows(f"SELECT * FROM {join_orders(engine, plan)} ORDER BY order_id")  # noqa: S608  # our own
        names = list(engine.types("orders"))
    rows = [dict(zip(names, map(_shown, row), strict=True)) for row in frame]
    return {str(row["order_id"]): {key: value for key, value in row.items() if value is not None} for row in rows}


def _shown(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value).removesuffix(" 00:00:00")


def _load(engine: OrderEngine, table: str, lines: Sequence[Line], kinds: Mapping[str, str]) -> None:
    columns = {**_PLACE, **kinds, **_FAULT}
    rows = []
    for number, line in enumerate(lines, start=2):
        assert line.keys() <= columns.keys()
        cells = {"file": 0, "line": number} | line
        rows.append(", ".join(f"CAST({_literal(cells.get(name))} AS {kind})" for name, kind in columns.items()))
    named = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns.items())
    engine.make(table, " UNION ALL ".join([f"SELECT {named} WHERE false", *(f"SELECT {row}" for row in rows)]))


def _literal(value: object) -> str:
    return "NULL" if value is None else sql_text(str(value))

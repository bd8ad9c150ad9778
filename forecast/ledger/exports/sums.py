"""Movements summed by order: what moved up to the evening of as_of, and the lines that find no order.

A line whose own number is none, or no known order's, counts for the order of its other number where that is known (a
Taobao order's number that stands in the remark, a parent order's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.exports.merging import KNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.ledger.engine import OrderEngine

MOVED = "export_moved"
"""The movements to be summed: ``export_movements`` without what repeats and what is of a bank."""

OF_ORDERS = "means IN ('payment', 'fee', 'refund')"
"""Which movements belong to orders."""

PAYMENTS, REFUNDS = "export_payments", "export_refunds"
"""The tables of sums by order number, known or not: of payments and fees, and, as few orders have any, of refunds."""

STRAYS = "export_strays"
"""The table of lines whose number is none, or no known order's; ``partner`` is the order they count for, or null."""


@dataclass(frozen=True, slots=True)
class _Sum:
    how: str
    value: str
    where: str = ""
    kind: str = "BIGINT"

    def of_lines(self, name: str) -> str:
        filtered = f" FILTER (WHERE {self.where})" if self.where else ""
        return f"CAST({self.how}({self.value}){filtered} AS {self.kind}) AS {name}"

    def of_sums(self, name: str) -> str:
        return f"CAST({self.how.replace('count', 'sum')}({name}) AS {self.kind}) AS {name}"


_SUMS: Mapping[str, tuple[str, Mapping[str, _Sum]]] = {
    PAYMENTS: (
        "means IN ('payment', 'fee')",
        {
            "paid": _Sum("sum", "amount", "means = 'payment'"),
            "paid_last": _Sum("max", "moved_at", "means = 'payment'", "TIMESTAMP"),
            "paid_first": _Sum("min", "moved_at", "means = 'payment'", "TIMESTAMP"),
            "fees": _Sum("sum", "amount", "means = 'fee'"),
            "moves": _Sum("count", "*"),
        },
    ),
    REFUNDS: (
        "means = 'refund'",
        {
            "taken_back": _Sum("sum", "amount"),
            "taken_last": _Sum("max", "moved_at", "amount < 0", "TIMESTAMP"),
            "refunds": _Sum("count", "*", "amount < 0"),
            "moves": _Sum("count", "*"),
        },
    ),
}
"""The lines of each table, and its columns: fen (positive to the merchant, null where there is none), moments, how many
refunds, and how many lines."""


def sum_movements(engine: OrderEngine, end: str) -> None:
    """Makes ``export_payments`` and ``export_refunds`` of what moved before a moment."""
    readable = f"fault IS NULL AND moved_at < {end} AND order_id IS NOT NULL"
    for table, (lines, sums) in _SUMS.items():
        of_lines = ", ".join(one.of_lines(name) for name, one in sums.items())
        engine.make(table, f"SELECT order_id, {of_lines} FROM {MOVED} WHERE {lines} AND {readable} GROUP BY order_id")  # noqa: S608  # our own
    if not engine.rows(f"SELECT 1 FROM {MOVED} WHERE other_id IS NOT NULL LIMIT 1"):  # noqa: S608  # our own
        return
    find_strays(engine, end)
    for table, (lines, sums) in _SUMS.items():
        of_lines = ", ".join(one.of_lines(name) for name, one in sums.items())
        of_sums = ", ".join(one.of_sums(name) for name, one in sums.items())
        engine.make(
            table,
            f"""
            WITH halves AS (
                SELECT * FROM {table}
                UNION ALL
                SELECT partner, {of_lines} FROM {STRAYS} WHERE {lines} AND partner IS NOT NULL GROUP BY partner
            )
            SELECT order_id, {of_sums} FROM halves GROUP BY order_id
            """,  # noqa: S608  # our own
        )


def find_strays(engine: OrderEngine, end: str) -> None:
    """Makes ``export_strays`` of the lines of orders that moved before a moment, once they are summed by number."""
    engine.make(
        "export_strangers",
        f"""
        SELECT numbers.order_id FROM (SELECT order_id FROM {PAYMENTS} UNION SELECT order_id FROM {REFUNDS}) AS numbers
        LEFT JOIN {KNOWN} AS known ON numbers.order_id = known.order_id WHERE known.order_id IS NULL
        """,  # noqa: S608  # our own
    )
    engine.make(
        STRAYS,
        f"""
        WITH strays AS (
            SELECT file, line, order_id, other_id, moved_at, amount, means, what FROM {MOVED}
            WHERE fault IS NULL AND {OF_ORDERS} AND moved_at < {end}
                AND (order_id IS NULL OR order_id IN (SELECT order_id FROM export_strangers))
        )
        SELECT strays.*, known.order_id AS partner FROM strays LEFT JOIN {KNOWN} AS known ON known.order_id = other_id
        """,  # noqa: S608  # our own
    )

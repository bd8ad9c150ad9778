"""Movements summed by order: what moved up to the evening of as_of, and the lines that find no order.

A line whose own number is none, or no known order's, counts for the order of its other number where that is known (a
Taobao order's number that stands in the remark, a parent order's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.exports.merging import KNOWN

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine

MOVED = "export_moved"
"""The movements to be summed: ``export_movements`` without what repeats and what is of a bank."""

OF_ORDERS = "means IN ('payment', 'fee', 'refund')"
"""Which movements belong to orders."""

SUMS = "export_sums"
"""The table of movements by order number, known or not: ``order_id``, and ``SUMMED``."""

STRAYS = "export_strays"
"""The table of lines whose number is none, or no known order's; ``partner`` is the order they count for, or null."""


@dataclass(frozen=True, slots=True)
class _Sum:
    how: str
    value: str
    where: str
    kind: str = "BIGINT"

    def of_lines(self, name: str) -> str:
        return f"CAST({self.how}({self.value}) FILTER (WHERE {self.where}) AS {self.kind}) AS {name}"

    def of_sums(self, name: str) -> str:
        return f"CAST({self.how.replace('count', 'sum')}({name}) AS {self.kind}) AS {name}"


_REFUND = "means = 'refund' AND amount < 0"
SUMMED = {
    "paid": _Sum("sum", "amount", "means = 'payment'"),
    "paid_last": _Sum("max", "moved_at", "means = 'payment'", "TIMESTAMP"),
    "paid_first": _Sum("min", "moved_at", "means = 'payment'", "TIMESTAMP"),
    "fees": _Sum("sum", "amount", "means = 'fee'"),
    "taken_back": _Sum("sum", "amount", "means = 'refund'"),
    "taken_last": _Sum("max", "moved_at", _REFUND, "TIMESTAMP"),
    "refunds": _Sum("count", "*", _REFUND),
    "moved": _Sum("sum", "amount", "true"),
    "moves": _Sum("count", "*", "true"),
}
"""What is summed: payments, fees and refunds (fen, positive to the merchant, null where there is none) and their
moments; how many refunds; all of it together, and how many lines."""


def sum_movements(engine: OrderEngine, end: str) -> None:
    """Makes ``export_sums`` and ``export_strays`` of what moved before a moment."""
    readable = f"fault IS NULL AND {OF_ORDERS} AND moved_at < {end}"
    of_lines = ", ".join(one.of_lines(name) for name, one in SUMMED.items())
    of_sums = ", ".join(one.of_sums(name) for name, one in SUMMED.items())
    engine.make(
        "export_numbers",
        f"SELECT order_id, {of_lines} FROM {MOVED} WHERE {readable} AND order_id IS NOT NULL GROUP BY order_id",  # noqa: S608  # our own
    )
    engine.make(
        "export_strangers",
        f"SELECT numbers.order_id FROM export_numbers AS numbers LEFT JOIN {KNOWN} AS known"  # noqa: S608  # our own
        " ON numbers.order_id = known.order_id WHERE known.order_id IS NULL",
    )
    engine.make(
        STRAYS,
        f"""
        WITH strays AS (
            SELECT file, line, order_id, other_id, moved_at, amount, means, what FROM {MOVED}
            WHERE {readable} AND (order_id IS NULL OR order_id IN (SELECT order_id FROM export_strangers))
        )
        SELECT strays.*, known.order_id AS partner FROM strays LEFT JOIN {KNOWN} AS known ON known.order_id = other_id
        """,  # noqa: S608  # our own
    )
    if not engine.rows(f"SELECT 1 FROM {STRAYS} WHERE partner IS NOT NULL LIMIT 1"):  # noqa: S608  # our own
        engine.view(SUMS, "SELECT * FROM export_numbers")
        return
    engine.view(
        SUMS,
        f"""
        WITH halves AS (
            SELECT * FROM export_numbers
            UNION ALL SELECT partner, {of_lines} FROM {STRAYS} WHERE partner IS NOT NULL GROUP BY partner
        )
        SELECT order_id, {of_sums} FROM halves GROUP BY order_id
        """,  # noqa: S608  # our own
    )

"""What all files together know of the orders of each payment method: whether they are paid, closed, settled, refunded.

An order that stands in several files is known as a run knows it: by the file whose lines of it count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forecast.ledger.completion import SILENT_HOURS
from forecast.ledger.exports.merging import KNOWN, PART
from forecast.ledger.exports.sums import MOVED, OF_ORDERS

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine

Failures = Literal["seen", "none", "unknown"]
"""Whether files show failed deductions: some, none though they would, or none as they cannot."""

METHOD = "coalesce(method, '')"
"""SQL for the payment method of a line, which stands for the channel when orders are merged; empty where none is."""


@dataclass(frozen=True, slots=True)
class MethodFound:
    """A payment method in a file, as found, empty where a line names none: its orders, and what is known of them.

    An order that stands in a newer file, too, is counted there.

    ``settled`` orders bear a settlement, of their own or by a line of a bill; of ``with_fee`` ones a fee is told, or
    would be by the bill that pays them; ``undated_refunds`` a refunded amount without a day; ``unpaid`` ones are
    neither paid nor closed, ``closed`` ones are closed, ``paid`` ones are paid.
    """

    text: str
    orders: int
    settled: int
    with_fee: int
    undated_refunds: int
    unpaid: int
    closed: int
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Strays:
    """Lines of a bill that find no order: how many, of how many that belong to orders, and their sum in fen."""

    lines: int
    of: int
    fen: int

    @property
    def share(self) -> float:
        """Their share of the lines that belong to orders."""
        return self.lines / self.of


def strays_found(engine: OrderEngine, among: range, end: str) -> Strays | None:
    """The lines of a file's tables that belong to orders before a moment and find none; None where all find one.

    Orders are merged and repeated movements left out already.
    """
    found = f"SELECT order_id FROM {KNOWN}"  # noqa: S608  # our own
    alone = f"coalesce(order_id NOT IN ({found}), true) AND coalesce(other_id NOT IN ({found}), true)"
    rows = engine.rows(
        f"SELECT count(*) FILTER (WHERE alone), count(*), sum(amount) FILTER (WHERE alone) FROM (SELECT amount, {alone}"  # noqa: S608  # our own
        f" AS alone FROM {MOVED} WHERE fault IS NULL AND {OF_ORDERS} AND moved_at < {end}"
        f" AND file BETWEEN {among.start} AND {among.stop - 1}) AS moves"
    )
    lines, of, fen = (int(figure or 0) for figure in rows[0])
    return Strays(lines, of, fen) if lines else None


def failures_seen(engine: OrderEngine) -> Failures:
    """Whether the orders show failed deductions: by a cause, or by a payment that was confirmed and came late."""
    late = (
        f"coalesce(deducted_at > paid_at + INTERVAL {SILENT_HOURS} HOUR, paid_at IS NOT NULL AND deducted_at IS NULL)"
    )
    causes, confirmed, failed = engine.rows(
        f"SELECT count(failure_cause), count(paid_at), count(*) FILTER (WHERE {late}) FROM {KNOWN}"  # noqa: S608  # our own
    )[0]
    if causes or failed:
        return "seen"
    return "none" if confirmed else "unknown"


def methods_found(engine: OrderEngine, among: range, end: str) -> tuple[MethodFound, ...]:
    """The payment methods of a file's orders, the most frequent first, and what is known of these before a moment.

    Orders are merged already, with ``METHOD`` for their channel; ``among`` are the places of the file's tables.
    """
    paid = f"FROM export_movements AS m WHERE means = 'payment' AND fault IS NULL AND m.at < {end}"
    rows = engine.rows(
        f"""
        WITH texts AS (
            SELECT {METHOD} AS text, count(*) AS lines FROM export_orders
            WHERE fault IS NULL AND file BETWEEN {among.start} AND {among.stop - 1} GROUP BY {METHOD}
        ),
        paid_out AS (
            SELECT DISTINCT id FROM (SELECT order_id AS id {paid} UNION ALL SELECT other_id {paid}) AS numbers
            WHERE id IS NOT NULL
        ),
        told AS (
            SELECT channel AS method, order_id, ordered_at < {end} AS placed, amount, deducted_at, closed_at, fee,
                CASE WHEN settled_on < {end} THEN settled_on END AS settled_on, settled_amount,
                coalesce(refunded_amount, 0) AS refunded, refunded_on
            FROM {KNOWN} WHERE key >= {among.start * PART} AND key < {among.stop * PART}
        )
        SELECT text, count(*) FILTER (WHERE placed),
            count(*) FILTER (WHERE placed AND (settled_on IS NOT NULL OR id IS NOT NULL)),
            count(*) FILTER (WHERE fee IS NOT NULL OR id IS NOT NULL OR settled_amount < amount - refunded),
            count(*) FILTER (WHERE refunded > 0 AND refunded_on IS NULL),
            count(*) FILTER (WHERE placed AND deducted_at IS NULL AND closed_at IS NULL), count(closed_at),
            count(*) FILTER (WHERE placed AND deducted_at IS NOT NULL)
        FROM texts LEFT JOIN told ON method = text LEFT JOIN paid_out ON order_id = id
        GROUP BY text, lines ORDER BY 2 DESC, lines DESC, text
        """  # noqa: S608  # our own
    )
    return tuple(MethodFound(str(text), *map(int, counts)) for text, *counts in rows)

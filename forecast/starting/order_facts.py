"""What all files together know of the orders of each payment method: whether they are paid, closed, settled, refunded.

An order that stands in several files is known as a run knows it: by the file whose lines of it count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.exports.merging import KNOWN, PART

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine

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

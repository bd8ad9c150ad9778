"""Payments reversed and never booked anew: goods paid back on an order's own document, which are a refund.

A platform that corrects a payment books it out and in again, so a payment reversed is at first one to come. Where the
bill goes on for ``REBOOKED_DAYS`` and it has not come, the order settled with the payment and was refunded with the
reversal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.exports.merging import KNOWN
from forecast.ledger.exports.sums import MOVED, PAYMENTS, REFUNDS, STRAYS

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine

REBOOKED_DAYS = 14
"""Days that a bill must go on after a reversal before it counts as a refund."""

REVERSED = "export_reversed"
"""Their table: ``order_id``, the fen that ``came``, and how many lines were ``reversals``."""


def refund_reversals(engine: OrderEngine, end: str) -> None:
    """Makes ``export_reversed``, and refunds of its reversals, once movements before a moment are summed."""
    old = f"SELECT order_id FROM {PAYMENTS} WHERE paid = 0 AND paid_last < {end} - INTERVAL {REBOOKED_DAYS} DAY"  # noqa: S608  # our own
    found = _reversed(engine, old, end) if engine.rows(f"{old} LIMIT 1") else _NONE
    engine.make(REVERSED, found)
    if engine.rows(f"SELECT 1 FROM {REVERSED} LIMIT 1"):  # noqa: S608  # our own
        _move(engine)


_NONE = "SELECT CAST(NULL AS VARCHAR) AS order_id, CAST(0 AS BIGINT) AS came WHERE false"


def _reversed(engine: OrderEngine, old: str, end: str) -> str:
    """The query of those of some orders whose bills go on long enough after the reversal."""
    by_partner = f"UNION ALL SELECT file, partner, amount, moved_at FROM {STRAYS} WHERE means = 'payment'"  # noqa: S608  # our own
    partners = engine.rows(f"SELECT 1 FROM {MOVED} WHERE other_id IS NOT NULL LIMIT 1")  # noqa: S608  # our own
    return f"""
        WITH old AS ({old}),
        lines AS (
            SELECT file, order_id, amount, moved_at FROM {MOVED}
            WHERE means = 'payment' AND fault IS NULL AND moved_at < {end} AND order_id IN (SELECT order_id FROM old)
            {by_partner if partners else ""}
        ),
        ends AS (SELECT file, max(moved_at) AS bill_end FROM {MOVED} WHERE moved_at < {end} GROUP BY file)
        SELECT order_id, CAST(sum(amount) FILTER (WHERE amount > 0) AS BIGINT) AS came,
            max(moved_at) FILTER (WHERE amount > 0) AS came_last, max(moved_at) FILTER (WHERE amount < 0) AS given_last,
            count(*) FILTER (WHERE amount < 0) AS reversals
        FROM lines JOIN ends ON lines.file = ends.file
        WHERE order_id IN (SELECT order_id FROM old) GROUP BY order_id
        HAVING max(moved_at) FILTER (WHERE amount < 0) < max(bill_end) - INTERVAL {REBOOKED_DAYS} DAY"""  # noqa: S608  # our own


def _move(engine: OrderEngine) -> None:
    """Takes the reversals out of the sums of payments and puts them into those of refunds."""
    engine.make(
        PAYMENTS,
        f"""
        SELECT sums.order_id, coalesce(came, paid) AS paid, coalesce(came_last, paid_last) AS paid_last, paid_first,
            fees, moves - coalesce(reversals, 0) AS moves
        FROM {PAYMENTS} AS sums LEFT JOIN {REVERSED} AS back ON sums.order_id = back.order_id
        """,  # noqa: S608  # our own
    )
    engine.make(
        REFUNDS,
        f"""
        WITH halves AS (
            SELECT order_id, taken_back, taken_last, refunds, moves FROM {REFUNDS}
            UNION ALL
            SELECT order_id, -came, given_last, 1, reversals FROM {REVERSED}
        )
        SELECT order_id, CAST(sum(taken_back) AS BIGINT) AS taken_back, max(taken_last) AS taken_last,
            CAST(sum(refunds) AS BIGINT) AS refunds, CAST(sum(moves) AS BIGINT) AS moves
        FROM halves GROUP BY order_id
        """,  # noqa: S608  # our own
    )


def reversed_orders(engine: OrderEngine) -> tuple[int, int]:
    """How many known orders were refunded by a reversal, and the fen that went back."""
    found = f"FROM {REVERSED} AS back JOIN {KNOWN} AS known ON back.order_id = known.order_id"
    count, fen = engine.rows(f"SELECT count(*), coalesce(sum(came), 0) {found}")[0]
    return int(count), int(fen)

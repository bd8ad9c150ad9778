"""Lines of exports that no row of the ledger holds, each with its reason, and the account of every line that was read.

Reasons: what cannot be read of a line (the codes of ``lines.py``), ``amounts_contradict`` (lines of one order that say
different amounts of it), ``order_not_found``, ``order_id_missing`` (a payment or refund without a number),
``fee_without_order``, ``other_of_order`` (a movement on a known order whose meaning is not known), and what is no
business of orders: ``withdrawal``, ``transfer``, ``advertising``, ``deposit``, ``other``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import IdentityError
from forecast.ledger.exports.merging import KNOWN
from forecast.ledger.exports.overlaps import BANK
from forecast.ledger.exports.sums import MOVED, OF_ORDERS, PAYMENTS, REFUNDS, STRAYS, find_strays
from forecast.ledger.sql import among_numbers
from forecast.ledger.sql import text as sql_text
from forecast.ledger.tables import Unmatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.exports.merging import Merged

UNMATCHED = "export_unmatched"
"""Their table: ``file``, ``line``, ``order_id``, ``happened_at``, ``amount`` (fen), ``what``, ``reason``."""

_LINES = f"""
SELECT file, line, order_id, ordered_at AS happened_at, amount, value AS what, fault AS reason
FROM export_orders WHERE fault IS NOT NULL
UNION ALL
SELECT file, line, order_id, ordered_at, amount, NULL, 'amounts_contradict' FROM export_contradicting
UNION ALL
SELECT moved.file, moved.line, moved.order_id, moved_at, moved.amount, coalesce(moved.value, what), moved.fault
FROM {MOVED} AS moved LEFT JOIN (SELECT file, line FROM export_orders WHERE fault IS NOT NULL) AS told
    ON moved.file = told.file AND moved.line = told.line
WHERE moved.fault IS NOT NULL AND told.line IS NULL
UNION ALL
SELECT file, line, coalesce(order_id, other_id), moved_at, amount, what,
    CASE WHEN coalesce(order_id, other_id) IS NOT NULL THEN 'order_not_found'
        WHEN means = 'fee' THEN 'fee_without_order' ELSE 'order_id_missing' END
FROM {STRAYS} WHERE partner IS NULL
UNION ALL
SELECT file, line, moved.order_id, moved_at, moved.amount, what,
    CASE WHEN means = 'other' AND known.order_id IS NOT NULL THEN 'other_of_order' ELSE means END
FROM {MOVED} AS moved LEFT JOIN {KNOWN} AS known ON moved.order_id = known.order_id
WHERE fault IS NULL AND NOT ({OF_ORDERS}) AND moved_at < {{end}}"""  # noqa: S608  # our own


def find_unmatched(engine: OrderEngine, end: str) -> None:
    """Makes ``export_unmatched`` of the lines known before a moment, once movements are summed."""
    find_strays(engine, end)
    engine.make(UNMATCHED, _LINES.format(end=end))


def unmatched_lines(engine: OrderEngine, names: Sequence[str]) -> pd.DataFrame:
    """The lines, by file and line, in the columns of ``Joined.unmatched``; ``names`` are those of the files."""
    cases = " ".join(f"WHEN {file} THEN {sql_text(name)}" for file, name in enumerate(names))
    return engine.frame(
        f"SELECT CASE file {cases} END AS file, line, coalesce(order_id, '') AS order_id, happened_at,"  # noqa: S608  # our own
        f" CAST(amount AS DECIMAL(18, 0)) * 0.01 AS amount, coalesce(what, '') AS what, reason"
        f" FROM {UNMATCHED} ORDER BY {UNMATCHED}.file, line, reason"
    ).astype({"line": "int64"})


def by_reason(engine: OrderEngine) -> tuple[Unmatched, ...]:
    """How many lines each reason has, and their sum, the reason of most lines first."""
    found = engine.rows(
        f"SELECT reason, count(*) AS lines, coalesce(sum(amount), 0) FROM {UNMATCHED}"  # noqa: S608  # our own
        " GROUP BY reason ORDER BY lines DESC, reason"
    )
    return tuple(Unmatched(str(reason), int(lines), int(fen)) for reason, lines, fen in found)


def later_lines(engine: OrderEngine, end: str) -> int:
    """How many movements came at a moment or after it, or are still to come."""
    later = f"fault IS NULL AND (moved_at IS NULL OR moved_at >= {end})"
    return int(engine.rows(f"SELECT count(*) FROM {MOVED} WHERE {later}")[0][0])  # noqa: S608  # our own


def check_lines(engine: OrderEngine, formats: Sequence[str], merged: Merged, repeated: int, end: str) -> None:
    """Every line read is in the ledger, still to come, told by another line, or unmatched; and so is every fen.

    Raises:
        IdentityError: A line or an amount is missing, or counted twice.
    """

    def one(query: str) -> int:
        return int(engine.rows(query)[0][0] or 0)

    orders = one("SELECT count(*) FROM export_orders WHERE fault IS NULL AND order_id IS NOT NULL")
    _same("lines of orders", orders, merged.used + merged.replaced + merged.contradicting)
    bank = among_numbers("file", [file for file, one in enumerate(formats) if one == BANK])
    movements = one(f"SELECT count(*) FROM export_movements WHERE fault IS NULL AND NOT {bank}")  # noqa: S608  # our own
    later = later_lines(engine, end)
    apart = one(f"SELECT count(*) FROM {MOVED} WHERE fault IS NULL AND NOT ({OF_ORDERS}) AND moved_at < {end}")  # noqa: S608  # our own
    alone = f"FROM {STRAYS} WHERE partner IS NULL"
    joined = f"FROM {{}} AS sums JOIN {KNOWN} AS known ON sums.order_id = known.order_id"
    paid, back = joined.format(PAYMENTS), joined.format(REFUNDS)
    paid_lines, paid_fen = engine.rows(f"SELECT sum(moves), sum(coalesce(paid, 0) + coalesce(fees, 0)) {paid}")[0]
    back_lines, back_fen = engine.rows(f"SELECT sum(moves), sum(taken_back) {back}")[0]
    alone_lines, alone_fen = engine.rows(f"SELECT count(*), sum(amount) {alone}")[0]
    lines, fen = (
        sum(int(part or 0) for part in parts)
        for parts in ((paid_lines, back_lines, alone_lines), (paid_fen, back_fen, alone_fen))
    )
    _same("lines of money", movements, repeated + later + apart + lines)
    moved = one(f"SELECT sum(amount) FROM {MOVED} WHERE fault IS NULL AND {OF_ORDERS} AND moved_at < {end}")  # noqa: S608  # our own
    _same("fen of orders", moved, fen)


def _same(what: str, read: int, accounted: int) -> None:
    if read != accounted:
        message = f"{what}: {read} read from the exports, {accounted} accounted for"
        raise IdentityError(message)

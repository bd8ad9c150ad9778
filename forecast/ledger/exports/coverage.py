"""Whether the settlements of joined exports cover the orders: bills that begin after them, or end before as_of.

An order paid before the first settlement of its channel, and never settled, was most likely settled in a bill that is
not there; taken as outstanding it would be lent against for ever. Settlements that stop long before as_of, longer than
their own longest pause foretells, are most likely those of a bill that ends too early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.exports.joining import JOINED
from forecast.ledger.tables import Uncovered

if TYPE_CHECKING:
    from forecast.ledger.engine import OrderEngine
    from forecast.plan.model import Plan

FEWEST, SHARE = 5, 0.01
"""Orders from before the first settlement, and their share of the channel's, that are news: a few never settle."""

SILENT_DAYS, PAUSES, FEWEST_DAYS = 7, 2, 3
"""Days without a settlement, and multiples of the longest pause before, that are news; and on how many days settlements
must have come for a channel to have a rhythm."""

_SPANS = f"""
WITH days AS (SELECT DISTINCT channel, settled_on FROM {JOINED} WHERE settled_on IS NOT NULL),
pauses AS (
    SELECT channel, settled_on, date_diff('day', lag(settled_on) OVER (PARTITION BY channel ORDER BY settled_on),
        settled_on) AS pause
    FROM days
),
spans AS (
    SELECT channel AS of_channel, min(settled_on) AS first_day, max(settled_on) AS last_day, count(*) AS days,
        coalesce(max(pause), 0) AS longest
    FROM pauses GROUP BY channel
),
open_orders AS (
    SELECT channel, deducted_at, amount, settled_on IS NULL AND coalesce(refunded_amount, 0) < amount AS is_open
    FROM {JOINED} WHERE deducted_at < {{end}}
)
SELECT channel, first_day, last_day, days, longest, count(*), count(*) FILTER (WHERE is_open),
    count(*) FILTER (WHERE is_open AND deducted_at < first_day),
    CAST(100 * coalesce(sum(amount) FILTER (WHERE is_open AND deducted_at < first_day), 0) AS BIGINT)
FROM open_orders JOIN spans ON channel = of_channel
GROUP BY channel, first_day, last_day, days, longest ORDER BY channel"""  # noqa: S608  # our own


def uncovered(engine: OrderEngine, plan: Plan, end: str) -> tuple[Uncovered, ...]:
    """The channels whose settlements begin after their orders or end before as_of, once the orders are joined."""
    found = []
    for channel, first, last, days, longest, orders, still_open, early, fen in engine.rows(_SPANS.format(end=end)):
        begins_late = early >= FEWEST and early >= SHARE * orders
        silent = (plan.horizon.as_of - last).days
        ends_early = still_open and days >= FEWEST_DAYS and silent > max(SILENT_DAYS, PAUSES * longest)
        if begins_late or ends_early:
            begins, ends = first if begins_late else None, last if ends_early else None
            found.append(Uncovered(str(channel), begins, int(early), int(fen), ends))
    return tuple(found)

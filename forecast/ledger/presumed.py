"""What long waiting tells of a channel that shows no refund at all, or no closing at all.

- *No refund* (``unrefunded``): orders old enough that the other channels' rate would have refunded
  ``EXPECTED_REFUNDS`` of them; where no channel shows any, ``EVIDENCE`` orders where the source has no such column, and
  as many as ``USUAL_REFUNDS`` would refund ``EXPECTED_REFUNDS`` of where it has one. An order of it that is in transit
  for longer than nearly all that settled (``SETTLED_BY``), ``REFUNDED_DAYS`` at least, was most likely refunded wholly
  before settlement, on a day that nobody tells. Where too many wait so long, their settlements are missing instead,
  and they stay in transit.
- *No closing* (``lost_after``): failed orders that are not cured within the days of nearly all cures (``CURED_BY``) of
  their own channel, else of the others, ``LOST_DAYS`` at least, are given up then, where anything was deducted at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.sql import by_channel
from forecast.ledger.validation import ACCEPTED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from forecast.ledger.engine import OrderEngine

EXPECTED_REFUNDS = 20.0
"""A channel without refunds, of which so many are expected, is one whose source does not show them."""

EVIDENCE = 50
"""So many orders without refunds tell it where the source has no column of refunds."""

USUAL_REFUNDS = 0.05
"""The share of orders that is refunded, where no channel shows any."""

RIPE_DAYS = 30
"""Orders younger than this may still be refunded."""

SETTLED_BY, REFUNDED_DAYS = 0.995, 45
"""The share of settled orders that settle by the age at which the rest is given up, and the least such age in days."""

MOST_REFUNDED = 0.35
"""A larger share of a channel's orders waiting so long is no refunds but settlements that are missing."""

CURED_BY, LOST_DAYS = 0.99, 14
"""The share of cured orders that are cured by the age at which the rest is lost, and the least such age in days."""

STUCK = 5
"""So many failed orders older than that tell that closings are not shown; fewer where the plan states closings."""

_FAILED_ON = "coalesce(failed_day, CASE WHEN cause IS NULL THEN paid_day END, ordered_day)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a channel shows of waiting, in numbers of orders and days.

    ``ripe`` of its ``deducted`` are old enough to have been refunded. ``stuck`` failed long ago and neither cured nor
    closed, 0 where it shows closings. ``settled_by`` and ``cured_by`` are the ages in days by which nearly all that did
    were; None where none did, or the plan dates settlements. ``refunds_none``: the plan says that nothing is refunded.
    """

    name: str
    deducted: int
    ripe: int
    refunded: int
    settled_by: int | None
    cured_by: int | None
    stuck: int
    closes_by_plan: bool
    refunds_none: bool


def judged_by(as_of: str) -> dict[str, str]:
    """The figures of ``Waiting`` by name, as SQL over a channel's good rows; ``as_of`` is a date of the engine."""
    settled, cured = "settled_day IS NOT NULL", "cause IS NOT NULL AND deducted_day IS NOT NULL"
    stuck = f"deducted_day IS NULL AND closed_day IS NULL AND date_diff('day', {_FAILED_ON}, {as_of}) > {LOST_DAYS}"
    return {
        "deducted": "count(deducted_day)",
        "ripe": f"count(*) FILTER (WHERE date_diff('day', deducted_day, {as_of}) > {RIPE_DAYS})",
        "settled_by": f"percentile_disc({SETTLED_BY}) WITHIN GROUP (ORDER BY date_diff('day', deducted_day,"
        f" settled_day)) FILTER (WHERE {settled})",
        "cured_by": f"percentile_disc({CURED_BY}) WITHIN GROUP (ORDER BY date_diff('day', {_FAILED_ON},"
        f" deducted_day)) FILTER (WHERE {cured})",
        "stuck": f"count(*) FILTER (WHERE (cause IS NOT NULL OR confirmed) AND {stuck})",
    }


def unrefunded(waiting: Sequence[Waiting], *, has_refunds: bool) -> frozenset[str]:
    """The channels whose source does not show refunds."""
    refunding = [one for one in waiting if one.refunded]
    rate = sum(one.refunded for one in refunding) / max(sum(one.deducted for one in refunding), 1)
    fewest = EXPECTED_REFUNDS / (rate or USUAL_REFUNDS) if has_refunds else EVIDENCE
    return frozenset(one.name for one in waiting if not one.refunded and one.ripe >= fewest)


def refunded_after(
    engine: OrderEngine, as_of: dt.date, waiting: Sequence[Waiting], silent: Collection[str]
) -> dict[str, int]:
    """The days in transit, by channel that shows no refunds, after which an order counts as wholly refunded."""
    known = [one for one in waiting if one.name in silent and not one.refunds_none]
    days = {one.name: max(REFUNDED_DAYS, one.settled_by) for one in known if one.settled_by is not None}
    if not days:
        return {}
    limit = by_channel({name: str(wait) for name, wait in days.items()}, "INTEGER")
    old = f"date_diff('day', deducted_day, DATE '{as_of}') >= {limit}"
    waits = "count(*) FILTER (WHERE settled_day IS NULL)"
    found = engine.rows(f"SELECT channel, {waits}, count(*) {ACCEPTED} AND {old} GROUP BY channel")
    return {name: days[name] for name, open_orders, orders in found if open_orders <= MOST_REFUNDED * orders}


def lost_after(waiting: Sequence[Waiting]) -> dict[str, int]:
    """The days after a failure, by channel that shows no closing, after which an order counts as given up."""
    usual = max((one.cured_by for one in waiting if one.cured_by is not None), default=0)
    return {
        one.name: max(LOST_DAYS, usual if one.cured_by is None else one.cured_by)
        for one in waiting
        if one.deducted and one.stuck >= (1 if one.closes_by_plan else STUCK)
    }

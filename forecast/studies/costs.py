"""Costs that move with sales in a review: what a run expected of them, and what the orders that came cost since.

A ledger of orders does not tell what was paid. What can be compared is what the run's own shares take of the orders
that came instead of those expected. Purchases rest on the sales planned then, so they stay as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.costs import payment_days
from forecast.money import fen_to_yuan, to_fen, to_yuan
from forecast.results.review import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Days
    from forecast.plan.costs import Cost
    from forecast.results.review_basis import CostToDate
    from forecast.studies.outcome import DatedFlows


def costs_against(
    costs: Sequence[CostToDate], flows: DatedFlows, channels: Sequence[str], span: Days
) -> dict[str, Line]:
    """By category what the costs were expected to take over the days of ``span``, and what they take of what came."""
    fen: dict[str, tuple[int, int]] = {}
    for one in costs:
        expected = to_fen(round(one.paid[len(span) - 1], 2))
        came = expected if one.terms.days_after < 0 else _of_orders(one.terms, flows, channels, span)
        before = fen.get(one.terms.category, (0, 0))
        fen[one.terms.category] = before[0] + expected, before[1] + came
    return {name: Line(to_yuan(then), to_yuan(now), to_yuan(now - then)) for name, (then, now) in fen.items()}


def _of_orders(cost: Cost, flows: DatedFlows, channels: Sequence[str], span: Days) -> int:
    """What a cost takes of the ledger's orders whose payment falls on a day of ``span``, fen."""
    ordered = np.arange(flows.sales.day.min(), span[-1] + 1)
    due = np.isin(payment_days(cost, ordered), span)
    value = flows.sales.by_day([name for name in channels if name in cost.channels], ordered).sum(axis=0)
    return to_fen(round(cost.share_of_sales * float(fen_to_yuan(value)[due].sum()), 2))

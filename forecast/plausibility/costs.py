"""Costs that move with sales against the rest of the plan: paid twice, too large, idle, or of some orders alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from forecast.costs import payment_days
from forecast.notes import Named, Note
from forecast.plausibility.cash import MONTH, month_of_orders, outflow
from forecast.receivables.rows import total_fen

if TYPE_CHECKING:
    from forecast.ledger.tables import Ledger
    from forecast.notes import Values
    from forecast.plan.model import Plan

LIKE, LIKE_ONCE, SEASON_DAYS = 0.1, 0.2, 60
"""Other flows of a category that come to this part of what the cost takes are rather the same payments once more.

A payment made less often than monthly may be a reserve for a promotion, which is larger beside a short horizon.
"""

LONG_DAYS = 45
"""So many days from the order, and as many as the horizon has, are no usual time of payment."""

MOSTLY, COVERED = 0.5, 0.3
"""Sales without goods that are this part of all are too many, unless other flows pay this part of their goods."""


def on_costs(plan: Plan, ledger: Ledger) -> list[Note]:
    """All that makes the costs implausible."""
    return [
        *_twice(plan, ledger),
        *_more_than_sales(plan),
        *_before_ledger(plan, ledger),
        *_gone(plan),
        *_left_out(plan, ledger),
    ]


def _kind(category: str) -> str:
    """The category that a merchant's word means, or the word itself."""
    return outflow(category) or category.strip().casefold()


def _paid(plan: Plan, category: str) -> list[float]:
    """What the other flows pay of a category in the horizon, a payment each."""
    last = plan.horizon.as_of + dt.timedelta(days=plan.horizon.days)
    flows = [flow for flow in plan.other_flows if flow.date <= last and flow.amount < 0]
    return [-flow.amount for flow in flows if _kind(flow.category) == category]


def _twice(plan: Plan, ledger: Ledger) -> list[Note]:
    """Categories that are paid by share of sales and, to a telling amount, by the file of other flows as well."""
    shares: defaultdict[str, float] = defaultdict(float)
    for cost in plan.costs:
        shares[_kind(cost.category)] += cost.share_of_sales
    month, days = month_of_orders(ledger), plan.horizon.days
    notes = []
    for category, share in shares.items():
        paid = _paid(plan, category)
        monthly = len(paid) >= max(2, days // MONTH)
        least = LIKE * days if monthly else LIKE_ONCE * max(days, SEASON_DAYS)
        if month > 0 and sum(paid) >= least * share * month / MONTH > 0:
            amounts = {"paid": sum(paid), "cost": share * month * days / MONTH}
            notes.append(Note("cost_twice", f"costs.{category}", amounts, _named(category)))
    return notes


def _gone(plan: Plan) -> list[Note]:
    """Costs of no share, and those that no order of the horizon pays within it."""
    notes, days = [], plan.horizon.days
    for cost in plan.costs:
        where, word = f"costs.{cost.category}", _named(cost.category)
        if cost.share_of_sales == 0:
            notes.append(Note("cost_zero", f"{where}.share_of_sales", {}, word))
        elif abs(cost.days_after) >= max(days, LONG_DAYS):
            values = {"days": cost.days_after, "horizon": days}
            notes.append(Note("cost_beyond_horizon", f"{where}.days_after", values, word))
    return notes


def _left_out(plan: Plan, ledger: Ledger) -> list[Note]:
    """Goods that cost something on some channels alone, while most sales are made on the others."""
    goods = [cost for cost in plan.costs if _kind(cost.category) == "stock" and cost.share_of_sales > 0]
    sales = ledger.tables.sales
    bought = {name for cost in goods for name in cost.channels}
    without = sales[~sales.channel.isin(bought)]
    part = total_fen(without) / max(total_fen(sales), 1)
    if not goods or part <= MOSTLY:
        return []
    highest = max(goods, key=lambda cost: cost.share_of_sales)
    missing = highest.share_of_sales * part * month_of_orders(ledger) * plan.horizon.days / MONTH
    if sum(_paid(plan, "stock")) >= COVERED * missing > 0:
        return []
    names = ", ".join(name for name in plan.channels if name not in bought)
    values: Values = {"channels": names, "share": part}
    return [Note("cost_leaves_out", f"costs.{highest.category}.channels", values, _named(highest.category))]


def _more_than_sales(plan: Plan) -> list[Note]:
    """Channels whose orders cost as much as they bring, or more."""
    shares = {name: sum(cost.share_of_sales for cost in plan.costs if name in cost.channels) for name in plan.channels}
    return [
        Note("costs_above_sales", f"channels.{name}", {"share": share}) for name, share in shares.items() if share >= 1
    ]


def _before_ledger(plan: Plan, ledger: Ledger) -> list[Note]:
    """Costs of which a part is paid in the horizon for orders from before the ledger's first."""
    first = ledger.tables.first_day
    as_of, before = np.datetime64(plan.horizon.as_of), np.array([np.datetime64(first) - 1])
    latest = {cost.category: cost for cost in sorted(plan.costs, key=lambda one: one.days_after)}
    return [
        Note(
            "cost_before_ledger", f"costs.{category}", {"days": cost.days_after, "first": str(first)}, _named(category)
        )
        for category, cost in latest.items()
        if payment_days(cost, before)[0] > as_of
    ]


def _named(category: str) -> dict[str, Named]:
    return {"category": Named("categories", category)}

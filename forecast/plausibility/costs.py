"""Costs that move with sales against the rest of the plan: paid twice, above the sales, or for orders not known."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from forecast.costs import payment_days
from forecast.notes import Named, Note
from forecast.plausibility.cash import MONTH, month_of_orders, outflow

if TYPE_CHECKING:
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

LIKE = 0.5
"""Other flows of a category that come to this part of what the cost takes are rather the same payments once more."""


def on_costs(plan: Plan, ledger: Ledger) -> list[Note]:
    """All that makes the costs implausible."""
    return [*_twice(plan, ledger), *_more_than_sales(plan), *_before_ledger(plan, ledger)]


def _twice(plan: Plan, ledger: Ledger) -> list[Note]:
    """Categories that are paid by share of sales and, to a like amount, by the file of other flows as well."""
    last = plan.horizon.as_of + dt.timedelta(days=plan.horizon.days)
    shares: defaultdict[str, float] = defaultdict(float)
    for cost in plan.costs:
        shares[outflow(cost.category) or cost.category] += cost.share_of_sales
    value = month_of_orders(ledger) * plan.horizon.days / MONTH
    notes = []
    for category, share in shares.items():
        paid = -sum(
            flow.amount
            for flow in plan.other_flows
            if flow.date <= last and flow.amount < 0 and (outflow(flow.category) or flow.category) == category
        )
        if value > 0 and paid >= LIKE * share * value > 0:
            amounts = {"paid": paid, "cost": share * value}
            notes.append(Note("cost_twice", f"costs.{category}", amounts, _named(category)))
    return notes


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

"""Costs that move with sales, on every path: of each day's order value a share, paid days after it, or before it.

Costs paid on the day of the order or later follow each path's own sales; what orders up to as_of still cost is known.
Purchases (``days_after`` below 0) are made on the sales then planned, which are the expected ones times the planned
volume: a buyer knows the past and the plan, never the path's future. They are the same on all paths and go on for
sales beyond the horizon. Payments that were due by as_of lie in the opening balance and never count. Where a what-if
pays on other days than the plan, it does from as_of on: what is paid by then stays paid, what is not falls due then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import weekday_of
from forecast.scenarios import costs_of, planned_volumes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forecast.arrays import Days, Floats
    from forecast.plan.costs import Cost, PaidOn
    from forecast.plan.model import Plan, Scenario

_SUNDAY = 6
"""The last weekday, Monday being 0."""


def days_beyond(costs: Iterable[Cost]) -> int:
    """How many days beyond the horizon sales matter, as purchases for them are paid in it."""
    return max((-cost.days_after for cost in costs if cost.days_after < 0), default=0)


@dataclass(frozen=True, slots=True, eq=False)
class CostBasis:
    """What the costs of every scenario rest on: order value in yuan, channels in the order of the plan.

    ``known`` (channel, day) is that of the ledger, up to the day before the first one simulated; ``expected`` (channel,
    day) the mean of the base's paths from that day to the end of the horizon, and on for the days on whose sales
    purchases of the horizon are made. ``days`` are those of the horizon.
    """

    plan: Plan
    days: Days
    known: Floats
    expected: Floats

    def planned(self, scenario: Scenario, gap: int) -> Floats:
        """The sales for which a scenario's purchases are made, (channel, day) as ``expected``.

        Of the days from as_of on the expected ones times the planned volume, orders moved between channels as in the
        scenario; ``gap`` days up to as_of that the ledger lacks are taken as expected.
        """
        days = self.days[0] + np.arange(self.expected.shape[1] - gap)
        ahead = self.expected[:, gap:] * planned_volumes(scenario, self.plan, days)
        moved, names = ahead.copy(), list(self.plan.channels)
        for move in scenario.shift:
            gone = ahead[names.index(move.source)] * move.share
            moved[names.index(move.source)] -= gone
            moved[names.index(move.target)] += gone * (1.0 - move.lost)
        return np.concatenate([self.expected[:, :gap], moved], axis=1)

    def paid(self, scenario: Scenario, gap: int, ordered: Callable[[int], Floats]) -> list[tuple[Cost, Floats]]:
        """What each cost takes: yuan as positive numbers, (path, day), or (1, day) where all paths pay alike.

        ``ordered`` gives the scenario's sales (path, day) on the channel at a place, over the ``gap`` days up to as_of
        that the ledger lacks and the horizon; costs are in the order of the plan.
        """
        if not self.plan.costs:
            return []
        planned = self.planned(scenario, gap)[:, None]

        def bought(place: int) -> Floats:
            return np.asarray(planned[place])

        costs = zip(costs_of(scenario, self.plan), self.plan.costs, strict=True)
        return [
            (cost, self._paid(cost, agreed, bought if cost.days_after < 0 else ordered, gap)) for cost, agreed in costs
        ]

    def _paid(self, cost: Cost, agreed: Cost, ahead: Callable[[int], Floats], gap: int) -> Floats:
        """One cost's payments, (path, day) or (1, day); ``agreed``: as the plan has it."""
        chosen = [place for place, name in enumerate(self.plan.channels) if name in cost.channels]
        first, past = self.days[0] - gap, self.known.shape[1]
        value = reduce(np.add, map(ahead, chosen))
        later = _falling(value, self._due(cost, agreed, first + np.arange(value.shape[1])), self.days)
        known = self.known[chosen].sum(axis=0, keepdims=True)
        earlier = _falling(known, self._due(cost, agreed, first - past + np.arange(past)), self.days)
        return np.asarray(cost.share_of_sales * (later + earlier))

    def _due(self, cost: Cost, agreed: Cost, ordered: Days) -> Days:
        """The days on which the orders of each day are paid for, where other days than the plan's hold from as_of on.

        What the plan's days have paid by then is not paid again; what they have not is paid on the first day at the
        earliest.
        """
        due, before = payment_days(cost, ordered), payment_days(agreed, ordered)
        return np.where(before < self.days[0], before, np.maximum(due, self.days[0])) if (due != before).any() else due


def by_category(paid: Iterable[tuple[Cost, Floats]]) -> dict[str, Floats]:
    """What costs take by category, in the order of the plan."""
    found: dict[str, Floats] = {}
    for cost, amounts in paid:
        found[cost.category] = found[cost.category] + amounts if cost.category in found else amounts
    return found


def payment_days(cost: Cost, ordered: Days) -> Days:
    """The days on which the orders of each day are paid for."""
    return _collected(ordered + cost.days_after, cost.paid_on)


def _collected(due: Days, paid_on: PaidOn) -> Days:
    """The day itself, or the Sunday or the last day of the month that it is collected until."""
    if paid_on == "week_end":
        return np.asarray(due + (_SUNDAY - weekday_of(due)))
    if paid_on == "month_end":
        return np.asarray((due.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1)
    return due


def _falling(amounts: Floats, due: Days, days: Days) -> Floats:
    """What of the amounts (path, amount) falls due on each of the ``days``, (path, day): each path by itself."""
    inside = (due >= days[0]) & (due <= days[-1])
    found = np.zeros((len(days), len(amounts)))
    np.add.at(found, (due[inside] - days[0]).astype(np.int64), amounts.T[inside])
    return np.ascontiguousarray(found.T)

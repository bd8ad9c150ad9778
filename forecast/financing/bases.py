"""What drawings rest on, by day and path: open receivables, purchases, payments that may be deferred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.cash import CashCase
    from forecast.plan.model import Facility


@dataclass(frozen=True, slots=True)
class Parcel:
    """A payment that may be deferred: from its day to ``due`` at the latest (days of the horizon), yuan, at a rate.

    ``due`` may lie after the horizon.
    """

    day: int
    due: int
    amount: float
    rate: float


def receivables_base(case: CashCase, facility: Facility) -> tuple[Floats, Floats]:
    """Give the base, and the share of the pool that settles on each day, both (day, path).

    Receivables older than ``max_age_days`` do not count; of the rest one channel makes no more than its share.
    """
    chosen = [i for i, name in enumerate(case.channels) if not facility.channels or name in facility.channels]
    open_by_channel = np.maximum(case.receivables[:, chosen], 0.0)
    pool = open_by_channel.sum(axis=1)
    eligible = open_by_channel
    if facility.max_age_days is not None:
        eligible = np.clip(case.young[facility.max_age_days][:, chosen], 0.0, open_by_channel)
    if facility.concentration < 1:
        eligible = np.minimum(eligible, facility.concentration * eligible.sum(axis=1, keepdims=True))
    eligible = eligible.sum(axis=1)
    settled = np.maximum(case.settled[:, chosen].sum(axis=1), 0.0)
    opening = np.full((pool.shape[0], 1), max(0.0, float(case.opening_receivables[chosen].sum())))
    before = np.concatenate([opening, pool[:, :-1]], axis=1)
    whole = np.maximum(before, settled)
    share = np.divide(settled, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.ascontiguousarray(facility.advance_rate * eligible.T), np.ascontiguousarray(share.T)


def purchases_base(case: CashCase, facility: Facility) -> Floats:
    """Give advance rate × the category's purchases of the last ``tenor_days``, (day, 1); none known before as_of."""
    bought = case.purchases.get(facility.category, np.zeros(case.days.size))
    total = np.cumsum(bought)
    if facility.tenor_days is not None and facility.tenor_days < total.size:
        total[facility.tenor_days :] -= total[: -facility.tenor_days].copy()
    return np.asarray((facility.advance_rate * total)[:, None])


def movable_payments(case: CashCase, facility: Facility) -> tuple[Parcel, ...]:
    """Give the payments of the horizon that may be deferred."""
    return tuple(
        Parcel(day, day + flow.movable_days, -flow.amount, facility.annual_rate + flow.deferral_cost)
        for flow in case.movable
        if flow.amount < 0
        and flow.movable_days > 0
        and 0 <= (day := (flow.date - case.as_of).days - 1) < case.days.size
    )

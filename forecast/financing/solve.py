"""Questions turned round: which limit to ask for, and how much stock the cash and the facilities carry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.errors import InputError
from forecast.financing.facilities import CALCULATED
from forecast.financing.sizing import UNLIMITED, Desk, Proposal, size_single
from forecast.liquidity import quantile_rank

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.plan.model import Facility


def solve_limit(case: CashCase, facility: Facility, confidence: float) -> float | None:
    """Give the smallest limit of a facility, on its own, with which cash holds.

    Args:
        case: The scenario.
        facility: Of a kind that is calculated; its own limit is not looked at.
        confidence: Chance with which cash must not fall below the minimum.

    Returns:
        Yuan; None where no limit holds (base too small, or too late) or where the kind is not calculated.
    """
    if facility.kind not in CALCULATED:
        return None
    # nothing is decided by a limit that is signed: the question is which one to ask for
    asked = replace(facility, limit=UNLIMITED, signed=False)
    desk = Desk.of(case, [asked], confidence)
    sized = size_single(desk, desk.items[0], UNLIMITED, [quantile_rank(desk.paths, confidence)])
    return None if sized is None or sized.proposal.limits[0] >= UNLIMITED else sized.proposal.limits[0]


def solve_stock(case: CashCase, facilities: Sequence[Facility], confidence: float, date: dt.date) -> float | None:
    """Give the largest extra outflow of category ``stock`` on a day that still holds, sales unchanged.

    All calculated facilities are arranged at their full limits (with and without the term loans); the base of
    inventory finance grows with the purchase.

    Args:
        case: The scenario.
        facilities: Of the plan.
        confidence: Chance with which cash must not fall below the minimum.
        date: A day of the horizon.

    Returns:
        Yuan, in whole fen; None where even no extra outflow holds.

    Raises:
        InputError: The date lies outside the horizon.
    """
    place = (date - case.as_of).days - 1
    if not 0 <= place < case.days.size:
        raise InputError(f"date: {date} lies outside the horizon {case.days[0]} to {case.days[-1]}")
    usable = [facility for facility in facilities if facility.kind in CALCULATED]

    def holds(extra: float) -> bool:
        flows = case.flows.copy()
        flows[:, place] -= extra
        bought = {**case.purchases}
        bought["stock"] = bought.get("stock", np.zeros(case.days.size)).copy()
        bought["stock"][place] += extra
        desk = Desk.of(replace(case, flows=flows, purchases=bought), usable, confidence)
        demand = tuple(item for item in desk.items if item.outstanding is None)
        sets = [desk.items] if demand == desk.items else [desk.items, demand]
        return any(
            desk.holds(desk.run(Proposal(items, tuple(item.facility.limit for item in items)))) for items in sets
        )

    if not holds(0.0):
        return None
    low, high = 0.0, 1e5
    while holds(high):
        low, high = high, high * 4
        if high > UNLIMITED:
            return low
    while high - low > FEN_TOLERANCE:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return round(low, 2)

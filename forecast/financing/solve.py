"""Questions turned round: which limit to ask for, and how much stock the cash and the facilities carry."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.errors import InputError
from forecast.financing.desk import QUANTILES, Desk, Proposal
from forecast.financing.measures import LastDays, last_days
from forecast.financing.sizing import size, size_single
from forecast.liquidity import quantile_rank
from forecast.money import FEN_PER_YUAN, LARGEST_YUAN, down_to_fen, up_to_fen

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.kinds.terms import Terms
    from forecast.plan.model import Facility


@dataclass(frozen=True, slots=True)
class Asked:
    """The limit to ask for, yuan, and the last days to begin, to sign and to ask for the first drawing."""

    limit: float
    days: LastDays


def ask_limit(case: CashCase, facility: Facility, confidence: float) -> Asked | None:
    """Give the smallest limit of a facility, on its own, with which cash holds, and by when it must be asked for.

    The facility's own limit is not looked at. None where no limit holds (base too small, or too late).
    """
    # nothing is decided by a limit that is signed: the question is which one to ask for
    asked = replace(facility, limit=None, signed=False)
    desk = Desk.of(case, [asked], confidence)
    sized = size_single(desk, desk.items[0], LARGEST_YUAN, [quantile_rank(desk.paths, confidence)])
    if sized is None or sized.proposal.limits[0] >= LARGEST_YUAN:
        return None
    best = _least(desk, sized.proposal) if desk.items[0].on_demand else sized.proposal
    outcome = desk.run(best)
    return Asked(best.limits[0], last_days(outcome, outcome.accounts[0], case.as_of, confidence))


def _least(desk: Desk, sized: Proposal) -> Proposal:
    """Shrink a limit by bisection to the smallest that holds under any reserve: cheap sizing leaves room for peaks."""
    quantiles = QUANTILES[::-1] if desk.items[0].on_notice else QUANTILES[-1:]

    def held(limit: float) -> Proposal | None:
        tried = (Proposal(desk.items, (limit,), quantile) for quantile in quantiles)
        return next((proposal for proposal in tried if desk.carries(proposal)), None)

    best, low = sized, 0.0
    while best.limits[0] - low > FEN_TOLERANCE:
        middle = (low + best.limits[0]) / 2
        found = held(middle)
        low, best = (middle, best) if found is None else (low, found)
    return held(up_to_fen(best.limits[0])) or best


def with_purchase(case: CashCase, place: int, extra: float) -> CashCase:
    """Give the scenario with an extra outflow of category ``stock`` on day ``place``, sales unchanged."""
    flows = case.flows.copy()
    flows[:, place] -= extra
    bought = {**case.purchases}
    bought["stock"] = bought.get("stock", np.zeros(case.days.size)).copy()
    bought["stock"][..., place] += extra
    return replace(case, flows=flows, purchases=bought)


def carries(case: CashCase, facilities: Sequence[Facility], confidence: float) -> bool:
    """Tell whether cash and facilities, each up to its limit, hold a scenario at the confidence.

    All are drawn at their full limits; where that fails, the term loans, which fall due whatever happens, are left out,
    or one of them is taken at the amount that holds.
    """
    desk = Desk.of(case, facilities, confidence)
    demand = tuple(item for item in desk.items if item.on_demand)
    wanted = [quantile_rank(desk.paths, confidence)]

    def full(items: Sequence[Terms]) -> Proposal:
        return Proposal(tuple(items), tuple(item.most for item in items))

    if desk.carries(full(desk.items)):
        return True
    if demand == desk.items:
        return False
    if desk.carries(full(demand)):
        return True
    loans = [item for item in desk.items if not item.on_demand]
    return any(size(desk, full([*demand, loan]), len(demand), wanted) is not None for loan in loans)


def solve_stock(case: CashCase, facilities: Sequence[Facility], confidence: float, date: dt.date) -> float | None:
    """Give the largest extra outflow of category ``stock`` on a day that still holds, sales unchanged.

    All facilities may be drawn up to their limits (see ``carries``); the base of inventory finance grows with the
    purchase. Yuan, in whole fen; None where even no extra outflow holds, infinity where any purchase finances itself.

    Raises:
        InputError: The date lies outside the horizon.
    """
    place = (date - case.as_of).days - 1
    if not 0 <= place < case.days.size:
        raise InputError(f"date: {date} lies outside the horizon {case.days[0]} to {case.days[-1]}")

    def holds(extra: float) -> bool:
        return carries(with_purchase(case, place, extra), facilities, confidence)

    if not holds(0.0):
        return None
    low, high = 0.0, 1e5
    while holds(high):
        low, high = high, high * 4
        if high > LARGEST_YUAN:
            return math.inf
    while high - low > FEN_TOLERANCE:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return down_to_fen(low + FEN_TOLERANCE / FEN_PER_YUAN)

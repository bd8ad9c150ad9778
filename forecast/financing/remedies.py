"""Where no mix holds: by how much cash falls short, and the least change of each kind with which it would hold."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.kinds.table import terms
from forecast.financing.sizing import QUANTILES, Desk, Proposal, with_limit
from forecast.liquidity import quantile_rank
from forecast.money import LARGEST_YUAN
from forecast.notes import Note
from forecast.records import Record, money, record, says

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.financing.kinds.terms import Terms
    from forecast.financing.policy import Outcome

PRECISION = 1e-3
"""Share of itself to which an amount is found; it is then rounded up to a whole yuan."""


@record
class ExtraLimit(Record):
    """A further limit that would be enough alone."""

    facility: str = says("its name")
    amount: float = money("least further limit")


@record
class DaysEarlier(Record):
    """A signature earlier by so much that it would be enough alone."""

    facility: str = says("its name")
    days: int = says("days less that signing may take at most", "days")


@record
class Remedy(Record):
    """What an infeasible mix lacks; each change is enough alone, all else as it is."""

    short_by: float = money("what a share `confidence` of the paths lacks at most on its worst day")
    extra_cash: float | None = money("least further cash on the evening of as_of; null where none holds")
    extra_limits: list[ExtraLimit] = says("further limits; those without effect are left out")
    days_earlier: list[DaysEarlier] = says("earlier signatures; those that would not be enough are left out")

    @property
    def notes(self) -> tuple[Note, ...]:
        """Say it: by how much cash falls short, then each change that would be enough."""
        where = "financing.recommended"
        told = [Note("short_by", where, {"amount": self.short_by})]
        if self.extra_cash is not None:
            told.append(Note("extra_cash", where, {"amount": self.extra_cash}))
        told += [Note("extra_limit", where, {"facility": it.facility, "amount": it.amount}) for it in self.extra_limits]
        told += [Note("days_earlier", where, {"facility": it.facility, "days": it.days}) for it in self.days_earlier]
        if len(told) == 1:
            told.append(Note("no_remedy", where))
        return tuple(told)


def late_arrival(desk: Desk, item: Terms, outcome: Outcome) -> Note | None:
    """Say that cash falls short before any money of a facility can arrive; None where that is not why.

    ``outcome`` is that of the facility alone on the desk's paths: until its money arrives no limit matters.
    """
    days = item.calendar.arrival[item.calendar.arrival >= 0]
    if not days.size or not item.from_lender:
        return None
    first = int(days.min())
    short = np.logical_or.accumulate(outcome.shortage[:first] > FEN_TOLERANCE, axis=0).sum(axis=1)
    too_many = np.flatnonzero(short > desk.paths - quantile_rank(desk.paths, desk.confidence))
    if not too_many.size:
        return None
    day = int(too_many[0])
    facility, dates = item.facility, desk.case.days
    figures: dict[str, str | int | float] = {
        "arrives": str(dates[first]),
        "signing": 0 if facility.signed else facility.signing_days,
        "notice": facility.notice_days,
        "day": str(dates[day]),
        "chance": float(short[day] / desk.paths),
        "allowed": round(1 - desk.confidence, 12),
    }
    return Note("arrives_too_late", f"facilities.{facility.name}", figures)


def remedy(desk: Desk, proposal: Proposal) -> Remedy:
    """Find the least change of each kind with which a mix that does not hold at its full limits would.

    Amounts are known to a thousandth, judged by the daily rule on the desk's paths.
    """
    lacking = np.sort(desk.run(proposal).deepest)
    short_by = float(lacking[quantile_rank(desk.paths, desk.confidence) - 1])

    def with_cash(extra: float) -> bool:
        richer = replace(desk, days=replace(desk.days, opening=desk.days.opening + extra))
        return _holds(richer, proposal)

    limits = []
    for place, item in enumerate(proposal.items):
        if item.on_demand and item.facility.limit is not None:
            extra = _least(partial(_holds_with_limit, desk, proposal, place), short_by)
            if extra is not None:
                limits.append(ExtraLimit(item.facility.name, extra))
    return Remedy(short_by, _least(with_cash, short_by), limits, _earlier(desk, proposal))


def _holds(desk: Desk, proposal: Proposal) -> bool:
    """Tell whether a mix holds with the reserve chosen for it, or with the largest one."""
    if desk.carries(proposal):
        return True
    keeps = proposal.quantile < QUANTILES[-1] and any(item.keeps_reserve for item in proposal.items)
    return keeps and desk.carries(replace(proposal, quantile=QUANTILES[-1]))


def _holds_with_limit(desk: Desk, proposal: Proposal, place: int, extra: float) -> bool:
    return _holds(desk, with_limit(proposal, place, proposal.limits[place] + extra))


def _least(holds: Callable[[float], bool], guess: float) -> float | None:
    """Give the least amount that holds, whole yuan; None where not even the largest does."""
    if not holds(LARGEST_YUAN):
        return None
    low, high = 0.0, max(guess, 1.0) * 1.05
    while not holds(high):
        low, high = high, high * 2
    while high - low > PRECISION * high:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(math.ceil(high))


def _earlier(desk: Desk, proposal: Proposal) -> list[DaysEarlier]:
    """Give by facility the fewest days by which signing it earlier is enough."""
    found = []
    for item in proposal.items:
        days = item.facility.signing_days
        if item.arranged or not days or not _holds(desk, _signed_after(desk, proposal, item, 0)):
            continue
        fewer = range(1, days + 1)
        enough = next(one for one in fewer if _holds(desk, _signed_after(desk, proposal, item, days - one)))
        found.append(DaysEarlier(item.facility.name, enough))
    return found


def _signed_after(desk: Desk, proposal: Proposal, item: Terms, days: int) -> Proposal:
    """Give the mix with one facility that takes ``days`` to sign."""
    first, step = desk.of_case
    sooner = terms(desk.case, replace(item.facility, signing_days=days)).on_paths(slice(first, None, step))
    return replace(proposal, items=tuple(sooner if one is item else one for one in proposal.items))

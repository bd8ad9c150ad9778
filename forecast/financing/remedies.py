"""Where no mix holds: by how much cash falls short, and the least change of each kind with which it would hold."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.desk import Desk, Proposal, at_full_limits, with_limit
from forecast.financing.kinds.table import terms
from forecast.liquidity import quantile_rank
from forecast.money import LARGEST_YUAN
from forecast.notes import Note
from forecast.records import Record, money, record, says

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.arrays import Floats, Ints
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.policy import Outcome


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
    scenario: str | None = says("the scenario to withstand that lacks it; null: its own")
    label: str | None = says("that scenario's name as printed")
    extra_cash: float | None = money("least further cash on the evening of as_of; null where none holds")
    extra_limits: list[ExtraLimit] = says("further limits; those without effect are left out")
    days_earlier: list[DaysEarlier] = says("earlier signatures; those that would not be enough are left out")

    @property
    def notes(self) -> tuple[Note, ...]:
        """Say it: by how much cash falls short, then each change that would be enough."""
        where = "financing.recommended"
        amount = math.ceil(self.short_by - FEN_TOLERANCE)
        told = [Note("short_by", where, {"amount": amount})]
        if self.label is not None:
            told = [Note("short_by_in", where, {"amount": amount, "scenario": self.label})]
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
    most = desk.paths - quantile_rank(desk.paths, desk.confidence)
    short = _short_by(outcome.shortage[:first])
    too_many = np.flatnonzero(short > most)
    if not too_many.size:
        return None
    day = int(too_many[0])
    facility, dates = item.facility, desk.case.days
    own = outcome.accounts[0].upfront[:first].cumsum(axis=0)
    if not (_short_by(outcome.shortage[:first] - own) > most).any():
        fee = float(own[day].mean())
        told: dict[str, str | int | float] = {"arrives": str(dates[first]), "day": str(dates[day]), "fee": fee}
        return Note("fee_before_money", f"facilities.{facility.name}", told)
    figures: dict[str, str | int | float] = {
        "arrives": str(dates[first]),
        "signing": 0 if facility.signed else facility.signing_days,
        "notice": facility.notice_days,
        "day": str(dates[day]),
        "chance": float(short[day] / desk.paths),
        "allowed": round(1 - desk.confidence, 12),
    }
    return Note("arrives_too_late", f"facilities.{facility.name}", figures)


def _short_by(shortage: Floats) -> Ints:
    """Give on how many paths cash has fallen short by each day, (day,)."""
    return np.asarray(np.logical_or.accumulate(shortage > FEN_TOLERANCE, axis=0).sum(axis=1))


def remedy(desks: Sequence[Desk], proposals: Sequence[Proposal]) -> Remedy:
    """Find the least change of each kind with which one of some mixes would hold on all desks.

    ``proposals`` do not hold, with the limits at which they are tried; the last has every facility that could be asked
    for more. Amounts are whole yuan, rounded up, judged by the daily rule.
    """
    asked = _Asked(desks, proposals)
    lacking = {desk: min(desk.lacking(desk.run(desk.on(one))) for one in proposals) for desk in desks}
    worst = max(desks, key=lambda desk: lacking[desk])
    limits = []
    for item in proposals[-1].items:
        if item.on_demand and item.facility.limit is not None:
            extra = least(partial(asked.with_limit, item), lacking[worst])
            if extra is not None:
                limits.append(ExtraLimit(item.facility.name, extra))
    name, label = (None, None) if worst.scenario is None else (worst.scenario.name, worst.scenario.label)
    return Remedy(lacking[worst], name, label, least(asked.with_cash, lacking[worst]), limits, _earlier(asked))


def in_full(items: Sequence[Terms], proposal: Proposal) -> list[Proposal]:
    """Give a mix as it is, at its full limits, and with all that is drawn on demand in full beside its loans."""
    amounts = {item.facility.name: limit for item, limit in zip(proposal.items, proposal.limits, strict=True)}
    all_of_it = [item for item in items if item.on_demand or item.facility.name in amounts]
    limits = [item.most if item.on_demand else amounts[item.facility.name] for item in all_of_it]
    return [proposal, at_full_limits(proposal), replace(proposal, items=tuple(all_of_it), limits=tuple(limits))]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Mixes of which one must hold on all desks: tried with more cash, more of a limit, or an earlier signature."""

    desks: Sequence[Desk]
    proposals: Sequence[Proposal]

    def with_cash(self, extra: float) -> bool:
        """Tell whether more cash on the evening of as_of is enough."""
        richer = [replace(one, days=replace(one.days, opening=one.days.opening + extra)) for one in self.desks]
        return replace(self, desks=richer).hold()

    def with_limit(self, item: Terms, extra: float) -> bool:
        """Tell whether more limit of a facility is enough."""
        wider = []
        for one in self.proposals:
            names = [own.facility.name for own in one.items]
            if item.facility.name in names:
                wider.append(with_limit(one, names.index(item.facility.name), item.most + extra))
        return replace(self, proposals=wider).hold()

    def signed_after(self, item: Terms, days: int) -> bool:
        """Tell whether it is enough that a facility takes so many days to sign."""
        return any(
            all(_holds(desk, _signed_after(desk, desk.on(one), item.facility.name, days)) for desk in self.desks)
            for one in self.proposals
        )

    def hold(self) -> bool:
        """Tell whether one of the mixes holds on all desks."""
        return any(all(_holds(desk, desk.on(one)) for desk in self.desks) for one in self.proposals)


def _holds(desk: Desk, proposal: Proposal) -> bool:
    """Tell whether a mix holds with the reserve chosen for it, or with the largest one."""
    if desk.carries(proposal):
        return True
    largest = desk.reserves[-1]
    keeps = proposal.quantile < largest and any(item.keeps_reserve for item in proposal.items)
    return keeps and desk.carries(replace(proposal, quantile=largest))


def least(holds: Callable[[float], bool], guess: float) -> float | None:
    """Give the least amount that holds, whole yuan; None where not even the largest does.

    It is looked for from the guess on, by steps that double, and then by halves.
    """
    if not holds(LARGEST_YUAN):
        return None
    low, high = 0, max(1, math.ceil(guess - FEN_TOLERANCE))
    step = 1
    if holds(high):
        while high - step > low:
            if not holds(high - step):
                low = high - step
                break
            high, step = high - step, step * 2
    else:
        while not holds(high):
            low, high, step = high, high + step, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(high)


def _earlier(asked: _Asked) -> list[DaysEarlier]:
    """Give by facility the fewest days by which signing it earlier is enough."""
    found = []
    for item in asked.proposals[-1].items:
        days = item.facility.signing_days
        if item.arranged or not days or not asked.signed_after(item, 0):
            continue
        enough = next(one for one in range(1, days + 1) if asked.signed_after(item, days - one))
        found.append(DaysEarlier(item.facility.name, enough))
    return found


def _signed_after(desk: Desk, proposal: Proposal, name: str, days: int) -> Proposal:
    """Give the mix with one facility that takes ``days`` to sign."""
    first, step = desk.of_case

    def signed(item: Terms) -> Terms:
        if item.facility.name != name:
            return item
        sooner = terms(desk.case, replace(item.facility, signing_days=days)).on_paths(slice(first, None, step))
        return replace(sooner, use=item.use)

    return replace(proposal, items=tuple(map(signed, proposal.items)))

"""The selection of a mix: proposed and sized on one half of the paths, judged on the other, which it has not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.covenants import check_covenants
from forecast.financing.mixes import best_mix
from forecast.financing.sizing import (
    QUANTILES,
    Desk,
    Proposal,
    Sized,
    ranks,
    size,
    size_single,
    trimmed,
    widest,
    with_limit,
)
from forecast.liquidity import upper_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.kinds.terms import Terms
    from forecast.plan.model import Covenants

LADDER = 3
"""So many ranks are sized on in turn, from that of the upper limit to the largest need, until the judge agrees."""

RAISED = (1.03, 1.08, 1.15, 1.3)
"""Factors by which the limits of a mix are raised in turn until the judge agrees."""


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """A scenario laid out for the selection: the paths that sizing may see, those that judge, and all of them.

    Reserves are known from the paths that may be seen. Where half of the paths is too few for an upper limit of a
    quantile, all three are the same, and limits are sized on the confidence itself: nothing judges them.
    """

    seen: Desk
    judging: Desk
    whole: Desk
    stresses: tuple[Desk, ...] = ()

    @classmethod
    def of(cls, desk: Desk, stresses: Sequence[CashCase] = ()) -> Halves:
        """Split a desk into every other path; ``stresses`` are scenarios that a mix must withstand, too."""
        if upper_rank(desk.paths // 2, desk.confidence) is None:
            seen = judging = whole = replace(desk, margin=False)
        else:
            seen = desk.every(2)
            judging, whole = desk.every(2, 1, planning=seen), replace(desk, planning=seen)
        facilities = [item.facility for item in desk.items]
        stressed = [replace(Desk.of(case, facilities, desk.confidence), planning=seen) for case in stresses]
        return cls(seen, judging, whole, tuple(stressed))

    @property
    def split(self) -> bool:
        """Whether the judging paths are others than those seen."""
        return self.seen is not self.judging

    def chance(self, proposal: Proposal) -> float:
        """Give the share of judging paths on which a proposal falls short."""
        return float(self.judging.run(self.judging.on(proposal)).short.mean())

    def holds(self, proposal: Proposal) -> bool:
        """Tell whether a proposal holds on the judging paths and in every scenario that it must withstand."""
        return all(desk.carries(desk.on(proposal)) for desk in (self.judging, *self.stresses))


def single(halves: Halves, item: Terms) -> Sized | None:
    """Size a facility of the seen desk on its own and judge it; None where it does not hold.

    It is sized on the upper limit of what the seen paths need; where the judge does not agree, on larger ranks, and in
    the end its full limit is judged.
    """
    sized = None
    for rank in _ladder(halves.seen):
        sized = size_single(halves.seen, item, item.most, rank)
        if sized is None or halves.judging.carries(halves.judging.on(sized.proposal)):
            break
    held = None if sized is None else _withstanding(halves, sized)
    return held or _cheapest_full(halves, [[item]])


def _cheapest_full(halves: Halves, sets: Sequence[Sequence[Terms]]) -> Sized | None:
    """Give the cheapest of some sets of facilities at their full limits, with any reserve, that holds; None if none."""
    found = []
    for items in sets:
        for quantile in QUANTILES if any(item.keeps_reserve for item in items) else QUANTILES[-1:]:
            proposal = Proposal(tuple(items), tuple(item.most for item in items), quantile)
            if not halves.holds(proposal):
                continue
            proposal = trimmed(proposal, halves.whole.run(halves.whole.on(proposal)))
            if halves.holds(proposal):
                found.append(_costed(halves, proposal))
    return min(found, key=lambda one: one.cost, default=None)


def _ladder(desk: Desk) -> list[list[int]]:
    """Give the ranks to size on, a list for each try."""
    first = ranks(desk)
    higher = np.linspace(first[0], desk.paths, LADDER).round().astype(int)[1:]
    return [first, *([int(rank), *first] for rank in higher if rank > first[0])]


def _withstanding(halves: Halves, sized: Sized) -> Sized | None:
    """Enlarge a proposal to what the scenarios that it must withstand need; None where that is not enough."""
    proposal = sized.proposal
    for desk in halves.stresses:
        for place, item in enumerate(proposal.items):
            if item.arranged:
                continue
            wide = desk.on(with_limit(proposal, place, item.most))
            stressed = size(desk, wide, place, ranks(desk))
            if stressed is not None:
                largest = max(stressed.proposal.limits[place], proposal.limits[place])
                proposal = with_limit(proposal, place, largest)
    for factor in (1.0, *RAISED):
        raised = _raised(proposal, factor)
        if halves.holds(raised):
            return sized if raised == sized.proposal else _costed(halves, raised)
    return None


def _raised(proposal: Proposal, factor: float) -> Proposal:
    """Give a proposal with the limits that are not signed raised by a factor, as far as they are offered."""
    limits = tuple(
        limit if item.arranged else min(round(limit * factor, 2), item.most)
        for item, limit in zip(proposal.items, proposal.limits, strict=True)
    )
    return replace(proposal, limits=limits)


def select(halves: Halves, singles: Sequence[Sized | None], covenants: Covenants | None) -> tuple[Proposal, bool]:
    """Give the cheapest proposal that holds, else the one that falls short least often; and whether it holds.

    Proposals that keep every covenant go before those that break one. ``singles`` are those of ``halves.seen.items``,
    as ``single`` gives them.
    """
    holding = _holding(halves, singles)
    if holding:
        return _keeping(halves, holding, covenants).proposal, True
    full = _cheapest_full(halves, _full_sets(halves))
    return (_least_short(halves), False) if full is None else (full.proposal, True)


def _holding(halves: Halves, singles: Sequence[Sized | None]) -> list[Sized]:
    """Give what holds: nothing at all, facilities on their own, and the best mix where it costs less than these."""
    nothing = Proposal((), ())
    holding = [one for one in singles if one is not None]
    if halves.holds(nothing):
        holding.insert(0, _costed(halves, nothing))
    cheapest = min((one.cost for one in holding), default=np.inf)
    mix = best_mix(halves.seen, singles, cheapest) if cheapest > 0 else None
    judged = None if mix is None else _withstanding(halves, mix)
    return holding if judged is None else [*holding, judged]


def _keeping(halves: Halves, holding: Sequence[Sized], covenants: Covenants | None) -> Sized:
    """Give the cheapest of what breaks fewest covenants, wider limits tried where each breaks one."""
    ranked = [(_broken(halves, one.proposal, covenants), one) for one in holding]
    if covenants is not None and covenants.maximum_utilisation and min(broken for broken, _ in ranked) > 0:
        wider = (_raised(one.proposal, 1 / covenants.maximum_utilisation) for one in holding)
        more = [_costed(halves, one) for one in wider if halves.holds(one)]
        ranked += [(_broken(halves, one.proposal, covenants), one) for one in more]
    return min(ranked, key=lambda one: (one[0], one[1].cost))[1]


def _costed(halves: Halves, proposal: Proposal) -> Sized:
    """Give a proposal with its expected cost on the seen paths."""
    return Sized(proposal, float(halves.seen.run(proposal).cost.mean()))


def _broken(halves: Halves, proposal: Proposal, covenants: Covenants | None) -> int:
    """Give how many covenants a proposal breaks."""
    if covenants is None:
        return 0
    desk = halves.whole
    checks = check_covenants(desk.case, desk.run(desk.on(proposal)), covenants, desk.confidence)
    return sum(check.kept is False for check in checks)


def _full_sets(halves: Halves) -> list[list[Terms]]:
    """Give none, all, those that are drawn on demand, and each facility on its own."""
    items = list(halves.seen.items)
    return [[], items, [item for item in items if item.on_demand], *([item] for item in items)]


def _least_short(halves: Halves) -> Proposal:
    """Give the mix at full limits that falls short least often; of equals the one least deeply, then the cheapest."""
    desk = halves.whole
    tried = [widest(halves.seen, items) for items in _full_sets(halves)]

    def merit(proposal: Proposal) -> tuple[float, float, float]:
        outcome = desk.run(desk.on(proposal))
        deepest = float(outcome.deepest.mean())
        return float(outcome.short.mean()), round(deepest, 2), float(outcome.cost.mean())

    return min(tried, key=merit)

"""Mixes of any number of facilities: the programme proposes, the daily rule improves, by steps from what it proposes.

In a mix every limit is set but that of the facility drawn last, which covers the rest: it is sized so that the mix
holds. A step changes one set limit, drops a facility or adds one, or keeps another reserve; it is taken where the mix
then holds at a smaller expected cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.programme import build, propose
from forecast.financing.sizing import QUANTILES, Proposal, Sized, ranks, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from forecast.financing.kinds.terms import Terms
    from forecast.financing.sizing import Desk

    Mix = tuple[tuple[Terms, ...], tuple[float, ...], float]
    Step = Callable[[Desk, Proposal], Iterator[Mix]]

TOLERANCE = 1.0
"""Yuan to which the limits of a mix are settled."""

SCREENED = 400
"""Paths on which mixes are searched, at least; the best is then sized on all that may be seen."""

TRIES = 80
"""Most mixes that are sized in the search of a scenario: half from the programme's, half from the cheapest single."""

WORK, MOST_TRIES = 400 * 75, 400
"""Paths × days at which ``TRIES`` are made; smaller scenarios are searched more, up to so many."""

NEGLIGIBLE = 0.01
"""A facility whose proposed limit is a smaller share of all limits is left out of the mix."""

STEPS = (1.5, 1.2, 1.07, 1.02)
"""Factors by which a set limit is moved, up and down, from coarse to fine."""

ADDED = (0.6, 0.3, 0.1)
"""Shares of what the mix can owe at which a facility is added to it."""

MARGINS = (1.0, 1.02, 1.05, 1.1, 1.2, 1.4)
"""What was found on the screened paths is tried on all with its limits raised by these factors, until it holds."""

GAIN = 1e-4
"""Share of the expected cost that a step must save."""


@dataclass(slots=True)
class _Search:
    """A search over mixes from one start: the cheapest so far, what costs too much, and what is left to try."""

    desk: Desk
    ceiling: float
    best: Sized | None = None
    left: int = TRIES

    def offer(self, items: Sequence[Terms], limits: Sequence[float], quantile: float) -> bool:
        """Size a mix and keep it where it is the cheapest so far."""
        if self.left <= 0:
            return False
        self.left -= 1
        found = sized_mix(self.desk, items, limits, quantile, self.ceiling)
        if found is None:
            return False
        self.best, self.ceiling = found, found.cost * (1 - GAIN)
        return True

    def improve(self) -> None:
        """Take steps of one kind as long as they help, kind after kind, until no kind does."""
        improved = True
        while improved and self.best is not None:
            improved = False
            moves: list[Step] = [partial(_move, factor=factor) for factor in STEPS]
            for step in (_drop, _swap, *moves, _keep, _add):
                while any(self.offer(*mix) for mix in step(self.desk, self.best.proposal)):
                    improved = True


def best_mix(desk: Desk, singles: Sequence[Sized | None], ceiling: float) -> Sized | None:
    """Search the mixes for the cheapest that holds and costs less than the ceiling.

    ``singles`` are the sized proposals of ``desk.items``, None where one does not hold. The search knows no other
    scenario, so that a what-if and a plan edited to the same find the same mix. None where none is cheaper.
    """
    step = max(1, desk.paths // SCREENED)
    screen = desk.every(step, planning=desk) if step > 1 else desk
    searches = _searches(screen, singles, ceiling)
    for search in searches:
        search.improve()
    ends = [search.best for search in searches if search.best is not None]
    best = min(ends, key=lambda one: one.cost, default=None)
    if best is None or len(best.proposal.items) < 2:  # noqa: PLR2004  # a single facility is no mix
        return None
    return _enlarged(desk, desk.on(best.proposal), ceiling)


def _searches(screen: Desk, singles: Sequence[Sized | None], ceiling: float) -> list[_Search]:
    """Begin the searches: from the programme's proposals, and from the cheapest single."""
    tries = int(np.clip(TRIES * WORK / (screen.paths * screen.days.flows.shape[0]), TRIES, MOST_TRIES)) // 2
    first = _Search(screen, ceiling, left=tries)
    for start in _proposed(screen):
        first.offer(*start)
    cheapest = min((one for one in singles if one is not None), key=lambda one: one.cost, default=None)
    if cheapest is None:
        return [first]
    proposal = screen.on(cheapest.proposal)
    start_from = Sized(proposal, float(screen.run(proposal).cost.mean()))
    return [first, _Search(screen, start_from.cost * (1 - GAIN), start_from, tries)]


def _enlarged(desk: Desk, found: Proposal, ceiling: float) -> Sized | None:
    """Give a mix found on the screened paths with its limits raised until it holds on all; None where none does."""
    for more in MARGINS:
        limits = [min(limit * more, item.most) for item, limit in zip(found.items, found.limits, strict=True)]
        sized = sized_mix(desk, found.items, limits, found.quantile, ceiling)
        if sized is not None:
            return sized
    return None


def _proposed(desk: Desk) -> Iterator[Mix]:
    """Give what the programme proposes, what of it is negligible left out, with each reserve to try; then all."""
    programme = build(desk, ranks(desk)[0])
    answer = None if programme is None else propose(programme)
    starts = [{item.facility.name: item.most for item in desk.items if item.on_demand}]
    if answer is not None:
        least = NEGLIGIBLE * float(answer.sum())
        proposed = zip(desk.items, answer, strict=True)
        limits = {one.facility.name: float(x) for one, x in proposed if x > max(least, one.facility.minimum_draw)}
        starts.insert(0, limits)
    for start in starts:
        items, amounts = _in_order(desk, start)
        yield from ((items, amounts, quantile) for quantile in (quantiles(items) if items else ()))


def quantiles(items: Sequence[Terms]) -> tuple[float, ...]:
    """Give the reserves to try: small ones where a facility without notice stands behind the one on notice."""
    if not any(item.keeps_reserve for item in items):
        return QUANTILES[-1:]
    instant = any(not item.keeps_reserve and item.on_demand for item in items)
    return (0.5, 0.9) if instant else (0.95, 0.99, 1.0)


def _covering(items: Sequence[Terms]) -> int:
    """Give the place of the facility that covers the rest: the last drawn that is not signed, else the last loan."""
    places = [place for place, item in enumerate(items) if item.on_demand and not item.arranged]
    return places[-1] if places else len(items) - 1


def sized_mix(
    desk: Desk, items: Sequence[Terms], limits: Sequence[float], quantile: float, ceiling: float
) -> Sized | None:
    """Give a mix with its last limit sized, where it holds and costs less than the ceiling.

    ``items`` stand in the order of drawing; the limit of the covering facility is not looked at; ``quantile`` is that
    of the reserves. None where it does not hold or is no cheaper, also where only fees on the covering limit make it
    dearer.
    """
    cover = _covering(items)
    full = [
        item.most if place == cover or _whole(item) else round(limit, 2)
        for place, (item, limit) in enumerate(zip(items, limits, strict=True))
    ]
    proposal, outcome = Proposal(tuple(items), tuple(full), quantile), None
    if items[cover].on_demand and not items[cover].arranged:
        charged = [0.0 if place == cover else limit for place, limit in enumerate(full)]
        outcome = desk.run_that_holds(proposal, charged, ceiling)
        if outcome is None:
            return None
    sized = size(desk, proposal, cover, ranks(desk), TOLERANCE, outcome)
    return _without_idle(sized) if sized is not None and sized.cost < ceiling else None


def _without_idle(sized: Sized) -> Sized:
    """Leave out what is arranged at no limit at all."""
    proposal = sized.proposal
    used = [place for place, item in enumerate(proposal.items) if proposal.limits[place] > 0 or item.arranged]
    items, limits = tuple(proposal.items[place] for place in used), tuple(proposal.limits[place] for place in used)
    return Sized(replace(proposal, items=items, limits=limits), sized.cost)


def _drop(desk: Desk, proposal: Proposal) -> Iterator[Mix]:  # noqa: ARG001  # the steps have one signature
    """Give the mixes with one facility fewer, its limit left to the covering one or handed to another."""
    for place, item in enumerate(proposal.items):
        items = proposal.items[:place] + proposal.items[place + 1 :]
        limits = proposal.limits[:place] + proposal.limits[place + 1 :]
        if not items or _whole(item):
            continue
        yield items, limits, proposal.quantile
        for other, heir in enumerate(items):
            if other != _covering(items) and not _whole(heir):
                handed = min(limits[other] + proposal.limits[place], heir.most)
                yield items, (*limits[:other], handed, *limits[other + 1 :]), proposal.quantile


def _swap(desk: Desk, proposal: Proposal) -> Iterator[Mix]:
    """Give the mixes with one facility exchanged for another at the same limit."""
    limits = {item.facility.name: limit for item, limit in zip(proposal.items, proposal.limits, strict=True)}
    for item in proposal.items:
        for other in desk.items if not _whole(item) else ():
            if other.facility.name in limits:
                continue
            swapped = {name: limit for name, limit in limits.items() if name != item.facility.name}
            swapped[other.facility.name] = min(limits[item.facility.name], other.most)
            yield *_in_order(desk, swapped), proposal.quantile


def _move(desk: Desk, proposal: Proposal, factor: float) -> Iterator[Mix]:  # noqa: ARG001
    """Give the mixes with one set limit moved by a factor, down and up."""
    items, limits = proposal.items, proposal.limits
    cover = _covering(items)
    for place, item in enumerate(items):
        for moved in (limits[place] / factor, limits[place] * factor):
            if place != cover and not _whole(item) and math.isfinite(moved) and moved <= item.most:
                yield items, (*limits[:place], moved, *limits[place + 1 :]), proposal.quantile


def _keep(desk: Desk, proposal: Proposal) -> Iterator[Mix]:  # noqa: ARG001
    """Give the mixes that keep a smaller or a larger reserve."""
    position = QUANTILES.index(proposal.quantile)
    for near in (position - 1, position + 1):
        if any(item.keeps_reserve for item in proposal.items) and 0 <= near < len(QUANTILES):
            yield proposal.items, proposal.limits, QUANTILES[near]


def _add(desk: Desk, proposal: Proposal) -> Iterator[Mix]:
    """Give the mixes with one facility more."""
    names = {item.facility.name for item in proposal.items}
    total = sum(limit for limit in proposal.limits if math.isfinite(limit))
    for item in desk.items:
        for share in ADDED if item.facility.name not in names else ():
            mix = _with_added(desk, proposal, item, share, total)
            yield from ((*mix, kept) for kept in quantiles(mix[0])[-1:])


def _whole(item: Terms) -> bool:
    """Tell whether its limit is no decision: it is arranged already."""
    return item.arranged and item.on_demand


def _with_added(
    desk: Desk, proposal: Proposal, item: Terms, share: float, total: float
) -> tuple[tuple[Terms, ...], tuple[float, ...]]:
    """Give a mix with one more facility at a share of what the mix can owe, the set limits of the others less so."""
    limits = {
        one.facility.name: limit if one.arranged else limit * (1 - share)
        for one, limit in zip(proposal.items, proposal.limits, strict=True)
    }
    limits[item.facility.name] = min(share * total, item.most)
    return _in_order(desk, limits)


def _in_order(desk: Desk, limits: Mapping[str, float]) -> tuple[tuple[Terms, ...], tuple[float, ...]]:
    """Give facilities by name and their limits in the order of drawing."""
    items = tuple(one for one in desk.items if one.facility.name in limits)
    return items, tuple(limits[one.facility.name] for one in items)

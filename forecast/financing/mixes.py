"""Mixes of any number of facilities, and the steps from one to others.

In a mix every limit is set but that of the facility drawn last, which covers the rest: it is sized so that the mix
holds. A step changes one set limit, drops a facility, exchanges or adds one, or keeps another reserve (``search``).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.financing.desk import QUANTILES, Proposal, Sized, ranks, with_limit
from forecast.financing.sizing import size, trimmed
from forecast.money import up_to_fen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from forecast.financing.desk import Desk
    from forecast.financing.kinds.terms import Terms

    Mix = tuple[tuple[Terms, ...], tuple[float, ...], float]
    Step = Callable[[Desk, Proposal], Iterator[Mix]]

TOLERANCE = 1.0
"""Yuan to which the limits of a mix are settled."""

SQUEEZED = (0.1, 0.14, 0.2, 0.25, 0.3, 0.37, 0.45, 0.55, 0.65, 0.75, 0.85, 0.93)
"""Shares of what is reached of a covering limit that are tried, where others may carry the rest."""

LESS, FINEST = 0.97, 0.005
"""Share of such a limit that is tried first in the end, and the share to which what is left of it is then known."""

SAME = 0.1
"""Yuan by which costs may differ and be the same to a reader."""

LOTS = 0.1
"""Share of a limit above which what is drawn at once makes its cost jump."""

ADDED = (0.6, 0.3, 0.1)
"""Shares of what the mix can owe at which a facility is added to it."""


DUST = 1e-3
"""Share of all limits below which a facility serves nothing."""


def quantiles(items: Sequence[Terms]) -> tuple[float, ...]:
    """Give the reserves to try: small ones where a facility without notice stands behind the one on notice."""
    if not any(item.keeps_reserve for item in items):
        return QUANTILES[-1:]
    instant = any(item.on_the_day for item in items)
    return (0.5, 0.9) if instant else (0.95, 0.99, 1.0)


def covering(items: Sequence[Terms]) -> int:
    """Give the place of the facility that covers the rest: the last drawn that is not signed, else the last loan."""
    places = [place for place, item in enumerate(items) if item.on_demand and not item.arranged]
    return places[-1] if places else len(items) - 1


def laid_out(items: Sequence[Terms], limits: Sequence[float], quantile: float) -> Proposal:
    """Give a mix as the proposal that is sized: to the fen, the limit of the covering facility at its full."""
    cover = covering(items)
    full = [
        item.most if place == cover or item.used_whole else round(max(limit, item.facility.drawn), 2)
        for place, (item, limit) in enumerate(zip(items, limits, strict=True))
    ]
    return Proposal(tuple(items), tuple(full), quantile)


def sized_mix(
    desk: Desk,
    items: Sequence[Terms],
    limits: Sequence[float],
    quantile: float,
    ceiling: float,
    *,
    as_squeezed: bool = False,
) -> Sized | None:
    """Give a mix with its last limit sized, where it holds and costs less than the ceiling.

    ``items`` stand in the order of drawing; the limit of the covering facility is not looked at; ``quantile`` is that
    of the reserves. None where it does not hold or is no cheaper, also where only fees on the covering limit make it
    dearer. ``as_squeezed``: where all of a covering facility on notice is too dear for what it is asked for in reserve,
    its limit is left as it is.
    """
    proposal, cover, outcome = laid_out(items, limits, quantile), covering(items), None
    if items[cover].on_demand:
        charged = [0.0 if place == cover else limit for place, limit in enumerate(proposal.limits)]
        outcome = desk.run_that_holds(proposal, charged, ceiling)
        if outcome is None:
            return _left_squeezed(desk, proposal, cover, limits[cover], ceiling) if as_squeezed else None
    sized = size(desk, proposal, cover, ranks(desk), TOLERANCE, outcome)
    squeezed = None if sized is None else _squeezed(desk, proposal, sized, cover, ceiling)
    return _without_idle(squeezed) if squeezed is not None and squeezed.cost < ceiling else None


def _left_squeezed(desk: Desk, wide: Proposal, place: int, limit: float, ceiling: float) -> Sized | None:
    """Give a mix with so much of its covering facility on notice; None where that is all, or does not help."""
    if not wide.items[place].keeps_reserve or not 0 < limit < wide.limits[place]:
        return None
    found = _below(desk, with_limit(wide, place, limit), ceiling)
    return None if found is None else _without_idle(found)


def _squeezed(desk: Desk, wide: Proposal, sized: Sized, place: int, ceiling: float) -> Sized:
    """Give a mix with less of its covering facility where it then holds at a smaller cost, below the ceiling.

    ``wide`` has the limits of the others before they were cut to what they then reached: they may be asked for more.
    What is reached of a limit on notice holds what it is asked for in reserve, which the others may carry instead: of
    that the least that holds is taken. Where a signed facility is drawn after it, which costs nothing more to arrange,
    the share that costs least is.
    """
    item, limit = wide.items[place], sized.proposal.limits[place]
    signed_behind = _signed_behind(wide.items, place)
    if not (item.keeps_reserve or signed_behind) or not 0 < limit < math.inf:
        return sized
    best = sized

    def tried(share: float) -> Sized | None:
        proposal = with_limit(wide, place, up_to_fen(max(share * limit, item.facility.minimum_draw)))
        return _below(desk, proposal, min(best.cost, ceiling))

    for share in SQUEEZED:
        best = tried(share) or best
        if best is not sized and not signed_behind:
            break
    return best


def tightened(desk: Desk, sized: Sized) -> Sized:
    """Give a mix with the least of its covering facility that holds at the same cost, where that keeps a reserve.

    What is kept in reserve is drawn where the limit lets it, in lots, too, which costs next to nothing where it goes
    back at once: the limit that is then reached is no need. The search knows it to the next of ``SQUEEZED`` alone,
    which is enough to tell mixes apart.
    """
    if not sized.proposal.items:
        return sized
    place = covering(sized.proposal.items)
    item, high = sized.proposal.items[place], sized.proposal.limits[place]
    if not (item.on_demand and item.keeps_reserve) or not 0 < high < math.inf:
        return sized
    least = max(item.facility.drawn, item.facility.minimum_draw)
    found = _least_covering(desk, sized, place, (least, high))
    if not has_dust(found.proposal):
        return found
    without = _below(desk, with_limit(_with_all_free(sized.proposal), place, 0.0), math.inf)
    return sized if without is None else _without_idle(without)


def _least_covering(desk: Desk, sized: Sized, place: int, between: tuple[float, float]) -> Sized:
    """Give a mix with the least limit at ``place`` between two that holds at the same cost, to ``FINEST``."""
    (low, high), wide, best = between, _with_all_free(sized.proposal), sized

    def tried(limit: float) -> Sized | None:
        return _below(desk, with_limit(wide, place, limit), min(sized.cost, best.cost) + SAME)

    for share in SQUEEZED if low > LOTS * high else ():  # lots make the cost jump
        if low < share * high:
            found = tried(up_to_fen(share * high))
            if found is not None:
                best, high = found, up_to_fen(share * high)
                break
            low = share * high
    middle = up_to_fen(max(LESS * high, low))
    while high - low > FINEST * high and middle < high:
        found = tried(middle)
        if found is None:
            low = middle
        else:
            best, high = found, middle
        middle = up_to_fen((low + high) / 2)
    reached = best.proposal.limits[place]
    if best is sized or reached == high or tried(reached) is not None:
        return best
    return replace(best, proposal=with_limit(best.proposal, place, high))  # it reaches less only where it may more


def _with_all_free(proposal: Proposal) -> Proposal:
    """Give a mix with all that is offered of what costs nothing unused, and of which only what lacks is drawn."""
    limits = [
        item.most if item.freely_repaid and (item.arranged or not item.fees_on_limit) else limit
        for item, limit in zip(proposal.items, proposal.limits, strict=True)
    ]
    return replace(proposal, limits=tuple(limits))


def _below(desk: Desk, proposal: Proposal, ceiling: float) -> Sized | None:
    """Give a mix where it holds and costs less than the ceiling, its limits cut to what is reached."""
    outcome = desk.run_that_holds(proposal, ceiling=ceiling)
    return None if outcome is None else Sized(trimmed(proposal, outcome), float(outcome.cost.mean()))


def _signed_behind(items: Sequence[Terms], place: int) -> bool:
    """Tell whether a signed line is drawn after the facility at ``place``."""
    return any(one.arranged and one.on_demand for one in items[place + 1 :])


def _without_idle(sized: Sized) -> Sized:
    """Leave out what is arranged at no limit at all."""
    proposal = sized.proposal
    used = [place for place in range(len(proposal.items)) if proposal.limits[place] > 0]
    items, limits = tuple(proposal.items[place] for place in used), tuple(proposal.limits[place] for place in used)
    return Sized(replace(proposal, items=items, limits=limits), sized.cost)


def has_dust(proposal: Proposal) -> bool:
    """Tell whether a facility still to be arranged has a limit too small to serve anything."""
    total = sum(limit for limit in proposal.limits if math.isfinite(limit))
    arranged = [item.arranged for item in proposal.items]
    return any(limit < DUST * total and not there for limit, there in zip(proposal.limits, arranged, strict=True))


def drop(desk: Desk, proposal: Proposal) -> Iterator[Mix]:  # noqa: ARG001  # the steps have one signature
    """Give the mixes with one facility fewer, its limit left to the covering one or handed to another."""
    for place, item in enumerate(proposal.items):
        items = proposal.items[:place] + proposal.items[place + 1 :]
        limits = proposal.limits[:place] + proposal.limits[place + 1 :]
        if not items or item.used_whole:
            continue
        yield items, limits, proposal.quantile
        for other, heir in enumerate(items):
            if other != covering(items) and not heir.used_whole:
                handed = min(limits[other] + proposal.limits[place], heir.most)
                yield items, (*limits[:other], handed, *limits[other + 1 :]), proposal.quantile


def swap(desk: Desk, proposal: Proposal) -> Iterator[Mix]:
    """Give the mixes with one facility exchanged for another at the same limit."""
    limits = {item.facility.name: limit for item, limit in zip(proposal.items, proposal.limits, strict=True)}
    for item in proposal.items:
        for other in desk.items if not item.used_whole else ():
            if other.facility.name in limits:
                continue
            swapped = {name: limit for name, limit in limits.items() if name != item.facility.name}
            swapped[other.facility.name] = min(limits[item.facility.name], other.most)
            yield *in_order(desk, swapped), proposal.quantile


def move(desk: Desk, proposal: Proposal, factor: float) -> Iterator[Mix]:  # noqa: ARG001
    """Give the mixes with one set limit moved by a factor, down and up."""
    items, limits = proposal.items, proposal.limits
    cover = covering(items)
    for place, item in enumerate(items):
        for moved in (limits[place] / factor, min(limits[place] * factor, item.most)):
            if place != cover and not item.used_whole and math.isfinite(moved) and moved != limits[place]:
                yield items, (*limits[:place], moved, *limits[place + 1 :]), proposal.quantile


def hand_over(desk: Desk, proposal: Proposal, factor: float) -> Iterator[Mix]:  # noqa: ARG001
    """Give the mixes with the use of a signed line moved by a factor, and another set limit as much the other way."""
    items, limits = proposal.items, proposal.limits
    for place in (place for place, item in enumerate(items) if used_in_part(item)):
        for moved in (limits[place] / factor, min(limits[place] * factor, items[place].most)):
            for other, heir in enumerate(items):
                if other not in {place, covering(items)} and not heir.used_whole and moved != limits[place]:
                    handed = min(max(limits[other] + limits[place] - moved, 0.0), heir.most)
                    changed = {place: moved, other: handed}
                    yield items, tuple(changed.get(i, limit) for i, limit in enumerate(limits)), proposal.quantile


def used_in_part(item: Terms) -> bool:
    """Tell whether a facility is signed and what is used of it is to be chosen."""
    return item.arranged and item.on_demand and not item.used_whole


def keep(desk: Desk, proposal: Proposal) -> Iterator[Mix]:
    """Give the mixes that keep a smaller or a larger reserve."""
    reserves = sorted({*desk.reserves, proposal.quantile})
    position = reserves.index(proposal.quantile)
    for near in (position - 1, position + 1):
        if any(item.keeps_reserve for item in proposal.items) and 0 <= near < len(reserves):
            yield proposal.items, proposal.limits, reserves[near]


def add(desk: Desk, proposal: Proposal) -> Iterator[Mix]:
    """Give the mixes with one facility more."""
    names = {item.facility.name for item in proposal.items}
    total = sum(limit for limit in proposal.limits if math.isfinite(limit))
    for item in desk.items:
        for share in ADDED if item.facility.name not in names else ():
            mix = _with_added(desk, proposal, item, share, total)
            yield from ((*mix, kept) for kept in quantiles(mix[0])[-1:])


def _with_added(
    desk: Desk, proposal: Proposal, item: Terms, share: float, total: float
) -> tuple[tuple[Terms, ...], tuple[float, ...]]:
    """Give a mix with one more facility at a share of what the mix can owe, the set limits of the others less so."""
    limits = {
        one.facility.name: limit if one.used_whole else limit * (1 - share)
        for one, limit in zip(proposal.items, proposal.limits, strict=True)
    }
    limits[item.facility.name] = min(share * total, item.most)
    return in_order(desk, limits)


def in_order(desk: Desk, limits: Mapping[str, float]) -> tuple[tuple[Terms, ...], tuple[float, ...]]:
    """Give facilities by name and their limits in the order of drawing."""
    items = tuple(one for one in desk.items if one.facility.name in limits)
    return items, tuple(limits[one.facility.name] for one in items)

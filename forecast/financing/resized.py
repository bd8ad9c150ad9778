"""The mix of another scenario kept and sized anew: an answer in a moment, without the search for a cheaper one.

What changes a scenario seldom changes which facilities are the cheapest, but how much is needed of them. So the set
limits of the mix are kept, or raised where they must be, and the one that covers the rest is sized for the scenario.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.financing.better_use import uses_told
from forecast.financing.comparison import carried_out
from forecast.financing.desk import Proposal
from forecast.financing.mixes import in_order, quantiles, sized_mix
from forecast.financing.simplest import Choice
from forecast.financing.uses import AS_OFFERED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.financing.halves import Costed, Halves
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.options import Financing
    from forecast.financing.uses import Use
    from forecast.plan.model import Covenants, Facility

RAISED = (1.0, 1.5, 3.0, math.inf)
"""Factors by which the set limits are raised in turn, as far as they are offered, where the mix does not hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Resized:
    """What a mix of another scenario comes to, and whether facilities had to be added to it."""

    financing: Financing
    added: bool


def resized(
    halves: Halves,
    facilities: Sequence[Facility],
    mix: Mapping[str, float],
    covenants: Covenants | None = None,
    scale: float = 1.0,
    label: str = "",
    uses: Mapping[str, Use] | None = None,
) -> Resized | None:
    """Carry out a mix, limits in yuan by facility, sized for a scenario; None where it holds at no limits offered.

    The set limits follow the ``scale`` of the need against that for which the mix was chosen. Where it does not hold,
    a facility is added, the first in the order of drawing with which it does, else all are. ``uses``: how the mix uses
    facilities, by name; where it does not hold so, they are used as they are offered. Figures are what ``compare``
    gives for that mix, ``label`` as there; there are no options beside it, the only reasons are its uses, and the bound
    rests on one path.
    """
    changed = {name: use for name, use in (uses or {}).items() if use != AS_OFFERED}
    ways = [halves.using(changed), halves] if changed else [halves]
    for added, one in _mixes(halves, mix):
        for used in ways:
            held = _held(used, one, scale)
            if held is not None:
                choice = Choice(held, holds=True, cheapest=held.cost, simple=held.cost)
                carried = carried_out(used, choice, facilities, covenants, label)
                told = replace(carried.recommended, reasons=uses_told(held.proposal))
                return Resized(replace(carried, recommended=told), added)
    return None


def _mixes(halves: Halves, mix: Mapping[str, float]) -> Iterator[tuple[bool, dict[str, float]]]:
    """Give the mix, then with each facility added that it lacks, then all that are drawn on demand, then all."""
    yield False, {**mix}
    more, items = sum(limit for limit in mix.values() if math.isfinite(limit)), halves.seen.items
    for item in items:
        if item.facility.name not in mix:
            yield True, {**mix, item.facility.name: min(more, item.most)}
    yield True, {item.facility.name: item.most for item in items if item.on_demand}
    yield True, {item.facility.name: item.most for item in items}


def _held(halves: Halves, mix: Mapping[str, float], scale: float) -> Costed | None:
    """Give the mix to scale, its limits raised by the first of ``RAISED`` that holds, the cheapest of its reserves."""
    if not mix:
        nothing = Proposal((), ())
        return halves.costed(nothing) if halves.holds(nothing) else None
    items, limits = in_order(halves.seen, mix)
    for factor in RAISED:
        raised = [_raised(item, limit, scale, factor) for item, limit in zip(items, limits, strict=True)]
        sized = (sized_mix(halves.seen, items, raised, quantile, math.inf) for quantile in quantiles(items))
        held = [halves.costed(one.proposal) for one in sized if one is not None and halves.holds(one.proposal)]
        if held:
            return min(held, key=lambda one: one.cost)
    return None


def _raised(item: Terms, limit: float, scale: float, factor: float) -> float:
    """Give a limit to scale and raised by a factor as far as it is offered."""
    full = math.isinf(limit) or math.isinf(factor)
    return item.most if full else min(item.most, limit * scale * factor)

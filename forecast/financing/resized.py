"""The mix of another scenario kept and sized anew: an answer in a moment, without the search for a cheaper one.

What changes a scenario seldom changes which facilities are the cheapest, but how much is needed of them. So the set
limits of the mix are kept, or raised where they must be, and the one that covers the rest is sized for the scenario.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.comparison import carried_out
from forecast.financing.mixes import in_order, quantiles, sized_mix
from forecast.financing.simplest import Choice
from forecast.financing.sizing import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.financing.halves import Costed, Halves
    from forecast.financing.options import Financing
    from forecast.plan.model import Covenants, Facility

RAISED = (1.0, 1.5, 3.0, np.inf)
"""Factors by which the set limits are raised in turn, as far as they are offered, until the mix holds."""


def resized(
    halves: Halves, facilities: Sequence[Facility], mix: Mapping[str, float], covenants: Covenants | None = None
) -> Financing | None:
    """Carry out a mix, limits in yuan by facility, sized for a scenario; None where it holds at no limits offered.

    Figures are what ``compare`` gives for that mix; there are no options beside it and no reasons for it, and the bound
    rests on one path.
    """
    held = _held(halves, mix)
    if held is None:
        return None
    choice = Choice(held, holds=True, cheapest=held.cost, simple=held.cost)
    found = carried_out(halves, choice, facilities, covenants)
    return replace(found, recommended=replace(found.recommended, reasons=()))


def _held(halves: Halves, mix: Mapping[str, float]) -> Costed | None:
    """Give the mix at the first of ``RAISED`` with which it holds, at the cheapest of its reserves."""
    if not mix:
        nothing = Proposal((), ())
        return halves.costed(nothing) if halves.holds(nothing) else None
    items, limits = in_order(halves.seen, mix)
    for factor in RAISED:
        raised = [min(item.most, limit * factor) for item, limit in zip(items, limits, strict=True)]
        sized = [sized_mix(halves.seen, items, raised, quantile, np.inf) for quantile in quantiles(items)]
        held = [halves.costed(one.proposal) for one in sized if one is not None and halves.holds(one.proposal)]
        if held:
            return min(held, key=lambda one: one.cost)
    return None

"""Pairs of facilities: how much of each, searched over the daily rule."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.financing.facilities import terms
from forecast.financing.policy import Days
from forecast.financing.sizing import QUANTILES, Desk, Proposal, Sized, ranks, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.financing.facilities import Terms

TOLERANCE = 1.0
"""Yuan to which the limits of a pair are settled."""

SCREENED = 500
"""Paths on which pairs are screened, at least; the best is then sized and judged on all."""

TRIED = 8
"""The cheapest screened pairs are judged on all paths in turn, this many at most, until one holds."""

REFINEMENTS = (0.12, 0.06)
"""Steps, as shares of the limit found first, by which the best pair is then improved."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two facilities in the order of drawing: ``graded`` (0 or 1) takes a set limit, the other covers the rest."""

    items: tuple[Terms, Terms]
    graded: int

    def proposal(self, limit: float, quantile: float) -> Proposal:
        """Give the pair with the graded limit set and the other's limit in full."""
        full = self.items[1 - self.graded].facility.limit
        limits = (limit, full) if self.graded == 0 else (full, limit)
        return Proposal(self.items, limits, quantile)


def best_pair(desk: Desk, singles: Sequence[Sized | None], ceiling: float) -> Sized | None:
    """Search the pairs for the cheapest that holds and costs less than the ceiling.

    The first of a pair (a term loan, else the cheaper one) takes a share of what it would need alone, in steps; the
    other covers the rest and is sized for it. A pair that costs the ceiling even before the fees on the other's
    limit is left. The cheapest that also holds on all paths is taken, its limit improved in smaller steps.

    Args:
        desk: The scenario.
        singles: The sized proposal of each of ``desk.items``, None where it does not hold.
        ceiling: Expected cost, yuan, from which on a pair is of no interest.

    Returns:
        The best pair, None where none is cheaper.
    """
    screen = _thinned(desk)
    limit_cost = ceiling
    if screen is not desk and ceiling < math.inf:
        held = [float(screen.run(_on(screen, one.proposal)).cost.mean()) for one in singles if one is not None]
        limit_cost = min([ceiling, *held])
    kept: list[tuple[Sized, _Pair]] = []
    for first, second in itertools.combinations(range(len(screen.items)), 2):
        items = (screen.items[first], screen.items[second])
        graded = 1 if items[1].outstanding is not None and items[0].outstanding is None else 0
        pair = _Pair(items, graded)
        for quantile in _quantiles(items):
            for limit in _steps(items[graded], singles[(first, second)[graded]]):
                found = _cheaper(screen, pair, limit, quantile, limit_cost)
                if found is not None:
                    kept.append((found, pair))
    kept.sort(key=lambda one: one[0].cost)
    for screened, pair in kept[:TRIED]:
        first_item, second_item = _on(desk, screened.proposal).items
        whole = _Pair((first_item, second_item), pair.graded)
        limit, quantile = screened.proposal.limits[pair.graded], screened.proposal.quantile
        judged = screened if screen is desk else _cheaper(desk, whole, limit, quantile, ceiling)
        if judged is not None:
            return _refined(desk, judged, whole)
    return None


def _on(desk: Desk, proposal: Proposal) -> Proposal:
    """Give a proposal with the same facilities laid out on this desk's paths."""
    by_name = {item.facility.name: item for item in desk.items}
    return replace(proposal, items=tuple(by_name[item.facility.name] for item in proposal.items))


def _thinned(desk: Desk) -> Desk:
    """Give the scenario on every k-th path, at least ``SCREENED`` of them, with the facilities in the same order."""
    every = desk.paths // SCREENED
    if every < 2:  # noqa: PLR2004  # nothing to leave out
        return desk
    case = desk.case
    kept = replace(
        case, flows=case.flows[::every], settled=case.settled[::every], receivables=case.receivables[::every]
    )
    items = tuple(terms(kept, item.facility) for item in desk.items)
    return Desk(kept, Days.of(kept), desk.confidence, items)


def _cheaper(desk: Desk, pair: _Pair, limit: float, quantile: float, ceiling: float) -> Sized | None:
    """Give the pair with the graded limit set, where it holds and costs less than the ceiling."""
    proposal = pair.proposal(round(limit, 2), quantile)
    other = 1 - pair.graded
    if pair.items[other].outstanding is None and not pair.items[other].arranged:
        charged = [0.0 if place == other else fixed for place, fixed in enumerate(proposal.limits)]
        outcome = desk.run(proposal, charged)
        if not desk.holds(outcome) or float(outcome.cost.mean()) >= ceiling:
            return None
    sized = size(desk, proposal, other, ranks(desk), TOLERANCE)
    return sized if sized is not None and sized.cost < ceiling and min(sized.proposal.limits) > 0 else None


def _refined(desk: Desk, best: Sized, pair: _Pair) -> Sized:
    """Improve the graded limit of the best pair in smaller steps."""
    item = pair.items[pair.graded]
    if item.arranged:
        return best
    found = best.proposal.limits[pair.graded]
    for share in REFINEMENTS:
        for step in (-share * found, share * found):
            limit = min(best.proposal.limits[pair.graded] + step, item.facility.limit)
            better = _cheaper(desk, pair, limit, best.proposal.quantile, best.cost) if limit > 0 else None
            if better is not None:
                best = better
                break
    return best


def _steps(item: Terms, alone: Sized | None) -> list[float]:
    """Give the limits of the graded facility to try: all that it has, or shares of what holds alone."""
    if item.arranged and item.outstanding is None:
        return [item.facility.limit]
    if alone is None:
        return [share * item.facility.limit for share in (1.0, 0.5, 0.25)]
    return [share * alone.proposal.limits[0] for share in (0.75, 0.5, 0.25)]


def _quantiles(items: Sequence[Terms]) -> tuple[float, ...]:
    """Give the reserves to try: small ones where a facility without notice stands behind the one on notice."""
    if not any(item.on_notice for item in items):
        return QUANTILES[-1:]
    instant = any(not item.on_notice and item.outstanding is None for item in items)
    return (0.5, 0.9) if instant else (0.95, 0.99, 1.0)

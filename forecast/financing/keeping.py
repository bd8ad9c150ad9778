"""Covenants kept by a mix: how many it breaks, and how much wider limits keep an agreed utilisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.financing.covenants import check_covenants, is_counted, limits_lacking

if TYPE_CHECKING:
    from forecast.financing.desk import Proposal
    from forecast.financing.halves import Halves
    from forecast.plan.model import Covenants

ABOVE = 0.01
"""Yuan a limit by which limits are made wider than what lacks, as they are rounded to the fen."""


def broken(halves: Halves, proposal: Proposal, covenants: Covenants | None) -> int:
    """Give how many covenants a proposal breaks."""
    if covenants is None:
        return 0
    desk = halves.whole
    checks = check_covenants(desk.case, desk.run(desk.on(proposal)), covenants, desk.confidence)
    return sum(check.kept is False for check in checks)


def widening(halves: Halves, proposal: Proposal, covenants: Covenants) -> tuple[list[int], float]:
    """Give the places of the limits to make wider for the agreed utilisation, which there must be, and by which factor.

    They are the lines that are offered further, else all there is. Where what lacks is not offered, or more is drawn of
    what is wider, another step must follow.
    """
    desk, sizes = halves.whole, list(enumerate(zip(proposal.items, proposal.limits, strict=True)))
    lines = [place for place, (item, limit) in sizes if is_counted(item) and 0 < limit < item.most]
    places = lines or [place for place, (_, limit) in sizes if limit > 0]
    outcome, agreed = desk.run(desk.on(proposal)), covenants.maximum_utilisation or 1.0
    more = limits_lacking(desk.case, outcome, agreed, desk.confidence) + ABOVE * len(places)
    return places, 1 + more / (sum(proposal.limits[place] for place in places) or 1.0)

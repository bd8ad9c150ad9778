"""Whether any mix holds, and what the chosen one costs: as the comparison has it, without the comparison around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.financing.halves import Halves
from forecast.financing.mixes import sized_mix
from forecast.financing.selection import select, single
from forecast.financing.sizing import QUANTILES, Desk, Proposal, trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.liquidity import Buffer
    from forecast.plan.model import Covenants, Facility


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison recommends: whether it holds, its expected cost in yuan, and what it arranges."""

    feasible: bool
    expected_cost: float
    proposal: Proposal


def lay_out(case: CashCase, facilities: Sequence[Facility], confidence: float, buffer: Buffer) -> Halves:
    """A scenario as the comparison lays it out: sizing starts from the buffer's upper limit above the balance."""
    guess = max(0.0, (buffer.amount if buffer.upper is None else buffer.upper) - case.opening_balance)
    return Halves.of(Desk.of(case, facilities, confidence, guess))


def holds_in_full(halves: Halves) -> bool:
    """Whether all facilities, or those drawn on demand, hold at their full limits with some reserve.

    What holds so is feasible, for the comparison tries it too where nothing cheaper holds. What does not may still be
    feasible by another mix: see ``verdict``, which takes twenty times as long.
    """
    items = list(halves.seen.items)
    on_demand = [item for item in items if item.on_demand]
    for chosen in [items] if len(on_demand) == len(items) else [items, on_demand]:
        kept = (QUANTILES[-1], QUANTILES[2]) if any(item.keeps_reserve for item in chosen) else QUANTILES[-1:]
        for quantile in kept:
            proposal = Proposal(tuple(chosen), tuple(item.most for item in chosen), quantile)
            if not halves.holds(proposal):
                continue
            if halves.holds(trimmed(proposal, halves.whole.run(halves.whole.on(proposal)))):
                return True
    return False


def verdict(halves: Halves, covenants: Covenants | None) -> Verdict:
    """What the comparison recommends, and whether that holds."""
    singles = [single(halves, item) for item in halves.seen.items]
    choice = select(halves, singles, covenants)
    return Verdict(choice.holds, choice.taken.cost, choice.taken.proposal)


def cost_resized(halves: Halves, proposal: Proposal) -> float | None:
    """The expected cost of the mix of another scenario, its covering limit sized anew; None where it does not hold."""
    if not proposal.items:
        return halves.costed(proposal).cost if halves.holds(proposal) else None
    own = halves.seen.on(proposal)
    sized = sized_mix(halves.seen, own.items, own.limits, own.quantile, float("inf"))
    return None if sized is None else halves.costed(sized.proposal).cost

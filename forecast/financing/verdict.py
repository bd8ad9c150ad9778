"""Whether any mix holds, and what the chosen one costs: as the comparison has it, without the comparison around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.financing.better_use import Used, in_lots, made_to_hold, used_otherwise
from forecast.financing.desk import QUANTILES, Desk, Proposal
from forecast.financing.halves import Halves, cannot_hold
from forecast.financing.mixes import sized_mix
from forecast.financing.selection import preferred, single, what_holds
from forecast.financing.sizing import trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.halves import Costed
    from forecast.liquidity import Buffer
    from forecast.plan.model import Covenants, Facility


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether any mix holds, what the recommended one costs on average in yuan, and what it arranges; else None."""

    feasible: bool
    expected_cost: float | None = None
    proposal: Proposal | None = None


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
        keeps = any(item.keeps_reserve for item in chosen)
        kept = (*halves.seen.reserves[: len(QUANTILES) - 2 : -1], QUANTILES[2]) if keeps else QUANTILES[-1:]
        for quantile in kept:
            proposal = Proposal(tuple(chosen), tuple(item.most for item in chosen), quantile)
            if not halves.holds(proposal):
                continue
            if halves.holds(trimmed(proposal, halves.whole.run(halves.whole.on(proposal)))):
                return True
    return False


def holds_in_full_or_ahead(halves: Halves) -> bool:
    """Whether ``holds_in_full``, as facilities are offered or with what lends in lots drawn ahead."""
    ahead = in_lots(halves)
    return holds_in_full(halves) or (ahead is not None and holds_in_full(ahead))


def verdict(halves: Halves, covenants: Covenants | None) -> Verdict:
    """What the comparison recommends, where anything holds."""
    if cannot_hold(halves):
        return Verdict(feasible=False)
    singles = [single(halves, item) for item in halves.seen.items]
    holding = what_holds(halves, singles)
    chosen = (
        Used(halves, preferred(halves, holding, covenants)) if holding else made_to_hold(halves, singles, covenants)
    )
    if chosen is None:
        return Verdict(feasible=False)
    taken = used_otherwise(halves, chosen, singles, covenants).choice.taken
    return Verdict(feasible=True, expected_cost=taken.cost, proposal=taken.proposal)


def cost_resized(halves: Halves, covenants: Covenants | None, mix: Proposal | None) -> float | None:
    """The expected cost of another scenario's mix, its covering limit sized anew; where it fails, of one chosen anew.

    None where no mix holds, whatever the other scenario's would cost. ``mix`` is None where none held there.
    """
    if cannot_hold(halves):
        return None
    found = None if mix is None else _resized(halves, mix)
    if found is not None and (halves.holds(found.proposal) or holds_in_full(halves)):
        return found.cost
    told = verdict(halves, covenants)
    return told.expected_cost if found is None or not told.feasible else found.cost


def _resized(halves: Halves, mix: Proposal) -> Costed | None:
    """The mix with its covering limit sized anew on the paths seen; None where no limit is enough."""
    if not mix.items:
        return halves.costed(mix) if halves.holds(mix) else None
    own = halves.seen.on(mix)
    sized = sized_mix(halves.seen, own.items, own.limits, own.quantile, float("inf"))
    return None if sized is None else halves.costed(sized.proposal)

"""A scenario's paths in two halves: what is arranged is sized on one and judged on the other, costs rest on both."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forecast.financing.desk import Desk, Proposal
from forecast.liquidity import upper_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.policy import Outcome
    from forecast.plan.model import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Costed:
    """A proposal with its expected cost, yuan: over all paths, and over those seen."""

    proposal: Proposal
    cost: float
    seen_cost: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its facilities, in the order of drawing."""
        return tuple(item.facility.name for item in self.proposal.items)


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """A scenario laid out for the selection: the paths that sizing may see, those that judge, and all of them.

    Reserves are known from the paths that may be seen. Where half of the paths is too few for an upper limit of a
    quantile, all three are the same, and limits are sized on the confidence itself: nothing judges them. What was run
    is kept: costs are ``known``, and so is on what share of the judging paths a proposal falls short that was judged to
    hold there (``chances``; None: it was judged not to).
    """

    seen: Desk
    judging: Desk
    whole: Desk
    stresses: tuple[Desk, ...] = ()
    known: dict[tuple[object, ...], Costed] = field(default_factory=dict)
    chances: dict[tuple[object, ...], float | None] = field(default_factory=dict)

    @classmethod
    def of(cls, desk: Desk, stresses: Sequence[tuple[Scenario, CashCase]] = ()) -> Halves:
        """Split a desk into every other path; ``stresses`` are scenarios that a mix must withstand, too."""
        if upper_rank(desk.paths // 2, desk.confidence) is None:
            seen = judging = whole = replace(desk, margin=False)
        else:
            seen = desk.every(2)
            judging, whole = desk.every(2, 1, planning=seen), replace(desk, planning=seen)
        facilities = [item.facility for item in desk.items]
        stressed = [
            replace(Desk.of(case, facilities, desk.confidence), planning=seen, scenario=one) for one, case in stresses
        ]
        return cls(seen, judging, whole, tuple(stressed))

    @property
    def split(self) -> bool:
        """Whether the judging paths are others than those seen."""
        return self.seen is not self.judging

    def chance(self, proposal: Proposal) -> float:
        """Give the share of judging paths on which a proposal falls short."""
        chance = self.chances.get(_key(proposal))
        if chance is None:
            chance = float(self.judging.run(self.judging.on(proposal)).short.mean())
        return chance

    def holds(self, proposal: Proposal) -> bool:
        """Tell whether a proposal holds on the judging paths and in every scenario that it must withstand."""
        return self.is_judged_to_hold(proposal) and all(desk.carries(desk.on(proposal)) for desk in self.stresses)

    def is_judged_to_hold(self, proposal: Proposal) -> bool:
        """Tell whether it holds on the judging paths; how often it falls short there is kept where it does."""
        key = _key(proposal)
        if key not in self.chances:
            outcome = self.judging.run_that_holds(self.judging.on(proposal))
            self.chances[key] = None if outcome is None else float(outcome.short.mean())
        return self.chances[key] is not None

    @property
    def must_hold(self) -> tuple[Desk, ...]:
        """The paths on which a proposal must hold: those that judge, and those of each scenario to withstand."""
        return (self.judging, *self.stresses)

    def worst(self, proposal: Proposal) -> tuple[Desk, Outcome]:
        """Give where a proposal must hold and most is lacking, and what it does there; where it holds, its own."""
        runs = [(desk, desk.run(desk.on(proposal))) for desk in self.must_hold]
        return max(runs, key=lambda one: 0.0 if one[0].holds(one[1]) else one[0].lacking(one[1]))

    def costed(self, proposal: Proposal) -> Costed:
        """Carry a proposal through all paths, once."""
        key = _key(proposal)
        if key not in self.known:
            cost = self.whole.run(self.whole.on(proposal)).cost
            self.known[key] = Costed(proposal, float(cost.mean()), float(cost[:: 2 if self.split else 1].mean()))
        return self.known[key]


def _key(proposal: Proposal) -> tuple[object, ...]:
    """Give what a run of a proposal on given paths depends on."""
    return (*(item.facility.name for item in proposal.items), *proposal.limits, proposal.quantile)

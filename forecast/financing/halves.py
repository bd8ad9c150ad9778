"""A scenario's paths in two halves: what is arranged is sized on one and judged on the other, costs rest on both.

What holds holds on each half. Sizing sees to the first by itself; limits that are taken whole because no sizing holds
may do without it, and a mix by which the paths seen fall short would be lost again where a further right lets sizing
find another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.desk import Desk, Proposal
from forecast.liquidity import upper_rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Bools
    from forecast.cash import CashCase
    from forecast.financing.policy import Outcome
    from forecast.financing.uses import Use
    from forecast.plan.model import Scenario

YEAR = 360
"""The shortest year over which interest on a surplus is counted."""


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
    hold there (``chances``; None: it was judged not to), and whether it holds on those seen (``carried``).
    """

    seen: Desk
    judging: Desk
    whole: Desk
    stresses: tuple[Desk, ...] = ()
    known: dict[tuple[object, ...], Costed] = field(default_factory=dict)
    chances: dict[tuple[object, ...], float | None] = field(default_factory=dict)
    carried: dict[tuple[object, ...], bool] = field(default_factory=dict)

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

    def using(self, uses: Mapping[str, Use]) -> Halves:
        """Give the same with some facilities used otherwise, by name; what was run stays with those as they were."""
        seen = self.seen.using(uses)
        judging, whole = (self.judging.using(uses), self.whole.using(uses)) if self.split else (seen, seen)
        return Halves(seen, judging, whole, tuple(desk.using(uses) for desk in self.stresses))

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
        """Tell whether a proposal holds on each half and in every scenario that it must withstand."""
        if not (self.is_judged_to_hold(proposal) and self._holds_where_seen(proposal)):
            return False
        return all(desk.carries(desk.on(proposal)) for desk in self.stresses)

    def is_judged_to_hold(self, proposal: Proposal) -> bool:
        """Tell whether it holds on the judging paths; how often it falls short there is kept where it does."""
        key = _key(proposal)
        if key not in self.chances:
            outcome = self.judging.run_that_holds(self.judging.on(proposal))
            self.chances[key] = None if outcome is None else float(outcome.short.mean())
        return self.chances[key] is not None

    def _holds_where_seen(self, proposal: Proposal) -> bool:
        """Tell whether it holds on the paths seen, where those are others than the judging ones."""
        key = _key(proposal)
        if self.split and key not in self.carried:
            self.carried[key] = self.seen.short_paths(self.seen.on(proposal), self.seen.most_short) is not None
        return not self.split or self.carried[key]

    @property
    def must_hold(self) -> tuple[Desk, ...]:
        """The paths on which a proposal must hold: those that judge, those seen, and each scenario's to withstand."""
        return (self.judging, *([self.seen] if self.split else []), *self.stresses)

    def worst(self, proposal: Proposal) -> tuple[Desk, Outcome]:
        """Give where a proposal must hold and most is lacking, and what it does there; where it holds, its own.

        The paths seen are looked at only where it is not the judging ones that it fails on.
        """
        own = self.judging
        if self.is_judged_to_hold(proposal) and not self._holds_where_seen(proposal):
            own = self.seen
        runs = [(desk, desk.run(desk.on(proposal))) for desk in (own, *self.stresses)]
        return max(runs, key=lambda one: 0.0 if one[0].holds(one[1]) else one[0].lacking(one[1]))

    def costed(self, proposal: Proposal) -> Costed:
        """Carry a proposal through all paths, once."""
        key = _key(proposal)
        if key not in self.known:
            outcome = self.whole.run(self.whole.on(proposal))
            cost = outcome.cost
            self.known[key] = Costed(proposal, float(cost.mean()), float(cost[:: 2 if self.split else 1].mean()))
            self._told_by(key, outcome.short)
        return self.known[key]

    def _told_by(self, key: tuple[object, ...], short: Bools) -> None:
        """Keep of all paths in which a proposal falls short what they say of each half, (path,)."""
        judging, seen = (short[1::2], short[::2]) if self.split else (short, short)
        self.chances[key] = float(judging.mean()) if judging.sum() <= self.judging.most_short else None
        self.carried[key] = bool(seen.sum() <= self.seen.most_short)


def _key(proposal: Proposal) -> tuple[object, ...]:
    """Give what a run of a proposal on given paths depends on."""
    return (*((item.facility.name, item.use) for item in proposal.items), *proposal.limits, proposal.quantile)


def cannot_hold(halves: Halves) -> bool:
    """Whether cash would fall short too often even if all that may be owed to every facility were there on each day.

    Then no mix holds. It costs a hundredth of the search that finds none.
    """
    desk = halves.judging
    days, paths = desk.days.flows.shape
    evenings, every = np.arange(days)[:, None], np.arange(paths)[None, :]
    there = desk.days.opening + desk.days.cumulated[1:]
    for item in desk.items:
        there = there + item.most_owed(evenings, every) - item.facility.drawn
    surplus = np.maximum(there - desk.days.minimum, 0.0).max(axis=0) * max(desk.days.surplus_rate, 0.0) * days / YEAR
    short = (there + surplus < desk.days.minimum - FEN_TOLERANCE).any(axis=0)
    return int(short.sum()) > desk.most_short

"""The desk: a scenario with its facilities, laid out once for all runs, and what is carried through its days."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.table import terms
from forecast.financing.policy import Outcome, ScenarioDays, simulate, simulate_within
from forecast.financing.reach import Shorts, surely_short
from forecast.financing.uses import AS_OFFERED
from forecast.liquidity import limit_rank, path_blocks, quantile_rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Ints
    from forecast.cash import CashCase
    from forecast.financing.kinds.reserves import Reserve
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.uses import Use
    from forecast.plan.model import Facility, Scenario

QUANTILES = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
"""Reserves that the rule tries for facilities on notice, the cheapest first."""

FURTHER = (1.2, 1.5, 2.0)
"""Reserves beyond those: so many times as far from the median as the largest fall, which of few is soon passed."""

FEW = 20
"""Where fewer paths than that may fall short those are tried, too."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to arrange: facilities in the order of drawing, their limits, and the quantile of the reserves."""

    items: tuple[Terms, ...]
    limits: tuple[float, ...]
    quantile: float = QUANTILES[-1]


@dataclass(frozen=True, slots=True)
class Sized:
    """A proposal that holds, with its expected cost, yuan."""

    proposal: Proposal
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """A scenario with its facilities, laid out once for all runs.

    ``items`` are the facilities, the cheapest marginal rate first; sizing starts from the limit ``guess``, yuan.
    ``planning`` is the desk whose paths the reserves are known from, None: its own. ``margin``: limits are sized on the
    upper limit of what the paths need, which other paths then hold by, too. ``blocks`` tells of each path which draw of
    the laws it shares with others, (path,); None where each has its own. ``of_case``: the first of the case's paths
    that it has, and at which steps the others follow. ``holding``: number of paths on which cash must not fall short,
    0: a share ``confidence``. ``scenario``: the one it is of where a mix must withstand another than its own; None: it
    is of its own. ``offered``: the facilities as they are offered, where some are used otherwise; empty: ``items`` are.
    ``kept_reserves``, ``shorts`` and ``used`` hold what has been asked: reserves by quantile, on how many paths cash
    fell short, and facilities by name and use.
    """

    case: CashCase
    days: ScenarioDays
    confidence: float
    items: tuple[Terms, ...]
    guess: float = 0.0
    planning: Desk | None = None
    margin: bool = True
    blocks: Ints | None = None
    of_case: tuple[int, int] = (0, 1)
    holding: int = 0
    scenario: Scenario | None = None
    offered: tuple[Terms, ...] = ()
    kept_reserves: dict[float, Reserve] = field(default_factory=dict)
    shorts: Shorts = field(default_factory=Shorts)
    used: dict[tuple[str, Use], Terms] = field(default_factory=dict)

    @classmethod
    def of(cls, case: CashCase, facilities: Sequence[Facility], confidence: float, guess: float = 0.0) -> Desk:
        """Lay out a scenario with some facilities."""
        items = [terms(case, facility) for facility in facilities]
        items.sort(key=lambda item: item.marginal_rate)
        paths = case.flows.shape[0]
        return cls(case, ScenarioDays.of(case), confidence, tuple(items), guess, blocks=path_blocks(paths, case.draws))

    def every(self, step: int, first: int = 0, planning: Desk | None = None) -> Desk:
        """Give the same scenario on every ``step``-th path from ``first`` on; reserves known from ``planning``."""
        chosen = slice(first, None, step)
        of_case = (self.of_case[0] + first * self.of_case[1], self.of_case[1] * step)
        minimum = self.days.minimum
        days = replace(
            self.days,
            minimum=np.ascontiguousarray(minimum[:, chosen]) if isinstance(minimum, np.ndarray) else minimum,
            flows=np.ascontiguousarray(self.days.flows[:, chosen]),
            cumulated=np.ascontiguousarray(self.days.cumulated[:, chosen]),
        )
        items, offered = (tuple(item.on_paths(chosen) for item in some) for some in (self.items, self.offered))
        blocks = None if self.blocks is None else self.blocks[chosen]
        known, holding = planning or self.planning, -(-self.holding * days.flows.shape[1] // self.paths)
        there = replace(self, days=days, items=items, offered=offered, planning=known, blocks=blocks, of_case=of_case)
        return replace(there, holding=holding, kept_reserves={}, shorts=Shorts(), used={})

    def surely(self) -> Desk:
        """Give the same desk on which only that holds whose upper limit does, where limits are sized on it."""
        return replace(self, holding=ranks(self)[0])

    def on(self, proposal: Proposal) -> Proposal:
        """Give a proposal with the same facilities, used as they are in it, laid out on this desk's paths."""
        return replace(proposal, items=tuple(self.laid_out(item.facility.name, item.use) for item in proposal.items))

    def using(self, uses: Mapping[str, Use]) -> Desk:
        """Give the same scenario with some facilities used otherwise, by name; the others as they are offered."""
        offered = self.offered or self.items
        names = [item.facility.name for item in offered]
        items = tuple(self.laid_out(name, uses.get(name, AS_OFFERED)) for name in names)
        return replace(self, items=items, offered=offered)

    def laid_out(self, name: str, use: Use) -> Terms:
        """Give a facility as it is used, laid out on this desk's paths."""
        for item in (*self.items, *self.offered):
            if item.facility.name == name and item.use == use:
                return item
        if (name, use) not in self.used:
            (offered,) = (item for item in self.offered or self.items if item.facility.name == name)
            first, step = self.of_case
            self.used[name, use] = terms(self.case, offered.facility, use).on_paths(slice(first, None, step))
        return self.used[name, use]

    @property
    def paths(self) -> int:
        """Number of sample paths."""
        return int(self.days.flows.shape[1])

    @property
    def reserves(self) -> tuple[float, ...]:
        """The reserves to try, the smallest first: quantiles of what may fall, above 1 further than the largest fall.

        Where nothing but the paths that they are known from judges them the largest fall is passed by none.
        """
        known = self.planning or self
        few = known.margin and known.paths * (1 - known.confidence) < FEW
        return QUANTILES + FURTHER if few else QUANTILES

    @property
    def most_short(self) -> int:
        """Number of paths on which cash may fall short: 1 − confidence of them, or as ``holding`` says."""
        return self.paths - (self.holding or quantile_rank(self.paths, self.confidence))

    def holds(self, outcome: Outcome) -> bool:
        """Tell whether cash falls short on no more paths than it may."""
        return int(outcome.short.sum()) <= self.most_short

    def lacking(self, outcome: Outcome) -> float:
        """Give what a share ``confidence`` of the paths lacks at most on its worst day, yuan."""
        return float(np.sort(outcome.deepest)[quantile_rank(self.paths, self.confidence) - 1])

    def reserve(self, item: Terms, quantile: float) -> Reserve | None:
        """Give the reserve of a facility that keeps one, as the planning paths know it; None for the others."""
        if self.planning is not None:
            return self.planning.reserve(item, quantile)
        covered = item.reserve_quantile(quantile)
        if covered is None:
            return None
        if covered not in self.kept_reserves:
            self.kept_reserves[covered] = item.reserve(self.days.cumulated, covered)
        return self.kept_reserves[covered]

    def run(self, proposal: Proposal, priced: Sequence[float] | None = None) -> Outcome:
        """Carry a proposal through the days, with what runs anyway of the other facilities.

        Its accounts come first in the outcome. ``priced`` limits are what fees are charged on, where these are not the
        limits.
        """
        return simulate(self.days, self.arranged(proposal, priced))

    def run_that_holds(
        self, proposal: Proposal, priced: Sequence[float] | None = None, ceiling: float = math.inf
    ) -> Outcome | None:
        """Give what ``run`` does where it holds and its expected cost is below the ceiling, yuan; else None, sooner."""
        arranged = self.arranged(proposal, priced)
        if self.shorts.of(self.days, arranged)[0] > self.most_short:
            return None
        outcome = simulate_within(self.days, arranged, self.most_short, ceiling)
        if outcome is None:
            if ceiling == math.inf:
                self.shorts.keep(self.days, arranged, self.most_short + 1, exact=False)
            return None
        short = int(outcome.short.sum())
        self.shorts.keep(self.days, arranged, short, exact=True)
        if short > self.most_short:
            return None
        return outcome if ceiling == math.inf or float(outcome.cost.mean()) < ceiling else None

    def short_paths(self, proposal: Proposal, most: int) -> int | None:
        """Give the number of paths on which cash falls short; None where it is above ``most``, sooner."""
        arranged = self.arranged(proposal)
        short, exact = self.shorts.of(self.days, arranged)
        if not exact and short <= most:
            outcome = simulate_within(self.days, arranged, most)
            exact, short = outcome is not None, most + 1 if outcome is None else int(outcome.short.sum())
            self.shorts.keep(self.days, arranged, short, exact=exact)
        return short if exact and short <= most else None

    def surely_short(self, proposal: Proposal) -> int:
        """Give on how many paths cash falls short at least, known without a run: 0 where a surplus earns."""
        if self.days.surplus_rate:
            return 0
        spare = self.days.opening - self.days.minimum
        return surely_short(self.days.cumulated[1:], spare, self.arranged(proposal))

    def carries(self, proposal: Proposal) -> bool:
        """Tell whether a proposal holds."""
        return self.run_that_holds(proposal) is not None

    def arranged(self, proposal: Proposal, priced: Sequence[float] | None = None) -> list[Arrangement]:
        """Give the arrangements of a proposal, then what runs anyway of the other facilities."""
        charged = proposal.limits if priced is None else priced
        chosen = [
            Arrangement(item, limit, fee_limit, self.reserve(item, proposal.quantile))
            for item, limit, fee_limit in zip(proposal.items, proposal.limits, charged, strict=True)
        ]
        names = {item.facility.name for item in proposal.items}
        running = [
            Arrangement(item, item.most, reserve=self.reserve(item, proposal.quantile), drawing=False)
            for item in self.items
            if item.arranged and item.facility.name not in names
        ]
        return [*chosen, *running]


def ranks(desk: Desk) -> list[int]:
    """Give the ranks to size on: that of the upper limit where one is wanted, then that of the confidence."""
    if desk.holding:
        return [desk.holding]
    upper = limit_rank(-desk.days.cumulated.min(axis=0), desk.confidence, desk.blocks) if desk.margin else None
    exact = quantile_rank(desk.paths, desk.confidence)
    return [exact] if upper is None else [upper, exact]


def with_limit(proposal: Proposal, place: int, limit: float) -> Proposal:
    """Give the proposal with another limit at ``place``."""
    limits = tuple(limit if i == place else kept for i, kept in enumerate(proposal.limits))
    return replace(proposal, limits=limits)


def at_full_limits(proposal: Proposal) -> Proposal:
    """Give the proposal with all that its facilities offer."""
    return replace(proposal, limits=tuple(item.most for item in proposal.items))

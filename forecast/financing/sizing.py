"""How much to arrange: the smallest limits with which the rule falls short no more often than allowed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.table import terms
from forecast.financing.policy import Outcome, ScenarioDays, simulate, simulate_within
from forecast.financing.reach import Shorts
from forecast.liquidity import limit_rank, path_blocks, quantile_rank
from forecast.money import LARGEST_YUAN, up_to_fen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.kinds.reserves import Reserve
    from forecast.financing.kinds.terms import Terms
    from forecast.plan.model import Facility, Scenario

QUANTILES = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
"""Reserves that the rule tries for facilities on notice, the cheapest first."""

ROUNDS = 6
"""Most rounds in which a limit and the fees charged on it settle (each round closes all but a hundredth)."""


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


LOAN_STEPS, LOAN_REACH = 12, 3.0
"""Amounts that are tried of a term loan that may be repaid early, up to this multiple of what the buffer asks for."""


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """A scenario with its facilities, laid out once for all runs.

    ``items`` are the facilities, the cheapest marginal rate first; sizing starts from the limit ``guess``, yuan.
    ``planning`` is the desk whose paths the reserves are known from, None: its own. ``margin``: limits are sized on the
    upper limit of what the paths need, which other paths then hold by, too. ``blocks`` tells of each path which draw of
    the laws it shares with others, (path,); None where each has its own. ``of_case``: the first of the case's paths
    that it has, and at which steps the others follow. ``holding``: number of paths on which cash must not fall short,
    0: a share ``confidence``. ``scenario``: the one it is of where a mix must withstand another than its own; None: it
    is of its own. ``kept_reserves`` and ``shorts`` hold what has been asked: reserves by quantile, and on how many
    paths cash fell short.
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
    kept_reserves: dict[float, Reserve] = field(default_factory=dict)
    shorts: Shorts = field(default_factory=Shorts)

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
        items = tuple(item.on_paths(chosen) for item in self.items)
        blocks = None if self.blocks is None else self.blocks[chosen]
        known, holding = planning or self.planning, -(-self.holding * days.flows.shape[1] // self.paths)
        there = replace(self, days=days, items=items, planning=known, blocks=blocks, of_case=of_case, holding=holding)
        return replace(there, kept_reserves={}, shorts=Shorts())

    def surely(self) -> Desk:
        """Give the same desk on which only that holds whose upper limit does, where limits are sized on it."""
        return replace(self, holding=ranks(self)[0])

    def on(self, proposal: Proposal) -> Proposal:
        """Give a proposal with the same facilities laid out on this desk's paths."""
        by_name = {item.facility.name: item for item in self.items}
        return replace(proposal, items=tuple(by_name[item.facility.name] for item in proposal.items))

    @property
    def paths(self) -> int:
        """Number of sample paths."""
        return int(self.days.flows.shape[1])

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


def at_rank(required: Floats, wanted: Sequence[int]) -> float:
    """Give the first finite order statistic of the wanted ranks, else infinity."""
    ordered = np.sort(required)
    return next((float(ordered[rank - 1]) for rank in wanted if np.isfinite(ordered[rank - 1])), math.inf)


def with_limit(proposal: Proposal, place: int, limit: float) -> Proposal:
    """Give the proposal with another limit at ``place``."""
    limits = tuple(limit if i == place else kept for i, kept in enumerate(proposal.limits))
    return replace(proposal, limits=limits)


def at_full_limits(proposal: Proposal) -> Proposal:
    """Give the proposal with all that its facilities offer."""
    return replace(proposal, limits=tuple(item.most for item in proposal.items))


def size(
    desk: Desk,
    proposal: Proposal,
    place: int,
    wanted: Sequence[int],
    tolerance: float = FEN_TOLERANCE,
    unpriced: Outcome | None = None,
) -> Sized | None:
    """Shrink the limit at ``place`` to what the rule needs of it.

    ``place``: a facility drawn after the others, or a term loan, with the largest limit to consider; ``wanted``: ranks
    of the paths' required limits to size on, the preferred first; ``tolerance``: yuan to which a limit and the fees on
    it must agree; ``unpriced``: what running the proposal without fees on that limit gave, where that is known and
    holds. None where none holds.
    """
    item = proposal.items[place]
    largest = proposal.limits[place]
    if not item.on_demand:
        return _sized_loan(desk, proposal, place, wanted)
    if _is_given(item, largest):
        return _judged(desk, proposal)
    limit = min(desk.guess, largest)
    for _ in range(ROUNDS):
        priced = [*proposal.limits[:place], limit, *proposal.limits[place + 1 :]]
        outcome = _outcome(desk, proposal, priced, None if item.fees_on_limit else unpriced)
        if outcome is None:
            return None
        peaks = _required(outcome.accounts[place], _spare_beyond(outcome))
        needed = at_rank(np.where(outcome.short, np.inf, peaks), wanted)
        needed = max(needed, item.facility.minimum_draw) if needed > 0 else 0.0
        settled = abs(needed - limit) < tolerance or not item.fees_on_limit
        limit = min(needed, largest)
        if settled:
            break
    exact = up_to_fen(limit + tolerance - FEN_TOLERANCE) if limit > 0 else 0.0
    # lots and reserves make a path jump now and then: a little more, then all of it, is tried before giving up
    for tried in (exact, exact * 1.001, exact * 1.02, largest):
        sized = _judged(desk, with_limit(proposal, place, min(tried, largest)))
        if sized is not None:
            return sized
    return None


def _is_given(item: Terms, largest: float) -> bool:
    """Tell whether a limit is no question: all that is signed may be used, and no more is asked for."""
    return item.used_whole and largest <= item.most


def _outcome(desk: Desk, proposal: Proposal, priced: Sequence[float], known: Outcome | None) -> Outcome | None:
    """Give what a proposal that holds does at these limits for fees, which is run unless it is known."""
    return desk.run_that_holds(proposal, priced) if known is None else known


def _sized_loan(desk: Desk, proposal: Proposal, place: int, wanted: Sequence[int]) -> Sized | None:
    """Give the amount of a term loan that holds; the cheapest of some where early repayment bends what it does."""
    item, largest = proposal.items[place], proposal.limits[place]
    amount = term_amount(desk, proposal, place, wanted)
    tried = [amount] if amount <= largest else []
    if item.repaid_from_surplus:
        owed = item.facility.drawn
        most = min(largest, owed + LOAN_REACH * max(desk.guess, item.facility.minimum_draw, 1.0))
        tried += np.linspace(owed, most, LOAN_STEPS + 1)[1:].round(2).tolist()
    sized = [_judged(desk, with_limit(proposal, place, one)) for one in tried]
    return min((one for one in sized if one is not None), key=lambda one: one.cost, default=None)


def _judged(desk: Desk, proposal: Proposal) -> Sized | None:
    """Give the proposal with its cost where it holds; limits that are never reached are cut to what is."""
    outcome = desk.run_that_holds(proposal)
    if outcome is None:
        return None
    return Sized(trimmed(proposal, outcome), float(outcome.cost.mean()))


def trimmed(proposal: Proposal, outcome: Outcome, *, charged: bool = False, paths: Bools | None = None) -> Proposal:
    """Give a proposal with limits that its run never reaches cut to what is reached, or wanted after the horizon.

    Only where using less of them costs no less, unless those ``charged`` are cut, too: less is then drawn, and the rule
    must rerun.
    ``paths``: those on which it must be reached, None: any.
    """
    limits, spare = [], _spare_beyond(outcome)
    for item, limit, account in zip(proposal.items, proposal.limits, outcome.accounts, strict=False):
        free = item.on_demand and not item.used_whole and (charged or item.arranged or not item.fees_on_limit)
        wanted = _required(account, spare)
        peak = up_to_fen(float(wanted.max(initial=0.0, where=True if paths is None else paths)))
        limits.append(min(limit, max(peak, item.facility.minimum_draw)) if free and peak > 0 else limit)
    return replace(proposal, limits=tuple(limits))


def _spare_beyond(outcome: Outcome) -> Floats | None:
    """Give what of the headroom nothing that falls due after the horizon wants, (path,); None where nothing does."""
    days = outcome.days_due
    return np.maximum(outcome.slack_beyond(days).min(axis=0), 0.0) if days.size else None


def _required(account: Account, spare: Floats | None) -> Floats:
    """Give the least limit with which each path does what it did, and meets after the horizon what it met, (path,)."""
    if spare is None or not np.isfinite(account.headroom).all():
        return account.reached
    wanted = account.balance[-1] + account.headroom - spare
    return np.asarray(np.where(account.headroom > 0, np.maximum(account.reached, wanted), account.reached))


def term_amount(desk: Desk, proposal: Proposal, place: int, wanted: Sequence[int]) -> float:
    """Give the smallest amount of a term loan that holds, infinity where there is none.

    Each yuan lent moves the cash of every day by a known amount, so each path bears the amounts of one interval: from
    what its lacking days need to what its later interest can carry. (Interest on the surplus that a loan leaves is
    left out: it is on the safe side.)
    """
    item = proposal.items[place]
    owed = item.facility.drawn
    before = desk.run(with_limit(proposal, place, owed))
    lent, unlent = _lent(item, desk.days.flows.shape[0])
    after = np.union1d(before.days_due, lent.days_due)
    cash = np.concatenate([before.cash - desk.days.minimum, before.slack_beyond(after)])
    effect = np.concatenate([lent.cash - unlent.cash, lent.slack_beyond(after) - unlent.slack_beyond(after)])
    helps, harms = effect[:, 0] > FEN_TOLERANCE / LARGEST_YUAN, effect[:, 0] < 0
    low = np.max(-cash[helps] / effect[helps], axis=0, initial=0.0)
    high = np.min(cash[harms] / -effect[harms], axis=0, initial=np.inf)
    idle = ~helps & ~harms
    bears = (low <= high) & (cash[idle] >= -FEN_TOLERANCE).all(axis=0)
    candidates = np.sort(low[bears])
    holding = np.searchsorted(candidates, candidates, side="right") - np.searchsorted(np.sort(high[bears]), candidates)
    for rank in wanted:
        enough = np.flatnonzero(holding >= rank)
        if enough.size:
            amount = float(candidates[enough[0]])
            return owed + (up_to_fen(amount) if amount > 0 else 0.0)
    return math.inf


def _lent(item: Terms, count: int) -> tuple[Outcome, Outcome]:
    """Give what one yuan more of a term loan does on days on which nothing else happens, and what none does."""
    still = ScenarioDays(0.0, 0.0, 0.0, np.zeros((count, 1)), np.zeros((count + 1, 1)))
    owed = item.facility.drawn
    lent, unlent = (simulate(still, [Arrangement(item, owed + amount)]) for amount in (1.0, 0.0))
    return lent, unlent


def size_single(desk: Desk, item: Terms, largest: float, wanted: Sequence[int]) -> Sized | None:
    """Give a facility on its own at the smallest limit and reserve that hold, None where none does."""
    for quantile in QUANTILES if item.keeps_reserve else QUANTILES[-1:]:
        sized = size(desk, Proposal((item,), (largest,), quantile), 0, wanted)
        if sized is not None:
            return sized
    return None


def widest(desk: Desk, items: Sequence[Terms]) -> Proposal:
    """Give all of ``items`` at their full limits, with the reserve that falls short least often."""
    limits = tuple(item.most for item in items)
    quantiles = QUANTILES if any(item.keeps_reserve for item in items) else QUANTILES[-1:]
    proposals = [Proposal(tuple(items), limits, quantile) for quantile in quantiles]
    best, least = proposals[0], desk.paths + 1
    for proposal in proposals:
        short = desk.short_paths(proposal, least - 1)  # no more, or it is not the best
        if short is not None:
            best, least = proposal, short
            if short / desk.paths <= 1 - desk.confidence:
                break
    return best

"""How much to arrange: the smallest limits with which the rule falls short no more often than allowed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.desk import QUANTILES, Proposal, Sized, with_limit
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.policy import Outcome, ScenarioDays, simulate
from forecast.money import LARGEST_YUAN, up_to_fen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats
    from forecast.financing.desk import Desk
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.kinds.terms import Terms

ROUNDS = 6
"""Most rounds in which a limit and the fees charged on it settle (each round closes all but a hundredth)."""

LOAN_STEPS, LOAN_REACH = 12, 3.0
"""Amounts that are tried of a term loan that may be repaid early, up to this multiple of what the buffer asks for."""

ROOM_SAVES = 0.001
"""Least share of the cost that more of a limit drawn in lots must save to be arranged beside what is needed of it."""

ROOM_HALVINGS = 6
"""How often the room for a lot is halved: what is arranged of it is known to so many halves of a lot."""

LOAN_HALVINGS = 10
"""How often the step between those amounts is halved: to a thousandth of it."""


def at_rank(required: Floats, wanted: Sequence[int]) -> float:
    """Give the first finite order statistic of the wanted ranks, else infinity."""
    ordered = np.sort(required)
    return next((float(ordered[rank - 1]) for rank in wanted if np.isfinite(ordered[rank - 1])), math.inf)


def size(
    desk: Desk,
    proposal: Proposal,
    place: int,
    wanted: Sequence[int],
    tolerance: float = FEN_TOLERANCE,
    unpriced: Outcome | None = None,
) -> Sized | None:
    """Shrink the limit at ``place`` to what the rule needs of it, with room for a lot where that is cheaper.

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
    found = _settled(desk, proposal, place, wanted, tolerance, None if item.fees_on_limit else unpriced)
    if found is None:
        return None
    limit, with_all = found
    exact = up_to_fen(limit + tolerance - FEN_TOLERANCE) if limit > 0 else 0.0
    # lots and reserves make a path jump now and then: a little more, then all of it, is tried before giving up
    for tried in (exact, exact * 1.001, exact * 1.02, largest):
        sized = _judged(desk, with_limit(proposal, place, min(tried, largest)))
        if sized is not None:
            roomier = item.facility.minimum_draw > 0 and with_all < sized.cost * (1 - ROOM_SAVES)
            return _with_room(desk, proposal, place, sized) if roomier else sized
    return None


def _settled(
    desk: Desk, proposal: Proposal, place: int, wanted: Sequence[int], tolerance: float, unpriced: Outcome | None
) -> tuple[float, float] | None:
    """Give the limit that is needed of all at ``place``, and what all costs priced at it, yuan: see ``size``."""
    item, largest = proposal.items[place], proposal.limits[place]
    limit, cost = min(desk.guess, largest), math.inf
    for _ in range(ROUNDS):
        priced = [*proposal.limits[:place], limit, *proposal.limits[place + 1 :]]
        outcome = _outcome(desk, proposal, priced, unpriced)
        if outcome is None:
            return None
        cost = float(outcome.cost.mean())
        peaks = _required(outcome.accounts[place], _spare_beyond(outcome))
        needed = at_rank(np.where(outcome.short, np.inf, peaks), wanted)
        needed = max(needed, item.facility.minimum_draw) if needed > 0 else 0.0
        settled = abs(needed - limit) < tolerance or not item.fees_on_limit
        limit = min(needed, largest)
        if settled:
            break
    return limit, cost


def _with_room(desk: Desk, proposal: Proposal, place: int, sized: Sized) -> Sized:
    """Give a sized proposal with up to a lot more of the limit at ``place`` where that costs less, as little as does.

    With less room than a lot nothing can be drawn again: a surplus is then kept idle for later needs and does not
    repay. A lot above what is reached always leaves that room. Fees on the wider limit are counted.
    """
    low = sized.proposal.limits[place]
    high = min(low + proposal.items[place].facility.minimum_draw, proposal.limits[place])
    best = sized
    for halving in range(ROOM_HALVINGS + 1):
        if high <= low:
            break
        tried = up_to_fen((low + high) / 2) if halving else high
        ceiling = best.cost + FEN_TOLERANCE if best is not sized else sized.cost * (1 - ROOM_SAVES)
        wider = with_limit(proposal, place, tried)
        outcome = desk.run_that_holds(wider, ceiling=ceiling)
        if outcome is not None:
            best, high = Sized(with_limit(trimmed(wider, outcome), place, tried), float(outcome.cost.mean())), tried
        elif best is sized:
            break
        else:
            low = tried
    return best


def _is_given(item: Terms, largest: float) -> bool:
    """Tell whether a limit is no question: all that is signed may be used, and no more is asked for."""
    return item.used_whole and largest <= item.most


def _outcome(desk: Desk, proposal: Proposal, priced: Sequence[float], known: Outcome | None) -> Outcome | None:
    """Give what a proposal that holds does at these limits for fees, which is run unless it is known."""
    return desk.run_that_holds(proposal, priced) if known is None else known


def _sized_loan(desk: Desk, proposal: Proposal, place: int, wanted: Sequence[int]) -> Sized | None:
    """Give the amount of a term loan that holds; the cheapest of some where early repayment bends what it does.

    So does that of debt in use, which a loan that leaves a surplus repays. Less than the cheapest of those is tried
    then, by half a step, a quarter and so on: what is lent too much bears its interest or its fee.
    """
    item, largest = proposal.items[place], proposal.limits[place]
    amount = term_amount(desk, proposal, place, wanted)
    best = _cheaper(desk, with_limit(proposal, place, amount), None) if amount <= largest else None
    bent = any(other.repaid_from_surplus and other.facility.drawn > 0 for other in desk.items if other is not item)
    if not item.repaid_from_surplus and (best is not None or not bent):
        return best
    owed = item.facility.drawn
    most = min(largest, owed + LOAN_REACH * max(desk.guess, item.facility.minimum_draw, 1.0))
    step = (most - owed) / LOAN_STEPS
    for number in range(1, LOAN_STEPS + 1):
        best = _cheaper(desk, with_limit(proposal, place, round(owed + number * step, 2)), best)
    while best is None and most < largest:  # old debt may ask for more than the buffer does
        most = min(2 * most, largest)
        step = most / 2
        best = _cheaper(desk, with_limit(proposal, place, most), None)
    return None if best is None else _narrowed(desk, best, place, step, wanted[0])


def _narrowed(desk: Desk, best: Sized, place: int, step: float, sure: int) -> Sized:
    """Give the least amount of a term loan near the best of some that are a step apart.

    What is lent too much and repaid at once may cost nothing: less at the same cost is taken, too, as long as ``sure``
    paths hold, for below it may be an amount that costs less.
    """
    owed, least = best.proposal.items[place].facility.drawn, best.cost
    for _ in range(LOAN_HALVINGS):
        step /= 2
        less = round(best.proposal.limits[place] - step, 2)
        proposal = with_limit(best.proposal, place, less)
        outcome = desk.run_that_holds(proposal, ceiling=least + FEN_TOLERANCE) if less > owed else None
        if outcome is None:
            continue
        cost = float(outcome.cost.mean())
        if cost < least or desk.paths - int(outcome.short.sum()) >= sure:
            best, least = Sized(trimmed(proposal, outcome), cost), min(cost, least)
    return best


def _cheaper(desk: Desk, proposal: Proposal, best: Sized | None) -> Sized | None:
    """Give the proposal where it holds and costs less than the best so far, else that."""
    outcome = desk.run_that_holds(proposal, ceiling=math.inf if best is None else best.cost)
    return best if outcome is None else Sized(trimmed(proposal, outcome), float(outcome.cost.mean()))


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
    for quantile in desk.reserves if item.keeps_reserve else QUANTILES[-1:]:
        sized = size(desk, Proposal((item,), (largest,), quantile), 0, wanted)
        if sized is not None:
            return sized
    return None


def widest(desk: Desk, items: Sequence[Terms]) -> Proposal:
    """Give all of ``items`` at their full limits, with the reserve that falls short least often."""
    limits = tuple(item.most for item in items)
    quantiles = desk.reserves if any(item.keeps_reserve for item in items) else QUANTILES[-1:]
    proposals = [Proposal(tuple(items), limits, quantile) for quantile in quantiles]
    best, least, sure = proposals[0], desk.paths + 1, desk.surely_short(proposals[0])
    if sure / desk.paths > 1 - desk.confidence:  # none holds
        if desk.short_paths(best, sure) is not None:
            return best
        for proposal in reversed(proposals):  # the largest reserve, as a rule the best, bounds the others
            short = desk.short_paths(proposal, least)  # no more, or it is not the best
            best, least = (best, least) if short is None else (proposal, short)
        return best
    for proposal in proposals:
        short = desk.short_paths(proposal, least - 1)  # as above; of equals the first is taken
        if short is not None:
            best, least = proposal, short
            if short / desk.paths <= 1 - desk.confidence:
                break
    return best

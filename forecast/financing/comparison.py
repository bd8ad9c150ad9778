"""The choice: each facility on its own beside the cheapest mix that holds, all carried out by the same daily rule.

What runs anyway (the commitment fee of signed facilities, balances owed on the evening of as_of) is carried and
counted in every option, so that options differ by what is decided alone; the effective annual rate is that of the
option's own facilities. A limit that is not signed yet is sized on the upper limit of what the paths need of it, where
that limit exists and the facility can give it, else on the confidence itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.bound import SAMPLE, lower_bound
from forecast.financing.facilities import CALCULATED, ON_RECEIVABLES, Terms
from forecast.financing.measures import Deadlines, deadlines, measure
from forecast.financing.options import Financing, MixPart, Option, Recommendation
from forecast.financing.pairs import best_pair
from forecast.financing.policy import check_outcome
from forecast.financing.sizing import UNLIMITED, Desk, Proposal, Sized, ranks, size_single, widest
from forecast.financing.solve import solve_limit, solve_stock
from forecast.liquidity import quantile_rank
from forecast.notes import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.lines import Account
    from forecast.financing.policy import Outcome
    from forecast.liquidity import Buffer
    from forecast.plan.model import Facility

__all__ = ["Financing", "MixPart", "Option", "Recommendation", "compare", "solve_limit", "solve_stock"]


def compare(
    case: CashCase, facilities: Sequence[Facility], confidence: float, buffer: Buffer, bound_paths: int = SAMPLE
) -> Financing:
    """Compare the facilities on a scenario and recommend the cheapest single one, or pair, that holds.

    Args:
        case: The scenario.
        facilities: Of the plan, of any kind.
        confidence: Chance with which cash must not fall below the minimum.
        buffer: Of the scenario: what it asks for above the opening balance is the limit that sizing starts from.
        bound_paths: Paths on which the foresight bound is solved where it has no closed form.

    Returns:
        Options, recommendation and notes.
    """
    usable = [facility for facility in facilities if facility.kind in CALCULATED]
    desk = Desk.of(case, usable, confidence, _guess(case, buffer))
    wanted = ranks(desk)
    singles = [size_single(desk, item, item.facility.limit, wanted) for item in desk.items]
    found = {item.facility.name: _option(desk, item, single) for item, single in zip(desk.items, singles, strict=True)}
    options = tuple(
        found.get(facility.name)
        or Option(
            facility.name,
            facility.kind,
            None,
            Note("kind_not_calculated", f"facilities.{facility.name}", {"kind": facility.kind}),
        )
        for facility in facilities
    )
    proposal = _choose(desk, singles)
    recommended = _recommend(desk, proposal, bound_paths)
    return Financing(options, recommended, tuple(_notes(usable, recommended, desk.paths)))


def _guess(case: CashCase, buffer: Buffer) -> float:
    """Give the limit that the buffer asks for: its upper limit, else its amount, above the opening balance."""
    return max(0.0, (buffer.amount if buffer.upper is None else buffer.upper) - case.opening_balance)


def _choose(desk: Desk, singles: Sequence[Sized | None]) -> Proposal:
    """Give the cheapest proposal that holds, else the one that falls short least often."""
    nothing = Proposal((), ())
    unfinanced = desk.run(nothing)
    holding = [single for single in singles if single is not None]
    if desk.holds(unfinanced):
        holding.insert(0, Sized(nothing, float(unfinanced.cost.mean())))
    best = min(holding, key=lambda sized: sized.cost, default=None)
    pair = best_pair(desk, singles, np.inf if best is None else best.cost) if best is None or best.cost > 0 else None
    best = pair or best
    return _least_short(desk) if best is None else best.proposal


def _least_short(desk: Desk) -> Proposal:
    """Give the mix at full limits that falls short least often; of equals the one least deeply, then the cheapest."""
    demand = [item for item in desk.items if item.outstanding is None]
    sets = [[], desk.items, demand, *([item] for item in desk.items)]
    tried = [widest(desk, items) for items in sets]

    def merit(proposal: Proposal) -> tuple[float, float, float]:
        outcome = desk.run(proposal)
        deepest = float(outcome.shortage.max(axis=0).mean())
        return float(outcome.short.mean()), round(deepest, 2), float(outcome.cost.mean())

    return min(tried, key=merit)


def _option(desk: Desk, item: Terms, single: Sized | None) -> Option:
    """Describe a facility on its own, at its sized limit or, where it does not hold, at its full one."""
    facility = item.facility
    proposal = widest(desk, [item]) if single is None else single.proposal
    outcome = desk.run(proposal)
    check_outcome(outcome)
    account = outcome.accounts[0]
    measures = measure([account], desk.confidence)
    days = Deadlines() if single is None else deadlines(outcome, account, desk.case.as_of, desk.confidence)
    return Option(
        facility=facility.name,
        kind=facility.kind,
        feasible=single is not None,
        why_not=None if single is not None else _why_not(desk, item, outcome),
        expected_cost=float(outcome.cost.mean()),
        interest=sum((float(each.interest.mean()) for each in outcome.accounts), 0.0),
        fees=sum((float(each.fees.mean()) for each in outcome.accounts), 0.0),
        effective_annual_rate=measures.compound_rate,
        mean_drawn=measures.mean_drawn,
        peak_drawn=measures.peak_drawn,
        days_drawn=measures.days_drawn,
        shortfall_probability=float(outcome.short.mean()),
        limit_used=proposal.limits[0],
        latest_signing_day=days.sign_by,
        measures=measures,
        deadlines=days,
    )


def _why_not(desk: Desk, item: Terms, outcome: Outcome) -> Note:
    """Say why a facility on its own does not hold: limit, base, or time."""
    facility = item.facility
    where = f"facilities.{facility.name}"
    figures: dict[str, str | int | float] = {
        "chance": float(outcome.short.mean()),
        "allowed": round(1 - desk.confidence, 12),
        "limit": facility.limit,
    }
    needed = size_single(desk, item, UNLIMITED, [quantile_rank(desk.paths, desk.confidence)])
    if needed is not None:
        return Note("limit_too_low", where, {**figures, "limit_needed": needed.proposal.limits[0]})
    if item.base is not None:
        return Note("base_too_small", where, figures)
    return Note("too_late_or_too_short", where, figures)


def _recommend(desk: Desk, proposal: Proposal, bound_paths: int) -> Recommendation:
    outcome = desk.run(proposal)
    check_outcome(outcome)
    own = outcome.accounts[: len(proposal.items)]
    bound, rests_on = lower_bound(desk.case, outcome, bound_paths)
    holds = desk.holds(outcome)
    mix = tuple(_mix_part(desk, outcome, account, holds=holds) for account in own)
    measures = measure(own, desk.confidence)
    return Recommendation(
        feasible=holds,
        mix=mix,
        expected_cost=float(outcome.cost.mean()),
        interest=sum((float(account.interest.mean()) for account in outcome.accounts), 0.0),
        fees=sum((float(account.fees.mean()) for account in outcome.accounts), 0.0),
        lower_bound=bound,
        bound_paths=rests_on,
        effective_annual_rate=measures.compound_rate,
        shortfall_probability=float(outcome.short.mean()),
        cash_after=np.ascontiguousarray(outcome.cash.T),
        outcome=outcome,
        measures=measures,
    )


def _mix_part(desk: Desk, outcome: Outcome, account: Account, *, holds: bool) -> MixPart:
    measures = measure([account], desk.confidence)
    days = deadlines(outcome, account, desk.case.as_of, desk.confidence) if holds else Deadlines()
    return MixPart(
        facility=account.arrangement.terms.facility.name,
        limit_used=account.arrangement.limit,
        mean_drawn=measures.mean_drawn,
        peak_drawn=measures.peak_drawn,
        days_drawn=measures.days_drawn,
        interest=float(account.interest.mean()),
        fees=float(account.fees.mean()),
        latest_signing_day=days.sign_by,
        measures=measures,
        deadlines=days,
    )


def _notes(facilities: Sequence[Facility], recommended: Recommendation, paths: int) -> list[Note]:
    """Give what a reader must know of terms that the figures leave out, and of the bound."""
    notes = [
        Note("term_not_applied", f"facilities.{facility.name}.max_age_days", {"term": "max_age_days"})
        for facility in facilities
        if facility.kind in ON_RECEIVABLES and facility.max_age_days is not None
    ]
    notes += [
        Note("two_rates", f"facilities.{facility.name}.discount_rate", {"used": facility.annual_rate})
        for facility in facilities
        if facility.kind == "factoring" and facility.annual_rate > 0 and facility.discount_rate > 0
    ]
    if recommended.bound_paths < paths:
        notes.append(
            Note("lower_bound_sampled", "financing.recommended.lower_bound", {"paths": recommended.bound_paths})
        )
    return notes

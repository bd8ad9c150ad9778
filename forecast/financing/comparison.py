"""The choice: each facility on its own beside the cheapest mix that holds, all carried out by the same daily rule.

What runs anyway (the commitment fee of signed facilities, balances owed on the evening of as_of) is carried and
counted in every option, so that options differ by what is decided alone; the effective annual rate is that of the
option's own facilities. Limits are proposed and sized on one half of the paths, on the upper limit of what these need,
and judged on the other half, whose share of short paths is what is stated; costs are means over all paths
(``selection``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.bound import SAMPLE, lower_bound
from forecast.financing.covenants import check_covenants
from forecast.financing.halves import Halves
from forecast.financing.measures import NO_DAYS, last_days, measure
from forecast.financing.options import Financing, Limit, MixPart, Option, Recommendation, RunnerUp
from forecast.financing.policy import check_outcome
from forecast.financing.remedies import late_arrival, remedy
from forecast.financing.schedules import existing_debt, schedule
from forecast.financing.selection import select, single
from forecast.financing.sizing import Desk, Sized, at_full_limits, size_single, widest
from forecast.liquidity import quantile_rank
from forecast.money import LARGEST_YUAN
from forecast.notes import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.halves import Costed
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.policy import Outcome
    from forecast.financing.simplest import Choice
    from forecast.liquidity import Buffer
    from forecast.plan.model import Covenants, Facility

__all__ = ["Financing", "MixPart", "Option", "Recommendation", "compare"]


def compare(
    case: CashCase,
    facilities: Sequence[Facility],
    confidence: float,
    buffer: Buffer,
    bound_paths: int = SAMPLE,
    covenants: Covenants | None = None,
    stresses: Sequence[CashCase] = (),
) -> Financing:
    """Compare the facilities on a scenario and recommend the cheapest mix of any number that holds.

    Sizing starts from the upper limit of ``buffer``, else its amount, above the opening balance. ``bound_paths`` are
    solved for the foresight bound where it has no closed form. A mix that keeps the ``covenants`` goes before one that
    does not, and must hold in the ``stresses``, too.
    """
    guess = max(0.0, (buffer.amount if buffer.upper is None else buffer.upper) - case.opening_balance)
    halves = Halves.of(Desk.of(case, facilities, confidence, guess), stresses)
    singles = [single(halves, item) for item in halves.seen.items]
    found = {
        item.facility.name: _option(halves, item, sized, covenants)
        for item, sized in zip(halves.seen.items, singles, strict=True)
    }
    choice = select(halves, singles, covenants)
    recommended = _recommend(halves, choice, covenants, bound_paths)
    options = tuple(found[facility.name] for facility in facilities)
    owed = existing_debt(case, facilities)
    return Financing(options, recommended, owed, tuple(_notes(facilities, recommended, halves)))


def _option(halves: Halves, item: Terms, sized: Sized | None, covenants: Covenants | None) -> Option:
    """Describe a facility on its own, at its sized limit or, where it does not hold, at its full one."""
    facility, desk = item.facility, halves.whole
    proposal = widest(halves.seen, [item]) if sized is None else sized.proposal
    outcome = desk.run(desk.on(proposal))
    check_outcome(outcome)
    account = outcome.accounts[0]
    chance = halves.chance(proposal) if halves.split else float(outcome.short.mean())
    days = NO_DAYS if sized is None else last_days(outcome, account, desk.case.as_of, desk.confidence)
    return Option(
        facility=facility.name,
        kind=facility.kind,
        feasible=sized is not None,
        why_not=None if sized is not None else late_arrival(desk, item, outcome) or _why_not(halves, item, chance),
        expected_cost=float(outcome.cost.mean()),
        interest=sum((float(each.interest.mean()) for each in outcome.accounts), 0.0),
        fees=sum((float(each.fees.mean()) for each in outcome.accounts), 0.0),
        cost_beyond_horizon=sum((float(each.rest.mean()) for each in outcome.accounts), 0.0),
        shortfall_probability=chance,
        limit_used=_limit_used(account),
        covenants=check_covenants(desk.case, outcome, covenants, desk.confidence),
        rates=measure([account], desk.confidence),
        days=days,
        schedule=schedule(desk.case.days, outcome.accounts),
    )


def _limit_used(account: Account) -> float | None:
    return account.arrangement.limit if math.isfinite(account.arrangement.limit) else None


def _why_not(halves: Halves, item: Terms, chance: float) -> Note:
    """Say why a facility on its own does not hold: limit, base, or when its money is due."""
    facility, desk = item.facility, halves.seen
    where = f"facilities.{facility.name}"
    allowed = round(1 - desk.confidence, 12)
    figures: dict[str, str | int | float] = {"chance": chance, "allowed": allowed, "limit": item.most}
    wanted = [quantile_rank(desk.paths, desk.confidence)]
    needed = size_single(desk, item, LARGEST_YUAN, wanted) if item.larger_helps else None
    if needed is None:
        return Note(item.why_not, where, figures)
    limit = needed.proposal.limits[0]
    if limit > item.most:
        return Note("limit_too_low", where, {**figures, "limit_needed": limit})
    return Note("short_when_judged", where, figures)


def _recommend(halves: Halves, choice: Choice, covenants: Covenants | None, bound_paths: int) -> Recommendation:
    desk, proposal, holds = halves.whole, choice.taken.proposal, choice.holds
    outcome = desk.run(desk.on(proposal))
    check_outcome(outcome)
    running = [account for account in outcome.accounts[len(proposal.items) :] if account.balance.any()]
    own = (*outcome.accounts[: len(proposal.items)], *running)
    bound, rests_on = lower_bound(outcome, bound_paths)
    mix = tuple(_mix_part(desk, outcome, account, holds=holds) for account in own)
    return Recommendation(
        feasible=holds,
        mix=mix,
        expected_cost=float(outcome.cost.mean()),
        interest=sum((float(account.interest.mean()) for account in outcome.accounts), 0.0),
        fees=sum((float(account.fees.mean()) for account in outcome.accounts), 0.0),
        cost_beyond_horizon=sum((float(account.rest.mean()) for account in outcome.accounts), 0.0),
        lower_bound=bound,
        bound_paths=rests_on,
        shortfall_probability=halves.chance(proposal) if halves.split else float(outcome.short.mean()),
        cash_after=np.ascontiguousarray(outcome.cash.T),
        outcome=outcome,
        rates=measure(own, desk.confidence),
        judged_paths=halves.judging.paths,
        covenants=check_covenants(desk.case, outcome, covenants, desk.confidence),
        remedy=None if holds else remedy(halves.judging, halves.judging.on(at_full_limits(proposal))),
        schedule=schedule(desk.case.days, outcome.accounts),
        reasons=choice.reasons,
        runner_up=None if choice.runner_up is None else _runner_up(halves, choice.runner_up),
    )


def _runner_up(halves: Halves, second: Costed) -> RunnerUp:
    limits = zip(second.names, second.proposal.limits, strict=True)
    mix = [Limit(name, limit if math.isfinite(limit) else None) for name, limit in limits]
    return RunnerUp(mix, second.cost, halves.chance(second.proposal))


def _mix_part(desk: Desk, outcome: Outcome, account: Account, *, holds: bool) -> MixPart:
    return MixPart(
        facility=account.arrangement.terms.facility.name,
        limit_used=_limit_used(account),
        interest=float(account.interest.mean()),
        fees=float(account.fees.mean()),
        cost_beyond_horizon=float(account.rest.mean()),
        rates=measure([account], desk.confidence),
        days=last_days(outcome, account, desk.case.as_of, desk.confidence) if holds else NO_DAYS,
        schedule=schedule(desk.case.days, [account]),
    )


def _notes(facilities: Sequence[Facility], recommended: Recommendation, halves: Halves) -> list[Note]:
    """Give what a reader must know of terms and covenants, and of what the figures rest on."""
    notes = [
        Note("two_rates", f"facilities.{facility.name}.discount_rate", {"used": facility.annual_rate})
        for facility in facilities
        if facility.annual_rate > 0 and facility.discount_rate > 0
    ]
    for check in recommended.covenants:
        where = f"covenants.{check.covenant}"
        if check.kept is None:
            notes.append(Note("covenant_not_judged", where, {"agreed": check.agreed}))
        elif not check.kept and check.chance_of_breach is not None:
            chance, day = check.chance_of_breach, str(check.day)
            notes.append(Note("covenant_broken", where, {"agreed": check.agreed, "chance": chance, "day": day}))
    notes += _owed_after(recommended)
    if (paths := recommended.bound_paths) < halves.whole.paths:
        notes.append(Note("lower_bound_sampled", "financing.recommended.lower_bound", {"paths": paths}))
    if facilities and not halves.split:
        notes.append(Note("judged_on_seen", "financing", {"paths": halves.whole.paths}))
    return notes


def _owed_after(recommended: Recommendation) -> list[Note]:
    """Give what a reader must know of the debts beside the recommended mix that outlast the horizon by contract."""
    notes = []
    for account in recommended.outcome.accounts:
        amount, days = float(account.balance[-1].mean()), account.days_beyond
        if amount < FEN_TOLERANCE or days == 0:
            continue
        where = f"facilities.{account.arrangement.terms.facility.name}"
        if days is None:
            notes.append(Note("debt_without_end", where, {"amount": amount}))
        else:
            cost = float(account.rest.mean())
            notes.append(Note("debt_beyond_horizon", where, {"amount": amount, "cost": cost, "days": days}))
    return notes

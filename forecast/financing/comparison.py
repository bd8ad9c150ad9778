"""The choice: each facility on its own beside the cheapest mix that holds, all carried out by the same daily rule.

What runs anyway (the commitment fee of signed facilities, balances owed on the evening of as_of) is carried and
counted in every option, so that options differ by what is decided alone; the effective annual rate is that of the
option's own facilities. Limits are proposed and sized on one half of the paths, on the upper limit of what these need,
and judged on the other half, whose share of short paths is what is stated; costs are means over all paths
(``selection``).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.better_use import AHEAD, in_lots, on_notice_as_agreed, select_used, uses_told
from forecast.financing.bound import SAMPLE, lower_bound
from forecast.financing.covenants import check_covenants
from forecast.financing.desk import Desk, Proposal, Sized
from forecast.financing.halves import Halves
from forecast.financing.lent_twice import lent_twice
from forecast.financing.measures import NO_DAYS, last_days, measure
from forecast.financing.options import Financing, Limit, MixPart, Option, Recommendation, RunnerUp
from forecast.financing.policy import check_outcome
from forecast.financing.remedies import in_full, late_arrival, remedy
from forecast.financing.schedules import existing_debt, schedule
from forecast.financing.selection import single, with_less
from forecast.financing.simplest import in_whole
from forecast.financing.sizing import size_single, widest
from forecast.financing.timing import RECENT, reach_beyond
from forecast.liquidity import quantile_rank
from forecast.money import LARGEST_YUAN
from forecast.notes import Note

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecast.arrays import Days
    from forecast.cash import CashCase
    from forecast.financing.halves import Costed
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.policy import Outcome
    from forecast.financing.simplest import Choice
    from forecast.liquidity import Buffer
    from forecast.plan.model import Covenants, Facility, Scenario

__all__ = ["Financing", "MixPart", "Option", "Recommendation", "carried_out", "compare"]


def compare(
    case: CashCase,
    facilities: Sequence[Facility],
    confidence: float,
    buffer: Buffer,
    bound_paths: int = SAMPLE,
    covenants: Covenants | None = None,
    stresses: Sequence[tuple[Scenario, CashCase]] = (),
    label: str = "",
) -> Financing:
    """Compare the facilities on a scenario and recommend the cheapest mix of any number that holds.

    Sizing starts from the upper limit of ``buffer``, else its amount, above the opening balance. ``bound_paths`` are
    solved for the foresight bound where it has no closed form. A mix that keeps the ``covenants`` goes before one that
    does not, and must hold in the ``stresses``, too. ``label`` is the scenario's name in what is told of it.
    """
    guess = max(0.0, (buffer.amount if buffer.upper is None else buffer.upper) - case.opening_balance)
    halves = Halves.of(Desk.of(case, facilities, confidence, guess), stresses)
    singles = [single(halves, item) for item in halves.seen.items]
    found = {
        item.facility.name: _option(halves, item, sized, covenants)
        for item, sized in zip(halves.seen.items, singles, strict=True)
    }
    ahead = {name: one for name in found if not found[name].feasible and (one := _alone_ahead(halves, name, covenants))}
    used = select_used(halves, singles, covenants)
    recommended = _recommend(used.halves, used.choice, covenants, bound_paths, halves)
    options = tuple((found | ahead)[facility.name] for facility in facilities)
    told = _told(halves, facilities, options, recommended, label)
    return replace(told, notes=(*told.notes, *(Note("alone_used_ahead", f"facilities.{name}") for name in ahead)))


def _alone_ahead(halves: Halves, name: str, covenants: Covenants | None) -> Option | None:
    """Describe a facility that holds on its own where its lots are drawn ahead; None where it does not lend so."""
    used = in_lots(halves, [name])
    if used is None:
        return None
    item = used.seen.laid_out(name, AHEAD)
    sized = single(used, item)
    return None if sized is None else _option(used, item, sized, covenants)


def carried_out(
    halves: Halves, choice: Choice, facilities: Sequence[Facility], covenants: Covenants | None, label: str = ""
) -> Financing:
    """Give the financing by a choice that is made already, with no option beside it; its bound rests on one path."""
    recommended = _recommend(halves, choice, covenants, 1, halves)
    return _told(halves, facilities, (), recommended, label)


def _told(
    halves: Halves,
    facilities: Sequence[Facility],
    options: tuple[Option, ...],
    recommended: Recommendation,
    label: str,
) -> Financing:
    """Give what was found, with the debt that is there already and the notes on it."""
    there = halves.whole.run(Proposal((), ()))
    owed = existing_debt(halves.whole.case, sorted(there.accounts, key=lambda one: _place(facilities, one)))
    return Financing(options, recommended, owed, tuple(_notes(facilities, recommended, halves, label)))


def _option(halves: Halves, item: Terms, sized: Sized | None, covenants: Covenants | None) -> Option:
    """Describe a facility on its own, at its sized limit or, where it does not hold, at its full one."""
    facility, desk = item.facility, halves.whole
    proposal = widest(halves.seen, [item]) if sized is None else _at_its_best(halves, sized.proposal, covenants)
    outcome = desk.run(desk.on(proposal))
    check_outcome(outcome)
    account = outcome.accounts[0]
    worst, there = halves.worst(proposal)
    days = NO_DAYS if sized is None else last_days(outcome, account, desk.case.as_of, desk.confidence)
    return Option(
        facility=facility.name,
        kind=facility.kind,
        feasible=sized is not None,
        why_not=None
        if sized is not None
        else late_arrival(desk, item, outcome) or _why_not(halves, item, worst, there),
        expected_cost=float(outcome.cost.mean()),
        interest=sum((float(each.interest.mean()) for each in outcome.accounts), 0.0),
        fees=sum((float(each.fees.mean()) for each in outcome.accounts), 0.0),
        cost_beyond_horizon=sum((float(each.rest.mean()) for each in outcome.accounts), 0.0),
        shortfall_probability=float(there.short.mean()),
        short_in=_name(worst),
        signing_day=_signing_day(account, desk),
        limit_used=_limit_used(account),
        covenants=check_covenants(desk.case, outcome, covenants, desk.confidence),
        rates=measure([account], desk.confidence),
        days=days,
        schedule=schedule(desk.case.days, outcome.accounts),
    )


def _place(facilities: Sequence[Facility], account: Account) -> int:
    return [one.name for one in facilities].index(account.arrangement.terms.facility.name)


def _limit_used(account: Account) -> float | None:
    """Give what is arranged, at least what is owed on as_of; of a loan that nothing more is drawn of, that."""
    terms, limit = account.arrangement.terms, account.arrangement.limit
    if not (terms.on_demand or account.arrangement.drawing):
        return terms.facility.drawn
    return max(limit, terms.facility.drawn) if math.isfinite(limit) else None


def _signing_day(account: Account, desk: Desk) -> dt.date | None:
    """Give the day on which a facility is signed, as its fees count from; None where it is signed already or unused."""
    start, days = account.arrangement.terms.calendar.start, desk.case.days
    if not account.arrangement.is_new or start >= days.size:
        return None
    signed: dt.date = days[start].astype(object)
    return signed


def _at_its_best(halves: Halves, proposal: Proposal, covenants: Covenants | None) -> Proposal:
    """Give a facility that holds on its own with no larger limit on notice than it needs, and what is signed whole."""
    return in_whole(halves, with_less(halves, halves.costed(proposal), covenants).proposal)


def _name(desk: Desk) -> str | None:
    """Give the name of the scenario that a desk is of, where that is one to withstand."""
    return None if desk.scenario is None else desk.scenario.name


def _why_not(halves: Halves, item: Terms, worst: Desk, there: Outcome) -> Note:
    """Say why a facility on its own does not hold: limit, base, or when its money is due; and in which scenario."""
    facility, desk = item.facility, halves.seen if worst.scenario is None else worst
    where = f"facilities.{facility.name}"
    allowed = round(1 - desk.confidence, 12)
    figures: dict[str, str | int | float] = {
        "chance": float(there.short.mean()),
        "allowed": allowed,
        "limit": item.most,
    }
    if worst.scenario is not None:
        figures["scenario"] = worst.scenario.label
    wanted = [quantile_rank(desk.paths, desk.confidence)]
    (there_item,) = desk.on(Proposal((item,), (item.most,))).items
    needed = size_single(desk, there_item, LARGEST_YUAN, wanted) if item.larger_helps else None
    limit = 0.0 if needed is None else needed.proposal.limits[0]
    if limit > item.most:
        code = "limit_too_low" if worst.scenario is None else "limit_too_low_in"
        return Note(code, where, {**figures, "limit_needed": math.ceil(limit - FEN_TOLERANCE)})
    if worst.scenario is not None:
        return Note("short_in", where, figures)
    within = int((there.shortage > 0).any(axis=0).sum()) <= worst.most_short
    if within and there.days_due.size:
        day = str(desk.case.days[-1] + there.days_due[-1])
        return Note("short_beyond", where, {**figures, "day": day, "lack": math.ceil(worst.lacking(there))})
    return Note(item.why_not if needed is None else "short_when_judged", where, figures)


def _recommend(  # a choice, what it rests on, and what is told of it
    halves: Halves, choice: Choice, covenants: Covenants | None, bound_paths: int, offered: Halves
) -> Recommendation:
    """Describe a choice made on ``halves``, facilities used as there; the runner-up uses them as ``offered``."""
    desk, proposal, holds = halves.whole, choice.taken.proposal, choice.holds
    outcome, (worst, there) = desk.run(desk.on(proposal)), halves.worst(proposal)
    check_outcome(outcome)
    running = [account for account in outcome.accounts[len(proposal.items) :] if account.balance.any()]
    own = (*outcome.accounts[: len(proposal.items)], *running)
    bound, rests_on = lower_bound(on_notice_as_agreed(desk, outcome), bound_paths)
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
        shortfall_probability=float(there.short.mean()),
        short_in=_name(worst),
        cash_after=np.ascontiguousarray(outcome.cash.T),
        outcome=outcome,
        rates=measure(own, desk.confidence),
        judged_paths=halves.judging.paths,
        covenants=check_covenants(desk.case, outcome, covenants, desk.confidence),
        remedy=None if holds else remedy(halves.must_hold, in_full(halves.judging.items, proposal)),
        schedule=schedule(desk.case.days, outcome.accounts),
        reasons=(_least_short(worst),) if not holds else (*choice.reasons, *uses_told(proposal)),
        runner_up=None if choice.runner_up is None else _runner_up(offered, choice.runner_up),
    )


def _least_short(worst: Desk) -> Note:
    """Say that nothing holds, and of which scenario the chance is, where that is one to withstand."""
    where = "financing.recommended"
    if worst.scenario is None:
        return Note("chosen_least_short", where)
    return Note("chosen_least_short_in", where, {"scenario": worst.scenario.label})


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
        signing_day=_signing_day(account, desk),
        schedule=schedule(desk.case.days, [account]),
    )


def _notes(facilities: Sequence[Facility], recommended: Recommendation, halves: Halves, label: str) -> list[Note]:
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
            told: dict[str, str | int | float] = {
                "agreed": check.agreed,
                "chance": check.chance_of_breach,
                "day": str(check.day),
            }
            notes.append(Note("covenant_broken", where, {**told, "scenario": label}))
    notes += _owed_after(recommended, halves.whole.case.days, label)
    notes += lent_twice(recommended.outcome, halves.whole.case.days, label)
    if (paths := recommended.bound_paths) < halves.whole.paths:
        notes.append(Note("lower_bound_sampled", "financing.recommended.lower_bound", {"paths": paths}))
    if facilities and not halves.split:
        notes.append(Note("judged_on_seen", "financing", {"paths": halves.whole.paths}))
    return notes


def _owed_after(recommended: Recommendation, horizon: Days, label: str) -> list[Note]:
    """Give what a reader must know of the debts beside the recommended mix that outlast the horizon by contract."""
    notes = []
    for account in recommended.outcome.accounts:
        amount, days = float(account.balance[-1].mean()), account.days_beyond
        if amount < FEN_TOLERANCE or days == 0:
            continue
        where = f"facilities.{account.arrangement.terms.facility.name}"
        if days is None:
            notes.append(Note("debt_without_end", where, {"amount": amount, "scenario": label}))
        else:
            notes.append(_outlasting(account, where, horizon, label))
    return notes


def not_repaid(recommended: Recommendation, label: str) -> list[Note]:
    """Tell of what is owed without a day on the last evening, where what then comes in would not soon repay it.

    Soon: within as many days as are looked at after the horizon. What comes in is expected as ``slack_beyond`` has it.
    Nothing is told where the mix does not hold.
    """
    outcome = recommended.outcome
    owed = sum(float(one.balance[-1].mean()) for one in outcome.accounts if one.days_beyond == 0)
    reach = reach_beyond(outcome.days.flows.shape[0])
    minimum = outcome.days.minimum
    spare = outcome.cash[-1] - (minimum[-1] if isinstance(minimum, np.ndarray) else minimum)
    brings = float((spare + reach * np.maximum(outcome.days.flows[-RECENT:].mean(axis=0), 0.0)).mean())
    if not recommended.feasible or owed <= max(brings, 0.0) + FEN_TOLERANCE:
        return []
    figures: dict[str, str | int | float] = {"amount": owed, "brings": max(brings, 0.0), "days": reach}
    return [Note("not_repaid_soon", "financing.recommended", {**figures, "scenario": label})]


def _outlasting(account: Account, where: str, horizon: Days, label: str) -> Note:
    """Tell of a debt that ends after the horizon; of an old one how far ahead it is judged, where that is not all."""
    days, reach = account.days_beyond or 0, reach_beyond(horizon.size)
    figures: dict[str, str | int | float] = {
        "amount": float(account.balance[-1].mean()),
        "cost": float(account.rest.mean()),
        "days": days,
        "day": str(horizon[-1] + days),
        "scenario": label,
    }
    if account.arrangement.terms.facility.drawn > 0 and days > reach:
        return Note("old_debt_beyond_horizon", where, {**figures, "judged": str(horizon[-1] + reach)})
    return Note("debt_beyond_horizon", where, figures)

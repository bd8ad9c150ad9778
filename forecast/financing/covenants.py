"""Covenants: what a run of the rule says about the promises made to lenders, path by path.

minimum_dscr: (receipts + other operating flows) ÷ (interest + scheduled principal) over the horizon. Flows of category
    ``debt`` are no operating flows; those that go out are debt service. Principal that receivables or a surplus repay
    is not scheduled; the close-out on the last day is none either.
maximum_utilisation: what is owed ÷ the limits, over the facilities that can be drawn again (a loan drawn once is
    always wholly drawn), on the worst evening.
clean_down_days: evenings in a row within the horizon on which no revolver and no overdraft is drawn.

No debt to lenders, and in none of them: deferred supplier payments, early settlement by the platform, and factoring
without recourse.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.liquidity import quantile_rank
from forecast.records import Record, rate, record, says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats
    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.policy import Outcome
    from forecast.plan.model import Covenants


@record
class CovenantCheck(Record):
    """One covenant on the paths of a run; figures are null where the horizon is too short to tell.

    ``value`` is null, too, where there is nothing to cover (no debt service). ``day``: of the paths that break the
    agreed utilisation; of the other covenants the last day of the horizon.
    """

    covenant: str = says("its key in the plan")
    agreed: float = rate("what was promised", "as agreed")
    value: float | None = rate("what a share `confidence` of the paths reaches at least, or stays within", "as agreed")
    chance_of_breach: float | None = rate("share of paths that break it")
    day: dt.date | None = says("median first day of the breach; null where no path breaks it")
    kept: bool | None = says("whether the chance is at most 1 − confidence")


def check_covenants(
    case: CashCase, outcome: Outcome, covenants: Covenants | None, confidence: float
) -> tuple[CovenantCheck, ...]:
    """Evaluate the plan's covenants on a run of the rule, in the order of the plan's keys.

    ``confidence`` is the share of paths on which each must be kept.
    """
    if covenants is None:
        return ()
    accounts = _lenders(outcome)
    checks, last = [], case.days[-1].astype(object)
    if covenants.minimum_dscr is not None:
        cover = debt_service_cover(case, accounts)
        checks.append(_at_least("minimum_dscr", covenants.minimum_dscr, cover, last, confidence))
    if covenants.maximum_utilisation is not None:
        checks.append(_within(covenants.maximum_utilisation, utilisation(case, accounts), case, confidence))
    if covenants.clean_down_days is not None:
        days = float(covenants.clean_down_days)
        if days > case.days.size:
            checks.append(CovenantCheck("clean_down_days", days, None, None, None, None))
        else:
            clean = longest_clean_run(case, accounts)
            checks.append(_at_least("clean_down_days", days, clean, last, confidence))
    return tuple(checks)


def is_counted(item: Terms) -> bool:
    """Tell whether the use of a facility's limit counts in the agreed utilisation: a debt that can be drawn again."""
    return item.is_debt and item.refillable


def limits_lacking(case: CashCase, outcome: Outcome, agreed: float, confidence: float) -> float:
    """Give by how much, yuan, the limits of a run would have to be wider for an agreed utilisation, at least 0.

    What is drawn of them as it is; ``confidence`` is the share of paths on which it must be kept.
    """
    lines = _lines(_lenders(outcome))
    used = _reached(utilisation(case, lines).max(axis=0), confidence)
    return max(used / agreed - 1.0, 0.0) * sum(one.arrangement.contracted for one in lines)


def _lenders(outcome: Outcome) -> list[Account]:
    return [account for account in outcome.accounts if account.arrangement.terms.is_debt]


def _lines(accounts: Sequence[Account]) -> list[Account]:
    """Give those whose utilisation counts, within a limit."""
    return [one for one in accounts if is_counted(one.arrangement.terms) and 0 < one.arrangement.contracted < np.inf]


def _reached(values: Floats, confidence: float) -> float:
    """Give what a share ``confidence`` of the paths stays within."""
    return float(np.sort(values)[quantile_rank(values.size, confidence) - 1])


def debt_service_cover(case: CashCase, accounts: Sequence[Account]) -> Floats:
    """Give the debt-service cover ratio of the horizon on each path, infinite where there is no debt service."""
    existing = np.zeros(case.days.size) if case.debt_service is None else case.debt_service
    operating = case.flows.sum(axis=1) - existing.sum()
    service = np.full(case.flows.shape[0], -np.minimum(existing, 0.0).sum())
    for account in accounts:
        service += account.interest
        if account.scheduled is not None:
            service += account.scheduled.sum(axis=0)
    return np.asarray(np.divide(operating, service, out=np.full_like(service, np.inf), where=service > FEN_TOLERANCE))


def utilisation(case: CashCase, accounts: Sequence[Account]) -> Floats:
    """Give the drawn share of the limits on each evening, (day, path); 0 without a limit."""
    lines = _lines(accounts)
    drawn = sum((account.balance for account in lines), np.zeros((case.days.size, case.flows.shape[0])))
    limits = sum(account.arrangement.contracted for account in lines)
    return drawn / limits if limits > 0 else drawn


def longest_clean_run(case: CashCase, accounts: Sequence[Account]) -> Floats:
    """Give the longest run of evenings with no revolver or overdraft drawn on each path, days."""
    lines = [account for account in accounts if account.arrangement.terms.cleaned_down]
    longest = run = np.zeros(case.flows.shape[0])
    for day in range(case.days.size):
        clean = np.ones(case.flows.shape[0], dtype=np.bool_)
        for account in lines:
            clean &= account.balance[day] <= FEN_TOLERANCE
        run = np.where(clean, run + 1, 0.0)
        longest = np.maximum(longest, run)
    return longest


def _at_least(covenant: str, agreed: float, reached: Floats, last: dt.date, confidence: float) -> CovenantCheck:
    lowest = float(-np.sort(-reached)[quantile_rank(reached.size, confidence) - 1])
    broken = reached < agreed
    value, day = lowest if np.isfinite(lowest) else None, last if broken.any() else None
    return CovenantCheck(covenant, agreed, value, float(broken.mean()), day, _kept(broken, confidence))


def _within(agreed: float, shares: Floats, case: CashCase, confidence: float) -> CovenantCheck:
    above = shares > agreed + FEN_TOLERANCE / 1e6
    broken = np.asarray(above.any(axis=0))
    day = None
    if broken.any():
        first = np.sort(above[:, broken].argmax(axis=0))
        day = case.days[first[(first.size - 1) // 2]].astype(object)
    value = _reached(shares.max(axis=0), confidence)
    return CovenantCheck("maximum_utilisation", agreed, value, float(broken.mean()), day, _kept(broken, confidence))


def _kept(broken: Bools, confidence: float) -> bool:
    return int(broken.sum()) <= broken.size - quantile_rank(broken.size, confidence)

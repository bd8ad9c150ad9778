"""Schedules: what facilities draw, repay and cost in cash by week and by month, what is owed then, and what is left.

Weeks run from Monday to Sunday. Principal stands apart from interest and fees, which count in the week or month in
which they are paid: what has accrued on the last evening is ``unpaid``, what contracts ask for later stands in
``cost_beyond_horizon``, and both with what is paid are the expected cost. All flows are means over the paths.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.errors import IdentityError
from forecast.financing.timing import month_ends
from forecast.records import MONEY_DECIMALS, Record, money, record, says

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.arrays import Bools, Days, Floats, Ints
    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Account

WEEKDAY_OF_DAY_0, DAYS_A_WEEK = 3, 7
"""1 January 1970, day 0 of numpy's days, was a Thursday; Monday is weekday 0."""


@record
class Span(Record):
    """The days of the horizon that belong to a week (Monday to Sunday) or a month."""

    first: dt.date = says("first day")
    last: dt.date = says("last day")
    broken: bool | None = says("true where the horizon cuts the week or month; absent where it is whole", default=None)


@record
class Owed(Record):
    """A balance owed on one evening, over the paths."""

    mean: float = money("mean over paths")
    p05: float = money("5 % quantile over paths")
    p95: float = money("95 % quantile over paths")


@record
class Headroom(Record):
    """What can still be drawn on one evening, over the paths."""

    mean: float = money("mean over paths")
    p05: float = money("5 % quantile over paths")


@record
class Period(Record):
    """A week or a month: means over the paths, in cash on the day of payment, and the last evening."""

    span: Span = says("its days", flat=True)
    drawn: float = money("principal drawn")
    repaid: float = money("principal repaid")
    interest_paid: float = money("interest paid")
    fees_paid: float = money("fees of every kind paid")
    owed: Owed = says("principal owed on its last evening: owed before + drawn − repaid")
    headroom: Headroom = says("limit, or base where that is less, not drawn on its last evening")


@record
class Schedule(Record):
    """What facilities draw, repay and cost by week and by month.

    Interest and fees paid, ``unpaid`` and ``cost_beyond_horizon`` together are the expected cost.
    """

    opening: float = money("principal owed on the evening of as_of")
    unpaid: float = money("interest and fees accrued and not paid by the last evening, mean")
    weekly: list[Period] = says("by week, Monday to Sunday")
    monthly: list[Period] = says("by month")


@record
class DebtFlows(Record):
    """What loans of before take and bring in a week or a month."""

    span: Span = says("its days", flat=True)
    paid: float = money("interest, fees and principal paid")
    received: float = money("loans received")


@record
class DebtOwed(Record):
    """A facility that something was owed on before the plan began, as it goes on if nothing more is drawn of it."""

    facility: str = says("its name")
    owed: float = money("owed on the evening of as_of")
    weekly: list[DebtFlows] = says("what it takes by week, mean")
    monthly: list[DebtFlows] = says("what it takes by month, mean")


@record
class ExistingDebt(Record):
    """The debt that is there whatever is chosen: facilities drawn on as_of, and other flows of category ``debt``."""

    facilities: list[DebtOwed] = says("facilities with something drawn, in the plan's order")
    weekly: list[DebtFlows] = says("flows of category `debt` by week; empty where there are none")
    monthly: list[DebtFlows] = says("the same by month")


def schedule(days: Days, accounts: Sequence[Account]) -> Schedule:
    """Lay out what facilities of one run do together over the days of the horizon.

    Flows are to the fen so that each period follows from the one before and weeks and months have one sum
    (``_to_the_fen``).

    Raises:
        IdentityError: The schedule does not add up (``check_schedule``).
    """
    fees = _total(days, [_fees_paid(one) for one in accounts])
    interest = _total(days, [one.charges_paid.mean(axis=1) + one.upfront.mean(axis=1) for one in accounts]) - fees
    drawn = _total(days, [one.draws.mean(axis=1) for one in accounts])
    repaid = _total(days, [one.repayments.mean(axis=1) for one in accounts])

    def laid_out(spans: Sequence[tuple[Span, slice]]) -> list[Period]:
        evenings = np.array([within.stop - 1 for _, within in spans])
        owed, headroom = _owed(accounts, evenings), _headroom(accounts, evenings)
        return [
            Period(
                span=span,
                drawn=float(drawn[within].sum()),
                repaid=float(repaid[within].sum()),
                interest_paid=float(interest[within].sum()),
                fees_paid=float(fees[within].sum()),
                owed=owed[place],
                headroom=headroom[place],
            )
            for place, (span, within) in enumerate(spans)
        ]

    found = Schedule(
        opening=float(sum(one.arrangement.terms.facility.drawn for one in accounts)),
        unpaid=float(sum(one.unpaid.mean() for one in accounts)),
        weekly=laid_out(weeks(days)),
        monthly=laid_out(months(days)),
    )
    check_schedule(found, sum(float((one.interest + one.fees).mean()) for one in accounts))
    return replace(
        found,
        opening=round(found.opening, MONEY_DECIMALS),
        weekly=_to_the_fen(found.weekly, found.opening),
        monthly=_to_the_fen(found.monthly, found.opening),
    )


def _to_the_fen(periods: Sequence[Period], opening: float) -> list[Period]:
    """Give periods whose flows are to the fen, and what is owed as it follows from them."""
    flows = _flows_to_the_fen([(one.drawn, one.repaid, one.interest_paid, one.fees_paid) for one in periods])
    before = round(opening, MONEY_DECIMALS)
    found = []
    for one, (drawn, repaid, interest, fees) in zip(periods, flows, strict=True):
        before = round(before + drawn - repaid, MONEY_DECIMALS)
        owed = replace(one.owed, mean=before)
        found.append(
            replace(one, drawn=drawn, repaid=repaid, interest_paid=interest, fees_paid=fees, owed=owed),
        )
    return found


def _flows_to_the_fen(flows: Sequence[tuple[float, ...]]) -> list[list[float]]:
    """Round what flows up to the end of each period, and give the differences; (period, flow).

    Rounded one by one, the flows of many periods drift from their sum by some fen.
    """
    reached = np.cumsum(flows, axis=0).round(MONEY_DECIMALS)
    exact: list[list[float]] = np.diff(reached, axis=0, prepend=0.0).round(MONEY_DECIMALS).tolist()
    return exact


def check_schedule(found: Schedule, cost: float) -> None:
    """Hold a schedule against itself and the horizon's cost, that which contracts ask for after it left out.

    Raises:
        IdentityError: Owed before + drawn − repaid = owed, weeks = months, or paid + unpaid = ``cost`` does not hold.
    """
    for name, periods in (("weekly", found.weekly), ("monthly", found.monthly)):
        before = found.opening
        for one in periods:
            _same(before + one.drawn - one.repaid, one.owed.mean, f"{name} {one.span.first}: what is owed")
            before = one.owed.mean
        _same(sum(one.interest_paid + one.fees_paid for one in periods) + found.unpaid, cost, f"{name}: the cost")
    flows: dict[str, Callable[[Period], float]] = {
        "drawn": lambda one: one.drawn,
        "repaid": lambda one: one.repaid,
        "interest": lambda one: one.interest_paid,
        "fees": lambda one: one.fees_paid,
    }
    for name, flow in flows.items():
        _same(sum(map(flow, found.weekly)), sum(map(flow, found.monthly)), f"{name} by week and by month")


def _same(one: float, other: float, what: str) -> None:
    # a float64 holds 15 to 16 digits: sums over thousands of paths still tell a fen of a billion yuan
    if not abs(one - other) <= max(FEN_TOLERANCE, abs(other) * 1e-11):
        raise IdentityError(f"schedule, {what}: {one} is not {other}")


def existing_debt(case: CashCase, accounts: Sequence[Account]) -> ExistingDebt:
    """Give the debt that is there before anything is chosen; ``accounts`` are those of a run that arranges nothing."""
    owed = [_owing(case.days, one) for one in accounts if one.arrangement.terms.facility.drawn > 0]
    service = case.debt_service
    if service is None or not service.any():
        return ExistingDebt(owed, [], [])
    paid, received = np.maximum(-service, 0.0), np.maximum(service, 0.0)
    return ExistingDebt(
        owed, _debt_flows(weeks(case.days), paid, received), _debt_flows(months(case.days), paid, received)
    )


def _owing(days: Days, account: Account) -> DebtOwed:
    """Give what a facility with a balance on as_of takes."""
    facility = account.arrangement.terms.facility
    paid = (account.repayments + account.charges_paid + account.upfront).mean(axis=1)
    received = account.draws.mean(axis=1)
    by_week, by_month = (_debt_flows(spans, paid, received) for spans in (weeks(days), months(days)))
    return DebtOwed(facility.name, facility.drawn, by_week, by_month)


def _debt_flows(spans: Sequence[tuple[Span, slice]], paid: Floats, received: Floats) -> list[DebtFlows]:
    flows = _flows_to_the_fen([(float(paid[days].sum()), float(received[days].sum())) for _, days in spans])
    return [DebtFlows(span, *figures) for (span, _), figures in zip(spans, flows, strict=True)]


def weeks(days: Days) -> list[tuple[Span, slice]]:
    """Give the weeks of a horizon with the places of their days."""
    number = np.append(days, days[-1] + 1).astype("datetime64[D]").astype(np.int64) + WEEKDAY_OF_DAY_0
    return _spans(days, number[:-1] % DAYS_A_WEEK == 0, number[1:] % DAYS_A_WEEK == 0)


def months(days: Days) -> list[tuple[Span, slice]]:
    """Give the months of a horizon with the places of their days."""
    return _spans(days, month_ends(days - 1), month_ends(days))


def _spans(days: Days, begins: Bools, ends: Bools) -> list[tuple[Span, slice]]:
    """Cut the horizon behind each day that ends a week or month; what its own ends cut is broken."""
    last = np.flatnonzero(ends | (np.arange(days.size) == days.size - 1)).tolist()
    found = []
    for start, stop in zip([0, *(one + 1 for one in last)], [one + 1 for one in last], strict=False):
        whole = bool(begins[start] and ends[stop - 1])
        first, end = (days[place].astype("datetime64[D]").astype(object) for place in (start, stop - 1))
        found.append((Span(first, end, None if whole else True), slice(start, stop)))
    return found


def _total(days: Days, several: Sequence[Floats]) -> Floats:
    return np.asarray(np.sum([np.zeros(days.size), *several], axis=0))


def _fees_paid(account: Account) -> Floats:
    """Give what is paid in fees on each day, mean over the paths, (day,).

    What is paid on a due day is all that has accrued, so that the commitment fee in it is that of the nights since the
    path last paid. Of a deferral, which pays its share with each payment, the commitment fee is paid first.
    """
    arrangement, paid = account.arrangement, account.charges_paid
    upfront = np.asarray(account.upfront.mean(axis=1))
    if arrangement.terms.charge_is_fee:
        return np.asarray(upfront + paid.mean(axis=1))
    if not arrangement.commitment_runs:
        return upfront
    nightly = arrangement.terms.calendar.commitment[:-1, None] * np.maximum(
        arrangement.priced - account.balance[:-1], 0.0
    )
    accrued = np.full_like(paid, arrangement.first_commitment)
    accrued[1:] += np.cumsum(nightly, axis=0)
    settled = np.maximum.accumulate(np.where(paid > 0, accrued, 0.0), axis=0)
    return np.asarray(upfront + np.minimum(np.diff(settled, axis=0, prepend=0.0), paid).mean(axis=1))


def _owed(accounts: Sequence[Account], evenings: Ints) -> list[Owed]:
    balance = sum((one.balance[evenings] for one in accounts), np.zeros((evenings.size, 1)))
    low, high = np.quantile(balance, (0.05, 0.95), axis=1)
    return [Owed(*map(float, figures)) for figures in zip(balance.mean(axis=1), low, high, strict=True)]


def _headroom(accounts: Sequence[Account], evenings: Ints) -> list[Headroom]:
    left = sum((_left(one, evenings) for one in accounts), np.zeros((evenings.size, 1)))
    means, lows = left.mean(axis=1), np.quantile(left, 0.05, axis=1)
    return [Headroom(float(mean), float(low)) for mean, low in zip(means, lows, strict=True)]


def _left(account: Account, evenings: Ints) -> Floats:
    """Give what an account leaves to draw on evenings, (evening, path): nothing of what is drawn once, or not yet."""
    arrangement, terms = account.arrangement, account.arrangement.terms
    balance, reached = account.balance[evenings], terms.calendar.arrival[terms.calendar.arrival >= 0]
    if not (arrangement.in_use and terms.on_demand and reached.size):
        return np.zeros_like(balance)
    most = np.minimum(arrangement.limit, terms.most_owed(evenings[:, None], np.arange(balance.shape[1])[None, :]))
    over = terms.facility.available_to is not None and evenings > np.flatnonzero(terms.calendar.open)[-1]
    closed = (evenings < reached[0]) | over
    return np.asarray(np.where(closed[:, None], 0.0, np.maximum(most - balance, 0.0)))

"""The foresight bound: what financing would cost one who knows each path, at the same limits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from forecast.financing.policy import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.kinds.terms import Carriage, Terms
    from forecast.financing.policy import Outcome

UNIT = 1e5
"""Yuan a unit of money inside the solver."""

SAMPLE = 20
"""Paths on which the programme is solved where no closed form exists."""


def lower_bound(outcome: Outcome, sample: int = SAMPLE) -> tuple[float, int]:
    """Give the mean over paths of the least cost for one who knows the path.

    The limits and the fees on them are the outcome's; no day falls shorter than the rule's; and one who knows the path
    has no right that the contracts do not give: money comes on days that notice reaches, a term loan on the rule's own
    day, once; it is repaid early only where that is allowed, and a term loan repaid so is not lent again. From below
    remain: a lot may be drawn in part, a term loan may be of any amount up to its limit, the fee on prepaying an
    instalment is left out and that on the rest is owed at the end, and what falls due after the horizon binds nobody.

    Where all facilities are drawn and repaid at once at no cost but interest, all is paid on the same days and what is
    dearer is so every night, drawing only the lack, the cheapest first, repaying with any surplus, and the dearer from
    the cheaper, is the least on every path: exact on all paths. Otherwise a linear programme is
    solved on evenly spaced paths, and the mean saving over the rule on these is taken off the rule's mean cost on all,
    so that sampling error touches the saving alone. ``sample`` is how many. Gives yuan, and the number of paths that it
    rests on.
    """
    paths = outcome.cash.shape[1]
    rule = outcome.cost
    if _drawn_at_will(outcome):
        return float(np.minimum(_closed_form(outcome), rule).mean()), paths
    chosen = np.unique(np.linspace(0, paths - 1, min(sample, paths)).round().astype(int))
    shortage = outcome.shortage
    least = np.array([_least_on_path(outcome, shortage[:, path], path) for path in chosen])
    saving = np.maximum(rule[chosen] - least, 0.0)
    return float(rule.mean() - saving.mean()), int(chosen.size)


def _drawn_at_will(outcome: Outcome) -> bool:
    """Whether on each day the debt that there must be costs the least if the cheapest facilities owe it.

    None is needed later for what could be owed now: all can be drawn again once repaid, none costs less on some nights
    and more on others than another, or is paid on other days, and no surplus earns more than the cheapest costs.
    """
    given = [one.arrangement for one in outcome.accounts]
    held = [one for one in given if one.in_use or one.terms.facility.drawn > 0]
    if not all(one.in_use and one.terms.freely_repaid and one.terms.facility.drawn <= one.limit for one in held):
        return False
    return _ranked([one.terms for one in held], outcome.days.surplus_rate / 365)


def _ranked(items: Sequence[Terms], earned: float) -> bool:
    """Whether each costs at least what the one before it does every night, the first what surplus earns; due alike."""
    prices = [np.array([earned]), *((item.accrual - item.calendar.commitment)[:-1] for item in items)]
    rising = all((lower <= higher).all() for lower, higher in itertools.pairwise(prices))
    return rising and all((item.calendar.due == items[0].calendar.due).all() for item in items)


def _closed_form(outcome: Outcome) -> Floats:
    """Give the cost of drawing exactly the lack on its day, (path,)."""
    days = replace(outcome.days, minimum=outcome.days.minimum - outcome.shortage)
    return simulate(days, [replace(account.arrangement, reserve=None) for account in outcome.accounts]).cost


def _least_on_path(outcome: Outcome, shortage: Floats, path: int) -> float:
    """Give the least cost on one path by a linear programme in units of ``UNIT`` yuan.

    By facility and day: a drawing and the balance owed; by day: the cash balance. Cash changes by the flows, by the
    change of the balances owed, and by what is paid; all that is charged counts, paid or owed at the end.
    """
    days, accounts = outcome.days, outcome.accounts
    count = days.flows.shape[0]
    width = 2 * len(accounts) * count
    ones = np.ones(count)
    lower, upper = np.zeros(width + count), np.full(width + count, np.inf)
    objective = np.zeros(width + count)
    income = days.surplus_rate / 365
    minimum = np.broadcast_to(np.asarray(days.minimum, dtype=np.float64).T, (outcome.cash.shape[1], count))[path] / UNIT
    lower[width:] = minimum - shortage / UNIT
    constant = days.flows[:, path] / UNIT
    constant[0] += days.opening / UNIT
    constant[1:] -= income * lower[width:-1]
    # the balance of cash first, then what each facility may owe
    rows, fixed = _Rows([], []), 0.0
    rows.add(0, width, _from_day_to_day(ones, -(1 + income) * ones))
    for number, account in enumerate(accounts):
        line = _LinePath.of(account, path)
        draw, owed = 2 * number * count, (2 * number + 1) * count
        upper[draw : draw + count], upper[owed : owed + count] = line.most_drawn, line.most_owed
        objective[draw : draw + count] = line.service
        objective[owed : owed + count] = line.charge
        fixed += line.fixed + line.charge_prepaying(objective[draw : draw + count], objective[owed : owed + count])
        for drawn, balance, most in line.rows():
            place = rows.begin(most)
            rows.add(place, draw, drawn)
            rows.add(place, owed, balance)
        rows.add(0, draw, _diagonal(line.service))
        rows.add(0, owed, _from_day_to_day(-ones, ones))
        rows.add(0, owed, line.paid_matrix(charge=line.charge))
        constant -= line.paid_fixed
        constant[0] -= line.opening
    most = np.concatenate([constant, *rows.most])
    least = np.where(np.arange(most.size) < count, most, -np.inf)
    solution = milp(
        objective,
        constraints=LinearConstraint(rows.laid_out((most.size, objective.size)), least, most),
        bounds=Bounds(lower, upper),
        options={"presolve": False},  # it takes longer than it saves on so small a programme
    )
    # the rule's own run satisfies the programme: without an answer the bound saves nothing on this path
    return (float(np.asarray(solution.fun)) + fixed) * UNIT if solution.status == 0 else float(outcome.cost[path])


class _Entries(NamedTuple):
    """A part of a matrix of coefficients: rows, columns and values; those of one place add up."""

    rows: Ints
    columns: Ints
    values: Floats


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of the programme: those of the cash balance, one a day, and below them what is at most ``most``."""

    entries: list[_Entries]
    most: list[Floats]

    def begin(self, most: Floats) -> int:
        """Begin rows below all others, the sums of which are at most so much; give the place of the first."""
        self.most.append(most)
        return most.size * len(self.most)

    def add(self, row: int, column: int, entries: _Entries) -> None:
        """Put entries with their first row and column there."""
        self.entries.append(_Entries(entries.rows + row, entries.columns + column, entries.values))

    def laid_out(self, shape: tuple[int, int]) -> sparse.csc_array:
        """Give the matrix."""
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        return sparse.csc_array((values, (rows, columns)), shape=shape)


@dataclass(frozen=True, slots=True, eq=False)
class _LinePath:
    """One facility on one path as coefficients of the programme, money in units; the rest as in ``Carriage``.

    ``fixed`` is what is charged whatever is drawn, ``paid_fixed`` what of it is paid on each day.
    """

    opening: float
    service: Floats
    charge: Floats
    due: Bools
    fixed: float
    paid_fixed: Floats
    most_owed: Floats
    most_drawn: Floats
    prepayment_fee: float
    carriage: Carriage

    @classmethod
    def of(cls, account: Account, path: int) -> _LinePath:
        """Give an account's facility on a path."""
        given = account.arrangement
        item, facility, days = given.terms, given.terms.facility, given.terms.calendar
        priced, opening, count = given.priced / UNIT, facility.drawn / UNIT, days.due.size
        charged = days.commitment if item.arranged or given.in_use else np.zeros(count)
        first = given.first_interest / UNIT + given.first_commitment / UNIT
        paid_fixed = _paid(charged * priced, days.due)
        paid_fixed[np.flatnonzero(days.due)[:1]] += first
        fee = item.signing_cost * priced if given.is_new and days.start < count else 0.0
        if fee:
            paid_fixed[days.start] += fee
        most = np.full(count, max(given.limit if given.in_use else facility.drawn, facility.drawn) / UNIT)
        if item.base is not None:
            most = np.minimum(most, item.base[:, path if item.base.shape[1] > 1 else 0] / UNIT)
        carriage = item.carriage(path, in_use=given.in_use)
        charge = item.accrual - charged
        charge[-1] += account.rest_rate
        return cls(
            opening=opening,
            service=facility.service_fee + item.kept_back,
            charge=charge,
            due=days.due,
            fixed=first + float(charged.sum()) * priced + fee,
            paid_fixed=paid_fixed,
            most_owed=most,
            most_drawn=carriage.most_drawn / UNIT,
            prepayment_fee=facility.prepayment_fee or 0.0,
            carriage=carriage,
        )

    def charge_prepaying(self, drawn: Floats, owed: Floats) -> float:
        """Add the fee on what is repaid early to the costs of drawings and balances, (day,) each; give the rest of it.

        Early is what is owed less on the schedule's last evening than the schedule has.
        """
        within, before = self.carriage.within, self.carriage.within_opening
        if not self.prepayment_fee or within is None or before is None:
            return 0.0
        evenings = np.flatnonzero(within.any(axis=1) | (self.opening * before > 0))
        if not evenings.size:
            return 0.0
        last = evenings[-1]
        drawn += self.prepayment_fee * within[last]
        owed[last] -= self.prepayment_fee
        return self.prepayment_fee * self.opening * float(before[last])

    def rows(self) -> Iterator[tuple[_Entries, _Entries, Floats]]:
        """Give the rows drawings and balances @ what is drawn and owed ≤ most: see ``Carriage``."""
        given, ones = self.carriage, np.ones(self.due.size)
        left = _dense(given.left)
        yield left._replace(values=-left.values), _from_day_to_day(ones, -given.kept), self.opening * given.opening
        if given.least is not None and given.least_opening is not None:
            most = -self.opening * given.least_opening
            if given.may_fall is not None:
                most = most + given.may_fall / UNIT
            yield left, _from_day_to_day(-ones, given.least), most
        if given.within is not None and given.within_opening is not None:
            yield _dense(-given.within), _diagonal(ones), self.opening * given.within_opening

    def paid_matrix(self, charge: Floats) -> _Entries:
        """Give what each day (row) pays of the charge of each night's balance (column) since the last due day."""
        due = np.flatnonzero(self.due)
        rows = np.repeat(due, np.diff(due, prepend=0))
        nights = np.arange(rows.size)
        return _Entries(rows, nights, charge[nights])


def _dense(matrix: Floats) -> _Entries:
    """Give what of a whole matrix is not 0."""
    rows, columns = np.nonzero(matrix)
    return _Entries(rows, columns, matrix[rows, columns])


def _diagonal(values: Floats) -> _Entries:
    """Give the matrix with values on its diagonal alone."""
    place = np.arange(values.size)
    return _Entries(place, place, values)


def _from_day_to_day(same: Floats, before: Floats) -> _Entries:
    """Give the matrix of what each day (row) takes of its own (column) and of the day before, (day,) each."""
    day = np.arange(same.size)
    return _Entries(np.append(day, day[1:]), np.append(day, day[:-1]), np.append(same, before[1:]))


def _paid(charges: Floats, due: Bools) -> Floats:
    """Give what is paid on each day of charges that accrue every night and are paid on due days."""
    total = np.concatenate([[0.0], np.cumsum(charges)])
    paid = np.zeros(due.size)
    paid[due] = np.diff(total[:-1][due], prepend=0.0)
    return paid

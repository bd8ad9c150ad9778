"""The foresight bound: what financing would cost one who knows each path, at the same limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from forecast.financing.policy import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.arrays import Bools, Floats
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.kinds.terms import Carriage
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

    Where all facilities are drawn and repaid at once at no cost but interest, drawing only the lack, the cheapest
    first, and repaying with any surplus is the least on every path: exact on all paths. Otherwise a linear programme is
    solved on evenly spaced paths, and the mean saving over the rule on these is taken off the rule's mean cost on all,
    so that sampling error touches the saving alone. ``sample`` is how many. Gives yuan, and the number of paths that it
    rests on.
    """
    paths = outcome.cash.shape[1]
    rule = outcome.cost
    if all(account.arrangement.terms.freely_repaid for account in outcome.accounts):
        return float(np.minimum(_closed_form(outcome), rule).mean()), paths
    chosen = np.unique(np.linspace(0, paths - 1, min(sample, paths)).round().astype(int))
    shortage = outcome.shortage
    least = np.array([_least_on_path(outcome, shortage[:, path], path) for path in chosen])
    saving = np.maximum(rule[chosen] - least, 0.0)
    return float(rule.mean() - saving.mean()), int(chosen.size)


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
    blocks, bounds_above = [], []
    ones, empty = np.ones(count), sparse.csr_array((count, count))
    lower, upper = np.zeros(width + count), np.full(width + count, np.inf)
    objective = np.zeros(width + count)
    income = days.surplus_rate / 365
    minimum = np.broadcast_to(np.asarray(days.minimum, dtype=np.float64).T, (outcome.cash.shape[1], count))[path] / UNIT
    lower[width:] = minimum - shortage / UNIT
    constant = days.flows[:, path] / UNIT
    constant[0] += days.opening / UNIT
    constant[1:] -= income * lower[width:-1]
    cash_rows = [_from_day_to_day(ones, -(1 + income) * ones)]
    fixed = 0.0
    for number, account in enumerate(accounts):
        line = _LinePath.of(account, path)
        draw, owed = 2 * number * count, (2 * number + 1) * count
        upper[draw : draw + count], upper[owed : owed + count] = line.most_drawn, line.most_owed
        objective[draw : draw + count] = line.service
        objective[owed : owed + count] = line.charge
        fixed += line.fixed + line.charge_prepaying(objective[draw : draw + count], objective[owed : owed + count])
        for drawn, balance, most in line.rows():
            row = [empty] * (2 * len(accounts) + 1)
            row[2 * number], row[2 * number + 1] = drawn, balance
            blocks.append(row)
            bounds_above.append(most)
        cash_rows.insert(-1, sparse.diags_array(line.service).tocsr())
        cash_rows.insert(-1, _from_day_to_day(-ones, ones) + line.paid_matrix(charge=line.charge))
        constant -= line.paid_fixed
        constant[0] -= line.opening
    # scipy takes sparse matrices here, its stubs do not
    owed_rows: Any = sparse.block_array(blocks, format="csr")
    balance_rows: Any = sparse.hstack(cash_rows, format="csr")
    solution = linprog(
        objective,
        A_ub=owed_rows,
        b_ub=np.concatenate(bounds_above),
        A_eq=balance_rows,
        b_eq=constant,
        bounds=list(zip(lower.tolist(), upper.tolist(), strict=True)),
        method="highs",
        options={"presolve": False},  # it takes longer than it saves on so small a programme
    )
    # the rule's own run satisfies the programme: without an answer the bound saves nothing on this path
    return (float(np.asarray(solution.fun)) + fixed) * UNIT if solution.status == 0 else float(outcome.cost[path])


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

    def rows(self) -> Iterator[tuple[sparse.csr_array, sparse.csr_array, Floats]]:
        """Give the rows drawings and balances @ what is drawn and owed ≤ most: see ``Carriage``."""
        given, ones = self.carriage, np.ones(self.due.size)
        left = sparse.csr_array(given.left)
        yield -left, _from_day_to_day(ones, -given.kept), self.opening * given.opening
        if given.least is not None and given.least_opening is not None:
            most = -self.opening * given.least_opening
            if given.may_fall is not None:
                most = most + given.may_fall / UNIT
            yield left, _from_day_to_day(-ones, given.least), most
        if given.within is not None and given.within_opening is not None:
            identity = sparse.eye_array(self.due.size, format="csr")
            yield sparse.csr_array(-given.within), identity, self.opening * given.within_opening

    def paid_matrix(self, charge: Floats) -> sparse.csr_array:
        """Give what each day (row) pays of the charge of each night's balance (column) since the last due day."""
        due = np.flatnonzero(self.due)
        rows = np.repeat(due, np.diff(due, prepend=0))
        nights = np.arange(rows.size)
        return sparse.csr_array((charge[nights], (rows, nights)), shape=(charge.size, charge.size))


def _from_day_to_day(same: Floats, before: Floats) -> sparse.csr_array:
    """Give the matrix of what each day (row) takes of its own (column) and of the day before, (day,) each."""
    count = same.size
    values, days = np.empty(2 * count), np.empty(2 * count, dtype=np.int32)
    values[0::2], values[1::2] = before, same
    days[0::2], days[1::2] = np.arange(-1, count - 1), np.arange(count)
    begins = np.append(0, np.arange(1, 2 * count, 2)).astype(np.int32)
    return sparse.csr_array((values[1:], days[1:], begins), shape=(count, count))


def _paid(charges: Floats, due: Bools) -> Floats:
    """Give what is paid on each day of charges that accrue every night and are paid on due days."""
    total = np.concatenate([[0.0], np.cumsum(charges)])
    paid = np.zeros(due.size)
    paid[due] = np.diff(total[:-1][due], prepend=0.0)
    return paid

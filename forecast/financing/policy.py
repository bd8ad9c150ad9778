"""The daily rule: financing carried out day by day over all paths at once, knowing the past and the plan alone.

On each day, in this order:

1. The day's flows fall; yesterday's surplus earns its interest.
2. Drawings asked for earlier arrive, as far as limit and base then allow; principal falls due (schedule, tenor,
   settled receivables, a base that has shrunk); on the last day of a month, or at maturity, what has accrued up to
   the evening before is paid; the arrangement fee on the first day in force.
3. A surplus over the minimum (and, for a facility on notice, over its reserve) repays, the dearest facility first; a
   term loan only where prepaying is allowed and pays, from cash that is not needed again before the loan ends.
4. A lack is drawn from facilities without notice, the cheapest first; payments that fall that day may be deferred, to
   a reserve that lasts until others can be.
5. In the evening facilities on notice are asked for what is lacking to minimum + reserve, counting what is under way;
   the reserve is a quantile over all paths known on as_of (``facilities.reserves``), never this path's own future. A
   dearer facility without notice is refinanced in the same request.
6. Interest accrues on the evening's balance, the commitment fee on the undrawn limit; nothing on the last evening,
   on which everything is closed out for cost and rate (the cash balance shown is that before the close-out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE, check_corkscrew
from forecast.errors import IdentityError
from forecast.financing.deferral import DeferredPayments
from forecast.financing.facilities import annual_rate
from forecast.financing.lines import Account, Arrangement, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats
    from forecast.cash import CashCase


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioDays:
    """A scenario laid out by day for the simulator, yuan: flows (day, path), minimum a number or (day, path)."""

    opening: float
    minimum: float | Floats
    surplus_rate: float
    flows: Floats
    cumulated: Floats

    @classmethod
    def of(cls, case: CashCase) -> ScenarioDays:
        """Lay out a scenario; ``cumulated`` is (day + 1, path) with 0 on the evening of as_of."""
        flows = np.ascontiguousarray(case.flows.T)
        cumulated = np.concatenate([np.zeros((1, flows.shape[1])), np.cumsum(flows, axis=0)])
        return cls(case.opening_balance, case.minimum_balance, case.surplus_rate, flows, cumulated)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A run of the rule: cash on each evening before the close-out, surplus interest received, the accounts."""

    days: ScenarioDays
    cash: Floats
    surplus_income: Floats
    accounts: tuple[Account, ...]

    @property
    def shortage(self) -> Floats:
        """What each evening lacks of the minimum, yuan, (day, path), 0 where within half a fen."""
        lack = self.days.minimum - self.cash
        return np.where(lack > FEN_TOLERANCE, lack, 0.0)

    @property
    def short(self) -> Bools:
        """Whether cash falls short on any day, (path,)."""
        return np.asarray((self.cash < self.days.minimum - FEN_TOLERANCE).any(axis=0))

    @property
    def cost(self) -> Floats:
        """Interest and fees of every kind on each path, yuan, (path,)."""
        total = np.zeros(self.cash.shape[1])
        for account in self.accounts:
            total += account.accrued + account.committed + account.upfront.sum(axis=0)
        return total


def simulate(days: ScenarioDays, arrangements: Sequence[Arrangement]) -> Outcome:
    """Carry the arrangements through the days.

    Args:
        days: The scenario.
        arrangements: In the order in which they are drawn (the cheapest first); repaid in the opposite order.

    Returns:
        Cash and accounts on each day and path; linear in days × facilities, vectorised over paths.
    """
    count, paths = days.flows.shape
    lines = [_line(arrangement, (count, paths)) for arrangement in arrangements]
    instant = [line for line in lines if line.instant]
    asking = [line for line in lines if line.asks]
    repayable = [line for line in reversed(lines) if line.terms.repaid_from_surplus]
    cash = np.full(paths, days.opening)
    closing, earned = np.empty((count, paths)), np.zeros((count, paths))
    _ask(lines, asking, instant, 0, cash - _minimum(days, 0))
    for day in range(count):
        minimum = _minimum(days, day)
        if days.surplus_rate and day:
            earned[day] = np.maximum(cash - _minimum(days, day - 1), 0.0) * (days.surplus_rate / 365)
        cash = cash + days.flows[day] + earned[day]
        for line in lines:
            cash = cash + line.begin(day)
        for line in repayable:
            if line.owing:
                cash = cash - line.repay(day, cash - minimum - line.reserve[day + 1])
        for line in instant:
            if line.terms.open[day]:
                cash = cash + line.draw(day, minimum + line.reserve[day + 1] - cash)
        _ask(lines, asking, instant, day + 1, cash - minimum)
        for line in lines:
            line.end(day)
        closing[day] = cash
    return Outcome(days, closing, earned, tuple(line.account() for line in lines))


def _line(arrangement: Arrangement, shape: tuple[int, int]) -> Line:
    deferring = arrangement.terms.facility.kind == "payables_extension"
    return DeferredPayments(arrangement, shape) if deferring else Line(arrangement, shape)


def _minimum(days: ScenarioDays, day: int) -> float | Floats:
    return days.minimum[day] if isinstance(days.minimum, np.ndarray) else days.minimum


def _ask(lines: Sequence[Line], asking: Sequence[Line], instant: Sequence[Line], evening: int, spare: Floats) -> None:
    """Ask the facilities on notice, in order, for what is lacking to minimum + reserve."""
    if not asking or evening >= asking[0].terms.due.size:
        return
    coming = spare
    for line in asking:
        coming = coming + line.under_way * (1 - line.facility.service_fee)
    for line in asking:
        lack = line.reserve[evening] + _dues(lines, evening, int(line.terms.cover[evening])) - coming
        for other in instant:
            if annual_rate(other.facility) > annual_rate(line.facility) and other.terms.repaid_from_surplus:
                lack = lack + other.balance
        coming = coming + line.ask(evening, lack)


def _dues(lines: Sequence[Line], evening: int, last: int) -> Floats | float:
    """Give interest, fees and principal that are to be paid before a later request can arrive."""
    total: Floats | float = 0.0
    for line in lines:
        total = total + line.expected_repayment(evening, last)
        if line.terms.due[evening : last + 1].any():
            total = total + line.unpaid
        if line.in_use and not line.terms.arranged and evening <= line.terms.start <= last:
            total = total + line.facility.arrangement_fee * line.priced
    return total


def check_outcome(outcome: Outcome) -> None:
    """Hold a run against its identities: corkscrews of cash and balances, draws within limits, exact interest.

    Raises:
        IdentityError: Opening + flows = closing, balance = before + drawn − repaid, balance ≥ 0, drawn ≤ limit and
            base, or Σ balance × rate × day fraction = interest does not hold.
    """
    flows = outcome.days.flows + outcome.surplus_income
    for account in outcome.accounts:
        flows = flows + account.flows
        item = account.arrangement.terms
        name = item.facility.name
        check_corkscrew(item.facility.drawn, (account.draws - account.repayments).T, account.balance.T)
        if bool((account.balance < -FEN_TOLERANCE).any()):
            raise IdentityError(f"{name}: a balance owed is negative")
        most: Floats | float = account.arrangement.limit
        if item.base is not None:
            most = np.minimum(most, item.base)
        if bool(((account.draws > FEN_TOLERANCE) & (account.balance > most + FEN_TOLERANCE)).any()):
            raise IdentityError(f"{name}: a drawing exceeds its limit or base")
        charged = account.accrued + account.committed
        if not np.allclose(charged, account.charges_paid.sum(axis=0) + account.unpaid, rtol=1e-9, atol=FEN_TOLERANCE):
            raise IdentityError(f"{name}: interest and commitment fee differ from Σ balance × rate × day fraction")
    check_corkscrew(outcome.days.opening, flows.T, outcome.cash.T)

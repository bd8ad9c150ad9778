"""The daily rule: financing carried out day by day over all paths at once, knowing the past and the plan alone.

On each day, in this order:

1. The day's flows fall; yesterday's surplus earns its interest.
2. Drawings asked for earlier arrive, as far as limit and base then allow; principal falls due (schedule, tenor,
   settled receivables, a base that has shrunk); on the last day of a month, or at maturity, what has accrued up to
   the evening before is paid; the arrangement fee on the first day in force.
3. A surplus over the minimum and over what may be needed (``needs``) before the facility can be drawn again repays,
   the dearest first. A facility on notice can be drawn again by a request of the same evening, unless a drawing costs a
   fee or no lot is left; a term loan never, and is repaid only where prepaying is allowed and pays. What does not come
   back (a loan, a payment deferred) leaves what is asked for before it would fall due, after the horizon too. Debt of
   which nothing more is drawn leaves what may be needed until the others can be drawn.
4. A lack is drawn from facilities without notice, the cheapest first, before public holidays and before its last day
   with what may be needed before it can be drawn again; payments that fall that day may be deferred, to a reserve that
   lasts until others can be. What a lot brings beyond that repays the same evening. A drawing with a tenor that ends
   before more can be drawn is renewed: repaid by the new one. Then dearer debt that may be repaid at no fee is repaid
   with what a cheaper one without notice and fee brings, as far as its room is not needed until that debt can be drawn
   without notice or would have fallen due (``Needs.to_refinance``); no deferral, no new loan.
5. In the evening facilities on notice are asked for what is lacking to minimum + what may be needed before a later
   request can arrive, and for what the surplus of the days before the arrival is expected to repay until then, of what
   arrives before, too; of receivables for so much that enough has not settled on each of those days. Where it is used
   so, no more than any path may lack beside cheaper ones without notice (``Needs.beside``). A drawing whose
   tenor ends by the arrival leaves room, and one that ends before more can arrive is renewed. Dearer debt that can be
   drawn again without notice, or of which nothing more is drawn (no loan), is refinanced in the same request.
6. Interest accrues on the evening's balance, the commitment fee on the undrawn limit, that of the evening of as_of
   included (what accrued before it is not known); nothing on the last evening, on which everything is closed out for
   cost and rate (the cash balance shown is that before the close-out).

After the horizon: what is owed on the last evening costs what its contract asks for to its end (a term loan's interest
by its schedule, or its prepayment fee where that is less; nothing where it may be repaid on any day). What falls due of
it by contract must be there to the last day, interest with it; of what was owed on as_of already what does within as
many days as the horizon has, 28 at least: ``Outcome.slack_beyond``. What cannot be drawn on the last day is drawn for
it at its last chance, and not repaid from it (``Needs.beyond``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.arrays import any_of, is_some
from forecast.cash import FEN_TOLERANCE, check_corkscrew
from forecast.errors import IdentityError
from forecast.financing.dues import due_days
from forecast.financing.kinds.table import line
from forecast.financing.needs import Needs
from forecast.financing.reach import surely_short
from forecast.financing.timing import RECENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Account, Arrangement
    from forecast.financing.kinds.lines import Line


COUNTED = 2
"""Days after which the cost so far is counted of a run that may cost no more than so much."""

ROUNDED = 1e-9
"""Share by which a cost summed day by day may differ from the same cost summed at the end."""


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
    def days_due(self) -> Ints:
        """Days after the horizon on which anything falls due, counted from its last."""
        return due_days(account.due_beyond for account in self.accounts)

    def slack_beyond(self, days: Ints) -> Floats:
        """Give the cash above the minimum on days after the horizon once what falls due by them is paid, (day, path).

        Each day brings what a day of the last four weeks did on the path, at least nothing, and what can still be drawn
        on the last day may be: a rule for days of which nothing else is known.
        """
        minimum = self.days.minimum
        start = self.cash[-1] - (minimum[-1] if isinstance(minimum, np.ndarray) else minimum)
        slack = start + days[:, None] * np.maximum(self.days.flows[-RECENT:].mean(axis=0), 0.0)
        for account in self.accounts:
            slack = slack + account.headroom
            if account.due_beyond is not None:
                slack = slack - account.due_beyond.by(days)
        return np.asarray(slack)

    @property
    def lack_beyond(self) -> Floats:
        """What is lacking after the horizon, on the worst of its days, to repay what falls due, yuan, (path,)."""
        days = self.days_due
        if not days.size:
            return np.zeros(self.cash.shape[1])
        return np.asarray(np.maximum(-self.slack_beyond(days).min(axis=0), 0.0))

    @property
    def deepest(self) -> Floats:
        """What the worst day of each path lacks, those after the horizon included, yuan, (path,)."""
        return np.asarray(np.maximum(self.shortage.max(axis=0), self.lack_beyond))

    @property
    def short(self) -> Bools:
        """Whether cash falls short on any day, or for what falls due after the horizon, (path,)."""
        within = (self.cash < self.days.minimum - FEN_TOLERANCE).any(axis=0)
        return np.asarray(within | (self.lack_beyond > FEN_TOLERANCE))

    @property
    def cost(self) -> Floats:
        """Interest and fees of every kind on each path, what contracts ask for after the horizon included, (path,)."""
        total = np.zeros(self.cash.shape[1])
        for account in self.accounts:
            total += account.accrued + account.committed + account.paid_upfront.total() + account.rest
        return total


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """The rule at work on a scenario: the facilities in the order of drawing, and those it repays, draws and asks.

    ``lots``: whether a drawing without notice may bring more than lacks, or what repays an older drawing.
    With each go those that are dearer and that it may repay, the dearest first: with those that it asks apart what can
    be drawn again without notice, and old debt of which nothing more is drawn.
    """

    days: ScenarioDays
    lines: list[Line]
    needs: Needs
    repayable: list[Line]
    instant: list[Line]
    lots: bool
    asking: list[tuple[Line, list[Line], list[Line]]]
    refinancing: list[tuple[Line, list[Line]]]

    @classmethod
    def of(cls, days: ScenarioDays, arrangements: Sequence[Arrangement]) -> _Rule:
        lines = [line(arrangement, days.flows.shape) for arrangement in arrangements]
        repayable = [one for one in reversed(lines) if one.terms.repaid_from_surplus]
        instant = [one for one in lines if one.instant]
        lots = any(one.facility.minimum_draw > 0 or one.renews for one in instant)
        refinancing = [(one, dearer) for one in instant if (dearer := _dearer(one, lines))]
        return cls(days, lines, Needs(lines), repayable, instant, lots, _asking(lines, instant), refinancing)

    def minimum(self, day: int) -> float | Floats:
        """Give the balance that cash must not fall below."""
        minimum = self.days.minimum
        return minimum[day] if isinstance(minimum, np.ndarray) else minimum

    def earned(self, day: int, cash: Floats) -> Floats:
        """Give what yesterday's surplus earned; ``cash`` is yesterday's."""
        return np.maximum(cash - self.minimum(day - 1), 0.0) * (self.days.surplus_rate / 365)

    def carry(self, day: int, cash: Floats) -> Floats:
        """Give the evening's cash after what falls due, is repaid, drawn and asked for."""
        for one in self.lines:
            brought = one.begin(day)
            if isinstance(brought, np.ndarray) or brought:
                cash = cash + brought
        cash = self.repay(day, cash, self.repayable)
        cash = self.draw(day, cash)
        if self.refinancing and day + 1 < self.days.flows.shape[0]:
            self.refinance(day, cash)
        for one in self.lines:
            one.end(day)
        self.ask(day + 1, day, cash)
        return cash

    def draw(self, day: int, cash: Floats) -> Floats:
        """Give the cash after what lacks is drawn without notice; what a lot brings beyond that repays at once."""
        minimum, drawn = self.minimum(day), False
        for one in self.instant:
            if one.days.opens[day]:
                lack = self.needs.to_draw(one, day + 1, cash - minimum)
                if any_of(lack > one.none):
                    cash, drawn = cash + one.draw(day, lack), True
        return (
            self.repay(day, cash, [one for one in self.repayable if one.terms.on_demand])
            if drawn and self.lots
            else cash
        )

    def refinance(self, day: int, cash: Floats) -> None:
        """Repay dearer debt with what is drawn for it without notice, the cheapest and the dearest first."""
        for one, dearer in self.refinancing:
            for other in dearer if one.days.opens[day] else ():
                if other.may_be_refinanced(day):
                    spare, room = cash - self.minimum(day), one.headroom(day)
                    amount = self.needs.to_refinance(one, other, day + 1, spare, room, one.none)
                    if any_of(amount > one.none):
                        one.refinance(day, other, amount)

    def repay(self, day: int, cash: Floats, repayable: Sequence[Line]) -> Floats:
        """Give the cash after a surplus has repaid, the dearest facility first."""
        minimum = self.minimum(day)
        for one in repayable:
            if one.owing:
                surplus = cash - minimum
                kept = self.needs.to_keep(one, day + 1, surplus)
                cash = cash - one.repay(day, surplus - kept if is_some(kept) else surplus)
        return cash

    def ask(self, evening: int, day: int, cash: Floats) -> None:
        """Ask the facilities on notice, in order, with so much cash; ``day``: whose minimum it must not fall below."""
        if evening >= self.days.flows.shape[0]:
            return
        asked = [line for line in self.asking if line[0].asks_on(evening)]
        if not asked:
            return
        spare = cash - self.minimum(day)
        for one, dearer, old in asked:
            lack, repaid = self.needs.to_ask(one, evening, spare)
            for other in dearer:
                if other.owing:
                    lack = lack + other.balance
            if old and not one.arriving:
                lack = self.needs.to_ask_beside(one, old, evening, spare, lack)
            if any_of(lack > one.none):
                one.ask(evening, lack, repaid)


def _asking(lines: Sequence[Line], instant: Sequence[Line]) -> list[tuple[Line, list[Line], list[Line]]]:
    """Give those on notice, each with what its request repays: see ``_Rule``."""
    old = [one for one in lines if one.terms.on_demand and not one.in_use]
    return [(one, _dearer(one, instant), _dearer(one, old) if one.terms.lasts else []) for one in lines if one.asks]


def _dearer(one: Line, others: Sequence[Line]) -> list[Line]:
    """Give those whose debt money of one facility may repay as it is dearer, the dearest first."""
    if not one.terms.refinances:
        return []
    rate = one.terms.holding_rate
    dearer = [other for other in others if other.is_refinanced and other.terms.holding_rate > rate]
    return sorted(dearer, key=lambda other: -other.terms.holding_rate)


def simulate(days: ScenarioDays, arrangements: Sequence[Arrangement]) -> Outcome:
    """Carry the arrangements through the days.

    The arrangements are drawn in their order (the cheapest first) and repaid in the opposite one. Linear in days ×
    facilities, vectorised over paths.
    """
    outcome = _carried(_Rule.of(days, arrangements), lambda _day, _cash: True)
    if outcome is None:
        raise IdentityError("a run was given up that nothing bounds")
    return outcome


def simulate_within(
    days: ScenarioDays, arrangements: Sequence[Arrangement], most_short: int, most_cost: float = math.inf
) -> Outcome | None:
    """Carry the arrangements through the days as long as they may hold: as ``simulate``, or None.

    It is given up as soon as more than ``most_short`` paths have fallen short, or the mean over the paths of what it
    has cost, and of what the rest of the days costs whatever they bring, is above ``most_cost``, yuan. An outcome that
    is given may still be either by what comes after the horizon.
    """
    spare = days.opening - days.minimum
    if not days.surplus_rate and surely_short(days.cumulated[1:], spare, arrangements) > most_short:
        return None
    rule = _Rule.of(days, arrangements)
    short = np.zeros(days.flows.shape[1], dtype=np.bool_)
    cost, to_come = 0.0, _sure_costs(rule) if most_cost < math.inf else []

    def goes_on(day: int, cash: Floats) -> bool:
        nonlocal cost
        below = cash < rule.minimum(day) - FEN_TOLERANCE
        if any_of(below):
            np.logical_or(short, below, out=short)
            if np.count_nonzero(short) > most_short:
                return False
        if most_cost == math.inf or (day + 1) % COUNTED:
            return True
        cost += sum(one.cost_of(day + 1 - COUNTED, day + 1) for one in rule.lines)
        return cost + to_come[day + 1] <= most_cost * (1 + ROUNDED)

    return _carried(rule, goes_on)


def _sure_costs(rule: _Rule) -> list[float]:
    """Give the least that the days from each on cost whatever is drawn, yuan a path, 0 after the last.

    It is the fees for signing to come, and of each limit every night the commitment fee or the interest.
    """
    sure = np.zeros(rule.days.flows.shape[0])
    for one in rule.lines:
        if one.charged:
            sure += np.minimum(one.terms.calendar.commitment, one.terms.accrual) * one.priced
        if one.signing_fee and one.start < sure.size:
            sure[one.start] += one.signing_fee
    return [*np.cumsum(sure[::-1])[::-1].tolist(), 0.0]


def _carried(rule: _Rule, goes_on: Callable[[int, Floats], bool]) -> Outcome | None:
    """Carry the rule through the days, evening by evening while it ``goes_on``; None where it does not."""
    days = rule.days
    closing, earned = np.empty(days.flows.shape), np.zeros(days.flows.shape)
    cash = np.full(days.flows.shape[1], days.opening)
    rule.ask(0, 0, cash)
    for day, flows in enumerate(days.flows):
        cash = cash + flows
        if day and days.surplus_rate:
            earned[day] = rule.earned(day, closing[day - 1])
            cash = cash + earned[day]
        closing[day] = cash = rule.carry(day, cash)
        if not goes_on(day, cash):
            return None
    return Outcome(days, closing, earned, tuple(one.account() for one in rule.lines))


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

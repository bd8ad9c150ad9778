"""Term loans (流动资金贷款): one drawing, principal by schedule, repaid early where the plan allows it and it pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from forecast.financing.dues import Dues
from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.terms import Carriage, Terms
from forecast.financing.rates import night_fractions
from forecast.financing.timing import (
    calendar,
    falls_on,
    interest_days,
    is_running,
    principal,
    reach_beyond,
    settled_on,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from forecast.arrays import Bools, Floats, Ints
    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Arrangement
    from forecast.financing.timing import Calendar
    from forecast.plan.model import Facility


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """A loan from the horizon's last evening on: principal owed on it and on each later one to its end, and its cost.

    ``interest`` is that of all nights from that evening to the loan's end, ``days`` from that evening on; 0 where it
    has none, and ``days`` None.
    """

    owed: Floats
    interest: float
    days: int | None

    @classmethod
    def of(cls, case: CashCase, facility: Facility, drawn_on: dt.date | None) -> Self:
        """Follow the schedule of a yuan drawn on a day to its end; None: nothing is drawn."""
        if drawn_on is None:
            return cls(np.zeros(1), 0.0, 0)
        if facility.tenor_days is None:
            return cls(np.ones(1), 0.0, None)
        end = np.datetime64(drawn_on, "D") + facility.tenor_days
        days = np.arange(case.days[-1], max(end, case.days[-1]) + 1)
        owed = principal(days, facility, drawn_on)
        nights = TermLoan.rate(facility) * night_fractions(days, facility.day_count)
        last = max(0, int((end - case.days[-1]).astype(np.int64)))
        return cls(owed, float(nights @ owed), last)

    def until(self, last: int) -> Floats:
        """Give what is owed on each evening up to a later one."""
        return np.append(self.owed[: last + 1], np.full(max(last + 1 - self.owed.size, 0), self.owed[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a loan's contract asks for after the horizon, on the days on which it asks for anything, (due,).

    The day on which old debt is last looked at is one more. ``days`` count from the horizon's last. ``new`` and ``old``
    are the principal owed, per yuan drawn in the horizon and per yuan owed on as_of, on the last evening and after each
    of the days, (due + 1,). What is owed of the old after ``reach_beyond`` is not looked at: by day ``left_out``.
    """

    days: Ints
    accrual: Floats  # what a yuan costs from the day before it, or the horizon's last, to each day
    pays: Ints  # by day the place of the last on which what has accrued is paid, −1 where none was
    new: Floats
    old: Floats
    left_out: Floats

    @classmethod
    def of(cls, case: CashCase, facility: Facility, after: Schedule, before: Schedule) -> Self:
        """Lay out the days of what is drawn in the horizon, and of what was owed on as_of."""
        reach = reach_beyond(case.days.size)
        old_end = min(before.owed.size - 1, reach) if facility.drawn > 0 else 0
        last = max(after.owed.size - 1, old_end)
        days = case.days[-1] + np.arange(last + 1)
        new, old = after.until(last), Schedule(before.owed[: old_end + 1], 0.0, None).until(last)
        if facility.drawn <= 0:
            old = np.zeros(last + 1)
        falls = falls_on(new[1:], new[0]) | falls_on(old[1:], old[0])
        pays = falls
        if facility.repayment != "equal_instalments":
            ends = settled_on(new[1:], new[0]) | settled_on(old[1:], old[0])
            pays = interest_days(days[1:], facility) | ends
        asked = np.flatnonzero(falls | pays | (np.arange(1, last + 1) == reach))
        accrued = np.cumsum(TermLoan.rate(facility) * night_fractions(days, facility.day_count))
        return cls(
            days=asked + 1,
            accrual=np.diff(accrued[asked], prepend=0.0),
            pays=np.maximum.accumulate(np.where(pays[asked], np.arange(asked.size), -1)),
            new=new[np.append(0, asked + 1)],
            old=old[np.append(0, asked + 1)],
            left_out=np.where(asked + 1 > reach, old[asked + 1], 0.0),
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class TermLoan(Terms):
    """A term loan: drawn on ``draw_date`` or the first day possible, up to its whole amount, the limit arranged.

    Where the plan names a ``prepayment_fee``, cash that no sample path needs again before the loan ends repays early,
    if the interest saved up to the loan's or the horizon's end is more than the fee and what the cash would earn.
    """

    on_demand: ClassVar[bool] = False
    refillable: ClassVar[bool] = False
    draw_day: int  # day on which it arrives, −1 where none can
    outstanding: Floats  # principal owed per yuan drawn in the horizon, (day,)
    before: Floats  # principal owed per yuan of ``drawn``, (day,)
    prepays: Bools  # days on which repaying early saves more than it costs, bool (day,)
    after: Schedule  # what the contract says of a yuan drawn in the horizon after its last day
    after_before: Schedule  # the same of a yuan of ``drawn``
    asked: Asked  # what it asks for on those days

    alone: TermLoan | None = None  # the same where nothing is lent anew; None: then nothing runs

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out a term loan."""
        days = calendar(case, facility, on_holidays=cls.on_holidays)
        laid = cls._laid(case, facility, days, _draw_day(case, facility, days))
        return laid if not is_running(facility) else replace(laid, alone=cls._laid(case, facility, days, -1))

    @classmethod
    def _laid(cls, case: CashCase, facility: Facility, days: Calendar, draw_day: int) -> Self:
        """Lay out a term loan that is drawn on a day, −1: on none."""
        accrual = cls.rate(facility) * days.nights
        outstanding, drawn_on = np.zeros(case.days.size), None
        commitment, due, near = days.commitment, days.due, days.near
        if draw_day >= 0:
            drawn_on = case.days[draw_day].astype(object)
            outstanding = principal(case.days, facility, drawn_on)
            outstanding[:draw_day] = 0.0
            commitment = np.where(np.arange(case.days.size) < draw_day, commitment, 0.0)
        before, before_after = _before(case, facility)
        due = _due(facility, due, outstanding, before)
        owed = outstanding + before * facility.drawn
        after = Schedule.of(case, facility, drawn_on)
        rest = _rest(facility, owed[-1], after.interest + before_after.interest * facility.drawn)
        prepays = _prepays(case, facility.prepayment_fee, owed, accrual, rest)
        if prepays.any():
            near = np.full(near.size, np.flatnonzero(owed > 0)[-1])
        return cls(
            facility,
            replace(days, commitment=commitment, due=due, near=near),
            accrual,
            repaid_from_surplus=bool(prepays.any()),
            draw_day=draw_day,
            outstanding=outstanding,
            before=before,
            prepays=prepays,
            after=after,
            after_before=before_after,
            asked=Asked.of(case, facility, after, before_after),
        )

    def reserve_quantile(self, chosen: float) -> float | None:
        """Give 1 where it repays early: cash that does so does not come back, so no path may need it again."""
        del chosen
        return 1.0 if self.repaid_from_surplus else None

    @property
    def limit_cost(self) -> float:
        """What a yuan of the loan costs over the horizon and after it, yuan: all is drawn."""
        owed = float(self.outstanding[-1])
        rest = _rest(self.facility, owed, self.after.interest) * owed
        return super().limit_cost + float(self.accrual @ self.outstanding) + rest

    def scheduled(self, day: Ints) -> tuple[Floats, Floats]:
        """Give what its schedule leaves, of a yuan drawn and of a yuan owed on as_of."""
        return self.outstanding[day], self.before[day]

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give the balance as what the schedule leaves of a drawing, whose amount is free.

        What is repaid early, where it may be, is not lent again.
        """
        del path
        count = self.outstanding.size
        most_drawn, left = np.zeros(count), np.zeros((count, count))
        drawing = self.draw_day if in_use else -1
        if drawing >= 0:
            most_drawn[drawing] = np.inf
        left[:, max(drawing, 0)] = self.outstanding
        if self.facility.prepayment_fee is None:
            return Carriage(most_drawn, np.zeros(count), self.before, left, np.zeros(count), self.before)
        opening = np.zeros(count)
        opening[0] = 1.0
        return Carriage(most_drawn, np.ones(count), opening, np.eye(count), within=left, within_opening=self.before)


def _due(facility: Facility, due: Bools, outstanding: Floats, before: Floats) -> Bools:
    """Mark the days on which interest is paid: the plan's own, and the loan's last; with equal instalments theirs."""
    owing = float(facility.drawn > 0)
    if facility.repayment == "equal_instalments" and facility.tenor_days is not None:
        return falls_on(outstanding) | falls_on(before * owing, owing)
    return due | settled_on(outstanding) | settled_on(before * owing, owing)


def _draw_day(case: CashCase, facility: Facility, days: Calendar) -> int:
    """Give the day on which a term loan arrives: the draw date, or the first day possible; −1 where there is none.

    A draw date on which nothing can arrive, or not yet, is put off to the next day on which it can.
    """
    reachable = days.arrival[days.arrival >= 0]
    if reachable.size == 0:
        return -1
    first = int(reachable[0])
    if facility.draw_date is None:
        return first
    first = max(first, (facility.draw_date - case.as_of).days - 1)
    possible = days.open if facility.notice_days == 0 else days.open & case.banking_day
    later = np.flatnonzero(possible[first:])
    return first + int(later[0]) if later.size else -1


def _before(case: CashCase, facility: Facility) -> tuple[Floats, Schedule]:
    """Give what is still owed of a yuan owed on the evening of as_of, (day,), and what becomes of it after that."""
    first = facility.draw_date if facility.draw_date and facility.draw_date <= case.as_of else case.as_of
    owed = principal(np.append(np.datetime64(case.as_of, "D"), case.days), facility, first)
    after = Schedule.of(case, facility, first)
    if owed[0] <= 0:
        return np.zeros(case.days.size), Schedule(np.zeros(1), 0.0, 0)
    return owed[1:] / owed[0], Schedule(after.owed / owed[0], after.interest / owed[0], after.days)


def _rest(facility: Facility, owed: float, interest: float) -> float:
    """Give what a yuan owed on the last evening still costs: its interest to the end, or less by repaying at once."""
    rest = interest / owed if owed > 0 else 0.0
    return rest if facility.prepayment_fee is None else min(rest, facility.prepayment_fee)


def _prepays(case: CashCase, fee: float | None, owed: Floats, charge: Floats, rest: float) -> Bools:
    """Mark the days on which a yuan repaid early saves more interest than its fee and than it would earn.

    ``rest`` is what a yuan owed on the last evening still costs.
    """
    if fee is None:
        return np.zeros(owed.size, dtype=np.bool_)
    left = np.cumsum((charge * owed)[::-1])[::-1] + rest * owed[-1]
    saved = np.divide(left, owed, out=np.zeros_like(owed), where=owed > 0)
    earned = np.cumsum((owed > 0)[::-1])[::-1] * (case.surplus_rate / 365)
    return np.asarray((owed > 0) & (saved > fee + earned))


class LoanLine(Line):
    """A term loan while the days pass."""

    terms: TermLoan
    by_contract: ClassVar[bool] = True
    comes_back: ClassVar[bool] = False

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        super().__init__(arrangement, shape)
        alone = self.terms.alone
        if alone is not None and not self._new_loan:
            commitment = self.days.commitment  # of a loan promised and not lent
            self.terms, self.days = alone, replace(alone.by_day, commitment=commitment)
            self.near = self.days.near

    @property
    def _new_loan(self) -> float:
        """Give the amount to be drawn in the horizon."""
        return max(0.0, self.arrangement.limit - self.facility.drawn) if self.in_use else 0.0

    def begin(self, day: int) -> Floats | float:
        """Take the day's principal and dues, and the loan on its day; give what they bring to the cash balance."""
        cash = super().begin(day)
        if not self.in_use or day != self.terms.draw_day:
            return cash
        return cash + self._add(day, np.full(self.balance.size, self._new_loan))

    @property
    def waiting(self) -> bool:
        """Whether the loan is still to come."""
        return self._new_loan > 0 and self.tonight <= self.terms.draw_day

    @property
    def coming_days(self) -> Iterable[int]:
        """The day of the loan, while it is still to come."""
        return (self.terms.draw_day,) if self.waiting else ()

    def coming(self, evening: int, last: int, *, whole: bool = False) -> float:
        """Give the loan less its own principal and interest that fall due by day ``last``, where it comes by then."""
        del whole
        drawn = self.terms.draw_day
        if not evening <= drawn <= last:
            return 0.0
        due = max(self.last_due(drawn, last), drawn)
        interest = float(self.terms.accrual[drawn:due] @ self.terms.outstanding[drawn:due])
        return self._new_loan * (float(self.terms.outstanding[last]) - interest)

    @property
    def rest_rate(self) -> float:
        """What a yuan owed on the last evening still costs by contract."""
        new, old = self._new_loan, self.facility.drawn
        owed = new * float(self.terms.outstanding[-1]) + old * float(self.terms.before[-1])
        return _rest(self.facility, owed, new * self.terms.after.interest + old * self.terms.after_before.interest)

    def due_beyond(self) -> Dues | None:
        """Give principal and interest that fall due after the horizon, on the days on which anything does."""
        return self._asked(self.balance, self.unpaid)

    def expected_beyond(self, evening: int, *, principal: bool = True) -> Dues | None:
        """Give the same as it is expected in an evening, with a loan still to come; without principal the interest."""
        last, drawn = len(self.days.opens) - 1, self.terms.draw_day
        balance, unpaid = self.balance - self.expected_repayment(evening, last), self.unpaid_at_end(evening)
        if evening <= drawn and self._new_loan > 0:
            due = max(self.last_due(drawn, last), drawn)
            owed = self._new_loan * self.terms.outstanding
            balance, unpaid = balance + owed[-1], unpaid + float(self.terms.accrual[due:last] @ owed[due:last])
        return self._asked(balance, unpaid, principal=principal)

    def _asked(self, balance: Floats, unpaid: Floats, *, principal: bool = True) -> Dues | None:
        """Give what falls due after the horizon of what is owed, and has accrued, on its last evening."""
        asked, new, old = self.terms.asked, self._new_loan, self.facility.drawn
        if not asked.days.size:
            return None
        left, out = (new * asked.new + old * asked.old)[:, None], old * asked.left_out[:, None]
        repaid = np.maximum(balance - left[1:], 0.0) if principal else 0.0
        bearing = np.clip(balance - out, 0.0, left[:-1] - out)
        accrued = unpaid + np.cumsum(asked.accrual[:, None] * bearing, axis=0)
        due = repaid + np.where((asked.pays >= 0)[:, None], accrued[asked.pays], 0.0)
        falls = np.diff(due, axis=0, prepend=0.0).any(axis=1)
        return Dues(asked.days[falls], due[falls]) if falls.any() and balance.any() else None

    def days_beyond(self) -> int | None:
        """Give the days from the horizon's end to the loan's, of two the later."""
        drawn = ((self._new_loan, self.terms.after), (self.facility.drawn, self.terms.after_before))
        days = [one.days for amount, one in drawn if amount > 0]
        return None if None in days else max((one for one in days if one is not None), default=0)

    def _left(self, day: int, until: int) -> float:
        """Give what the schedule leaves owed on the evening of ``until`` of what was drawn before ``day``."""
        left = self.facility.drawn * float(self.terms.before[until])
        if 0 <= self.terms.draw_day < day:
            left += self._new_loan * float(self.terms.outstanding[until])
        return left

    def _fall_due(self, day: int) -> Floats | float:
        amount = np.maximum(self.balance - self._left(day, day), 0.0)
        self._note_due(day, amount)
        return self._take(day, amount)

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what the schedule repays from the evening to day ``last``."""
        if not self.owing or last < evening:
            return 0.0
        return np.maximum(self.balance - self._left(evening, last), 0.0)

    @property
    def keeps_cash(self) -> bool:
        """Whether a surplus that repays leaves what falls due before the loan ends: always."""
        return True

    def owed_until(self) -> int | None:
        """Give the day on which the loan ends, of two the later; None without a tenor."""
        beyond = self.days_beyond()
        return None if beyond is None else len(self.days.opens) - 1 + beyond if beyond else self.near[0] + 1

    def _next_principal(self, day: int) -> int:
        """Give the first day after ``day`` on which principal falls due, else the last day."""
        owed = self.facility.drawn * self.terms.before + self._new_loan * self.terms.outstanding
        falling = np.flatnonzero(np.diff(owed[day:]) < 0)
        return day + 1 + int(falling[0]) if falling.size else owed.size - 1

    def may_be_refinanced(self, day: int) -> bool:
        """Whether cheaper money may repay it on a day: where that costs no fee, and not what is newly lent."""
        free = self.facility.prepayment_fee == 0 and not self._new_loan
        return free and self.owing and bool(self.terms.prepays[day])

    def repay(self, day: int, surplus: Floats) -> Floats:
        """Repay from a surplus, with the prepayment fee and only where that saves more; give the amount.

        The surplus is what dues up to the loan's end leave, the interest on what is repaid now among them: that is
        saved, up to the next principal, and repays as well.
        """
        fee = self.facility.prepayment_fee
        if fee is None or not self.terms.prepays[day]:
            return np.zeros_like(self.balance)
        last = self.near[day + 1]
        saved = self.cost_until(day, min(self._next_principal(day), last))
        if self.last_due(day + 1, last) < 0:
            surplus = surplus - self.unpaid
        amount = self._take(day, np.clip(surplus / (1.0 + fee - saved), 0.0, self.balance))
        self.upfront.add(day, fee * amount)
        return amount * (1.0 + fee)

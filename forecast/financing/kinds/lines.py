"""One facility while the days pass: what it owes, draws, repays and charges, by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.kinds.accounts import Account
from forecast.financing.kinds.outlook import IDLE, Outlook

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.financing.dues import Dues


class Line(Outlook):
    """A facility while the days pass: a line of credit drawn as needed."""

    def begin(self, day: int) -> Floats | float:
        """Take the day's arrivals, scheduled principal and dues; give what they bring to the cash balance."""
        cash: Floats | float = 0.0
        if self.owing:
            cash = cash - self._fall_due(day)
        if self.asked is not None and day in self.arriving:
            self.arriving.remove(day)
            arriving = self.asked[day]
            self.under_way = self.under_way - arriving
            cash = cash + self._bring(day, arriving)
        if self.accruing and self.days.dues[day]:
            self.paid.add(day, self.unpaid)
            cash = cash - self.unpaid
            self.unpaid, self.accruing = self.none, False
        if self.signing_fee and day == self.start:
            self.upfront.add(day, np.full(self.balance.size, self.signing_fee))
            cash = cash - self.signing_fee
        return cash

    def _fall_due(self, day: int) -> Floats | float:
        """Repay what must be repaid on the day, here what a shrinking base no longer bears; give the amount."""
        base = self.terms.base
        return 0.0 if base is None else self._take(day, np.maximum(self.balance - base[day], 0.0))

    def _note_due(self, day: int, amount: Floats) -> None:
        """Note what the contract asks for on the day."""
        if self.scheduled is not None:
            self.scheduled[day] += amount

    def _add(self, day: int, amount: Floats) -> Floats:
        """Draw; give what reaches the cash balance after the service fee and what is kept back."""
        self.draws.add(day, amount)
        self.balance = self.balance + amount
        self.reached = np.maximum(self.reached, self.balance)
        self.owing = True
        reaches = amount
        if self.facility.service_fee > 0:
            fee = amount * self.facility.service_fee
            self.upfront.add(day, fee)
            reaches = reaches - fee
        if share := self.days.kept_back[day]:
            kept = amount * share
            self.paid.add(day, kept)
            self.kept_back = self.kept_back + kept
            reaches = reaches - kept
        return reaches

    def _drawable(self, day: int) -> Floats:
        """Give what can be drawn for what lacks."""
        return self.headroom(day)

    def _askable(self, evening: int, arrival: int) -> Floats:
        """Give what can be asked for what lacks."""
        return self._room(evening, arrival)

    def _bring(self, day: int, amount: Floats) -> Floats:
        """Draw what has been asked for, as far as can be drawn; give what reaches the cash balance."""
        return self._add(day, self._in_lots(np.minimum(amount, self.headroom(day))))

    def _take(self, day: int, amount: Floats) -> Floats:
        self.repayments.add(day, amount)
        self.balance = self.balance - amount
        return amount

    def repay(self, day: int, surplus: Floats) -> Floats:
        """Repay from a surplus; give the amount."""
        return self._take(day, np.minimum(np.maximum(surplus, self.none), self.balance))

    def may_be_refinanced(self, day: int) -> bool:  # noqa: ARG002  # a loan has its days
        """Whether cheaper money may repay it on a day."""
        return self.owing

    def refinance(self, day: int, other: Line, amount: Floats) -> None:
        """Draw so much and repay other debt with it."""
        self._add(day, amount)
        other._take(day, amount)

    def _sized(self, wanted: Floats, headroom: Floats, spent: float = 0.0) -> Floats:
        """Give the drawing for a want: grossed up for the share that is spent by the time it is wanted.

        In the minimum lot, within the headroom; neither the want nor the headroom is negative. Where it is used so, all
        of the headroom where less than a lot would be left of it.
        """
        gross = wanted / (1 - spent) if spent > 0 else wanted
        if (lot := self.facility.minimum_draw) > 0:
            amount = np.minimum(np.maximum(gross, lot), headroom)
            if self.terms.use.ahead:
                amount = np.where(headroom - amount < lot - IDLE, headroom, amount)
            return np.where((wanted > IDLE) & (amount >= lot - IDLE), amount, self.none)
        return np.where(wanted > IDLE, np.minimum(gross, headroom), self.none)

    def draw(self, day: int, lack: Floats) -> Floats:
        """Draw what lacks today, and what it costs before more can be drawn; give what reaches the cash balance."""
        spent = self.spent(day, self.near[day + 1])
        return self._bring(day, self._sized(np.maximum(lack, self.none), self._drawable(day), spent))

    def ask(self, evening: int, lack: Floats, repaid: Floats | float = 0.0) -> None:
        """Ask in the evening for what lacks, grossed up for what it costs before a later request can arrive.

        ``repaid``: what of it a surplus is expected to repay before the arrival.
        """
        if self.asked is None or not self.asks_on(evening):
            return
        arrival = self.arrival[evening]
        freed = self.freed(evening, arrival, repaid)
        room = self._askable(evening, arrival) + freed
        spent = self.spent(arrival, self.cover[evening])
        amount = self._sized(np.maximum(lack, self.none), np.maximum(room, self.none), spent)
        if not np.count_nonzero(amount):
            return
        self.arriving.add(arrival)
        self.leans = self.leans or isinstance(repaid, np.ndarray)
        self.asked[arrival] += amount
        self.under_way = self.under_way + amount
        wanted = self._taken(evening, arrival) - freed
        self.reached = np.maximum(self.reached, np.minimum(wanted, self.arrangement.limit) * (amount > self.none))

    def end(self, day: int) -> None:
        """Accrue the night's interest and commitment fee."""
        self.tonight = day + 1
        self.owing = self.owing and bool(np.count_nonzero(self.balance))
        if self.owing:
            self.after.add(day, self.balance)
            self._accrue(day)
        if self.charged and (rate := self.days.commitment[day]):
            undrawn = np.maximum(self.priced - self.balance, self.none) if self.owing else self.priced
            self.unpaid, self.accruing = self.unpaid + undrawn * rate, True

    def _accrue(self, day: int) -> None:
        if rate := self.days.accrual[day]:
            self.unpaid, self.accruing = self.unpaid + self.balance * rate, True

    def cost_of(self, first: int, end: int) -> float:
        """Give the least that the nights and days from ``first`` to before ``end`` cost, yuan, mean over the paths."""
        cost, commits = 0.0, self.charged and self.priced
        for day in range(first, end):
            owed = self.after.rows.get(day)
            if owed is not None:
                cost += self.days.accrual[day] * float(np.add.reduce(owed))
            if commits and (rate := self.days.commitment[day]):
                undrawn = self.none + self.priced if owed is None else np.maximum(self.priced - owed, self.none)
                cost += rate * float(np.add.reduce(undrawn))
            if (fees := self.upfront.rows.get(day)) is not None:
                cost += float(np.add.reduce(fees))
        return cost / self.balance.size

    @property
    def rest_rate(self) -> float:
        """What a yuan owed on the last evening still costs by contract: nothing where it may be repaid at once."""
        return 0.0

    def due_beyond(self) -> Dues | None:
        """Give what falls due after the horizon; None where nothing has a day."""
        return None

    def days_beyond(self) -> int | None:
        """Give the days from the horizon's end to the debt's by contract; 0 without one, None if not stated."""
        return 0

    def headroom_after(self) -> Floats:
        """Give what can still be drawn after the horizon: what can be on its last day."""
        last = len(self.days.opens) - 1
        usable = self.in_use and self.terms.on_demand and self.days.opens[last]
        return self.headroom(last) if usable else np.zeros_like(self.balance)

    @property
    def accrued(self) -> Floats:
        """Σ balance × rate × day fraction on each path, and what was kept back in its place."""
        return np.asarray(self.arrangement.first_interest + self.terms.accrual @ self.after.laid_out() + self.kept_back)

    def account(self) -> Account:
        """Give what it did."""
        return Account(
            arrangement=self.arrangement,
            drawn=self.draws,
            repaid=self.repayments,
            owed=self.after,
            charged=self.paid,
            paid_upfront=self.upfront,
            unpaid=self.unpaid,
            accrued=self.accrued,
            scheduled=self.scheduled,
            reached=self.reached,
            due_beyond=self.due_beyond(),
            rest_rate=self.rest_rate,
            headroom=self.headroom_after(),
            days_beyond=self.days_beyond(),
        )

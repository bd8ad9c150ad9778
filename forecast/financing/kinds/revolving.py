"""Lines drawn to the limit and repaid from any surplus: revolver, overdraft, and the owner's loan with its tenor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from forecast.financing.dues import Dues
from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.terms import Carriage, Terms
from forecast.financing.timing import reach_beyond

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecast.arrays import Floats
    from forecast.financing.kinds.accounts import Arrangement


class Revolving(Terms):
    """A revolver (循环授信): drawn to the limit, repaid from any surplus."""

    only_interest: ClassVar[bool] = True
    cleaned_down: ClassVar[bool] = True


class Overdraft(Revolving):
    """An overdraft (透支): a revolver of the account itself, which needs no bank to work on the day."""

    on_holidays: ClassVar[bool] = True


class OwnerLoan(Revolving):
    """An owner's loan (股东借款): each drawing is repaid after ``tenor_days`` at the latest, the oldest first."""

    refillable: ClassVar[bool] = False
    cleaned_down: ClassVar[bool] = False

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give the balance as drawings that are younger than the tenor."""
        plain, tenor = super().carriage(path, in_use=in_use), self.facility.tenor_days
        if tenor is None:
            return plain
        days = np.arange(plain.kept.size)
        age = days[:, None] - days[None, :]
        return replace(
            plain,
            within=((age >= 0) & (age < tenor)).astype(np.float64),
            within_opening=(days + 1 < tenor).astype(np.float64),
        )


class OwnerLine(Line):
    """An owner's loan while the days pass.

    Where interest is due at maturity each drawing pays its own when its tenor ends, also of what was repaid before:
    ``interest_so_far`` is what the drawings up to each evening have accrued, that of as_of first, None where none is
    due so.
    """

    by_contract: ClassVar[bool] = True
    renews: ClassVar[bool] = True

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        super().__init__(arrangement, shape)
        self.drawn_so_far = np.zeros((shape[0] + 1, shape[1]))
        self.drawn_so_far[0] = self.facility.drawn
        self.repaid, self.settled = np.zeros(shape[1]), np.zeros(shape[1])
        matures = self.facility.tenor_days is not None and self.facility.interest_due == "maturity"
        self.interest_so_far = np.zeros_like(self.drawn_so_far) if matures else None
        if self.interest_so_far is not None:
            self.interest_so_far[0] = arrangement.first_interest

    def begin(self, day: int) -> Floats | float:
        """Take the day's dues, the interest of the drawings whose tenor ends among them."""
        cash = super().begin(day)
        if self.interest_so_far is None or not self.accruing:
            return cash
        interest = self._interest_due(day, day)
        self.paid.add(day, interest)
        self.unpaid = self.unpaid - interest
        self.settled = self.settled + interest
        return cash - interest

    def _interest_due(self, evening: int, last: int) -> Floats:
        """Give the interest that falls due from the evening to day ``last`` of what is drawn by now."""
        tenor = self.facility.tenor_days
        ended = min(last + 1 - (tenor or 0), self.tonight + 1)
        if self.interest_so_far is None or ended < 0:
            return self.none
        due = self.interest_so_far[min(ended, self.tonight)] - self.settled
        # of each drawing that ends in these days: the nights to come until it does
        for day in range(evening, last + 1):
            drawn = day + 1 - (tenor or 0)
            if 0 <= drawn <= ended and self.tonight < day:
                before = self.drawn_so_far[drawn - 1] if drawn else 0.0
                own = np.maximum(self._drawn_by(drawn) - np.maximum(self.repaid, before), 0.0)
                due = due + own * float(self.terms.accrual[self.tonight : day].sum())
        if self.asked is not None:
            for arrival in self._returning(evening, last):
                due = due + self.asked[arrival] * self.terms.accrued_over(arrival, arrival + (tenor or 0))
        return np.asarray(due)

    def _returning(self, evening: int, last: int) -> list[int]:
        """Give the days to come on which what is asked for arrives and of which the tenor ends by day ``last``."""
        tenor = self.facility.tenor_days
        return [] if tenor is None else [day for day in self.arriving if evening <= day <= last - tenor]

    def expected_return(self, evening: int, last: int) -> Floats | float:
        """Give the principal that falls due from the evening to day ``last`` of what is asked for and still to come."""
        days = self._returning(evening, last)
        return 0.0 if self.asked is None or not days else np.asarray(self.asked[days].sum(axis=0))

    def _arrived(self, evening: int, night: int) -> Floats:
        return np.asarray(super()._arrived(evening, night) - self.expected_return(evening, night))

    def expected_charges(self, evening: int, last: int) -> Floats | float:
        """Give what is to be paid from the evening to day ``last``: interest at maturity as the drawings end."""
        plain = super().expected_charges(evening, last)
        if self.interest_so_far is None or self.is_idle or last < evening:
            return plain
        return plain + self._interest_due(evening, last)

    def _due_by(self, day: int) -> Floats | None:
        """Give what falls due up to the day of what is owed now; None before any tenor ends."""
        tenor = self.facility.tenor_days
        if tenor is None or day + 1 < tenor:
            return None
        return np.asarray(np.clip(self._drawn_by(day + 1 - tenor) - self.repaid, 0.0, self.balance))

    def _drawn_by(self, evening: int) -> Floats:
        """Give all that is drawn by an evening, that of as_of 0, as far as it is known now."""
        return np.asarray(self.drawn_so_far[evening] if evening <= self.tonight else self.repaid + self.balance)

    def _fall_due(self, day: int) -> Floats | float:
        amount = self._due_by(day)
        if amount is None:
            return 0.0
        self._note_due(day, amount)
        return self._take(day, amount)

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what falls due from the evening to day ``last``."""
        amount = self._due_by(last) if self.owing and last >= evening else None
        return 0.0 if amount is None else amount

    def lasting(self, evening: int, last: int, room: Floats) -> Floats:
        """Give what of a room can be owed from the evening to day ``last``: all, if drawn the day before, or none."""
        tenor = self.facility.tenor_days
        within = tenor is None or evening <= last < evening - 1 + tenor
        return room if within else self.none

    def _taken(self, evening: int, arrival: int) -> Floats:
        """Give what of the limit is taken on a day: what falls due by then leaves room."""
        returned = self.expected_repayment(evening, arrival) + self.expected_return(evening, arrival)
        return super()._taken(evening, arrival) - returned

    def freed(self, evening: int, arrival: int, repaid: Floats | float) -> Floats | float:
        """Give the room that a surplus frees which repays so much before a day, beside what falls due on the day."""
        return np.maximum(repaid - self._due_between(evening, arrival - 1, arrival), 0.0)

    def _due_between(self, evening: int, first: int, last: int) -> Floats | float:
        """Give what falls due after one day up to another, of what is owed now and of what is asked for."""
        owed = self.expected_repayment(evening, last) - self.expected_repayment(evening, first)
        return owed + self.expected_return(evening, last) - self.expected_return(evening, first)

    def _renewable(self, evening: int, day: int) -> Floats | float:
        """Give what a drawing of a day can renew: what falls due after it, before more can be drawn."""
        last = min((arrival for arrival in self.arrival if arrival > day), default=len(self.days.opens)) - 1
        return self._due_between(evening, day, last)

    def _drawable(self, day: int) -> Floats:
        return super()._drawable(day) + self._renewable(day + 1, day)

    def _askable(self, evening: int, arrival: int) -> Floats:
        return super()._askable(evening, arrival) + self._renewable(evening, arrival)

    def _bring(self, day: int, amount: Floats) -> Floats:
        """Draw so much; what the limit has no room for repays what would fall due before more can be drawn."""
        renewed = np.clip(amount - self.headroom(day), 0.0, self._renewable(day + 1, day))
        if np.count_nonzero(renewed):
            self._take(day, renewed)
        return super()._bring(day, amount) - renewed

    def due_beyond(self) -> Dues | None:
        """Give what falls due after the horizon; of what was owed on as_of only what does by ``reach_beyond``."""
        return self._due_after(self.repaid, self.balance, self.unpaid)

    def expected_beyond(self, evening: int, *, principal: bool = True) -> Dues | None:
        """Give the same as it is expected in an evening, of what is owed then and what is asked for."""
        if not principal:
            return None  # interest is paid with it
        last = len(self.days.opens) - 1
        repaid, unpaid = self.expected_repayment(evening, last), self.unpaid_at_end(evening)
        return self._due_after(self.repaid + repaid, self.balance - repaid, unpaid, self.arriving)

    def unpaid_at_end(self, evening: int) -> Floats:
        """Give what is expected to have accrued by the horizon's end and not to have been paid with a drawing."""
        plain = super().unpaid_at_end(evening)
        if self.interest_so_far is None:
            return plain
        return plain - self._interest_due(evening, len(self.days.opens) - 1)

    def _due_after(self, repaid: Floats, balance: Floats, unpaid: Floats, to_come: Collection[int] = ()) -> Dues | None:
        """Give what falls due after the horizon of what is owed, and has accrued, on its last evening.

        ``to_come``: the days on which what is asked for arrives before.
        """
        tenor, count = self.facility.tenor_days, len(self.days.opens)
        if tenor is None:
            return None
        drawn_on = np.flatnonzero(self.draws.laid_out().any(axis=1))
        evenings = np.unique([0, *(drawn_on + 1), *(day + 1 for day in to_come)])
        days = evenings + tenor - count
        evenings, days = evenings[days > 0], days[days > 0]
        drawn = np.array([self._drawn_by(day) for day in evenings.tolist()]).reshape(evenings.size, balance.size)
        due = np.clip(drawn - repaid, 0.0, balance)
        if tenor - count > reach_beyond(count):
            due = np.maximum(due - np.clip(self.facility.drawn - repaid, 0.0, balance), 0.0)
        if self.asked is not None:
            for day in to_come:
                due = due + np.outer((evenings > day) & (day + tenor >= count), self.asked[day])
        return Dues.of(days.tolist(), due, unpaid)

    def days_beyond(self) -> int | None:
        """Give the days from the horizon's end to that of the last drawing's tenor; 0 without one."""
        tenor, count = self.facility.tenor_days, len(self.days.opens)
        drawn = np.flatnonzero(self.draws.laid_out().any(axis=1))
        last = int(drawn[-1]) if drawn.size else -1
        return 0 if tenor is None else max(0, last + tenor - (count - 1))

    def _take(self, day: int, amount: Floats) -> Floats:
        self.repaid = self.repaid + amount
        return super()._take(day, amount)

    def end(self, day: int) -> None:
        """Accrue the night, and keep what has been drawn up to the evening."""
        self.drawn_so_far[day + 1] = self.drawn_so_far[day] + self.draws.rows.get(day, 0.0)
        if self.interest_so_far is not None:
            self.interest_so_far[day + 1] = self.interest_so_far[day]
        super().end(day)

    def _accrue(self, day: int) -> None:
        super()._accrue(day)
        if self.interest_so_far is not None:
            owed = np.maximum(self.drawn_so_far[: day + 2] - self.repaid, 0.0)
            self.interest_so_far[: day + 2] += owed * self.terms.accrual[day]

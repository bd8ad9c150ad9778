"""Payments that suppliers let move (账期延展): each deferred on its own day, to its own latest day and rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from forecast.financing.dues import Dues
from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.terms import Carriage, Terms
from forecast.financing.timing import calendar

if TYPE_CHECKING:
    from forecast.arrays import Floats, Ints
    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Arrangement
    from forecast.plan.model import Facility


@dataclass(frozen=True, slots=True)
class Parcel:
    """A payment, yuan, that may be deferred from its day to ``due`` at the latest, which may lie after the horizon."""

    day: int
    due: int
    amount: float
    rate: float


def movable_payments(case: CashCase, facility: Facility) -> tuple[Parcel, ...]:
    """Give the payments of the horizon that may be deferred."""
    return tuple(
        Parcel(day, day + flow.movable_days, -flow.amount, facility.annual_rate + flow.deferral_cost)
        for flow in case.movable
        if flow.amount < 0
        and flow.movable_days > 0
        and 0 <= (day := (flow.date - case.as_of).days - 1) < case.days.size
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Deferral(Terms):
    """Payables extension: each payment at its ``deferral_cost`` beside ``annual_rate``.

    ``limit`` bounds what is deferred at once; ``accrual`` is at the cheapest payment's rate.
    """

    from_lender: ClassVar[bool] = False
    larger_helps: ClassVar[bool] = False
    on_holidays: ClassVar[bool] = True
    why_not: ClassVar[str] = "payables_too_small"
    parcels: tuple[Parcel, ...]  # the payments that may be deferred

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out the payments that may be deferred; what deferring costs is paid with the payment."""
        parcels = movable_payments(case, facility)
        index = np.arange(case.days.size)
        days = calendar(case, facility, only=np.isin(index, [parcel.day for parcel in parcels]), on_holidays=True)
        accrual = min((parcel.rate for parcel in parcels), default=0.0) * days.nights
        plain = replace(days, due=np.zeros_like(days.due), near=days.cover)
        return cls(facility, plain, accrual, parcels=parcels)

    @property
    def on_the_day(self) -> bool:
        """Whether it can be drawn on any day that lacks cash: on those of its payments alone."""
        return super().on_the_day and not self.parcels

    @property
    def refinances(self) -> bool:
        """Whether it repays dearer debt: payments are deferred for what is lacking alone."""
        return False

    @property
    def refinanced(self) -> bool:
        """Whether cheaper money repays it: not what suppliers wait for, each at a rate of its own."""
        return False

    @property
    def keeps_reserve(self) -> bool:
        """Whether cash is kept for the days that another deferral cannot reach."""
        return self.on_notice or bool(self.parcels)

    @property
    def mean_rate(self) -> float:
        """What a yuan deferred costs a year, mean over the payments by their amounts."""
        if not self.parcels:
            return super().mean_rate
        amounts = [one.amount for one in self.parcels]
        return float(np.average([one.rate for one in self.parcels], weights=amounts))

    def most_owed(self, day: Ints, path: Ints) -> Floats:
        """Give what may be owed on evenings: no more than the payments that may be waiting then."""
        waiting = np.zeros(self.calendar.nights.size)
        for parcel in self.parcels:
            waiting[parcel.day : parcel.due] += parcel.amount
        most = super().most_owed(day, path)
        return np.minimum(most, waiting[day]) if self.parcels else most

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give the balance with drawings of no more than falls on the day, each owed up to its payments' latest day.

        What is paid back early may not be deferred again; the rates are the cheapest payment's: both from below.
        """
        plain = super().carriage(path, in_use=in_use)
        falling = np.zeros(plain.kept.size)
        np.add.at(falling, [parcel.day for parcel in self.parcels], [parcel.amount for parcel in self.parcels])
        if not self.parcels:
            return plain
        latest, days = np.zeros(plain.kept.size), np.arange(plain.kept.size)
        for parcel in self.parcels:
            latest[parcel.day] = max(latest[parcel.day], parcel.due)
        within = (days[:, None] >= days[None, :]) & (days[:, None] < latest[None, :])
        return replace(
            plain,
            most_drawn=np.minimum(plain.most_drawn, falling),
            within=within.astype(np.float64),
            within_opening=np.zeros(plain.kept.size),
        )


class DeferralLine(Line):
    """Deferred payments while the days pass, each payment followed by path.

    A payment is deferred on the day on which it falls, wholly or in part; it is paid on its latest day, earlier from a
    surplus (the dearest first). What deferring it has cost is paid with it, in part with a part.
    """

    terms: Deferral
    by_contract: ClassVar[bool] = True
    comes_back: ClassVar[bool] = False
    charged_with_principal: ClassVar[bool] = True

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        super().__init__(arrangement, shape)
        self.parcels = self.terms.parcels
        self.owed, self.charge = (np.zeros((len(self.parcels), shape[1])) for _ in range(2))
        rates = sorted({parcel.rate for parcel in self.parcels})
        self.by_rate = {rate: np.zeros(shape) for rate in rates}  # the balance at each rate, as ``after``
        self.falling: dict[int, list[int]] = {}
        # on its day the cheapest payment is deferred first, of equals the one that may wait longest
        for place in sorted(range(len(self.parcels)), key=lambda i: (self.parcels[i].rate, -self.parcels[i].due)):
            self.falling.setdefault(self.parcels[place].day, []).append(place)
        self.dearest = sorted(range(len(self.parcels)), key=lambda i: (-self.parcels[i].rate, self.parcels[i].due))

    @property
    def brings_more(self) -> bool:
        """Whether money of it can be had for whatever is needed: not where payments are deferred on their day."""
        return super().brings_more and self.asks

    def owed_until(self) -> int:
        """Give the latest day of all that is deferred."""
        return max((parcel.due for place, parcel in enumerate(self.parcels) if self.owed[place].any()), default=-1)

    @property
    def closes(self) -> bool:
        """Whether it is drawn before for what falls due after the horizon: no payment of later is known to defer."""
        return self.brings_more

    def headroom(self, day: int) -> Floats:
        """Give what of the day's payments can still be deferred."""
        falling = sum(self.parcels[place].amount for place in self.falling.get(day, ()))
        return np.clip(self.arrangement.limit - self.balance, 0.0, falling)

    def _room(self, evening: int, arrival: int) -> Floats:
        falling = sum(self.parcels[place].amount for place in self.falling.get(arrival, ()))
        asked = 0.0 if self.asked is None else self.asked[arrival]
        return np.asarray(np.minimum(super()._room(evening, arrival), falling - asked))

    def _add(self, day: int, amount: Floats) -> Floats:
        rest = amount
        for place in self.falling.get(day, ()):
            part = np.minimum(rest, self.parcels[place].amount - self.owed[place])
            self.owed[place] += part
            rest = rest - part
        return super()._add(day, amount)

    def _fall_due(self, day: int) -> Floats | float:
        spent: Floats | float = 0.0
        for place, parcel in enumerate(self.parcels):
            if parcel.due == day:
                self._note_due(day, self.owed[place])
                spent = spent + self._pay(day, place, self.owed[place].copy())
        return spent

    def repay(self, day: int, surplus: Floats) -> Floats:
        """Pay deferred payments early from a surplus, with what deferring them has cost; give the whole amount."""
        spent = np.zeros_like(self.balance)
        for place in self.dearest:
            owed = self.owed[place]
            if owed.any():
                cost = np.divide(self.charge[place], owed, out=np.zeros_like(owed), where=owed > 0)
                spent = spent + self._pay(day, place, np.clip((surplus - spent) / (1.0 + cost), 0.0, owed))
        return spent

    def _pay(self, day: int, place: int, amount: Floats) -> Floats:
        """Pay so much of a payment with its part of what deferring it has cost; give both."""
        owed = self.owed[place]
        charge = self.charge[place] * np.divide(amount, owed, out=np.zeros_like(owed), where=owed > 0)
        self.owed[place] -= amount
        self.charge[place] -= charge
        self.paid.add(day, charge)
        self.unpaid = self.unpaid - charge
        return np.asarray(self._take(day, amount) + charge)

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what has to be paid from the evening to day ``last``."""
        due = [place for place, parcel in enumerate(self.parcels) if evening <= parcel.due <= last]
        return self.owed[due].sum(axis=0) if due else 0.0

    def due_beyond(self) -> Dues | None:
        """Give what has to be paid after the horizon."""
        return self._due_after(self.owed, self.unpaid)

    def expected_beyond(self, evening: int, *, principal: bool = True) -> Dues | None:
        """Give the same as it is expected in an evening; what deferring costs is paid with the payment."""
        last = len(self.days.opens) - 1
        stays = np.array([parcel.due > last for parcel in self.parcels])
        rates = np.array([parcel.rate for parcel in self.parcels])
        nights = float(self.terms.calendar.nights[self.tonight : last].sum())
        owed, charge = self.owed[stays], self.charge[stays] + self.owed[stays] * (rates[stays, None] * nights)
        del evening
        if not principal or not owed.any():
            return None
        return self._due_after(np.where(stays[:, None], self.owed, 0.0), charge.sum(axis=0))

    def _due_after(self, owed: Floats, unpaid: Floats) -> Dues | None:
        """Give what has to be paid after the horizon of what is deferred, and has accrued, on its last evening."""
        last = len(self.days.opens) - 1
        due = np.array([max(parcel.due - last, 1) for parcel in self.parcels], dtype=np.int64)
        days = np.unique(due[owed.any(axis=1)]).tolist()
        paid = np.array([owed[due <= day].sum(axis=0) for day in days])
        return Dues.of(days, paid, unpaid)

    def days_beyond(self) -> int | None:
        """Give the days from the horizon's end to the last payment that is still deferred."""
        return max(0, self.owed_until() - (len(self.days.opens) - 1))

    def headroom_after(self) -> Floats:
        """Give what can still be deferred after the horizon: nothing that is known."""
        return np.zeros_like(self.balance)

    def expected_charges(self, evening: int, last: int) -> Floats | float:
        """Give what deferring will have cost of the payments that have to be made from the evening to day ``last``."""
        total: Floats | float = 0.0
        for place, parcel in enumerate(self.parcels):
            if evening <= parcel.due <= last:
                nights = float(self.terms.calendar.nights[self.tonight : parcel.due].sum())
                total = total + self.charge[place] + self.owed[place] * (parcel.rate * nights)
        return total

    def _accrue(self, day: int) -> None:
        """Keep what is owed at each rate, and accrue the night's charge at them."""
        night = self.terms.calendar.nights[day]
        for place, parcel in enumerate(self.parcels):
            self.by_rate[parcel.rate][day] += self.owed[place]
            if parcel.rate and night:
                charge = self.owed[place] * (parcel.rate * night)
                self.charge[place] += charge
                self.unpaid, self.accruing = self.unpaid + charge, True

    @property
    def accrued(self) -> Floats:
        """Σ balance × rate × day fraction on each path, over the rates."""
        total = np.zeros(self.balance.size)
        for rate, balances in self.by_rate.items():
            total += rate * (self.terms.calendar.nights @ balances)
        return total

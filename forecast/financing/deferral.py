"""Payments that suppliers let move (账期延展): each deferred on its own day, to its own latest day and rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.lines import Account, Arrangement, Line

if TYPE_CHECKING:
    from forecast.arrays import Floats


class DeferredPayments(Line):
    """Deferred payments while the days pass, each payment followed by path.

    A payment is deferred on the day on which it falls, wholly or in part; it is paid on its latest day, earlier from a
    surplus (the dearest first). What deferring costs is paid with the payment.
    """

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        super().__init__(arrangement, shape)
        self.parcels = arrangement.terms.parcels
        self.owed = np.zeros((len(self.parcels), shape[1]))
        rates = sorted({parcel.rate for parcel in self.parcels})
        self.by_rate = {rate: np.zeros(shape) for rate in rates}
        self.falling: dict[int, list[int]] = {}
        # on its day the cheapest payment is deferred first, of equals the one that may wait longest
        for place in sorted(range(len(self.parcels)), key=lambda i: (self.parcels[i].rate, -self.parcels[i].due)):
            self.falling.setdefault(self.parcels[place].day, []).append(place)
        self.dearest = sorted(range(len(self.parcels)), key=lambda i: (-self.parcels[i].rate, self.parcels[i].due))

    def headroom(self, day: int) -> Floats:
        """Give what of the day's payments can still be deferred."""
        falling = sum(self.parcels[place].amount for place in self.falling.get(day, ()))
        return np.clip(self.limit - self.balance, 0.0, falling)

    def _open_to_ask(self, arrival: int) -> Floats | float:
        return float(sum(self.parcels[place].amount for place in self.falling.get(arrival, ())))

    def _add(self, day: int, amount: Floats) -> Floats:
        rest = amount
        for place in self.falling.get(day, ()):
            part = np.minimum(rest, self.parcels[place].amount - self.owed[place])
            self.owed[place] += part
            rest = rest - part
        return super()._add(day, amount)

    def _fall_due(self, day: int) -> Floats | float:
        due = [place for place, parcel in enumerate(self.parcels) if parcel.due == day]
        if not due:
            return 0.0
        amount: Floats = self.owed[due].sum(axis=0)
        self.owed[due] = 0.0
        if self.scheduled is not None:
            self.scheduled[day] += amount
        return self._pay(day, amount)

    def repay(self, day: int, surplus: Floats) -> Floats:
        """Pay deferred payments early from a surplus, with what deferring them has cost; give the whole amount."""
        share = np.divide(self.unpaid, self.balance, out=np.zeros_like(self.balance), where=self.balance > 0)
        amount = np.clip(surplus / (1.0 + share), 0.0, self.balance)
        rest = amount
        for place in self.dearest:
            part = np.minimum(rest, self.owed[place])
            self.owed[place] -= part
            rest = rest - part
        return self._pay(day, amount - rest)

    def _pay(self, day: int, amount: Floats) -> Floats:
        """Pay principal and its share of the charges so far; give both."""
        share = np.divide(amount, self.balance, out=np.zeros_like(amount), where=self.balance > 0)
        charge = self.unpaid * share
        self.paid[day] += charge
        self.unpaid = self.unpaid - charge
        return np.asarray(self._take(day, amount) + charge)

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what has to be paid from the evening to day ``last``."""
        due = [place for place, parcel in enumerate(self.parcels) if evening <= parcel.due <= last]
        return self.owed[due].sum(axis=0) if due else 0.0

    def _accrue(self, day: int) -> None:
        """Keep what is owed at each rate, and accrue the night's charge at them."""
        for place, parcel in enumerate(self.parcels):
            self.by_rate[parcel.rate][day] += self.owed[place]
        night = self.terms.nights[day]
        for rate, balances in self.by_rate.items():
            if rate and night:
                self.unpaid = self.unpaid + balances[day] * (rate * night)

    def account(self) -> Account:
        """Give what it did, with the balance at each rate."""
        return self._account(self.by_rate)

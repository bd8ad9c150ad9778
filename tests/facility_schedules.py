"""Term loans and deferred payments on the days of a world, in plain Python, written from the words of their terms."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from facility_contracts import Contract
from facility_world import World, months_later, years

if TYPE_CHECKING:
    from forecast.plan.model import Facility, OtherFlow


class TermLoan(Contract):
    """Drawn once, whole, on its day; repaid by its schedule, and earlier where that is allowed and pays."""

    drawn_on_demand = False
    comes_back = False

    def __init__(self, terms: Facility, limit: float, world: World) -> None:
        super().__init__(terms, limit, world)
        self.repaid_from_surplus = terms.prepayment_fee is not None
        self.amount, self.taken = max(0.0, limit - terms.drawn), False
        self.lends = self.amount > 0
        self.walked: tuple[int, float, float] | None = None  # how far it was followed after the horizon, day by day
        self.arrives = self.drawing_day()
        begun = terms.draw_date if terms.draw_date is not None and terms.draw_date <= world.as_of else world.as_of
        self.old = self.plan_of(begun)
        self.new = self.plan_of(world.date(self.arrives)) if self.arrives is not None else []

    def twin(self) -> Self:
        """Give a copy without a loan that is still to come."""
        other = super().twin()
        other.amount = self.amount if self.taken else 0.0
        other.walked = None
        return other

    def ahead_beyond(self, evening: int) -> Self:
        """Give the loan on the last evening, with one that is still to come."""
        ahead = super().ahead_beyond(evening)
        if not self.taken and self.in_use and self.arrives is not None and self.arrives > evening:
            ahead.amount = self.amount
            for day in range(self.arrives, self.world.last):
                night = self.amount * left(self.new, self.world.date(day)) * self.a_night(day)
                ahead.unpaid = ahead.unpaid + night
                if any(self.is_due(one) for one in range(day + 1, self.world.last + 1)):
                    ahead.unpaid -= night
            ahead.owed += self.amount * left(self.new, self.world.date(self.world.last))
        return ahead

    def drawing_day(self) -> int | None:
        """Give the day on which it arrives: the first one possible, or the first from the draw date on.

        Without notice that is at best the day of signing; with it the evening of that day is the first to ask on.
        """
        first, date = self.arrival(self.from_signing(0)), self.terms.draw_date
        if first is None or date is None:
            return first
        days = range(max(first, self.world.day(date)), self.world.last + 1)
        return next((day for day in days if self.may_arrive(day)), None)

    def arriving_by(self, evening: int, until: int, *, whole: bool = False) -> float:  # noqa: ARG002  # its day is known
        """Give the loan still to come, less what it pays itself by a day, interest and principal."""
        if not self.in_use or self.taken or self.arrives is None or self.limit <= 0 or self.arrives > until:
            return 0.0
        total, unpaid = self.amount, 0.0
        for day in range(self.arrives + 1, until + 1):
            unpaid += self.amount * left(self.new, self.world.date(day - 1)) * self.a_night(day - 1)
            total -= self.amount * (left(self.new, self.world.date(day - 1)) - left(self.new, self.world.date(day)))
            if self.is_due(day):
                total, unpaid = total - unpaid, 0.0
        return total

    def plan_of(self, begun: dt.date) -> list[tuple[dt.date, float]]:
        """Give the dates of repayment with the share of the loan that is repaid on each; none without a tenor."""
        if self.terms.tenor_days is None:
            return []
        maturity = begun + dt.timedelta(days=self.terms.tenor_days)
        months = 1 if self.terms.repayment == "bullet" else max(1, round(self.terms.tenor_days * 12 / 365))
        dates = [min(months_later(begun, month), maturity) for month in range(1, months)] + [maturity]
        if self.terms.repayment == "equal_instalments":
            return self.level(begun, dates)
        return [(date, 1 / months) for date in dates]

    def level(self, begun: dt.date, dates: list[dt.date]) -> list[tuple[dt.date, float]]:
        """Give the principal in payments that are all the same, with the interest of the actual days in each."""
        growths = [
            1 + self.rate * years(start, end, self.terms.day_count)
            for start, end in itertools.pairwise([begun, *dates])
        ]
        payment = 1 / sum(1 / math.prod(growths[: place + 1]) for place in range(len(dates)))
        shares, owed = [], 1.0
        for growth in growths:
            shares.append(payment - owed * (growth - 1))
            owed -= shares[-1]
        return list(zip(dates, shares, strict=True))

    def allowed(self, day: int, drawn_before: int) -> float:
        """Give what the schedules leave owed on an evening, of what was drawn before a day."""
        total = 0.0
        if self.terms.drawn > 0:
            total += self.terms.drawn * left(self.old, self.world.date(day)) / left(self.old, self.world.as_of)
        if self.arrives is not None and self.arrives < drawn_before:
            total += self.amount * left(self.new, self.world.date(day))
        return total

    def carry(self) -> None:
        """Draw nothing more."""
        super().carry()
        self.amount, self.lends = 0.0, False

    def commitment(self, day: int) -> float:
        """Give the fee until the loan is drawn: what has been drawn and repaid is no longer promised."""
        return super().commitment(day) if self.arrives is None or day < self.arrives else 0.0

    def falling_due(self, day: int) -> float:
        """Give what the schedules do not leave."""
        return max(0.0, self.owed - self.allowed(day, day))

    def arrive(self, day: int) -> float:
        """Take the loan on its day."""
        if not self.in_use or day != self.arrives or self.limit <= 0:
            return 0.0
        self.taken = True
        return self.take(day, self.amount)

    def is_due(self, day: int) -> bool:
        """Tell its own days, and those on which a loan ends; equal instalments bring their interest with them."""
        schedules = [self.old] if self.terms.drawn > 0 and day <= self.looked_at(day) else []
        schedules += [self.new] if self.arrives is not None and self.lends else []
        if self.terms.repayment == "equal_instalments" and self.terms.tenor_days is not None:
            return any(self.world.date(day) == date for schedule in schedules for date, _ in schedule)
        ends = [schedule[-1][0] for schedule in schedules if schedule]
        return super().is_due(day) or self.world.date(day) in ends

    def end(self) -> int:
        """Give the last evening on which something is owed by its schedules."""
        evenings = range(1, self.world.last + 1)
        return max(
            (day for day in evenings if self.allowed(day, self.world.last + 1) > 0 and self.begun(day)), default=0
        )

    def owed_until(self) -> int | None:
        """Give the day on which the later of its loans ends."""
        schedules = [self.old] if self.terms.drawn > 0 else []
        schedules += [self.new] if self.arrives is not None and self.in_use and self.amount > 0 else []
        return None if [] in schedules else max((self.world.day(one[-1][0]) for one in schedules), default=0)

    def begun(self, day: int) -> bool:
        """Tell whether something has been drawn by a day."""
        return self.terms.drawn > 0 or (self.arrives is not None and day >= self.arrives)

    def alone(self, evening: int) -> int:  # noqa: ARG002  # the same on every evening
        """Give the last evening before the loan ends: what has repaid it early does not come back."""
        return self.end()

    def pays(self, day: int) -> bool:
        """Tell whether repaying a yuan saves more interest than its fee, and than the yuan would earn."""
        nights = [self.world.night(one, self.terms.day_count) for one in range(day, self.end() + 1)]
        saves = self.rate * sum(nights) + (self.rest() / self.owed if self.owed > 0 else 0.0)
        earns = len(nights) * self.world.surplus_rate / 365
        return self.begun(day) and saves > (self.terms.prepayment_fee or 0.0) + earns

    def rest(self) -> float:
        """Give the interest of the nights from the last evening to the loan's end, or the fee of leaving where less."""
        last, total = self.world.last, 0.0
        owed = self.allowed(last, last + 1)
        if self.terms.tenor_days is None or owed <= 0:
            return 0.0
        for day in range(last, last + self.terms.tenor_days + 1):
            night = years(self.world.date(day), self.world.date(day + 1), self.terms.day_count)
            total += self.rate * self.allowed(day, last + 1) * night / owed
        fee = self.terms.prepayment_fee
        return self.owed * (total if fee is None else min(total, fee))

    def asked_beyond(self, day: int) -> float:
        """Give what the schedules ask for by then, principal and interest; of old debt what is due soon."""
        if self.terms.tenor_days is None:
            return 0.0  # nothing is known of a loan without an end
        walked, unpaid, paid = self.walked or (self.world.last, self.unpaid, 0.0)
        if walked > day:
            walked, unpaid, paid = self.world.last, self.unpaid, 0.0
        for one in range(walked + 1, day + 1):
            old = self.allowed(self.looked_at(one), 0) if self.terms.drawn > 0 and self.looked_at(one) < one else 0.0
            bearing = min(self.owed, self.left_beyond(one - 1)) - old
            unpaid += bearing * self.rate * years(self.world.date(one - 1), self.world.date(one), self.terms.day_count)
            if self.is_due(one):
                paid, unpaid = paid + unpaid, 0.0
        self.walked = (day, unpaid, paid)
        return paid + (0.0 if self.interest_alone else max(0.0, self.owed - self.left_beyond(day)))

    def left_beyond(self, day: int) -> float:
        """Give what the schedules leave owed on an evening after the horizon, as far as they are looked at."""
        old = self.allowed(self.looked_at(day), 0)
        return old + self.allowed(day, self.world.last + 1) - self.allowed(day, 0)

    def repay(self, day: int, surplus: float) -> float:
        """Repay early, with the fee: what is left when all dues are paid, and the interest that this itself saves."""
        if self.terms.prepayment_fee is None or not self.pays(day):
            return 0.0
        dues = [one for one in range(day + 1, self.end() + 1) if self.is_due(one)]
        saved = self.cost_of_asking(day, self.end())
        spare = surplus if dues else surplus - self.unpaid
        amount = min(max(0.0, spare) / (1 + self.terms.prepayment_fee - saved), self.owed)
        fee = amount * self.terms.prepayment_fee
        self.cost += fee
        return self.pay_back(amount) + fee


def left(plan: list[tuple[dt.date, float]], date: dt.date) -> float:
    """Give the share of a loan still owed on the evening of a date."""
    return 1.0 - sum(share for day, share in plan if day <= date) if not plan or date < plan[-1][0] else 0.0


class PayablesExtension(Contract):
    """Payments to suppliers, each deferred on its own day, to its own latest day, at its own cost, paid with it."""

    needs_the_bank = False
    comes_back = False

    def __init__(self, terms: Facility, limit: float, world: World) -> None:
        super().__init__(terms, limit, world)
        self.parcels = [
            Deferred(one, world.day(one.date), terms.annual_rate + one.deferral_cost) for one in world.payments
        ]

    def twin(self) -> Self:
        """Give a copy with payments of its own."""
        other = super().twin()
        other.parcels = [replace(one) for one in self.parcels]
        return other

    def alone(self, evening: int) -> int:
        """Give the last day before a payment can be deferred that is not the next day's."""
        return self.out_of_reach(evening)

    def owed_until(self) -> int:
        """Give the latest day of all that is deferred."""
        return max((one.day + one.payment.movable_days for one in self.parcels if one.owed > 0), default=0)

    def may_arrive(self, day: int) -> bool:
        """Tell whether a payment of the day can be deferred."""
        return super().may_arrive(day) and any(one.day == day for one in self.parcels)

    def falling(self, day: int) -> float:
        """Give the payments of a day that may be deferred."""
        return sum(-one.payment.amount for one in self.parcels if one.day == day)

    def headroom(self, day: int) -> float:
        """Give what can still be deferred of the payments of a day."""
        return max(0.0, min(self.limit - self.owed, self.falling(day)))

    def room(self, evening: int, arrival: int) -> float:
        """Give what can still be asked for of the payments of a day."""
        rest = self.falling(arrival) - self.coming.get(arrival, 0.0)
        return min(super().room(evening, arrival), rest)

    def is_due(self, day: int) -> bool:  # noqa: ARG002  # no day
        """Tell that nothing is due but with a payment."""
        return False

    def interest(self, day: int) -> float:
        """Give what all that is deferred costs for a night, each payment at its own rate."""
        night = self.world.night(day, self.terms.day_count)
        total = 0.0
        for one in self.parcels:
            one.charge += one.owed * one.rate * night
            total += one.owed * one.rate * night
        return total

    def take(self, day: int, amount: float) -> float:
        """Defer the cheapest of the day's payments first; of equals the one that may wait longest."""
        rest = amount
        for one in sorted(self.parcels, key=lambda one: (one.rate, -one.payment.movable_days)):
            if one.day == day:
                part = min(rest, -one.payment.amount - one.owed)
                one.owed += part
                rest -= part
        return super().take(day, amount)

    def due_beyond(self, day: int) -> float:
        """Give what has reached its latest day by then."""
        return sum(one.owed for one in self.parcels if one.day + one.payment.movable_days <= day)

    def to_be_had(self) -> float:
        """Give nothing: of payments after the horizon none is known."""
        return 0.0

    @property
    def closes(self) -> bool:
        """Tell that after the horizon nothing can be deferred."""
        return self.in_use

    def foreseen(self, evening: int, until: int, *, principal: bool = True) -> float:
        """Give what it will pay; without principal what has nothing to do with a payment."""
        days = range(evening + 1, until + 1)
        return super().foreseen(evening, until) if principal else sum(self.signing_fee(day) for day in days)

    def settle(self, day: int) -> float:
        """Pay what cannot wait any longer, with what deferring it has cost."""
        return sum(self.pay(one, one.owed) for one in self.parcels if one.day + one.payment.movable_days == day)

    def repay(self, day: int, surplus: float) -> float:  # noqa: ARG002  # on any day
        """Pay early from a surplus, the dearest first; of equals the one that is due first."""
        spent = 0.0
        for one in sorted(self.parcels, key=lambda one: (-one.rate, one.day + one.payment.movable_days)):
            if one.owed > 0:
                spent += self.pay(one, min(one.owed, max(0.0, surplus - spent) / (1 + one.charge / one.owed)))
        return spent

    def pay(self, one: Deferred, amount: float) -> float:
        """Pay a part of a deferred payment with its part of the charge."""
        charge = one.charge * amount / one.owed if one.owed > 0 else 0.0
        one.owed -= amount
        one.charge -= charge
        self.unpaid -= charge
        return self.pay_back(amount) + charge


@dataclass
class Deferred:
    """A payment that may be deferred: what is owed of it, and what this has cost so far."""

    payment: OtherFlow
    day: int
    rate: float
    owed: float = 0.0
    charge: float = 0.0

"""Advances on stock and on receivables, in plain Python, written from the words of their terms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

from facility_contracts import Contract

if TYPE_CHECKING:
    from facility_world import World

    from forecast.plan.model import Facility


class Inventory(Contract):
    """Up to ``advance_rate`` of the purchases of its category in the last ``tenor_days``; repaid as these shrink."""

    def base(self, day: int) -> float:
        """Give the share of the purchases of the last days that is lent."""
        bought = self.world.purchases.get(self.terms.category, {})
        oldest = day - (self.terms.tenor_days or 0)
        return self.terms.advance_rate * sum(amount for when, amount in bought.items() if oldest < when <= day)

    def lasting(self, day: int, until: int) -> float:
        """Give what can be drawn on a day and be owed up to a later one: what all purchases until then bear."""
        if until <= day:
            return 0.0
        return max(0.0, min(self.base(one) for one in range(day + 1, until + 1)) - self.owed)

    def kept(self, evening: int, until: int) -> float:
        """Give what may still be owed, up to a day, of what is owed on an evening: the plan knows its purchases."""
        return min([self.owed, *(self.base(day) for day in range(evening + 1, until + 1))])

    def room(self, evening: int, arrival: int) -> float:
        """Give what the purchases known for the day of arrival will bear."""
        return min(self.limit, self.base(arrival)) - self.kept(evening, arrival) - self.under_way


class Receivables(Contract):
    """Up to ``advance_rate`` of what channels have deducted and not settled; repaid as it settles."""

    def __init__(self, terms: Facility, limit: float, world: World) -> None:
        super().__init__(terms, limit, world)
        self.open: dict[tuple[int, float], list[float]] = {}

    def open_by_channel(self, evening: int, oldest: float = math.inf) -> list[float]:
        """Give what is open on an evening and not older than so many days, by channel; added up once."""
        if (evening, oldest) not in self.open:
            self.open[evening, oldest] = self.added_up(evening, oldest)
        return self.open[evening, oldest]

    def added_up(self, evening: int, oldest: float) -> list[float]:
        """Add up what is open on an evening, by channel."""
        total: dict[str, float] = {}
        for one in self.world.receivables:
            counts = not self.terms.channels or one.channel in self.terms.channels
            if counts and evening - one.deducted <= oldest:
                total[one.channel] = total.get(one.channel, 0.0) + one.open_on(evening)
        return list(total.values())

    def base(self, day: int) -> float:
        """Give the share of what counts that is lent, no channel making more than its share of that."""
        eligible = self.open_by_channel(day, self.terms.max_age_days or math.inf)
        most = self.terms.concentration * sum(eligible)
        return self.terms.advance_rate * sum(min(one, most) for one in eligible)

    def settled(self, day: int) -> float:
        """Give what settles on a day."""
        mine = [one for one in self.world.receivables if not self.terms.channels or one.channel in self.terms.channels]
        return sum(one.settled_on(day) for one in mine)

    def settling(self, day: int) -> float:
        """Give the share of what was open the evening before that settles on a day."""
        before = sum(self.open_by_channel(day - 1))
        return self.settled(day) / before if before > 0 else 0.0

    settles = True

    def staying(self, drawn_on: int, day: int) -> float:
        """Give the share of a drawing that has not settled by a later day."""
        return math.prod(1 - self.settling(one) for one in range(drawn_on + 1, day + 1))

    def to_bring(self, amount: float, evening: int, drawn_on: int, day: int, cost: float = 0.0) -> float:  # noqa: ARG002
        """Give what a drawing of one day brings after its cost, so that so much of it is left on a later one.

        The whole drawing is repaid as it settles, though its cost never came.
        """
        stays = self.staying(drawn_on, day)
        if stays <= cost:
            return math.inf if amount > 0 else amount
        drawing = amount / (stays - cost)
        return drawing - drawing * cost

    def settled_of(self, amount: float, evening: int, drawn_on: int, day: int) -> float:  # noqa: ARG002  # a share
        """Give what of a drawing has settled by a later day."""
        return amount * (1 - self.staying(drawn_on, day))

    def carried_to(self, until: int, ahead: Self, evening: int, *, principal: bool = True) -> float:
        """Carry a twin ahead, and give what it pays: with what settles of what is under way."""
        paid = super().carried_to(until, ahead, evening, principal=principal)
        coming = [(day, amount) for day, amount in self.coming.items() if day < until]
        return paid + sum(self.settled_of(amount, evening, day, until) for day, amount in coming)

    def maturing(self, evening: int, until: int) -> float:
        """Give what settles by a day of what is owed on the evening, and what the base does not bear."""
        ahead = self.twin()
        return sum(ahead.settle(day) for day in range(evening + 1, until + 1))

    def room(self, evening: int, arrival: int) -> float:
        """Give what the receivables of the day of arrival will bear, where what settles by then has repaid its part."""
        ahead = self.twin()
        for day in range(evening + 1, arrival + 1):
            ahead.settle(day)
        return min(self.limit, self.base(arrival)) - ahead.owed - self.under_way

    def falling_due(self, day: int) -> float:
        """Give what settles of it, and what the base no longer bears."""
        left = self.owed * (1 - self.settling(day))
        return self.owed - min(left, self.base(day))


class Factoring(Receivables):
    """Receivables sold outright: no surplus takes them back; the discount until they settle is kept back at once."""

    repaid_from_surplus = False

    @property
    def rate(self) -> float:
        """What is advanced costs a year."""
        return self.terms.annual_rate + self.terms.discount_rate

    def a_night(self, day: int) -> float:
        """Give what is asked for beside the discount."""
        return self.terms.annual_rate * self.world.night(day, self.terms.day_count)

    def taken_off(self, day: int) -> float:
        """Give the service fee, and the discount for the nights that what is still open then has been."""
        left, nights = 1.0, 0.0
        for evening in range(day, self.world.last):
            nights += left * self.world.night(evening, self.terms.day_count)
            left *= 1 - self.settling(evening + 1)
        return self.terms.service_fee + self.terms.discount_rate * nights

    def is_due(self, day: int) -> bool:  # noqa: ARG002  # every day
        """Tell that it is kept back every day."""
        return True


class EarlySettlement(Receivables):
    """What would settle soonest is brought forward, for a fee a calendar day; all that settles repays it."""

    repaid_from_surplus = False

    @property
    def rate(self) -> float:
        """What is brought forward costs a year."""
        return self.terms.fee_per_day * 365

    def a_night(self, day: int) -> float:
        """Give the fee of a night."""
        return self.terms.fee_per_day if day < self.world.last else 0.0

    def reaching(self, evening: int, drawn_on: int, until: int, day: int) -> float:
        """Give what settles after one day up to another beyond what is owed before: all that arrives by ``until``."""
        settles = sum(self.settled(one) for one in range(drawn_on + 1, day + 1))
        return max(0.0, settles - (self.owed - self.maturing(evening, drawn_on) + self.arrived_by(until)))

    def to_bring(self, amount: float, evening: int, drawn_on: int, day: int, cost: float = 0.0) -> float:  # noqa: ARG002
        """Give what a drawing of one day brings, so that so much of it is left on a later one."""
        return amount + self.reaching(evening, drawn_on, drawn_on, day)

    def settled_of(self, amount: float, evening: int, drawn_on: int, day: int) -> float:
        """Give what of a drawing has settled by a later day."""
        return min(amount, self.reaching(evening, drawn_on, drawn_on - 1, day))

    def falling_due(self, day: int) -> float:
        """Give all that settles, and what the base no longer bears."""
        return self.owed - min(max(0.0, self.owed - self.settled(day)), self.base(day))

    def is_due(self, day: int) -> bool:  # noqa: ARG002  # every day
        """Tell that it is kept back every day."""
        return True

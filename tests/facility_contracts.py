"""Lines of credit on the days of a world, in plain Python, written from the words of their terms."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from facility_world import World

    from forecast.plan.model import Facility

NOTHING = 1e-6
"""Yuan below which nothing is drawn."""


class Contract:
    """A facility arranged up to a limit; a revolver is just this."""

    repaid_from_surplus = True
    drawn_on_demand = True
    comes_back = True
    """Whether what is repaid can be drawn again."""
    settles = False
    """Whether what it rests on repays a drawing by and by."""
    interest_alone = False
    """Whether of what is asked for after the horizon only the interest counts."""
    needs_the_bank = True
    in_use = True
    """Whether it is drawn: of what is only carried nothing is but what was owed on as_of."""
    beside = False
    """Whether its request counts first what cheaper ones without notice can bring."""
    ahead = False
    """Whether all that is left is drawn where less than a lot would be."""

    def __init__(self, terms: Facility, limit: float, world: World) -> None:
        self.terms, self.limit, self.world = terms, limit, world
        self.already = terms.signed or terms.drawn > 0
        self.signed_on = 0 if self.already else terms.signing_days
        self.first = 0 if self.already else max(1, terms.signing_days)  # what is arranged now runs from day 1 at best
        self.owed = terms.drawn
        self.unpaid = self.cost = self.drawn = 0.0
        self.coming: dict[int, float] = {}

    def carry(self) -> None:
        """Draw nothing more."""
        self.in_use = False

    # When it can be drawn

    @property
    def on_notice(self) -> bool:
        """Whether its money has to be asked for beforehand."""
        return self.drawn_on_demand and self.terms.notice_days > 0

    def in_force(self, day: int) -> bool:
        """Tell whether it is signed by a day."""
        return day >= self.first

    def may_arrive(self, day: int) -> bool:
        """Tell whether a drawing may arrive: on notice only when banks work."""
        return self.is_open(day) and (self.terms.notice_days == 0 or self.world.banking[day])

    def is_open(self, day: int) -> bool:
        """Tell whether a day lies in the horizon, in force, in the window, and is no public holiday."""
        date = self.world.date(day)
        early = self.terms.available_from is not None and date < self.terms.available_from
        late = self.terms.available_to is not None and date > self.terms.available_to
        if not 1 <= day <= self.world.last or (self.needs_the_bank and self.world.holiday[day]):
            return False
        return self.in_force(day) and not (early or late)

    def arrival(self, evening: int) -> int | None:
        """Give the day on which a drawing arrives that is asked for on an evening: ``notice_days`` banking days on."""
        if evening < self.signed_on and self.terms.notice_days > 0:
            return None
        worked = 0
        for day in range(evening + 1, self.world.last + 1):
            worked += self.world.banking[day]
            if worked >= self.terms.notice_days and self.may_arrive(day):
                return day
        return None

    def out_of_reach(self, evening: int) -> int:
        """Give the last day before money can arrive that is asked for an evening later."""
        arrival = self.arrival(evening + 1)
        return self.world.last if arrival is None else arrival - 1

    def alone(self, evening: int) -> int:
        """Give the last day before it can be drawn again: by a request of the evening, or on its day without notice.

        Where a request costs a fee of its own it is rather kept until a request an evening later arrives.
        """
        if self.on_notice and self.terms.service_fee > 0:
            return self.out_of_reach(evening)
        arrival = self.arrival(evening)
        return self.world.last if arrival is None else arrival - 1

    def owed_until(self) -> int | None:
        """Give the day on which the last of what is owed falls due; None where there is none."""
        return None

    def from_signing(self, evening: int) -> int:
        """Give the evening on which it can first be asked for, from an evening on."""
        return max(evening, self.signed_on) if self.terms.notice_days > 0 else evening

    def before_next(self, evening: int) -> int:
        """Give the last day before the first on which it can be drawn from an evening on, once it is signed."""
        if evening >= self.signed_on:
            return self.alone(evening)
        arrival = self.arrival(self.from_signing(evening))
        return self.world.last if arrival is None else arrival - 1

    def next_brings(self, evening: int) -> float:
        """Give what can be drawn at the next chance after an evening, nothing where that is less than a lot."""
        arrival = self.arrival(self.from_signing(evening))
        room = 0.0 if arrival is None else max(0.0, self.room(evening, arrival))
        return room if room >= self.terms.minimum_draw - NOTHING else 0.0

    def lotless(self, surplus: float) -> bool:
        """Tell whether no lot is left to draw once a surplus has repaid."""
        lot, owed = self.terms.minimum_draw, self.owed - min(max(0.0, surplus), self.owed)
        return lot > 0 and self.limit - owed - self.under_way < lot - NOTHING

    def fall(self, evening: int, until: int) -> float:
        """Give the deepest fall of the flows after an evening, up to a day."""
        total = deepest = 0.0
        for day in range(evening + 1, until + 1):
            total += self.world.flows[day]
            deepest = min(deepest, total)
        return -deepest

    # How much can be drawn

    def base(self, day: int) -> float:  # noqa: ARG002  # a line rests on nothing
        """Give the most that may be owed for what it rests on."""
        return math.inf

    def lasts(self, day: int) -> bool:
        """Tell whether all of its room can be drawn for what lacks, and be owed as long as that does."""
        return self.terms.tenor_days is None and self.base(day) == math.inf and self.terms.minimum_draw == 0

    def lasting(self, day: int, until: int) -> float:  # noqa: ARG002  # kinds that have to be paid back know
        """Give what can be drawn on a day and be owed up to a later one."""
        return math.inf if self.lasts(day) else 0.0

    def headroom(self, day: int) -> float:
        """Give what can still be drawn."""
        return max(0.0, min(self.limit, self.base(day)) - self.owed)

    def drawing(self, wanted: float, most: float, cost: float) -> float:
        """Give the drawing that leaves what is wanted after what it costs, at least its lot, within what is left."""
        if wanted <= NOTHING:
            return 0.0
        amount = min(max(wanted / (1 - cost), self.terms.minimum_draw), most)
        if self.ahead and most - amount < self.terms.minimum_draw - NOTHING:
            amount = most
        return 0.0 if amount < self.terms.minimum_draw - NOTHING else amount

    # What it costs

    @property
    def rate(self) -> float:
        """What is owed costs a year: interest, the tax on it, and a guarantor's fee."""
        return self.terms.annual_rate * (1 + self.terms.interest_vat) + self.terms.guarantee_fee

    @property
    def holding(self) -> float:
        """What is owed costs a year of 365 days, less the commitment fee that it saves."""
        return (self.rate - self.terms.commitment_fee) * (365 / 360 if self.terms.day_count == "act/360" else 1)

    def a_night(self, day: int) -> float:
        """Give what a yuan owed costs for the night after a day."""
        return self.rate * self.world.night(day, self.terms.day_count)

    def interest(self, day: int) -> float:
        """Give the interest of the night after a day."""
        return self.owed * self.a_night(day)

    def taken_off(self, day: int) -> float:  # noqa: ARG002  # a discount knows its day
        """Give the share of a drawing that is kept back on its day."""
        return self.terms.service_fee

    def commitment(self, day: int) -> float:
        """Give the commitment fee of a night on the limit not drawn, once it is in force."""
        if not self.in_force(day) or not (self.already or self.limit > 0):
            return 0.0
        undrawn = max(0.0, self.limit - self.owed)
        return undrawn * self.terms.commitment_fee * self.world.night(day, self.terms.day_count)

    def night(self, day: int) -> None:
        """Let the night after a day pass."""
        charge = self.interest(day) + self.commitment(day)
        self.unpaid += charge
        self.cost += charge

    def is_due(self, day: int) -> bool:
        """Tell whether what has accrued up to the evening before is paid on a day."""
        date = self.world.date(day)
        match self.terms.interest_due:
            case "month_end":
                return self.world.is_month_end(day)
            case "day_20":
                return date.day == 20
            case "quarter_20":
                return date.day == 20 and date.month in {3, 6, 9, 12}
        return False

    def signing_fee(self, day: int) -> float:
        """Give arrangement fee and stamp duty, paid on the first day in force of what is newly arranged."""
        if day != self.first or self.already:
            return 0.0
        return (self.terms.arrangement_fee + self.terms.stamp_duty) * self.limit

    # Day by day; a drawing and a repayment give what the cash balance gains and loses

    def morning(self, day: int) -> float:
        """Pay what falls due and take what was asked for; gives what this adds to the cash balance."""
        cash = -self.settle(day) + self.arrive(day) - self.pay_dues(day)
        fee = self.signing_fee(day)
        self.cost += fee
        return cash - fee

    def settle(self, day: int) -> float:
        """Repay the principal that falls due on a day."""
        return self.pay_back(self.falling_due(day))

    def arrive(self, day: int) -> float:
        """Take what was asked for, as far as limit and base then allow."""
        return self.bring(day, self.coming.pop(day, 0.0))

    def bring(self, day: int, wanted: float) -> float:
        """Draw what is wanted as far as can be, and no less than a lot; give what this adds to the cash balance."""
        return self.take(day, self.whole_lot(min(wanted, self.headroom(day))))

    def whole_lot(self, amount: float) -> float:
        """Give an amount that may be drawn: nothing where there is no room for a lot."""
        return amount if amount >= self.terms.minimum_draw - NOTHING else 0.0

    def renewable(self, day: int) -> float:  # noqa: ARG002  # drawings with a tenor
        """Give what falls due after a day, before more can be drawn, and can be repaid by that day's drawing."""
        return 0.0

    def freed(self, arrival: int, repaid: float) -> float:  # noqa: ARG002  # drawings with a tenor
        """Give the room that is there once a surplus has repaid so much before a day."""
        return repaid

    def pay_dues(self, day: int) -> float:
        """Pay what has accrued, if the day is one on which it is due."""
        due = self.unpaid if self.is_due(day) else 0.0
        self.unpaid -= due
        return due

    def falling_due(self, day: int) -> float:
        """Give the principal that must be repaid on a day: here what the base no longer bears."""
        return max(0.0, self.owed - self.base(day))

    def pay_back(self, amount: float) -> float:
        """Repay principal."""
        self.owed -= amount
        return amount

    def take(self, day: int, amount: float) -> float:
        """Draw; fees and discount are kept back."""
        self.owed += amount
        self.drawn += amount
        fee = amount * self.taken_off(day)
        self.cost += fee
        return amount - fee

    def repay(self, day: int, surplus: float) -> float:  # noqa: ARG002  # a loan asks whether it pays
        """Repay from a surplus."""
        return self.pay_back(min(max(0.0, surplus), self.owed))

    def draw(self, day: int, lack: float) -> float:
        """Draw what lacks, without notice."""
        if not self.may_arrive(day):
            return 0.0
        cost = self.taken_off(day) + self.cost_of_asking(day, self.alone(day))
        return self.bring(day, self.drawing(lack, self.headroom(day) + self.renewable(day), cost))

    @property
    def under_way(self) -> float:
        """What has been asked for and has not arrived."""
        return sum(self.coming.values())

    def asks_on(self, evening: int) -> bool:
        """Tell whether asking on an evening brings money, and earlier than asking an evening later."""
        arrival = self.arrival(evening)
        return arrival is not None and arrival <= self.out_of_reach(evening)

    def arriving_by(self, evening: int, until: int, *, whole: bool = False) -> float:
        """Give what of it will reach the cash balance by a day, as far as limit and base bear it if nothing repays.

        All of it where ``whole``: a surplus is repaying, which makes room.
        """
        come = reaching = 0.0
        for day in sorted(day for day in self.coming if day <= until):
            room = min(self.limit, self.base(day)) - (self.owed - self.maturing(evening, day)) - come
            amount = self.coming[day] if whole else self.whole_lot(min(self.coming[day], max(0.0, room)))
            come += amount
            reaching += amount * (1 - self.taken_off(day))
        return reaching

    def ask(self, evening: int, lack: float, repaid: float) -> None:
        """Ask for what lacks, and for the interest that it will have to pay itself before more can arrive.

        ``repaid``: what of it will have been repaid when this arrives.
        """
        arrival = self.arrival(evening)
        if arrival is None:
            return
        cost = self.taken_off(arrival) + self.cost_of_asking(arrival, self.out_of_reach(evening))
        room = self.room(evening, arrival) + self.renewable(arrival) + self.freed(arrival, repaid)
        amount = self.drawing(lack, max(0.0, room), cost)
        self.coming[arrival] = self.coming.get(arrival, 0.0) + amount

    def room(self, evening: int, arrival: int) -> float:  # noqa: ARG002  # a base may be known for the day of arrival
        """Give what can still be asked for: the rest of the limit."""
        return self.limit - self.owed - self.under_way

    # What can be foreseen of it

    def twin(self) -> Self:
        """Give a copy that may be carried ahead."""
        other = copy.copy(self)
        other.coming = {}
        return other

    def foreseen(self, evening: int, until: int, *, principal: bool = True) -> float:
        """Give what it will pay after an evening up to a day, if nothing more is drawn, asked for or repaid early.

        Principal is that of what is owed on the evening; interest is that of what is under way, too. A term loan still
        to come is left out: what it pays is taken off its money (``arriving_by``).
        """
        return self.carried_to(until, self.twin(), evening, principal=principal)

    def carried_to(self, until: int, ahead: Self, evening: int, *, principal: bool = True) -> float:
        """Carry a twin ahead from an evening to a day, and give what it pays."""
        paid = 0.0
        for day in range(evening + 1, until + 1):
            arrived = self.arrived_by(day - 1)
            ahead.owed += arrived
            ahead.night(day - 1)
            ahead.owed -= arrived
            owed = ahead.owed
            paid += ahead.settle(day)
            if not principal:
                paid -= owed - ahead.owed
            paid += ahead.pay_dues(day) + ahead.signing_fee(day)
        return paid

    def arrived_by(self, night: int) -> float:
        """Give what is under way and will be owed on a night."""
        return sum(amount for when, amount in self.coming.items() if when <= night)

    def to_bring(self, amount: float, evening: int, drawn_on: int, day: int, cost: float = 0.0) -> float:  # noqa: ARG002
        """Give what a drawing of one day brings after its cost, so that so much of it is left on a later one."""
        return amount

    def maturing(self, evening: int, until: int) -> float:
        """Give the principal that falls due after an evening up to a day, of what is owed on the evening."""
        return self.foreseen(evening, until) - self.foreseen(evening, until, principal=False)

    def cost_of_asking(self, arrival: int, until: int) -> float:
        """Give the interest that a yuan has to pay from its arrival up to a day."""
        due = max((day for day in range(arrival + 1, until + 1) if self.is_due(day)), default=arrival)
        return sum(self.a_night(day) for day in range(arrival, due))

    # After the horizon

    def rest(self) -> float:
        """Give what the balance of the last evening still costs by contract: nothing where it may be repaid at once."""
        return 0.0

    def due_beyond(self, day: int) -> float:  # noqa: ARG002  # kinds with a tenor know
        """Give the principal that has fallen due by a day after the horizon."""
        return 0.0

    def asked_beyond(self, day: int) -> float:
        """Give what has to be paid by a day after the horizon: principal, and with it what has accrued."""
        due = self.due_beyond(day)
        return due + self.unpaid if due > 0 else 0.0

    def ahead_beyond(self, evening: int) -> Self:
        """Give what is owed on an evening as it will be on the last, if nothing more is drawn or repaid early."""
        ahead = self.twin()
        self.carried_to(self.world.last, ahead, evening)
        return ahead

    @property
    def closes(self) -> bool:
        """Whether it cannot be drawn on the last day."""
        return self.in_use and self.drawn_on_demand and not self.is_open(self.world.last)

    def spare_at_end(self, evening: int) -> float:
        """Give what will be left to draw on the last day, or, where it closes before, at its next chance."""
        last = self.world.last
        return self.next_brings(evening) if self.closes else max(0.0, self.room(evening, last))

    def looked_at(self, day: int) -> int:
        """Give the day up to which old debt is looked at: as many after the horizon as that has, at least 28."""
        return min(day, self.world.last + max(self.world.last, 28))

    def to_be_had(self) -> float:
        """Give what can still be drawn on the last day."""
        last = self.world.last
        return self.headroom(last) if self.in_use and self.drawn_on_demand and self.is_open(last) else 0.0


class Overdraft(Contract):
    """A line of the account itself, which needs no bank to work on the day."""

    needs_the_bank = False


class OwnerLoan(Contract):
    """Each drawing comes back after ``tenor_days`` at the latest, the oldest first.

    A parcel is the day of a drawing, what is owed of it, and its interest that is not paid.
    """

    def __init__(self, terms: Facility, limit: float, world: World) -> None:
        super().__init__(terms, limit, world)
        self.parcels = [[0.0, terms.drawn, 0.0]]

    def twin(self) -> Self:
        """Give a copy with drawings of its own."""
        other = super().twin()
        other.parcels = [list(parcel) for parcel in self.parcels]
        return other

    def take(self, day: int, amount: float) -> float:
        """Draw, and keep the day."""
        self.parcels.append([day, amount, 0.0])
        return super().take(day, amount)

    def interest(self, day: int) -> float:
        """Give the interest of a night, each drawing's own."""
        for parcel in self.parcels:
            parcel[2] += parcel[1] * self.a_night(day)
        return super().interest(day)

    def pay_dues(self, day: int) -> float:
        """Pay what is due on the day; due at maturity, the interest of the drawings whose tenor ends."""
        tenor, paid = self.terms.tenor_days, super().pay_dues(day)
        if self.terms.interest_due == "maturity" and tenor is not None:
            for parcel in self.parcels:
                if parcel[0] + tenor <= day:
                    paid += parcel[2]
                    self.unpaid -= parcel[2]
                    parcel[2] = 0.0
        return paid

    def arrived_by(self, night: int) -> float:
        """Give what is under way and will be owed on a night: until its tenor ends."""
        return super().arrived_by(night) - sum(amount for _, amount in self.returning(night))

    def returning(self, until: int) -> list[tuple[int, float]]:
        """Give what is under way, by its day, of which the tenor ends by a day."""
        tenor = self.terms.tenor_days
        return [] if tenor is None else [(day, amount) for day, amount in self.coming.items() if day + tenor <= until]

    def carried_to(self, until: int, ahead: Self, evening: int, *, principal: bool = True) -> float:
        """Carry a twin ahead, and give what it pays: with what is under way and comes back by the day."""
        paid = super().carried_to(until, ahead, evening, principal=principal)
        for day, amount in self.returning(until):
            paid += amount
            if self.terms.interest_due == "maturity":
                interest = amount * sum(self.a_night(one) for one in range(day, day + (self.terms.tenor_days or 0)))
                ahead.unpaid -= interest
                paid += interest
        return paid

    def ahead_beyond(self, evening: int) -> Self:
        """Give what is owed on the last evening, with what is under way."""
        ahead = super().ahead_beyond(evening)
        if self.terms.tenor_days is not None:
            gone = self.returning(self.world.last)
            ahead.parcels += [[day, amount, 0.0] for day, amount in self.coming.items() if (day, amount) not in gone]
            ahead.owed = sum(owed for _, owed, _ in ahead.parcels)
        return ahead

    def lasting(self, day: int, until: int) -> float:
        """Give what can be drawn on a day and be owed up to a later one: all within its tenor."""
        tenor = self.terms.tenor_days
        return math.inf if tenor is None or day < until < day + tenor else 0.0

    def due_between(self, first: int, last: int) -> float:
        """Give what will have been owed for the whole tenor after one day, up to another, with what is under way."""
        drawings = [*((drawn, owed) for drawn, owed, _ in self.parcels), *self.coming.items()]
        tenor = self.terms.tenor_days
        return 0.0 if tenor is None else sum(owed for drawn, owed in drawings if first < drawn + tenor <= last)

    def room(self, evening: int, arrival: int) -> float:
        """Give what can still be asked for: what will have been repaid by then leaves room."""
        return super().room(evening, arrival) + self.due_between(-1, arrival)

    def freed(self, arrival: int, repaid: float) -> float:
        """Give the room that is there beside what falls due on the day itself, which may be the same."""
        return max(0.0, repaid - self.due_between(arrival - 1, arrival))

    def renewable(self, day: int) -> float:
        """Give what falls due after a day, on days before the next on which a drawing can arrive."""
        later = [self.arrival(evening) for evening in range(self.world.last)]
        chances = [one for one in later if one is not None and one > day]
        return self.due_between(day, min(chances, default=self.world.last + 1) - 1)

    def bring(self, day: int, wanted: float) -> float:
        """Draw; what there is no room for pays back what is the next to fall due, before more can be drawn."""
        renewed = min(max(0.0, wanted - self.headroom(day)), self.renewable(day))
        self.pay_back(renewed)
        return super().bring(day, wanted) - renewed

    def falling_due(self, day: int) -> float:
        """Give what has been owed for the whole tenor."""
        tenor = self.terms.tenor_days
        return 0.0 if tenor is None else sum(owed for drawn, owed, _ in self.parcels if drawn + tenor <= day)

    def pay_back(self, amount: float) -> float:
        """Repay the oldest drawings first."""
        rest = amount
        for parcel in self.parcels:
            part = min(rest, parcel[1])
            parcel[1] -= part
            rest -= part
        return super().pay_back(amount)

    def due_beyond(self, day: int) -> float:
        """Give what reaches its tenor by then; of what was owed on as_of only what does soon."""
        tenor = self.terms.tenor_days
        if tenor is None or tenor <= self.looked_at(tenor):
            return self.falling_due(day)
        return sum(owed for drawn, owed, _ in self.parcels[1:] if drawn + tenor <= day)

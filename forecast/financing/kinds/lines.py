"""One facility while the days pass: what it owes, draws, repays and charges, by path."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from forecast.arrays import any_of, is_some
from forecast.financing.kinds.accounts import Account
from forecast.financing.kinds.days import Rows
from forecast.financing.timing import asked_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.arrays import Bools, Floats
    from forecast.financing.dues import Dues
    from forecast.financing.kinds.accounts import Arrangement

IDLE = 1e-6
"""Yuan below which nothing is drawn or asked for."""


class Line:
    """A facility while the days pass: its balance and what has accrued, by path. A line of credit drawn as needed.

    ``by_contract``: whether principal falls due on days of its own. ``owing``, ``waiting`` and ``accruing`` tell
    whether any path owes anything, waits for what it asked, or has charges that are not paid: days on which nothing
    stirs, of which there are many, then cost nothing.
    """

    by_contract: ClassVar[bool] = False

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        self.arrangement = arrangement
        self.terms = arrangement.terms
        self.facility = arrangement.terms.facility
        self.start, self.days = arrangement.terms.calendar.start, arrangement.terms.by_day
        self.in_use = arrangement.in_use
        self.charged = arrangement.commitment_runs
        self.instant = self.in_use and self.terms.on_demand and not self.terms.on_notice
        self.asks = self.in_use and self.terms.on_notice
        self.balance = np.full(shape[1], self.facility.drawn)
        self.reached = self.balance
        self.owing = self.facility.drawn > 0
        first = arrangement.first_interest + arrangement.first_commitment
        self.unpaid = np.full(shape[1], first)
        self.accruing = first != 0
        self.under_way = np.zeros(shape[1])
        self.kept_back = np.zeros(shape[1])
        self.arriving: set[int] = set()  # days to come for which anything has been asked
        self.tonight = 0  # the first night that ``unpaid`` does not hold yet
        self.priced = arrangement.priced
        self.signing_fee = self.terms.signing_cost * self.priced if arrangement.is_new else 0.0
        self.arrival, self.cover, self.near = self.days.arrival, self.days.cover, self.days.near
        self.asked = np.zeros(shape) if self.asks else None
        self.draws, self.repayments, self.after, self.paid, self.upfront = (Rows(shape) for _ in range(5))
        self.scheduled = np.zeros(shape) if self.by_contract else None
        self.none = np.zeros(shape[1])  # compared with: numpy takes longer to turn a number into an array

    @property
    def waiting(self) -> bool:
        """Whether anything asked for, or lent on a day that is fixed, has not arrived yet."""
        return bool(self.arriving)

    def headroom(self, day: int) -> Floats:
        """Give what can still be drawn."""
        limit, base = self.arrangement.limit, self.terms.base
        return np.maximum((limit if base is None else np.minimum(limit, base[day])) - self.balance, self.none)

    def begin(self, day: int) -> Floats | float:
        """Take the day's arrivals, scheduled principal and dues; give what they bring to the cash balance."""
        cash: Floats | float = 0.0
        if self.owing:
            cash = cash - self._fall_due(day)
        if self.asked is not None and day in self.arriving:
            self.arriving.remove(day)
            arriving = self.asked[day]
            self.under_way = self.under_way - arriving
            cash = cash + self._add(day, np.minimum(arriving, self.headroom(day)))
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

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what is to be repaid from the evening to day ``last``, as the plan knows it: what a base cannot bear."""
        if self.terms.base is None or not self.owing or last < evening:
            return 0.0
        return np.maximum(self.balance - float(self.terms.planned_base[evening : last + 1].min()), 0.0)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is owed, asked for or to be paid, and no commitment fee runs."""
        return not (self.owing or self.arriving or self.charged or self.accruing)

    @property
    def keeps_cash(self) -> bool:
        """Whether a surplus that repays leaves what no later drawing can bring in time."""
        return self.in_use and self.terms.on_demand

    @property
    def brings_more(self) -> bool:
        """Whether money of it can be had for whatever is needed: not where payments are deferred on their day."""
        return self.in_use and self.terms.on_demand and self.keeps_for_dues

    @property
    def keeps_for_dues(self) -> bool:
        """Whether what falls due counts in what is kept, and not only the falls of the flows."""
        return True

    @property
    def coming_days(self) -> Iterable[int]:
        """The days to come on which money arrives."""
        return self.arriving

    def reserve(self, evening: int, last: int) -> float:
        """Give what may fall from the evening to day ``last``, of which cash is kept; 0 where none is."""
        kept = self.arrangement.reserve
        return 0.0 if kept is None else kept.until(evening, last)

    def lost_beyond(self, evening: int, days: Iterable[int]) -> list[float]:
        """Give what cash may lose from the evening to days after the horizon; none where it keeps no reserve."""
        kept = self.arrangement.reserve
        return [] if kept is None else [kept.beyond(evening, day) for day in days]

    def expected(self, evening: int, last: int) -> float:
        """Give the flows from the evening to day ``last`` as the plan expects them; 0 where it keeps no reserve."""
        kept = self.arrangement.reserve
        return 0.0 if kept is None else kept.expected(evening, last)

    def is_redrawn(self, evening: int) -> bool:
        """Tell whether a surplus may repay it before what is asked for in the evening arrives."""
        arrival = self.arrival[evening]
        return self.owing and self.terms.repaid_from_surplus and arrival > evening and self.near[evening] < arrival

    def lacks_a_lot(self, evening: int, surplus: Floats, kept: Floats | float) -> Bools | None:
        """Tell on which paths no lot can be drawn any more once the surplus has repaid but for what is ``kept`` of it.

        None: on none.
        """
        least = self.facility.minimum_draw
        if not least or self.lotless_until(evening) <= self.near[evening]:
            return None
        if self.arrangement.limit - float(np.maximum.reduce(self.balance + self.under_way)) >= least:
            return None  # not even where nothing is repaid
        left = self.balance - np.minimum(np.maximum(surplus - kept, self.none), self.balance)
        lacking = self.arrangement.limit - left - self.under_way < least - IDLE
        return lacking if any_of(lacking) else None

    def lotless_until(self, evening: int) -> int:
        """Give the day up to which cash is kept where no lot is left: that of a later request, or the last of all."""
        return self.cover[evening] if self.asks else len(self.days.opens) - 1

    def last_due(self, evening: int, last: int) -> int:
        """Give the last day from the evening to day ``last`` on which what has accrued is paid, −1 where none is."""
        found = self.days.due_by[last]
        return found if found >= evening else -1

    def expected_charges(self, evening: int, last: int) -> Floats | float:
        """Give interest and commitment fee to be paid from the evening to day ``last``, as the plan knows them.

        They are what has accrued, and what each night up to the due day will add on the balance then expected.
        """
        until = self.last_due(evening, last)
        if until < 0 or self.is_idle:
            return 0.0
        return self.unpaid + self._nightly(evening, self.tonight, until)

    def _nightly(self, evening: int, first: int, until: int) -> Floats:
        """Give what the nights from the first to that before day ``until`` add on the balance then expected."""
        total: Floats | None = None
        for night in range(first, until):
            repaid = self.expected_repayment(evening, night)
            balance = self.balance - repaid if is_some(repaid) else self.balance
            if self.asked is not None and self.arriving and night >= evening:
                balance = balance + self.asked[evening : night + 1].sum(axis=0)
            night_costs = balance * self.days.accrual[night]
            total = night_costs if total is None else total + night_costs
            if self.charged and (rate := self.days.commitment[night]):
                total = total + np.maximum(self.priced - balance, self.none) * rate
        return self.none if total is None else total

    def unpaid_at_end(self, evening: int) -> Floats:
        """Give what is expected in the evening to have accrued by the horizon's end, and not to have been paid."""
        last = len(self.days.opens) - 1
        paid = self.last_due(evening, last)
        if paid >= 0:
            return self._nightly(evening, paid, last)
        return self.unpaid + self._nightly(evening, self.tonight, last)

    def _cost_until(self, arrival: int, last: int) -> float:
        """Give what a yuan that arrives on a day costs in charges that are to be paid up to day ``last``."""
        until = self.last_due(arrival, last)
        return self.terms.accrued_over(arrival, until) if until > arrival else 0.0

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

    def _take(self, day: int, amount: Floats) -> Floats:
        self.repayments.add(day, amount)
        self.balance = self.balance - amount
        return amount

    def repay(self, day: int, surplus: Floats) -> Floats:
        """Repay from a surplus; give the amount."""
        return self._take(day, np.minimum(np.maximum(surplus, self.none), self.balance))

    def _sized(self, wanted: Floats, headroom: Floats, cost: float = 0.0) -> Floats:
        """Give the drawing for a want: grossed up for the service fee and what else it costs by the time it is wanted.

        In the minimum lot, within the headroom; neither the want nor the headroom is negative.
        """
        spent = self.facility.service_fee + cost
        gross = wanted / (1 - spent) if spent > 0 else wanted
        if self.facility.minimum_draw > 0:
            amount = np.minimum(np.maximum(gross, self.facility.minimum_draw), headroom)
            return amount * ((wanted > IDLE) & (amount >= self.facility.minimum_draw - IDLE))
        return np.minimum(gross, headroom)

    def draw(self, day: int, lack: Floats) -> Floats:
        """Draw what lacks today, and what it costs before more can be drawn; give what reaches the cash balance."""
        kept = self.days.kept_back[day] + self._cost_until(day, self.near[day + 1])
        return self._add(day, self._sized(np.maximum(lack, self.none), self.headroom(day), kept))

    def _room(self, evening: int, arrival: int) -> Floats:  # noqa: ARG002  # a base or payments have their days
        """Give what can still be asked for a day."""
        return self.arrangement.limit - self.balance - self.under_way

    def until_chance(self, evening: int) -> int:
        """Give the last day before the first on which it can be drawn from the evening on, once it is signed."""
        return self.terms.first_day - 1 if evening < asked_from(self.facility) else self.near[evening]

    def brings(self, evening: int) -> Floats:
        """Give what can be drawn at the next chance from the evening on, as far as it is known then."""
        arrival = self.terms.first_day if evening < asked_from(self.facility) else self.arrival[evening]
        if not 0 <= arrival < len(self.days.opens):
            return self.none
        room = np.maximum(self._room(evening, arrival), self.none)
        return np.where(room >= self.facility.minimum_draw - IDLE, room, self.none)

    def coming(self, evening: int, last: int) -> Floats | float:
        """Give what of the drawings to come will reach the cash balance from the evening to day ``last``."""
        if self.asked is None or not self._arrives(evening, last):
            return 0.0
        days = slice(evening, last + 1)
        return np.asarray((1 - self.facility.service_fee - self.terms.kept_back[days]) @ self.asked[days])

    def _arrives(self, evening: int, last: int) -> bool:
        """Tell whether anything asked for arrives from the evening to day ``last``."""
        for day in self.arriving:  # noqa: SIM110  # asked on every day of every run: a generator takes twice as long
            if evening <= day <= last:
                return True
        return False

    def asks_on(self, evening: int) -> bool:
        """Tell whether something is asked for in the evening: it arrives, and no later request would be in time."""
        return self.asks and 0 <= self.arrival[evening] <= self.cover[evening]

    def ask(self, evening: int, lack: Floats, repaid: Floats | float = 0.0) -> None:
        """Ask in the evening for what lacks, grossed up for what it costs before a later request can arrive.

        ``repaid``: what of it a surplus is expected to repay before the arrival.
        """
        if self.asked is None or not self.asks_on(evening):
            return
        arrival = self.arrival[evening]
        room = self._room(evening, arrival) + repaid
        cost = self._cost_until(arrival, self.cover[evening]) + self.days.kept_back[arrival]
        amount = self._sized(np.maximum(lack, self.none), np.maximum(room, self.none), cost)
        if not np.count_nonzero(amount):
            return
        self.arriving.add(arrival)
        self.asked[arrival] += amount
        self.under_way = self.under_way + amount
        owed = self.balance - repaid if is_some(repaid) else self.balance
        wanted = (owed + self.under_way) * (amount > self.none)
        self.reached = np.maximum(self.reached, wanted)

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

    def expected_beyond(self, evening: int) -> Dues | None:  # noqa: ARG002  # kinds with a contract know
        """Give the same as it is expected in an evening, of what is owed then and a loan still to come."""
        return None

    @property
    def closes(self) -> bool:
        """Whether it cannot be drawn on the horizon's last day: it is drawn before for what falls due after that."""
        return self.brings_more and not self.days.opens[-1]

    def spare_at_end(self, evening: int) -> Floats:
        """Give what is expected to be left to draw of it, on the horizon's last day or at its next chance."""
        if self.closes:
            return self.brings(evening)
        return np.maximum(self._room(evening, len(self.days.opens) - 1), self.none)

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

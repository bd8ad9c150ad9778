"""One facility as it stands on an evening: what it owes and waits for, by path, and what can be foreseen of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from forecast.arrays import any_of, is_some
from forecast.financing.kinds.days import Rows
from forecast.financing.timing import asked_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.arrays import Bools, Floats
    from forecast.financing.dues import Dues
    from forecast.financing.kinds.accounts import Arrangement

IDLE = 1e-6
"""Yuan below which nothing is drawn or asked for."""


@dataclass(slots=True, eq=False)
class Known:
    """The ``claims`` that are known of what is owed, has accrued and is under way: other facilities ask for them again.

    They are kept by the night that comes, the evening, the last day, and whether principal counts.
    """

    balance: Floats
    unpaid: Floats
    under_way: Floats
    claims: dict[tuple[int, int, int, bool], Floats | float] = field(default_factory=dict)


class Outlook:
    """A facility on an evening: its balance, what has accrued and what is under way, by path.

    ``by_contract``: whether principal falls due on days of its own; ``comes_back``: whether what a surplus repays can
    be drawn again; ``charged_with_principal``: whether what accrues is
    paid with it alone; ``settles``: whether what it rests on repays a drawing by and by; ``renews``: whether a drawing
    may repay an older one before that falls due. ``owing``, ``waiting`` and
    ``accruing`` tell whether any path owes anything, waits for what it asked, or has charges that are not paid: days on
    which nothing stirs, of which there are many, then cost nothing.
    """

    by_contract: ClassVar[bool] = False
    comes_back: ClassVar[bool] = True
    charged_with_principal: ClassVar[bool] = False
    settles: ClassVar[bool] = False
    renews: ClassVar[bool] = False

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
        self.leans = False  # whether anything was asked for because a surplus would repay first
        self.tonight = 0  # the first night that ``unpaid`` does not hold yet
        self.priced = arrangement.priced
        self.signing_fee = self.terms.signing_cost * self.priced if arrangement.is_new else 0.0
        self.arrival, self.cover, self.near = self.days.arrival, self.days.cover, self.days.near
        self.asked = np.zeros(shape) if self.asks else None
        self.draws, self.repayments, self.after, self.paid, self.upfront = (Rows(shape) for _ in range(5))
        self.scheduled = np.zeros(shape) if self.by_contract else None
        self.known = Known(self.balance, self.unpaid, self.under_way)
        self.none = np.zeros(shape[1])  # compared with: numpy takes longer to turn a number into an array

    @property
    def waiting(self) -> bool:
        """Whether anything asked for, or lent on a day that is fixed, has not arrived yet."""
        return bool(self.arriving)

    def headroom(self, day: int) -> Floats:
        """Give what can still be drawn."""
        limit, base = self.arrangement.limit, self.terms.base
        return np.maximum((limit if base is None else np.minimum(limit, base[day])) - self.balance, self.none)

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
    def is_refinanced(self) -> bool:
        """Whether cheaper money may repay it: not where it would be drawn again for a fee."""
        return self.terms.refinanced and not (self.in_use and self.facility.service_fee > 0)

    def lasting(self, evening: int, last: int, room: Floats) -> Floats:  # noqa: ARG002  # a base is known by day
        """Give what of a room can be owed from the evening to day ``last``, as the plan knows it."""
        return room if self.terms.lasts else self.none

    def until_back(self, evening: int) -> int:
        """Give the last day before what is repaid now can be drawn without notice, or would have fallen due."""
        if self.instant and self.arrangement.limit >= self.facility.drawn:
            return self.near[evening]
        last, end = len(self.days.opens) - 1, self.owed_until()
        return last if end is None else min(last, end - 1)

    def owed_until(self) -> int | None:
        """Give the day on which the last of what is owed falls due; None where none is known."""
        return None

    @property
    def brings_more(self) -> bool:
        """Whether money of it can be had for whatever is needed."""
        return self.in_use and self.terms.on_demand

    @property
    def coming_days(self) -> Iterable[int]:
        """The days to come on which money arrives."""
        return self.arriving

    def reserve(self, evening: int, last: int, *, largest: bool = False) -> float:
        """Give what may fall from the evening to day ``last``, of which cash is kept; 0 where none is."""
        kept = self.arrangement.reserve
        return 0.0 if kept is None else (kept.largest if largest else kept).until(evening, last)

    def lost_beyond(self, evening: int, days: Iterable[int], *, largest: bool = False) -> list[float]:
        """Give what cash may lose from the evening to days after the horizon; none where it keeps no reserve."""
        kept = self.arrangement.reserve
        return [] if kept is None else [(kept.largest if largest else kept).beyond(evening, day) for day in days]

    def lost(self, evening: int, day: int) -> float:
        """Give what cash may have lost from the evening to a day, negative where it gains; 0 without a reserve."""
        kept = self.arrangement.reserve
        return 0.0 if kept is None else kept.lost(evening, day)

    def expected(self, evening: int, last: int) -> float:
        """Give the flows from the evening to day ``last`` as the plan expects them; 0 where it keeps no reserve."""
        kept = self.arrangement.reserve
        return 0.0 if kept is None else kept.expected(evening, last)

    def is_redrawn(self, evening: int) -> bool:
        """Tell whether a surplus may repay it before what is asked for in the evening arrives."""
        arrival = self.arrival[evening]
        if not self.terms.repaid_from_surplus or arrival <= evening or self.near[evening] >= arrival:
            return False
        return self.owing or self._arrives(evening, arrival - 1)

    def lacks_a_lot(self, evening: int, surplus: Floats, kept: Floats | float) -> Bools | None:
        """Tell on which paths no lot can be drawn any more once the surplus has repaid but for what is ``kept`` of it.

        None: on none.
        """
        least = self.facility.minimum_draw
        last = self.cover[evening] if self.asks else len(self.days.opens) - 1
        if not least or (last <= self.near[evening] and not self.terms.use.ahead):
            return None
        if self.arrangement.limit - float(np.maximum.reduce(self.balance + self.under_way)) >= least:
            return None  # not even where nothing is repaid
        left = self.balance - np.minimum(np.maximum(surplus - kept, self.none), self.balance)
        lacking = self.arrangement.limit - left - self.under_way < least - IDLE
        return lacking if any_of(lacking) else None

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
            if self.arriving and night >= evening:
                balance = balance + self._arrived(evening, night)
            night_costs = balance * self.days.accrual[night]
            total = night_costs if total is None else total + night_costs
            if self.charged and (rate := self.days.commitment[night]):
                total = total + np.maximum(self.priced - balance, self.none) * rate
        return self.none if total is None else total

    def _arrived(self, evening: int, night: int) -> Floats:
        """Give what is asked for and will be owed on a night."""
        return self.none if self.asked is None else np.asarray(self.asked[evening : night + 1].sum(axis=0))

    def owed_on(self, evening: int, day: int) -> Floats:
        """Give what is expected in the evening to be owed on a later day, what arrives by then included."""
        owed = self.balance - self.expected_repayment(evening, day)
        return owed + self._arrived(evening, day) if self._arrives(evening, day) else owed

    def expected_return(self, evening: int, last: int) -> Floats | float:  # noqa: ARG002  # drawings with a tenor do
        """Give the principal that falls due from the evening to day ``last`` of what is asked for and still to come."""
        return 0.0

    def drawn_to_last(  # what settles
        self,
        amount: Floats,
        evening: int,  # noqa: ARG002
        drawn_on: int,  # noqa: ARG002
        day: int,  # noqa: ARG002
        spent: float = 0.0,  # noqa: ARG002
    ) -> Floats:
        """Give what a drawing of one day brings of which so much is left on a later one, as expected in an evening.

        ``spent``: the share of the drawing that it costs, which it does not bring.
        """
        return amount

    def claims(self, evening: int, last: int, *, principal: bool = True) -> Floats | float:
        """Give what is to be paid from the evening to day ``last``: interest, fees and, where wanted, what is owed now.

        Without principal what is only paid with it is left out as well.
        """
        fee = self.signing_fee if evening <= self.start <= last else 0.0
        if self.is_idle or (self.charged_with_principal and not principal):
            return fee
        known = self.known
        if not (known.balance is self.balance and known.unpaid is self.unpaid and known.under_way is self.under_way):
            self.known = known = Known(self.balance, self.unpaid, self.under_way)
        found = known.claims.get((self.tonight, evening, last, principal))
        if found is None:
            found = fee + self.expected_charges(evening, last)
            if principal:
                found = found + self.expected_repayment(evening, last)
            if self.arriving:
                found = found + self.expected_return(evening, last)
            known.claims[self.tonight, evening, last, principal] = found
        return found

    def unpaid_at_end(self, evening: int) -> Floats:
        """Give what is expected in the evening to have accrued by the horizon's end, and not to have been paid."""
        last = len(self.days.opens) - 1
        paid = self.last_due(evening, last)
        if paid >= 0:
            return self._nightly(evening, paid, last)
        return self.unpaid + self._nightly(evening, self.tonight, last)

    def spent(self, day: int, last: int) -> float:
        """Give what a yuan drawn on a day costs up to day ``last``: the fee, what is kept back, and charges."""
        return self.facility.service_fee + self.days.kept_back[day] + self.cost_until(day, last)

    def cost_until(self, arrival: int, last: int) -> float:
        """Give what a yuan that arrives on a day costs in charges that are to be paid up to day ``last``."""
        until = self.last_due(arrival, last)
        return self.terms.accrued_over(arrival, until) if until > arrival else 0.0

    def _most(self, evening: int, arrival: int) -> Floats | float:  # noqa: ARG002  # a base has its days
        """Give the most that may be owed on a day, as it is expected in an evening."""
        return self.arrangement.limit

    def _taken(self, evening: int, arrival: int) -> Floats:  # noqa: ARG002  # drawings with a tenor leave room
        """Give what of the limit is taken on a day, if no surplus repays until then."""
        return self.balance + self.under_way

    def _room(self, evening: int, arrival: int) -> Floats:
        """Give what can still be asked for a day."""
        return self.arrangement.limit - self._taken(evening, arrival)

    def freed(self, evening: int, arrival: int, repaid: Floats | float) -> Floats | float:  # noqa: ARG002  # see _taken
        """Give the room that a surplus frees which repays so much before a day."""
        return repaid

    def room(self, evening: int) -> Floats:
        """Give what can be asked for in an evening."""
        return np.maximum(self._room(evening, self.arrival[evening]), self.none)

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

    def coming(self, evening: int, last: int, *, whole: bool = False) -> Floats | float:
        """Give what of the drawings to come will reach the cash balance from the evening to day ``last``.

        What was asked for because a surplus would repay first comes as far as it has; all of it where ``whole``.
        """
        if self.asked is None or not self._arrives(evening, last):
            return 0.0
        days = slice(evening, last + 1)
        asked = self.asked[days] if whole or not self.leans else self._bearable(evening, last)
        return np.asarray((1 - self.facility.service_fee - self.terms.kept_back[days]) @ asked)

    def _bearable(self, evening: int, last: int) -> Floats:
        """Give what was asked for as far as it may be drawn, by day, if no surplus repays until then."""
        come = np.zeros((last + 1 - evening, self.balance.size))
        if self.asked is not None:
            for day in sorted(day for day in self.arriving if evening <= day <= last):
                owed = self.balance - self.expected_repayment(evening, day) + come.sum(axis=0)
                most = np.maximum(self._most(evening, day) - owed, 0.0)
                come[day - evening] = self._in_lots(np.minimum(self.asked[day], most))
        return come

    def _in_lots(self, amount: Floats) -> Floats:
        """Give an amount where it is a lot or more, and nothing where the contract allows no drawing that small."""
        lot = self.facility.minimum_draw
        return np.where(amount >= lot - IDLE, amount, self.none) if lot > 0 else amount

    def _arrives(self, evening: int, last: int) -> bool:
        """Tell whether anything asked for arrives from the evening to day ``last``."""
        for day in self.arriving:  # noqa: SIM110  # asked on every day of every run: a generator takes twice as long
            if evening <= day <= last:
                return True
        return False

    def asks_on(self, evening: int) -> bool:
        """Tell whether something is asked for in the evening: it arrives, and no later request would be in time."""
        return self.asks and 0 <= self.arrival[evening] <= self.cover[evening]

    def expected_beyond(self, evening: int, *, principal: bool = True) -> Dues | None:  # noqa: ARG002  # by contract
        """Give the same as it is expected in an evening, of what is owed then and what is still to come."""
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

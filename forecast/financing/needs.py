"""What may be needed before more can be drawn: the falls of cash that the plan knows, and what falls due and arrives.

What may be needed up to a day is the reserve, and what falls due by then, less what arrives by then, on the worst of
the days. The reserve is a quantile over all paths known on as_of (``Reserve``), never a path's own future. Dues are
principal and fees, and interest with that of the nights still to come, on what is owed and under way; they do not rest
on the receipts of their day. A term loan arrives less its own dues. For a facility that cannot be drawn on the
horizon's last day what falls due after it is needed, too, less what comes in by then: a quantile of that as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from forecast.arrays import any_of
from forecast.financing.dues import due_days
from forecast.financing.kinds.outlook import IDLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.financing.kinds.lines import Line


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What facilities that run beside each other make needful and bring; evening 0 is that of as_of, amounts yuan."""

    lines: Sequence[Line]

    @property
    def by_contract(self) -> list[Line]:
        """Those whose principal falls due on days of its own."""
        return [one for one in self.lines if one.by_contract]

    def to_draw(self, one: Line, evening: int, spare: Floats) -> Floats:
        """Give what a facility without notice is drawn for with ``spare`` cash above the minimum.

        It is what is lacking to what may be needed until it can be drawn again.
        """
        last = one.near[evening]
        if not one.keeps_cash or last < evening:
            return -spare
        lack = self.worst(one, evening, last) - spare
        return np.maximum(lack, self.to_last(one, evening, evening - 1, spare)) if one.settles else lack

    def to_last(self, one: Line, evening: int, drawn_on: int, spare: Floats) -> Floats:
        """Give what is drawn of receivables so that enough of it has not settled on each day on which more is needed.

        The days are those before more can be drawn: from the day of the drawing, or the next, on. On a day on
        which the flows fall no deeper than before, what they have lost by then counts: some may have come back.
        """
        last = one.near[evening] if drawn_on < evening else one.cover[evening]
        first, spent = max(evening, drawn_on), one.spent(drawn_on, last)
        lack, deepest = np.full_like(spare, -np.inf), one.reserve(evening, first - 1)
        for day in range(first, last + 1):
            fall = one.reserve(evening, day)
            lost = fall if fall > deepest else one.lost(evening, day)
            need = lost + self.dues(evening, day) - self.coming(evening, day)
            lack = np.maximum(lack, one.drawn_to_last(need - spare, evening, drawn_on, day, spent))
            deepest = fall
        return lack

    def to_keep(self, one: Line, evening: int, surplus: Floats) -> Floats | float:
        """Give the cash above the minimum that a surplus leaves which repays a facility, until it can be drawn again.

        Its own principal is left out: the surplus pays that. Where repaying leaves no lot to draw, cash is kept for
        longer; for what does not come back until that would fall due.
        """
        last = one.near[evening]
        kept = 0.0 if one.in_use else self.until_more(one, evening)
        if not one.keeps_cash:
            return kept
        if not one.comes_back:
            return np.maximum(self.to_the_end(one, evening, surplus), kept)
        if last >= evening or (one.closes and evening > last):
            kept = self.worst(one, evening, last, repaid=one)
        if one.settles:
            kept = np.maximum(kept, self.settling(one, evening, last, surplus))
        lotless = one.lacks_a_lot(evening, surplus, kept)
        if lotless is None:
            return kept
        longer: Floats | float
        if not one.asks:
            longer = self.until_a_lot(one, evening, surplus)
        elif one.terms.use.ahead:
            longer = self.until_a_lot_arrives(one, evening, surplus)
        else:
            longer = self.worst(one, evening, one.cover[evening], repaid=one)
        return np.where(lotless, np.maximum(longer, kept), kept)

    def until_a_lot(self, one: Line, evening: int, surplus: Floats) -> Floats:
        """Give what may fall before the flows have freed a lot again, where repaying a surplus leaves less than one.

        Cash and free limit together are the same whatever is repaid: flows that raise them to a lot have freed it.
        """
        free = one.arrangement.limit - one.balance + surplus - one.facility.minimum_draw + IDLE
        kept, waiting = one.none, np.ones(surplus.size, dtype=np.bool_)
        for day in range(evening, len(one.days.opens)):
            waiting = waiting & (free < one.lost(evening, day))
            if not any_of(waiting):
                break
            kept = np.where(waiting, one.reserve(evening, day), kept)
        return kept

    def until_a_lot_arrives(self, one: Line, evening: int, surplus: Floats) -> Floats | float:
        """Give the same of what is asked for ahead, and what falls due, until a lot that is asked for then can arrive.

        Flows have freed one for good only where they do not fall again before it arrives.
        """
        free = one.arrangement.limit - one.balance - one.under_way + surplus - one.facility.minimum_draw + IDLE
        kept = self.worst(one, evening, one.cover[evening], repaid=one)
        waiting = np.ones(surplus.size, dtype=np.bool_)
        for day in range(evening, len(one.days.opens)):
            last = max(one.near[day + 1], day)
            waiting = waiting & (free < max(one.lost(evening, later) for later in range(day, last + 1)))
            if not any_of(waiting):
                break
            claims = self.dues(evening, last, one) - self.coming(evening, last, one)
            kept = np.where(waiting, np.maximum(one.reserve(evening, last) + claims, kept), kept)
        return kept

    def settling(self, one: Line, evening: int, last: int, surplus: Floats) -> Floats | float:
        """Give what a surplus leaves on receivables that repay by and by: what is left of the debt will settle in part.

        Of a yuan repaid now only the share that would not have settled by a day is lacking then.
        """
        kept: Floats | float = 0.0
        for day in range(evening, last + 1):
            lack = one.reserve(evening, day) + self.dues(evening, day) - self.coming(evening, day) - surplus
            kept = np.maximum(kept, surplus - one.drawn_to_last(-lack, evening, evening - 1, day))
        return kept

    def to_the_end(self, one: Line, evening: int, surplus: Floats) -> Floats | float:
        """Give the cash above the minimum that is kept from repaying what does not come back, until that falls due.

        A term loan is repaid from nothing that is still to arrive. What falls due after the horizon is met from what
        comes in by then, not from lines.
        """
        end, last = one.owed_until(), one.near[evening]
        if one.terms.on_demand:
            last = last if end is None else min(last, end - 1)
            kept = self.worst(one, evening, last, repaid=one) if last >= evening else 0.0
        else:
            kept = self.dues(evening, last, one) + (one.reserve(evening, last) if one.in_use else 0.0)
        if not np.count_nonzero(surplus > kept):
            return kept
        beyond = self.beyond(one, evening, evening, one, end=end, lines=False)
        return kept if beyond is None else np.maximum(kept, beyond)

    def until_more(self, one: Line, evening: int) -> Floats | float:
        """Give the cash above the minimum that repays no old debt of which nothing more is drawn.

        It is what may be needed until each of the others can be drawn, less what can be of those that come sooner.
        """
        kept: Floats | float = 0.0
        sooner: Floats | float = 0.0
        others = [(other.until_chance(evening), other) for other in self.lines if other.brings_more]
        for last, other in sorted(others, key=itemgetter(0)):
            if last >= evening or (other.closes and evening > last):
                kept = np.maximum(kept, self.worst(other, evening, last, repaid=one) - sooner)
            sooner = sooner + other.brings(evening)
        return kept

    def to_refinance(  # what may be drawn of it, and for what
        self, one: Line, other: Line, evening: int, spare: Floats, room: Floats, asked: Floats
    ) -> Floats:
        """Give what a cheaper facility is drawn for, or asked for, to repay dearer debt.

        Of its ``room``, after what is ``asked`` of it for what lacks, is left what any path may need beyond ``spare``
        cash above the minimum until the debt can be drawn without notice or would have fallen due. Money that may have
        to be paid back repays only what can be drawn without notice the next day.
        """
        last = other.until_back(evening)
        if last >= evening or not other.instant:
            room = one.lasting(evening, last, room)
            if not np.count_nonzero(room):
                return one.none
        day, owed, cost = evening - 1, other.balance, 0.0
        if one.asks:
            day = one.arrival[evening]
            owed = owed - other.expected_repayment(evening, day)
        if last >= evening:
            kept = self.worst(other, evening, last, repaid=other, largest=True)
            if not other.brings_more:
                end = other.owed_until()
                beyond = self.beyond(other, evening, evening, other, end=end, lines=False, largest=True)
                kept = kept if beyond is None else np.maximum(kept, beyond)
            cost = one.cost_until(day, last)
            asked = np.maximum(asked, (kept - spare) * (1 + cost))
        amount = np.clip((room - asked) / (1 + cost), 0.0, owed)
        least, lot = max(IDLE, one.facility.minimum_draw), other.facility.minimum_draw
        if lot and other.in_use:
            amount = np.where(other.arrangement.limit - other.balance + amount >= lot - IDLE, amount, 0.0)
        return np.where(amount >= least, amount, 0.0)

    def to_ask_beside(self, one: Line, dearer: Sequence[Line], evening: int, spare: Floats, lack: Floats) -> Floats:
        """Give what a facility on notice is asked for once dearer debt, ``dearer``, is repaid beside what lacks."""
        room = one.room(evening)
        for other in dearer:
            if other.owing:
                lack = lack + self.to_refinance(one, other, evening, spare, room, np.maximum(lack, one.none))
        return lack

    def to_ask(self, one: Line, evening: int, spare: Floats) -> tuple[Floats, Floats | float]:
        """Give what a facility on notice is asked for with ``spare`` cash above the minimum, and what is repaid before.

        It is what is lacking to what may be needed before a later request can arrive. What the surplus of the days
        before the arrival is expected to repay of what is owed then, what arrives before included, is asked for again.
        Where it is used ``beside`` cheaper ones without notice, no more than any path may lack beside them.
        """
        lack, repaid = self._lacking(one, evening, spare)
        beside = self.beside(one, evening) if one.terms.use.beside and np.count_nonzero(lack > one.none) else None
        if beside is None:
            return lack, repaid
        least, _ = self._lacking(one, evening, spare, beside=beside, largest=True)
        return np.where(lack > one.none, np.clip(least, one.none, np.maximum(lack, one.none)), lack), repaid

    def _lacking(
        self, one: Line, evening: int, spare: Floats, *, beside: Floats | float = 0.0, largest: bool = False
    ) -> tuple[Floats, Floats | float]:
        """Give what lacks on the days of a request, and what is repaid before; for the rest see ``worst``."""
        arrival, last = one.arrival[evening], one.cover[evening]
        lack = self.worst(one, evening, last, first=arrival, beside=beside, largest=largest) - spare
        if one.settles and arrival < last:
            lack = np.maximum(lack, self.to_last(one, evening, arrival, spare + beside))
        if not one.is_redrawn(evening):
            return lack, 0.0
        before = arrival - 1
        claims = self.dues(evening, before) - self.coming(evening, before)
        there = spare + one.expected(evening, before) - claims
        repaid = np.clip(there, 0.0, one.owed_on(evening, before))
        later = self.worst(
            one, evening, last, first=arrival, since=arrival, paid=claims, beside=beside, largest=largest
        )
        return np.maximum(lack, later - np.maximum(there - repaid, 0.0)), repaid

    def beside(self, one: Line, evening: int) -> Floats | None:
        """Give what cheaper facilities without notice can bring on each day of a request, and be owed to its last.

        None where there are none. Nothing is counted on for what is lent in lots, nor is what has a tenor: what falls
        due of drawings still to come cannot be foreseen.
        """
        if one.facility.minimum_draw:
            return None
        arrival, last = one.arrival[evening], one.cover[evening]
        total: Floats | None = None
        for other in self.lines:
            if other is one:
                break
            lasts = other.instant and other.brings_more and (other.terms.lasts or not other.by_contract)
            if lasts and all(other.days.opens[arrival : last + 1]):
                room = np.maximum(other.arrangement.limit - other.balance, one.none)
                brought = other.lasting(evening, last, room) / (1 + other.cost_until(evening, last))
                total = brought if total is None else total + brought
        return total

    def worst(  # the days between which, and what is left out
        self,
        one: Line,
        evening: int,
        last: int,
        *,
        repaid: Line | None = None,
        first: int = 0,
        since: int | None = None,
        paid: Floats | float = 0.0,
        beside: Floats | float = 0.0,
        largest: bool = False,
    ) -> Floats | float:
        """Give what may be needed on the worst day from ``first`` (none: the next) to ``last``, at least 0.

        ``since``: the evening from which flows count, None: ``evening``; ``paid``: dues less arrivals to leave out;
        ``beside``: what others bring on each of the days; ``largest``: the largest fall of all paths instead of the
        reserve's.
        """
        begun = evening if since is None else since
        without = paid + beside
        looked_at = {last}
        if max(evening, first) < last:
            arriving = {day - 1 for other in self.lines if other.waiting for day in other.coming_days}
            looked_at |= {day for day in arriving if max(evening, first) <= day < last}
        worst: Floats | float = 0.0
        for day in looked_at:
            claims = self.dues(evening, day, repaid) - self.coming(evening, day, repaid) - without
            worst = np.maximum(worst, one.reserve(begun, day, largest=largest) + claims)
        if one.closes and last == len(one.days.opens) - 1:
            beyond = self.beyond(one, evening, begun, repaid, largest=largest)
            return worst if beyond is None else np.maximum(worst, beyond - paid)
        return worst

    def beyond(  # what counts, and from when to when
        self,
        one: Line,
        evening: int,
        since: int,
        repaid: Line | None,
        *,
        end: int | None = None,
        lines: bool = True,
        largest: bool = False,
    ) -> Floats | None:
        """Give what lacks on the worst day after the horizon of what falls due by it, as expected in the evening.

        ``one`` cannot be drawn any more by then; where ``lines``, what the others still can is taken off. Flows count
        from ``since``, the days to that before ``end``. None where nothing falls due.
        """
        if end is not None and end <= len(one.days.opens):
            return None
        asked = [other.expected_beyond(evening, principal=other is not repaid) for other in self.by_contract]
        days = due_days(asked)
        days = days if end is None else days[days < end - (len(one.days.opens) - 1)]
        lost = one.lost_beyond(since, days.tolist(), largest=largest)
        if not lost:
            return None
        last = len(one.days.opens) - 1
        claims = self.dues(evening, last, repaid) - self.coming(evening, last, repaid)
        if lines:
            claims = claims - self.spare_at_end(one, evening)
        falling = sum((dues.by(days) for dues in asked if dues is not None), np.zeros((len(lost), 1)))
        lacking = np.where(falling > 0, falling + np.array(lost)[:, None], -np.inf)  # on days when anything falls due
        return np.asarray(lacking.max(axis=0) + claims)

    def spare_at_end(self, one: Line, evening: int) -> Floats | float:
        """Give what is expected to be left to draw of all others at the horizon's end."""
        others = [other for other in self.lines if other is not one and other.brings_more]
        return sum((other.spare_at_end(evening) for other in others), np.zeros(1))

    def coming(self, evening: int, last: int, repaid: Line | None = None) -> Floats | float:
        """Give what arrives from the evening to day ``last`` of all that has been asked for, or is lent on its day.

        Of what is ``repaid`` all comes: that makes room for it.
        """
        total: Floats | float = 0.0
        for one in self.lines:
            if one.waiting:
                total = total + one.coming(evening, last, whole=one is repaid)
        return total

    def dues(self, evening: int, last: int, repaid: Line | None = None) -> Floats | float:
        """Give interest, fees and principal that are to be paid from the evening to day ``last``.

        The principal of what is ``repaid`` is left out, with what is only paid with it.
        """
        total: Floats | float = 0.0
        if last < evening:
            return total
        for one in self.lines:
            total = total + one.claims(evening, last, principal=one is not repaid)
        return total

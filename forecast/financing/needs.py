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

from forecast.arrays import is_some
from forecast.financing.dues import due_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.financing.kinds.lines import Line


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What facilities that run beside each other make needful and bring; evening 0 is that of as_of, amounts yuan."""

    lines: Sequence[Line]

    def to_draw(self, one: Line, evening: int) -> Floats | float:
        """Give the cash above the minimum that a facility without notice is drawn to, until it can be drawn again."""
        last = one.near[evening]
        if not one.keeps_cash or last < evening:
            return 0.0
        return self.worst(one, evening, last) if one.keeps_for_dues else one.reserve(evening, last)

    def to_keep(self, one: Line, evening: int, surplus: Floats) -> Floats | float:
        """Give the cash above the minimum that a surplus leaves which repays a facility, until it can be drawn again.

        Its own principal is left out: the surplus pays that. Where repaying leaves no lot to draw, cash is kept for
        longer; a term loan, which does not come back, is repaid from nothing that is still to arrive.
        """
        last = one.near[evening]
        kept = 0.0 if one.in_use else self.until_more(one, evening)
        if not one.keeps_cash:
            return kept
        if not one.terms.on_demand:
            return np.maximum(one.reserve(evening, last) + self.dues(evening, last, one), kept)
        if last >= evening or (one.closes and evening > last):
            kept = self.worst(one, evening, last, repaid=one) if one.keeps_for_dues else one.reserve(evening, last)
        lotless = one.lacks_a_lot(evening, surplus, kept)
        if lotless is None:
            return kept
        until = one.lotless_until(evening)
        longer = self.worst(one, evening, until, repaid=one) if one.asks else one.reserve(evening, until)
        return np.where(lotless, np.maximum(longer, kept), kept)

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

    def to_ask(self, one: Line, evening: int, spare: Floats) -> tuple[Floats, Floats | float]:
        """Give what a facility on notice is asked for with ``spare`` cash above the minimum, and what is repaid before.

        It is what is lacking to what may be needed before a later request can arrive. What the surplus of the days
        before the arrival is expected to repay of what is owed is asked for again.
        """
        arrival, last = one.arrival[evening], one.cover[evening]
        lack = self.worst(one, evening, last, first=arrival) - spare
        if not one.is_redrawn(evening):
            return lack, 0.0
        before = arrival - 1
        claims = self.dues(evening, before) - self.coming(evening, before)
        there = spare + one.expected(evening, before) - claims
        repaid = np.clip(there, 0.0, one.balance - one.expected_repayment(evening, before))
        later = self.worst(one, evening, last, first=arrival, since=arrival, paid=claims)
        return np.maximum(lack, later - np.maximum(there - repaid, 0.0)), repaid

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
    ) -> Floats | float:
        """Give what may be needed on the worst day from ``first`` (none: the next) to ``last``, at least 0.

        ``since``: the evening from which flows count, None: ``evening``; ``paid``: dues less arrivals to leave out.
        """
        begun = evening if since is None else since
        looked_at = {last}
        if max(evening, first) < last:
            arriving = {day - 1 for other in self.lines if other.waiting for day in other.coming_days}
            looked_at |= {day for day in arriving if max(evening, first) <= day < last}
        worst: Floats | float = 0.0
        for day in looked_at:
            fallen = one.reserve(begun, day) + self.dues(evening, day, repaid)
            for left_out in (self.coming(evening, day), paid):
                if is_some(left_out):
                    fallen = fallen - left_out
            worst = _larger(worst, fallen, one.none)
        if one.closes and last == len(one.days.opens) - 1:
            return np.maximum(worst, self.beyond(one, evening, begun, repaid) - paid)
        return worst

    def beyond(self, one: Line, evening: int, since: int, repaid: Line | None) -> Floats | float:
        """Give what lacks on the worst day after the horizon of what falls due by it, as expected in the evening.

        ``one`` cannot be drawn any more by then; what the others still can is taken off. Flows count from ``since``.
        """
        asked = [one.expected_beyond(evening) for one in self.lines if one.by_contract and one is not repaid]
        days = due_days(asked)
        lost = one.lost_beyond(since, days.tolist())
        if not lost:
            return 0.0
        last = len(one.days.opens) - 1
        claims = self.dues(evening, last, repaid) - self.coming(evening, last)
        for other in self.lines:
            if other is not one and other.brings_more:
                claims = claims - other.spare_at_end(evening)
        falling = sum((dues.by(days) for dues in asked if dues is not None), np.array(lost)[:, None])
        return np.asarray(falling.max(axis=0) + claims)

    def coming(self, evening: int, last: int) -> Floats | float:
        """Give what arrives from the evening to day ``last`` of all that has been asked for, or is lent on its day."""
        total: Floats | float = 0.0
        for one in self.lines:
            if one.waiting:
                total = total + one.coming(evening, last)
        return total

    def dues(self, evening: int, last: int, repaid: Line | None = None) -> Floats | float:
        """Give interest, fees and principal that are to be paid from the evening to day ``last``.

        The principal of what is ``repaid`` is left out.
        """
        total: Floats | float = 0.0
        if last < evening:
            return total
        for one in self.lines:
            if not one.is_idle:
                charges = one.expected_charges(evening, last)
                if is_some(charges):
                    total = total + charges if is_some(total) else charges
                principal = 0.0 if one is repaid else one.expected_repayment(evening, last)
                if is_some(principal):
                    total = total + principal if is_some(total) else principal
            if one.signing_fee and evening <= one.start <= last:
                total = total + one.signing_fee
        return total


def _larger(one: Floats | float, other: Floats | float, none: Floats) -> Floats | float:
    """Give the larger of two amounts; ``none`` are as many zeros as there are paths."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.maximum(one if is_some(one) else none, other)
    return max(one, other)

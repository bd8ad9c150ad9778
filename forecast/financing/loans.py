"""Term loans by day of a scenario: the day on which the money comes, its schedule, and when repaying early pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.timing import principal, settled_on

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.cash import CashCase
    from forecast.plan.model import Facility


@dataclass(frozen=True, slots=True, eq=False)
class Loan:
    """A term loan; arrays (day,).

    Attributes:
        draw_day: Day on which it arrives, −1 where none can.
        outstanding: Principal owed per yuan drawn in the horizon.
        before: Principal owed per yuan of ``drawn``.
        due: Days on which interest is paid at maturity, bool.
        prepays: Days on which repaying early saves more than it costs, bool.
        last_owed: Last day on which something is owed, −1 where nothing ever is.
    """

    draw_day: int
    outstanding: Floats
    before: Floats
    due: Bools
    prepays: Bools
    last_owed: int


def loan(
    case: CashCase,
    facility: Facility,
    arrival: Ints,
    opened: Bools,
    accrual: Floats,
) -> Loan:
    """Lay out a term loan.

    Args:
        case: The scenario.
        facility: A term loan.
        arrival: As in ``facilities.Terms``.
        opened: Days on which a drawing may arrive.
        accrual: What a yuan owed on the evening costs until the next.

    Returns:
        See ``Loan``.
    """
    drawing = _term_draw_day(case, facility, arrival, opened)
    outstanding = np.zeros(case.days.size)
    if drawing >= 0:
        outstanding = principal(case.days, facility, case.days[drawing].astype(object))
        outstanding[:drawing] = 0.0
    first = facility.draw_date if facility.draw_date and facility.draw_date <= case.as_of else case.as_of
    owed = principal(np.append(np.datetime64(case.as_of, "D"), case.days), facility, first)
    before = owed[1:] / owed[0] if owed[0] > 0 else np.zeros(case.days.size)
    due = settled_on(outstanding) | (settled_on(before) & (facility.drawn > 0))
    either = outstanding + before * facility.drawn
    prepays = np.zeros(case.days.size, dtype=np.bool_)
    if facility.prepayment_fee is not None:
        prepays = _prepays(case, facility.prepayment_fee, either, accrual)
    days = np.flatnonzero(either > 0)
    return Loan(drawing, outstanding, before, due, prepays, int(days[-1]) if days.size else -1)


def _term_draw_day(case: CashCase, facility: Facility, arrival: Ints, opened: Bools) -> int:
    """Give the day on which a term loan arrives: the draw date, or the first day possible; −1 where there is none."""
    reachable = arrival[arrival >= 0]
    if reachable.size == 0:
        return -1
    first = int(reachable[0])
    if facility.draw_date is None or facility.draw_date <= case.as_of:
        return first
    wanted = (facility.draw_date - case.as_of).days - 1
    return wanted if first <= wanted < case.days.size and opened[wanted] else -1


def _prepays(case: CashCase, fee: float, owed: Floats, charge: Floats) -> Bools:
    """Mark the days on which a yuan repaid early saves more interest than its fee and than it would earn."""
    left = np.cumsum((charge * owed)[::-1])[::-1]
    saved = np.divide(left, owed, out=np.zeros_like(owed), where=owed > 0)
    earned = np.cumsum((owed > 0)[::-1])[::-1] * (case.surplus_rate / 365)
    return np.asarray((owed > 0) & (saved > fee + earned))

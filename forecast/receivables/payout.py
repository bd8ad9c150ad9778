"""On which days a channel pays out, learnt from its own arrivals with the calendar as prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Bools, Days, Floats, Ints
    from forecast.calendar import Calendar

DAY_TYPES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "holiday", "make_up")
"""Kinds of day on which a channel may pay more or less: ordinary weekdays, public holidays, make-up workdays (调休)."""

HOLIDAY = DAY_TYPES.index("holiday")

PRIOR_ORDERS = 5.0
"""Weight of the calendar's prior, in orders of typical size."""

PRIOR_OPEN = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0])
"""Prior share of an ordinary day's arrivals: open on working days, closed on weekends and holidays until seen open."""

MONTH_RULES = ("last_working_day", "last_day", "first_working_day")
"""Once-a-month payouts that are looked for: on the last or first working day, or the last calendar day, of a month."""

MONTH_SHARE = 0.8
"""A channel with at least this share of its arrivals on the days of a monthly rule, over two months or more, has it."""

OPEN_ABOVE = 0.3
"""A kind of day with more than this share of its neighbours' arrivals counts as a payout day."""


@dataclass(frozen=True, slots=True)
class PayoutDays:
    """How open each kind of day is: 1 pays what is due, 0 pays nothing; between them, the pace of a paused lag.

    ``month_rule``, where not empty, names the rule of a channel that pays once a month, and ``openness`` is not used.
    """

    openness: Floats
    month_rule: str = ""

    def on(self, days: Days, calendar: Calendar) -> Floats:
        """The openness (day) of calendar days."""
        if self.month_rule:
            return month_days(self.month_rule, days, calendar).astype(float)
        types = day_type(days, calendar)
        if self.openness[HOLIDAY] == 1.0:
            # Who pays on holidays pays on its own weekdays there too.
            types = np.where(types == HOLIDAY, (days.astype("datetime64[D]").astype(np.int64) + 3) % 7, types)
        return np.asarray(self.openness[types])


def day_type(days: Days, calendar: Calendar) -> Ints:
    """Index into ``DAY_TYPES`` of each day; a weekend inside a holiday is part of it."""
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    working = calendar.is_working_day(days)
    inside = calendar.is_holiday(days - weekday % 5 - 1) & calendar.is_holiday(days + 7 - weekday)
    holiday = calendar.is_holiday(days) | ((weekday >= 5) & inside)  # noqa: PLR2004  # 5 and 6 are the weekend
    types = np.where(holiday & ~working, 7, weekday)
    return np.asarray(np.where(working & (weekday >= 5), 8, types))  # noqa: PLR2004  # 5 and 6 are the weekend


def month_days(rule: str, days: Days, calendar: Calendar) -> Bools:
    """The days on which a monthly rule pays out; ``days`` are consecutive."""
    around = np.arange(days[0] - 31, days[-1] + 32)
    candidate = np.ones(len(around), dtype=bool) if rule == "last_day" else calendar.is_working_day(around)
    months = around.astype("datetime64[M]")
    chosen = np.zeros(len(around), dtype=bool)
    for month in np.unique(months):
        inside = np.flatnonzero(candidate & (months == month))
        if len(inside):
            chosen[inside[0 if rule == "first_working_day" else -1]] = True
    return np.asarray(chosen[31:-31])


def working_days_only() -> PayoutDays:
    """The prior where a channel's arrivals cannot be learnt from: it pays out on working days."""
    return PayoutDays(np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]))


def learn_payout_days(days: Days, arrivals: Floats, calendar: Calendar, order_size: float) -> PayoutDays:
    """Open or closed, for each kind of day: its arrivals over the mean of the seven days around, shrunk to the prior.

    Holidays take the weekends' behaviour as their prior.

    Args:
        days: consecutive days.
        arrivals: yuan that arrived on each.
        calendar: of the merchant's country.
        order_size: yuan of a typical order, the unit of the prior's weight.
    """
    if len(days) < 7 or arrivals.sum() <= 0:  # noqa: PLR2004  # a week
        return working_days_only()
    for rule in MONTH_RULES:
        on_rule = month_days(rule, days, calendar) & (arrivals > 0)
        if on_rule.sum() > 1 and arrivals[on_rule].sum() >= MONTH_SHARE * arrivals.sum():
            return PayoutDays(working_days_only().openness, rule)
    open_share = soft_openness(days, arrivals, calendar, order_size)
    return PayoutDays(np.asarray(open_share > OPEN_ABOVE, dtype=float))


def soft_openness(days: Days, arrivals: Floats, calendar: Calendar, order_size: float) -> Floats:
    """Arrivals of each kind of day over the mean of the seven days around them, shrunk to the calendar's prior."""
    if len(days) < 7:  # noqa: PLR2004  # a week
        return PRIOR_OPEN.copy()
    window = np.ones(7)
    around = np.convolve(arrivals, window, "same") / np.convolve(np.ones(len(days)), window, "same")
    types = day_type(days, calendar)
    seen = np.bincount(types, arrivals, len(DAY_TYPES)) / order_size
    usual = np.bincount(types, around, len(DAY_TYPES)) / order_size
    prior = PRIOR_OPEN.copy()
    prior[7] = min(1.0, seen[5:7].sum() / (usual[5:7].sum() + PRIOR_ORDERS))
    return np.asarray((seen + PRIOR_ORDERS * prior) / (usual + PRIOR_ORDERS))


def waiting_weights(openness: Floats, most: int = 35) -> Floats:
    """Weight (wait, day) with which what fell due ``wait`` days earlier is paid on a day: open now, closed since."""
    closed = np.ones_like(openness)
    rows = []
    for wait in range(most + 1):
        if wait:
            shifted = np.concatenate([np.zeros(wait), 1.0 - openness[:-wait]]) if wait < len(openness) else 0 * closed
            closed = closed * shifted
        row = openness * closed
        if not (row > 1e-6).any():  # noqa: PLR2004  # nothing waits that long
            break
        rows.append(row)
    return np.asarray(rows)

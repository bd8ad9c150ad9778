"""On which days a channel pays out, learnt from its own arrivals with the calendar as prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import weekday_of

if TYPE_CHECKING:
    from forecast.arrays import Bools, Days, Floats, Ints
    from forecast.calendar import Calendar

DAY_TYPES = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "holiday",
    "make_up",
    "spring_festival",
    "golden_week",
)
"""Kinds of day on which a channel may pay more or less: weekdays, public holidays, make-up workdays (调休), and the
long holidays apart, as some channels close on them alone: those of January and February, and the others."""

SATURDAY = 5
HOLIDAY, MAKE_UP, SPRING_FESTIVAL, GOLDEN_WEEK = 7, 8, 9, 10
HOLIDAYS = (HOLIDAY, SPRING_FESTIVAL, GOLDEN_WEEK)

LONG_HOLIDAY = 6
"""A public holiday of so many closed days in a row, weekends included, is a long one."""

PRIOR_ORDERS = 5.0
"""Weight of the calendar's prior, in orders of typical size."""

PRIOR_OPEN = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
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
        # Who pays on holidays pays on its own weekdays there too.
        paying = np.isin(types, [kind for kind in HOLIDAYS if self.openness[kind] == 1.0])
        types = np.where(paying, weekday_of(days), types)
        return np.asarray(self.openness[types])


def day_type(days: Days, calendar: Calendar) -> Ints:
    """Index into ``DAY_TYPES`` of each day; a weekend inside a holiday is part of it."""
    if not len(days):
        return np.zeros(0, dtype=np.int64)
    around: Days = np.arange(days.min() - 2 * LONG_HOLIDAY, days.max() + 2 * LONG_HOLIDAY + 1)
    weekday = weekday_of(around)
    working = calendar.is_working_day(around)
    inside = calendar.is_holiday(around - weekday % 5 - 1) & calendar.is_holiday(around + 7 - weekday)
    holiday = ~working & (calendar.is_holiday(around) | ((weekday >= SATURDAY) & inside))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (~working).astype(np.int8), [0]])))
    run = np.zeros(len(around), dtype=np.int64)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        run[start:stop] = stop - start
    month = around.astype("datetime64[M]").astype(np.int64) % 12
    long = np.where(month <= 1, SPRING_FESTIVAL, GOLDEN_WEEK)
    types = np.where(holiday, np.where(run >= LONG_HOLIDAY, long, HOLIDAY), weekday)
    types = np.where(working & (weekday >= SATURDAY), MAKE_UP, types)
    return np.asarray(types[(days - around[0]).astype(np.int64)])


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
    return PayoutDays(PRIOR_OPEN.copy())


def learn_payout_days(days: Days, arrivals: Floats, calendar: Calendar, order_size: float) -> PayoutDays:
    """Open or closed, for each kind of day: its arrivals over the mean of the seven days around, shrunk to the prior.

    ``arrivals`` is yuan on each of consecutive days; ``order_size``, yuan, the unit of the prior's weight.
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
    """Arrivals of each kind of day over the mean of the seven days around them, shrunk to the calendar's prior.

    The long holidays lean on all holidays together, and these on the weekends.
    """
    if len(days) < 7:  # noqa: PLR2004  # a week
        return PRIOR_OPEN.copy()
    window = np.ones(7)
    around = np.convolve(arrivals, window, "same") / np.convolve(np.ones(len(days)), window, "same")
    types, weekday = day_type(days, calendar), weekday_of(days)
    count = len(DAY_TYPES)
    seen = np.bincount(types, arrivals, count) / order_size
    usual = np.bincount(types, around, count) / order_size
    share = (seen + PRIOR_ORDERS * PRIOR_OPEN) / (usual + PRIOR_ORDERS)
    # A holiday is measured against what its weekdays pay: a Monday off tells nothing of who pays on Fridays.
    usual = np.bincount(types, around * share[weekday], count) / order_size
    holidays, weekend = list(HOLIDAYS), share[SATURDAY:HOLIDAY].mean()
    prior = (seen[holidays].sum() + PRIOR_ORDERS * min(weekend, 1.0)) / (usual[holidays].sum() + PRIOR_ORDERS)
    share[holidays] = (seen[holidays] + PRIOR_ORDERS * min(prior, 1.0)) / (usual[holidays] + PRIOR_ORDERS)
    if (share[:SATURDAY] <= OPEN_ABOVE).any():
        # Who pays on some weekdays alone has no reason to pay on a weekend that is worked.
        usual_day = np.bincount(types, around, count)[MAKE_UP] / order_size
        share[MAKE_UP] = (seen[MAKE_UP] + PRIOR_ORDERS * min(weekend, 1.0)) / (usual_day + PRIOR_ORDERS)
    return np.asarray(share)


def waiting_weights(openness: Floats, most: int = 35) -> Floats:
    """Weight (wait, day) with which what fell due ``wait`` days earlier is paid on a day: open now, closed since."""
    closed = np.ones_like(openness)
    rows = []
    for wait in range(most + 1):
        if wait:
            closed = closed * np.concatenate([np.zeros(wait), 1.0 - openness])[: len(openness)]
        row = openness * closed
        if not (row > 1e-6).any():  # noqa: PLR2004  # nothing waits that long
            break
        rows.append(row)
    return np.asarray(rows)

"""Channels that deduct on banking days alone: on which weekdays they rest, and how long a public holiday holds them.

Whether a channel rests at weekends is seen in its own past. One that does is taken to rest on the country's public
holidays too: a deduction that comes on the n-th banking day after its order is then due so many days later, and until
then nothing of it is overdue. A weekend day on which banks make up for a holiday (调休) is not counted on, and that a
channel deducts on such a day does not tell against its rest at weekends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import weekday_of
from forecast.watch.feed import DAY, NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.arrays import Bools, Ints
    from forecast.calendar import Calendar
    from forecast.watch.feed import Feed

WEEK = 7

SATURDAY, SUNDAY = 5, 6
"""The numbers of Saturday and Sunday, Monday's being 0."""

RESTS = 0.03
"""A channel rests on a weekday with less than this share of what it deducts on the mean day."""

FEWEST = 200
"""Deductions of a channel below which nothing is said of its weekdays."""

YEARS = 2
"""Years before and after a day whose public holidays are known to a feed."""


def public_holidays(calendar: Calendar, around: np.datetime64) -> Ints:
    """The public holidays of the years around a day, as days since 1970, rising."""
    days = _years_around(around)
    return np.asarray(days[calendar.is_holiday(days)].astype(np.int64))


def make_up_days(calendar: Calendar, around: np.datetime64) -> Ints:
    """The weekend days of the years around a day on which people work to make up for a holiday, days since 1970."""
    days = _years_around(around)
    weekend = weekday_of(days) >= SATURDAY
    return np.asarray(days[weekend & calendar.is_working_day(days)].astype(np.int64))


def _years_around(day: np.datetime64) -> NDArray[np.datetime64]:
    year = day.astype("datetime64[Y]")
    return np.arange((year - YEARS).astype("datetime64[D]"), (year + YEARS + 1).astype("datetime64[D]"))


def rests(known: Feed, in_time: Bools) -> Bools:
    """On which weekdays each channel deducts nothing (channel, weekday from Monday); on none where it is not known.

    Days on which weekends are worked are left out.
    """
    count = len(known.channels)
    day, channel = known.deducted_at[in_time] // DAY, known.channel[in_time]
    usual = ~np.isin(day, known.make_up_days)
    weekday = (day[usual] + 3) % WEEK
    table = np.bincount(channel[usual] * WEEK + weekday, minlength=count * WEEK).reshape(count, WEEK)
    many = table.sum(axis=1, keepdims=True)
    found = (table < RESTS * many / WEEK) & (many >= FEWEST)
    return np.asarray(found & ~found.all(axis=1, keepdims=True))


def held(feed: Feed, resting: Bools, usual: Ints) -> Ints:
    """Seconds by which public holidays hold each order's deduction (order,), beyond the ``usual`` ones after its due.

    0 where its channel rests on no weekday, or no deduction is due.
    """
    found = np.zeros(len(feed), dtype=np.int64)
    if not len(feed.holidays):
        return found
    closed = feed.holidays.astype("datetime64[D]")
    for channel in np.flatnonzero(resting.any(axis=1)).tolist():
        mine = np.flatnonzero((feed.channel == channel) & (feed.tried_at < NEVER))
        tried = feed.tried_at[mine]
        open_days = ~resting[channel]
        day, due = (one.astype("datetime64[D]") for one in (tried // DAY, (tried + usual[mine]) // DAY))
        due = np.busday_offset(due, 0, roll="forward", weekmask=open_days)
        after = np.busday_count(day + 1, due + 1, weekmask=open_days)
        banking = np.busdaycalendar(weekmask=open_days, holidays=closed)
        same_day = np.busday_offset(due, 0, roll="forward", busdaycal=banking)
        later = np.busday_offset(day, after, roll="backward", busdaycal=banking)
        days = (np.where(due > day, later, same_day) - due).astype(np.int64)
        found[mine] = np.maximum(days, 0) * DAY
    return found

"""Channels of which the past tells too little: how long their deductions take is learnt from the feed, day by day.

What had been deducted of a channel before an order's day tells when that order is overdue; until enough has, it is
granted a day and some hours, and the noon of the next working day: it may wait for a batch. Nothing that came later has
a say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import DAY, HOUR, NEVER

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.feed import Feed

FEWEST = 30
"""Deductions in time below which nothing is known of a channel's delays."""

GRANTED, NOON = 30 * HOUR, 12 * HOUR
"""Seconds that an order is granted, and of the next working day, where nothing is known of its channel."""

DAYS = 8
"""Days before an order's whose deductions tell: a weekend is among them."""

NEARLY_ALL, LONGER = 0.98, 1.5
"""An order is overdue after the time within which this share of deductions came, so many times longer."""

BATCH, WEEKEND = 6 * HOUR, 60 * HOUR
"""Where that time is longer than the first, it is a batch that is waited for, and may rest at weekends, too: until one
has been seen, so much more is granted."""


def unknown(known: Feed, in_time: Bools) -> Bools:
    """Of which channels too few deductions in time are known (channel,)."""
    return np.asarray(np.bincount(known.channel[in_time], minlength=len(known.channels)) < FEWEST)


def granted(feed: Feed, chosen: Bools, soonest: int) -> Floats:
    """Seconds after which each order of the ``chosen`` channels is overdue, ``soonest`` at least; 0 of all others."""
    found = np.zeros(len(feed))
    for channel in np.flatnonzero(chosen).tolist():
        mine = np.flatnonzero((feed.channel == channel) & (feed.tried_at < NEVER))
        tried, deducted = feed.tried_at[mine], feed.deducted_at[mine]
        in_time = (deducted < NEVER) & (deducted < feed.failed_at[mine])
        day = tried // DAY
        for one in np.unique(day).tolist():
            told, here = in_time & (deducted < one * DAY) & (day >= one - DAYS), day == one
            if told.sum() < FEWEST:
                found[mine[here]] = np.maximum(GRANTED, _next_working_day(feed, one) * DAY + NOON - tried[here])
            else:
                found[mine[here]] = max(_granted((deducted - tried)[told], one - day[told]), soonest)
    return found


def _next_working_day(feed: Feed, day: int) -> int:
    closed = feed.holidays.astype("datetime64[D]")
    return int(np.busday_offset(np.datetime64(day, "D"), 1, roll="backward", holidays=closed).astype(np.int64))


def _granted(delay: Ints, days_ago: Ints) -> float:
    """Seconds that are granted where deductions took so long, of orders so many days ago."""
    usual = float(np.quantile(delay, NEARLY_ALL))
    young = usual > BATCH and days_ago.max() < DAYS
    return LONGER * usual + (WEEKEND if young else 0.0)

"""How many orders are usual in each hour of the week: by channel, for each has busy hours of its own.

A channel's day is spread as its own last weeks were, of workdays and of weekends, and drawn towards its days of both,
these towards those of the shop: a channel of few orders has the shop's hours. Days of more than usual count as one
usual day, so that a promotion's midnight is not taken for what is usual. A weekend day that is worked in place of a
public holiday (调休) is a workday, a public holiday a Sunday: where it is learnt, and where orders are held against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.banking import SATURDAY, SUNDAY, WEEK
from forecast.watch.feed import DAY, HOUR

if TYPE_CHECKING:
    from forecast.arrays import Floats, Ints
    from forecast.watch.feed import Feed

LEVEL_DAYS = 28
"""Days before ``since`` whose orders are the usual number, by the median day …"""

SHAPE_DAYS = 2 * LEVEL_DAYS
"""… and those that tell how they are spread over the hours."""

SHAPE_PRIOR = 240.0
"""Orders that the shop's hours weigh beside a channel's own, and these beside those of its workdays or weekends."""

SHARE_PRIOR = 200.0
"""Orders of all channels that a channel's share of the week weighs beside its share of workdays or weekends."""

LEVEL_PRIOR = 2.0
"""Days that the median of all days weighs beside that of workdays or weekends."""

KINDS = 2
"""Kinds of days: workdays (0) and weekends (1)."""

_HOURS = 24


def hour_of_week(hour: Ints, feed: Feed) -> Ints:
    """The hour of the week, from 0 on, as which an hour since 1970 counts, by the holidays that a feed knows.

    An hour of a public holiday is one of a Sunday, one of a worked weekend day one of the workday beside it.
    """
    day = hour // _HOURS
    return np.asarray((_counts_as(day, feed) * _HOURS + hour % _HOURS) % (WEEK * _HOURS))


def kind_of_day(day: Ints, feed: Feed) -> Ints:
    """The kind of each day (days since 1970), by the holidays that a feed knows: 0 a workday, 1 a weekend."""
    return _kind_of(_counts_as(day, feed))


def _counts_as(day: Ints, feed: Feed) -> Ints:
    """A day of the weekday as which each day counts, both as days since 1970."""
    weekday = (day + 3) % WEEK
    beside = np.where(weekday == SATURDAY, day - 1, day + 1)
    found = np.where(np.isin(day, feed.make_up_days), beside, day)
    return np.asarray(np.where(np.isin(day, feed.holidays), day - weekday + SUNDAY, found))


def orders_an_hour(known: Feed, since: int) -> Floats:
    """The usual number of orders (hour of the week, channel) by those known at ``since``, whose deduction was due then.

    0 where there are none. See ``hour_of_week``.
    """
    week, channels = WEEK * _HOURS, len(known.channels)
    if not len(known):
        return np.zeros((week, channels))
    days = max(int(since - known.tried_at.min()) // DAY, 1)
    shape = _shapes(_counts(known, since, min(days, SHAPE_DAYS))[0])
    counts, totals, kind = _counts(known, since, min(days, LEVEL_DAYS))
    by_kind = counts.sum(axis=2)
    whole = by_kind.sum(axis=0) / max(float(by_kind.sum()), 1e-9)
    share = (by_kind + SHARE_PRIOR * whole) / (by_kind.sum(axis=1, keepdims=True) + SHARE_PRIOR)
    usual = shape * share[:, :, None] * _levels(totals, kind)[:, None, None]
    weekend = _kind_of(np.arange(WEEK))  # weeks of hours begin with the Thursday of 1970
    return np.asarray(usual[weekend].transpose(0, 2, 1).reshape(week, channels))


def _kind_of(day: Ints) -> Ints:
    """The kind of each day, as days since 1970."""
    return np.asarray(((day + 3) % WEEK >= SATURDAY).astype(np.int64))


def _counts(known: Feed, since: int, days: int) -> tuple[Floats, Ints, Ints]:
    """Orders (kind of day, channel, hour of the day), each day's cut to the median of its kind, and totals and kinds.

    The latter two are those of the ``days`` before ``since``; a day begins at the hour of ``since``.
    """
    begin, channels = since - days * DAY, len(known.channels)
    recent = (known.tried_at > begin) & (known.tried_at <= since)
    moments = known.tried_at[recent]
    day = (moments - begin - 1) // DAY
    kind = _kind_of(_counts_as((begin + DAY // 2) // DAY + np.arange(days), known))
    totals = np.bincount(day, minlength=days)
    usual = np.array([np.median(totals[kind == one]) if (kind == one).any() else 0.0 for one in range(KINDS)])
    weight = np.minimum(1.0, usual[kind] / np.maximum(totals, 1))
    place = (kind[day] * channels + known.channel[recent]) * _HOURS + moments // HOUR % _HOURS
    found = np.bincount(place, weight[day], KINDS * channels * _HOURS)
    return np.asarray(found.reshape(KINDS, channels, _HOURS), dtype=np.float64), totals, kind


def _shapes(counts: Floats) -> Floats:
    """How a day is spread over its hours (kind of day, channel, hour of the day), adding up to 1."""
    shop = counts.sum(axis=(0, 1)) + 1.0
    own = counts.sum(axis=0) + SHAPE_PRIOR * shop / shop.sum()
    own /= own.sum(axis=1, keepdims=True)
    drawn = counts + SHAPE_PRIOR * own
    return np.asarray(drawn / drawn.sum(axis=2, keepdims=True))


def _levels(totals: Ints, kind: Ints) -> Floats:
    """The usual number of orders of a day of each kind."""
    middle = float(np.median(totals))
    found = np.full(KINDS, middle)
    for one in range(KINDS):
        mine = totals[kind == one]
        if len(mine):
            found[one] = (len(mine) * float(np.median(mine)) + LEVEL_PRIOR * middle) / (len(mine) + LEVEL_PRIOR)
    return found

"""Whether a feed is the one that was watched before: marks of some of its orders are kept, and looked for again.

A file that is rotated begins where the last one ended, a table grows, old rows go: of the hours that a feed still
tells, it holds the orders that it held. A folder of results that is used again for another feed holds marks of those
hours that the feed does not know. Of the last two weeks every hour is marked, of the days before one, so that a feed
whose days end before these is told, too.
"""

from __future__ import annotations

import datetime as dt
import zlib
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forecast.arrays import Ints
    from forecast.watch.feed import Feed

AN_HOUR = 4
"""Orders of an hour that are marked, at most …"""

HOURS_KEPT = 336
"""… and hours of which marks are kept: the last two weeks with any order …"""

DAYS_KEPT = 400
"""… and before these one hour a day, of so many days at most: of a feed that ends earlier, they tell."""

FEWEST = 8
"""Marks of the hours that a feed tells below which nothing is said."""

AGAIN = 0.1
"""Share of those marks below which a feed is another: amounts may be corrected, and rows go."""

_MANY = 50_000
_AN_HOUR_OF_MANY = 64
"""Of more orders only those are marked that may be among the least of their hour."""

_BITS = 32
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xFF51AFD7ED558CCD], dtype=np.uint64)

Marks = dict[int, tuple[int, ...]]
"""The marks of some orders by the hour in which they were placed, hours counted since 1970."""


def marks_of(feed: Feed, since: int) -> Marks:
    """The marks of some of the orders placed after a moment: by hour those with the least numbers."""
    placed = np.flatnonzero(feed.ordered_at > since)
    hour = feed.ordered_at[placed] // HOUR
    marks = _marks(feed, placed)
    if len(placed) > _MANY:
        share = _AN_HOUR_OF_MANY * len(np.unique(hour)) / len(placed)
        few = np.flatnonzero(marks < 2**_BITS * min(share, 1.0))
        hour, marks = hour[few], marks[few]
    order = np.lexsort((marks, hour))
    hour, marks = hour[order], marks[order]
    bounds = [*np.flatnonzero(np.diff(hour, prepend=-1)).tolist(), len(hour)]
    return _kept(
        {int(hour[begin]): tuple(marks[begin : min(end, begin + AN_HOUR)].tolist()) for begin, end in pairwise(bounds)}
    )


def together(one: Mapping[int, tuple[int, ...]], other: Mapping[int, tuple[int, ...]]) -> Marks:
    """The marks of both, of the hours that are kept and of each the least."""
    hours = sorted({*one, *other})
    return _kept({hour: tuple(sorted({*one.get(hour, ()), *other.get(hour, ())})[:AN_HOUR]) for hour in hours})


def _kept(marks: Marks) -> Marks:
    """The marks of the last hours, and of each day before these those of the first hour with the most."""
    hours = sorted(marks)
    days: dict[int, int] = {}
    for hour in hours[:-HOURS_KEPT]:
        before = days.get(hour // 24)
        if before is None or len(marks[hour]) > len(marks[before]):
            days[hour // 24] = hour
    return {hour: marks[hour] for hour in (*list(days.values())[-DAYS_KEPT:], *hours[-HOURS_KEPT:])}


def is_another(feed: Feed, marks: Mapping[int, tuple[int, ...]], begin: int) -> bool:
    """Whether a feed, all of whose orders placed after ``begin`` are known, is another than the one marked.

    Judged are the hours that lie wholly within those of its orders.
    """
    placed = feed.ordered_at[feed.ordered_at > begin]
    if not len(placed) or not marks:
        return False
    first, last = max(int(placed.min()), begin), int(placed.max())
    told = {hour: found for hour, found in marks.items() if first <= hour * HOUR and (hour + 1) * HOUR <= last}
    asked = np.array([mark for found in told.values() for mark in found], dtype=np.int64)
    if len(asked) < FEWEST:
        return False
    later = np.flatnonzero(feed.ordered_at > begin)
    hours, hour = np.array(sorted(told), dtype=np.int64), feed.ordered_at[later] // HOUR
    within = later[hours[np.minimum(np.searchsorted(hours, hour), len(hours) - 1)] == hour]
    there = _marks(feed, within)
    low = there[there <= asked.max()]  # of many orders most are not
    return float(np.isin(asked, low).mean()) < AGAIN


def as_texts(marks: Marks) -> tuple[str, ...]:
    """Marks as they are kept: a text an hour."""
    texts = ((np.datetime64(hour, "h"), " ".join(f"{one:08x}" for one in marks[hour])) for hour in sorted(marks))
    return tuple(f"{hour} {found}" for hour, found in texts)


def of_texts(texts: Iterable[str]) -> Marks:
    """Marks from the texts that were kept; a text that is none of those is left out."""
    found = {}
    for text in texts:
        hour, *marks = text.split(" ")
        with suppress(ValueError):
            found[int(dt.datetime.fromisoformat(f"{hour}+00:00").timestamp()) // HOUR] = tuple(
                int(x, 16) for x in marks
            )
    return found


def _marks(feed: Feed, orders: Ints) -> Ints:
    """A number below 2³² made of the moment, the amount and the channel of each of some orders."""
    names = np.array([zlib.crc32(name.encode()) for name in feed.channels] or [0], dtype=np.uint64)
    mixed = feed.ordered_at[orders].astype(np.uint64) * _MIX[0] ^ feed.amount[orders].astype(np.uint64) * _MIX[1]
    mixed ^= names[feed.channel[orders]] << np.uint64(16)
    mixed ^= mixed >> np.uint64(33)
    mixed *= _MIX[2]
    return np.asarray((mixed >> np.uint64(_BITS)).astype(np.int64))

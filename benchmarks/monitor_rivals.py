"""What the watch is measured against: a fixed threshold, a three-sigma chart, and a Poisson scan by channel and sku.

Each looks every quarter of an hour at failures (or, where the feed tells none, at orders confirmed a quarter of an hour
ago and not deducted) and rings anew for a cell that has been quiet for six hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import poisson

from benchmarks.monitor_told import Told
from forecast.watch.feed import CAUSES, DAY, HOUR, NEVER, NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.feed import Feed

BIN = 900
"""Seconds of a bin."""

OVERDUE = 900
"""Seconds after which an order that is not deducted counts as failed."""

QUIET_BINS = 24
"""Bins without a signal after which a cell's next signal is another alert."""

FIXED = 0.05
"""The fixed threshold: a channel's rate of failure in the last hour, with ten orders at least."""


def _seen(feed: Feed) -> tuple[Ints, Bools]:
    """When the outcome of each order is seen, and whether it is a failure."""
    told = feed.failed_at < NEVER
    late = ~told & (feed.deducted_at - feed.tried_at > OVERDUE) & (feed.tried_at < NEVER)
    seen = np.where(told, feed.failed_at, np.where(late, feed.tried_at + OVERDUE, feed.deducted_at))
    return np.where(feed.tried_at < NEVER, seen, NEVER), told | late


def _table(feed: Feed, label: Ints, count: int, begin: int, end: int) -> tuple[Floats, Floats]:
    """Outcomes and failures by bin and cell."""
    seen, bad = _seen(feed)
    chosen = (seen >= begin) & (seen < end) & (label >= 0)
    key = (seen[chosen] - begin) // BIN * count + label[chosen]
    size = -(-(end - begin) // BIN) * count
    all_of, fails = np.bincount(key, minlength=size), np.bincount(key, bad[chosen], minlength=size)
    return all_of.reshape(-1, count).astype(np.float64), fails.reshape(-1, count).astype(np.float64)


def _summed(table: Floats, bins: int) -> Floats:
    """Sums over the bins before, this one included."""
    total = np.vstack([np.zeros((1, table.shape[1])), np.cumsum(table, axis=0)])
    first = np.maximum(np.arange(1, len(total)) - bins, 0)
    return np.asarray(total[1:] - total[first])


def _alerts(signals: Bools, since: int, name: Callable[[int, int], Told]) -> list[Told]:
    """One alert for each run of signals of a cell."""
    found = []
    for cell in range(signals.shape[1]):
        last = -QUIET_BINS - 1
        for place in np.flatnonzero(signals[:, cell]):
            if place - last > QUIET_BINS:
                found.append(name(cell, since + (int(place) + 1) * BIN))
            last = int(place)
    return found


def _cause(feed: Feed, at: int, channel: int | None, sku: int | None) -> str:
    """The most frequent cause told in the last hours; a plain guess by scope where none is."""
    recent = (feed.failed_at <= at) & (feed.failed_at > at - 3 * HOUR) & (feed.cause != NONE)
    if channel is not None:
        recent &= feed.channel == channel
    if sku is not None:
        recent &= feed.sku == sku
    if recent.any():
        return CAUSES[int(np.bincount(feed.cause[recent]).argmax())]
    return "validation" if sku is not None else "integration"


def _by_channel(feed: Feed, signals: Bools, since: int) -> list[Told]:
    return _alerts(signals, since, lambda cell, at: Told(at, at, (feed.channels[cell],), _cause(feed, at, cell, None)))


def fixed_threshold(feed: Feed, since: int, end: int) -> list[Told]:
    """A channel's rate of failure in the last hour above a fixed one."""
    tried, fails = (_summed(x, 4) for x in _table(feed, feed.channel, len(feed.channels), since + 1, end + 1))
    return _by_channel(feed, (tried >= 10) & (fails > FIXED * tried), since)  # noqa: PLR2004  # as it is usually set


def three_sigma(feed: Feed, since: int, end: int) -> list[Told]:
    """A channel's rate in the last hour above mean + three standard deviations of its hours in the history."""
    count = len(feed.channels)
    past = _table(feed, feed.channel, count, since + 1 - 100 * DAY, since + 1)
    tried, fails = (x.reshape(-1, 4, count).sum(axis=1) for x in past)
    rate = np.where(tried > 0, fails / np.maximum(tried, 1), np.nan)
    limit = np.nanmean(rate, axis=0) + 3 * np.nanstd(rate, axis=0)
    tried, fails = (_summed(x, 4) for x in _table(feed, feed.channel, count, since + 1, end + 1))
    return _by_channel(feed, (tried >= 5) & (fails > limit * tried), since)  # noqa: PLR2004  # fewer tell nothing


def poisson_scan(feed: Feed, since: int, end: int) -> list[Told]:
    """Windows of 1 to 24 hours by channel and by sku whose failures chance would bring once in 10 million."""
    found: list[Told] = []
    for label, names in ((feed.channel, feed.channels), (feed.sku, feed.skus)):
        tried, fails = _table(feed, label, len(names), since + 1 - 100 * DAY, since + 1)
        rate = (fails.sum(axis=0) + 1) / (tried.sum(axis=0) + 50)
        tried, fails = _table(feed, label, len(names), since + 1, end + 1)
        signals = np.zeros(tried.shape, dtype=bool)
        for bins in (4, 12, 32, 96):
            expected, came = _summed(tried, bins) * rate, _summed(fails, bins)
            signals |= (came >= 5) & (poisson.sf(came - 1, expected) < 1e-7)  # noqa: PLR2004  # as with the watch
        if label is feed.channel:
            found += _by_channel(feed, signals, since)
        else:
            found += _alerts(
                signals,
                since,
                lambda cell, at: Told(at, at, feed.channels, _cause(feed, at, None, cell), sku=(feed.skus[cell],)),
            )
    return found


RIVALS = {"fixed 5 %": fixed_threshold, "three sigma": three_sigma, "Poisson scan": poisson_scan}

"""The feed: orders as arrays, with the moments at which things happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Bools, Ints

CAUSES = ("integration", "validation", "risk_control", "clearing", "unknown")
"""The causes by their number in a feed."""

KNOWN_CAUSES = CAUSES[:4]
"""Those that say what happened."""

NEVER = np.int64(2**62)
"""Stands for a moment at which something has not happened: later than every other."""

NONE = -1
"""Stands for no cause, sku or region."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
"""In seconds."""


HISTORY_DAYS = 400
"""Days before a watch begins that are learnt from, at most."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Orders as columns (order,), by ``tried_at``.

    Moments are seconds since 1970 in local time, or ``NEVER``; ``channel``, ``sku`` and ``region`` are places among the
    names (``NONE`` where it has none), ``cause`` one among ``CAUSES``; ``amount`` is fen. ``tried_at`` is when the
    deduction was due: the customer's confirmation, or what shows that there was one; where ``confirms`` is false, the
    source tells of none and it is the moment of the order. ``clearing`` is the clearing name by channel. ``row`` is the
    place of the order in what was read, by which its number is found. ``holidays`` are public holidays of its
    country, ``make_up_days`` weekend days worked in their place, as days since 1970, rising: not of each order.
    """

    channels: tuple[str, ...]
    skus: tuple[str, ...]
    regions: tuple[str, ...]
    clearing: Mapping[str, str]
    confirms: bool
    channel: Ints
    sku: Ints
    region: Ints
    cause: Ints
    amount: Ints
    ordered_at: Ints
    tried_at: Ints
    failed_at: Ints
    deducted_at: Ints
    closed_at: Ints
    row: Ints
    holidays: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    make_up_days: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        """The number of orders."""
        return len(self.amount)

    @property
    def last_moment(self) -> int:
        """The last moment at which anything happened; 0 without orders."""
        moments = (self.ordered_at, self.tried_at, self.failed_at, self.deducted_at, self.closed_at)
        return max((int(one[one < NEVER].max(initial=0)) for one in moments), default=0)

    def take(self, chosen: Ints | Bools) -> Feed:
        """Those orders, in that order."""
        if chosen.dtype == np.bool_:
            if chosen.all():
                return self
            chosen = np.flatnonzero(chosen)
        return replace(
            self,
            channel=self.channel[chosen],
            sku=self.sku[chosen],
            region=self.region[chosen],
            cause=self.cause[chosen],
            amount=self.amount[chosen],
            ordered_at=self.ordered_at[chosen],
            tried_at=self.tried_at[chosen],
            failed_at=self.failed_at[chosen],
            deducted_at=self.deducted_at[chosen],
            closed_at=self.closed_at[chosen],
            row=self.row[chosen],
        )

    def after(self, moment: int) -> Bools:
        """Which orders tell of anything after a moment."""
        moments = (self.ordered_at, self.tried_at, self.failed_at, self.deducted_at, self.closed_at)
        return np.asarray(np.any([(one > moment) & (one < NEVER) for one in moments], axis=0))

    def known_at(self, now: int) -> Feed:
        """What was known at a moment: later orders left out, later events of earlier ones not there."""
        seen = self.take(self.ordered_at <= now)
        told = seen.failed_at <= now
        undated = (seen.failed_at == NEVER) & (seen.cause != NONE)
        return in_order(
            replace(
                seen,
                cause=np.where(told | undated, seen.cause, NONE),
                tried_at=_until(seen.tried_at, now),
                failed_at=_until(seen.failed_at, now),
                deducted_at=_until(seen.deducted_at, now),
                closed_at=_until(seen.closed_at, now),
            )
        )


def _until(moments: Ints, now: int) -> Ints:
    return np.asarray(np.where(moments <= now, moments, NEVER))


def in_order(feed: Feed) -> Feed:
    """The orders by the moment at which their deduction was due, those placed earlier first."""
    tried, ordered = feed.tried_at, feed.ordered_at
    if np.all(tried[1:] >= tried[:-1]):
        apart = np.flatnonzero((tried[1:] == tried[:-1]) & (ordered[1:] < ordered[:-1]))
        if not len(apart):
            return feed
        first = int(np.searchsorted(tried, tried[apart[0]]))  # of those before it none comes later
        rest = first + np.lexsort((ordered[first:], tried[first:]))
        return feed.take(np.concatenate([np.arange(first), rest]))
    if np.all(ordered[1:] >= ordered[:-1]):
        return feed.take(np.argsort(tried, kind="stable"))
    return feed.take(np.lexsort((ordered, tried)))


def due_at(paid_at: Ints, failed_at: Ints, deducted_at: Ints) -> Ints:
    """When a deduction was due: at the confirmation, else at the first thing that shows that there was one."""
    return np.asarray(np.where(paid_at < NEVER, paid_at, np.minimum(failed_at, deducted_at)))


def as_shown_by(one: Feed, other: Feed) -> Feed:
    """Orders as another's source would have shown them: without confirmations where that tells none of any order.

    Orders that were never confirmed then lack a deduction as those lack it whose deduction failed, in both alike.
    """
    if other.confirms or not one.confirms or not len(other):
        return one
    return without_confirmations(one)


def without_confirmations(feed: Feed) -> Feed:
    """The feed as a source without confirmations shows it: each deduction was due at the moment of the order."""
    return in_order(replace(feed, confirms=False, tried_at=feed.ordered_at))


def aligned(one: Feed, other: Feed) -> tuple[Feed, Feed]:
    """Two feeds of the same channels with their skus and regions under the same places."""
    skus, regions = (tuple(sorted({*getattr(one, x), *getattr(other, x)})) for x in ("skus", "regions"))
    return renamed(one, skus, regions), renamed(other, skus, regions)


def renamed(feed: Feed, skus: tuple[str, ...], regions: tuple[str, ...]) -> Feed:
    """The feed with its skus and regions under their places among these names, which hold its own."""
    sku, region = places(feed.skus, skus)[feed.sku], places(feed.regions, regions)[feed.region]
    return replace(feed, sku=sku, region=region, skus=skus, regions=regions)


def places(names: tuple[str, ...], all_names: tuple[str, ...]) -> Ints:
    """The place of each name among more names; last, for none, ``NONE``."""
    where = {name: place for place, name in enumerate(all_names)}
    return np.array([*(where[name] for name in names), NONE], dtype=np.int64)

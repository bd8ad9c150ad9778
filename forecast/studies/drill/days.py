"""Which day of orders is rehearsed: the last peak of the next promotion, or a busy day made as large as the next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem, said
from forecast.plan.short_keys import first_peak
from forecast.watch.feed import DAY, HOUR, NEVER, Feed, in_order

if TYPE_CHECKING:
    from forecast.arrays import Bools, Ints
    from forecast.plan.model import Plan

LEARNT_DAYS = 28
"""Days of orders before the rehearsed one from which the monitor learns what is usual, at least."""

AFTER_DAYS = 4
"""Days of orders that are kept from the rehearsed one on: longer than any incident and its alarm."""

JITTER = HOUR // 2
"""Seconds by which a repeated order is placed sooner or later, at most."""

FEWEST_ORDERS = 20
"""Orders that the rehearsed day has at least, repeated ones included …"""

FEWEST_OF_ITS_OWN = 5
"""… and before any is repeated."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A day of orders, with those before it that the monitor learns from, and a few days after it.

    ``since`` is its first moment (seconds); ``repeated`` tells how often its orders were repeated: 1 for a past day.
    """

    day: dt.date
    feed: Feed
    since: int
    repeated: float = 1.0

    @property
    def today(self) -> Bools:
        """The orders placed on that day (order,)."""
        return placed_on(self.feed, self.since)


def rehearsal(plan: Plan, feed: Feed, expected: float, rng: np.random.Generator) -> Rehearsal:
    """The day that is rehearsed, of a plan's own orders.

    ``expected`` is the expected order value of the horizon's first peak in yuan, which a busy day is made to have where
    the next promotion has no past peak among the orders.

    Raises:
        InputError: The orders reach over too few days, or too few of them lie on any.
    """
    feed = feed.take(feed.ordered_at < moment_of(plan.horizon.as_of + dt.timedelta(days=1)))
    first = int(feed.ordered_at.min(initial=NEVER)) // DAY + LEARNT_DAYS
    peak = last_peak(plan)
    if peak is not None:
        since = moment_of(peak)
        if since // DAY >= first and int(placed_on(feed, since).sum()) >= FEWEST_ORDERS:
            return Rehearsal(peak, _near(feed, since), since)
    days, counts = np.unique(feed.ordered_at // DAY, return_counts=True)
    counts = np.where(days >= first, counts, 0)
    if not counts.any():
        found = len(days) and int(days[-1] - days[0]) + 1
        raise InputError(Problem(said("drill.few_days", days=LEARNT_DAYS, found=found), plan.ledger.shown))
    since, many = int(days[counts.argmax()]) * DAY, int(counts.max())
    today = placed_on(feed, since)
    times = max(1.0, expected / max(float(feed.amount[today].sum()) / 100, 1.0))
    if many < FEWEST_OF_ITS_OWN or many * times < FEWEST_ORDERS:
        wanted = {"orders": FEWEST_ORDERS, "own": FEWEST_OF_ITS_OWN}
        few = said("drill.few_orders", day=f"{_day(since)}", found=many, peak=round(many * times), **wanted)
        raise InputError(Problem(few, plan.ledger.shown))
    made = _repeated(feed, today, times, rng)
    return Rehearsal(_day(since), _near(made, since), since, times)


def last_peak(plan: Plan) -> dt.date | None:
    """The last peak up to as_of of the promotion whose peak comes next; None where there is none."""
    comes = [one.name for one in plan.events if one.peak == first_peak(plan)]
    past = [one.peak for one in plan.events if one.name in comes and one.peak and one.peak <= plan.horizon.as_of]
    return max(past, default=None)


def placed_on(feed: Feed, since: int) -> Bools:
    """The orders placed on the day that begins at a moment."""
    return np.asarray((feed.ordered_at >= since) & (feed.ordered_at < since + DAY))


def moment_of(day: dt.date) -> int:
    """The first moment of a day, in seconds."""
    return (day - dt.date(1970, 1, 1)).days * DAY


def _day(moment: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=moment // DAY)


def _near(feed: Feed, since: int) -> Feed:
    return feed.take(feed.ordered_at < since + AFTER_DAYS * DAY)


def _repeated(feed: Feed, chosen: Bools, times: float, rng: np.random.Generator) -> Feed:
    """The feed with some orders repeated about so many times, each copy an order of its own at about the same hour."""
    places = np.flatnonzero(chosen)
    more = np.floor(times - 1 + rng.random(len(places))).astype(np.int64)
    copies = feed.take(np.repeat(places, more))
    if not len(copies):
        return feed
    midnight = copies.ordered_at // DAY * DAY
    placed = copies.ordered_at + rng.integers(-JITTER, JITTER + 1, len(copies))
    shift = np.clip(placed, midnight, midnight + DAY - 1) - copies.ordered_at
    copies = replace(
        copies,
        ordered_at=copies.ordered_at + shift,
        tried_at=_shifted(copies.tried_at, shift),
        failed_at=_shifted(copies.failed_at, shift),
        deducted_at=_shifted(copies.deducted_at, shift),
        closed_at=_shifted(copies.closed_at, shift),
        row=int(feed.row.max()) + 1 + np.arange(len(copies)),
    )
    return in_order(_joined(feed, copies))


def _shifted(moments: Ints, shift: Ints) -> Ints:
    return np.asarray(np.where(moments < NEVER, moments + shift, NEVER))


def _joined(one: Feed, other: Feed) -> Feed:
    """The orders of two feeds with the same names."""

    def both(first: Ints, second: Ints) -> Ints:
        return np.concatenate([first, second])

    return replace(
        one,
        channel=both(one.channel, other.channel),
        sku=both(one.sku, other.sku),
        region=both(one.region, other.region),
        cause=both(one.cause, other.cause),
        amount=both(one.amount, other.amount),
        ordered_at=both(one.ordered_at, other.ordered_at),
        tried_at=both(one.tried_at, other.tried_at),
        failed_at=both(one.failed_at, other.failed_at),
        deducted_at=both(one.deducted_at, other.deducted_at),
        closed_at=both(one.closed_at, other.closed_at),
        row=both(one.row, other.row),
    )

"""The evidence of single orders: how much likelier each is where something is wrong than on a usual day.

An order whose first deduction failed with usual chance u is (r + (1 − r) u) / u times as likely where a share r fails
for one common reason; one deducted in time 1 − r times. One still awaited after age a counts as failed with the usual
chance u times the share that is then usually awaited over that at the end of patience: so that silence is found as
soon as it is unusual, and not before. The logarithms add up over orders (a likelihood-ratio scan: Kulldorff 1997).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.delays import AGES, SOONEST, row
from forecast.watch.feed import HOUR, KNOWN_CAUSES, NEVER, NONE
from forecast.watch.hourly import hour_of_week
from forecast.watch.newcomers import granted
from forecast.watch.usual import MOST_CHANCE, RISK_CAUSE, SURGE_HOURS, SURGE_PRIOR

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.feed import Feed
    from forecast.watch.usual import Usual

BEFORE_DAYS = 10
"""Days of orders before the first that is looked at, from which surges and present delays are told."""

SHARES = np.array([0.15, 0.25, 0.4, 0.6, 0.85])
"""Shares of orders that fail for one common reason, of which the likeliest is taken."""

LEAST_CHANCE = (0.02, 0.015)
"""The usual chance of a failure, of any cause and of one cause, is never taken for less: rates wander, and few failures
must not say much."""

WANDERED = 1.5
"""Standard deviations by which a channel's rate may have wandered from what was learnt."""

STEEPER = 0.15
"""What is added to the power of a surge: the next may be greater than any that was learnt from."""

RECENT_PRIOR = 4.0
"""Deductions of two hours that weigh as much as the usual delay."""

UNSURE = 0.75
"""What is added to the logarithm of the present delay, over the square root of the deductions that tell it."""

SLOWEST = 8.0
"""Times the usual delay that deductions may take at present, at most."""

TOLD_PRIOR = 3.0
"""Failures of the window that weigh as much as the past in what share of failures the feed tells."""

MOST_TOLD = 0.7
"""Share of failures that are told in the end, at most: others may be silent, whatever the past was."""

_SHORT = (1 << 16) - 1
"""The greatest number that is sorted faster than others."""

SECONDS_AN_ORDER = 8
"""Where orders come within so many seconds of each other, they are counted second by second; fewer are sorted."""

FAR = 2**40
"""Seconds: a moment that never comes is taken for this one where its hour is told."""

AS_LATE = 1.5
"""An order came as late as failures do where so many times as many are usually awaited so long as fail, at most."""

KINDS = 1 + len(KNOWN_CAUSES)
"""Kinds of failures that are looked at: of any cause, silence among them (0), and of each cause alone."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A feed beside what is usual for its orders, whatever of it is known: by order.

    ``chance`` (kind, order) is the usual chance of failure, ``surge`` the orders of the hours before it over the usual,
    ``own_surge`` the same of its channel alone; ``row`` is that of its usual delays, ``soonest`` the seconds before
    which it is never overdue, ``patience`` those after which it is late at such a surge. ``slower`` (hour, channel) is
    how many times the usual delay the deductions of the two hours up to the end of each hour since ``first_hour`` took.
    """

    feed: Feed
    usual: Usual
    chance: Floats
    surge: Floats
    own_surge: Floats
    row: Ints
    soonest: Ints
    patience: Floats
    slower: Floats
    first_hour: int

    def slowed(self, channel: Ints, moment: Ints | int) -> Floats:
        """How many times the usual delay deductions of a channel took at a moment, by the whole hour before it."""
        hour = np.clip(moment // HOUR - 1 - self.first_hour, 0, len(self.slower) - 1)
        return np.asarray(self.slower[hour, channel])


@dataclass(frozen=True, slots=True)
class Known:
    """Some orders of an outlook as known at a moment: ``first`` is the place of the first of them in the feed.

    ``bad`` (kind, order) tells failures, ``good`` deductions in time; an order that is neither says nothing yet.
    ``chance`` (kind, order) is the usual chance of what is bad about it; ``cause`` is the one that is known by then,
    ``settled_at`` the moment from which on what is known of a bad one is bad and its chance no longer falls. ``told``
    is, of an order still awaited, the share of failures that would have been told by then; 0 of all others. ``slow``
    are those deducted in time that came so late that few but failures are awaited so long.
    """

    first: int
    now: int
    bad: Bools
    good: Bools
    chance: Floats
    cause: Ints
    settled_at: Ints
    told: Floats
    slow: Bools

    def telling(self, kind: int) -> Bools:
        """The orders of which something is known that tells of failures of a kind."""
        return np.asarray(self.good | self.bad[kind] | (self.told > 0))

    def struck(self, kind: int) -> Bools:
        """The orders that failures of a kind struck: those too that have come since, if late."""
        return np.asarray(self.bad[kind] if kind else self.bad[0] | self.slow)

    def odds(self, kind: int, chosen: Bools | Ints) -> Floats:
        """Logarithms of the likelihood ratios (share, order) of the orders chosen."""
        found = np.where(self.good[chosen], np.log1p(-SHARES)[:, None], 0.0)
        told = self.told[chosen] * (1.0 if kind else MOST_TOLD)  # of those of any cause some may never be told
        young = np.flatnonzero(told > 0)
        found[:, young] = np.log1p(-SHARES[:, None] * told[young])
        bad = np.flatnonzero(self.bad[kind, chosen])
        found[:, bad] = evidence_of_failure(self.chance[kind, chosen][bad])
        return np.asarray(found)


def evidence_of_failure(chance: Floats) -> Floats:
    """Logarithms of the likelihood ratios (share, order) of failures of these usual chances."""
    share = SHARES[:, None]
    return np.asarray(np.log((share + (1 - share) * chance) / chance))


@dataclass(frozen=True, slots=True)
class _Hours:
    """The hours in which deductions were due: ``grid`` (hour,) since 1970, and the ``place`` of each order in it."""

    grid: Ints
    place: Ints

    @classmethod
    def of(cls, feed: Feed) -> _Hours:
        """Every hour from the first to the last, and a far one for deductions that never were due."""
        hour, far = np.minimum(feed.tried_at, FAR) // HOUR, FAR // HOUR
        due = hour[hour < far]
        grid = np.append(np.arange(due.min(), due.max() + 1) if len(due) else due, far)
        return cls(grid, np.minimum(hour - grid[0], len(grid) - 1))


def outlook(feed: Feed, usual: Usual) -> Outlook:
    """The feed beside what is usual; of its orders only those before each are used for its surge."""
    hours = _Hours.of(feed)
    surge, own_surge = _surges(feed, usual, hours)
    longer = usual.delays.longer(feed.channel, surge)
    place, delays = row(feed), usual.delays
    held = delays.held(feed)
    granted_by = held - delays.into(feed)
    slower, first_hour = _slower(feed, usual, place, longer, held)
    chance = _chances(feed, usual, surge, hours)
    strange = delays.unknown[feed.channel]
    own = granted(feed, delays.unknown, SOONEST)
    patience = np.where(strange, own, delays.patience[place] * longer + granted_by)
    soonest = np.where(strange, own.astype(np.int64), delays.soonest[place] + granted_by)
    return Outlook(feed, usual, chance, surge, own_surge, place, soonest, patience, slower, first_hour)


def _chances(feed: Feed, usual: Usual, surge: Floats, hours: _Hours) -> Floats:
    """The usual chance of each kind of failure (kind, order)."""
    label = (
        usual.sku[np.where(feed.sku == NONE, len(usual.sku) - 1, feed.sku)]
        * usual.region[np.where(feed.region == NONE, len(usual.region) - 1, feed.region)]
        * usual.hour[hour_of_week(hours.grid, feed)][hours.place]
    )
    chance, cells = np.empty((KINDS, len(feed))), usual.recurring.cells(feed)
    for kind in range(KINDS):
        rises = 1.0
        if kind in (0, RISK_CAUSE + 1):
            rises = np.maximum(surge, 1.0) ** (usual.power[kind] + STEEPER)
        wandered = rises * (1 + WANDERED * usual.wanders)
        bare = np.minimum(usual.rate[kind][feed.channel] * label * wandered, MOST_CHANCE)
        np.maximum(usual.recurring.risen(kind, bare, cells), LEAST_CHANCE[min(kind, 1)], out=chance[kind])
    return chance


def known(view: Outlook, since: int, now: int) -> Known:
    """The orders whose deduction was due after ``since``, up to ``now``, as known then."""
    feed = view.feed
    first, last = np.searchsorted(feed.tried_at, [since, now], side="right")
    part = slice(int(first), int(last))
    tried, deducted = feed.tried_at[part], feed.deducted_at[part]
    channel, age = feed.channel[part], now - tried
    patience = view.patience[part] * view.slowed(channel, np.minimum(deducted, now))
    told = feed.failed_at[part] <= now
    deducted_by_now = deducted <= now
    in_time = deducted_by_now & (deducted - tried <= patience) & (deducted < feed.failed_at[part])
    late = deducted_by_now & ~in_time
    closed = (feed.closed_at[part] <= now) & ~deducted_by_now
    awaited = ~deducted_by_now & ~told & ~closed & (age >= view.soonest[part])
    bad = told | late | closed | awaited
    undated = feed.failed_at[part] == NEVER
    cause = np.where(told | (undated & bad), feed.cause[part], NONE)
    kinds = np.stack([bad, *(bad & (cause == one) for one in range(len(KNOWN_CAUSES)))])
    chance = view.chance[:, part].copy()
    young = np.flatnonzero(awaited & (age < patience))
    if len(young):
        place = np.minimum((age[young] * AGES / patience[young]).astype(np.int64), AGES - 1)
        waits = view.usual.delays.waiting[view.row[part][young], place]
        chance[0, young] = np.minimum(chance[0, young] * waits, 1.0)
    settled = np.minimum(np.minimum(feed.failed_at[part], feed.closed_at[part]), tried + patience.astype(np.int64))
    delays = view.usual.delays
    sure = int((told | late | closed | (awaited & (age >= patience))).sum())
    share = min((int(told.sum()) + TOLD_PRIOR * delays.told) / (sure + TOLD_PRIOR), 1.0)
    telling = np.where(deducted_by_now | told | closed, 0.0, delays.told_by(age) * share)
    good = in_time & ~told
    slow = np.zeros(len(good), dtype=bool)
    old = np.flatnonzero(good & (deducted - tried >= view.soonest[part]))
    after = _late_age(view)[view.row[part][old]]
    slow[old] = (deducted - tried)[old] * AGES >= after * patience[old]
    return Known(int(first), now, kinds, good, chance, np.asarray(cause), settled, telling, slow)


def usually_slow(view: Outlook, seen: Known) -> Floats:
    """The usual chance (order,) of coming in time and yet as late as failures do; see ``Known.slow``."""
    waiting, part = view.usual.delays.waiting, slice(seen.first, seen.first + len(seen.good))
    beyond = np.maximum(waiting[np.arange(len(waiting)), _late_age(view)] - 1, 0.0)
    return np.asarray(view.chance[0, part] * beyond[view.row[part]])


def _late_age(view: Outlook) -> Ints:
    """The first of the ``AGES`` of each row of delays at which few but failures are awaited."""
    waiting = view.usual.delays.waiting
    return np.asarray(np.argmax(waiting <= AS_LATE, axis=1)) if len(waiting) else np.zeros(0, dtype=np.int64)


def _slower(feed: Feed, usual: Usual, place: Ints, longer: Floats, held: Ints) -> tuple[Floats, int]:
    """How many times the usual delay recent deductions took, by hour and channel, and the first of the hours.

    Each is the median of what was deducted in the two hours up to the end of the hour, drawn towards 1 and never below
    it; deductions that came long after their patience are cures of failures and say nothing of it, nor do those of a
    channel that waits for batches, whose delays are the clock's, or of one that nothing is known of.
    """
    delay = (feed.deducted_at - feed.tried_at - held) / longer
    seen = (feed.deducted_at < NEVER) & (feed.deducted_at < feed.failed_at)
    other = usual.delays.by_the_clock | usual.delays.unknown
    seen &= (delay < SLOWEST * usual.delays.patience[place]) & ~other[feed.channel]
    if not seen.any():
        return np.ones((1, len(feed.channels))), 0
    channel, deducted = feed.channel[seen], feed.deducted_at[seen]
    first_hour, hours = int(deducted.min()) // HOUR, int(deducted.max()) // HOUR - int(deducted.min()) // HOUR + 1
    told = np.log(np.maximum(delay[seen], 1.0) / usual.delays.usual[place[seen]])
    key = channel * hours + (deducted // HOUR - first_hour)
    bounds = np.concatenate([[0], np.cumsum(np.bincount(key, minlength=hours * len(feed.channels)))])
    told = told[np.argsort(key.astype(np.uint16) if len(bounds) <= _SHORT else key, kind="stable")]
    table = np.ones((hours + 2, len(feed.channels)))  # the last hour stands for all after it
    for one in range(len(feed.channels)):
        begin = bounds[one * hours : (one + 1) * hours + 1]
        begin, end = np.concatenate([begin[:1], begin[:-1]]), np.concatenate([begin[1:], begin[-1:]])
        counts = end - begin
        cells = np.flatnonzero(counts)
        half = counts[cells] // 2
        middle = [np.partition(told[a:b], x)[x] for a, b, x in zip(begin[cells], end[cells], half, strict=True)]
        median = np.array(middle) * counts[cells] / (counts[cells] + RECENT_PRIOR) + UNSURE / np.sqrt(counts[cells])
        table[cells, one] = np.clip(np.exp(median), 1.0, SLOWEST)
    return table, first_hour


def _surges(feed: Feed, usual: Usual, hours: _Hours) -> tuple[Floats, Floats]:
    """The surge of all orders and of each order's channel at each order, by orders placed before it."""
    moment = np.minimum(feed.tried_at, FAR)
    if not usual.orders_an_hour.any():  # nothing was learnt: no number of orders is more than usual
        return np.ones(len(feed)), np.ones(len(feed))
    back = [usual.orders_an_hour[hour_of_week(hours.grid - before, feed)] for before in range(SURGE_HOURS)]
    total = _surge(feed.ordered_at, moment, hours.place, [one.sum(axis=1) for one in back])
    own = np.ones(len(feed))
    for channel in range(len(feed.channels)):
        mine, usually = np.flatnonzero(feed.channel == channel), [one[:, channel] for one in back]
        own[mine] = _surge(feed.ordered_at[mine], moment[mine], hours.place[mine], usually)
    return total, own


def _surge(ordered: Ints, moment: Ints, place: Ints, usually: list[Floats]) -> Floats:
    """Orders of the hours before each moment over the usual number, drawn towards 1.

    ``usually`` (hour,) are those of each of these hours, ``place`` is that of each moment among the latter.
    """
    came = _placed(ordered, moment, SURGE_HOURS * HOUR)
    return np.asarray((came + SURGE_PRIOR) / (np.asarray(sum(usually)) + SURGE_PRIOR)[place])


def _placed(ordered: Ints, moment: Ints, span: int) -> Ints:
    """How many orders were placed in so many seconds before each moment, and at both ends of them."""
    if not len(ordered):
        return np.zeros(len(moment), dtype=np.int64)
    first = int(ordered.min())
    if int(ordered.max()) - first > SECONDS_AN_ORDER * len(ordered):
        rising = np.sort(ordered)
        return np.searchsorted(rising, moment, side="right") - np.searchsorted(rising, moment - span)
    until = np.append(0, np.cumsum(np.bincount(ordered - first)))  # placed before each second from the first on
    begin, end = moment - span - first, moment - first + 1
    return np.asarray(until[np.clip(end, 0, len(until) - 1)] - until[np.clip(begin, 0, len(until) - 1)])

"""How long deductions usually take, by channel: after which time one is late, and what share is then still awaited.

Where a channel deducts by the clock (a nightly batch, one on workdays), how long a deduction takes depends on the hour
at which it was due, not on how many orders there are, and is learnt by hours of the day or of the week: until the batch
is through, nothing is overdue.
One that rests at weekends rests on public holidays, too (``banking``): what these add to a delay is not part of what
is usual, and is granted to the orders that they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.banking import held, rests
from forecast.watch.feed import DAY, HOUR, MINUTE, NEVER, NONE
from forecast.watch.newcomers import unknown

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.feed import Feed

SOONEST = 8 * MINUTE
"""Seconds within which an order that is not deducted is never overdue, however fast its channel usually is."""

PATIENCE = 3
"""A deduction is late after so many times the delay within which nine of ten come, if that is later."""

AGES = 48
"""Ages between 0 and the patience at which the share not deducted yet is kept."""

SLOWNESS = (0.3, 0.15)
"""Mean and standard deviation of the prior of the power with which deductions take longer in a surge."""

HOURS = 168
"""Hours of the week: so many rows a channel has."""

BY_THE_CLOCK = 0.5
"""Share of the variance of a channel's delays that hours must explain where it is taken to deduct by the clock."""

FEWEST_BY_HOUR = 480
"""Deductions of a channel below which this is not told."""

FEWEST_OF_HOUR = 12
"""Deductions of an hour, or of a day of rest, below which it has no delays of its own."""

THROUGH = 0.98
"""Share of an hour's deductions with which a batch is through …"""

AFTER_BATCH = 30 * MINUTE
"""… and the seconds that are granted after it."""

_ROUNDS = 2

PRIOR_RATE = 0.02
"""The rate of failure before anything was seen …"""

PRIOR_ORDERS = 100.0
"""… with the weight of so many orders."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Delays without a surge, with which all of them grow to the power ``slowness`` (channel,).

    A row is an hour of the week of a channel, see ``row``. ``soonest`` (row,) seconds before which a deduction is never
    overdue; ``patience`` (row,) seconds after which it is late, both from the hour's beginning on where a batch is
    waited for, see ``into``; ``waiting`` (row, age) the share not deducted at
    ``AGES`` ages up to it, over that at its end; ``usual`` (row,) the median of deductions in time, in seconds.
    ``telling`` are quantiles of the seconds until a failure is told, ``told`` the share of failures that are told.
    ``resting`` (channel, weekday) are the weekdays on which a channel deducts nothing. Of ``unknown`` channels
    (channel,) all of this says nothing; see ``newcomers``.
    """

    soonest: Ints
    patience: Ints
    waiting: Floats
    usual: Floats
    slowness: Floats
    telling: Ints
    told: float
    resting: Bools
    unknown: Bools

    @property
    def longest_wait(self) -> int:
        """Seconds until the deduction of any order that waits for a batch is overdue; 0 where none does."""
        return int(self.soonest[np.repeat(self.by_the_clock, HOURS)].max(initial=0))

    @property
    def by_the_clock(self) -> Bools:
        """Which channels deduct in batches (channel,)."""
        return np.asarray((self.soonest.reshape(-1, HOURS) > SOONEST).any(axis=1))

    def held(self, feed: Feed) -> Ints:
        """Seconds by which public holidays hold each order's deduction (order,)."""
        return held(feed, self.resting, self.usual[row(feed)].astype(np.int64))

    def into(self, feed: Feed) -> Ints:
        """Seconds of its hour that had passed at each order, where ``soonest`` and ``patience`` count from its start.

        All that wait for one batch are overdue together, as soon as that is; 0 where none is waited for.
        """
        return np.asarray(np.where(self.soonest[row(feed)] > SOONEST, feed.tried_at % HOUR, 0))

    def told_by(self, age: Ints) -> Floats:
        """Share of the failures that the feed tells at all, told by an age in seconds."""
        if not len(self.telling):
            return np.zeros(len(age))
        return np.asarray(np.searchsorted(self.telling, age, side="right") / len(self.telling))

    def longer(self, channel: Ints, surge: Floats) -> Floats:
        """How many times as long deductions take at a surge."""
        return np.asarray(np.maximum(surge, 1.0) ** self.slowness[channel])

    def patience_of(self, feed: Feed, surge: Floats) -> Floats:
        """Seconds after which each order's deduction is late, at a surge."""
        longest = self.patience[row(feed)] * self.longer(feed.channel, surge)
        return np.asarray(longest - self.into(feed) + self.held(feed))


@dataclass(frozen=True, slots=True)
class _Waits:
    """The delays of some orders, as ``Delays`` has them of a row."""

    soonest: int
    patience: int
    waiting: Floats
    usual: float


@dataclass(frozen=True, slots=True)
class _Part:
    """The orders of a channel: seconds until each was deducted, whether it was in time, when tried and when due."""

    delay: Floats
    at_once: Bools
    tried: Ints
    due: Ints


def row(feed: Feed) -> Ints:
    """The row of the delays of each order: by its channel and the hour of the week at which its deduction was due."""
    return np.asarray(feed.channel * HOURS + feed.tried_at // HOUR % HOURS)


def learn_delays(known: Feed, surge: Floats, since: int) -> Delays:
    """The delays of what is known at ``since``, of orders placed at a surge."""
    count, at_once = len(known.channels), _in_time(known)
    resting = rests(known, at_once)
    due = known.tried_at + _held(known, at_once, resting, surge, since)
    delay = np.clip(known.deducted_at - due, 0, 2**40).astype(np.float64)
    slowness = np.zeros(count)
    rows = []
    for channel in range(count):
        mine = known.channel == channel
        part = _Part(delay[mine], at_once[mine], known.tried_at[mine], due[mine])
        clock = _clock(part, since)
        if not clock:
            slowness[channel] = _slowness(part, surge[mine])
            part = replace(part, delay=part.delay / np.maximum(surge[mine], 1.0) ** slowness[channel])
        rows += _rows(part, clock, resting[channel], since)
    longer = np.maximum(surge, 1.0) ** slowness[known.channel]
    dated = known.failed_at < NEVER
    telling = np.quantile((known.failed_at - known.tried_at)[dated], np.linspace(0, 1, 100)) if dated.any() else []
    found = Delays(
        soonest=np.array([one.soonest for one in rows], dtype=np.int64),
        patience=np.array([one.patience for one in rows], dtype=np.int64),
        waiting=np.stack([one.waiting for one in rows]) if rows else np.ones((0, AGES + 1)),
        usual=np.array([one.usual for one in rows]),
        slowness=slowness,
        telling=np.array(telling, dtype=np.int64),
        told=1.0,
        resting=resting,
        unknown=unknown(known, at_once),
    )
    failed = dated | (known.deducted_at - due > found.patience[row(known)] * longer - found.into(known))
    return replace(found, told=float(dated.sum() / max(int((failed & (known.tried_at < NEVER)).sum()), 1)))


def _held(known: Feed, at_once: Bools, resting: Bools, surge: Floats, since: int) -> Ints:
    """Seconds by which public holidays held each order, as far as its usual delay tells, which is seen better then."""
    found = np.zeros(len(known), dtype=np.int64)
    for channel in np.flatnonzero(resting.any(axis=1)).tolist():
        mine = np.flatnonzero(known.channel == channel)
        alone, tried = known.take(mine), known.tried_at[mine]
        longer = np.maximum(surge[mine], 1.0) ** SLOWNESS[0]
        for _ in range(_ROUNDS):
            due = tried + found[mine]
            delay = np.clip(known.deducted_at[mine] - due, 0, 2**40).astype(np.float64)
            part = _Part(delay, at_once[mine], tried, due)
            clock = _clock(part, since)
            part = part if clock else replace(part, delay=delay / longer)
            rows = _rows(part, clock, resting[channel], since)
            usual = np.array([one.usual for one in rows])[tried // HOUR % HOURS]
            found[mine] = held(alone, resting, usual.astype(np.int64))
    return found


def _clock(part: _Part, since: int) -> tuple[int, ...]:
    """The periods over whose hours a channel's delays are told apart; none where it does not deduct by the clock."""
    patience = _waits(part.delay, part.at_once, part.due, since).patience
    return _periods(np.minimum(part.delay, patience)[part.at_once], (part.tried // HOUR)[part.at_once])


def _rows(part: _Part, clock: tuple[int, ...], resting: Bools, since: int) -> list[_Waits]:
    """The delays of a channel by hour of the week: the same for all, unless it deducts by the clock.

    An hour of which too little is known has the delays of the same hour of other days; where the channel rests on some
    ``resting`` weekdays (weekday,), of other working days, or those of its whole day of rest.
    """
    found = [_waits(part.delay, part.at_once if clock else _first_try(part), part.due, since)] * HOURS
    hour, place = part.tried // HOUR, np.arange(HOURS)
    cells: list[tuple[Ints, Bools, int]] = []
    for period in clock:
        if period == HOURS and resting.any():
            cells += _of_rest(hour, resting)
        cells += [(place[one::period], hour % period == one, HOUR) for one in range(period)]
    for rows, mine, span in cells:
        if (mine & part.at_once).sum() >= FEWEST_OF_HOUR:
            own = _waits(part.delay[mine], part.at_once[mine], part.due[mine], since, part.tried[mine] % span)
            for one in rows.tolist():
                soonest = max(own.soonest - one * HOUR % span, SOONEST)
                found[one] = replace(own, soonest=soonest, patience=soonest)
    return found


def _first_try(part: _Part) -> Bools:
    """The deductions in time without those that are cures of failures, of which nothing was told, where many are.

    They are told by a gap: three times the delay of nine in ten, of those within it alone, is far less than of all.
    """
    came = np.sort(part.delay[part.at_once])
    if len(came) < FEWEST_BY_HOUR:
        return part.at_once
    reach, grown = 0.0, PATIENCE * max(float(np.median(came)), 1.0)
    while grown > reach:
        reach = grown
        within = int(np.searchsorted(came, reach, side="right"))
        grown = PATIENCE * float(came[int(0.9 * (within - 1))])
    reach = max(reach, float(SOONEST))
    whole = PATIENCE * float(came[int(0.9 * (len(came) - 1))])
    return part.at_once & (part.delay <= reach) if PATIENCE * reach < whole else part.at_once


def _of_rest(hour: Ints, resting: Bools) -> list[tuple[Ints, Bools, int]]:
    """Rows, the orders that tell of them and the span from whose start these wait, of a channel that rests on weekdays.

    The days of rest together, each of them, and the hours of the other days; later ones stand before earlier ones.
    """
    place = np.arange(HOURS)
    rests, rest = resting[_weekday(place)], resting[_weekday(hour)]
    days, hours = np.flatnonzero(resting).tolist(), range(DAY // HOUR)
    return [
        (place[rests], rest, DAY),
        *((place[_weekday(place) == day], _weekday(hour) == day, DAY) for day in days),
        *((place[~rests & (place % 24 == one)], ~rest & (hour % 24 == one), HOUR) for one in hours),
    ]


def _weekday(hour: Ints) -> Ints:
    """The weekday, from Monday on, of hours since 1970."""
    return np.asarray((hour // 24 + 3) % 7)


def _periods(delay: Floats, hour: Ints) -> tuple[int, ...]:
    """Over which hours delays are told apart: those of the day (24), then of the week where these say more, or none."""
    if len(delay) < FEWEST_BY_HOUR:
        return ()
    left = {}
    for period in (24, HOURS):
        place = hour % period
        tried = np.maximum(np.bincount(place, minlength=period), 1)
        mean = (np.bincount(place, delay, period) / tried)[place]
        left[period] = float(((delay - mean) ** 2).sum()) / max(len(delay) - period, 1)
    whole = float(delay.var())
    if whole > 0 and left[HOURS] <= (1 - BY_THE_CLOCK) * min(whole, left[24]):
        return 24, HOURS
    return (24,) if whole > 0 and left[24] <= (1 - BY_THE_CLOCK) * whole else ()


def _waits(delay: Floats, at_once: Bools, due: Ints, since: int, into: Ints | None = None) -> _Waits:
    """The delays of some orders of a channel, after which they are late: each for itself, or all for a batch.

    Those of a batch are counted from an hour's beginning on, ``into`` which the orders were placed.
    """
    came = np.sort(delay[at_once])
    soonest = patience = SOONEST
    usual = 1.0
    if len(came):
        patience = max(SOONEST, PATIENCE * int(came[int(0.9 * (len(came) - 1))]))
        usual = max(float(np.median(came)), 1.0)
    if into is not None:
        delay = delay + into
        came = np.sort(delay[at_once])
        patience = PATIENCE * int(came[int(0.9 * (len(came) - 1))])
        in_time = came[came <= patience]
        soonest = patience = max(SOONEST, int(in_time[int(THROUGH * (len(in_time) - 1))]) + AFTER_BATCH)
    ages = np.maximum(np.linspace(0, patience, AGES + 1), 0 if into is None else soonest)
    old = due <= since - patience
    waits = int(old.sum()) - np.searchsorted(np.sort(delay[old & at_once]), ages, side="right")
    share = (waits + PRIOR_RATE * PRIOR_ORDERS) / (old.sum() + PRIOR_ORDERS)
    return _Waits(soonest, patience, share / share[-1], usual)


def _in_time(known: Feed) -> Bools:
    """Deductions that no failure is known before."""
    return np.asarray((known.deducted_at < NEVER) & ((known.cause == NONE) | (known.deducted_at < known.failed_at)))


def _slowness(part: _Part, surge: Floats) -> float:
    """The power with which a channel's median delay grows with the surge of the day, drawn towards the prior."""
    mine = part.at_once
    mean, deviation = SLOWNESS
    if not mine.any():
        return mean
    day = part.tried[mine] // DAY
    delay = np.log(np.maximum(part.delay, 1)[mine])
    order = np.lexsort((delay, day))
    days, first, counts = np.unique(day[order], return_index=True, return_counts=True)
    median = delay[order][first + counts // 2]
    level = np.log(np.maximum(surge[mine][order][first], 0.2))
    noise = max(float(np.median(np.abs(median - np.median(median)))) * 1.5, 0.05)
    level -= level.mean()
    weight = float((level**2).sum()) / noise**2
    slope = float((level * (median - median.mean())).sum()) / noise**2
    return (
        float(np.clip((slope + mean / deviation**2) / (weight + 1 / deviation**2), 0.0, 1.0)) if len(days) > 1 else mean
    )

"""How long deductions usually take, by channel: after which time one is late, and what share is then still awaited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import DAY, MINUTE, NEVER, NONE

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

PRIOR_RATE = 0.02
"""The rate of failure before anything was seen …"""

PRIOR_ORDERS = 100.0
"""… with the weight of so many orders."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Delays without a surge, with which all of them grow to the power ``slowness`` (channel,).

    ``patience`` (channel,) seconds after which a deduction is late; ``waiting`` (channel, age) the share not deducted
    at ``AGES`` ages up to it, over that at its end; ``usual`` (channel,) the median of deductions in time, in seconds.
    ``telling`` are quantiles of the seconds until a failure is told, ``told`` the share of failures that are told.
    """

    patience: Ints
    waiting: Floats
    usual: Floats
    slowness: Floats
    telling: Ints
    told: float

    def told_by(self, age: Ints) -> Floats:
        """Share of the failures that the feed tells at all, told by an age in seconds."""
        if not len(self.telling):
            return np.zeros(len(age))
        return np.asarray(np.searchsorted(self.telling, age, side="right") / len(self.telling))

    def longer(self, channel: Ints, surge: Floats) -> Floats:
        """How many times as long deductions take at a surge."""
        return np.asarray(np.maximum(surge, 1.0) ** self.slowness[channel])

    def patience_of(self, channel: Ints, surge: Floats) -> Floats:
        """Seconds after which a deduction is late, at a surge."""
        return np.asarray(self.patience[channel] * self.longer(channel, surge))


def learn_delays(known: Feed, surge: Floats, since: int) -> Delays:
    """The delays of what is known at ``since``, of orders placed at a surge."""
    count = len(known.channels)
    patience, usual = np.full(count, SOONEST, dtype=np.int64), np.ones(count)
    waiting = np.ones((count, AGES + 1))
    slowness = np.array([_slowness(known, surge, channel) for channel in range(count)])
    longer = np.maximum(surge, 1.0) ** slowness[known.channel]
    delay = np.minimum(known.deducted_at - known.tried_at, 2**40) / longer
    at_once = _in_time(known)
    for channel in range(count):
        mine = known.channel == channel
        came = np.sort(delay[mine & at_once])
        if len(came):
            patience[channel] = max(SOONEST, PATIENCE * int(came[int(0.9 * (len(came) - 1))]))
            usual[channel] = max(float(np.median(came)), 1.0)
        ages = np.linspace(0, patience[channel], AGES + 1)
        old = mine & (known.tried_at <= since - patience[channel])
        waits = int(old.sum()) - np.searchsorted(np.sort(delay[old & at_once]), ages, side="right")
        share = (waits + PRIOR_RATE * PRIOR_ORDERS) / (old.sum() + PRIOR_ORDERS)
        waiting[channel] = share / share[-1]
    dated = known.failed_at < NEVER
    telling = np.quantile((known.failed_at - known.tried_at)[dated], np.linspace(0, 1, 100)) if dated.any() else []
    failed = dated | (known.deducted_at - known.tried_at > patience[known.channel] * longer)
    told = float(dated.sum() / max(int((failed & (known.tried_at < NEVER)).sum()), 1))
    return Delays(patience, waiting, usual, slowness, np.array(telling, dtype=np.int64), told)


def _in_time(known: Feed) -> Bools:
    """Deductions that no failure is known before."""
    return np.asarray((known.deducted_at < NEVER) & ((known.cause == NONE) | (known.deducted_at < known.failed_at)))


def _slowness(known: Feed, surge: Floats, channel: int) -> float:
    """The power with which a channel's median delay grows with the surge of the day, drawn towards the prior."""
    mine = _in_time(known) & (known.channel == channel)
    mean, deviation = SLOWNESS
    if not mine.any():
        return mean
    day = known.tried_at[mine] // DAY
    delay = np.log(np.maximum(known.deducted_at - known.tried_at, 1)[mine])
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

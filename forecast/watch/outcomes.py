"""What has become since of the failed orders of an incident: deducted after all, closed, or still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Ints
    from forecast.watch.accounts import Counts
    from forecast.watch.feed import Feed


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a channel's failed orders the shares (of their amount) since deducted and closed; the rest is still open.

    ``days`` is by how many days those deducted were late, on the mean.
    """

    deducted: float = 0.0
    closed: float = 0.0
    days: float = 0.0

    @property
    def left_open(self) -> float:
        """The share that is still open."""
        return max(1.0 - self.deducted - self.closed, 0.0)


OPEN = Outcome()
"""Nothing was deducted or closed yet."""


def outcomes(channels: Sequence[str], counts: Counts) -> Mapping[str, Outcome]:
    """What has become of failed orders that were counted, by channel."""
    parts = zip(channels, counts.whole, counts.came, counts.lost, counts.waited, strict=True) if counts.whole else ()
    return {
        name: Outcome(came / whole, lost / whole, waited / max(came, 1.0))
        for name, whole, came, lost, waited in parts
        if whole > 0
    }


def sums(feed: Feed, failed: Ints, now: int) -> tuple[tuple[float, ...], ...]:
    """By channel, of the orders at these places: ``whole``, ``came``, ``lost`` and ``waited`` by a moment, in fen.

    See ``accounts.Counts``.
    """
    channel, amount = feed.channel[failed], feed.amount[failed].astype(np.float64)
    deducted, closed = feed.deducted_at[failed] <= now, feed.closed_at[failed] <= now
    late = np.where(deducted, feed.deducted_at[failed] - feed.tried_at[failed], 0) / DAY
    weights = (amount, amount * deducted, amount * (closed & ~deducted), amount * late)
    return tuple(tuple(np.bincount(channel, one, len(feed.channels)).tolist()) for one in weights)

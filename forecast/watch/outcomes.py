"""What has become since of the failed orders of an incident: deducted after all, closed, or still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Ints
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


def outcomes(feed: Feed, failed: Ints, now: int) -> Mapping[str, Outcome]:
    """What has become by a moment of the orders at these places, by channel."""
    channel, amount = feed.channel[failed], feed.amount[failed].astype(np.float64)
    deducted, closed = feed.deducted_at[failed] <= now, feed.closed_at[failed] <= now
    late = np.where(deducted, feed.deducted_at[failed] - feed.tried_at[failed], 0) / DAY
    count = len(feed.channels)
    weights = (amount, amount * deducted, amount * (closed & ~deducted), amount * late)
    whole, came, lost, waited = (np.bincount(channel, one, count) for one in weights)
    return {
        name: Outcome(came[place] / whole[place], lost[place] / whole[place], waited[place] / max(came[place], 1.0))
        for place, name in enumerate(feed.channels)
        if whole[place] > 0
    }

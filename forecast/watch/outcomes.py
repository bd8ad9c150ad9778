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

    ``days`` is by how many days those deducted were late, on the mean; ``due`` the mean moment (days since 1970) at
    which what is open was due, None where that is not known or nothing is.
    """

    deducted: float = 0.0
    closed: float = 0.0
    days: float = 0.0
    due: float | None = None

    @property
    def left_open(self) -> float:
        """The share that is still open."""
        return max(1.0 - self.deducted - self.closed, 0.0)


OPEN = Outcome()
"""Nothing was deducted or closed yet."""


def outcomes(channels: Sequence[str], counts: Counts) -> Mapping[str, Outcome]:
    """What has become of failed orders that were counted, by channel."""
    told = (counts.whole, counts.came, counts.lost, counts.waited, counts.due)
    return {
        name: Outcome(came / whole, lost / whole, waited / max(came, 1.0), _mean(due, whole - came - lost))
        for name, whole, came, lost, waited, due in (zip(channels, *told, strict=True) if counts.whole else ())
        if whole > 0
    }


def _mean(total: float, weight: float) -> float | None:
    """The mean of what adds up to a total; None of less than one fen."""
    return total / weight if weight >= 1 else None


def sums(feed: Feed, failed: Ints, now: int) -> tuple[tuple[float, ...], ...]:
    """By channel, of the orders at these places: ``whole``, ``came``, ``lost``, ``waited`` and ``due`` by a moment.

    See ``accounts.Counts``.
    """
    channel, amount = feed.channel[failed], feed.amount[failed].astype(np.float64)
    deducted, closed = feed.deducted_at[failed] <= now, feed.closed_at[failed] <= now
    late = np.where(deducted, feed.deducted_at[failed] - feed.tried_at[failed], 0) / DAY
    is_open = ~deducted & ~closed
    weights = (
        amount,
        amount * deducted,
        amount * (closed & ~deducted),
        amount * late,
        amount * np.where(is_open, feed.tried_at[failed], 0) / DAY,
    )
    return tuple(tuple(np.bincount(channel, one, len(feed.channels)).tolist()) for one in weights)

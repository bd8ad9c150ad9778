"""The random numbers of a run, drawn once and shared by all scenarios, so that their differences are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.episodes import draw_episodes
from forecast.receivables.failures import scopes_of
from forecast.receivables.surges import SURGING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats, Ints
    from forecast.receivables.assumptions import Assumptions

LEAST_SHAPE = 0.02
"""The smallest shape of a day's gamma factor: below it almost all days would be nothing and one everything."""


@dataclass(frozen=True, slots=True)
class Episodes:
    """What episodes add to the failures of one channel and cause on the few paths and days that they strike.

    ``place`` is path × days + day, ``share`` what they add.
    """

    place: Ints
    share: Floats

    @classmethod
    def of(cls, shares: Floats) -> Episodes:
        """The shares (path, day) that are not 0."""
        place = np.flatnonzero(shares)
        return cls(place.astype(np.int32), shares.ravel()[place])


@dataclass(frozen=True, slots=True)
class Randomness:
    """Common random numbers; ``path`` is first.

    ``base`` (path, channel, cause): the base failure rate drawn for the path. ``elasticity`` (path, channel, cause) of
    the base to the surge. ``settle`` and ``refund`` (path, channel, day): standard normals of the daily noise. By
    channel and cause, where there are any: the ``factors``, the days' deviations from the base (path, day), and the
    ``episodes``.
    """

    base: Floats
    elasticity: Floats
    settle: Floats
    refund: Floats
    factors: Mapping[tuple[int, int], Floats]
    episodes: Mapping[tuple[int, int], Episodes]

    def factor(self, channel: int) -> Floats:
        """Each day's deviation from the base, mean 1, (path, cause, day)."""
        paths, _, days = self.settle.shape
        found = np.ones((paths, len(ALL_CAUSES), days))
        for (own, index), one in self.factors.items():
            if own == channel:
                found[:, index] = one
        return found

    def unpaid(self, channel: int) -> Floats:
        """Standard normals (path, day) of which orders are never paid.

        They are the next path's normals of settlement: within a path the two are independent, and none are kept twice.
        """
        return np.asarray(np.roll(self.settle[:, channel], -1, axis=0))

    def returned(self, channel: int) -> Floats:
        """Standard normals (path, day) of which orders are refunded before they settle: the next path's of refunds."""
        return np.asarray(np.roll(self.refund[:, channel], -1, axis=0))

    def add_episodes(self, channel: int, rates: Floats) -> None:
        """Add what episodes add to rates (path, cause, day), in place."""
        days = rates.shape[2]
        for (own, index), one in self.episodes.items():
            if own == channel:
                rates[one.place // days, index, one.place % days] += one.share


def draw_randomness(assumptions: Assumptions, sales: Floats, rng: np.random.Generator) -> Randomness:
    """Draw them, given base sales (path, channel, day), which set how coarse a day's failures are.

    Episodes are drawn by scope: one of validation strikes all channels, one of clearing all of its clearing name.
    """
    paths, channels, horizon = sales.shape
    shape = (paths, channels, len(ALL_CAUSES))
    base = np.zeros(shape)
    elasticity = np.zeros(shape)
    factors: dict[tuple[int, int], Floats] = {}
    episodes: dict[tuple[int, int], Episodes] = {}
    names = [law.name for law in assumptions.channels]
    clearing = {law.name: law.clearing for law in assumptions.channels}
    count = channels * len(ALL_CAUSES)
    streams, episode_streams = rng.spawn(count + 2), rng.spawn(count)
    typical = sales.mean(axis=0)
    for channel, law in enumerate(assumptions.channels):
        for index, cause in enumerate(ALL_CAUSES):
            failure = law.failures[cause]
            if failure.base <= 0:
                continue
            stream = streams[channel * len(ALL_CAUSES) + index]
            base[:, channel, index] = failure.draw_bases(paths, stream)
            expected = np.maximum(failure.base * typical[channel] / failure.order_size, 1e-9)
            shapes = np.maximum(1.0 / (failure.spread + 1.0 / expected), LEAST_SHAPE)
            factors[channel, index] = stream.standard_gamma(shapes, (paths, horizon)) / shapes
        for cause in SURGING:
            failure = law.failures[cause]
            drawn = failure.elasticity + failure.elasticity_sd * streams[-2].standard_normal(paths)
            elasticity[:, channel, ALL_CAUSES.index(cause)] = np.clip(drawn, -1.0, 3.0)
    for index, cause in enumerate(ALL_CAUSES):
        for scope in scopes_of(cause, clearing):
            members = [names.index(name) for name in scope]
            laws = [assumptions.channels[member].failures[cause].episodes for member in members]
            stream = episode_streams[members[0] * len(ALL_CAUSES) + index]
            shares = draw_episodes(laws, horizon, paths, stream)
            episodes |= {(member, index): Episodes.of(one) for member, one in zip(members, shares, strict=True)}
    normal = streams[-1].standard_normal((2, paths, channels, horizon))
    return Randomness(base, elasticity, normal[0], normal[1], factors, episodes)

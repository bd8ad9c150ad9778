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
    from forecast.arrays import Floats
    from forecast.receivables.assumptions import Assumptions

LEAST_SHAPE = 0.02
"""The smallest shape of a day's gamma factor: below it almost all days would be nothing and one everything."""


@dataclass(frozen=True, slots=True)
class Randomness:
    """Common random numbers; ``path`` is first.

    ``base`` (path, channel, cause): the base failure rate drawn for the path. ``factor`` (path, channel, cause, day):
    the day's deviation from the base, mean 1. ``episode`` (path, channel, cause, day): the share that episodes add.
    ``elasticity`` (path, channel, cause) of the base to the surge. ``settle`` and ``refund`` (path, channel, day):
    standard normals of the daily noise.
    """

    base: Floats
    factor: Floats
    episode: Floats
    elasticity: Floats
    settle: Floats
    refund: Floats


def draw_randomness(assumptions: Assumptions, sales: Floats, rng: np.random.Generator) -> Randomness:
    """Draw them, given base sales (path, channel, day), which set how coarse a day's failures are.

    Episodes are drawn by scope: one of validation strikes all channels, one of clearing all of its clearing name.
    """
    paths, channels, horizon = sales.shape
    shape = (paths, channels, len(ALL_CAUSES))
    base = np.zeros(shape)
    factor = np.ones((*shape, horizon))
    episode = np.zeros((*shape, horizon))
    elasticity = np.zeros(shape)
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
            factor[:, channel, index] = stream.standard_gamma(shapes, (paths, horizon)) / shapes
        for cause in SURGING:
            failure = law.failures[cause]
            drawn = failure.elasticity + failure.elasticity_sd * streams[-2].standard_normal(paths)
            elasticity[:, channel, ALL_CAUSES.index(cause)] = np.clip(drawn, -1.0, 3.0)
    for index, cause in enumerate(ALL_CAUSES):
        for scope in scopes_of(cause, clearing):
            members = [names.index(name) for name in scope]
            laws = [assumptions.channels[member].failures[cause].episodes for member in members]
            stream = episode_streams[members[0] * len(ALL_CAUSES) + index]
            episode[:, members, index] = np.moveaxis(draw_episodes(laws, horizon, paths, stream), 0, 1)
    normal = streams[-1].standard_normal((2, paths, channels, horizon))
    return Randomness(base, factor, episode, elasticity, normal[0], normal[1])

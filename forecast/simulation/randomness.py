"""The random numbers of a run, drawn once and shared by all scenarios, so that their differences are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.failures import draw_episodes

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.receivables.assumptions import Assumptions

LEAST_SHAPE = 0.02
"""The smallest shape of a day's gamma factor: below it almost all days would be nothing and one everything."""


@dataclass(frozen=True, slots=True)
class Randomness:
    """Common random numbers; ``path`` is first.

    ``base`` (path, channel, cause): the base failure rate drawn for the path. ``mean``: its long-run rate, episodes
    included. ``factor`` (path, channel, cause, day): the day's deviation from the base, mean 1. ``episode``
    (path, channel, cause, day): the share that episodes add. ``elasticity`` (path, channel) of risk control's base to
    the surge. ``settle`` and ``refund`` (path, channel, day): standard normals of the daily noise.
    """

    base: Floats
    mean: Floats
    factor: Floats
    episode: Floats
    elasticity: Floats
    settle: Floats
    refund: Floats


def draw_randomness(assumptions: Assumptions, sales: Floats, rng: np.random.Generator) -> Randomness:
    """Draw them, given base sales (path, channel, day), which set how coarse a day's failures are.

    Episodes of one cause strike channels of one clearing name together where the cause is ``clearing``: the channels
    then share the episodes of the one that has shown most.
    """
    paths, channels, horizon = sales.shape
    shape = (paths, channels, len(ALL_CAUSES))
    base, mean = np.zeros(shape), np.zeros(shape)
    factor = np.ones((*shape, horizon))
    episode = np.zeros((*shape, horizon))
    elasticity = np.zeros((paths, channels))
    streams = rng.spawn(channels * len(ALL_CAUSES) + 2)
    typical = sales.mean(axis=0)
    for channel, law in enumerate(assumptions.channels):
        for index, cause in enumerate(ALL_CAUSES):
            stream = streams[channel * len(ALL_CAUSES) + index]
            failure = law.failures[cause]
            means, rates = failure.draw_means(paths, stream)
            mean[:, channel, index] = means
            information = max(failure.base_information, 0.05)
            base[:, channel, index] = failure.base * stream.standard_gamma(information, paths) / information
            expected = np.maximum(failure.base * typical[channel] / failure.order_size, 1e-9)
            shapes = np.maximum(1.0 / (failure.spread + 1.0 / expected), LEAST_SHAPE)
            if failure.base > 0:
                factor[:, channel, index] = stream.standard_gamma(shapes, (paths, horizon)) / shapes
            episode[:, channel, index] = draw_episodes(failure, rates, horizon, stream)
        risk = law.failures["risk_control"]
        elasticity[:, channel] = risk.elasticity + risk.elasticity_sd * streams[-2].standard_normal(paths)
    _share_clearing(assumptions, episode)
    normal = streams[-1].standard_normal((2, paths, channels, horizon))
    return Randomness(base, mean, factor, episode, np.clip(elasticity, -1.0, 3.0), normal[0], normal[1])


def _share_clearing(assumptions: Assumptions, episode: Floats) -> None:
    """Give every channel of a clearing name the clearing episodes of the one with most of them, in place."""
    index = ALL_CAUSES.index("clearing")
    names = [law.channel.clearing for law in assumptions.channels]
    for name in set(names):
        members = [position for position, one in enumerate(names) if one == name]
        if len(members) > 1:
            seen = [assumptions.channels[position].failures["clearing"].episodes_seen for position in members]
            leader = members[int(np.argmax(seen))]
            for position in members:
                episode[:, position, index] = episode[:, leader, index]

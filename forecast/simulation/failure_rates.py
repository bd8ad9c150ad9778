"""The share of first deductions that fails, by path, cause and day: drawn from the laws, or scaled to a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES, CAUSES
from forecast.receivables.surges import SURGING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.plan.model import StatedRate
    from forecast.receivables.assumptions import ChannelLaw
    from forecast.simulation.randomness import Randomness

MOST_FAILING = 1.0
"""The largest share of a day's first deductions that can fail."""

LEAST_SHAPE = 1e-4
"""A target near 1 must reach days that would hardly fail at all: each has at least this share of the mean rate."""

NO_MONEY = 1e-6
"""Yuan below which a flow is nothing."""


def failure_rates(
    law: ChannelLaw, random: Randomness, index: int, sales: Floats, tried: Floats, targets: Sequence[StatedRate]
) -> Floats:
    """Share of tried value that fails, (path, cause, day), outages apart.

    ``sales`` (path, day) tell the surge over the usual level, ``tried`` (path, day) weighs the ``targets``, levels to
    meet: each leaves the causes that it does not name as those before it have left them, the first as estimated.
    """
    factor, episode = random.factor(index), random.episode(index)
    if law.usual_sales > 0:
        surge = np.clip(sales / law.usual_sales, 0.2, 50.0)
        for cause in SURGING:
            place = ALL_CAUSES.index(cause)
            if law.failures[cause].base > 0:
                factor[:, place] *= surge ** random.elasticity[:, index, place, None]
    rates = random.base[:, index, :, None] * factor + episode
    for target in targets:
        rates = _to_target(rates, target, law, factor, episode, tried)
    total = rates.sum(axis=1, keepdims=True)
    return np.asarray(rates / np.maximum(total / MOST_FAILING, 1.0))


def _to_target(
    rates: Floats, target: StatedRate, law: ChannelLaw, factor: Floats, episode: Floats, tried: Floats
) -> Floats:
    """Rates (path, cause, day) scaled so that their value-weighted expectation over the horizon is the target.

    The base keeps its days' spread and surge (``factor``) and loses its drawn level, which the target replaces;
    episodes keep their days. A cause that no channel has shown takes the shape of a base rate alone: the prior by
    which it may come is no shape to scale.
    """
    out = rates.copy()
    shape = np.empty_like(rates)
    for index, cause in enumerate(ALL_CAUSES):
        known = law.failures[cause].cause_seen
        shape[:, index] = law.failures[cause].base * factor[:, index] + episode[:, index] if known else 0.0
    total = float(tried.sum())
    # With nothing tried every day weighs the same, and the rates touch no money.
    weight = tried / total if total > NO_MONEY else np.full_like(tried, 1.0 / tried.size)
    for causes, rate in target.parts():
        places = [ALL_CAUSES.index(cause) for cause in causes]
        part = shape.take(places, axis=1)
        if not (part * weight[:, None]).sum() > 0:
            # The ledger shows no such failure at all: the known causes have equal parts.
            named = [place for place, cause in enumerate(causes) if cause in CAUSES] or [0]
            part[:, named] = 1.0 / len(named)
        out[:, places] = _scaled_to(part, weight[:, None], rate)
    return out


def _scaled_to(shape: Floats, weight: Floats, target: float) -> Floats:
    """``shape`` (path, cause, day) times the factor that gives the weighted sum ``target``, no day above the most."""
    if target <= 0:
        return np.zeros_like(shape)
    shape = shape + LEAST_SHAPE * shape.mean(axis=(0, 2), keepdims=True)
    if target >= MOST_FAILING:
        return np.asarray(shape / shape.sum(axis=1, keepdims=True))
    factor = target / float((shape * weight).sum())
    for _ in range(200):
        scaled = shape * factor
        total = scaled.sum(axis=1, keepdims=True)
        scaled = scaled / np.maximum(total / MOST_FAILING, 1.0)
        reached = float((scaled * weight).sum())
        if abs(reached - target) <= 1e-9 * target or reached <= 0:
            break
        factor *= target / reached
    return np.asarray(scaled)

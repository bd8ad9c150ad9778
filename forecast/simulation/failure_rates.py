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
    factor = random.factor(index)
    if law.usual_sales > 0:
        surge = np.clip(sales / law.usual_sales, 0.2, 50.0)
        for cause in SURGING:
            place = ALL_CAUSES.index(cause)
            if law.failures[cause].base > 0:
                factor[:, place] *= surge ** random.elasticity[:, index, place, None]
    base = random.base[:, index, :, None]
    rates = base * factor if targets else np.multiply(base, factor, out=factor)
    random.add_episodes(index, rates)
    if targets:
        shape = _shape_of(law, factor, random, index)
        del factor
        for target in targets:
            _to_target(rates, target, shape, tried)
    rates /= np.maximum(rates.sum(axis=1, keepdims=True) / MOST_FAILING, 1.0)
    return np.asarray(rates)


def _shape_of(law: ChannelLaw, factor: Floats, random: Randomness, index: int) -> Floats:
    """What a target scales, (path, cause, day): the spread and surge (``factor``) of the base's days, and episodes.

    A cause that no channel has shown takes the shape of a base rate alone: the prior by which it may come is no shape
    to scale.
    """
    shape = np.array([law.failures[cause].base for cause in ALL_CAUSES])[:, None] * factor
    random.add_episodes(index, shape)
    for place, cause in enumerate(ALL_CAUSES):
        if not law.failures[cause].cause_seen:
            shape[:, place] = 0.0
    return shape


def _to_target(rates: Floats, target: StatedRate, shape: Floats, tried: Floats) -> None:
    """Bring rates (path, cause, day), in place, to a target: their value-weighted expectation over the horizon.

    The base keeps its days' spread and surge and loses its drawn level, which the target replaces; episodes keep their
    days.
    """
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
        rates[:, places] = _scaled_to(part, weight[:, None], rate)


def _scaled_to(shape: Floats, weight: Floats, target: float) -> Floats:
    """``shape`` (path, cause, day), used up, times what gives the weighted sum ``target``, no day above the most."""
    if target <= 0:
        return np.zeros_like(shape)
    shape += LEAST_SHAPE * shape.mean(axis=(0, 2), keepdims=True)
    if target >= MOST_FAILING:
        return np.asarray(shape / shape.sum(axis=1, keepdims=True))
    scaled, weighed = np.empty_like(shape), shape * weight
    factor = target / float(weighed.sum())
    for _ in range(200):
        np.multiply(shape, factor, out=scaled)
        scaled /= np.maximum(scaled.sum(axis=1, keepdims=True) / MOST_FAILING, 1.0)
        reached = float(np.multiply(scaled, weight, out=weighed).sum())
        if abs(reached - target) <= 1e-9 * target or reached <= 0:
            break
        factor *= target / reached
    return scaled

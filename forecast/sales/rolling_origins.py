"""The rolling backtest of the sales models on the merchant's own history: what each would have forecast, and what came.

Each origin is a day of the past: level and coefficients are those known by then. All models are scored on the same
days by the weighted quantile loss of single days and of the window's sum, which is what a cash plan lives on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.sales.model import AS_FITTED, Fit, as_of_past, simulate
from forecast.sales.naive import NAME, naive_log_sales

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Bools, Floats, Ints

QUANTILES = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
WINDOW = 28
"""Days ahead of each origin, or the horizon where that is shorter."""
STEP = 7
"""Days between origins."""
ORIGINS = 26
"""At most half a year of them, the latest."""
TRAINING = 84
"""Days of history before the first origin: with fewer there is no backtest and the core stands alone."""
PATHS = 200
"""Sample paths a model and origin."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the models would have forecast.

    ``ends`` are the places of each window's first day; ``logs`` the paths of log sales by model, (origin, path, day);
    ``came`` the log sales, (origin, day), NaN where unknown; ``regular`` the same with NaN where an outlier.
    """

    ends: Ints
    logs: Mapping[str, Floats]
    came: Floats
    regular: Floats

    @property
    def windows(self) -> float:
        """How many windows side by side the days of the backtest would fill: windows that overlap tell less."""
        days: int = self.came.shape[1]
        return float(self.ends[-1] - self.ends[0] + days) / days


def origins(known: Bools, horizon: int) -> Ints:
    """Places of the first day of each window, oldest first; none where the known days are too few."""
    last = len(known) - min(WINDOW, horizon)
    found = np.arange(last, 0, -STEP)[:ORIGINS][::-1]
    return np.asarray(found[np.cumsum(known)[found - 1] >= TRAINING])


def backtest(fits: Mapping[str, Fit], ends: Ints, horizon: int, rng: np.random.Generator) -> Backtest:
    """Runs every fitted model, and the seasonal naive beside them, at every origin.

    The core comes first: the seasonal naive takes its regression. ``ends``: at least one.
    """
    days = min(WINDOW, horizon)
    core = next(iter(fits.values()))
    logs = {
        name: np.stack([simulate(one, PATHS, rng, AS_FITTED, days)[0] for one in as_of_past(fitted, ends.tolist())])
        for name, fitted in fits.items()
    }
    past = as_of_past(core, ends.tolist())
    logs[NAME] = np.stack([naive_log_sales(one, PATHS, rng, AS_FITTED, days) for one in past])
    came, regular = (np.stack([one[end : end + days] for end in ends]) for one in (core.seen, core.regular))
    return Backtest(ends, logs, came, regular)


def losses(logs: Floats, came: Floats) -> Floats:
    """Weighted quantile loss of each origin's days and of its window's sum, (origin, 2); NaN where none is known."""
    known = np.isfinite(came)
    paths, sold = np.exp(logs), np.where(known, np.exp(came), 0.0)
    total = sold.sum(axis=1, keepdims=True)
    days = np.where(known, _pinball(paths, sold), 0.0).sum(axis=1)
    sums = np.where(known[:, None], paths, 0.0).sum(axis=2, keepdims=True)
    total[~known.any(axis=1)] = np.nan
    return np.asarray(np.stack([days, _pinball(sums, total)[:, 0]], axis=1) / total)


def _pinball(paths: Floats, sold: Floats) -> Floats:
    """Twice the mean pinball loss over the quantiles, (origin, day), of paths (origin, path, day)."""
    missed = sold - _quantiles(paths)
    levels = QUANTILES[:, None, None]
    return np.asarray(2.0 * np.maximum(levels * missed, (levels - 1.0) * missed).mean(axis=0))


def _quantiles(paths: Floats) -> Floats:
    """Of the paths (origin, path, day), (level, origin, day); interpolated between the sorted ones."""
    ordered = np.sort(paths, axis=1)
    place = QUANTILES * (paths.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, paths.shape[1] - 1)
    low, high = (np.moveaxis(ordered[:, at], 1, 0) for at in (below, above))
    return np.asarray(low + (place - below)[:, None, None] * (high - low))


def mixed(logs: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """Paths of several models, (..., path, day), put together: each gives as many of its first as its weight says."""
    names = [name for name, weight in weights.items() if weight > 0]
    count = logs[names[0]].shape[-2]
    parts = zip(names, shares_of([weights[name] for name in names], count), strict=True)
    return np.concatenate([logs[name][..., :size, :] for name, size in parts], axis=-2)


def shares_of(weights: Sequence[float], count: int) -> list[int]:
    """``count`` paths dealt out by weight, in whole numbers that add up."""
    edges = np.round(np.cumsum([0.0, *weights]) / sum(weights) * count).astype(int)
    return [int(size) for size in np.diff(edges)]

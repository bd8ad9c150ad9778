"""The log of daily sales as an unobserved-components model with regressors, fitted and simulated.

``log sales = level + autoregression + regressors + noise``: the level is a random walk with a slope that damps
(Gardner and McKenzie 1985), the autoregression is of order one, and the noise is independent from day to day
(Harvey 1989, ch. 2; Durbin and Koopman 2012, ch. 3). Sample paths draw the variances, then the coefficients and the
state from their exact joint posterior, then each day's shocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.sales.filtering import DAMPING, PARAMETERS, PRIOR_MEAN, Filter, Pass, parameters

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats
    from forecast.sales.design import Block

_DRAWS = 8
"""Draws of the variances over which the paths are spread."""
_OUTLIER = 5.0
"""A day is an outlier when it lies so many robust standard deviations from the median of the six days around it."""
_REPEAT_WEIGHT = 4.0
"""How many repeats the prior of the repeats' standard deviation counts as."""
_POOL = 60
"""From so many days on the noise of the paths is drawn from the days' own errors instead of a normal law."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    ``parameters`` and ``best`` belong to the variances' mode, ``passes`` to each draw of ``thetas``; ``outliers`` marks
    the days that were left out; ``repeat_sd`` holds what was learnt by event; ``pool`` the errors noise is drawn from.
    """

    block: Block
    parameters: dict[str, float]
    best: Pass
    outliers: Bools
    repeat_sd: dict[str, float]
    passes: tuple[Pass, ...]
    thetas: Floats
    pool: Floats | None


def fit(log_sales: Floats, block: Block, rng: np.random.Generator) -> Fit:
    """Fits the model to the history.

    Args:
        log_sales: Log of each day's sales, NaN where unknown; at least one known.
        block: The design over history and horizon.
        rng: Draws the variances' uncertainty.
    """
    filtered = Filter(log_sales, block)
    theta = filtered.mode(PRIOR_MEAN)
    outliers = _outliers(log_sales - block.matrix[: len(log_sales)] @ filtered.run(theta).mean)
    if outliers.any():
        filtered = Filter(log_sales, block, outliers)
        theta = filtered.mode(theta)
    repeat_sd = _learn_repeats(filtered, theta)
    best = filtered.run(theta)
    root = filtered.uncertainty(theta)
    thetas = theta + rng.standard_normal((_DRAWS, theta.size)) @ root.T
    values = parameters(theta)
    return Fit(
        block=block,
        parameters=dict(zip(PARAMETERS, values.tolist(), strict=True)),
        best=best,
        outliers=outliers,
        repeat_sd=repeat_sd,
        passes=tuple(filtered.run(draw) for draw in thetas),
        thetas=thetas,
        pool=_pool(best, log_sales, outliers),
    )


def simulate(fitted: Fit, paths: int, rng: np.random.Generator) -> Floats:
    """Sample paths of log sales over the horizon, shape (path, day).

    Variances, coefficients and the state at the end of history are drawn on each path, then the noise of each day.
    """
    history = len(fitted.outliers)
    ahead = fitted.block.matrix[history:]
    days, columns = ahead.shape
    result = np.empty((paths, days))
    for draw, (theta, one) in enumerate(zip(fitted.thetas, fitted.passes, strict=True)):
        rows = np.arange(draw, paths, len(fitted.passes))
        noise_sd, level_sd, slope_sd, ar_sd, ar, _ = parameters(theta)
        coefficients = one.mean + rng.standard_normal((rows.size, columns)) @ one.root.T
        state = one.end_level - coefficients @ one.end_design.T + rng.standard_normal((rows.size, 3)) @ one.end_root.T
        level, slope, short = state[:, 0], state[:, 1], state[:, 2]
        shocks = rng.standard_normal((days, 3, rows.size))
        shocks *= np.array([level_sd, slope_sd * np.sqrt(1 - DAMPING**2), ar_sd])[:, None]
        noise = _noise(fitted.pool, noise_sd, (rows.size, days), rng)
        regression = coefficients @ ahead.T
        for day in range(days):
            result[rows, day] = level + short + regression[:, day] + noise[:, day]
            level = level + slope + shocks[day, 0]
            slope = DAMPING * slope + shocks[day, 1]
            short = ar * short + shocks[day, 2]
    return result


def _learn_repeats(filtered: Filter, theta: Floats) -> dict[str, float]:
    """The standard deviation of an event's repeats, from three past repeats on.

    Two steps of expectation-maximisation from the prior's value.
    """
    learnt: dict[str, float] = {}
    for _ in range(2):
        one = filtered.run(theta)
        variance = (one.root**2).sum(axis=1)
        for name, places in filtered.repeats.items():
            columns = np.array(places)
            seen = columns[filtered.taught[columns]]
            if seen.size < 3:  # noqa: PLR2004  # three repeats
                continue
            prior = filtered.prior_sd[columns[0]]
            squares = float((one.mean[seen] ** 2 + variance[seen]).sum())
            learnt[name] = float(np.sqrt((_REPEAT_WEIGHT * prior**2 + squares) / (_REPEAT_WEIGHT + seen.size)))
            filtered.sd[columns] = learnt[name]
    return learnt


def _outliers(values: Floats) -> Bools:
    """Days far from the median of the three days before and the three after (Hampel 1974): a single day, no shift."""
    padded = np.pad(values, 3, constant_values=np.nan)
    around = np.stack([padded[place : place + len(values)] for place in (0, 1, 2, 4, 5, 6)])
    enough = np.isfinite(values) & (np.isfinite(around).sum(axis=0) >= 3)  # noqa: PLR2004  # half of the six
    middle = np.full(len(values), np.nan)
    middle[enough] = np.nanmedian(around[:, enough], axis=0)
    distance = np.abs(values - middle)
    if enough.sum() < 14:  # noqa: PLR2004  # two weeks: too few to know what is usual
        return np.zeros(len(values), dtype=bool)
    usual = 1.4826 * float(np.median(distance[enough]))
    return np.asarray(np.where(enough, distance > _OUTLIER * max(usual, 0.02), False), dtype=bool)  # noqa: FBT003


def _pool(one: Pass, log_sales: Floats, outliers: Bools) -> Floats | None:
    """Standardised errors to draw the noise from, outliers at their full size; None while there are too few."""
    known = np.isfinite(log_sales)
    if known.sum() < _POOL:
        return None
    standard = (one.errors / one.scale)[known]
    regular = ~outliers[known]
    centre, spread = standard[regular].mean(), standard[regular].std()
    if spread < 1e-9:  # noqa: PLR2004  # a history without any noise has none to draw from
        return None
    pool: Floats = (standard - centre) / spread
    return pool


def _noise(pool: Floats | None, noise_sd: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Independent noise of each path and day."""
    if pool is None:
        return noise_sd * rng.standard_normal(shape)
    return noise_sd * rng.choice(pool, size=shape)

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

_TREND_START = PRIOR_MEAN + np.array([0.0, 0.0, 2.5, -1.0, 0.0, 0.0])
"""Where the search for the variances starts a second time, with a lively slope."""
_TREND_DAYS = 180
"""Up to so many days a trend and a slow autoregression look alike, so that the search may end with the wrong one."""
_DRAWS = 8
"""Draws of the variances over which the paths are spread."""
_OUTLIER = 5.0
"""A day is an outlier when it lies so many robust standard deviations from the median of the six days around it."""
_REPEAT_WEIGHT = 4.0
"""How many repeats the prior of the repeats' standard deviation counts as."""
_POOL = 60
"""From so many days on the noise of the paths is drawn from the days' own errors instead of a normal law."""
_RECENT = 7
"""So many last known days show the usual level from which changes ahead are counted."""
SWING_SD = np.log(3.0) / 1.6449
"""The level ahead lies, with 90 %, within a factor of three of the recent one at most, as far as a short history can
tell; so uncertainty about the level lifts the mean at most a quarter above the median."""
SWING_DAYS = 120
"""A longer history may show more: the limit's variance grows with every so many days."""
NOISE_DAYS = 10
"""As ``SWING_DAYS``, for a single day's noise: every day is a sample of it, but only each month one of the level."""
_PILOT = 200
"""Paths by draw of the variances, at least, from which their spread is read."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    ``parameters`` and ``best`` belong to the variances' mode, ``passes`` to each draw of ``thetas``; ``outliers`` marks
    the days that were left out; ``repeat_sd`` holds what was learnt by event; ``pool`` the errors noise is drawn from;
    ``largest`` is the largest error of the history, not standardised; ``regular`` the log sales, NaN where unknown or
    left out.
    """

    block: Block
    parameters: dict[str, float]
    best: Pass
    outliers: Bools
    repeat_sd: dict[str, float]
    passes: tuple[Pass, ...]
    thetas: Floats
    pool: Floats | None
    largest: float
    regular: Floats


def fit(log_sales: Floats, block: Block, rng: np.random.Generator) -> Fit:
    """Fits the model to the history.

    Args:
        log_sales: Log of each day's sales, NaN where unknown; at least one known.
        block: The design over history and horizon.
        rng: Draws the variances' uncertainty.
    """
    filtered = Filter(log_sales, block)
    starts = [PRIOR_MEAN, _TREND_START] if np.isfinite(log_sales).sum() <= _TREND_DAYS else [PRIOR_MEAN]
    theta = min((filtered.mode(start) for start in starts), key=filtered.objective)
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
        largest=float(np.nanmax(best.errors)),
        regular=np.where(outliers, np.nan, log_sales),
    )


def simulate(fitted: Fit, paths: int, rng: np.random.Generator) -> tuple[Floats, float]:
    """Sample paths of log sales over the horizon.

    Variances, coefficients and the state at the end of history are drawn on each path, then the noise of each day.
    What a short history seems to say of growth and swings is carried forward in part: see ``_limited``.

    Returns:
        Log sales, shape (path, day), and the part of the level's changes that was carried to the last day (1: all).
    """
    history = len(fitted.outliers)
    ahead = fitted.block.matrix[history:]
    days, columns = ahead.shape
    known = np.flatnonzero(np.isfinite(fitted.regular))
    recent = known[-_RECENT:]
    result = np.empty((paths, days))
    carried = []
    for draw, (theta, one) in enumerate(zip(fitted.thetas, fitted.passes, strict=True)):
        rows = np.arange(draw, paths, len(fitted.passes))
        size = max(rows.size, _PILOT)
        noise_sd, level_sd, slope_sd, ar_sd, ar, _ = parameters(theta)
        coefficients = one.mean + rng.standard_normal((size, columns)) @ one.root.T
        state = one.end_level - coefficients @ one.end_design.T + rng.standard_normal((size, 3)) @ one.end_root.T
        level, slope, short = state[:, 0], state[:, 1], state[:, 2]
        shocks = rng.standard_normal((days, 3, size))
        shocks *= np.array([level_sd, slope_sd * np.sqrt(1 - DAMPING**2), ar_sd])[:, None]
        noise_sd *= float(_part(np.square(noise_sd), SWING_SD**2 * max(1.0, known.size / NOISE_DAYS)))
        noise = _noise(fitted, noise_sd, (rows.size, days), rng)
        levels = np.empty((size, days))
        for day in range(days):
            levels[:, day] = level + short
            level = level + slope + shocks[day, 0]
            slope = DAMPING * slope + shocks[day, 1]
            short = ar * short + shocks[day, 2]
        usual = np.median(fitted.regular[recent] - coefficients @ fitted.block.matrix[recent].T, axis=1)
        levels, part = _limited(levels, usual, known.size)
        carried.append(part)
        result[rows] = levels[: rows.size] + coefficients[: rows.size] @ ahead.T + noise
    return result, float(np.mean(carried))


def _limited(levels: Floats, usual: Floats, known: int) -> tuple[Floats, float]:
    """Levels ahead, (path, day), drawn towards the recent level of each path; and the part kept on the last day.

    Each day's spread around its mean is kept below ``SWING_SD``, and the mean's distance from the recent level below
    half of it (both more in a long history), as a prior belief that shops seldom multiply within months: a few weeks
    that collapsed and recovered, or hold one absurd day, would otherwise have the log-normal law explode. What lies
    well below the limits stays as it is.
    """
    limit = SWING_SD**2 * max(1.0, known / SWING_DAYS)
    away = levels - usual[:, None]
    shift = away.mean(axis=0)
    kept = _part(shift**2, limit / 4)
    spread = _part(away.var(axis=0), limit)
    return usual[:, None] + kept * shift + spread * (away - shift), float(min(kept[-1], spread[-1]))


def _part(square: Floats, limit: float) -> Floats:
    """The factor of a deviation whose square is to stay below a limit, nearly 1 where it does by itself."""
    part: Floats = (1.0 + (square / limit) ** 2) ** -0.25
    return part


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


def _noise(fitted: Fit, noise_sd: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Independent noise of each path and day; drawn from errors, none is larger than the history's largest."""
    if fitted.pool is None:
        return noise_sd * rng.standard_normal(shape)
    return np.minimum(noise_sd * rng.choice(fitted.pool, size=shape), max(fitted.largest, noise_sd))

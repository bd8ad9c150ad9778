"""Accuracy of forecasts: errors of points, losses of quantiles and of sample paths, coverage, and the error of sums.

Pure functions on a forecast and what came. Axes after the first are alike in forecast and ``actual`` (days, or channels
by days) and are averaged over, unless a function says otherwise. Amounts are in any one unit; scaled measures have none
and are NaN where their scale is zero (nothing came; a history that never varied), never 0. Values must be finite.

Sources: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. (2021), sections 5.8 and 5.9;
Hyndman and Koehler, International Journal of Forecasting 22 (2006) 679-688; Gneiting and Raftery, Journal of the
American Statistical Association 102 (2007) 359-378.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""The quantiles over which the weighted quantile loss is averaged: the median and the ends of 50, 80 and 95 %."""
WEEK = 7
"""Season of the naive forecast of daily sales."""


def mean_absolute_scaled_error(point: Floats, actual: Floats, history: Floats, season: int = WEEK) -> float:
    """MASE: mean |actual − point| ÷ the history's mean |y(t) − y(t − season)| (Hyndman and Koehler 2006).

    1 is as far off as the seasonal naive was on average, one season ahead, over the history: one series (day,) up to
    the as-of day, NaN where unknown; pairs with an unknown day are left out. The median is the best point forecast.
    """
    _check(point, actual)
    away = np.abs(history[season:] - history[:-season])
    known = np.isfinite(away)
    scale = float(away[known].mean()) if known.any() else 0.0
    return _ratio(float(np.abs(actual - point).mean()), scale)


def weighted_absolute_percentage_error(point: Floats, actual: Floats) -> float:
    """WAPE: Σ|actual − point| ÷ Σ|actual|, a fraction; large days weigh more, and days of 0 do no harm."""
    _check(point, actual)
    return _ratio(float(np.abs(actual - point).sum()), float(np.abs(actual).sum()))


def pinball_loss(quantiles: Floats, levels: Sequence[float], actual: Floats) -> Floats:
    """The pinball loss by level: mean of level × (actual − q) where that is positive, else (1 − level) × (q − actual).

    Of quantiles (level, …) at levels strictly between 0 and 1; (level,), at least 0, in the unit of ``actual`` (…).
    """
    _check(quantiles[0], actual)
    if len(levels) != len(quantiles):
        raise ValueError(f"{len(quantiles)} rows of quantiles for {len(levels)} levels")
    level = np.asarray(levels, dtype=np.float64).reshape(-1, *(1,) * actual.ndim)
    above = actual - quantiles
    losses = np.maximum(level * above, (level - 1.0) * above)
    mean: Floats = losses.reshape(len(levels), -1).mean(axis=1)
    return mean


def weighted_quantile_loss(quantiles: Floats, actual: Floats, levels: Sequence[float] = LEVELS) -> float:
    """wQL: 2 × the mean pinball loss over levels and days ÷ mean |actual|.

    Of quantiles (level, …) against ``actual`` (…). Of the median alone it is WAPE; over many evenly spread levels it
    tends to CRPS ÷ mean |actual|.
    """
    return _ratio(2.0 * float(pinball_loss(quantiles, levels, actual).mean()), float(np.abs(actual).mean()))


def continuous_ranked_probability_score(paths: Floats, actual: Floats) -> float:
    """CRPS: mean of E|X − actual| − ½ E|X − X′|, X and X′ drawn from the paths with replacement, in ``actual``'s unit.

    Gneiting and Raftery (2007), eq. 21, for the empirical law of the paths (path, …): exactly its
    ∫(F(x) − 1{x ≥ actual})² dx.
    """
    _check(paths[0], actual)
    count = len(paths)
    ordered = np.sort(paths, axis=0)
    rank = (2.0 * np.arange(1, count + 1) - count - 1.0).reshape(-1, *(1,) * actual.ndim)
    spread = (rank * ordered).sum(axis=0) / count**2  # ½ E|X − X′| of sorted values
    return float((np.abs(paths - actual).mean(axis=0) - spread).mean())


def coverage(low: Floats, high: Floats, actual: Floats) -> float:
    """The share of ``actual`` inside ``low`` to ``high``, both ends included."""
    _check(low, actual)
    _check(high, actual)
    return float(((actual >= low) & (actual <= high)).mean())


def error_of_sum(point: Floats, actual: Floats) -> float:
    """Σ point ÷ Σ actual − 1: positive where too much was forecast; the mean of the paths suits sums."""
    _check(point, actual)
    total = float(actual.sum())
    return _ratio(float(point.sum()) - total, total)


def _ratio(amount: float, scale: float) -> float:
    """The ratio, NaN where the scale is 0."""
    return amount / scale if scale else float("nan")


def _check(forecast: Floats, actual: Floats) -> None:
    """Shapes must be alike and every value finite: a NaN would spread, an infinity hide."""
    if forecast.shape != actual.shape:
        raise ValueError(f"forecast {forecast.shape} and actual {actual.shape} differ in shape")
    if not (np.isfinite(forecast).all() and np.isfinite(actual).all()):
        raise ValueError("forecast and actual must be finite; leave unknown days out of both")

"""The seasonal naive forecast: each weekday sells what it sold last, with the errors such a forecast made before.

Calendar, events and regressors are taken out first and put back ahead, so that it is beaten on its merits: that a week
is like the last one. From week to week its errors add up, drawn as whole weeks of what the history showed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.sales.shifts import RECENT, passed, shift_days

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.sales.model import Fit, Spread

NAME = "seasonal_naive"
WEEK = 7


def naive_log_sales(fitted: Fit, paths: int, rng: np.random.Generator, spread: Spread, horizon: int) -> Floats:
    """Sample paths of log sales, (path, day), from the days of a fit and its regression."""
    history = len(fitted.regular)
    matrix, coefficients = fitted.block.matrix, fitted.best.mean
    adjusted = _filled(fitted.regular - matrix[:history] @ coefficients)
    weeks = -(-horizon // WEEK)
    changes = adjusted[WEEK:] - adjusted[:-WEEK]
    last = np.tile(adjusted[-WEEK:], weeks)[:horizon]
    away = np.zeros((paths, weeks * WEEK))
    if changes.size >= WEEK:
        changes = changes - changes.mean()
        starts = rng.integers(0, changes.size - WEEK + 1, (paths, weeks))
        steps = changes[starts[:, :, None] + np.arange(WEEK)]
        away = np.cumsum(steps, axis=1).reshape(paths, -1)
    days = matrix[history : history + horizon]
    logs = last + days @ coefficients + spread.daily * away[:, :horizon]
    for column in shift_days(fitted.block, RECENT).values():
        logs -= passed(paths, horizon, rng) * coefficients[column] * days[:, column]
    return np.asarray(logs)


def _filled(values: Floats) -> Floats:
    """An unknown day takes the value of the same weekday before it, at the start the median of all."""
    filled = values.copy()
    unknown = np.isnan(filled)
    filled[:WEEK][unknown[:WEEK]] = np.nanmedian(values)
    for day in np.flatnonzero(unknown):
        if day >= WEEK:
            filled[day] = filled[day - WEEK]
    return filled

"""The seasonal naive forecast, which every model must beat: each day is as the same weekday of the last week was.

Its uncertainty is that of the history's own changes from week to week, drawn anew a whole week at a time for all series
together, so that days and channels keep their ties and sums have an honest interval (bootstrapped residuals: Hyndman
and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 2021, section 5.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.studies.accuracy import WEEK

if TYPE_CHECKING:
    from forecast.arrays import Floats


def seasonal_naive(history: Floats, horizon: int) -> Floats:
    """The last week over and over, (series, day) → (series, day of the horizon)."""
    return np.asarray(np.tile(history[:, -WEEK:], -(-horizon // WEEK))[:, :horizon])


def seasonal_naive_paths(history: Floats, horizon: int, paths: int, rng: np.random.Generator) -> Floats:
    """Sample paths of a seasonal random walk of whole weeks, whose mean is the seasonal naive forecast.

    From a history (series, day), its last day the as-of day: (path, series, day ahead), in the history's unit;
    chance is which past weeks' changes return.

    Raises:
        ValueError: The history is shorter than two weeks.
    """
    days = history.shape[1]
    if days < 2 * WEEK:
        raise ValueError(f"a history of {days} days has no change from week to week; give at least {2 * WEEK}")
    changes = history[:, WEEK:] - history[:, :-WEEK]
    weeks = -(-horizon // WEEK)
    # Blocks end on the weekday of the as-of day, so that a change drawn falls on the weekday it was seen on.
    count = changes.shape[1] // WEEK
    blocks = changes[:, changes.shape[1] - count * WEEK :].reshape(len(history), count, WEEK)
    blocks = blocks - blocks.mean(axis=1, keepdims=True)
    drawn = np.moveaxis(blocks[:, rng.integers(count, size=(paths, weeks))], 1, 0)  # (path, series, week, weekday)
    walk = history[:, None, -WEEK:] + np.cumsum(drawn, axis=2)
    return np.asarray(walk.reshape(paths, len(history), weeks * WEEK)[:, :, :horizon])

"""The scores of one series over all as-of days of a backtest, of the forecast and of the seasonal naive alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.results.backtest import Scores
from forecast.studies import accuracy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats

INTERVALS = ((0.1, 0.9), (0.05, 0.95))
"""The ends of the intervals whose coverage is measured: 80 and 90 per cent."""


@dataclass(frozen=True, slots=True)
class Window:
    """One series at one as-of day, in yuan.

    ``paths`` (path, day) and ``point`` (day) are the forecast, ``actual`` (day) what came, ``history`` (day) all that
    came before. The point forecast is scored by its absolute error.
    """

    paths: Floats
    point: Floats
    actual: Floats
    history: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """What of a window its scores are made of, so that its paths need not be kept.

    ``levels`` (level, day) are the paths' quantiles, ``edges`` by interval their ends on each day, (2, day), and
    ``sum_edges`` those of the paths' sums, (2); ``scaled``, ``crps`` and ``error`` are scores of the window itself.
    """

    point: Floats
    actual: Floats
    levels: Floats
    edges: tuple[Floats, ...]
    sum_edges: tuple[Floats, ...]
    scaled: float
    crps: float
    error: float

    @classmethod
    def of(cls, window: Window) -> Measured:
        """Measure a window."""
        paths, sums = window.paths, window.paths.sum(axis=1)
        return cls(
            point=window.point,
            actual=window.actual,
            levels=np.quantile(paths, accuracy.LEVELS, axis=0),
            edges=tuple(np.quantile(paths, ends, axis=0) for ends in INTERVALS),
            sum_edges=tuple(np.quantile(sums, ends) for ends in INTERVALS),
            scaled=accuracy.mean_absolute_scaled_error(window.point, window.actual, window.history),
            crps=accuracy.continuous_ranked_probability_score(paths, window.actual),
            error=accuracy.error_of_sum(paths.mean(axis=0), window.actual),
        )


def scores(windows: Sequence[Measured]) -> Scores:
    """Every score over the windows; None where its scale is zero.

    ``mase`` and ``crps`` (in yuan) are means over windows, ``wape``, ``wql`` and the coverages are taken over the days
    of all windows together. ``sum_error`` is the mean over windows of |error of the sum|, ``sum_bias`` of the error
    with its sign (positive: too much was forecast), as fractions of what came; ``sum_coverage_*`` the share of windows
    whose sum lay inside the interval of the paths' sums.
    """
    actual = np.concatenate([one.actual for one in windows])
    point = np.concatenate([one.point for one in windows])
    levels = np.concatenate([one.levels for one in windows], axis=1)
    errors = np.array([one.error for one in windows])
    daily, of_sums = zip(*(_coverages(windows, place, actual) for place in range(len(INTERVALS))), strict=True)
    return Scores(
        mase=_finite(float(np.mean([one.scaled for one in windows]))),
        wape=_finite(accuracy.weighted_absolute_percentage_error(point, actual)),
        wql=_finite(accuracy.weighted_quantile_loss(levels, actual)),
        crps=_finite(float(np.mean([one.crps for one in windows]))),
        coverage_80=_finite(daily[0]),
        coverage_90=_finite(daily[1]),
        sum_error=_finite(float(np.abs(errors).mean())),
        sum_bias=_finite(float(errors.mean())),
        sum_coverage_80=_finite(of_sums[0]),
        sum_coverage_90=_finite(of_sums[1]),
    )


def _coverages(windows: Sequence[Measured], place: int, actual: Floats) -> tuple[float, float]:
    """How often the interval at a place of ``INTERVALS`` held: of days, and of the windows' sums."""
    edges = np.concatenate([one.edges[place] for one in windows], axis=1)
    of_sums = np.array([one.sum_edges[place] for one in windows])
    sums = np.array([one.actual.sum() for one in windows])
    return accuracy.coverage(edges[0], edges[1], actual), accuracy.coverage(of_sums[:, 0], of_sums[:, 1], sums)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

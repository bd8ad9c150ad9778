"""How often past intervals held, and the rescaling of the next ones where that was off.

On the paths of the backtest: where among them came each day, and each window's sum, as a normal score; right paths give
scores whose mean square is 1. Only where a chi-square test doubts that, deviations are multiplied by the root of the
mean square, drawn towards 1 as far as days or windows are few: those of the days' own by the days, those of all that
lasts (level, growth and what calendar and events were taught) by the sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special

from forecast.sales.model import AS_FITTED, Spread

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.sales.rolling_origins import Backtest

NOMINAL = 0.8
SIGNIFICANCE = 0.1
"""Chance of calling right intervals wrong: windows are few, and a false alarm is drawn towards 1 anyway."""
PRIOR_SD = 0.25
"""How far, on the log scale, intervals may reasonably be off."""
_FURTHEST = 0.0025
"""A rank counts as no further out than this: half a path of the backtest."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Shares of days and of windows' sums that p10-p90 held in the backtest, None without one; and what follows."""

    days: float | None
    sums: float | None
    spread: Spread


UNMEASURED = Calibration(None, None, AS_FITTED)


def calibrate(past: Backtest, logs: Floats) -> Calibration:
    """Measures the paths, (origin, path, day), of what was chosen against what came, outliers left out."""
    known = np.isfinite(past.regular)
    sums = np.where(known[:, None, :], np.exp(logs), 0.0).sum(axis=2, keepdims=True)
    came = np.where(known, np.exp(past.regular), 0.0).sum(axis=1, keepdims=True)
    by_day = np.where(known, _ranks(logs, past.regular), np.nan)
    by_window = np.where(came > 0, _ranks(sums, came), np.nan)
    spread = Spread(level=_factor(by_window, past.windows), daily=_factor(by_day, past.windows * past.regular.shape[1]))
    return Calibration(_held(by_day), _held(by_window), spread)


def _ranks(paths: Floats, came: Floats) -> Floats:
    """Share of paths (axis 1) below what came."""
    return np.asarray((paths < came[:, None]).mean(axis=1))


def _held(ranks: Floats) -> float | None:
    """Share inside the nominal interval."""
    known = ranks[np.isfinite(ranks)]
    return float((np.abs(known - 0.5) <= NOMINAL / 2).mean()) if known.size else None


def _factor(ranks: Floats, distinct: float) -> float:
    """What deviations must be multiplied by, from the ranks (origin, day or sum); 1 unless they are doubted.

    The ``distinct`` days or windows, each seen from several origins, count as independent trials only as far as those
    of one window do not lie far out together: they are divided by the design effect of windows as clusters (Kish 1965).
    """
    seen = np.isfinite(ranks)
    if not seen.any():
        return 1.0
    squares = np.where(seen, special.ndtri(np.clip(ranks, _FURTHEST, 1.0 - _FURTHEST)) ** 2, 0.0)
    size = seen.sum(axis=1)
    of_origin = squares.sum(axis=1)[size > 0] / size[size > 0]
    mean = float(squares.sum() / seen.sum())
    effect = 1.0
    if ranks.shape[1] > 1:
        # The variance of a mean of so many independent squares; a single window cannot show how alike its days are.
        alone = 2.0 * mean**2 / size[size > 0].mean()
        effect = max(1.0, float(of_origin.var(ddof=1)) / alone) if of_origin.size > 1 else float(ranks.shape[1])
    count = distinct / effect
    below = float(special.chdtr(count, count * mean))
    if 2.0 * min(below, 1.0 - below) >= SIGNIFICANCE:
        return 1.0
    return _most_likely(mean, count)


def _most_likely(mean: float, count: float) -> float:
    """The factor of the highest posterior: a log-normal prior around 1, and ``count`` scores of that mean square."""

    def slope(log: float) -> float:
        return log / PRIOR_SD**2 + count * (1.0 - mean * float(np.exp(-2.0 * log)))

    return float(np.exp(optimize.brentq(slope, -10.0, 10.0)))

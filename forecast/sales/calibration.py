"""How often past intervals held, and the rescaling of the next ones where that was clearly off.

On the paths of the backtest: the share of days, and of weeks' sums, inside p10-p90. Only where a binomial test says
that 80 % is not it, the deviations are multiplied by what would have made it so, drawn towards 1 as far as the
days or weeks are few: those of the days' own by the days, those of the level by the weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from forecast.sales.model import AS_FITTED, Spread

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.sales.backtest import Backtest

NOMINAL = 0.8
SIGNIFICANCE = 0.05
"""Chance of calling a right interval wrong."""
PRIOR_SD = 0.25
"""How far, on the log scale, intervals may reasonably be off."""
WEEK = 7
_Z = float(stats.norm.ppf(0.5 + NOMINAL / 2))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Shares of days and of weeks' sums that p10-p90 held in the backtest, None without one; and what follows."""

    days: float | None
    weeks: float | None
    spread: Spread


UNMEASURED = Calibration(None, None, AS_FITTED)


def calibrate(past: Backtest, logs: Floats) -> Calibration:
    """Measures the paths, (origin, path, day), of what was chosen against what came."""
    known = np.isfinite(past.came)
    weeks = past.came.shape[1] // WEEK
    sums = _weekly(np.where(known[:, None, :], np.exp(logs), 0.0), weeks)
    came = _weekly(np.where(known, np.exp(past.came), 0.0), weeks)
    by_day = np.where(known, _ranks(logs, past.came), np.nan)
    by_week = np.where(came > 0, _ranks(sums, came), np.nan)
    distinct = float(past.ends[-1] - past.ends[0] + past.came.shape[1])
    spread = Spread(level=_factor(by_week, distinct / WEEK), daily=_factor(by_day, distinct))
    return Calibration(_held(by_day), _held(by_week), spread)


def _weekly(values: Floats, weeks: int) -> Floats:
    """Sums over whole weeks of the last axis."""
    parts = values[..., : weeks * WEEK].reshape(*values.shape[:-1], weeks, WEEK)
    return np.asarray(parts.sum(axis=-1))


def _ranks(paths: Floats, came: Floats) -> Floats:
    """Share of paths (axis 1) below what came."""
    return np.asarray((paths < came[:, None]).mean(axis=1))


def _inside(ranks: Floats) -> Floats:
    """1 where the nominal interval held, 0 where it did not, NaN where nothing is known."""
    return np.where(np.isfinite(ranks), np.abs(ranks - 0.5) <= NOMINAL / 2, np.nan)


def _held(ranks: Floats) -> float | None:
    """Share inside the nominal interval."""
    return float(np.nanmean(_inside(ranks))) if np.isfinite(ranks).any() else None


def _factor(ranks: Floats, distinct: float) -> float:
    """What deviations must be multiplied by, from the ranks (origin, day or week); 1 unless clearly off.

    The ``distinct`` days or weeks, each seen from several origins, count as independent trials only as far as those of
    one window do not hold or fail together: they are divided by the design effect of windows as clusters (Kish 1965).
    """
    held = _held(ranks)
    if held is None:
        return 1.0
    known = np.isfinite(ranks).sum(axis=1)
    by_origin = np.nansum(_inside(ranks), axis=1)[known > 0] / known[known > 0]
    alone = max(held * (1.0 - held), NOMINAL * (1.0 - NOMINAL) / 4) / known[known > 0].mean()
    effect = max(1.0, float(by_origin.var(ddof=1)) / alone) if by_origin.size > 1 else ranks.shape[1]
    count = int(distinct / effect)
    if count < 1 or stats.binomtest(round(held * count), count, NOMINAL).pvalue >= SIGNIFICANCE:
        return 1.0
    distance = np.abs(stats.norm.ppf(np.clip(ranks[np.isfinite(ranks)], 0.0025, 0.9975)))
    needed = float(np.log(np.quantile(distance, NOMINAL) / _Z))
    # The variance of the log of that quantile: p (1 - p) / n over the squared density of log distance at it.
    density = 2.0 * float(stats.norm.pdf(_Z)) * _Z
    noise = NOMINAL * (1.0 - NOMINAL) / count / density**2
    return float(np.exp(needed * PRIOR_SD**2 / (PRIOR_SD**2 + noise)))

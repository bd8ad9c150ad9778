"""Surges of orders over their usual level, and how steeply a failure rate rises with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats

SURGING = ("risk_control", "unknown")
"""Causes whose base rises with the surge of orders: risk control's, and what is not named, as that may be among it."""

SURGE_WINDOW = 28
"""Days whose median order value is the usual level that a surge is measured against."""

ELASTICITY_PRIOR_SD = 0.5
"""Prior standard deviation of the elasticity of risk control's base rate to the surge, around 0."""

OWN_ELASTICITY_PRIOR_SD = ELASTICITY_PRIOR_SD / 2.0
"""The same of a channel's own elasticity, around that of all channels together."""


def usual_level(daily_value: Floats) -> Floats:
    """The median of the ``SURGE_WINDOW`` days before each day (of what there is; the first day's own value)."""
    out = np.empty_like(daily_value)
    for index in range(min(SURGE_WINDOW, len(daily_value))):
        out[index] = np.median(daily_value[: index if index >= 7 else index + 7])  # noqa: PLR2004
    if len(daily_value) > SURGE_WINDOW:
        out[SURGE_WINDOW:] = np.median(sliding_window_view(daily_value[:-1], SURGE_WINDOW), axis=1)
    return np.maximum(out, 1e-9)


def mean_lift(tried: Floats, surge: Floats, elasticity: float, deviation: float) -> tuple[float, float]:
    """What surges multiply the base by, weighted by value, and the relative uncertainty of the mean rate from it.

    The base is known where most value is; the elasticity's error then moves the mean by the spread of log surges around
    it. How often surges come is known from the weeks of the history: their lifts' spread over their number.
    """
    weight = tried / tried.sum()
    lift = float((weight * surge**elasticity).sum())
    level = np.log(surge)
    slope = float((weight * surge**elasticity * level).sum()) / lift - float((weight * level).sum())
    week = np.arange(len(tried)) // 7
    value = np.bincount(week, tried)
    lifted = np.bincount(week, tried * surge**elasticity)
    known = value > 0
    spread = float(((lifted[known] - lift * value[known]) ** 2).sum()) ** 0.5 / (lift * float(tried.sum()))
    return lift, float(np.hypot(slope * deviation, spread))


def surge_elasticity(
    parts: Sequence[tuple[Floats, Floats, Floats]],
    size: float,
    spread: float,
    prior: float = 0.0,
    prior_sd: float = ELASTICITY_PRIOR_SD,
) -> tuple[float, float]:
    """Elasticity of failures to the surge, with its standard deviation: a ridge-penalised Poisson regression.

    ``parts`` are yuan tried, yuan failed and the surge, by day, each with a base of its own; ``size`` yuan of a typical
    order, ``spread`` the squared coefficient of variation of a day's rate beyond order noise. The prior is normal.
    """
    slope, weight = prior, 1.0 / prior_sd**2
    precision = weight
    for _ in range(25):
        gradient, precision = -weight * (slope - prior), weight
        for tried, failed, surge in parts:
            level = np.log(surge)
            lift = np.exp(slope * level)
            mean = failed.sum() / max(float((tried * lift).sum()), 1e-9) * tried * lift / size
            information = mean / (1.0 + spread * mean)
            centre = (information * level).sum() / max(float(information.sum()), 1e-9)
            gradient += float(((failed / size - mean) / (1.0 + spread * mean) * (level - centre)).sum())
            precision += float((information * (level - centre) ** 2).sum())
        step = float(np.clip(gradient / precision, -0.5, 0.5))
        slope = float(np.clip(slope + step, -1.0, 3.0))
        if abs(step) < 1e-6:  # noqa: PLR2004  # converged
            break
    return slope, precision**-0.5

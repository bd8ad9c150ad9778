"""How much longer a part of the orders takes to settle than the others: its lag stretched in time, as by peaks.

A parcel that waits at a full depot is late by a part of its way, whatever its age: all of the lag's law is stretched
(an accelerated failure time; Kalbfleisch and Prentice, ch. 2.3). Hazards times a constant, of which a narrow lag has
either none or all, say too little of it where the lag is narrow, and too much where it is short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.drift import NEAR_WEEKS
from forecast.receivables.hazards import PRIOR_ORDERS

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.receivables.hazards import CohortCounts

COARSE = np.linspace(-0.6, 0.9, 16)
"""Logarithms of factors that are tried first, and around the best of them ``FINE`` ones."""

FINE = np.linspace(-0.1, 0.1, 9)

STRETCH_SD, WEEK_SD = 0.1, 0.03
"""Standard deviations of the log factor before any order was seen, and of each week's own around it."""

MOST_TOLD = 16.0
"""Information on the log factor of one settled order at most: that of a Weibull lag of shape 4."""

LEAST_CHANCE = 1e-3
"""A part of the orders that settles by no law."""

ALMOST_SURE = 1.0 - 1e-12


def stretched(hazards: Floats, factor: Floats) -> Floats:
    """Hazards (draw, age) of lags that take ``factor`` (draw) times as long; the cumulated hazard is interpolated."""
    cumulated = _cumulated(hazards)
    edges = np.arange(cumulated.shape[1], dtype=float)
    moved = [np.interp(edges / one, edges, own) for own, one in zip(cumulated, factor, strict=True)]
    return np.asarray(np.where((factor == 1.0)[:, None], hazards, -np.expm1(-np.diff(np.array(moved), axis=1))))


def draw_stretch(every: CohortCounts, part: CohortCounts, prior: Floats, order_size: float, normal: Floats) -> Floats:
    """How many times as long (draw) a part of the orders takes as the others of the same weeks, 1 where none is shown.

    Each week's part is held against the law of the others around it, open orders at the age that they have reached.
    ``prior`` is the channel's own hazard (age), some orders' worth; ``normal`` standard normals (draw).
    """
    weeks = min(len(part.at_risk), len(every.at_risk))
    others = every.less(part)
    weight = PRIOR_ORDERS * order_size
    found: list[tuple[float, float]] = []
    for week in np.flatnonzero(part.at_risk[:weeks, 0] > 0):
        near = 0.5 ** (np.abs(every.weeks - every.weeks[week]) / NEAR_WEEKS)
        hazard = (near @ others.events[:, 0] + weight * prior) / (near @ others.at_risk + weight)
        reached = int(np.flatnonzero(part.at_risk[week])[-1]) + 1
        happened, number = part.events[week, 0, :reached] / order_size, part.at_risk[week, :reached] / order_size
        best, variance = _likeliest(happened, number, np.minimum(hazard, 1.0))
        settled, beside = happened.sum(), (near @ others.events[:, 0]).sum() / order_size + PRIOR_ORDERS
        # The others' law is known from so many orders; and few orders cannot tell what a rough law has them tell.
        variance = max(variance, 1.0 / (MOST_TOLD * max(settled, 1e-9))) * (1.0 + settled / beside)
        found.append((best, 1.0 / (WEEK_SD**2 + variance)))
    logs, precision = np.array(found).reshape(-1, 2).T
    known = 1.0 / STRETCH_SD**2 + precision.sum()
    mean = float(precision @ logs) / known
    # Weeks that lie farther apart than each alone would have it are no two pieces of the same evidence.
    apart = float(precision @ (logs - mean) ** 2) / max(len(logs), 1)
    doubt = min(float(np.sqrt(max(apart, 1.0) / known)), STRETCH_SD)
    return np.asarray(np.exp(mean + normal * doubt))


def _likeliest(happened: Floats, number: Floats, hazard: Floats) -> tuple[float, float]:
    """The likeliest log factor of one week and its variance, of events among so many orders at each age (age)."""
    cumulated = _cumulated(hazard[None])[0]
    edges = np.arange(len(cumulated), dtype=float)
    ages = np.arange(len(number) + 1, dtype=float)

    def scores(logs: Floats) -> Floats:
        at = np.interp(ages / np.exp(logs)[:, None], edges, cumulated)
        chance = np.clip(-np.expm1(-np.diff(at, axis=1)), LEAST_CHANCE, 1.0 - LEAST_CHANCE)
        found = np.log(chance) @ happened + np.log1p(-chance) @ (number - happened)
        return np.asarray(found - 0.5 * (logs / STRETCH_SD) ** 2 * PRIOR_SHARE)

    logs = COARSE[int(scores(COARSE).argmax())] + FINE
    found = scores(logs)
    top = int(np.clip(found.argmax(), 1, len(logs) - 2))
    step = logs[1] - logs[0]
    bend = (found[top - 1] - 2.0 * found[top] + found[top + 1]) / step**2
    slope = (found[top + 1] - found[top - 1]) / (2.0 * step)
    if bend >= 0.0:
        return float(logs[top]), np.inf
    return float(logs[top] + np.clip(-slope / bend, -step, step)), float(-1.0 / bend)


PRIOR_SHARE = 0.01
"""Part of the prior that each week's own search has, so that a week that tells nothing stays at none."""


def _cumulated(hazards: Floats) -> Floats:
    """Cumulated hazards (draw, edge) at the beginning of each age and the end of the last."""
    steps = -np.log1p(-np.minimum(hazards, ALMOST_SURE))
    return np.concatenate([np.zeros((len(hazards), 1)), np.cumsum(steps, axis=1)], axis=1)

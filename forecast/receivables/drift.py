"""How fast a channel's hazards move: what of the past still holds, where the level stands now, how far it may still go.

Two questions are put to the cohorts themselves. *How fast do older weeks lose their weight?* Each of some half-lives
foretells every one of the last weeks from the weeks before it alone; they are believed as far as they foretold well
(a prequential likelihood, Dawid 1984). *Does the level move?* On the scale of the complementary log-log, which is that
of proportional hazards in whole days (Kalbfleisch and Prentice, ch. 2.4), each week's level is measured against the
mean law and followed as a random walk under noise (a local level, Harvey 1989, ch. 2), the variance of both weighed by
their likelihood. Where nothing moves, both say so and a long past is used; where something does, the last weeks rule
and the walk goes on over the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.hazards import PRIOR_ORDERS, draw_hazards, recency_of, week_weights

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.receivables.hazards import CohortCounts

HALF_LIVES_WEEKS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""The half-lives that are tried: from a change of terms three weeks ago to laws that have not moved for a year."""

SCORED_WEEKS = 13
"""Weeks up to as_of that each half-life must foretell."""

WALK = (0.0, 0.005, 0.01, 0.02, 0.04, 0.08)
"""Standard deviations of a week's step of the level (log of the cumulated hazard) that are weighed."""

MEAN_WALK = 0.02
"""Mean of the exponential law that a walk's standard deviation has before the weeks are seen."""

NOISE = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
"""Standard deviations of a week's own deviation from the level that are weighed."""

SURE = 0.99
"""A hazard above this is as good as sure and says nothing about a level."""

FARTHEST = 1.5
"""A week's level is measured at most this far from the mean law, e-fold 4.5; beyond, the shape itself has changed."""

FIRST_VARIANCE = 0.25
"""Variance of the level before any week was seen: 1.6 times more or less in either direction."""

SLOPE = (0.0, 0.02)
"""Standard deviations of a steady slope of the level a week that are weighed."""

LOOKED_BACK = 52
"""Weeks over which the level and its slope are followed."""

LEAST_CHANCE = 1e-6
"""The least chance that is scored."""

NEAR_WEEKS = 2.0
"""Other orders this many weeks apart have half the weight in what a part of the orders is measured against."""

DIFFERENCE, OWN_NOISE = 0.3, 0.05
"""Standard deviations of a part's difference of level before any was seen, and of each week's own deviation from it."""


@dataclass(frozen=True, slots=True)
class Level:
    """Weights over the grid of ``WALK`` × ``NOISE`` × ``SLOPE``, and what each says of the last week; all (grid,).

    ``mean`` and ``variance`` of the level, ``walk`` the variance of a week's step, ``slope`` and ``slope_variance`` a
    week, ``shared`` the covariance of level and slope.
    """

    weights: Floats
    mean: Floats
    variance: Floats
    walk: Floats
    slope: Floats
    shared: Floats
    slope_variance: Floats


def by_period(counts: CohortCounts) -> tuple[Floats, Floats]:
    """Events (week, kind, age) and exposure (week, age) by the calendar week in which they fell, 0 the last one.

    A cohort week's events at an age fall on seven days of two calendar weeks; they are given to the nearer one.
    """
    weeks, _, ages = counts.events.shape
    age = np.arange(ages)
    cohort = np.arange(weeks)[:, None] + -((3 - age) // 7)[None, :]
    inside = cohort < weeks
    cohort = np.where(inside, cohort, 0)
    events = np.where(inside[:, None, :], counts.events[cohort, :, age[None, :]].transpose(0, 2, 1), 0.0)
    return events, np.where(inside, counts.at_risk[cohort, age[None, :]], 0.0)


def forgetting(counts: CohortCounts, prior: Floats, order_size: float) -> Floats:
    """How far each of ``HALF_LIVES_WEEKS`` is believed (half-life,), which sum to 1.

    ``prior`` are hazards (kind, age) with the weight of ``PRIOR_ORDERS`` orders of ``order_size`` yuan.
    """
    events, at_risk = by_period(counts)
    weeks, number = len(events), len(HALF_LIVES_WEEKS)
    decay = 0.5 ** (1.0 / np.array(HALF_LIVES_WEEKS))[:, None]
    weight = PRIOR_ORDERS * order_size
    seen, followed = np.zeros((number, *prior.shape)), np.zeros((number, at_risk.shape[1]))
    score, missed, expected = np.zeros((3, number))
    for week in range(weeks - 1, -1, -1):
        if week < min(SCORED_WEEKS, weeks - 1):
            chance = np.clip((seen + weight * prior) / (followed + weight)[:, None], LEAST_CHANCE, 1.0)
            chance = chance / np.maximum(chance.sum(axis=1, keepdims=True) / (1.0 - LEAST_CHANCE), 1.0)
            stays = 1.0 - chance.sum(axis=1)
            left = at_risk[week] - events[week].sum(axis=0)
            score += (events[week] * np.log(chance)).sum(axis=(1, 2)) + (left * np.log(stays)).sum(axis=1)
            missed += ((events[week] - at_risk[week] * chance) ** 2).sum(axis=(1, 2))
            expected += order_size * (at_risk[week] * chance * (1.0 - chance)).sum(axis=(1, 2))
        seen = decay[:, :, None] * seen + events[week]
        followed = decay * followed + at_risk[week]
    best = int(score.argmax())
    # Orders that settle together are fewer than they look.
    spread = max(missed[best] / expected[best], 1.0) if expected[best] > 0 else 1.0
    belief = np.exp((score - score[best]) / (order_size * spread))
    return np.asarray(belief / belief.sum())


def dealt(weights: Floats, place: Floats) -> Floats:
    """The half-life of each draw: the quantile of the believed ones at ``place`` (draw) between 0 and 1."""
    index = np.searchsorted(np.cumsum(weights)[:-1], place, side="right")
    return np.asarray(HALF_LIVES_WEEKS)[index]


def mean_hazard(counts: CohortCounts, half_life: float, prior: Floats, order_size: float) -> Floats:
    """The hazard (kind, age) with the given half-life, ``prior`` counting as some orders."""
    recency = recency_of(counts.weeks, half_life)[0]
    weight = PRIOR_ORDERS * order_size
    events = np.einsum("w,wka->ka", recency, counts.events)
    return np.asarray((events + weight * prior) / (recency @ counts.at_risk + weight))


def measured(happened: Floats, number: Floats, hazard: Floats, level: Floats) -> tuple[Floats, Floats]:
    """How far one week's events lie from each ``level`` (level,), and with how much information (both as ``level``).

    The chance of an event at an age is 1 − exp(−e^level × cumulated hazard of that age); one step of Fisher scoring.
    Of the ``number`` of orders followed to an age (age) the event ``happened`` to so many; ``hazard`` is the mean law
    (age), or one for each level (level, age). Sure ages tell nothing of a level.
    """
    usable = hazard < SURE
    pace = -np.log1p(-np.minimum(hazard, SURE)) * np.exp(level)[:, None]
    chance = -np.expm1(-pace)
    # The slope of the chance over its variance is pace ÷ chance.
    ratio = np.divide(pace, chance, out=np.ones_like(pace), where=chance > 0) * usable
    score = ((happened - number * chance) * ratio).sum(axis=1)
    information = (number * pace * np.exp(-pace) * ratio).sum(axis=1)
    step = np.divide(score, information, out=np.zeros_like(score), where=information > 0)
    return np.clip(step, -FARTHEST, FARTHEST), information


def follow(counts: CohortCounts, hazard: Floats, order_size: float) -> Level:
    """The first kind's level by cohort week against ``hazard`` (age), under each of the grid (extended Kalman filter).

    The state is the level and its slope a week; a week is measured against the level that was expected of it.
    """
    grid = np.meshgrid(np.square(WALK), np.square(NOISE), np.square(SLOPE), indexing="ij")
    walk, noise, slopes = (part.ravel() for part in grid)
    # Before any week was seen the mean law is the expected one.
    level, slope = np.full(len(walk), -0.5 * FIRST_VARIANCE), np.zeros(len(walk))
    variance, shared, slope_variance = np.full(len(walk), FIRST_VARIANCE), np.zeros(len(walk)), slopes
    score = -np.sqrt(walk) / MEAN_WALK
    reached = counts.at_risk.any(axis=0)
    happened, number = counts.events[:, 0, reached] / order_size, counts.at_risk[:, reached] / order_size
    hazard = hazard[reached]
    last = min(len(number), LOOKED_BACK)
    for week in range(last - 1, -1, -1):
        if week < last - 1:
            level = level + slope
            variance = variance + 2.0 * shared + slope_variance + walk
            shared = shared + slope_variance
        surprise, information = measured(happened[week], number[week], hazard, level)
        known = information > 1e-6  # noqa: PLR2004  # of an order
        total = variance + noise + 1.0 / np.where(known, information, 1.0)
        score -= np.where(known, 0.5 * (np.log(total) + surprise**2 / total), 0.0)
        gain, slope_gain = known * variance / total, known * shared / total
        level, slope = level + gain * surprise, slope + slope_gain * surprise
        slope_variance = slope_variance - slope_gain * shared
        variance, shared = variance * (1.0 - gain), shared * (1.0 - gain)
    weights = np.exp(score - score.max())
    return Level(weights / weights.sum(), level, variance, walk, slope, shared, slope_variance)


def draw_level(level: Level, weeks_ahead: float, place: Floats, normal: Floats) -> Floats:
    """The level (draw) that holds over the horizon, its slope and walk of ``weeks_ahead`` weeks included."""
    index = np.searchsorted(np.cumsum(level.weights)[:-1], place, side="right")
    spread = level.variance + weeks_ahead * (2.0 * level.shared + weeks_ahead * level.slope_variance + level.walk)
    mean = level.mean + weeks_ahead * level.slope
    return np.asarray(mean[index] + np.sqrt(np.maximum(spread[index], 0.0)) * normal)


def at_level(hazards: Floats, level: Floats) -> Floats:
    """Hazards (draw, kind, age) with the first kind's cumulated hazard times e^level (draw), the others in step."""
    first = np.minimum(hazards[:, :1], 1.0)
    moved = -np.expm1(np.log1p(-np.minimum(first, 1.0 - 1e-12)) * np.exp(level)[:, None, None])
    factor = np.divide(moved, first, out=np.ones_like(first), where=(first > 0) & (first < 1.0))
    return np.asarray(hazards * factor)


def drawn_hazards(
    counts: CohortCounts,
    prior: Floats,
    order_size: float,
    weeks_ahead: float,
    place: Floats,
    rng: np.random.Generator,
    *,
    moves: bool,
) -> Floats:
    """Hazards (draw, kind, age) as they may hold over the horizon, the first kind's level followed where it ``moves``.

    ``prior`` are hazards (kind, age), some orders' worth; the level's walk goes on for ``weeks_ahead``. ``place``
    (draw), between 0 and 1, says which of the believed half-lives each draw has, few to many weeks; channels share it,
    so that they doubt together what still holds.
    """
    draws = len(place)
    half_lives = dealt(forgetting(counts, prior, order_size), place)
    weights = week_weights(counts.weeks, draws, rng, half_lives)
    hazards = draw_hazards(counts, weights, prior, order_size, half_life=half_lives)
    if not moves:
        return hazards
    shift = np.zeros(draws)
    grid_place, normal = rng.permutation((np.arange(draws) + 0.5) / draws), rng.standard_normal(draws)
    for half_life in np.unique(half_lives):
        own = half_lives == half_life
        mean = mean_hazard(counts, half_life, prior, order_size)
        level = follow(counts, mean[0], order_size)
        target = draw_level(level, weeks_ahead, grid_place[own], normal[own])
        followed = recency_of(counts.weeks, half_life)[0] @ counts.at_risk + PRIOR_ORDERS * order_size
        # What the draw's own level says of all weeks is taken out again.
        shift[own] = target - np.log(_cumulated(hazards[own, 0], followed) / _cumulated(mean[:1], followed))
    return at_level(hazards, shift)


def draw_difference(
    every: CohortCounts, part: CohortCounts, prior: Floats, order_size: float, normal: Floats
) -> Floats:
    """The level (draw) of a part of the orders against the others of the same weeks, 0 as far as it is not shown.

    Both may have moved since: each week's part is measured against the law of the others around it. ``prior`` are
    hazards (kind, age), some orders' worth; ``normal`` standard normals (draw).
    """
    weeks = min(len(part.at_risk), len(every.at_risk))
    others = every.less(part)
    weight = PRIOR_ORDERS * order_size
    known, told = 1.0 / DIFFERENCE**2, 0.0
    for week in np.flatnonzero(part.at_risk[:weeks, 0] > 0):
        near = 0.5 ** (np.abs(every.weeks - every.weeks[week]) / NEAR_WEEKS)
        at_risk, events = near @ others.at_risk, near @ others.events[:, 0]
        hazard = np.minimum((events + weight * prior[0]) / (at_risk + weight), 1.0)
        happened, number = part.events[week, 0] / order_size, part.at_risk[week] / order_size
        level = np.zeros(1)
        for _ in range(3):
            step, information = measured(happened, number, hazard, level)
            # One order's worth of doubt keeps a week without events at a finite level.
            level = np.clip(level + (step * information - level) / (information + 1.0), -FARTHEST, FARTHEST)
        precision = float(1.0 / (OWN_NOISE**2 + 1.0 / max(float(information[0]), 1e-9)))
        known, told = known + precision, told + precision * float(level[0])
    return np.asarray(told / known + normal / np.sqrt(known))


def _cumulated(hazard: Floats, followed: Floats) -> Floats:
    """Cumulated hazard (draw) of hazards (draw, age) where so much was followed (age), sure ages left out."""
    return np.asarray(np.maximum((-np.log1p(-np.minimum(hazard, SURE)) * followed).sum(axis=1), 1e-300))

"""The log of daily sales as an unobserved-components model with regressors, fitted and simulated.

``log sales = level + autoregression + regressors + noise``: the level is a random walk with a slope that damps
(Gardner and McKenzie 1985), the autoregression is of order one, and the noise is independent from day to day
(Harvey 1989, ch. 2; Durbin and Koopman 2012, ch. 3). Sample paths draw the variances, then the coefficients and the
state from their exact joint posterior, then each day's shocks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.sales.beliefs import LINE, STATES, beliefs, dealt, plain, with_line
from forecast.sales.dynamics import PARAMETERS, PRIOR_MEAN, Dynamics, parameters
from forecast.sales.filtering import Filter, Pass
from forecast.sales.shifts import MOST, REACH, RECENT, find_shift, passed, shift_days, with_shift, without_later
from forecast.sales.state_space import DAMPING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats
    from forecast.sales.design import Block

_TREND_START = PRIOR_MEAN + np.array([0.0, 0.0, 2.5, -1.0, 0.0, 0.0])
"""Where the search for the variances starts a second time, with a lively slope."""
_TREND_DAYS = 180
"""Up to so many days a trend and a slow autoregression look alike, so that the search may end with the wrong one."""
_LEVEL = PARAMETERS.index("level_sd")
_RIVAL_STEPS = 8
"""Steps of the search for a rival's variances, which starts from the core's."""
_DRAWS = 8
"""Draws of the variances over which the paths are spread."""
_OUTLIER = 5.0
"""A day is an outlier when it lies so many robust standard deviations from the median of the six days around it."""
_FURTHEST = np.log(20.0)
"""An outlier may come again at its size, but at most at this multiple of a usual day: beyond lies a typing error."""
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
class Spread:
    """Multiples of the deviations around the middle of the paths: of all that lasts (``level``), and of the days' own.

    What lasts is the level, its growth, and the coefficients that were learnt with it.
    """

    level: float = 1.0
    daily: float = 1.0


AS_FITTED = Spread()


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    ``mode`` are the most likely variances, ``parameters`` and ``best`` belong to them, ``passes`` to each draw of
    ``thetas``; ``outliers`` marks the days that were left out; ``repeat_sd`` holds what was learnt by event; ``pool``
    the regular errors noise is drawn from, standardised, and ``odd`` the outliers' errors as they are, which come again
    about as often as they did; ``largest`` is the largest regular error, not standardised; ``seen`` the log sales, NaN
    where unknown, and ``regular`` the same with NaN where left out; ``plain`` how likely it is that sales
    do not move, or only walk.
    """

    filtered: Filter
    block: Block
    mode: Floats
    parameters: dict[str, float]
    best: Pass
    outliers: Bools
    repeat_sd: dict[str, float]
    passes: tuple[Pass, ...]
    thetas: Floats
    pool: Floats | None
    odd: Floats
    largest: float
    seen: Floats
    regular: Floats
    plain: float = 0.0


def fit(log_sales: Floats, block: Block, rng: np.random.Generator, states: Sequence[Dynamics] = STATES) -> Fit:
    """Fits the model to the history.

    ``log_sales``: of each day, NaN where unknown, at least one known; ``block``: the design over history and horizon;
    ``states``: the ways to move that are weighed; outliers and shifts are looked for under the first.
    """
    block = with_line(block, len(log_sales))
    filtered = Filter(log_sales, block, dynamics=states[0])
    starts = [PRIOR_MEAN, _TREND_START] if np.isfinite(log_sales).sum() <= _TREND_DAYS else [PRIOR_MEAN]
    theta = min((filtered.mode(start) for start in starts), key=filtered.objective)
    outliers = _outliers(log_sales - block.matrix[: len(log_sales)] @ filtered.run(theta).mean)
    if outliers.any():
        filtered = Filter(log_sales, block, outliers, states[0])
        theta = filtered.mode(theta)
    filtered, block, theta = _with_shifts(filtered, block, theta, log_sales, outliers)
    repeat_sd = _learn_repeats(filtered, theta)
    weighed = beliefs(filtered, theta, block.names, states)
    likeliest = max(weighed, key=lambda one: one.weight)
    chosen = filtered.under(likeliest.dynamics, likeliest.sd)
    fitted = _at_mode(chosen, block, likeliest.theta, log_sales, outliers, repeat_sd)
    drawn = dealt(weighed, _DRAWS)
    thetas = [one.theta + one.root @ rng.standard_normal(one.root.shape[1]) for one in drawn]
    sweeps = filtered.sweeps(thetas)
    passes = [filtered.under(one.dynamics, one.sd).at(sweep) for one, sweep in zip(drawn, sweeps, strict=True)]
    return replace(fitted, passes=tuple(passes), thetas=np.array(thetas), plain=plain(weighed))


def _at_mode(
    filtered: Filter, block: Block, theta: Floats, log_sales: Floats, outliers: Bools, repeat_sd: dict[str, float]
) -> Fit:
    """The fit at the most likely variances alone."""
    best = filtered.run(theta)
    return Fit(
        filtered=filtered,
        block=block,
        mode=theta,
        parameters=dict(zip(PARAMETERS, parameters(theta).tolist(), strict=True)),
        best=best,
        outliers=outliers,
        repeat_sd=repeat_sd,
        passes=(best,),
        thetas=theta[None],
        pool=_pool(best, outliers),
        odd=_odd(best, outliers),
        largest=float(np.nanmax(np.where(outliers, np.nan, best.errors))),
        seen=log_sales,
        regular=np.where(outliers, np.nan, log_sales),
    )


def _with_shifts(
    filtered: Filter, block: Block, theta: Floats, log_sales: Floats, outliers: Bools
) -> tuple[Filter, Block, Floats]:
    """The filter, design and mode with a step for each level shift, and for a change of the last days, if found."""
    for _ in range(MOST):
        sweep = filtered.sweep(theta)
        one = filtered.at(sweep)
        standard = np.where(outliers, np.nan, one.errors / one.scale)
        found = find_shift(standard, filtered.step_response(sweep, REACH))
        if found is None:
            break
        block = with_shift(block, *found)
        filtered = Filter(log_sales, block, outliers, filtered.dynamics)
        theta = filtered.mode(theta)
    return filtered, block, theta


def rival(core: Fit, dynamics: Dynamics) -> Fit:
    """Another dynamics fitted to the same days, with the core's outliers and spread of repeats, at its mode alone."""
    sd = np.where([name == LINE for name in core.block.names], 0.0, core.filtered.sd)
    block = replace(core.block, sd=sd)
    filtered = Filter(core.seen, block, core.outliers, dynamics)
    alive = dynamics.free & core.filtered.dynamics.free & (dynamics.mean == PRIOR_MEAN)
    start = np.where(alive, core.mode, dynamics.mean)
    theta = filtered.mode(start, _RIVAL_STEPS)
    return _at_mode(filtered, block, theta, core.seen, core.outliers, core.repeat_sd)


def with_draws(fitted: Fit, rng: np.random.Generator) -> Fit:
    """A fit with draws of the variances' uncertainty around its mode."""
    root = fitted.filtered.uncertainty(fitted.mode)
    thetas = fitted.mode + rng.standard_normal((_DRAWS, root.shape[1])) @ root.T
    passes = tuple(fitted.filtered.at(sweep) for sweep in fitted.filtered.sweeps(thetas))
    return replace(fitted, passes=passes, thetas=thetas)


def as_of_past(fitted: Fit, ends: Sequence[int]) -> list[Fit]:
    """The fit as it would have stood before each of ``ends``.

    State and coefficients are those of the days before it; the variances, the outliers and the errors noise is drawn
    from are those of the whole history, which a few weeks hardly change. Outliers are not drawn: they are not scored.
    """
    return [
        replace(
            fitted,
            block=without_later(fitted.block, end),
            best=one,
            passes=(one,),
            thetas=fitted.mode[None],
            odd=np.zeros(0),
            outliers=fitted.outliers[:end],
            seen=fitted.seen[:end],
            regular=fitted.regular[:end],
        )
        for end, one in zip(ends, fitted.filtered.run_to(fitted.mode, ends), strict=True)
    ]


def simulate(
    fitted: Fit, paths: int, rng: np.random.Generator, spread: Spread = AS_FITTED, horizon: int | None = None
) -> tuple[Floats, float]:
    """Sample paths of log sales over the horizon, or its first days.

    Variances, coefficients and the state at the end of history are drawn on each path, then the noise of each day. What
    a short history seems to say of growth and swings is carried forward in part: see ``_limited``. Gives them, (path,
    day), and the part of the level's changes that was carried to the last day (1: all).
    """
    history = len(fitted.outliers)
    ahead = fitted.block.matrix[history : None if horizon is None else history + horizon]
    days, columns = ahead.shape
    drift = fitted.filtered.dynamics.drift
    moves = fitted.filtered.dynamics.free[_LEVEL]  # else the autoregression takes the level's part
    taught = fitted.filtered.taught  # what history says of these coefficients depends on what it says of the level
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
        shocks *= np.array([level_sd, slope_sd * np.sqrt(1 - DAMPING**2), ar_sd * one.loudness])[:, None]
        noise_sd *= one.loudness
        noise_sd *= float(_part(np.square(noise_sd), SWING_SD**2 * max(1.0, known.size / NOISE_DAYS)))
        noise = spread.daily * _noise(fitted, noise_sd, (rows.size, days), rng)
        if fitted.odd.size:
            again = rng.random(noise.shape) < (fitted.odd.size - 0.5) / known.size
            noise[again] = rng.choice(fitted.odd, int(again.sum()))
        if drift:
            slope = slope + drift * _trend(fitted.regular - fitted.block.matrix[:history] @ one.mean)
        levels, shorts = np.empty((size, days)), np.empty((size, days))
        for day in range(days):
            levels[:, day], shorts[:, day] = level, short
            level = level + slope + shocks[day, 0]
            slope = (1.0 if drift else DAMPING) * slope + shocks[day, 1]
            short = ar * short + shocks[day, 2]
        usual = np.median(fitted.regular[recent] - coefficients @ fitted.block.matrix[recent].T, axis=1)
        slow, part = _limited(levels + shorts, usual, known.size)
        carried.append(part)
        slow = _spread(slow + coefficients[:, taught] @ ahead[:, taught].T, spread.level)
        if moves:
            slow += (spread.daily - spread.level) * (shorts - shorts.mean(axis=0))
        for column in shift_days(fitted.block, RECENT).values():
            slow -= passed(size, days, rng) * coefficients[:, [column]] * ahead[:, column]
        unseen = coefficients[: rows.size, ~taught] @ ahead[:, ~taught].T
        result[rows] = slow[: rows.size] + unseen + noise
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


def _spread(values: Floats, factor: float) -> Floats:
    """Each day's deviations around its mean, times a factor."""
    middle = values.mean(axis=0)
    return np.asarray(middle + factor * (values - middle))


def _trend(values: Floats) -> float:
    """The slope a day of the straight line through what is known."""
    at = np.flatnonzero(np.isfinite(values))
    away = at - at.mean()
    return float(away @ values[at] / max(float(away @ away), 1.0))


def _part(square: Floats, limit: float) -> Floats:
    """The factor of a deviation whose square is to stay below a limit, nearly 1 where it does by itself."""
    return np.asarray((1.0 + (square / limit) ** 2) ** -0.25)


def _learn_repeats(filtered: Filter, theta: Floats) -> dict[str, float]:
    """The standard deviation of an event's repeats, from three past repeats on.

    Two steps of expectation-maximisation from the prior's value.
    """
    learnt: dict[str, float] = {}
    for _ in range(2 if filtered.repeats else 0):
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


def _pool(one: Pass, outliers: Bools) -> Floats | None:
    """Standardised errors of regular days to draw the noise from; None while there are too few."""
    regular = np.isfinite(one.errors) & ~outliers
    if regular.sum() < _POOL:
        return None
    standard = (one.errors / one.scale)[regular]
    if standard.std() < 1e-9:  # noqa: PLR2004  # a history without any noise has none to draw from
        return None
    return np.asarray((standard - standard.mean()) / standard.std())


def _odd(one: Pass, outliers: Bools) -> Floats:
    """The outliers' errors as they are, up to what is believed; none while too few days show what is usual."""
    usual = np.isfinite(one.errors) & ~outliers
    return np.clip(one.errors[outliers], -_FURTHEST, _FURTHEST) if usual.sum() >= _POOL else np.zeros(0)


def _noise(fitted: Fit, noise_sd: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Independent noise of each path and day; drawn from regular errors, none is larger than the largest of them."""
    if fitted.pool is None:
        return noise_sd * rng.standard_normal(shape)
    return np.minimum(noise_sd * rng.choice(fitted.pool, size=shape), max(fitted.largest, noise_sd))

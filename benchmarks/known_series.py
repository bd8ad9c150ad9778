"""Daily sales of known law: their logs over a history, each effect apart, and draws of the days ahead by that law."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast import Event
from forecast.sales.design import join
from forecast.sales.events import event_block
from forecast.sales.public_holidays import is_of_holidays
from forecast.sales.regressors import WEEKDAYS, calendar_block, is_of_year

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats
    from forecast.sales.design import Block

HISTORY, AHEAD = 462, 60
FIRST = np.datetime64("2023-05-08")
"""The history ends on 2024-08-11, so that the Mid-Autumn and the National holidays lie ahead."""
CENTER = 9.0
"""The log of an ordinary day's sales."""
PEAKS = (dt.date(2023, 11, 11), dt.date(2024, 6, 18), dt.date(2024, 9, 20))
"""Of the event, the last of which lies ahead; each lasts from four days before to a day after."""
EFFECTS = ("weekdays", "year and month", "holidays", "events")


@dataclass(frozen=True, slots=True)
class Law:
    """Standard deviations on the log scale.

    ``level`` is that of the level's daily step, ``noise`` of a day by itself; ``weekdays``, ``year``, ``holidays`` and
    ``events`` of each coefficient of those columns; ``trend`` of the growth in a year, which is constant; an
    ``outlier`` adds ``OUTLIER`` to a day with that chance.
    """

    level: float
    noise: float
    weekdays: float = 0.0
    year: float = 0.0
    holidays: float = 0.0
    events: float = 0.0
    outlier: float = 0.0
    trend: float = 0.0


OUTLIER = 1.0
QUIET = Law(level=0.0, noise=0.3)
"""Independent days: nothing moves, and no holiday matters."""
MOVING = Law(level=0.012, noise=0.15, weekdays=0.15, year=0.1, holidays=0.2, events=0.2, outlier=0.005)
"""A level that walks, under everything that a calendar and promotions do."""
LAWS = {"independent days": QUIET, "a moving shop": MOVING}
KNOWN = {
    "independent days": QUIET,
    "a random walk": Law(level=0.03, noise=0.0),
    "a local level": Law(level=0.012, noise=0.15),
    "a trend": Law(level=0.0, noise=0.15, trend=0.5),
    "seasons": Law(level=0.0, noise=0.15, weekdays=0.15, year=0.1),
}
"""One way to move each."""
STARTED_SD = 3.0
"""Of the first day's level, for one who is told the law alone."""


@dataclass(frozen=True, slots=True)
class Series:
    """``past``: log sales (day); ``ahead``: draws (draw, day) by the law, given how the history ended.

    ``effects``: by name what they add to each day of history and horizon; ``block``: the design a planner would have;
    ``odd`` marks the days of the history that are outliers.
    """

    law: Law
    past: Floats
    ahead: Floats
    effects: dict[str, Floats]
    block: Block
    odd: Bools


def draw_series(law: Law, seed: int, draws: int = 1000) -> Series:
    """One history of a law and its days ahead."""
    rng = np.random.default_rng([seed, 18])
    count = HISTORY + AHEAD
    block = design(law)
    effects = {}
    for name, sd in zip(EFFECTS, (law.weekdays, law.year, law.holidays, law.events), strict=True):
        columns = columns_of(block, name)
        mean = block.mean[columns] if sd else 0.0
        coefficients = mean + sd * rng.standard_normal(int(columns.sum()))
        effects[name] = block.matrix[:, columns] @ coefficients
    level = np.cumsum(law.level * rng.standard_normal(HISTORY))
    walked = level[-1] + np.cumsum(law.level * rng.standard_normal((draws, AHEAD)), axis=1)
    odd = rng.random((draws + 1, count)) < law.outlier
    days = CENTER + sum(effects.values(), np.zeros(count)) + law.noise * rng.standard_normal((draws + 1, count))
    days += OUTLIER * odd
    if law.trend:
        days += law.trend * rng.standard_normal() * line()
    return Series(law, days[0, :HISTORY] + level, days[1:, HISTORY:] + walked, effects, block, odd[0, :HISTORY])


def design(law: Law) -> Block:
    """Calendar of China, and the event where the law knows it."""
    days = FIRST + np.arange(HISTORY + AHEAD)
    around = [(peak - dt.timedelta(days=4), peak + dt.timedelta(days=1)) for peak in PEAKS]
    events = [Event("fair", start, end, peak) for (start, end), peak in zip(around, PEAKS, strict=True)]
    return join([event_block(days, events if law.events else (), HISTORY)[0], calendar_block(days, "CN", HISTORY)])


def line() -> Floats:
    """The years since the end of the history, (day,)."""
    return np.asarray((np.arange(HISTORY + AHEAD) - (HISTORY - 1.0)) / 365.0)


def attainable(series: Series, paths: int, rng: np.random.Generator) -> Floats:
    """Paths of log sales ahead, (path, day), of one who is told the law but has to learn the rest from the history.

    Level, growth and effects are jointly normal with the days, so that this is their exact posterior; outliers are not
    of such a law.
    """
    law, block, count = series.law, series.block, HISTORY + AHEAD
    deviations = np.zeros(len(block.names))
    for name, sd in zip(EFFECTS, (law.weekdays, law.year, law.holidays, law.events), strict=True):
        deviations[columns_of(block, name)] = sd
    design = np.column_stack([block.matrix * deviations, law.trend * line(), np.full(count, STARTED_SD)])
    steps = np.arange(1, count + 1)
    covariance = design @ design.T + law.level**2 * np.minimum(steps[:, None], steps)
    covariance += max(law.noise, 1e-6) ** 2 * np.eye(count)
    mean = CENTER + block.matrix @ np.where(deviations > 0, block.mean, 0.0)
    gain = np.linalg.solve(covariance[:HISTORY, :HISTORY], covariance[:HISTORY, HISTORY:]).T
    root = np.linalg.cholesky(covariance[HISTORY:, HISTORY:] - gain @ covariance[:HISTORY, HISTORY:])
    expected = mean[HISTORY:] + gain @ (series.past - mean[:HISTORY])
    return np.asarray(expected + rng.standard_normal((paths, AHEAD)) @ root.T)


def columns_of(block: Block, effect: str) -> Bools:
    """Which columns make up one of ``EFFECTS``."""
    return np.array([_effect_of(name) == effect for name in block.names], dtype=np.bool_)


def _effect_of(column: str) -> str:
    if column in {f"weekday:{label}" for label in WEEKDAYS}:
        return "weekdays"
    if is_of_year(column) or column.startswith("month:"):
        return "year and month"
    return "holidays" if is_of_holidays(column) else "events"

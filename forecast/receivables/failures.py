"""First deductions that fail: a base rate by channel and cause, risen with the surge of orders, and episodes above it.

The daily failed value of a cause is read as base + episodes. The base is what an ordinary day shows, with more spread
from day to day than independent orders would have; days far above it are *episodes* (a fault, a mislabelled batch, a
sweep of risk control, an outage), kept with their lengths and severities and drawn again in the simulation. The mean
alone understates the tail that a cash buffer lives in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats, Ints

PRIOR_FAILED_ORDERS = 0.5
"""Jeffreys' prior of a Poisson rate, in orders, on the base rate's numerator."""

PRIOR_EPISODES = 0.5
"""The same on the number of episodes, where episodes of the cause were seen in any channel."""

PRIOR_SEVERITY = (1.0, 3.0)
"""Beta parameters of an episode's failed share on a day, where none was seen."""

SURGE_WINDOW = 28
"""Days whose median order value is the usual level that a surge is measured against."""

SURGE_PRIOR_SD = 0.5
"""Prior standard deviation of the elasticity of risk control's base rate to the surge, around 0."""

FLAG_DEVIATIONS = 4.0
"""Standard deviations above the base at which a day belongs to an episode."""


@dataclass(frozen=True, slots=True)
class FailureHistory:
    """Daily values of one channel and cause: tried and failed (yuan), and the surge over the usual level."""

    tried: Floats
    failed: Floats
    surge: Floats
    order_size: float


@dataclass(frozen=True, slots=True)
class Episode:
    """Consecutive days far above the base: the share of tried value that failed beyond it, by day."""

    severity: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FailureLaw:
    """One channel and cause.

    ``base`` is the mean share at the usual volume; ``base_information`` the shape of the gamma law of its uncertainty;
    ``spread`` the squared coefficient of variation of a day's rate beyond order noise; ``elasticity`` of the base to
    the surge, with ``elasticity_sd``; ``episodes`` those seen (or the pool's), ``episodes_seen`` their number here,
    in ``days`` days; ``mean`` the long-run share, episodes included.
    """

    base: float
    base_information: float
    spread: float
    elasticity: float
    elasticity_sd: float
    episodes: tuple[Episode, ...]
    episodes_seen: int
    days: int
    order_size: float

    @property
    def episode_rate(self) -> float:
        """Expected episodes a day."""
        if not self.episodes:
            return 0.0
        return (self.episodes_seen + (PRIOR_EPISODES if not self.episodes_seen else 0.0)) / max(self.days, 1)

    @property
    def episode_load(self) -> float:
        """Mean sum of an episode's severities, in days of wholly failed value."""
        return float(np.mean([sum(one.severity) for one in self.episodes])) if self.episodes else 0.0

    @property
    def mean(self) -> float:
        """The long-run share of tried value that fails."""
        return self.base + self.episode_rate * self.episode_load

    def draw_means(self, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draws of the long-run share and of the episodes' rate a day, from their uncertainty."""
        shape = max(self.base_information, 0.05)
        base = self.base * rng.standard_gamma(shape, draws) / shape
        rate = np.zeros(draws)
        load = np.zeros(draws)
        if self.episodes:
            count = self.episodes_seen or PRIOR_EPISODES
            rate = rng.standard_gamma(count, draws) / max(self.days, 1)
            loads = np.array([sum(one.severity) for one in self.episodes])
            picks = rng.standard_exponential((draws, len(loads)))
            load = picks @ loads / picks.sum(axis=1)
        return np.asarray(np.minimum(base + rate * load, 1.0)), rate


def usual_level(daily_value: Floats) -> Floats:
    """The median of the ``SURGE_WINDOW`` days before each day (of what there is; the first day's own value)."""
    out = np.empty_like(daily_value)
    for index in range(len(daily_value)):
        window = daily_value[max(0, index - SURGE_WINDOW) : index]
        out[index] = np.median(window) if len(window) >= 7 else np.median(daily_value[: index + 7])  # noqa: PLR2004
    return np.maximum(out, 1e-9)


def fit_failures(history: FailureHistory, *, surging: bool) -> FailureLaw:
    """The law of one channel and cause; ``surging`` fits the elasticity to the surge (risk control)."""
    size = max(history.order_size, 1e-9)
    active = history.tried > 0
    tried, failed, surge = history.tried[active], history.failed[active], history.surge[active]
    days = len(tried)
    if not days:
        return FailureLaw(0.0, PRIOR_FAILED_ORDERS, 0.0, 0.0, 0.0, (), 0, 0, size)
    usual = np.ones(days, dtype=bool)
    spread, elasticity, sd = 0.0, 0.0, 0.0
    base = failed.sum() / tried.sum()
    for _ in range(6):
        lift = surge**elasticity
        base = failed[usual].sum() / max((tried * lift)[usual].sum(), 1e-9)
        mean = base * tried * lift
        noise = size * mean
        excess = ((failed - mean) ** 2 - noise)[usual].sum() / max((mean[usual] ** 2).sum(), 1e-9)
        spread = float(np.clip(excess, 0.0, 4.0))
        if surging:
            elasticity, sd = _elasticity(tried[usual], failed[usual], surge[usual], size, spread)
        threshold = mean + FLAG_DEVIATIONS * np.sqrt(noise + min(spread, 0.25) * mean**2) + 3.0 * size
        usual = failed <= np.maximum(threshold, 0.02 * tried)
    lift = surge**elasticity
    exposure = float((tried * lift)[usual].sum())
    base = float((failed[usual].sum()) / max(exposure, 1e-9))
    orders = failed[usual].sum() / size
    information = 1.0 / (1.0 / max(orders, PRIOR_FAILED_ORDERS) + spread / max(int(usual.sum()), 1))
    if orders < PRIOR_FAILED_ORDERS:
        base = min(PRIOR_FAILED_ORDERS * size / max(exposure, size), 0.05) if failed.sum() > 0 else 0.0
    severities = np.clip((failed - base * tried * lift) / tried, 0.0, 1.0)
    runs = _runs(~usual)
    episodes = tuple(Episode(tuple(float(value) for value in severities[run])) for run in runs)
    return FailureLaw(base, float(information), spread, elasticity, sd, episodes, len(episodes), days, size)


def _runs(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[Ints]:
    """Index arrays of consecutive true flags."""
    where = np.flatnonzero(flags)
    if not len(where):
        return []
    return [np.asarray(run) for run in np.split(where, np.flatnonzero(np.diff(where) > 1) + 1)]


def _elasticity(tried: Floats, failed: Floats, surge: Floats, size: float, spread: float) -> tuple[float, float]:
    """Ridge-penalised Poisson regression of failed on log surge: the elasticity and its standard deviation."""
    level = np.log(surge)
    slope = 0.0
    weight = 1.0 / SURGE_PRIOR_SD**2
    precision = weight
    for _ in range(20):
        lift = np.exp(slope * level)
        base = failed.sum() / max((tried * lift).sum(), 1e-9)
        mean = base * tried * lift / size
        information = mean / (1.0 + spread * mean)
        centre = (information * level).sum() / max(information.sum(), 1e-9)
        gradient = ((failed / size - mean) / (1.0 + spread * mean) * (level - centre)).sum() - weight * slope
        precision = float((information * (level - centre) ** 2).sum() + weight)
        step = float(np.clip(gradient / precision, -0.5, 0.5))
        slope = float(np.clip(slope + step, -1.0, 3.0))
        if abs(step) < 1e-6:  # noqa: PLR2004  # converged
            break
    return slope, precision**-0.5


def with_pool(law: FailureLaw, others: Sequence[FailureLaw]) -> FailureLaw:
    """The law with the episodes that other channels showed of this cause, where it has none of its own."""
    if law.episodes:
        return law
    pool = tuple(episode for other in others for episode in other.episodes)
    return FailureLaw(
        law.base,
        law.base_information,
        law.spread,
        law.elasticity,
        law.elasticity_sd,
        pool,
        0,
        law.days,
        law.order_size,
    )


def draw_episodes(law: FailureLaw, rates: Floats, horizon: int, rng: np.random.Generator) -> Floats:
    """Severity of episodes by (path, day), starting at ``rates`` (path) a day, drawn from those seen.

    Starts are Poisson; an episode already running when the horizon opens is drawn by starting up to its length before.
    """
    out = np.zeros((len(rates), horizon))
    if not law.episodes:
        return out
    longest = max(len(one.severity) for one in law.episodes)
    shapes = np.zeros((len(law.episodes), longest))
    for index, one in enumerate(law.episodes):
        shapes[index, : len(one.severity)] = one.severity
    span = horizon + longest - 1
    number = rng.poisson(rates * span)
    path = np.repeat(np.arange(len(rates)), number)
    start = rng.integers(0, span, len(path)) - (longest - 1)
    which = rng.integers(0, len(law.episodes), len(path))
    for offset in range(longest):
        day = start + offset
        inside = (day >= 0) & (day < horizon)
        np.add.at(out, (path[inside], day[inside]), shapes[which[inside], offset])
    return np.minimum(out, 1.0)

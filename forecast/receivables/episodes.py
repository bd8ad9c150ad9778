"""Episodes of failures: how many come, and how heavy they are, learnt from few; their draws for the simulation.

The number of a scope's episodes is overdispersed Poisson. Its rate is gamma around the cause's usual rate, which is
gamma around a documented prior; where the cause has shown none, episodes may be impossible altogether, the more likely
so the longer none came. The *load* of an episode is its length in days of wholly failed value. Those that are still to
come are a Dirichlet process (Ferguson 1973): seen ones again, or, as if some more had been seen, a new one whose load
is log-normal around the usual load of the cause. A few small ones thus never rule out a large one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats, Ints

CLUSTERING = 2.0
"""Variance of a number of episodes over its mean: they come in clusters, so a count says less than a Poisson one."""

PRIOR_SHAPE = 0.5
"""Shape of the gamma laws of episodes' rates, that of a scope around its cause and of the cause around the prior:
that of Jeffreys' prior."""

PRIOR_DAYS = 180.0
"""Days in which the prior expects one episode of a scope."""

POSSIBLE = 0.9
"""Chance, before anything was seen, that a cause makes episodes at all."""

RATES = 200
"""Values by which the law of a cause's usual rate is kept."""

NEW_WEIGHT = 2.0
"""Weight of an episode like none seen, in episodes seen."""

PRIOR_LOADS = {"integration": 0.3, "validation": 0.15, "risk_control": 0.15, "clearing": 0.4, "unknown": 0.3}
"""Mean load of a cause's episodes before any was seen, in days of wholly failed value; it counts as one episode. Some
hours of everything on a channel, more behind a clearing name; part of the goods or of the customers for a day."""

LOAD_SD = 1.0
"""Standard deviation of the log of a new episode's load."""

NEW_SEVERITY = 0.5
"""Most of a day's value that a new episode fails; a heavier one lasts longer."""

LONGEST_NEW = 30
"""Days, at most, of a new episode."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Consecutive days far above the base: the share of tried value that failed beyond it, by day."""

    severity: tuple[float, ...]

    @property
    def load(self) -> float:
        """Its length in days of wholly failed value."""
        return sum(self.severity)


@dataclass(frozen=True, slots=True)
class EpisodeLaw:
    """The episodes of one scope as they strike one of its channels.

    ``seen``: those of the scope, in ``days`` days, as they struck this channel (the same number and lengths for all
    its channels). ``usual_rates``: equally likely values of the usual number of episodes a day of the cause's scopes.
    ``usual_load``: mean load of an episode like none seen. ``orders``: failed orders that the loads rest on.
    ``possible``: chance that the scope can have episodes at all.
    """

    seen: tuple[Episode, ...] = ()
    days: float = 0.0
    usual_rates: tuple[float, ...] = (1.0 / PRIOR_DAYS,)
    usual_load: float = 0.3
    orders: float = 1e9
    possible: float = 0.0

    def draw_rates(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draws of the number of episodes a day."""
        usual = np.array(self.usual_rates)[rng.integers(0, len(self.usual_rates), draws)]
        shape = PRIOR_SHAPE + len(self.seen) / CLUSTERING
        scale = PRIOR_SHAPE / usual + self.days / CLUSTERING
        return np.asarray(rng.standard_gamma(shape, draws) / scale * (rng.random(draws) < self.possible))

    def draw_loads(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draws of the mean load of this channel's episodes."""
        loads = np.array([one.load for one in self.seen])
        weights = rng.standard_exponential((draws, len(loads)))
        new = rng.standard_gamma(NEW_WEIGHT, draws)
        usual = self.usual_load * np.exp(LOAD_SD * rng.standard_normal(draws) - LOAD_SD**2 / 2.0)
        mean = (weights @ loads + new * usual) / (weights.sum(axis=1) + new)
        return np.asarray(mean * rng.standard_gamma(self.orders, draws) / self.orders)


def learn_rates(scopes: Sequence[tuple[int, float]]) -> tuple[tuple[float, ...], float]:
    """What the numbers of episodes seen in all scopes of a cause, each with its days, say of it.

    The episodes of a scope over its days are, given the cause's usual rate, negative binomial; their likelihood by the
    prior is weighed on a grid of usual rates. Gives equally likely values of the usual number of episodes a day of the
    cause's scopes, and the chance that it makes episodes at all: sure once one was seen, else by Bayes' rule from
    ``POSSIBLE`` and the chance of seeing none.
    """
    usual = np.geomspace(1e-6, 1.0, 241)
    # Density of the logarithm of a gamma variable, up to a constant.
    weight = usual**PRIOR_SHAPE * np.exp(-PRIOR_SHAPE * PRIOR_DAYS * usual)
    weight /= weight.sum()
    likely = np.zeros_like(usual)
    for number, days in scopes:
        scale = PRIOR_SHAPE / usual
        likely += PRIOR_SHAPE * np.log(scale)
        likely -= (PRIOR_SHAPE + number / CLUSTERING) * np.log(scale + days / CLUSTERING)
    none = float(weight @ np.exp(likely))
    seen = any(number for number, _ in scopes)
    possible = 1.0 if seen else POSSIBLE * none / (POSSIBLE * none + 1.0 - POSSIBLE)
    reached = np.cumsum(weight * np.exp(likely - likely.max()))
    middles = (np.arange(RATES) + 0.5) / RATES
    return tuple(np.interp(middles, reached / reached[-1], usual).tolist()), possible


def draw_episodes(laws: Sequence[EpisodeLaw], horizon: int, paths: int, rng: np.random.Generator) -> Floats:
    """Severity of one scope's episodes by (channel, path, day).

    ``laws`` are of the channels of one scope: an episode strikes them all, each as it did when it was seen, or, if it
    is a new one, each by its usual load. Starts are Poisson at a rate drawn for each path; one already running when the
    horizon opens is drawn by starting up to its length before.
    """
    out = np.zeros((len(laws), paths, horizon))
    rates = laws[0].draw_rates(paths, rng)
    known = len(laws[0].seen)
    longest = max([LONGEST_NEW, *(len(one.severity) for one in laws[0].seen)])
    span = horizon + longest - 1
    path = np.repeat(np.arange(paths), rng.poisson(rates * span))
    start = rng.integers(0, span, len(path)) - (longest - 1)
    new = rng.random(len(path)) * (known + NEW_WEIGHT) < NEW_WEIGHT
    which = rng.integers(0, max(known, 1), len(path))
    heaviness = np.exp(LOAD_SD * rng.standard_normal(len(path)) - LOAD_SD**2 / 2.0)
    for place, law in enumerate(laws):
        shapes = np.zeros((known, longest))
        for index, one in enumerate(law.seen):
            shapes[index, : len(one.severity)] = one.severity
        _add(out[place], shapes, path[~new], start[~new], which[~new])
        _add_new(out[place], law.usual_load * heaviness[new], path[new], start[new])
    return np.minimum(out, 1.0)


def _add(out: Floats, shapes: Floats, path: Ints, start: Ints, which: Ints) -> None:
    """Adds episodes of the given shapes (episode, offset) to ``out`` (path, day)."""
    for offset in range(shapes.shape[1]):
        day = start + offset
        inside = (day >= 0) & (day < out.shape[1])
        np.add.at(out, (path[inside], day[inside]), shapes[which[inside], offset])


def _add_new(out: Floats, loads: Floats, path: Ints, start: Ints) -> None:
    """Adds episodes of the given loads to ``out`` (path, day), each spread evenly over as few days as hold it."""
    length = np.clip(np.ceil(loads / NEW_SEVERITY), 1.0, LONGEST_NEW)
    for offset in range(int(length.max(initial=0.0))):
        day = start + offset
        inside = (day >= 0) & (day < out.shape[1]) & (offset < length)
        np.add.at(out, (path[inside], day[inside]), (loads / length)[inside])

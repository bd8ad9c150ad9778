"""Discrete-time competing risks by age in days, estimated from censored cohorts, with draws of their uncertainty.

An order that has not settled (failed, recovered, been refunded …) by as_of is *censored* at its age, never counted as
one that will not: the hazard at age ``a`` is what happened at that age, divided by what had been followed to that age
(Kaplan and Meier 1958; Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, ch. 8).

Uncertainty is the Bayesian bootstrap (Rubin 1981) over weekly cohorts, which keeps the correlation of orders inside a
week that independent orders would lack; weeks lose weight with their distance from as_of, so that recent behaviour
counts more. A prior of a few orders fills what a channel has not shown yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.rows import ages_of, days_of, has_outcome, yuan_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from forecast.arrays import Floats, Ints
    from forecast.receivables.rows import Money

MAX_AGE = 150
"""Ages from 0 to this, exclusive, in days; what is open longer is taken as stuck and stays outstanding."""

HALF_LIFE_WEEKS = 13.0
"""A cohort this many weeks older has half the weight."""

PRIOR_ORDERS = 8.0
"""The weight of the prior, in orders of the channel's typical size, at each age."""

TAIL_ORDERS = 15.0
"""Where fewer orders than this were followed to an age, the hazard is pooled over all such later ages."""


@dataclass(frozen=True, slots=True)
class CohortCounts:
    """What happened to cohorts, in yuan.

    ``events`` is (week, kind, age); ``at_risk`` (week, age), the value followed to that age; ``weeks`` the distance
    of each cohort week from as_of, from 0.
    """

    events: Floats
    at_risk: Floats
    weeks: Ints

    @property
    def orders_at_risk(self) -> float:
        """The total value followed from age 0, in yuan."""
        return float(self.at_risk[:, 0].sum())

    def less(self, part: CohortCounts) -> CohortCounts:
        """The counts without those of a part of the same orders."""
        weeks = min(len(self.at_risk), len(part.at_risk))
        events, at_risk = self.events.copy(), self.at_risk.copy()
        events[:weeks] = np.maximum(events[:weeks] - part.events[:weeks], 0.0)
        at_risk[:weeks] = np.maximum(at_risk[:weeks] - part.at_risk[:weeks], 0.0)
        return CohortCounts(events, at_risk, self.weeks)


def count_cohorts(
    table: pd.DataFrame, kinds: Sequence[str], as_of: np.datetime64, *, money: Money = "value"
) -> CohortCounts:
    """Sum a table with the columns day, outcome, age and money in fen to yuan by week, outcome and age.

    Outcomes not among ``kinds`` are censored at their age (they were still open, or left for another reason).
    """
    week = (as_of - days_of(table)).astype(np.int64) // 7
    last = int(week.max()) if len(week) else 0
    age, yuan = ages_of(table), yuan_of(table, money)
    kept = np.minimum(age, MAX_AGE)
    followed = np.zeros((last + 1, MAX_AGE + 1))
    np.add.at(followed, (week, kept), yuan)
    at_risk = followed[:, ::-1].cumsum(axis=1)[:, ::-1][:, :MAX_AGE]
    events = np.zeros((last + 1, len(kinds), MAX_AGE))
    for index, kind in enumerate(kinds):
        chosen = has_outcome(table, kind) & (age < MAX_AGE)
        np.add.at(events[:, index], (week[chosen], age[chosen]), yuan[chosen])
    return CohortCounts(events, at_risk, np.arange(last + 1))


def recency_of(weeks: Ints, half_life: float | Floats) -> Floats:
    """What age leaves of a cohort's weight, (1, week), or (draw, week) where each draw has its own half-life."""
    return np.asarray(0.5 ** (weeks[None, :] / np.atleast_1d(half_life)[:, None]))


def week_weights(
    weeks: Ints, draws: int, rng: np.random.Generator, half_life: float | Floats = HALF_LIFE_WEEKS
) -> Floats:
    """Weights (draw, week): recency times a standard exponential, so that each draw is one Bayesian bootstrap."""
    return np.asarray(rng.standard_exponential((draws, len(weeks))) * recency_of(weeks, half_life))


def pooled_hazard(counts: Sequence[CohortCounts], order_size: float) -> Floats:
    """The hazard (kind, age) of several cohorts' sums together, its tail pooled; zero where nothing was seen."""
    events, at_risk = np.zeros(counts[0].events.shape[1:]), np.zeros(counts[0].at_risk.shape[1])
    for one in counts:
        recency = 0.5 ** (one.weeks / HALF_LIFE_WEEKS)
        events += np.einsum("w,wka->ka", recency, one.events)
        at_risk += recency @ one.at_risk
    return np.asarray(hazard_with_tail(events[None], at_risk[None], order_size)[0])


def hazard_with_tail(events: Floats, at_risk: Floats, order_size: float) -> Floats:
    """Hazard (draw, kind, age) of events (draw, kind, age) and at_risk (draw, age), pooled where few were followed.

    Ages that fewer than ``TAIL_ORDERS`` orders reached share one hazard: their events over their days at risk, which
    continues the tail at its mean rate instead of ending it with the last order seen.
    """
    thin = at_risk < TAIL_ORDERS * order_size
    sums = (events * thin[:, None, :]).sum(axis=2)
    exposure = (at_risk * thin).sum(axis=1)[:, None]
    pooled = np.divide(sums, exposure, out=np.zeros_like(sums), where=exposure > 0)
    point = np.divide(events, at_risk[:, None, :], out=np.zeros_like(events), where=at_risk[:, None, :] > 0)
    return np.asarray(np.where(thin[:, None, :], pooled[:, :, None], point))


def draw_hazards(
    counts: CohortCounts,
    weights: Floats,
    prior: Floats,
    order_size: float,
    prior_orders: float = PRIOR_ORDERS,
    half_life: float | Floats = HALF_LIFE_WEEKS,
) -> Floats:
    """Hazards (draw, kind, age): weighted events over weighted exposure, with ``prior`` (kind, age) as some orders.

    ``weights`` are those of ``week_weights`` with the same ``half_life``; a draw is scaled to its recency's sum.
    """
    recency = recency_of(counts.weeks, half_life)
    scaled = weights * (recency.sum(axis=1, keepdims=True) / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300))
    events = np.einsum("dw,wka->dka", scaled, counts.events, optimize=True)
    at_risk = scaled @ counts.at_risk
    raw = hazard_with_tail(events, at_risk, order_size)
    own = at_risk[:, None, :]
    weight = prior_orders * order_size
    mixed = (raw * own + prior[None] * weight) / (own + weight)
    total = mixed.sum(axis=1, keepdims=True)
    return np.asarray(mixed / np.maximum(total, 1.0))


def incidence(hazards: Floats) -> Floats:
    """Cumulative incidence's steps (draw, kind, age): the share of a cohort that meets each kind at each age."""
    survival = np.cumprod(1.0 - hazards.sum(axis=1), axis=1)
    before = np.concatenate([np.ones((len(survival), 1)), survival[:, :-1]], axis=1)
    return np.asarray(hazards * before[:, None, :])


def run_off(hazards: Floats, open_value: Floats, horizon: int) -> Floats:
    """What open cohorts still become, (draw, kind, day), given that they have reached their age.

    ``open_value`` (age) is the yuan open on the evening of as_of at each age; day 0 is the day after.
    """
    draws, kinds, ages = hazards.shape
    out = np.zeros((draws, kinds, horizon))
    alive = np.broadcast_to(open_value, (draws, len(open_value))).copy()
    for day in range(min(horizon, ages)):
        # A cohort of age a on as_of has age a + 1 + day on this day.
        hazard = hazards[:, :, day + 1 :]
        steps = alive[:, None, : hazard.shape[2]] * hazard
        out[:, :, day] = steps.sum(axis=2)
        alive = alive[:, : hazard.shape[2]] - steps.sum(axis=1)
    return out


def open_by_age(table: pd.DataFrame, outcome: str) -> Floats:
    """Yuan still open on as_of by age, of the rows with this outcome; older than ``MAX_AGE`` is left out (stuck)."""
    rows = table[has_outcome(table, outcome) & (ages_of(table) < MAX_AGE)]
    out = np.zeros(MAX_AGE)
    np.add.at(out, ages_of(rows), yuan_of(rows))
    return out

"""Daily failures of shops whose laws are known and are not the fitted ones, drawn without any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.receivables.failures import FailureHistory

if TYPE_CHECKING:
    from forecast.arrays import Floats, Ints

Kind = Literal["gamma", "lognormal", "seasonal"]
"""Lengths of episodes: gamma after gamma gaps; log-normal and clustered; gamma, thrice as many in half of the year."""

HOURS = 24


@dataclass(frozen=True, slots=True)
class World:
    """One cause of a shop: its history by channel, the channels that are struck together, and the long-run shares."""

    histories: dict[str, FailureHistory]
    scopes: list[tuple[str, ...]]
    truth: dict[str, float]


def draw_world(kind: Kind, scopes: list[tuple[str, ...]], rng: np.random.Generator) -> World:
    """A shop of 15 to 250 orders a day over 3 to 24 months; one cause in six does not exist."""
    days = int(rng.uniform(90, 730))
    exists = rng.random() > 1 / 6
    base, active = exists * 0.012 * rng.beta(1.0, 3.0), exists * 0.012 * rng.beta(1.0, 3.0)
    histories, truth = {}, {}
    for scope in scopes:
        struck, share = _struck(kind, days, active * rng.uniform(0.4, 1.6), rng)
        for name in scope:
            orders = float(np.exp(rng.uniform(np.log(15.0), np.log(250.0))))
            own = base * float(np.exp(0.4 * rng.standard_normal()))
            sensitivity = float(rng.choice([0.5, 1.0])) if len(scope) > 1 else 1.0
            tried: Ints = rng.poisson(orders, days)
            swing = np.exp(_swing(days, 0.3, rng))
            chance = np.minimum(own * swing + sensitivity * struck, 1.0)
            failed: Ints = rng.binomial(tried, chance)
            histories[name] = FailureHistory(
                100.0 * tried.astype(float), 100.0 * failed.astype(float), np.ones(days), 100.0
            )
            truth[name] = own + sensitivity * share
    return World(histories, scopes, truth)


def _struck(kind: Kind, days: int, active: float, rng: np.random.Generator) -> tuple[Floats, float]:
    """The share of each day that episodes fail (day,), and what it is in the long run."""
    if active <= 0:
        return np.zeros(days), 0.0
    severity = rng.uniform(0.2, 0.9)
    mean_hours = rng.uniform(2.0, 30.0)
    gap = mean_hours * (severity / active - 1.0)
    spread = rng.uniform(0.5, 1.1)
    by_hour = np.zeros(days * HOURS)
    at = -float(rng.exponential(gap))
    while at < len(by_hour):
        if kind == "lognormal":
            hours = mean_hours * float(np.exp(spread * rng.standard_normal() - spread**2 / 2))
            short = rng.random() < 0.3
            wait = rng.exponential(0.1 * gap if short else gap * (1 - 0.03) / 0.7)
        else:
            hours, wait = mean_hours * float(rng.gamma(2.0, 0.5)), float(rng.gamma(1.5, gap / 1.5))
        # Three times as many in the second half of the year, on average as many.
        if kind == "seasonal":
            wait *= 2.0 / 3.0 if (at / HOURS) % 365 >= 365 / 2 else 2.0
        begin, end = max(int(at), 0), int(at + hours)
        by_hour[begin : max(end, 0)] = severity
        at += hours + wait
    return by_hour.reshape(days, HOURS).mean(axis=1), active


def _swing(days: int, deviation: float, rng: np.random.Generator) -> Floats:
    """A first-order autoregression with a memory of a few days, whose exponential has mean 1."""
    memory = 0.8
    out, level = np.empty(days), deviation * rng.standard_normal()
    for day in range(days):
        level = memory * level + deviation * np.sqrt(1.0 - memory**2) * rng.standard_normal()
        out[day] = level
    return out - deviation**2 / 2

"""Episodes: times in which many first deductions fail together, with their scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.sample.law import HOURS_A_YEAR, TRIED

if TYPE_CHECKING:
    from forecast.arrays import Bools, Days, Floats
    from forecast.sample.law import EpisodeTruth, Law

SECONDS_A_DAY = 86_400
SECONDS_AN_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode: seconds since 1970 (local time) from ``start`` to ``end``, and the share of orders struck.

    Narrowed to one sku (a batch with a wrong label) or one region (a risk-control sweep) where they are not None.
    """

    cause: str
    channels: tuple[str, ...]
    start: int
    end: int
    severity: float
    sku: int | None = None
    region: int | None = None


def draw_episodes(law: Law, days: Days, rng: np.random.Generator) -> tuple[Episode, ...]:
    """All episodes of the world from its first to its last day, by the order in which deductions meet them."""
    begin = int(days[0].astype("datetime64[s]").astype(np.int64))
    hours = len(days) * 24.0
    found: list[Episode] = []
    streams = iter(rng.spawn(len(law.clearing_outages) + len(law.channels) * 2 + 1))
    for clearing, episode_law in law.clearing_outages.items():
        channels = tuple(channel.name for channel in law.channels if channel.clearing == clearing)
        for start, end, severity, _ in _draw(episode_law, begin, hours, next(streams)):
            found.append(Episode("clearing", channels, start, end, severity))
    for channel in law.channels:
        for start, end, severity, _ in _draw(channel.integration, begin, hours, next(streams)):
            found.append(Episode("integration", (channel.name,), start, end, severity))
    everyone = tuple(channel.name for channel in law.channels)
    sku_edges = np.cumsum(law.sku_popularity())[:-1]
    for start, end, severity, scope in _draw(law.validation_batches, begin, hours, next(streams)):
        sku = int(np.searchsorted(sku_edges, scope, side="right"))
        found.append(Episode("validation", everyone, start, end, severity, sku=sku))
    region_edges = np.cumsum(law.region_share)[:-1]
    for channel in law.channels:
        for start, end, severity, scope in _draw(law.risk_sweeps, begin, hours, next(streams)):
            region = int(np.searchsorted(region_edges, scope, side="right"))
            found.append(Episode("risk_control", (channel.name,), start, end, severity, region=region))
    return tuple(sorted(found, key=lambda episode: (TRIED.index(episode.cause), episode.start)))


def _draw(law: EpisodeTruth, begin: int, hours: float, rng: np.random.Generator) -> list[tuple[int, int, float, float]]:
    """Start, end (seconds), severity, and a number from 0 to 1 that picks the scope.

    Episodes are drawn one after another, so that a longer world keeps the earlier ones.
    """
    found: list[tuple[int, int, float, float]] = []
    at = 0.0
    while True:
        gap, severity, scope = rng.exponential(HOURS_A_YEAR / law.a_year), rng.beta(*law.severity), rng.random()
        length = float(law.draw_hours(rng, 1)[0])
        at += gap
        if at >= hours:
            return found
        start = begin + int(at * SECONDS_AN_HOUR)
        found.append((start, start + max(int(length * SECONDS_AN_HOUR), 1), float(severity), float(scope)))


def long_run_failure_rate(law: Law, surge: Floats, weight: Floats) -> dict[str, dict[str, dict[str, float]]]:
    """The law's expected share of value whose first deduction fails, by channel and cause, with and without episodes.

    Episodes arrive regardless of sales, so an instant's expected share is also the value-weighted one. Causes are met
    one after another: each strikes what the earlier ones left; base rates strike what no episode struck.

    ``surge`` is a multiple of an ordinary day (day,), for risk control, ``weight`` the expected sales of those days.
    Gives ``{channel: {cause: {"mean": with episodes, "base": without them}}}``, ``total`` among the causes.
    """
    risk_factor = float((weight * np.maximum(surge, 1.0) ** law.risk_elasticity).sum() / weight.sum())
    batch_scope = float((law.sku_popularity() * law.sku_value_share()).sum())
    sweep_scope = float((np.array(law.region_share) ** 2).sum())
    rates = {}
    for channel in law.channels:
        struck = {
            "clearing": law.clearing_outages[channel.clearing].struck_share,
            "integration": channel.integration.struck_share,
            "validation": law.validation_batches.struck_share * batch_scope,
            "risk_control": law.risk_sweeps.struck_share * sweep_scope,
        }
        base = {c: channel.base[c] * (risk_factor if c == "risk_control" else 1.0) for c in TRIED}
        left, by_episode = 1.0, {}
        for cause in TRIED:
            by_episode[cause] = left * struck[cause]
            left -= by_episode[cause]
        causes = {c: {"mean": by_episode[c] + left * base[c], "base": base[c]} for c in TRIED}
        causes["total"] = {k: sum(causes[c][k] for c in TRIED) for k in ("mean", "base")}
        rates[channel.name] = causes
    return rates


def held_days(episodes: tuple[Episode, ...], channel: str, days: Days) -> Bools:
    """On which days a clearing outage holds a channel's settlements (day,), its first and last day included."""
    number = days.astype("datetime64[D]").astype(np.int64)
    held = np.zeros(len(days), dtype=bool)
    for episode in episodes:
        if episode.cause == "clearing" and channel in episode.channels:
            held |= (number >= episode.start // SECONDS_A_DAY) & (number <= episode.end // SECONDS_A_DAY)
    return held

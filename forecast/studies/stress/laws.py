"""What the ledger's laws say of the assumptions that are stressed: draws, and the chance of a level or worse."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES, CAUSES
from forecast.plan.short_keys import FLOP, OUTAGE_DAYS
from forecast.receivables.episodes import draw_episodes
from forecast.receivables.hazards import incidence
from forecast.scenarios import shocks
from forecast.simulation.outages import CLEARING
from forecast.simulation.randomness import draw_randomness
from forecast.studies.stress.questions import read_channel

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.plan.model import Channel
    from forecast.simulated import Forecast
    from forecast.simulation.engine import Engine
    from forecast.studies.stress.questions import Questions

WANTED = 10_000
"""Draws of what is drawn anew for a chance, at least, beside the run's own paths."""

MOST_ROUNDS = 20
"""Times at most that as many paths as a run has are drawn anew."""

STREAM = 6
"""The place of these random numbers among those split off the plan's seed; a run has the ones before."""


@dataclass(frozen=True, slots=True)
class Chance:
    """The share of ``draws`` of a law on which an assumption comes to a level or worse."""

    likelihood: float
    draws: int


@dataclass(slots=True, eq=False)
class Laws:
    """The laws of a prepared forecast, asked key by key; what takes long is drawn once and kept."""

    questions: Questions
    drawn: dict[str, Floats] = field(default_factory=dict)

    @property
    def prepared(self) -> Forecast:
        """The forecast whose laws they are."""
        return self.questions.prepared

    def chance(self, kind: str, name: str, value: float) -> Chance | None:
        """Give the chance of a level or worse over the horizon, None where no law of the ledger says."""
        downwards = kind in {"recovery", FLOP}
        draws = self._draws(kind, name)
        if draws is None or not draws.size:
            return None
        worse = draws <= value if downwards else draws >= value
        return Chance(float(worse.mean()), int(draws.size))

    def _draws(self, kind: str, name: str) -> Floats | None:
        """Draws of an assumption as a what-if sets it."""
        if kind in {"volume", FLOP}:
            return self.volumes()
        if kind == OUTAGE_DAYS:
            return self._outage_days(name)
        if kind == "opening_balance" or self._stated(kind, self.prepared.plan.channels[name]):
            return None
        if kind == "failure_rate":
            return self._failure_rates(name)
        if kind == "refund_rate":
            return self.questions.channel(self.place(name), self.questions.base).refunded
        return self.recovered(name) if kind == "recovery" else self._delays(name)

    def _stated(self, kind: str, channel: Channel) -> bool:
        """Whether the plan's word stands in place of the ledger's law."""
        return {
            "failure_rate": channel.failure_rate is not None,
            "refund_rate": channel.refund_rate is not None,
            "settlement_delay": channel.settlement_days is not None,
        }.get(kind, False)

    def place(self, name: str) -> int:
        """The place of a channel in the plan's order."""
        return list(self.prepared.plan.channels).index(name)

    def volumes(self) -> Floats:
        """Sales over the horizon on each path of base as a multiple of their mean."""
        engine = self.prepared.engine
        totals = engine.sales[:, :, engine.gap :].sum(axis=(1, 2))
        return np.asarray(totals / totals.mean()) if totals.mean() > 0 else np.ones(0)

    def recovered(self, name: str) -> Floats:
        """The recovered share of a channel's failures in the end, causes weighed as they fail in base (draw)."""
        law, place = self.prepared.engine.assumptions.channels[self.place(name)], self.place(name)
        failed = self.questions.channel(place, self.questions.base).failed_by_cause.sum(axis=0)
        weights = failed if failed.sum() > 0 else np.array([1.0 * (cause in CAUSES) for cause in ALL_CAUSES])
        shares = np.array([incidence(law.recovery[cause])[:, 0].sum(axis=1) for cause in ALL_CAUSES])
        return np.asarray(weights @ shares / weights.sum())

    def _failure_rates(self, name: str) -> Floats:
        """The failed share over the horizon, episodes included, on base's paths and on paths drawn anew."""
        if name not in self.drawn:
            prepared, place = self.prepared, self.place(name)
            changes = shocks(self.questions.base, prepared.plan, prepared.days)
            found = [self.questions.channel(place, self.questions.base).failed_share]
            for number in range(min(MOST_ROUNDS, -(-WANTED // prepared.plan.horizon.paths) - 1)):
                anew = replace(prepared, engine=self._anew(number))
                found.append(read_channel(anew, place, changes).failed_share)
            self.drawn[name] = np.concatenate(found)
        return self.drawn[name]

    def _anew(self, number: int) -> Engine:
        """The engine with other random numbers, the same for all channels."""
        engine = self.prepared.engine
        return replace(engine, randomness=draw_randomness(engine.assumptions, engine.sales, self._stream(number)))

    def _stream(self, number: int) -> np.random.Generator:
        return np.random.default_rng(self.prepared.plan.horizon.seed).spawn(STREAM + 1)[STREAM].spawn(number + 1)[-1]

    def _outage_days(self, clearing: str) -> Floats | None:
        """Days of wholly failed value that a clearing's episodes take in the horizon; None: none was ever seen."""
        laws = [one for one in self.prepared.engine.assumptions.channels if one.clearing == clearing]
        episodes = [law.failures[CLEARING].episodes for law in laws]
        if not any(one.seen for one in episodes):
            return None
        plan, horizon = self.prepared.plan, len(self.prepared.days)
        place = list(dict.fromkeys(channel.clearing for channel in plan.channels.values())).index(clearing)
        paths = max(WANTED, plan.horizon.paths)
        severity = draw_episodes(episodes, horizon, paths, self._stream(MOST_ROUNDS + place))
        return np.asarray(severity.sum(axis=2).max(axis=0))

    def _delays(self, name: str) -> Floats | None:
        """Days by which the mean settlement lag of each draw is later than the mean of all draws."""
        shares = self.prepared.engine.kernels[self.place(name)].age_shares
        totals = shares.sum(axis=1)
        if not totals.min() > 0:
            return None
        lags = (shares @ np.arange(shares.shape[1])) / totals
        return np.asarray(lags - lags.mean())

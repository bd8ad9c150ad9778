"""How a scenario's expected money answers to its inputs, by day: what a spreadsheet can recalculate without paths.

Of the paths' mean, what a channel settles and takes back is linear in the volume, the failure rate, the recovery and
the refund rate, and in their products. So a few runs of the engine at the corners of these inputs tell every value
between them. The runs are made on fewer paths without the noise of single orders; what they leave over against the
simulation of a scenario is kept by day, so that its own inputs give its own means.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import StatedRate
from forecast.repeats import changes_of
from forecast.results.live import (
    KNEE,
    LOGARITHMS,
    RATES,
    VOLUMES,
    ChannelLevels,
    ChannelResponse,
    Curve,
    Curves,
    Response,
)
from forecast.scenarios import describe_changes, plan_of, shocks
from forecast.simulation.engine import Engine
from forecast.simulation.failure_rates import NO_MONEY
from forecast.simulation.outages import CLEARING, strikes
from forecast.simulation.randomness import Episodes, Randomness
from forecast.simulation.settlements import PAYS_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.plan.model import Scenario
    from forecast.results.scenario import ChannelResult
    from forecast.scenarios import Shocks
    from forecast.simulated import Forecast
    from forecast.simulation.recoveries import Recoveries

PATHS_A_DRAW = 4
"""Paths of each draw of the laws that the corners are run on, at most."""

FAILURE, REFUND, VOLUME = 0.2, 0.5, 3.0
"""The far corners; the near ones are a volume of 1 and rates of 0."""


def channel_responses(
    prepared: Forecast, scenarios: Sequence[Scenario], base: Mapping[str, ChannelResult]
) -> tuple[ChannelResponse, ...]:
    """The responses of every channel in these scenarios, channels in the order of the plan.

    ``base`` holds the channels of the first of them.
    """
    thin = thinned(prepared.engine)
    return tuple(_channel(prepared, thin, place, scenarios, base[name]) for place, name in enumerate(base))


def thinned(engine: Engine) -> Engine:
    """The engine on fewer paths without the noise of single orders, its mean sales of each day those of all paths."""
    paths, draws = len(engine.sales), engine.assumptions.draws
    each = -(-paths // draws)
    kept = (np.arange(draws)[:, None] * each + np.arange(min(each, PATHS_A_DRAW))).ravel() % paths
    sales, random, days = engine.sales[kept], engine.randomness, engine.sales.shape[2]
    mean, thin = engine.sales.mean(axis=0), sales.mean(axis=0)
    sales = sales * np.divide(mean, thin, out=np.ones_like(mean), where=thin > NO_MONEY)

    def episodes(one: Episodes) -> Episodes:
        shares = np.zeros(paths * days)
        shares[one.place] = one.share
        return Episodes.of(shares.reshape(paths, days)[kept])

    chosen = Randomness(
        base=random.base[kept],
        elasticity=random.elasticity[kept],
        settle=random.settle[kept],
        refund=random.refund[kept],
        factors={key: one[kept] for key, one in random.factors.items()},
        episodes={key: episodes(one) for key, one in random.episodes.items()},
    )
    laws = tuple(replace(law, order_size=0.0) for law in engine.assumptions.channels)
    return _Thin(
        assumptions=replace(engine.assumptions, channels=laws),
        kernels=engine.kernels,
        randomness=chosen,
        sales=sales,
        as_of=engine.as_of,
        gap=engine.gap,
    )


@dataclass(frozen=True, slots=True)
class _Thin(Engine):
    """An engine that keeps what becomes of failures at a stated recovery: the corners state the same ones."""

    known: dict[tuple[int, float], Recoveries] = field(default_factory=dict)

    def recovery(self, index: int, stated: StatedRate | None) -> Recoveries:
        """As of any engine, kept where it is stated in all."""
        if stated is None or stated.total is None:
            return Engine.recovery(self, index, stated)
        key = (index, stated.total)
        if key not in self.known:
            self.known[key] = Engine.recovery(self, index, stated)
        return self.known[key]


@dataclass(frozen=True, slots=True)
class _Ran:
    """Means of one run: ``settled`` before fees and ``taken_back`` by day, sums of the rest."""

    settled: Floats
    taken_back: Floats
    lost: float
    failed: float
    fees: float

    @property
    def kept(self) -> float:
        """What is settled and not taken back, over the horizon."""
        return float(self.settled.sum() - self.taken_back.sum())


@dataclass(frozen=True, slots=True)
class _Fate:
    """Sums of what fails of a run's new orders, and of what is lost in the end, means over the paths."""

    failed: float
    lost: float

    def cured(self, without: float) -> float:
        """The share of what fails that is cured in the end; ``without`` any failure."""
        return 1.0 - self.lost / self.failed if self.failed > NO_MONEY else without


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of one channel on given shocks but for its own levels."""

    engine: Engine
    place: int
    plain: Shocks

    @property
    def name(self) -> str:
        return self.engine.assumptions.channels[self.place].name

    def run(
        self,
        volume: float = 1.0,
        failure: StatedRate | None = None,
        recovery: StatedRate | None = None,
        refund: float | None = None,
    ) -> _Ran:
        """One run; levels that are None stay as the laws have them."""
        changes = self._changes(volume, failure, recovery, refund)
        flows = self.engine.block(self.place, changes)
        fees = flows.fees[:, 0]
        return _Ran(
            settled=(flows.settled[:, 0] + fees).mean(axis=0),
            taken_back=flows.refunded_after[:, 0].mean(axis=0),
            lost=float(flows.lost_in_the_end[:, 0].sum(axis=1).mean()),
            failed=float(flows.failed[:, 0].sum(axis=1).mean()),
            fees=float(fees.sum(axis=1).mean()),
        )

    def fate(self, volume: float = 1.0, failure: StatedRate | None = None, recovery: StatedRate | None = None) -> _Fate:
        """What fails and is lost in such a run, without the money that comes of it."""
        found = self.engine.outcomes(self.place, self._changes(volume, failure, recovery))
        gap = self.engine.gap
        failed, lost = (float(one[:, gap:].sum(axis=1).mean()) for one in (found.failed, found.lost))
        return _Fate(failed, lost)

    def _changes(
        self, volume: float, failure: StatedRate | None, recovery: StatedRate | None, refund: float | None = None
    ) -> Shocks:
        return replace(
            self.plain,
            volume=self.plain.volume * volume,
            failure_rate={} if failure is None else {self.name: failure},
            recovery={} if recovery is None else {self.name: recovery},
            refund_rate={} if refund is None else {self.name: refund},
        )

    @property
    def struck(self) -> bool:
        """Whether an outage strikes the channel."""
        law, engine = self.engine.assumptions.channels[self.place], self.engine
        days = engine.sales.shape[2]
        return bool(strikes(law.name, law.clearing, self.plain.outages, engine.as_of, days).outages)

    @property
    def strikes_unlike(self) -> bool:
        """Whether an outage makes orders fail that the failure rate does not, so that recovery matters at none, too."""
        return self.struck and any(one.cause != CLEARING for one in self.plain.outages)

    def corner(self, volume: float, failure: float, recovery: float, refund: float) -> _Ran:
        return self.run(volume, StatedRate(failure), StatedRate(recovery), refund)


def _channel(
    prepared: Forecast, thin: Engine, place: int, scenarios: Sequence[Scenario], base: ChannelResult
) -> ChannelResponse:
    engine, found, chosen, struck = prepared.engine, [], [], []
    kinds: list[tuple[object, ...]] = []
    mean = replace(engine, sales=engine.sales.mean(axis=0, keepdims=True))
    for scenario in scenarios:
        plain = _plain(scenario, prepared)
        kind = changes_of(thin, place, plain)
        if kind not in kinds:
            kinds.append(kind)
            sales = mean.ordered(place, plain)[0, engine.gap :]
            found.append(_response(_Runs(thin, place, plain), sales, engine.kernels[place].open.taken_back))
        chosen.append(kinds.index(kind))
        struck.append(_Runs(thin, place, plain).struck)
    first = scenarios[0]
    runs = _Runs(thin, place, _plain(first, prepared))
    usual = _Usual.of(runs, _Runs(engine, place, runs.plain), None if describe_changes(first) else base)
    openness = engine.kernels[place].openness[engine.gap : engine.gap + len(prepared.days)]
    return ChannelResponse(
        name=engine.assumptions.channels[place].name,
        responses=tuple(found),
        curves=usual.curves,
        chosen=tuple(chosen),
        struck=tuple(struck),
        payout_days=np.flatnonzero(openness >= PAYS_OUT),
        levels=tuple(usual.levels(scenario) for scenario in scenarios),
    )


def _plain(scenario: Scenario, prepared: Forecast) -> Shocks:
    """A scenario's shocks without what its levels say: outages, moved orders and volumes by name are left."""
    bare = replace(scenario, volume=1.0, failure_rate={}, recovery={}, refund_rate={}, settlement_delay={}, fee_rate={})
    return shocks(bare, plan_of(bare, prepared.plan), prepared.days)


def _response(runs: _Runs, sales: Floats, open_taken_back: Floats) -> Response:
    """The terms from the corners: open and new orders apart by two volumes, refunds by two rates.

    Where nothing fails of new orders, nothing depends on how much of it is cured; where all fails and nothing is
    cured, nothing comes in. What comes in where all is cured is asked of the engine.
    """
    gap, alike = runs.engine.gap, not runs.strikes_unlike
    near = [(0.0, 0.0), (0.0, 1.0), (FAILURE, 0.0), (FAILURE, 1.0)]
    asked = [*(one for one in near if not (alike and one == (0.0, 1.0))), (1.0, 1.0)]
    once = [runs.corner(1.0, *levels, 0.0) for levels in near]
    more, back = ([runs.corner(VOLUME, *levels, refund) for levels in asked] for refund in (0.0, REFUND))

    def split(name: str) -> tuple[Floats, Floats, Floats]:
        at_once, at_more, refunded = (np.array([getattr(one, name) for one in found]) for found in (once, more, back))
        if alike:
            at_more = np.insert(at_more, 1, at_once[1] + at_more[0] - at_once[0], axis=0)
            refunded = np.insert(refunded, 1, at_more[1] + refunded[0] - at_more[0], axis=0)
        new = (at_more[: len(near)] - at_once) / (VOLUME - 1.0)
        opened = _by_term(at_once - new)
        by_refund = (refunded - at_more) / (VOLUME * REFUND)
        ordered = _bent(_by_term(new), (at_more[-1] - opened.sum(axis=0)) / VOLUME)
        refunds = _bent(_by_term(by_refund[: len(near)]), by_refund[-1])
        return ordered, opened, refunds

    _, open_back, new_back = split("taken_back")
    fixed = open_taken_back.mean(axis=0)[gap:]
    open_back[0] -= fixed
    return Response(
        sales=sales,
        settled=np.concatenate(split("settled")),
        taken_back=np.concatenate([open_back, new_back]),
        taken_back_fixed=fixed,
        lost=_by_term(np.array([one.lost for one in once])),
    )


def _bent(terms: Floats, cured: Floats) -> Floats:
    """Terms (term, day) of new orders, with those of what fails beyond the knee, alone and times the recovery.

    ``cured`` (day) comes in where all fails and all is cured; where nothing is cured, nothing comes in.
    """
    lost = -(terms[0] + terms[2]) / (1.0 - KNEE)
    return np.concatenate([terms, [lost, (cured - terms.sum(axis=0)) / (1.0 - KNEE) - lost]])


def _by_term(corners: Floats) -> Floats:
    """The terms of ``moved`` from the values at its corners, in the order of ``_response``."""
    none, cured, failed, both = corners
    return np.array([none, cured - none, (failed - none) / FAILURE, (both - failed - cured + none) / FAILURE])


@dataclass(frozen=True, slots=True)
class _Usual:
    """A channel's levels as its laws have them, and what a stated failure rate makes fail of its orders."""

    runs: _Runs
    law: ChannelLevels
    failed_at_one: float
    curves: Curves

    @classmethod
    def of(cls, runs: _Runs, whole: _Runs, base: ChannelResult | None) -> _Usual:
        """What the laws give: as ``base`` was simulated, or by a run of its own where base is changed.

        ``whole`` are runs on all paths.
        """
        own = runs.engine.assumptions.channels[runs.place]
        stated = runs.fate(failure=StatedRate(FAILURE)).failed / FAILURE
        usual = runs.run()
        none, refunded = (runs.run(refund=rate).kept for rate in (0.0, REFUND))
        settled = float(usual.settled.sum())
        refund = REFUND * (usual.kept - none) / (refunded - none) if abs(refunded - none) > NO_MONEY else 0.0
        thin = found = _Fate(usual.failed, usual.lost)
        if base is not None:
            found = _Fate(base.failed_total.mean, base.lost_total.mean)
        curves = _curves(runs, whole, thin, found)
        law = ChannelLevels(
            failure_rate=_level(own.failure_rate, found.failed / stated if stated > NO_MONEY else 0.0),
            failure_follows=int(own.failure_rate is None),
            recovery=found.cured(curves.recovery.start),
            recovery_follows=1,
            refund_rate=max(0.0, refund) if own.refund_rate is None else own.refund_rate,
            settlement_delay=0,
            fee_rate=usual.fees / settled if settled > NO_MONEY else float(own.fee_rate.mean()),
        )
        return cls(runs, law, stated, curves)

    def levels(self, scenario: Scenario) -> ChannelLevels:
        """The levels of a scenario: those that it states, and the law's."""
        name, law = self.runs.name, self.law
        failure, recovery = scenario.failure_rate.get(name), scenario.recovery.get(name)
        if failure is not None or recovery is not None:
            ran = self.runs.fate(failure=failure, recovery=recovery)
            cured = ran.cured(law.recovery)
            if failure is not None and failure.total is not None and recovery is None:
                cured = self.curves.recovery.at(np.array(RATES), failure.total)
            measured = ran.failed / self.failed_at_one if self.failed_at_one > NO_MONEY else 0.0
            law = replace(
                law,
                failure_rate=law.failure_rate if failure is None else _level(failure, measured),
                failure_follows=law.failure_follows if failure is None else 0,
                recovery=_level(recovery, cured),
                recovery_follows=int(recovery is None),
            )
        return replace(
            law,
            refund_rate=scenario.refund_rate.get(name, law.refund_rate),
            settlement_delay=scenario.settlement_delay.get(name, 0),
            fee_rate=scenario.fee_rate.get(name, law.fee_rate),
        )


def _curves(runs: _Runs, whole: _Runs, usual: _Fate, found: _Fate) -> Curves:
    """How the cured share moves with a stated failure rate, and it and the rate with the volume where none is.

    By how much all paths are cured more often than the few that are run is known at low rates, of base as ``found``,
    and asked at a high one.
    """
    stated, cured = StatedRate(FAILURE), usual.cured(0.0)
    low = found.cured(cured) - cured
    high = whole.fate(failure=stated).cured(0.0) - runs.fate(failure=stated).cured(0.0)
    more = np.interp(RATES, (RATES[1], RATES[3]), (low, high))
    rates = [runs.fate(failure=StatedRate(rate)).cured(0.0) for rate in RATES]
    fates = [usual if volume == 1.0 else runs.fate(volume) for volume in VOLUMES]
    ratios = [
        math.log(one.failed / volume / usual.failed) if min(one.failed, usual.failed) > NO_MONEY else 0.0
        for one, volume in zip(fates, VOLUMES, strict=True)
    ]
    return Curves(
        recovery=Curve.through(np.array(RATES), np.clip(np.array(rates) + more, 0.0, 1.0)),
        failures=Curve.through(LOGARITHMS, np.array(ratios)),
        cured=Curve.through(LOGARITHMS, np.array([one.cured(cured) - cured for one in fates])),
    )


def _level(stated: StatedRate | None, measured: float) -> float:
    """A stated total as it is stated, else what was measured."""
    return measured if stated is None or stated.total is None else stated.total

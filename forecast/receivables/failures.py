"""First deductions that fail: a base rate by channel and cause, risen with the surge of orders, and episodes above it.

The daily failed value of a cause is read as base + episodes. The base is what an ordinary day shows, with more spread
from day to day than independent orders would have; days far above it are *episodes* (a fault, a mislabelled batch, a
sweep of risk control, an outage), kept with their lengths and severities and drawn again in the simulation. The mean
alone understates the tail that a cash buffer lives in.

Each cause strikes a scope of channels at once: integration and risk control one channel, validation all channels that
sell the mislabelled goods, clearing all channels of one clearing name. Episodes are found and drawn by scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.episodes import PRIOR_LOADS, Episode, EpisodeLaw, learn_rates
from forecast.receivables.surges import OWN_ELASTICITY_PRIOR_SD, SURGING, mean_lift, surge_elasticity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.arrays import Bools, Floats, Ints

PRIOR_ORDERS = 0.5
"""Shape of the gamma prior of a base rate, in failed orders, around the rate of all channels together."""

UNSEEN = 0.5
"""Chance that a cause exists where the ledger has shown no failure of it."""

FLAG_DEVIATIONS = 4.0
"""Standard deviations above the base at which a day belongs to an episode."""

FLAG_ORDERS = 3.0
"""Orders that an episode must fail beyond them."""

FLAG_SHARE = 0.02
"""A day with a smaller failed share than this is never an episode."""

SCOPE_ORDERS = 2.0
"""Orders in a channel's own share of an episode's day that the scope's share weighs."""


@dataclass(frozen=True, slots=True)
class FailureHistory:
    """Daily values of one channel and cause: tried and failed (yuan), and the surge over the usual level."""

    tried: Floats
    failed: Floats
    surge: Floats
    order_size: float


@dataclass(frozen=True, slots=True)
class FailureLaw:
    """One channel and cause.

    ``base`` is the mean share at the usual volume, ``lift`` what surges multiply it by on average (weighted by value),
    ``lift_sd`` the relative uncertainty of that product from the elasticity and from how many surges there were;
    ``base_information`` the shape of the gamma law of its uncertainty; ``spread`` the squared coefficient of variation
    of a day's rate beyond order noise; ``elasticity`` of the base to the surge, with ``elasticity_sd``. ``possible`` is
    the chance that the channel has such failures at all, and ``base`` what it is if it has. ``failures_seen`` tells
    whether this channel has shown any failure of the cause, ``cause_seen`` whether any channel has.
    """

    base: float
    base_information: float
    spread: float
    elasticity: float
    elasticity_sd: float
    order_size: float
    lift: float = 1.0
    lift_sd: float = 0.0
    episodes: EpisodeLaw = field(default_factory=EpisodeLaw)
    possible: float = 1.0
    failures_seen: bool = True
    cause_seen: bool = True

    @property
    def base_mean(self) -> float:
        """The long-run share without episodes, surges included."""
        return self.base * self.lift * self.possible

    def draw_bases(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draws of the base rate at the usual volume."""
        shape = max(self.base_information, 0.05)
        drawn = self.base * rng.standard_gamma(shape, draws) / shape
        return np.asarray(drawn * (rng.random(draws) < self.possible))

    def draw_means(self, draws: int, rng: np.random.Generator) -> Floats:
        """Draws of the long-run share of tried value that fails, surges and episodes included."""
        lift = self.lift * np.exp(self.lift_sd * rng.standard_normal(draws) - self.lift_sd**2 / 2.0)
        episodes = self.episodes.draw_rates(draws, rng) * self.episodes.draw_loads(draws, rng)
        return np.asarray(np.minimum(lift * self.draw_bases(draws, rng) + episodes, 1.0))


@dataclass(frozen=True, slots=True)
class _Fit:
    """One channel's base, and by day the yuan expected, their noise (yuan²), and what belongs to episodes."""

    law: FailureLaw
    mean: Floats
    variance: Floats
    flagged: Bools


def scopes_of(cause: str, clearing: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The groups of channels that an episode of a cause strikes together, of channels with their clearing names."""
    if cause == "validation":
        return [tuple(clearing)]
    if cause != "clearing":
        return [(name,) for name in clearing]
    return [tuple(name for name in clearing if clearing[name] == own) for own in dict.fromkeys(clearing.values())]


def fit_cause(
    cause: str, histories: Mapping[str, FailureHistory], scopes: Sequence[Sequence[str]], *, expected: bool = True
) -> dict[str, FailureLaw]:
    """The laws of one cause by channel, from histories over the same days.

    Few failures lean on all channels together, few episodes on those of other scopes and on the prior. ``scopes`` are
    groups of channels that an episode strikes together, every channel in one; ``expected`` says whether the cause may
    come though it was never seen. The base of causes in ``SURGING`` rises with the surge of orders.
    """
    pooled = _pool(cause, list(histories.values()))
    found = [_fit_scope({name: histories[name] for name in scope}, pooled, expected=expected) for scope in scopes]
    usual_rates, possible = learn_rates([(len(one.runs), one.days) for one in found])
    severities = [_severities(one) for one in found]
    loads = [load for one in severities for load in one.loads]
    usual = (sum(loads) + PRIOR_LOADS[cause]) / (len(loads) + 1.0)
    chance = possible if pooled.seen or expected else 0.0
    laws: dict[str, FailureLaw] = {}
    for scope, severity in zip(found, severities, strict=True):
        general = EpisodeLaw(days=scope.days, usual_rates=usual_rates, possible=chance)
        for (name, fit), (episodes, factor, orders) in zip(scope.fits.items(), severity.channels, strict=True):
            own = replace(general, seen=episodes, usual_load=factor * usual, orders=orders)
            laws[name] = replace(fit.law, episodes=own, cause_seen=pooled.seen)
    return laws


@dataclass(frozen=True, slots=True)
class _Pooled:
    """What is held of a base before a channel's own days: its rate, its elasticity to surges, and if it has any."""

    rate: float
    elasticity: float = 0.0
    surging: bool = True
    seen: bool = True


@dataclass(frozen=True, slots=True)
class _Scope:
    """Channels that an episode strikes together: by channel its history and fit, the runs of days, the days tried."""

    histories: Mapping[str, FailureHistory]
    fits: Mapping[str, _Fit]
    runs: list[Ints]
    days: float


def _pool(cause: str, histories: Sequence[FailureHistory]) -> _Pooled:
    """The base of all channels together."""
    tried, failed = sum(float(one.tried.sum()) for one in histories), sum(float(one.failed.sum()) for one in histories)
    size = float(np.mean([one.order_size for one in histories]))
    seen, surging = failed > 0, cause in SURGING
    rate = max(failed, PRIOR_ORDERS * size) / tried if tried > 0 else 0.0
    return _Pooled(rate, _pooled_elasticity(histories) if surging and seen else 0.0, surging, seen)


def _fit_scope(histories: Mapping[str, FailureHistory], pooled: _Pooled, *, expected: bool) -> _Scope:
    """The bases of a scope's channels and its episodes; what one channel shows is left out of the bases of all."""
    own = list(histories.values())
    fits = {name: _fit_base(one, pooled) for name, one in histories.items()}
    if not pooled.seen:
        fits = {name: replace(fit, law=_unseen(fit.law, pooled.rate, expected=expected)) for name, fit in fits.items()}
    flags = _scope_flags(own, list(fits.values()))
    if len(own) > 1 and flags.any():
        fits = {name: _fit_base(one, pooled, flags) for name, one in histories.items()}
    days = np.any([one.tried > 0 for one in own], axis=0).sum()
    return _Scope(histories, fits, _runs(flags), float(days))


@dataclass(frozen=True, slots=True)
class Excess:
    """What of one channel's failures stands above its base: yuan by day, the base's standard deviation, its lift."""

    yuan: Floats
    deviation: Floats
    lift: float


def excess_over_base(
    histories: Mapping[str, FailureHistory], scopes: Iterable[Sequence[str]]
) -> tuple[dict[str, Excess], Bools]:
    """By channel what stands above its base, each on its own, and the days on which any of the scopes shows it."""
    rates = {name: float(one.failed.sum() / max(one.tried.sum(), 1e-9)) for name, one in histories.items()}
    fits = {name: _fit_base(one, _Pooled(rates[name])) for name, one in histories.items()}
    flags = [_scope_flags([histories[name] for name in scope], [fits[name] for name in scope]) for scope in scopes]
    return {
        name: Excess(histories[name].failed - fit.mean, np.sqrt(fit.variance), fit.law.lift)
        for name, fit in fits.items()
    }, np.any(flags, axis=0)


def _unseen(law: FailureLaw, rate: float, *, expected: bool) -> FailureLaw:
    """The base of a cause that no channel has shown: half an order in all that were tried, if it exists at all."""
    possible = UNSEEN if expected else 0.0
    return replace(law, base=rate * expected, base_information=PRIOR_ORDERS, possible=possible, failures_seen=False)


@dataclass(frozen=True, slots=True)
class _Severities:
    """A scope's episodes: the load of each over the scope's value, and by channel as they struck it.

    ``channels``: the episodes, what the scope's loads are multiplied by on this channel, and the orders that tell it.
    """

    loads: list[float]
    channels: list[tuple[tuple[Episode, ...], float, float]]


def _severities(struck: _Scope) -> _Severities:
    """What the scope's episodes failed beyond the base: by day in the scope and, leaning on that, in each channel."""
    histories, fits, runs = list(struck.histories.values()), list(struck.fits.values()), struck.runs
    days = np.concatenate([*runs, np.array([], dtype=np.int64)]).astype(np.int64)
    tried = np.array([one.tried[days] for one in histories])
    excess = np.array([one.failed[days] - fit.mean[days] for one, fit in zip(histories, fits, strict=True)])
    scope = np.clip(excess.sum(axis=0) / np.maximum(tried.sum(axis=0), 1e-9), 0.0, 1.0)
    starts = np.cumsum([0, *(len(run) for run in runs)])
    parts = [slice(begin, end) for begin, end in pairwise(starts.tolist())]
    channels = []
    for place, one in enumerate(histories):
        weight = SCOPE_ORDERS * one.order_size
        usual = scope.mean() if len(days) else 0.0
        orders = max(float(excess[place].sum()), 0.0) / one.order_size + SCOPE_ORDERS
        would = float((scope * tried[place]).sum())
        factor = (orders * one.order_size) / (would + weight) if usual > 0 else 1.0
        own = np.clip((excess[place] + weight * factor * scope) / (tried[place] + weight), 0.0, 1.0)
        channels.append((tuple(Episode(tuple(own[part].tolist())) for part in parts), factor, orders))
    return _Severities([float(scope[part].sum()) for part in parts], channels)


def _scope_flags(histories: Sequence[FailureHistory], fits: Sequence[_Fit]) -> Bools:
    """Days that stand far above the base in a channel of the scope, or in its channels together."""
    alone = np.any([fit.flagged for fit in fits], axis=0)
    tried, failed = (np.sum([getattr(one, name) for one in histories], axis=0) for name in ("tried", "failed"))
    mean, variance = np.sum([fit.mean for fit in fits], axis=0), np.sum([fit.variance for fit in fits], axis=0)
    size = float(np.mean([one.order_size for one in histories]))
    return np.asarray(alone | _far_above(failed, mean, variance, tried, size))


def _far_above(failed: Floats, mean: Floats, variance: Floats, tried: Floats, size: float) -> Bools:
    threshold = mean + FLAG_DEVIATIONS * np.sqrt(variance) + FLAG_ORDERS * size
    return np.asarray((tried > 0) & (failed > np.maximum(threshold, FLAG_SHARE * tried)))


def _fit_base(history: FailureHistory, pooled: _Pooled, left_out: Bools | None = None) -> _Fit:
    """The base of one channel around the pooled one, without the days that stand far above it or are left out."""
    rate, elasticity, surging = pooled.rate, pooled.elasticity, pooled.surging
    size = max(history.order_size, 1e-9)
    tried, failed, surge = history.tried, history.failed, history.surge
    active = tried > 0
    nothing = np.zeros(len(tried))
    if not active.any():
        law = FailureLaw(rate, PRIOR_ORDERS, 0.0, elasticity, 0.0, size, failures_seen=False)
        return _Fit(law, nothing, nothing, nothing > 0)
    ordinary = active if left_out is None else active & ~left_out
    usual, spread, sd = ordinary, 0.0, OWN_ELASTICITY_PRIOR_SD if surging else 0.0
    own = elasticity
    base, kept, mean, variance = rate, 0.0, nothing, nothing
    for _ in range(6):
        lift = surge**own
        exposure, kept = float((tried * lift)[usual].sum()), float(failed[usual].sum())
        base = (kept + PRIOR_ORDERS * size) / (exposure + PRIOR_ORDERS * size / rate) if rate > 0 else 0.0
        mean = base * tried * lift
        excess = float(((failed - mean) ** 2 - size * mean)[usual].sum()) / max(float((mean[usual] ** 2).sum()), 1e-9)
        spread = float(np.clip(excess, 0.0, 4.0))
        if surging and rate > 0:
            parts = [(tried[usual], failed[usual], surge[usual])]
            own, sd = surge_elasticity(parts, size, spread, elasticity, OWN_ELASTICITY_PRIOR_SD)
        variance = size * mean + min(spread, 0.25) * mean**2
        usual = ordinary & ~_far_above(failed, mean, variance, tried, size)
    lift_mean, lift_sd = mean_lift(tried, surge, own, sd) if surging else (1.0, 0.0)
    law = FailureLaw(
        base=base,
        base_information=_information(failed, mean, usual, size, kept / size + PRIOR_ORDERS),
        spread=spread,
        elasticity=own,
        elasticity_sd=sd,
        order_size=size,
        lift=lift_mean,
        lift_sd=lift_sd,
        failures_seen=bool(failed.sum() > 0),
    )
    return _Fit(law, mean, variance, active & ~usual)


def _information(failed: Floats, mean: Floats, usual: Bools, size: float, orders: float) -> float:
    """The shape of a gamma law of the base: orders, less what weeks differ beyond the noise of orders.

    1 ÷ shape = 1 ÷ orders + (variance of a week's rate beyond order noise) ÷ weeks; weeks, as a rate that wanders
    slowly says less than as many independent days.
    """
    week = np.arange(len(failed)) // 7
    expected = np.bincount(week, np.where(usual, mean, 0.0))
    seen = np.bincount(week, np.where(usual, failed, 0.0))
    weeks = int((expected > 0).sum())
    if weeks < 2:  # noqa: PLR2004  # no spread between weeks can be seen
        return float(orders)
    excess = float(((seen - expected) ** 2 - size * expected).sum()) / max(float((expected**2).sum()), 1e-9)
    return float(1.0 / (1.0 / orders + float(np.clip(excess, 0.0, 4.0)) / weeks))


def _runs(flags: Bools) -> list[Ints]:
    """Index arrays of consecutive true flags."""
    where = np.flatnonzero(flags)
    if not len(where):
        return []
    return [np.asarray(run) for run in np.split(where, np.flatnonzero(np.diff(where) > 1) + 1)]


def _pooled_elasticity(histories: Sequence[FailureHistory]) -> float:
    """The elasticity of all channels together, days far above their channel's mean left out."""
    parts = []
    for one in histories:
        share = one.failed.sum() / max(float(one.tried.sum()), 1e-9)
        mean = share * one.tried * np.maximum(one.surge, 1.0)
        calm = (one.tried > 0) & ~_far_above(one.failed, mean, one.order_size * mean, one.tried, one.order_size)
        parts.append((one.tried[calm], one.failed[calm], one.surge[calm]))
    size = float(np.mean([one.order_size for one in histories]))
    return surge_elasticity(parts, size, 0.1)[0]

"""First deductions that fail: a base rate by channel and cause, risen with the surge of orders, and episodes above it.

The daily failed value of a cause is read as base + episodes. The base is what an ordinary day shows, with more spread
from day to day than independent orders would have; days far above it are *episodes* (a fault, a mislabelled batch, a
sweep of risk control, an outage), kept with their lengths and severities and drawn again in the simulation. The mean
alone understates the tail that a cash buffer lives in.

Each cause strikes a scope of channels at once: integration and risk control one channel, validation all channels that
sell the mislabelled goods, clearing all channels of one clearing name. Episodes are found and drawn by scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import CAUSES
from forecast.receivables.signatures import infer_causes, inferred_shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.plan.model import Channel

PRIOR_ORDERS = 0.5
"""Shape of the gamma prior of a base rate, in failed orders, around the rate of all channels together."""

PRIOR_EPISODES = 0.5
"""Jeffreys' prior on the number of episodes of a scope, where the cause has shown episodes anywhere."""

CLUSTERING = 1.5
"""Variance of a number of episodes over its mean: they come in clusters, so a count says less than a Poisson one."""

PRIOR_LOAD_WEIGHT = 1.0
"""Weight of the mean load of the cause's other episodes, in episodes, on a scope's own mean load."""

LOAD_SD = 0.7
"""Standard deviation, on the log scale, of a scope's own mean load around that of the cause's other episodes."""

SURGE_WINDOW = 28
"""Days whose median order value is the usual level that a surge is measured against."""

SURGE_PRIOR_SD = 0.5
"""Prior standard deviation of the elasticity of risk control's base rate to the surge, around 0; of a channel's own
elasticity around that of all channels together, half of it."""

FLAG_DEVIATIONS = 4.0
"""Standard deviations above the base at which a day belongs to an episode."""

FLAG_SHARE = 0.02
"""A day with a smaller failed share than this is never an episode."""


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

    @property
    def load(self) -> float:
        """Its length in days of wholly failed value."""
        return sum(self.severity)


@dataclass(frozen=True, slots=True)
class FailureLaw:
    """One channel and cause.

    ``base`` is the mean share at the usual volume, ``lift`` what surges multiply it by on average (weighted by value),
    ``lift_sd`` the relative uncertainty of that product from the elasticity and from how many surges there were;
    ``base_information`` the shape of the gamma law of its uncertainty; ``spread`` the squared coefficient of variation
    of a day's rate beyond order noise; ``elasticity`` of the base to the surge, with ``elasticity_sd``. ``episodes``
    are those of the scope as they struck this channel (the same number and lengths for all its channels), or borrowed;
    ``episodes_seen`` how many the scope has shown in ``days`` days; ``usual_load`` the mean load of the cause's
    episodes elsewhere. ``failures_seen`` tells whether this channel has shown any failure of the cause.
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
    lift: float = 1.0
    lift_sd: float = 0.0
    usual_load: float = 0.0
    failures_seen: bool = True

    @property
    def episode_rate(self) -> float:
        """Expected episodes a day."""
        return (self.episodes_seen + PRIOR_EPISODES) / max(self.days, 1) if self.episodes else 0.0

    @property
    def episode_load(self) -> float:
        """Mean load of an episode on this channel."""
        loads = sum(one.load for one in self.episodes) if self.episodes_seen else 0.0
        weight = self.episodes_seen + PRIOR_LOAD_WEIGHT
        return (loads + PRIOR_LOAD_WEIGHT * self.usual_load) / weight if self.episodes else 0.0

    @property
    def base_mean(self) -> float:
        """The long-run share without episodes, surges included."""
        return self.base * self.lift

    @property
    def mean(self) -> float:
        """The long-run share of tried value that fails."""
        return min(self.base_mean + self.episode_rate * self.episode_load, 1.0)

    def draw_means(self, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draws of the long-run share, and of the number of episodes a day."""
        shape = max(self.base_information, 0.05)
        lift = np.exp(self.lift_sd * rng.standard_normal(draws) - self.lift_sd**2 / 2.0)
        base = self.base_mean * lift * rng.standard_gamma(shape, draws) / shape
        if not self.episodes:
            return np.asarray(np.minimum(base, 1.0)), np.zeros(draws)
        number = (self.episodes_seen + PRIOR_EPISODES) / CLUSTERING
        rate = CLUSTERING * rng.standard_gamma(number, draws) / max(self.days, 1)
        loads = np.array([one.load for one in self.episodes] if self.episodes_seen else [])
        weights = np.concatenate(
            [rng.standard_exponential((draws, len(loads))), rng.standard_gamma(PRIOR_LOAD_WEIGHT, (draws, 1))], axis=1
        )
        usual = self.usual_load * np.exp(LOAD_SD * rng.standard_normal(draws) - LOAD_SD**2 / 2.0)
        load = (weights[:, :-1] @ loads + weights[:, -1] * usual) / weights.sum(axis=1)
        return np.asarray(np.minimum(base + rate * load, 1.0)), rate


@dataclass(frozen=True, slots=True)
class _Fit:
    """One channel's base and the days that are none of it, before episodes are put together by scope."""

    law: FailureLaw
    excess: Floats
    flagged: Bools
    noise: Floats


def usual_level(daily_value: Floats) -> Floats:
    """The median of the ``SURGE_WINDOW`` days before each day (of what there is; the first day's own value)."""
    out = np.empty_like(daily_value)
    for index in range(len(daily_value)):
        window = daily_value[max(0, index - SURGE_WINDOW) : index]
        out[index] = np.median(window) if len(window) >= 7 else np.median(daily_value[: index + 7])  # noqa: PLR2004
    return np.maximum(out, 1e-9)


def scopes_of(cause: str, channels: Iterable[Channel]) -> list[tuple[str, ...]]:
    """The groups of channels that an episode of a cause strikes together: see the module's own text."""
    members = [(one.name, one.clearing) for one in channels]
    if cause == "validation":
        return [tuple(name for name, _ in members)]
    if cause != "clearing":
        return [(name,) for name, _ in members]
    clearings = dict.fromkeys(clearing for _, clearing in members)
    return [tuple(name for name, own in members if own == clearing) for clearing in clearings]


def fit_cause(
    histories: Mapping[str, FailureHistory], scopes: Sequence[Sequence[str]], *, surging: bool
) -> dict[str, FailureLaw]:
    """The laws of one cause for all channels.

    Args:
        histories: by channel, over the same days.
        scopes: groups of channels that an episode strikes together; every channel is in one.
        surging: whether the base rises with the surge of orders (risk control).

    Returns:
        By channel; few failures lean on all channels together, missing episodes on those of other scopes.
    """
    tried = sum(float(one.tried.sum()) for one in histories.values())
    failed = sum(float(one.failed.sum()) for one in histories.values())
    sizes = [one.order_size for one in histories.values()]
    pooled_rate = max(failed, PRIOR_ORDERS * float(np.mean(sizes))) / max(tried, 1e-9) if tried > 0 else 0.0
    elasticity = _pooled_elasticity(list(histories.values())) if surging and failed > 0 else 0.0
    fits = {
        name: _fit_base(one, pooled_rate if failed > 0 else 0.0, elasticity, surging=surging)
        for name, one in histories.items()
    }
    laws: dict[str, FailureLaw] = {}
    for scope in scopes:
        runs = _runs(np.any([fits[name].flagged for name in scope], axis=0))
        for name in scope:
            fit = fits[name]
            clear = fit.flagged | (fit.excess > 2.0 * fit.noise) if len(scope) > 1 else fit.flagged
            severity = np.where(clear, fit.excess, 0.0)
            episodes = tuple(Episode(tuple(severity[run].tolist())) for run in runs)
            laws[name] = replace(fit.law, episodes=episodes, episodes_seen=len(episodes))
    return {name: _with_pool(law, [laws[other] for other in laws if other != name]) for name, law in laws.items()}


def unexplained(histories: Mapping[str, FailureHistory], channels: Sequence[Channel]) -> dict[str, dict[str, float]]:
    """Shares by which each channel's failures without a cause look like each known cause; empty where it has none.

    ``histories`` are of the cause ``unknown``.
    """
    if not any(one.failed.any() for one in histories.values()):
        return {name: {} for name in histories}
    fits = {name: _fit_base(one, 1e-9, 0.0, surging=True) for name, one in histories.items()}
    yuan = {name: fit.excess * histories[name].tried for name, fit in fits.items()}
    surge = {name: one.surge for name, one in histories.items()}
    episodes = infer_causes({name: fit.flagged for name, fit in fits.items()}, yuan, surge, channels)
    out = {}
    for name, one in histories.items():
        total, law = float(one.failed.sum()), fits[name].law
        base = max(total - sum(episodes[name].values()), 0.0)
        out[name] = inferred_shares(episodes[name], base, law.lift, dict.fromkeys(CAUSES, 0.0)) if total > 0 else {}
    return out


def _with_pool(law: FailureLaw, others: Sequence[FailureLaw]) -> FailureLaw:
    """The law with the mean load of all episodes that struck, and with others' episodes where it has none."""
    struck = [one for other in (law, *others) for one in other.episodes if one.load > 0]
    usual = float(np.mean([one.load for one in struck])) if struck else 0.0
    if law.episodes_seen or not struck:
        return replace(law, usual_load=usual)
    return replace(law, episodes=tuple(struck), usual_load=usual)


def _fit_base(history: FailureHistory, pooled_rate: float, elasticity: float, *, surging: bool) -> _Fit:
    """The base of one channel, by leaving out the days that stand far above it in turn."""
    size = max(history.order_size, 1e-9)
    tried, failed, surge = history.tried, history.failed, history.surge
    active = tried > 0
    nothing = np.zeros(len(tried))
    days = int(active.sum())
    if not days:
        law = FailureLaw(pooled_rate, PRIOR_ORDERS, 0.0, elasticity, 0.0, (), 0, 0, size, failures_seen=False)
        return _Fit(law, nothing, nothing > 0, nothing)
    usual, spread, sd = active.copy(), 0.0, SURGE_PRIOR_SD / 2.0 if surging else 0.0
    own = elasticity
    mean = noise = nothing
    exposure, kept = 0.0, 0.0
    for _ in range(6):
        lift = surge**own
        exposure, kept = float((tried * lift)[usual].sum()), float(failed[usual].sum())
        base = (kept + PRIOR_ORDERS * size) / (exposure + PRIOR_ORDERS * size / pooled_rate) if pooled_rate > 0 else 0.0
        mean = base * tried * lift
        noise = size * mean
        excess = float(((failed - mean) ** 2 - noise)[usual].sum()) / max(float((mean[usual] ** 2).sum()), 1e-9)
        spread = float(np.clip(excess, 0.0, 4.0))
        if surging and pooled_rate > 0:
            own, sd = _elasticity([(tried[usual], failed[usual], surge[usual])], size, spread, elasticity)
        threshold = mean + FLAG_DEVIATIONS * np.sqrt(noise + min(spread, 0.25) * mean**2) + 3.0 * size
        usual = active & (failed <= np.maximum(threshold, FLAG_SHARE * tried))
    lift_mean, lift_sd = _lift(tried, surge, own, sd) if surging else (1.0, 0.0)
    law = FailureLaw(
        base=base,
        base_information=_information(failed, mean, usual, size, kept / size + PRIOR_ORDERS),
        spread=spread,
        elasticity=own,
        elasticity_sd=sd,
        episodes=(),
        episodes_seen=0,
        days=days,
        order_size=size,
        lift=lift_mean,
        lift_sd=lift_sd,
        failures_seen=bool(failed.sum() > 0),
    )
    share = np.divide(failed - mean, tried, out=nothing.copy(), where=active)
    deviation = np.divide(np.sqrt(noise + spread * mean**2) + size, tried, out=nothing.copy(), where=active)
    return _Fit(law, np.clip(share, 0.0, 1.0), active & ~usual, deviation)


def _lift(tried: Floats, surge: Floats, elasticity: float, deviation: float) -> tuple[float, float]:
    """What surges multiply the base by, weighted by value, and the relative uncertainty of the mean rate from it.

    The base is known where most value is; the elasticity's error then moves the mean by the spread of log surges around
    it. How often surges come is known from the weeks of the history: their lifts' spread over their number.
    """
    weight = tried / tried.sum()
    lift = float((weight * surge**elasticity).sum())
    level = np.log(surge)
    slope = float((weight * surge**elasticity * level).sum()) / lift - float((weight * level).sum())
    week = np.arange(len(tried)) // 7
    value = np.bincount(week, tried)
    lifted = np.bincount(week, tried * surge**elasticity)
    known = value > 0
    spread = float(((lifted[known] - lift * value[known]) ** 2).sum()) ** 0.5 / (lift * float(tried.sum()))
    return lift, float(np.hypot(slope * deviation, spread))


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
        active = one.tried > 0
        share = one.failed.sum() / max(float(one.tried.sum()), 1e-9)
        mean = share * one.tried * np.maximum(one.surge, 1.0)
        calm = active & (one.failed <= mean + FLAG_DEVIATIONS * np.sqrt(one.order_size * mean) + 3.0 * one.order_size)
        parts.append((one.tried[calm], one.failed[calm], one.surge[calm]))
    size = float(np.mean([one.order_size for one in histories]))
    return _elasticity(parts, size, 0.1, 0.0, SURGE_PRIOR_SD)[0]


def _elasticity(
    parts: Sequence[tuple[Floats, Floats, Floats]],
    size: float,
    spread: float,
    prior: float,
    prior_sd: float = SURGE_PRIOR_SD / 2.0,
) -> tuple[float, float]:
    """Ridge-penalised Poisson regression of failed on log surge, a base for each part: slope and its deviation."""
    slope, weight = prior, 1.0 / prior_sd**2
    precision = weight
    for _ in range(25):
        gradient, precision = -weight * (slope - prior), weight
        for tried, failed, surge in parts:
            level = np.log(surge)
            lift = np.exp(slope * level)
            mean = failed.sum() / max(float((tried * lift).sum()), 1e-9) * tried * lift / size
            information = mean / (1.0 + spread * mean)
            centre = (information * level).sum() / max(float(information.sum()), 1e-9)
            gradient += float(((failed / size - mean) / (1.0 + spread * mean) * (level - centre)).sum())
            precision += float((information * (level - centre) ** 2).sum())
        step = float(np.clip(gradient / precision, -0.5, 0.5))
        slope = float(np.clip(slope + step, -1.0, 3.0))
        if abs(step) < 1e-6:  # noqa: PLR2004  # converged
            break
    return slope, precision**-0.5


def draw_episodes(laws: Sequence[FailureLaw], rates: Floats, horizon: int, rng: np.random.Generator) -> Floats:
    """Severity of one scope's episodes by (channel, path, day), starting at ``rates`` (path) a day, from those known.

    ``laws`` are of the channels of one scope: an episode strikes them all, each as it did when it was seen. Starts are
    Poisson; one already running when the horizon opens is drawn by starting up to its length before.
    """
    out = np.zeros((len(laws), len(rates), horizon))
    known = len(laws[0].episodes)
    if not known:
        return out
    longest = max(len(one.severity) for law in laws for one in law.episodes)
    shapes = np.zeros((len(laws), known, longest))
    for place, law in enumerate(laws):
        for index, one in enumerate(law.episodes[:known]):
            shapes[place, index, : len(one.severity)] = one.severity
    span = horizon + longest - 1
    number = rng.poisson(rates * span)
    path = np.repeat(np.arange(len(rates)), number)
    start = rng.integers(0, span, len(path)) - (longest - 1)
    which = rng.integers(0, known, len(path))
    for offset in range(longest):
        day = start + offset
        inside = (day >= 0) & (day < horizon)
        for place in range(len(laws)):
            np.add.at(out[place], (path[inside], day[inside]), shapes[place, which[inside], offset])
    return np.minimum(out, 1.0)

"""The laws from which the calibration's merchants are drawn: families that neither the planner nor its sample uses.

* **Lags** are mixtures of Weibull, log-normal and log-logistic laws in continuous time, counted from the very minute
  and cut by payout calendars of six kinds; they drift, jump, and slow down in promotions. The planner fits free
  hazards by day; the sample draws whole days from a table.
* **Episodes** (faults, batches, outages) alternate with gaps that are a mixture of short and long ones, so that they
  cluster; the planner and the sample hold them to be Poisson. Their long-run share of time is exact by the
  renewal-reward theorem: mean length ÷ (mean length + mean gap).
* **Risk control** rises with the surge of orders along a logistic curve that saturates, times regimes that last for
  days; the planner and the sample use a power.
* All causes share slow, log-normal swings of a channel's base rates; the planner draws gamma factors day by day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit, logit, ndtri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats

CAUSES = ("clearing", "integration", "validation", "risk_control")
"""In the order in which a deduction meets them."""

CLEARING, INTEGRATION, VALIDATION, RISK_CONTROL = range(4)

Family = Literal["weibull", "lognormal", "loglogistic"]
Payout = Literal["every_day", "working_days", "working_count", "tuesday_friday", "month_end", "delivery"]


def occurs(rng: np.random.Generator, share: float) -> bool:
    """Draw whether something with chance ``share`` is so."""
    return bool(rng.random() < share)


@dataclass(frozen=True, slots=True)
class Lag:
    """A mixture of laws of a time: ``parts`` are (weight, family, scale, shape); ``most`` cuts the tail."""

    parts: tuple[tuple[float, Family, float, float], ...]
    most: float

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """``count`` times in the unit of the scales."""
        weights = np.array([part[0] for part in self.parts])
        which = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(count), side="right")
        chance = rng.random(count)
        out = np.empty(count)
        for index, (_, family, scale, shape) in enumerate(self.parts):
            chosen = which == index
            out[chosen] = _quantile(family, scale, shape, chance[chosen])
        return np.minimum(out, self.most)

    def mean(self) -> float:
        """The expectation, by the midpoint rule over 20,000 quantiles of each part."""
        chance = (np.arange(20_000) + 0.5) / 20_000
        weights = np.array([part[0] for part in self.parts])
        means = [
            np.minimum(_quantile(family, scale, shape, chance), self.most).mean()
            for _, family, scale, shape in self.parts
        ]
        return float(weights @ np.array(means) / weights.sum())


def _quantile(family: Family, scale: float, shape: float, chance: Floats) -> Floats:
    if family == "weibull":
        return np.asarray(scale * (-np.log1p(-chance)) ** (1.0 / shape))
    if family == "lognormal":
        return np.asarray(scale * np.exp(shape * ndtri(chance)))
    return np.asarray(scale * (chance / (1.0 - chance)) ** (1.0 / shape))


@dataclass(frozen=True, slots=True)
class EpisodeTruth:
    """Episodes that alternate with gaps, in days; a short gap (exponential) follows with chance ``cluster``.

    A long gap is gamma of shape ``gap_shape``. Severity: with chance ``full`` uniform on 0.85–1, else on ``partial``.
    """

    length: Lag
    cluster: float
    short_gap: float
    long_gap: float
    gap_shape: float
    full: float
    partial: tuple[float, float]

    def mean_severity(self) -> float:
        """Expected share of what is in scope that an episode strikes."""
        return self.full * 0.925 + (1.0 - self.full) * sum(self.partial) / 2

    def struck_share(self) -> float:
        """Long-run share of what is in scope that episodes strike, by the renewal-reward theorem."""
        length = self.length.mean()
        gap = self.cluster * self.short_gap + (1.0 - self.cluster) * self.long_gap
        return length / (length + gap) * self.mean_severity()

    def draw(self, rng: np.random.Generator, begin: float, end: float) -> Floats:
        """Episodes that touch [begin, end), rows of (start, end, severity), after a run-in of three long gaps."""
        at = begin - 3 * self.long_gap - rng.exponential(self.long_gap)
        rows = []
        while at < end:
            short = rng.random() < self.cluster
            scale = self.long_gap / self.gap_shape
            at += rng.exponential(self.short_gap) if short else rng.gamma(self.gap_shape, scale)
            stop = at + float(self.length.draw(rng, 1)[0])
            if stop > begin and at < end:
                severe = rng.uniform(0.85, 1.0) if rng.random() < self.full else rng.uniform(*self.partial)
                rows.append((at, stop, severe))
            at = stop
        return np.array(rows).reshape(-1, 3)


@dataclass(frozen=True, slots=True)
class RecoveryLaw:
    """A failed first deduction: cured with chance ``share`` after ``cure`` days, else closed after ``loss`` days.

    ``after_fix``: counted from the end of the episode behind it; ``office``: cures happen on working days alone.
    """

    share: float
    cure: Lag
    loss: Lag
    after_fix: bool
    office: bool


@dataclass(frozen=True, slots=True)
class SettlementLaw:
    """Deduction to money: ``lag`` in days of its own count, cut by ``payout``.

    ``count``: whole working days (for ``working_count`` alone). Deductions after ``cutoff`` o'clock count as the next
    day's. The lag is multiplied by exp(``drift`` × years), by ``jump`` from day ``jump_day`` on, and by ``promotion``
    for orders of a promotion; a share ``stuck`` never arrives.
    """

    payout: Payout
    lag: Lag
    count: int
    cutoff: float
    drift: float
    jump_day: int
    jump: float
    promotion: float
    stuck: float


@dataclass(frozen=True, slots=True)
class ChannelTruth:
    """One channel: its share of orders and how its orders become cash.

    ``mix`` (level, drift a year, amplitude, phase, promotion) of the logarithm of its weight; ``launch`` its first day.
    ``base``: chance by cause of a failure outside episodes, risk control's at an ordinary volume; ``sensitivity`` to
    validation batches; ``swing`` (standard deviation, memory) of the base rates' logarithm.
    """

    name: str
    clearing: str
    mix: tuple[float, float, float, float, float]
    launch: int
    price: float
    fee: float
    never_paid: float
    closing: Lag | None
    paying: Lag
    base: tuple[float, float, float, float]
    sensitivity: float
    integration: EpisodeTruth | None
    swing: tuple[float, float]
    regime: tuple[float, float, float]
    recovery: tuple[RecoveryLaw, RecoveryLaw, RecoveryLaw, RecoveryLaw]
    settlement: SettlementLaw
    refund_rate: float
    refund_promotion: float
    refund_delay: Lag
    partial: float


@dataclass(frozen=True, slots=True)
class RiskCurve:
    """Multiple of risk control's base chance at a surge over the ordinary volume: logistic, 1 at a surge of 1."""

    rise: float
    middle: float
    width: float

    def at(self, surge: Floats) -> Floats:
        """The multiple (the surge's shape)."""
        usual = 1.0 + self.rise * float(expit((1.0 - self.middle) / self.width))
        return np.asarray((1.0 + self.rise * expit((surge - self.middle) / self.width)) / usual)


@dataclass(frozen=True, slots=True)
class Law:
    """All that a merchant's orders are drawn from, once placed."""

    channels: tuple[ChannelTruth, ...]
    clearing: Mapping[str, EpisodeTruth]
    validation: EpisodeTruth | None
    risk: RiskCurve
    popularity: Floats
    prices: Floats

    def value_share(self) -> Floats:
        """Share of sales value by sku (sku,)."""
        value = self.popularity * self.prices
        return np.asarray(value / value.sum())


def draw_law(rng: np.random.Generator, days: int) -> Law:
    """A merchant's law; ``days`` is the length of its history."""
    channels = int(rng.choice([1, 2, 3, 4, 5], p=[0.15, 0.25, 0.3, 0.2, 0.1]))
    # Long-run failure rates of merchants between 0 and 8 %.
    total = 0.08 * rng.beta(1.1, 1.9)
    present = rng.random(4) > 0.15  # noqa: PLR2004  # one merchant in seven never sees a cause
    split = rng.dirichlet([1.0, 1.4, 1.6, 2.2]) * present
    clearings = [f"clearing_{index}" for index in range(channels)]
    if channels > 1 and occurs(rng, 0.5):  # half of the merchants
        clearings[1] = clearings[0]
    skus = int(rng.integers(6, 60))
    popularity = rng.gamma(0.7, 1.0, skus) + 0.02
    popularity /= popularity.sum()
    prices = np.exp(rng.uniform(3.0, 6.0)) * rng.weibull(1.3, skus) + 8.0
    scope = float((popularity * popularity * prices).sum() / (popularity * prices).sum())
    episodes = rng.uniform(0.15, 0.85, 4)
    validation = None
    if total * split[VALIDATION] > 0 and occurs(rng, 0.8):  # most merchants with such failures
        validation = _episodes(rng, total * split[VALIDATION] * episodes[VALIDATION] / scope, hours=rng.uniform(8, 60))
    outages = {
        name: _episodes(rng, total * split[CLEARING] * episodes[CLEARING] * rng.uniform(0.3, 1.5), rng.uniform(3, 36))
        for name in dict.fromkeys(clearings)
    }
    cures = np.array([rng.uniform(0.97, 1.0), rng.uniform(0.6, 0.97), rng.uniform(0.2, 0.8), rng.uniform(0.3, 0.9)])
    kinship = float(rng.choice([0.2, 1.0]))
    drawn = tuple(
        _channel(rng, index, clearings[index], total * split, episodes, days, cures, kinship, alone=channels == 1)
        for index in range(channels)
    )
    risk = RiskCurve(rng.choice([0.0, 1.0]) * rng.uniform(0.3, 3.0), rng.uniform(1.6, 3.5), rng.uniform(0.15, 0.6))
    return Law(
        drawn,
        {name: law for name, law in outages.items() if law is not None},
        validation,
        risk,
        popularity,
        prices,
    )


def _episodes(rng: np.random.Generator, share: float, hours: float) -> EpisodeTruth | None:
    """Episodes of about ``hours`` that strike a long-run ``share`` of what is in scope; None where it is nothing."""
    full, low = rng.uniform(0.1, 0.9), rng.uniform(0.05, 0.3)
    partial = (low, low + rng.uniform(0.1, 0.5))
    family: Family = "loglogistic" if occurs(rng, 0.5) else "weibull"  # either
    length = Lag(((1.0, family, hours / 24.0, rng.uniform(1.3, 3.0)),), most=8.0)
    severity = full * 0.925 + (1.0 - full) * sum(partial) / 2
    active = min(share / severity, 0.25)
    if active < 1e-5:  # noqa: PLR2004  # less than five minutes a year
        return None
    gap = length.mean() * (1.0 / active - 1.0)
    cluster, short = rng.uniform(0.0, 0.4), min(rng.uniform(0.3, 3.0), gap / 2)
    return EpisodeTruth(
        length, cluster, short, (gap - cluster * short) / (1.0 - cluster), rng.uniform(0.7, 2.5), full, partial
    )


def _channel(
    rng: np.random.Generator,
    index: int,
    clearing: str,
    rates: Floats,
    episodes: Floats,
    days: int,
    cures: Floats,
    kinship: float,
    *,
    alone: bool,
) -> ChannelTruth:
    """One channel's law; ``rates`` are the merchant's long-run rates by cause, ``episodes`` their share in episodes.

    Its recovery shares lie around the merchant's ``cures``, ``kinship`` away from them on the scale of log odds.
    """
    own = rates * np.exp(0.5 * rng.standard_normal(4) - 0.12)
    base = own * (1.0 - episodes)
    base[RISK_CONTROL] = own[RISK_CONTROL]
    integration = _episodes(rng, own[INTEGRATION] * episodes[INTEGRATION], rng.uniform(1.0, 14.0))
    rare = index > 1 and occurs(rng, 0.25)  # a quarter of the third to fifth channels
    late = not alone and index > 0 and occurs(rng, 0.1)  # a tenth started during the history
    slow = occurs(rng, 0.1)  # a tenth pays like a bank slip
    tight = occurs(rng, 0.3)  # a third with regimes of risk control
    never_closed = occurs(rng, 0.05)  # carts that nobody closes
    slow_payers = Lag(((1.0, "loglogistic", rng.uniform(0.5, 1.6), 2.2),), 10.0)
    prompt_payers = Lag(((0.95, "weibull", 0.004, 0.8), (0.05, "lognormal", 0.1, 0.8)), 2.0)
    return ChannelTruth(
        name=("baitiao", "wechat", "huabei", "card", "voucher")[index],
        clearing=clearing,
        mix=(
            rng.normal(0.0, 0.7) - 4.0 * rare,
            rng.normal(0.0, 0.3),
            rng.uniform(0.0, 0.25),
            rng.uniform(0.0, 6.28),
            rng.normal(0.0, 0.25),
        ),
        launch=int(rng.uniform(0.3, 0.8) * days) if late else 0,
        price=float(np.exp(rng.normal(0.0, 0.2))),
        fee=round(rng.uniform(0.0, 0.02), 4),
        never_paid=rng.uniform(0.0, 0.15),
        closing=None if never_closed else Lag(((1.0, "weibull", rng.choice([0.02, 1.0, 3.0, 10.0]), 8.0),), 30.0),
        paying=slow_payers if slow else prompt_payers,
        base=(float(base[0]), float(base[1]), float(base[2]), float(base[3])),
        sensitivity=float(rng.choice([0.0, 0.5, 1.0], p=[0.15, 0.25, 0.6])),
        integration=integration,
        swing=(rng.uniform(0.0, 0.5), rng.uniform(0.5, 0.9)),
        regime=(rng.uniform(1.5, 2.5), rng.uniform(4.0, 15.0), rng.uniform(20.0, 60.0)) if tight else (1.0, 1.0, 30.0),
        recovery=_recovery(rng, expit(logit(cures) + kinship * rng.standard_normal(4))),
        settlement=_settlement(rng, days),
        refund_rate=rng.choice([0.02, 0.06, 0.12, 0.2]) * rng.uniform(0.6, 1.4),
        refund_promotion=rng.choice([1.0, 1.4, 1.9]),
        refund_delay=Lag(
            (
                (rng.uniform(0.1, 0.6), "weibull", rng.uniform(0.5, 2.5), 1.1),
                (0.5, "loglogistic", rng.uniform(5.0, 14.0), rng.uniform(2.5, 5.0)),
            ),
            60.0,
        ),
        partial=rng.uniform(0.0, 0.4),
    )


def _recovery(rng: np.random.Generator, shares: Floats) -> tuple[RecoveryLaw, RecoveryLaw, RecoveryLaw, RecoveryLaw]:
    """By cause, in the order of ``CAUSES``, with the given shares cured (cause,)."""
    cures = (
        Lag(((1.0, "lognormal", 0.3, 0.9),), 10.0),
        Lag(((1.0, "weibull", 0.5, 0.9),), 10.0),
        Lag(((1.0, "loglogistic", 1.2, 1.8),), 15.0),
        Lag(((1.0, "weibull", 2.0, 1.6),), 12.0),
    )
    expiry = Lag(((1.0, "lognormal", float(rng.choice([2.0, 7.0, 14.0])), 0.15),), 45.0)
    clearing, integration, validation, risk_control = (
        RecoveryLaw(
            float(shares[cause]),
            cures[cause],
            expiry,
            after_fix=cause in (CLEARING, INTEGRATION),
            office=cause == RISK_CONTROL,
        )
        for cause in range(4)
    )
    return clearing, integration, validation, risk_control


def _settlement(rng: np.random.Generator, days: int) -> SettlementLaw:
    kinds: tuple[Payout, ...] = (
        "every_day",
        "working_days",
        "working_count",
        "tuesday_friday",
        "month_end",
        "delivery",
    )
    payout = kinds[int(rng.choice(6, p=[0.22, 0.24, 0.2, 0.1, 0.06, 0.18]))]
    middle = rng.uniform(1.5, 11.0)
    lag = Lag(
        (
            (rng.uniform(0.4, 1.0), "weibull", middle, rng.uniform(2.0, 9.0)),
            (rng.uniform(0.0, 0.5), "lognormal", middle * rng.uniform(0.7, 1.6), rng.uniform(0.1, 0.5)),
            (rng.uniform(0.0, 0.2), "loglogistic", middle * rng.uniform(0.8, 2.0), rng.uniform(2.5, 5.0)),
        ),
        75.0,
    )
    jumps = occurs(rng, 0.2)  # a fifth of the channels changed its terms once
    return SettlementLaw(
        payout=payout,
        lag=lag,
        count=int(rng.integers(1, 8)),
        cutoff=float(rng.choice([24.0, 24.0, 22.0, 17.0])),
        drift=rng.choice([0.0, 1.0]) * rng.normal(0.0, 0.2),
        jump_day=int(rng.uniform(0.2, 0.85) * days) if jumps else 0,
        jump=float(rng.choice([0.6, 1.5])) if jumps else 1.0,
        promotion=rng.choice([1.0, 1.0, rng.uniform(1.05, 1.4)]),
        stuck=rng.choice([0.0, 0.0, rng.uniform(0.0, 0.01)]) if payout == "delivery" else 0.0,
    )

"""The law of the sample merchant, a digital-goods shop (数码店): every parameter from which its orders are drawn.

All figures are invented for testing. None is a benchmark of any payment channel.

* **Sales.** Expected orders of a day = growth × yearly shape × weekday × Spring Festival dip × promotions, times an
  autoregressive daily noise (``demand.py``). Prices: each sku has a lognormal list price, an order's amount varies
  around it and ends in .00, .90 or .50 mostly; a share ``pairs`` of the orders holds two pieces.
* **Confirmation.** A share ``never_paid`` of orders is never confirmed and closed after 24–48 hours; the others are
  confirmed within minutes.
* **First deduction.** It fails by an episode (``episodes.py``) that covers the order, tried in the order clearing,
  integration, validation, risk control; else by the channel's base rates. Risk control's base rate rises with the
  day's surge over an ordinary day to the power ``risk_elasticity``, and with the sku's price.
* **Recovery.** Integration: retried after the fix. Validation: resubmitted within days. Risk control: held one to
  three days, then released or refused. Clearing: late, never lost.
* **Settlement.** A lag from the day of deduction by channel, in calendar or working days, then rolled to the
  channel's next payout day; a clearing outage holds what would arrive until it has ended.
* **Refunds.** A share of deducted orders, higher around promotions, some partial, at a lag from the deduction that
  knows nothing of the settlement: before settlement they lower it, afterwards they are taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats

HOURS_A_YEAR = 8766.0
TRIED = ("clearing", "integration", "validation", "risk_control")
"""The causes in the order in which a deduction meets them."""

REGIONS = ("广东", "江苏", "浙江", "山东", "上海", "北京", "四川", "河南", "湖北", "福建", "湖南", "其他")


@dataclass(frozen=True, slots=True)
class EpisodeTruth:
    """Episodes of one cause: Poisson arrivals, random lengths in hours, and the share of orders that they strike.

    ``lognormal``: median ``hours[0]``, standard deviation of the logarithm ``hours[1]``; ``uniform``: from, to.
    """

    a_year: float
    shape: Literal["lognormal", "uniform"]
    hours: tuple[float, float]
    severity: tuple[float, float]

    @property
    def mean_hours(self) -> float:
        """Expected length in hours: exp(μ + σ²/2) of a lognormal, the middle of a uniform."""
        first, second = self.hours
        if self.shape == "lognormal":
            return float(first * np.exp(second**2 / 2))
        return (first + second) / 2

    @property
    def mean_severity(self) -> float:
        """Expected share of the orders struck: the mean of the beta distribution."""
        first, second = self.severity
        return first / (first + second)

    @property
    def struck_share(self) -> float:
        """Long-run share of what is in scope that an episode strikes."""
        return self.a_year * self.mean_hours / HOURS_A_YEAR * self.mean_severity

    def draw_hours(self, rng: np.random.Generator, count: int) -> Floats:
        """Lengths of ``count`` episodes in hours."""
        first, second = self.hours
        if self.shape == "lognormal":
            return first * np.exp(second * rng.standard_normal(count))
        return rng.uniform(first, second, count)


@dataclass(frozen=True, slots=True)
class ChannelTruth:
    """One payment channel.

    ``share`` of orders on the first day, ``drift`` of its logarithm a year (shares are then scaled to sum to 1);
    ``price`` multiplies amounts; ``fee`` in units of 0.0001; ``lag`` maps days to probability.
    """

    name: str
    label: str
    clearing: str
    share: float
    drift: float
    price: float
    fee: int
    lag: Mapping[int, float]
    base: Mapping[str, float]
    integration: EpisodeTruth
    refund_rate: float
    lag_unit: Literal["calendar_days", "working_days"] = "calendar_days"
    payout: Literal["every_day", "working_days"] = "every_day"


@dataclass(frozen=True, slots=True)
class Law:
    """The whole law; the module's text explains it."""

    channels: tuple[ChannelTruth, ...]
    clearing_outages: Mapping[str, EpisodeTruth]
    validation_batches: EpisodeTruth
    risk_sweeps: EpisodeTruth
    recovery: Mapping[str, float] = field(
        default_factory=lambda: {"integration": 0.85, "validation": 0.55, "risk_control": 0.70, "clearing": 1.0}
    )
    never_paid: float = 0.08
    slow_confirmations: float = 0.03
    pairs: float = 0.06
    risk_elasticity: float = 0.4
    risk_price_power: float = 0.25
    partial_refunds: float = 0.20
    partial_part: tuple[float, float] = (0.10, 0.70)
    refund_after_promotion: float = 1.4
    promotion_surge: float = 1.8
    early_refunds: float = 0.35
    weekday: tuple[float, ...] = (0.97, 0.95, 0.96, 0.98, 1.01, 1.08, 1.05)
    growth: float = 0.18
    noise: float = 0.09
    noise_memory: float = 0.55
    skus: int = 48
    median_price: float = 199.0
    price_spread: float = 0.75
    order_spread: float = 0.25
    regions: tuple[str, ...] = REGIONS
    region_share: tuple[float, ...] = (0.16, 0.11, 0.10, 0.08, 0.08, 0.08, 0.07, 0.06, 0.06, 0.05, 0.05, 0.10)

    def sku_popularity(self) -> Floats:
        """Share of orders by sku (sku,): Zipf's law with exponent 0.7, in an order unrelated to the price."""
        weight = np.arange(1, self.skus + 1, dtype=np.float64) ** -0.7
        return np.asarray(weight / weight.sum())

    def sku_price(self) -> Floats:
        """List price by sku in yuan (sku,): the quantiles of a lognormal, dealt to the skus by a fixed stride."""
        stride = 17
        rank = (np.arange(self.skus) * stride) % self.skus
        return np.asarray(self.median_price * np.exp(self.price_spread * ndtri((rank + 0.5) / self.skus)))

    def sku_value_share(self) -> Floats:
        """Share of sales value by sku (sku,)."""
        value = self.sku_popularity() * self.sku_price()
        return np.asarray(value / value.sum())

    def sku_risk(self) -> Floats:
        """How much likelier than average risk control stops an order of a sku (sku,); its value-weighted mean is 1."""
        raw = self.sku_price() ** self.risk_price_power
        return np.asarray(raw / (raw * self.sku_value_share()).sum())

    def mean_price(self) -> float:
        """Expected amount of an order in yuan where the channel's factor is 1, pairs included."""
        return float((self.sku_popularity() * self.sku_price()).sum()) * (1 + self.pairs)

    def refunded_part(self) -> float:
        """Expected part of the amount that a refund returns."""
        return 1 - self.partial_refunds * (1 - sum(self.partial_part) / 2)


def _lags(mean: float, first: int, last: int) -> dict[int, float]:
    """Probabilities of whole days from ``first`` to ``last`` with a tail: gamma-like weights around ``mean``."""
    days = np.arange(first, last + 1, dtype=np.float64)
    offset = days - first + 0.5
    shape = 5.0
    weight = offset ** (shape - 1) * np.exp(-offset * shape / (mean - first + 0.5))
    share = np.round(weight / weight.sum(), 6)
    share[np.argmax(share)] += 1 - share.sum()
    return {int(day): float(part) for day, part in zip(days, share, strict=True)}


CHANNELS = (
    ChannelTruth(
        name="baitiao",
        label="京东白条",
        clearing="jd_pay",
        share=0.36,
        drift=0.06,
        price=1.20,
        fee=90,
        lag={6: 0.15, 7: 0.65, 8: 0.15, 9: 0.05},
        payout="working_days",
        base={"integration": 0.0035, "validation": 0.0055, "risk_control": 0.0160, "clearing": 0.0015},
        integration=EpisodeTruth(6.0, "lognormal", (6.0, 0.8), (2.0, 3.0)),
        refund_rate=0.105,
    ),
    ChannelTruth(
        name="wechat",
        label="微信分期",
        clearing="tenpay",
        share=0.28,
        drift=-0.02,
        price=0.90,
        fee=60,
        lag={1: 0.98, 2: 0.02},
        base={"integration": 0.0015, "validation": 0.0015, "risk_control": 0.0050, "clearing": 0.0005},
        integration=EpisodeTruth(3.0, "lognormal", (4.0, 0.8), (2.0, 3.0)),
        refund_rate=0.085,
    ),
    ChannelTruth(
        name="huabei",
        label="花呗",
        clearing="alipay",
        share=0.22,
        drift=-0.08,
        price=0.95,
        fee=80,
        lag=_lags(9.8, 4, 20),
        base={"integration": 0.0015, "validation": 0.0025, "risk_control": 0.0060, "clearing": 0.0008},
        integration=EpisodeTruth(3.0, "lognormal", (4.0, 0.8), (2.0, 3.0)),
        refund_rate=0.100,
    ),
    ChannelTruth(
        name="card",
        label="银行卡",
        clearing="unionpay",
        share=0.14,
        drift=0.0,
        price=1.00,
        fee=55,
        lag={2: 0.97, 3: 0.03},
        lag_unit="working_days",
        payout="working_days",
        base={"integration": 0.0020, "validation": 0.0025, "risk_control": 0.0080, "clearing": 0.0010},
        integration=EpisodeTruth(4.0, "lognormal", (5.0, 0.8), (2.0, 3.0)),
        refund_rate=0.070,
    ),
)
"""The payment channels of the sample merchant."""


def standard_law() -> Law:
    """The law of the sample merchant as it is shipped."""
    return Law(
        channels=CHANNELS,
        clearing_outages={
            "jd_pay": EpisodeTruth(2.0, "uniform", (24.0, 72.0), (6.0, 4.0)),
            "tenpay": EpisodeTruth(0.6, "uniform", (24.0, 48.0), (4.0, 6.0)),
            "alipay": EpisodeTruth(0.8, "uniform", (24.0, 48.0), (4.0, 6.0)),
            "unionpay": EpisodeTruth(1.0, "uniform", (24.0, 72.0), (4.0, 6.0)),
        },
        validation_batches=EpisodeTruth(18.0, "lognormal", (30.0, 0.5), (6.0, 3.0)),
        risk_sweeps=EpisodeTruth(5.0, "lognormal", (10.0, 0.6), (3.0, 7.0)),
    )

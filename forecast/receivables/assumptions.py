"""What the simulation assumes of each channel: laws with draws of their parameters, and what is open on as_of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats
    from forecast.notes import Note
    from forecast.plan.model import StatedRate
    from forecast.receivables.failures import FailureLaw
    from forecast.receivables.payout import PayoutDays
    from forecast.receivables.settlement import Mode


Source = Literal["ledger", "prior", "plan"]
"""What a figure rests on; the prior is that of the other channels where they show any, else the documented one."""


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """Yuan on its way on the evening of as_of, by age in days of its present state.

    ``awaiting`` since the order, ``failed`` since the failure by cause, ``in_transit`` since the deduction (less
    refunds made), ``settled`` since settlement (still refundable). The ``*_total`` figures include what is older than
    the laws reach, which stays outstanding.
    """

    awaiting: Floats
    failed: Mapping[str, Floats]
    in_transit: Floats
    settled: Floats
    awaiting_total: float
    failed_total: float
    in_transit_total: float

    @property
    def outstanding(self) -> float:
        """Awaiting, failed and in transit, less refunds already made on it."""
        return self.awaiting_total + self.failed_total + self.in_transit_total


@dataclass(frozen=True, slots=True)
class PromotionLaw:
    """How orders of promotions settle and come back, where that differs from other days; as in ``ChannelLaw``."""

    due: Floats
    refund_before: Floats
    refund_after: Floats


@dataclass(frozen=True, slots=True)
class ChannelLaw:
    """One channel's laws as they hold; arrays have (draw, …) first, one draw a possible truth.

    ``clearing`` is the clearing name shared by channels that fail together.
    ``first`` (draw, 2, age): hazards of the first deduction being tried, and of closing unpaid, since the order.
    ``recovery`` by cause (draw, 2, age): hazards of a cure and of a loss since the failure.
    ``due`` (draw, age): hazard of settlement since the deduction, read by ``mode`` with ``payout``.
    ``refund_before`` (draw, age): share of the open value refunded at that age before settlement.
    ``refund_after`` (draw, age): share of a settled cohort's value taken back at that age since settlement.
    ``inferred``: shares of failures without a cause that look like each cause, empty where there are none.
    ``promotion``: the same three for orders deducted in promotions, None where the ledger has shown none.
    ``fee_rate`` (draw). ``order_size``: Σ amount² ÷ Σ amount in yuan, the grain of random noise.
    ``dispersion``: the variance of a day's settlements against that of independent orders of that grain.
    ``failure_rate`` (of what was first tried) and ``refund_rate`` (of what was deducted, in the end): levels that the
    plan states and that the laws are brought to over the horizon, None where they stay as they are.
    ``failure_source`` and ``recovery_source``: what the failure rates and the recovered shares rest on.
    """

    name: str
    clearing: str
    first: Floats
    recovery: Mapping[str, Floats]
    failures: Mapping[str, FailureLaw]
    due: Floats
    mode: Mode
    payout: PayoutDays
    refund_before: Floats
    refund_after: Floats
    fee_rate: Floats
    order_size: float
    dispersion: float
    open_orders: OpenOrders
    usual_sales: float
    promotion: PromotionLaw | None = None
    inferred: Mapping[str, float] = field(default_factory=dict)
    failure_rate: StatedRate | None = None
    refund_rate: float | None = None
    failure_source: Source = "ledger"
    recovery_source: Source = "ledger"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The laws of all channels, in the plan's order, with the notes made while estimating them."""

    channels: tuple[ChannelLaw, ...]
    draws: int
    notes: tuple[Note, ...]

"""What a simulated scenario yields, with its money identity."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import IdentityError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Days, Floats

TOLERANCE = 1e-9
"""Relative to a path's turnover; float64 sums of some hundred terms stay well below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFlows:
    """What becomes of one channel's orders, as in ``Flows`` without the axis of channels."""

    settled: Floats
    fees: Floats
    refunded_before: Floats
    refunded_after: Floats
    lost: Floats
    never_paid: Floats
    failed: Floats
    lost_in_the_end: Floats
    failed_by_cause: Floats
    receivables: Floats
    closing_outstanding: Floats
    young: Mapping[int, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows(ChannelFlows):
    """Float64 yuan; arrays are (path, channel, day), day 0 the day after as_of.

    On their calendar day: ``sales`` ordered, ``settled`` (net of fees), ``fees``, ``refunded_before`` and
    ``refunded_after`` settlement, ``lost`` and ``never_paid`` closed. ``failed`` and ``lost_in_the_end`` are by day
    of order: what of that day's orders fails at first, and what of it is lost in the end. ``failed_by_cause``
    (path, channel, cause) is their sum. ``receivables``: deducted, not settled, less refunds made, in the evening;
    ``young``: by age in days, the part of them deducted fewer days ago. ``opening_*`` are (channel), or (path,
    channel) where the ledger stops before as_of and they are simulated.
    """

    channels: tuple[str, ...]
    causes: tuple[str, ...]
    days: Days
    sales: Floats
    opening_receivables: Floats
    opening_outstanding: Floats

    @classmethod
    def of(
        cls,
        part: ChannelFlows,
        channel: str,
        causes: tuple[str, ...],
        days: Days,
        sales: Floats,
        opening_receivables: float,
        opening_outstanding: float,
    ) -> Flows:
        """One channel's flows, its ``sales`` (path, day)."""
        names = [one.name for one in fields(ChannelFlows) if one.name != "young"]
        return cls(
            channels=(channel,),
            causes=causes,
            days=days,
            sales=sales[:, None],
            opening_receivables=np.array([opening_receivables]),
            opening_outstanding=np.array([opening_outstanding]),
            young={age: values[:, None] for age, values in part.young.items()},
            **{name: getattr(part, name)[:, None] for name in names},
        )

    @classmethod
    def joined(cls, blocks: Sequence[Flows]) -> Flows:
        """The channels of all blocks side by side."""
        first = blocks[0]
        apart = {"channels", "causes", "days", "young"}
        names = [one.name for one in fields(cls) if one.name not in apart]
        opening = {"opening_receivables", "opening_outstanding"}
        return cls(
            channels=tuple(name for one in blocks for name in one.channels),
            causes=first.causes,
            days=first.days,
            young={age: np.concatenate([one.young[age] for one in blocks], axis=1) for age in first.young},
            **{
                name: np.concatenate([getattr(one, name) for one in blocks], axis=-1 if name in opening else 1)
                for name in names
            },
        )

    @property
    def receipts(self) -> Floats:
        """Settlements that arrive that day, net of fees, less refunds taken back that day."""
        return self.settled - self.refunded_after

    def after(self, gap: int) -> Flows:
        """The same flows without their first ``gap`` days, what is open in the evening of the last of them opening.

        ``failed_by_cause`` is taken to be without those days already.
        """
        if not gap:
            return self
        came = self.sales - self.settled - self.fees - self.refunded_before - self.lost - self.never_paid
        apart = {"failed_by_cause", "closing_outstanding", "young"}
        by_day = ["sales", *(one.name for one in fields(ChannelFlows) if one.name not in apart)]
        return replace(
            self,
            days=self.days[gap:],
            opening_receivables=self.receivables[:, :, gap - 1],
            opening_outstanding=self.opening_outstanding + came[:, :, :gap].sum(axis=2),
            young={age: part[:, :, gap:] for age, part in self.young.items()},
            **{name: getattr(self, name)[:, :, gap:] for name in by_day},
        )

    def check_identity(self) -> None:
        """Opening outstanding + sales = settled + fees + refunded before + lost + never paid + closing outstanding.

        Raises:
            IdentityError: it does not hold on some path and channel, which is a fault of the program.
        """
        left = self.opening_outstanding + self.sales.sum(axis=2)
        parts = (self.settled, self.fees, self.refunded_before, self.lost, self.never_paid)
        right = sum((part.sum(axis=2) for part in parts), np.zeros_like(left)) + self.closing_outstanding
        gap = np.abs(left - right)
        worst = np.unravel_index(int(gap.argmax()), gap.shape)
        if gap[worst] > TOLERANCE * (1.0 + left[worst]):
            raise IdentityError(
                f"channel {self.channels[worst[1]]}, path {worst[0]}: {left[worst]:.4f} came in and was ordered, "
                f"{right[worst]:.4f} is accounted for"
            )

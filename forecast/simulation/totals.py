"""A scenario's channels together: what of their flows is kept once each channel's own figures are read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.arrays import Days, Floats
    from forecast.simulation.flows import Flows


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Sums over the channels, float64 yuan, (path, day) unless said otherwise; as in ``Flows``.

    ``refunds`` are those before and after settlement; ``opening_outstanding`` is one number, or (path); ``failed`` by
    cause, summed over the paths, (cause).
    """

    causes: tuple[str, ...]
    days: Days
    sales: Floats
    receipts: Floats
    refunds: Floats
    fees: Floats
    receivables: Floats
    opening_outstanding: Floats
    failed: Floats

    @classmethod
    def of(cls, flows: Flows) -> Totals:
        """The sums over the channels of these flows."""
        return cls(
            causes=flows.causes,
            days=flows.days,
            sales=flows.sales.sum(axis=1),
            receipts=flows.receipts.sum(axis=1),
            refunds=(flows.refunded_before + flows.refunded_after).sum(axis=1),
            fees=flows.fees.sum(axis=1),
            receivables=flows.receivables.sum(axis=1),
            opening_outstanding=np.asarray(flows.opening_outstanding.sum(axis=-1)),
            failed=flows.failed_by_cause.sum(axis=(0, 1)),
        )

    @classmethod
    def over(cls, blocks: Iterable[Flows]) -> Totals:
        """The sums over all blocks, of which one alone is held at a time; at least one."""
        parts = map(cls.of, blocks)
        total = next(parts)
        for part in parts:
            total.add(part)
            del part  # before the next block is made
        return total

    def add(self, other: Totals) -> None:
        """Add another's sums to these, in place."""
        for one in fields(self):
            if one.name not in {"causes", "days"}:
                own = getattr(self, one.name)
                np.add(own, getattr(other, one.name), out=own)


def receipts_over(blocks: Iterable[Flows]) -> Floats:
    """The sums over all channels of what comes in, as ``Totals.over`` gives them, where no more is wanted."""
    parts = (block.receipts.sum(axis=1) for block in blocks)
    total: Floats = next(parts)
    for part in parts:
        total += part
        del part  # as above
    return total

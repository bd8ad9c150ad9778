"""What a later review compares with: sales and receipts to date with their quantiles, and every flow's expected sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import Cost
from forecast.records import Record, money, record, says
from forecast.results.distributions import Bands, bands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.simulation.flows import Flows


@record
class ToDate(Record):
    """Means of every flow from the first day to each day of the horizon."""

    sales: list[float] = money("order value")
    settled: list[float] = money("settled")
    fees: list[float] = money("channel fees")
    refunded_before: list[float] = money("refunded before settlement")
    refunded_after: list[float] = money("refunded after settlement")
    lost: list[float] = money("given up after a failure")
    never_paid: list[float] = money("given up without a deduction tried")
    in_transit: list[float] = money("deducted and not settled that evening")


@record
class TotalBasis(Record):
    """Of the whole shop, from the first day to each day."""

    sales: Bands = says("order value")
    receipts: Bands = says("receipts")


@record
class ChannelBasis(Record):
    """Of one channel, from the first day to each day; what is between the two means comes of orders placed since."""

    sales: Bands = says("order value")
    receipts: Bands = says("receipts")
    all: ToDate = says("of all orders")
    open_orders: ToDate = says("of orders placed by as_of alone")


@record
class CostToDate(Record):
    """One cost that moves with sales."""

    terms: Cost = says("the cost as the plan has it")
    paid: list[float] = money("mean paid from the first day to each day")


@record
class ReviewBasis(Record):
    """The base scenario's course as ``forecast review`` needs it.

    Quantiles of a sum do not follow from those of its days, so the sums from the first day to each day are kept with
    their own.
    """

    total: TotalBasis = says("of the whole shop")
    by_channel: dict[str, ChannelBasis] = says("by channel")
    costs: list[CostToDate] | None = says("costs that move with sales, in the plan's order", default=None)


def review_basis(flows: Flows, open_orders: Flows, costs: Sequence[tuple[Cost, Floats]] = ()) -> ReviewBasis:
    """The basis of a later review.

    ``flows`` are the base's, ``open_orders`` those without new orders, on the same random numbers; ``costs`` are those
    of the plan with what each takes, yuan, (path, day) or (1, day).
    """
    sales, receipts = np.cumsum(flows.sales, axis=2), np.cumsum(flows.receipts, axis=2)
    return ReviewBasis(
        TotalBasis(bands(sales.sum(axis=1)), bands(receipts.sum(axis=1))),
        {
            name: ChannelBasis(
                bands(sales[:, index]), bands(receipts[:, index]), _to_date(flows, index), _to_date(open_orders, index)
            )
            for index, name in enumerate(flows.channels)
        },
        [CostToDate(cost, np.cumsum(paid.mean(axis=0)).tolist()) for cost, paid in costs],
    )


def _to_date(flows: Flows, index: int) -> ToDate:
    summed = ("sales", "settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid")
    means = {name: np.cumsum(getattr(flows, name)[:, index].mean(axis=0)).tolist() for name in summed}
    return ToDate(**means, in_transit=flows.receivables[:, index].mean(axis=0).tolist())

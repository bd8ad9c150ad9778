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
    from forecast.simulation.totals import Totals


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


def total_basis(totals: Totals) -> TotalBasis:
    """Sales and receipts of the whole shop to date."""
    return TotalBasis(bands(np.cumsum(totals.sales, axis=1)), bands(np.cumsum(totals.receipts, axis=1)))


def costs_to_date(costs: Sequence[tuple[Cost, Floats]]) -> list[CostToDate]:
    """The means to date of the plan's costs, of which each takes yuan, (path, day) or (1, day)."""
    return [CostToDate(cost, np.cumsum(paid.mean(axis=0)).tolist()) for cost, paid in costs]


def to_date(flows: Flows) -> ToDate:
    """The means to date of a block of one channel."""
    summed = ("sales", "settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid")
    means = {name: np.cumsum(getattr(flows, name)[:, 0].mean(axis=0)).tolist() for name in summed}
    return ToDate(**means, in_transit=flows.receivables[:, 0].mean(axis=0).tolist())


def channel_basis(flows: Flows, open_orders: ToDate) -> ChannelBasis:
    """The basis of one channel.

    ``flows`` are the base's block of it, ``open_orders`` of the same without new orders, on the same random numbers.
    """
    sales, receipts = np.cumsum(flows.sales[:, 0], axis=1), np.cumsum(flows.receipts[:, 0], axis=1)
    return ChannelBasis(bands(sales), bands(receipts), to_date(flows), open_orders)

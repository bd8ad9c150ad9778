"""One scenario in a result: sales, receipts and cash by day, each channel's outcomes, the buffer and the financing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.liquidity import LowestCash, lowest_cash
from forecast.records import Record, money, rate, record, says
from forecast.results.buffer import BufferShown
from forecast.results.distributions import Band, Bands, band, bands, day_texts
from forecast.results.financing import FinancingShown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.cash import CashCase
    from forecast.disbursements import Disbursements
    from forecast.plan.model import Plan
    from forecast.simulation.flows import Flows
    from forecast.simulation.totals import Totals


@record
class ChannelResult(Record):
    """One channel of a scenario; totals are of the horizon's sum on each path."""

    sales: Bands = says("order value by day")
    receipts: Bands = says("settlements net of fees less refunds taken back, by day")
    sales_total: Band = says("order value")
    receipts_total: Band = says("receipts")
    failed_total: Band = says("orders placed in the horizon whose first deduction fails")
    lost_total: Band = says("orders placed in the horizon that fail and are lost in the end")
    settled_total: Band = says("settled, net of fees")
    fees_total: Band = says("channel fees")
    refunded_before_total: Band = says("refunded before settlement")
    refunded_after_total: Band = says("refunded after settlement")
    failed_by_cause: dict[str, float] = money("mean failed value by cause")
    opening_outstanding: float = money("outstanding on the evening of as_of")
    closing_outstanding: Band = says("outstanding on the last evening")


@record
class CashTerms(Record):
    """Balances and other flows as a scenario has them."""

    opening_balance: float = money("cash on the evening of as_of")
    minimum_balance: float = money("cash must not fall below it")
    other_flows: list[float] = money("the other cash flows of all categories, by day")


@record
class CostResult(Record):
    """One category of the costs that move with sales; what is paid is positive."""

    mean: list[float] = money("mean paid, by day")
    total: Band = says("paid over the horizon")


@record
class Unmoved(Record):
    """Figures that a scenario leaves as they are in base, for one reason."""

    figures: list[str] = says("which: keys of the table of a what-if")
    reason: str = says("stable code of the reason")
    text: str = says("the reason in the plan's language")


@record
class ScenarioResult(Record):
    """One scenario; a series has one figure a day of ``dates``."""

    label: str = says("name as printed")
    changes: list[str] = says("what it changes against the base")
    dates: list[str] = says("days of the horizon")
    sales: Bands = says("order value of all channels by day")
    receipts: Bands = says("receipts of all channels by day")
    sales_total: Band = says("order value over the horizon")
    receipts_total: Band = says("receipts over the horizon")
    by_channel: dict[str, ChannelResult] = says("by channel")
    costs: dict[str, CostResult] = says("costs that move with sales, by category")
    cash_before_financing: Bands = says("cash position by day without any facility")
    buffer: BufferShown = says("the liquidity buffer")
    cash_after_financing: Bands | None = says("cash position by day with the recommended mix; null where not compared")
    lowest_cash: LowestCash = says("how low cash falls without any facility")
    financing: FinancingShown | None = says("comparison of financing; null where not compared")
    cash: CashTerms | None = says("balances and other flows, where it changes the plan", default=None)
    confidence: float | None = rate("its confidence, where it changes the plan's", default=None)
    unmoved: list[Unmoved] | None = says("what does not move against the base, and why; absent in base", default=None)


def costs_by_day(scenario: ScenarioResult) -> list[float]:
    """What all costs that move with sales take on each day, mean, yuan as negative numbers; 0 without any."""
    return [-sum(amounts) for amounts in zip(*(one.mean for one in scenario.costs.values()), strict=True)] or [
        0.0 for _ in scenario.dates
    ]


def costs_total(scenario: ScenarioResult) -> float:
    """What all costs that move with sales take over the horizon, mean, yuan as a positive number."""
    return sum(one.total.mean for one in scenario.costs.values())


def cash_terms(plan: Plan, other: Disbursements) -> CashTerms:
    """The balances of a plan as a scenario has it, and its other flows over the horizon."""
    return CashTerms(plan.cash.opening_balance, plan.cash.minimum_balance, other.total.tolist())


def scenario_result(
    label: str,
    changes: Sequence[str],
    totals: Totals,
    by_channel: Mapping[str, ChannelResult],
    case: CashCase,
    before: Floats,
    buffer: BufferShown,
    *,
    confidence: float,
    cash: CashTerms | None = None,
) -> ScenarioResult:
    """One scenario's figures, financing not compared.

    ``changes``: against the base, as lines; ``before``: cash before financing, yuan, (path, day), of its ``case``;
    ``cash``: what it changes of balances and other flows, None where nothing.
    """
    return ScenarioResult(
        label=label,
        changes=list(changes),
        dates=day_texts(totals.days),
        sales=bands(totals.sales),
        receipts=bands(totals.receipts),
        sales_total=band(totals.sales.sum(axis=1)),
        receipts_total=band(totals.receipts.sum(axis=1)),
        by_channel=dict(by_channel),
        costs={name: _cost(paid, len(before)) for name, paid in case.costs.items()},
        cash_before_financing=bands(before),
        buffer=buffer,
        cash_after_financing=None,
        lowest_cash=lowest_cash(before, totals.days, confidence),
        financing=None,
        cash=cash,
    )


def _cost(paid: Floats, paths: int) -> CostResult:
    """A category's payments (path, day), or (1, day) where all paths pay alike."""
    every = np.broadcast_to(paid, (paths, paid.shape[1]))
    return CostResult(mean=every.mean(axis=0).tolist(), total=band(every.sum(axis=1)))


def channel_result(flows: Flows) -> ChannelResult:
    """The figures of a block of one channel."""
    receipts = flows.receipts[:, 0]

    def total(values: Floats) -> Band:
        return band(values[:, 0].sum(axis=1))

    return ChannelResult(
        sales=bands(flows.sales[:, 0]),
        receipts=bands(receipts),
        sales_total=total(flows.sales),
        receipts_total=band(receipts.sum(axis=1)),
        failed_total=total(flows.failed),
        lost_total=total(flows.lost_in_the_end),
        settled_total=total(flows.settled),
        fees_total=total(flows.fees),
        refunded_before_total=total(flows.refunded_before),
        refunded_after_total=total(flows.refunded_after),
        failed_by_cause={
            cause: float(flows.failed_by_cause[:, 0, position].mean()) for position, cause in enumerate(flows.causes)
        },
        opening_outstanding=float(flows.opening_outstanding[..., 0].mean()),
        closing_outstanding=band(flows.closing_outstanding[:, 0]),
    )


def same_money(one: ScenarioResult, other: ScenarioResult) -> bool:
    """Whether two scenarios have the same sales, receipts, outcomes and cash on every day, and the same buffer."""
    pairs = [(one.sales, other.sales), (one.receipts, other.receipts), (one.by_channel, other.by_channel)]
    pairs += [(one.cash_before_financing, other.cash_before_financing)]
    same = all(before == after for before, after in pairs) and one.lowest_cash == other.lowest_cash
    return same and (one.buffer.amount, one.buffer.funding_gap) == (other.buffer.amount, other.buffer.funding_gap)

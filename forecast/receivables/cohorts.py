"""One channel's rows of the daily tables counted into cohorts: what each law is then estimated from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.money import to_yuan
from forecast.plan.model import ALL_CAUSES
from forecast.receivables.assumptions import OpenOrders
from forecast.receivables.hazards import MAX_AGE, CohortCounts, count_cohorts, open_by_age
from forecast.receivables.rows import days_of, has_cause, net_of_refunds, rows_of, total_fen, with_outcome
from forecast.receivables.settlement import SettlementGrid, SettlementLaw, fit_settlement, settlement_grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from forecast.arrays import Days, Floats
    from forecast.calendar import Calendar
    from forecast.ledger.tables import DailyTables
    from forecast.plan.model import Event


@dataclass(frozen=True, slots=True)
class Counts:
    """One channel's cohort counts of each step."""

    first: CohortCounts
    recovery: Mapping[str, CohortCounts]
    refund_before: CohortCounts
    refund_after: CohortCounts
    promotion_refund_before: CohortCounts
    promotion_refund_after: CohortCounts
    settlement: SettlementLaw | None
    grid: SettlementGrid | None
    order_size: float


def order_size(sales: pd.DataFrame) -> float:
    """Σ amount² ÷ Σ amount in yuan; 1 where nothing was ordered."""
    value = to_yuan(total_fen(sales))
    return float(sales["value_squared"].sum()) / value if value > 0 else 1.0


def promotion_days(events: Iterable[Event], as_of: np.datetime64) -> Days:
    """The days up to as_of on which a promotion ran."""
    runs = [np.arange(np.datetime64(event.start), np.datetime64(event.end) + 1) for event in events]
    days = np.unique(np.concatenate(runs)) if runs else np.array([], dtype="datetime64[D]")
    return np.asarray(days[days <= as_of])


def count_channel(tables: DailyTables, name: str, as_of: np.datetime64, calendar: Calendar, promotions: Days) -> Counts:
    """Cohort counts of one channel."""
    size = order_size(rows_of(tables.sales, name))
    # For the age of the first attempt a failure and a success are the same event: it was tried.
    first = rows_of(tables.first, name).replace({"outcome": {"deducted": "tried", "failed": "tried"}})
    recovery = rows_of(tables.recovery, name)
    settlement = rows_of(tables.settlement, name)
    before = rows_of(tables.refund_before, name)
    after = rows_of(tables.refund_after, name)
    grid = settlement_grid(settlement, as_of) if len(settlement) else None
    law, lag = None, 0
    if grid is not None and grid.settled.sum() > 0:
        law = fit_settlement(grid, calendar, size, np.isin(grid.days, promotions))
        lag = round(float((grid.settled.sum(axis=0) @ np.arange(MAX_AGE + 1)) / grid.settled.sum()))
    ends = ("deducted", "lost")
    causes = {cause: count_cohorts(recovery[has_cause(recovery, cause)], ends, as_of) for cause in ALL_CAUSES}
    return Counts(
        first=count_cohorts(first, ("tried", "never_paid"), as_of),
        recovery=causes,
        refund_before=_before(settlement, before, as_of),
        refund_after=_after(after, as_of),
        promotion_refund_before=_before(_on(settlement, promotions), _on(before, promotions), as_of),
        # What settled a usual lag after a promotion's days was mostly ordered on them.
        promotion_refund_after=_after(_on(after, promotions + lag), as_of),
        settlement=law,
        grid=grid,
        order_size=size,
    )


def without_refunds(counts: Counts) -> Counts:
    """The counts of a channel whose source does not show refunds: none of them tells of refunds after settlement.

    Those before it are kept, where long waiting tells them.
    """

    def nothing(one: CohortCounts) -> CohortCounts:
        return CohortCounts(0.0 * one.events, 0.0 * one.at_risk, one.weeks)

    waits = bool(counts.refund_before.events.any())
    return replace(
        counts,
        refund_before=counts.refund_before if waits else nothing(counts.refund_before),
        promotion_refund_before=(counts.promotion_refund_before if waits else nothing(counts.promotion_refund_before)),
        refund_after=nothing(counts.refund_after),
        promotion_refund_after=nothing(counts.promotion_refund_after),
    )


def _on(table: pd.DataFrame, days: Days) -> pd.DataFrame:
    """The rows of these days."""
    return table[np.isin(days_of(table), days)]


def _before(settlement: pd.DataFrame, before: pd.DataFrame, as_of: np.datetime64) -> CohortCounts:
    """Refunds before settlement against the value that was deducted and open at each age."""
    at_risk = count_cohorts(settlement, (), as_of).at_risk
    refunds = count_cohorts(before.assign(outcome="refunded"), ("refunded",), as_of)
    weeks = max(len(at_risk), len(refunds.at_risk))
    return CohortCounts(_padded(refunds.events, weeks), _padded(at_risk, weeks), np.arange(weeks, dtype=np.int64))


def _after(after: pd.DataFrame, as_of: np.datetime64) -> CohortCounts:
    """Orders refunded after settlement (kind 0) and what was taken back (kind 1) against what had settled."""
    exits = count_cohorts(after, ("refunded",), as_of)
    taken = count_cohorts(after, ("refunded",), as_of, money="refunded")
    return CohortCounts(np.concatenate([exits.events, taken.events], axis=1), exits.at_risk, exits.weeks)


def _padded(array: Floats, weeks: int) -> Floats:
    missing = weeks - len(array)
    return np.concatenate([array, np.zeros((missing, *array.shape[1:]))]) if missing else array


def open_orders(tables: DailyTables, name: str) -> OpenOrders:
    """What is on its way, by state and age."""
    first, recovery = rows_of(tables.first, name), rows_of(tables.recovery, name)
    settlement, after = rows_of(tables.settlement, name), rows_of(tables.refund_after, name)
    net = net_of_refunds(settlement)
    return OpenOrders(
        awaiting=open_by_age(first, "awaiting"),
        failed={cause: open_by_age(recovery[has_cause(recovery, cause)], "failed") for cause in ALL_CAUSES},
        in_transit=open_by_age(net, "in_transit"),
        settled=open_by_age(after, "open"),
        awaiting_total=to_yuan(total_fen(with_outcome(first, "awaiting"))),
        failed_total=to_yuan(total_fen(with_outcome(recovery, "failed"))),
        in_transit_total=to_yuan(total_fen(with_outcome(net, "in_transit"))),
    )

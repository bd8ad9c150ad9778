"""What came: every flow of a ledger on the calendar day on which it happened, by channel, in whole fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.rows import (
    days_of,
    event_days_of,
    fen_of,
    is_of,
    net_of_refunds,
    rows_of,
    total_fen,
    with_outcome,
)
from forecast.studies.variance import Course

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from forecast.arrays import Days, Ints
    from forecast.ledger.tables import DailyTables
    from forecast.receivables.rows import Money


@dataclass(frozen=True, slots=True)
class Dated:
    """One flow: rows of a daily table, and the day and the fen, at least 0, of each."""

    rows: pd.DataFrame
    day: Days
    fen: Ints

    def by_day(self, channels: Sequence[str], days: Days) -> Ints:
        """Sums by channel and day (channel, day), 0 where nothing happened; ``days`` rise, other days are left out."""
        sums = np.zeros((len(channels), len(days)), dtype=np.int64)
        for row, channel in zip(sums, channels, strict=True):
            chosen = is_of(self.rows, channel) & np.isin(self.day, days)
            np.add.at(row, np.searchsorted(days, self.day[chosen]), self.fen[chosen])
        return sums

    def until(self, channel: str, day: np.datetime64) -> int:
        """One channel's sum up to a day, that included."""
        return int(self.fen[is_of(self.rows, channel) & (self.day <= day)].sum())

    def after(self, channel: str, day: np.datetime64) -> int:
        """One channel's sum after a day."""
        return int(self.fen[is_of(self.rows, channel) & (self.day > day)].sum())


@dataclass(frozen=True, slots=True)
class DatedFlows:
    """The flows of a ledger: sales on the day of order, the others when the event happened; settled is net of fees."""

    sales: Dated
    settled: Dated
    fees: Dated
    refunded_before: Dated
    refunded_after: Dated
    lost: Dated
    never_paid: Dated

    def receipts_by_day(self, channels: Sequence[str], days: Days) -> Ints:
        """Net receipts as in a forecast: what settles that day, net of fees, less refunds taken back that day."""
        return self.settled.by_day(channels, days) - self.refunded_after.by_day(channels, days)

    def closed_unpaid(self, channel: str, as_of: np.datetime64) -> dict[str, int]:
        """What was given up after ``as_of``: ``lost`` after a failure, and ``never_paid``, in fen."""
        return {"lost": self.lost.after(channel, as_of), "never_paid": self.never_paid.after(channel, as_of)}


def dated_flows(tables: DailyTables) -> DatedFlows:
    """Every flow of a ledger on its days."""
    settled = with_outcome(tables.settlement, "settled")
    return DatedFlows(
        sales=Dated(tables.sales, days_of(tables.sales), fen_of(tables.sales)),
        settled=_happened(settled, "settled"),
        fees=_happened(settled, "fees"),
        refunded_before=_happened(tables.refund_before),
        refunded_after=_happened(tables.refund_after, "refunded"),
        lost=_happened(with_outcome(tables.recovery, "lost")),
        never_paid=_happened(with_outcome(tables.first, "never_paid")),
    )


def course(tables: DailyTables, flows: DatedFlows, channel: str, as_of: np.datetime64) -> Course:
    """What became of a channel's money from the day after ``as_of`` to the tables' own as_of.

    ``opening`` is what the ledger as it is now says was outstanding on the evening of ``as_of``.
    """
    gone = (flows.settled, flows.fees, flows.refunded_before, flows.lost, flows.never_paid)
    waiting = net_of_refunds(with_outcome(rows_of(tables.settlement, channel), "in_transit"))
    return Course(
        opening=flows.sales.until(channel, as_of) - sum(flow.until(channel, as_of) for flow in gone),
        sales=flows.sales.after(channel, as_of),
        settled=flows.settled.after(channel, as_of),
        fees=flows.fees.after(channel, as_of),
        refunded_before=flows.refunded_before.after(channel, as_of),
        refunded_after=flows.refunded_after.after(channel, as_of),
        in_transit=total_fen(waiting),
    )


def history_days(tables: DailyTables, until: np.datetime64) -> Days:
    """The days from the first order to ``until``, both included."""
    return np.asarray(np.arange(np.datetime64(tables.first_day, "D"), until + 1))


def _happened(rows: pd.DataFrame, money: Money = "value") -> Dated:
    return Dated(rows, event_days_of(rows), fen_of(rows, money))

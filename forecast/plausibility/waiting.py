"""Orders that should long be decided on or settled and are not, over the whole ledger or in any quarter of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.notes import Note
from forecast.receivables.rows import days_of, has_outcome, orders_in, total_fen

if TYPE_CHECKING:
    from forecast.ledger.tables import DailyTables, Ledger
    from forecast.notes import Values

FEW, SETTLED_BY, DECIDED_BY, RIPE_DAYS = 20, 14, 30, 60
"""So many orders are evidence. By so many days after it an order is paid for, decided on, and settled at the latest."""

OVERDUE, MOSTLY = 0.05, 0.6
"""Shares of value above which what should be settled, decided or paid by now is too much to be true."""

QUARTER, OVERDUE_ORDERS, FEWEST_OVERDUE = 91, 0.015, 12
"""In a quarter's days this share of orders, and so many of them, are too many."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Orders of some days that wait too long: their share, by value over all days, by orders in a quarter."""

    share: float
    first: str
    last: str

    def note(self, code: str, where: str, days: int) -> Note:
        """The note on them."""
        values: Values = {"share": self.share, "days": days, "first": self.first, "last": self.last}
        return Note(code, where, values)


def on_waiting(ledger: Ledger) -> list[Note]:
    """Orders that should be paid for, decided or settled by now, and are not."""
    tables, as_of = ledger.tables, np.datetime64(ledger.tables.as_of)
    ripe = tables.identity[days_of(tables.identity) <= as_of - SETTLED_BY]
    notes, value = [], total_fen(ripe)
    given_up = total_fen(ripe, "never_paid") + total_fen(ripe, "lost")
    if orders_in(ripe) >= FEW and given_up > MOSTLY * value:
        notes.append(Note("mostly_unpaid", "ledger", {"share": given_up / value}))
    return notes + _undecided(tables) + _unsettled(tables)


def _undecided(tables: DailyTables) -> list[Note]:
    """Orders neither deducted nor closed, failed ones among them: of all channels, or of one by its name."""
    tried = tables.first[~has_outcome(tables.first, "failed")].assign(waits=lambda rows: rows.outcome == "awaiting")
    failed = tables.recovery.assign(waits=lambda rows: rows.outcome == "failed")
    return _overdue(tables, pd.concat([tried, failed]), "long_awaited", DECIDED_BY)


def _unsettled(tables: DailyTables) -> list[Note]:
    """Deducted orders whose money never came: of all channels, or of one by its name."""
    as_of = np.datetime64(tables.as_of)
    days = days_of(tables.settlement)
    settled = has_outcome(tables.settlement, "settled").any()
    if not settled and orders_in(tables.settlement[days <= as_of - SETTLED_BY]) >= FEW:
        return [Note("nothing_settled", "ledger")]
    waiting = tables.settlement.assign(waits=lambda rows: rows.outcome == "in_transit")
    return _overdue(tables, waiting, "long_in_transit", RIPE_DAYS)


def _overdue(tables: DailyTables, rows: pd.DataFrame, code: str, ripe: int) -> list[Note]:
    """Channels with too many orders that ``waits`` for longer than ``ripe`` days; else all of them together."""
    old = rows[days_of(rows) <= np.datetime64(tables.as_of) - ripe]
    notes = [
        overdue.note(code, f"channels.{name}", ripe)
        for name, own in old.groupby("channel", sort=True)
        if (overdue := _most(own, OVERDUE))
    ]
    if not notes and (overdue := _most(old, OVERDUE_ORDERS)):
        notes.append(overdue.note(code, "ledger", ripe))
    return notes


def _most(rows: pd.DataFrame, most: float) -> Overdue | None:
    """The waiting of all the rows, or of the quarter with most of it, where it is too much."""
    if rows.empty:
        return None
    days = days_of(rows)
    value, waits = total_fen(rows), total_fen(rows[rows.waits])
    if waits > OVERDUE * value and orders_in(rows) >= FEW:
        return Overdue(waits / value, str(days.min()), str(days.max()))
    by_quarter = rows.assign(
        quarter=(days.max() - days).astype(np.int64) // QUARTER,
        begin=days,
        end=days,
        waiting=rows.orders.where(rows.waits, 0),
    ).groupby("quarter")
    sums = by_quarter.agg({"orders": "sum", "waiting": "sum", "begin": "min", "end": "max"})
    sums = sums.assign(share=sums.waiting / sums.orders)
    told = sums[(sums.share > most) & (sums.waiting >= FEWEST_OVERDUE)].nlargest(1, "share")
    if told.empty:
        return None
    return Overdue(float(told.share.iloc[0]), str(told.begin.iloc[0])[:10], str(told.end.iloc[0])[:10])

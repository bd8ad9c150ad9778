"""The small tables that the one pass over the orders leaves behind; everything after it works on these alone.

Every table is a tidy pandas DataFrame. Common columns: ``channel`` (text), ``orders`` (int64, number of orders), and
money in int64 fen. Days are ``datetime64`` at midnight, local calendar days of the plan's timezone; ages are whole
calendar days between the days of two events, at least 0. Only what was known on the evening of as_of is in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

SALES = ("channel", "day", "orders", "value", "value_squared")
"""Orders placed: one row a channel and day of order; ``value_squared`` is the float sum of amounts² in yuan²."""

FIRST = ("channel", "day", "outcome", "cause", "age", "orders", "value")
"""First deductions, by day of order. ``outcome``: ``deducted`` (no cause recorded; age from order to deduction),
``failed`` (with ``cause``; age from order to failed_at, 0 where failed_at is absent), ``never_paid`` (closed without
a cause, unless it was a silent failure; age to closing) or ``awaiting`` (age from order to as_of). ``cause`` is empty
text unless failed."""

RECOVERY = ("channel", "cause", "day", "outcome", "age", "orders", "value")
"""Failed first deductions, by day of failure. ``outcome``: ``deducted`` (cured; age from failure to deduction),
``lost`` (closed; age to closing) or ``failed`` (still open; age to as_of)."""

TRACES = ("channel", "day", "hour", "orders", "value", "sku_value", "sku_usual")
"""What failures with the cause ``unknown`` say of it: by day and hour of failure (0 to 23; of the order where failed_at
is absent), so at most 24 rows a channel and day. ``sku_value`` is the part in the sku that failed most that day over
all channels, ``sku_usual`` what that part would be by the sku's share of all sales; both 0 where there is no sku."""

SETTLEMENT = (
    "channel",
    "day",
    "outcome",
    "age",
    "orders",
    "value",
    "refunded_before",
    "fees",
    "settled",
    "value_squared",
)
"""Deducted orders, by day of deduction. ``outcome``: ``settled`` (age from deduction to settled_on), ``refunded``
(wholly refunded before settlement; age to refunded_on) or ``in_transit`` (age to as_of). ``value`` is the amount;
``refunded_before`` what was refunded before settlement; settled + fees + refunded_before = value where settled."""

REFUND_BEFORE = ("channel", "day", "age", "orders", "value")
"""Refunds made before settlement, part or whole, by day of deduction (day of order where none): age to refunded_on."""

REFUND_AFTER = ("channel", "day", "outcome", "age", "orders", "value", "refunded")
"""Settled orders, by day of settlement. ``outcome``: ``refunded`` (after settlement; age from settled_on to
refunded_on) or ``open`` (not refunded after settlement so far; age to as_of). ``value`` is the settled part of the
amount before the fee, ``refunded`` what was taken back."""

COLLECTED = ("channel", "day", "outcome", "age", "orders", "value")
"""Money that reached the account, and money taken back from it, by day of order. ``outcome``: ``settled`` (``value``
net of the fee; age from order to settled_on) or ``refunded`` (taken back after settlement; age from order to
refunded_on). Net receipts of a day's orders up to an age are the former less the latter."""

PARTS = ("settled", "fees", "refunded_before", "lost", "never_paid", "outstanding")
"""Where an order's value is; outstanding is what is awaiting, failed or in transit less refunds already made on it."""

IDENTITY = ("channel", "day", "orders", "value", *PARTS, "refunded_after")
"""By day of order: value is the sum of its ``PARTS``, to the fen."""


@dataclass(frozen=True, slots=True)
class DailyTables:
    """The tables, with as_of and the first day of order; the columns of each stand in the constant of its name."""

    as_of: dt.date
    first_day: dt.date
    sales: pd.DataFrame
    first: pd.DataFrame
    recovery: pd.DataFrame
    traces: pd.DataFrame
    settlement: pd.DataFrame
    refund_before: pd.DataFrame
    refund_after: pd.DataFrame
    collected: pd.DataFrame
    identity: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows: accepted, rejected, dropped (ordered after as_of), blanked (events after as_of).

    ``silent`` counts the accepted ones that were confirmed and not deducted long after the usual time.
    """

    orders: int
    rejected: int
    dropped: int
    blanked: int
    silent: int = 0


@dataclass(frozen=True, slots=True)
class Signs:
    """By what a mistake of a whole file shows: see ``signs.py``.

    ``rejected_value`` is what the rejected rows' amounts come to, as far as they can be read (fen); ``by_hour`` counts
    good orders by the hour in which they were placed, those with a dated failure left out. Of the good orders that have
    both moments (``timed``), ``backwards`` counts those deducted before the customer confirmed them.
    """

    rejected_value: int = 0
    by_hour: tuple[int, ...] = (0,) * 24
    timed: int = 0
    backwards: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """The daily tables, the counts, and every bad row.

    ``rejected`` has the columns ``line`` (of the file, header = 1; row number from 1 in Parquet), ``order_id``,
    ``column``, ``value`` (as found), ``reason`` (a stable code such as ``amount_not_a_number``); one row a fault.
    ``has_causes`` and ``has_confirmation`` tell whether the feed has ``failure_cause`` and ``paid_at`` at all.
    """

    tables: DailyTables
    counts: Counts
    rejected: pd.DataFrame
    has_causes: bool
    has_confirmation: bool
    signs: Signs = Signs()

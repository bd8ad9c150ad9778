"""The small tables that the one pass over the orders leaves behind; everything after it works on these alone.

Every table is a tidy pandas DataFrame. Common columns: ``channel`` (text), ``orders`` (int64, number of orders), and
money in int64 fen. Days are ``datetime64`` at midnight, local calendar days of the plan's timezone; ages are whole
calendar days between the days of two events, at least 0. Only what was known on the evening of as_of is in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

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
class Completion:
    """Names of channels for what the ledger does not show of them, as decided on one day for all as-of days before it.

    ``settled``: their settlements are the plan's ``settlement_days`` after the deduction, less the ``fees`` (a share)
    where no bill tells an order's own. ``closed``: unpaid orders close after ``unpaid_after_hours``. ``refunded``:
    refunds without a date come after ``refund_days``. ``blind``: their source cannot show which first deductions
    failed; ``unrefunded``: it cannot show refunds either, though
    some other channel does where ``refunds_shown``. ``refunded_after`` and ``lost_after`` are days: an order in
    transit so long after its deduction counts as wholly refunded, one that failed so long ago as lost.
    """

    settled: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    refunded: frozenset[str] = frozenset()
    blind: frozenset[str] = frozenset()
    unrefunded: frozenset[str] = frozenset()
    refunds_shown: bool = True
    fees: Mapping[str, float] = field(default_factory=dict)
    refunded_after: Mapping[str, int] = field(default_factory=dict)
    lost_after: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DailyTables:
    """The tables, with as_of and the first day of order; the columns of each stand in the constant of its name.

    ``completion`` tells which of their events are the plan's, not the ledger's.
    """

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
    completion: Completion = field(default_factory=Completion)


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


APART = frozenset({"advertising", "deposit", "fee_without_order", "other", "transfer", "withdrawal"})
"""Reasons of unmatched lines that are no business of orders; every other one says that something may be missing."""

NO_PARTNER = frozenset({"order_id_missing", "order_not_found", "other_of_order"})
"""Reasons of lines that can be read and belong to orders, yet to none that is known, or not in a way that is."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The unmatched lines of exports with one ``reason`` (a stable code): how many, and their sum in fen.

    Money to the merchant is positive. Lines whose amount could not be read count, but not in the sum.
    """

    reason: str
    lines: int
    fen: int


@dataclass(frozen=True, slots=True)
class BankBalance:
    """What bank statements say the accounts held (fen) after the last movement by as_of, on ``day``; their lines.

    ``unsure`` names pairs of statements that may be of one account or of two; the balance of the first is not in it.
    """

    fen: int
    day: dt.date
    lines: int
    unsure: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A total that a file states of its own lines, and what they come to: counts, and fen; None where not stated."""

    file: str
    what: str
    stated_lines: int | None
    stated_fen: int | None
    found_lines: int | None
    found_fen: int | None


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A channel whose settlements do not cover its orders.

    They ``begin`` on a day before which ``orders`` of ``fen`` were paid that never settled, or ``end`` too long before
    as_of; None where that is not so.
    """

    channel: str
    begin: dt.date | None
    orders: int
    fen: int
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class Joined:
    """What a reader must know of the joining of exports.

    ``unmatched`` has the columns ``file``, ``line``, ``order_id``, ``happened_at``, ``amount`` (yuan, positive to the
    merchant, NaN where it could not be read), ``what`` (as found) and ``reason``; ``reasons`` are its sums. Counts:
    movements after as_of (``later``), orders with ``several_refunds``, orders that two exports have
    ``told_differently``, lines that repeat others (``repeated``), and ``waiting_orders`` with fees, ``waiting`` fen
    together, and no settlement; by channel the paid orders that name no payment method (``blank``); the tables
    of no format that were ``left_out``; and how many
    orders a payment reversed and never booked anew refunds, with the fen (``reversed_orders``).
    """

    unmatched: pd.DataFrame
    reasons: tuple[Unmatched, ...]
    later: int
    several_refunds: int
    told_differently: int
    repeated: int
    waiting_orders: int
    waiting: int
    bank: BankBalance | None
    totals: tuple[StatedTotal, ...]
    uncovered: tuple[Uncovered, ...] = ()
    blank: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    reversed_orders: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Kin:
    """How many orders stand beside one of about the same number, on which days, and the number of one of them."""

    orders: int
    first: str
    last: str
    example: str


@dataclass(frozen=True, slots=True)
class OpenAmount:
    """An amount (fen) in which so many ``orders`` are open, and one of them: its number, channel and day."""

    order_id: str
    channel: str
    day: dt.date
    fen: int
    orders: int


@dataclass(frozen=True, slots=True)
class Signs:
    """By what a mistake of a whole file shows: see ``signs.py``.

    ``rejected_value`` is what the rejected rows' amounts come to, as far as they can be read (fen); ``by_hour`` counts
    good orders by the hour in which they were placed, those with a dated failure left out. Of the good orders that have
    both moments (``timed``), ``backwards`` counts those deducted before the customer confirmed them. ``later`` counts
    events dated so long after as_of that only a slip explains them. ``alike`` has the kinds of orders that are the same
    in all but the number: ``channel``, ``day``, how many ``kinds``, how many ``odd`` ones (an odd number of orders);
    ``kinds`` and ``odd`` count them without channel and day. ``kin`` are orders whose numbers are another's with
    something added; ``largest`` the amounts that most money is open in.
    """

    rejected_value: int = 0
    by_hour: tuple[int, ...] = (0,) * 24
    timed: int = 0
    backwards: int = 0
    later: int = 0
    alike: pd.DataFrame | None = field(default=None, compare=False)
    kinds: int = 0
    odd: int = 0
    kin: Kin | None = None
    largest: tuple[OpenAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The daily tables, the counts, and every bad row.

    ``rejected`` has the columns ``line`` (of the file, header = 1; row number from 1 in Parquet), ``order_id``,
    ``column``, ``value`` (as found), ``reason`` (a stable code such as ``amount_not_a_number``); one row a fault.
    ``has_causes`` and ``has_confirmation`` tell whether the feed has ``failure_cause`` and ``paid_at`` at all.
    ``joined`` is what is to be said of the joining of exports; with several files ``rejected`` has the ``file`` too.
    """

    tables: DailyTables
    counts: Counts
    rejected: pd.DataFrame
    has_causes: bool
    has_confirmation: bool
    joined: Joined | None = None
    signs: Signs = Signs()

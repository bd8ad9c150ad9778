"""What the plan says of a channel against what its ledger shows: fees, refunds, failures and the settlement lag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Note
from forecast.receivables.rows import ages_of, days_of, orders_in, orders_of, rows_of, total_fen, with_outcome

if TYPE_CHECKING:
    import pandas as pd

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Channel, Plan

RECENT_DAYS = 180
"""Days up to as_of on which the ledger's own figures are measured."""

EVIDENCE = 30
"""Orders that a ledger's figure must rest on before the plan's is held against it."""

RIPE_DAYS = 30
"""Orders younger than this may still be refunded or fail."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far the plan may be from the ledger: by a factor, or by a difference; only what is beyond both is told."""

    factor: float
    difference: float
    largest: float
    """A figure above it is told whatever the ledger shows."""
    unproven: float
    """A figure of it or more is told where nothing shows the like: such as a rate that was meant as per cent."""

    def contradicted(self, stated: float, found: float) -> bool:
        """Whether a stated figure and one of the ledger exclude each other."""
        low, high = sorted((stated, found))
        return high - low > self.difference and high > self.factor * low


FEE = Tolerance(2.0, 0.002, 0.15, 0.1)
REFUND = Tolerance(2.0, 0.03, 0.8, 0.8)
FAILURE = Tolerance(3.0, 0.03, 0.5, 0.6)
LAG = Tolerance(2.0, 3.0, 120.0, 120.0)
REFUND_LAG = Tolerance(4.0, 21.0, 90.0, 90.0)

TOLERANCES = {"fee_rate": FEE, "refund_rate": REFUND, "failure_rate": FAILURE}
"""Those of the rates. Platforms take less than a tenth; a failure rate of 0.5 is a test, one of 0.6 or more a slip."""

CONTRADICTED = {"settlement_days": "lag_contradicts_ledger", "refund_days": "days_contradict_ledger"}
"""How the contradiction of a key that is no rate is told."""


def on_channels(plan: Plan, ledger: Ledger) -> list[Note]:
    """Each stated figure of a channel that is out of all measure, or that its ledger contradicts."""
    return [note for channel in plan.channels.values() for note in _on_channel(plan, channel, ledger)]


def _on_channel(plan: Plan, channel: Channel, ledger: Ledger) -> list[Note]:
    total = None if channel.failure_rate is None else sum(rate for _, rate in channel.failure_rate.parts())
    partial = channel.failure_rate is not None and channel.failure_rate.total is None
    stated = (
        ("fee_rate", channel.fee_rate, FEE, _fee),
        ("refund_rate", channel.refund_rate, REFUND, _refunds),
        ("failure_rate", total, FAILURE, (lambda *of: _below(total, _failures(*of))) if partial else _failures),
        ("settlement_days", channel.settlement_days, LAG, _lag),
        ("refund_days", channel.refund_days, REFUND_LAG, _refund_lag),
    )
    notes = []
    for key, figure, tolerance, measure in stated:
        if figure is None:
            continue
        found = measure(ledger, channel.name)
        if code := _code(key, figure, tolerance, found, of_exports=bool(plan.ledger.files)):
            values = {"stated": float(figure)} if found is None else {"stated": float(figure), "found": found}
            notes.append(Note(code, f"channels.{channel.name}.{key}", values))
    return notes


def _code(key: str, stated: float, tolerance: Tolerance, found: float | None, *, of_exports: bool) -> str | None:
    """What is to be said of a stated figure; exports that pay orders in full tell nothing of the platform's fee."""
    if key == "fee_rate" and found == 0 and of_exports and stated <= tolerance.largest:
        return "fees_elsewhere"
    if found is not None and tolerance.contradicted(stated, found):
        return CONTRADICTED.get(key, "rate_contradicts_ledger")
    unproven = found is None and stated >= tolerance.unproven
    return "figure_very_large" if unproven or stated > tolerance.largest else None


def shown_by_ledger(plan: Plan, ledger: Ledger, channel: str, key: str) -> float | None:
    """A rate of a channel, as a share, as its ledger shows it of the last half-year.

    None where it rests on too few orders, or where exports pay orders in full and so do not tell the platform's fee.
    """
    measure = {"fee_rate": _fee, "refund_rate": _refunds, "failure_rate": _failures}[key]
    found = measure(ledger, channel)
    return None if key == "fee_rate" and found == 0 and plan.ledger.files else found


def _below(stated: float | None, found: float | None) -> float | None:
    """What was found, where figures of some causes alone exceed it: they are a part of all that fails."""
    return found if stated is not None and found is not None and found < stated else None


def _recent(table: pd.DataFrame, ledger: Ledger, channel: str, ripe: int = 0) -> pd.DataFrame:
    """A channel's rows of the last days, without the youngest."""
    rows, as_of = rows_of(table, channel), np.datetime64(ledger.tables.as_of)
    days = days_of(rows)
    return rows[(days > as_of - RECENT_DAYS) & (days <= as_of - ripe)]


def _settled(ledger: Ledger, channel: str) -> pd.DataFrame:
    return with_outcome(_recent(ledger.tables.settlement, ledger, channel), "settled")


def _enough(rows: pd.DataFrame) -> bool:
    return orders_in(rows) >= EVIDENCE


def _fee(ledger: Ledger, channel: str) -> float | None:
    """Fees as a share of what was settled before them."""
    rows = _settled(ledger, channel)
    fees = total_fen(rows, "fees")
    base = total_fen(rows, "settled") + fees
    return fees / base if base and _enough(rows) else None


def _lag(ledger: Ledger, channel: str) -> float | None:
    """The mean days from deduction to settlement."""
    rows = _settled(ledger, channel)
    return float(ages_of(rows) @ orders_of(rows)) / orders_in(rows) if _enough(rows) else None


def _refund_lag(ledger: Ledger, channel: str) -> float | None:
    """The mean days from the order, or its deduction, to the refund."""
    before = _recent(ledger.tables.refund_before, ledger, channel)
    after = with_outcome(_recent(ledger.tables.collected, ledger, channel), "refunded")
    orders = orders_in(before) + orders_in(after)
    days = float(ages_of(before) @ orders_of(before)) + float(ages_of(after) @ orders_of(after))
    return days / orders if orders >= EVIDENCE else None


def _refunds(ledger: Ledger, channel: str) -> float | None:
    """Refunds as a share of the value deducted; of orders old enough to have been refunded, where they are shown."""
    if channel in ledger.tables.completion.unrefunded:
        return None
    deducted = _recent(ledger.tables.settlement, ledger, channel, RIPE_DAYS)
    after = _recent(ledger.tables.refund_after, ledger, channel, RIPE_DAYS)
    value, back = total_fen(deducted), total_fen(deducted, "refunded_before") + total_fen(after, "refunded")
    return back / value if value and _enough(deducted) else None


def _failures(ledger: Ledger, channel: str) -> float | None:
    """The share of the value tried whose first deduction failed, where the ledger tells causes."""
    tried = with_outcome(_recent(ledger.tables.first, ledger, channel), "deducted", "failed")
    value, failed = total_fen(tried), total_fen(with_outcome(tried, "failed"))
    return failed / value if value and _enough(tried) and ledger.has_causes else None

"""Rows that the figures lack: bad ones by reason, channels that the plan does not name, and orders after as_of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.ledger.faults import HEADER
from forecast.ledger.reasons import reason_text
from forecast.notes import Note
from forecast.receivables.rows import days_of, orders_in, total_fen
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.ledger.tables import Ledger
    from forecast.notes import Values
    from forecast.plan.model import Plan

MANY = 0.01
"""Above this share of orders or of their value rejected rows change what a reader would decide."""

NAMED = 3
"""How many reasons, the most frequent, are named."""

MOST_CHANNELS = 5
"""How many channels that the plan lacks are named one by one."""

LONGEST_NAME = 40
"""Letters of a ledger's own word that a note repeats."""

EARLY_DAYS, RECENT_DAYS = 45, 60
"""Orders after as_of that fill so many days at the rate of so many last ones are a reason to move as_of."""


@dataclass(frozen=True, slots=True)
class CountedReasons:
    """Reasons why rows are bad, each with its number of rows, the most frequent first."""

    counts: Mapping[str, int]

    def text(self, language: str) -> str:
        """The reasons in a language's words, with their numbers of rows."""
        texts = Texts(language)
        told = [
            reason_text(language, reason) + texts("language.brackets", text=f"{count:,}")
            for reason, count in self.counts.items()
        ]
        return texts("language.list_comma").join(told)


def on_rows(plan: Plan, ledger: Ledger) -> list[Note]:
    """What was left out of the ledger, and what to do where it is much."""
    return [*_rejected(ledger), *_channels(plan, ledger), *_dropped(ledger)]


def _rejected(ledger: Ledger) -> list[Note]:
    """How many rows are bad; where they are many also why, and how much of orders and value they are."""
    count = ledger.counts.rejected
    if not count:
        return []
    value = ledger.signs.rejected_value
    total = value + total_fen(ledger.tables.identity)
    of_orders, of_value = count / (count + ledger.counts.orders), value / total if total else 0.0
    if max(of_orders, of_value) <= MANY:
        return [Note("rows_rejected", "ledger", {"count": count})]
    by_reason = ledger.rejected.groupby("reason")["line"].nunique().sort_values(ascending=False, kind="stable")
    reasons = CountedReasons({str(reason): int(rows) for reason, rows in by_reason[:NAMED].items()})
    return [
        Note(
            "rows_rejected_many",
            "ledger",
            {"count": count, "share": of_orders, "value": of_value},
            {"reasons": reasons},
        )
    ]


def _channels(plan: Plan, ledger: Ledger) -> list[Note]:
    """Each channel of the ledger that the plan lacks, with the number of its orders and what to write."""
    bad = ledger.rejected
    headers = set(bad.line[bad.reason == HEADER])
    unknown = bad[(bad.reason == "channel_unknown") & ~bad.line.isin(headers)]
    known, notes = ", ".join(plan.channels), []
    for found, count in unknown["value"].value_counts().items():
        name = str(found)[:LONGEST_NAME]
        key = name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'
        values: Values = {"name": name, "count": int(count), "key": key, "known": known}
        notes.append(Note("channel_missing", f"channels.{name}", values))
    return notes[:MOST_CHANNELS]


def _dropped(ledger: Ledger) -> list[Note]:
    """Orders after as_of; a warning where more than a month, even one of a peak, for less is chosen to look back."""
    dropped = ledger.counts.dropped
    if not dropped:
        return []
    sales = ledger.tables.sales
    recent = sales[days_of(sales) > np.datetime64(ledger.tables.as_of) - RECENT_DAYS]
    usual = orders_in(recent) / RECENT_DAYS
    if ledger.counts.orders and dropped > EARLY_DAYS * max(usual, 1.0):
        days = round(dropped / max(usual, 1.0))
        values: Values = {"count": dropped, "days": days, "as_of": str(ledger.tables.as_of)}
        return [Note("as_of_early", "plan.as_of", values)]
    return [Note("rows_dropped", "ledger", {"count": dropped})]

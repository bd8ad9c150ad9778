"""What a reader should know of the inputs: what they lack, and where they are implausible beside each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.export_notes import export_notes
from forecast.notes import Note
from forecast.plausibility.cash import on_cash
from forecast.plausibility.changes import on_changes
from forecast.plausibility.channels import on_channels
from forecast.plausibility.costs import on_costs
from forecast.plausibility.counted import on_counted
from forecast.plausibility.flow_lines import on_flow_lines
from forecast.plausibility.ledger import on_ledger
from forecast.plausibility.reach import missing_end
from forecast.plausibility.rows import on_rows
from forecast.receivables.rows import has_outcome, orders_in, with_outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.calendar import Calendar
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

BY_CHANCE = 0.05
"""No failure among orders that would show none with at least this chance is no sign that failures are not recorded."""


def input_notes(plan: Plan, ledger: Ledger, calendar: Calendar, gap: int, laws: Iterable[Note] = ()) -> list[Note]:
    """Every note on plan and ledger that needs no simulation; ``gap`` as ``freshness.missing_days`` gives it.

    ``laws`` are the notes of the estimates, if they are made.
    """
    return [
        *history_notes(plan, ledger),
        *missing_end(plan, ledger, gap),
        *([Note("flows_ignored", "cash.other_flows", {"count": plan.ignored_flows})] if plan.ignored_flows else ()),
        *on_cash(plan, ledger),
        *on_flow_lines(plan, ledger),
        *on_costs(plan, ledger),
        *on_counted(plan, ledger),
        *on_changes(plan, ledger, calendar),
        *law_notes(laws, ledger),
    ]


def history_notes(plan: Plan, ledger: Ledger) -> list[Note]:
    """The notes that concern past days as well: on the ledger, and on what the plan says of its channels."""
    notes = on_rows(plan, ledger)
    counts = (("events_blanked", ledger.counts.blanked), ("silent_failures", ledger.counts.silent))
    notes += [Note(code, "ledger", {"count": count}) for code, count in counts if count]
    tables = ledger.tables
    if not any(has_outcome(table, "deducted").any() for table in (tables.first, tables.recovery)):
        notes.append(Note("nothing_deducted", "ledger"))
    if not ledger.has_causes:
        notes.append(Note("cause_unknown" if ledger.has_confirmation else "failures_seen_late", "ledger"))
    notes += [*on_ledger(plan, ledger), *on_channels(plan, ledger)]
    return [*notes, *(export_notes(plan, ledger.joined) if ledger.joined else ())]


def history_warnings(plan: Plan, ledger: Ledger) -> list[Note]:
    """What of ``history_notes`` must be known to read past days rightly."""
    return [note for note in history_notes(plan, ledger) if note.level == "warning"]


def law_notes(notes: Iterable[Note], ledger: Ledger) -> list[Note]:
    """The notes on the laws.

    That a channel has shown no failure where others have is said by its few orders, or is no news where so many orders
    may well have none at the others' rate.
    """
    told, first = list(notes), ledger.tables.first
    if not has_outcome(first, "failed").any():
        return told
    few = {note.where for note in told if note.code == "few_orders"}
    tried = with_outcome(first, "deducted", "failed")
    rate = orders_in(with_outcome(first, "failed")) / orders_in(tried)
    few |= {f"channels.{name}" for name, rows in tried.groupby("channel") if (1 - rate) ** orders_in(rows) > BY_CHANCE}
    return [note for note in told if note.code != "no_failures" or note.where not in few]


def sales_notes(notes: tuple[Note, ...]) -> list[Note]:
    """The notes on sales; where orders stop and money goes on arriving, sales are forecast on."""
    return [replace(note, code="orders_stopped") if note.code == "stale_ledger" else note for note in notes]

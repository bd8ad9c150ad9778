"""What a reader should know of the inputs: rows and flows left out, a stopped feed, computed holidays, idle outages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.export_notes import export_notes
from forecast.notes import Note

if TYPE_CHECKING:
    from forecast.arrays import Days
    from forecast.calendar import Calendar
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan, Scenario


def ledger_notes(plan: Plan, ledger: Ledger) -> list[Note]:
    """What was left out of the inputs."""
    counts = (
        ("rows_rejected", "ledger", ledger.counts.rejected),
        ("rows_dropped", "ledger", ledger.counts.dropped),
        ("events_blanked", "ledger", ledger.counts.blanked),
        ("silent_failures", "ledger", ledger.counts.silent),
        ("flows_ignored", "cash.other_flows", plan.ignored_flows),
    )
    notes = [Note(code, where, {"count": count}) for code, where, count in counts if count]
    outcomes = set(ledger.tables.first["outcome"]) | set(ledger.tables.recovery["outcome"])
    if "deducted" not in outcomes:
        notes.append(Note("nothing_deducted", "ledger"))
    if not ledger.has_causes:
        notes.append(Note("cause_unknown" if ledger.has_confirmation else "failures_seen_late", "ledger"))
    return [*notes, *(export_notes(plan, ledger.joined) if ledger.joined else ())]


def calendar_notes(plan: Plan, calendar: Calendar, days: Days) -> list[Note]:
    """Years of the horizon whose public holidays are computed, not yet published."""
    years = sorted({int(str(day)[:4]) for day in days})
    return [
        Note("no_holiday_official", "merchant.holidays", {"country": plan.merchant.holidays, "year": year})
        for year in years
        if not calendar.is_official(year)
    ]


def outage_notes(scenario: Scenario, days: Days) -> list[Note]:
    """Outages that lie wholly outside the horizon change nothing, which must be said."""
    return [
        Note("outage_outside", f"scenarios.{scenario.name}.outages", {"start": str(outage.start), "days": outage.days})
        for outage in scenario.outages
        if np.datetime64(outage.start) + outage.days <= days[0] or np.datetime64(outage.start) > days[-1]
    ]


def sales_notes(notes: tuple[Note, ...]) -> list[Note]:
    """The notes on sales; where orders stop and money goes on arriving, sales are forecast on."""
    return [replace(note, code="orders_stopped") if note.code == "stale_ledger" else note for note in notes]

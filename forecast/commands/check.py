"""What ``check`` says: every bad row with its line, column, value and reason, and the counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.commands.texts import say
from forecast.input_notes import input_notes, law_notes
from forecast.ledger.freshness import missing_days
from forecast.ledger.reading import require_orders
from forecast.ledger.reasons import reason_text
from forecast.outputs.note_lines import warning_lines
from forecast.plausibility.changes import on_scenarios
from forecast.plausibility.reach import require_reach
from forecast.receivables.estimation import estimate
from forecast.records import Record, record, says
from forecast.results.inputs import NoteShown, notes_shown, warnings
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.ledger.tables import Ledger
    from forecast.notes import Note
    from forecast.plan.model import Plan


@record
class Fault(Record):
    """One fault of one row."""

    line: int = says("line of the file, or number of the row")
    order_id: str | None = says("the order; null where the row has none")
    column: str | None = says("column; null where the row as a whole is meant")
    value: str | None = says("value found; null where there is none")
    reason: str = says("stable name of the fault")
    text: str = says("the fault in the plan's language")


@record
class CheckResult(Record):
    """What ``forecast check`` prints under ``--json``."""

    good: bool = says("whether no row is bad and nothing needs a warning")
    source: str = says("the ledger's file or table")
    as_of: str = says("last day that is fully known")
    horizon_days: int = says("days planned", "days")
    paths: int = says("sample paths a scenario", "paths")
    seed: int = says("seed of the random numbers")
    orders: int = says("good rows", "orders")
    rejected: int = says("bad rows", "rows")
    dropped: int = says("rows ordered after as_of", "rows")
    blanked: int = says("events after as_of", "events")
    other_flows: int = says("other flows to come", "lines")
    ignored_flows: int = says("other flows not after as_of", "lines")
    bad_rows: list[Fault] = says("one entry a fault")
    notes: list[NoteShown] = says("what a reader of the figures must know, warnings first")


def plausibility_notes(plan: Plan, ledger: Ledger) -> list[Note]:
    """What can be said of plan and ledger, each by itself and beside the other, with the plan's scenarios.

    Raises:
        InputError: No row is bad, and the ledger holds no order by as_of or ends more than a fortnight before it.
    """
    calendar = Calendar(plan.merchant.holidays)
    if ledger.rejected.empty:
        require_orders(plan, ledger)
    gap = missing_days(ledger.tables, calendar) if ledger.counts.orders else 0
    if ledger.rejected.empty:
        require_reach(plan, ledger, gap, calendar)
    return [*input_notes(plan, ledger, calendar, gap), *on_scenarios(plan, plan.scenarios.values(), ledger)]


def checked_notes(plan: Plan, ledger: Ledger) -> list[Note]:
    """All that can be said before any simulation: see ``plausibility_notes``, and what the laws rest on.

    Raises:
        InputError: As in ``plausibility_notes``.
    """
    notes = plausibility_notes(plan, ledger)
    if ledger.counts.orders:
        rng = np.random.default_rng(plan.horizon.seed)
        laws = estimate(ledger, plan, Calendar(plan.merchant.holidays), rng)
        notes += law_notes(laws.notes, ledger)
    return notes


def check_result(plan: Plan, ledger: Ledger, notes: Sequence[Note] = ()) -> CheckResult:
    """The outcome of a check: the counts, one entry a fault, and the notes, their ``text`` in the plan's language."""
    shown = notes_shown(notes, plan.language)
    rejected = ledger.rejected[["line", "order_id", "column", "value", "reason"]]
    faults = [
        Fault(int(line), order or None, column or None, value or None, reason, reason_text(plan.language, reason))
        for line, order, column, value, reason in rejected.itertuples(index=False)
    ]
    return CheckResult(
        good=not faults and not warnings(shown),
        source=plan.ledger.table or Path(plan.ledger.orders).name,
        as_of=plan.horizon.as_of.isoformat(),
        horizon_days=plan.horizon.days,
        paths=plan.horizon.paths,
        seed=plan.horizon.seed,
        orders=ledger.counts.orders,
        rejected=ledger.counts.rejected,
        dropped=ledger.counts.dropped,
        blanked=ledger.counts.blanked,
        other_flows=len(plan.other_flows),
        ignored_flows=plan.ignored_flows,
        bad_rows=faults,
        notes=shown,
    )


def check_text(plan: Plan, checked: CheckResult) -> str:
    """A line a fault, ``orders.csv:17: amount: reason (value)``, the counts, and a line a warning."""
    lines = [
        say(
            plan.language,
            "bad_row",
            place=": ".join(filter(None, [f"{checked.source}:{fault.line}", fault.column])),
            reason=fault.text,
            value=fault.value or say(plan.language, "no_value"),
        )
        for fault in checked.bad_rows
    ]
    ending = say(
        plan.language,
        "check_bad" if checked.bad_rows else "check_good" if checked.good else "check_warned",
        faults=len(lines),
        orders=checked.orders,
        rejected=checked.rejected,
        dropped=checked.dropped,
        blanked=checked.blanked,
        other_flows=checked.other_flows,
        ignored_flows=checked.ignored_flows,
        paths=checked.paths,
        seed=checked.seed,
    )
    return "\n".join([*lines, ending, *warning_lines(checked.notes, Texts(plan.language))])

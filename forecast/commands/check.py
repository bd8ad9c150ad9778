"""What ``check`` says: every bad row with its line, column, value and reason, and the counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from forecast.cache.store import usual_store
from forecast.calendar import Calendar
from forecast.commands.texts import say
from forecast.input_notes import input_notes, law_notes
from forecast.ledger.freshness import missing_days, plan_as_known
from forecast.ledger.reading import require_orders
from forecast.ledger.reasons import reason_text
from forecast.ledger.tables import APART
from forecast.outputs.note_lines import warning_lines
from forecast.plausibility.changes import on_scenarios
from forecast.plausibility.reach import require_reach
from forecast.plausibility.size import require_memory
from forecast.receivables.estimation import estimate
from forecast.records import Record, money, record, says
from forecast.results.inputs import NoteShown, UnmatchedLines, history, notes_shown, warnings
from forecast.texts import Texts, catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.ledger.tables import Ledger
    from forecast.notes import Note
    from forecast.plan.model import Language, Plan

MOST_LINES = 20
"""Unmatched lines of one reason that the text lists; JSON, and the unmatched.csv of a run, have all."""


@record
class Fault(Record):
    """One fault of one row."""

    file: str | None = says("file, sheet or member, where the ledger has several; else null")
    line: int = says("line of the file, or number of the row")
    order_id: str | None = says("the order; null where the row has none")
    column: str | None = says("column; null where the row as a whole is meant")
    value: str | None = says("value found; null where there is none")
    reason: str = says("stable name of the fault")
    text: str = says("the fault in the plan's language")


@record
class UnmatchedLine(Record):
    """One line of an export that no order holds."""

    file: str = says("file, sheet or member of an archive")
    line: int = says("line of the file")
    order_id: str | None = says("order number found; null where the line has none")
    amount: float | None = money("amount; positive to the merchant, null where it cannot be read")
    what: str | None = says("what the file says of it")
    reason: str = says("stable name of the reason")
    text: str = says("the reason in the plan's language")


@record
class CheckResult(Record):
    """What ``forecast check`` prints under ``--json``."""

    good: bool = says("whether no row is bad, no line of an export lacks its order, and nothing needs a warning")
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
    unmatched: dict[str, UnmatchedLines] = says("lines of exports that no order holds, by reason")
    unmatched_lines: list[UnmatchedLine] = says("those that lack an order or cannot be read, one entry a line")
    notes: list[NoteShown] = says("what a reader of the figures must know, warnings first")


def plausibility_notes(plan: Plan, ledger: Ledger) -> list[Note]:
    """What can be said of plan and ledger, each by itself and beside the other, with the plan's scenarios.

    Raises:
        InputError: No row is bad, and the ledger holds no order by as_of, ends more than a fortnight before it, or ends
            so early that the days simulated since do not fit into memory.
    """
    calendar = Calendar(plan.merchant.holidays)
    if ledger.rejected.empty:
        require_orders(plan, ledger)
    gap = missing_days(ledger.tables, calendar) if ledger.counts.orders else 0
    if ledger.rejected.empty:
        require_reach(plan, ledger, gap, calendar)
        require_memory(plan_as_known(plan, gap))
    return [*input_notes(plan, ledger, calendar, gap), *on_scenarios(plan, plan.scenarios.values(), lambda: ledger)]


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
    rejected = ledger.rejected.reindex(columns=["file", "line", "order_id", "column", "value", "reason"], fill_value="")
    faults = [
        Fault(
            file=file or None,
            line=int(line),
            order_id=order or None,
            column=column or None,
            value=value or None,
            reason=reason,
            text=reason_text(plan.language, reason),
        )
        for file, line, order, column, value, reason in rejected.itertuples(index=False)
    ]
    lines = _unmatched_lines(plan, ledger)
    return CheckResult(
        good=not faults and not lines and not warnings(shown),
        source=plan.ledger.shown,
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
        unmatched=history(ledger).unmatched_reasons,
        unmatched_lines=lines,
        notes=shown,
    )


def _unmatched_lines(plan: Plan, ledger: Ledger) -> list[UnmatchedLine]:
    """The lines that something must be done about: what is no business of orders is left out."""
    if ledger.joined is None:
        return []
    found = ledger.joined.unmatched
    texts = catalogue(plan.language)
    columns = ["file", "line", "order_id", "amount", "what", "reason"]
    return [
        UnmatchedLine(
            file=file,
            line=int(line),
            order_id=order or None,
            amount=None if amount != amount else float(amount),  # noqa: PLR0124  # NaN
            what=what or None,
            reason=reason,
            text=texts[f"unmatched.{reason}"],
        )
        for file, line, order, amount, what, reason in found.loc[~found["reason"].isin(APART), columns].itertuples(
            index=False
        )
    ]


def check_text(plan: Plan, checked: CheckResult) -> str:
    """A line a fault, ``orders.csv:17: amount: reason (value)``, the counts, and a line a warning."""
    lines = [
        say(
            plan.language,
            "bad_row",
            place=": ".join(filter(None, [f"{fault.file or checked.source}:{fault.line}", fault.column])),
            reason=fault.text,
            value=fault.value or say(plan.language, "no_value"),
        )
        for fault in checked.bad_rows
    ]
    lines += _unmatched_text(plan, checked)
    ending = say(
        plan.language,
        _ending(checked),
        faults=len(checked.bad_rows),
        unmatched=len(checked.unmatched_lines),
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


def cache_text(language: Language) -> str:
    """Where the cache is and how large; or that it is not used, and why."""
    kept = usual_store()
    if kept is None:
        return say(language, "cache_off")
    if kept.folder.exists() and not kept.is_ours():
        return say(language, "cache_unused", folder=str(kept.folder))
    entries, size = kept.held()
    return say(language, "cache_held", folder=str(kept.folder), entries=entries, megabytes=f"{size / 1e6:,.1f}")


def _ending(checked: CheckResult) -> str:
    if checked.bad_rows:
        return "check_bad"
    if checked.unmatched_lines:
        return "check_unmatched"
    return "check_good" if checked.good else "check_warned"


def _unmatched_text(plan: Plan, checked: CheckResult) -> list[str]:
    """The first lines of each reason that something must be done about, then every reason with its count and sum."""
    shown: Counter[str] = Counter()
    lines = []
    for one in checked.unmatched_lines:
        shown[one.reason] += 1
        if shown[one.reason] <= MOST_LINES:
            value = " ".join(filter(None, [one.order_id, one.what, _yuan(one.amount)]))
            lines.append(say(plan.language, "bad_row", place=f"{one.file}:{one.line}", reason=one.text, value=value))
    texts = catalogue(plan.language)
    lines += [
        say(
            plan.language,
            "unmatched",
            reason=texts[f"unmatched.{reason}"],
            lines=found.lines,
            amount=found.amount,
        )
        for reason, found in checked.unmatched.items()
    ]
    return lines


def _yuan(amount: float | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"

"""What a result shows of its inputs: the ledger in sums, the plan's channels, promotions and other flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.money import fen_to_yuan, to_yuan
from forecast.notes import Level, note_text
from forecast.records import Record, money, rate, record, says, typed
from forecast.results.distributions import day_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.arrays import Days
    from forecast.disbursements import Disbursements
    from forecast.ledger.tables import Ledger
    from forecast.notes import Note
    from forecast.plan.edits import Edits
    from forecast.plan.model import Event, Plan
    from forecast.sales.paths import EventEffect

RECENT_DAYS = 60
"""Days of past sales that the report shows before the forecast."""


@record
class Merchant(Record):
    """Whose plan it is."""

    name: str = says("the merchant's name")


@record
class NoteShown(Record):
    """What a reader must know about a figure."""

    code: str = says("stable name of what is noted")
    level: Level = says("warning: a reader who does not know it may decide wrongly; or info")
    where: str = says("dotted key of the plan, or part of the ledger, that it concerns")
    text: str = says("the note in the plan's language")


@record
class UnmatchedLines(Record):
    """Lines of exports that no order holds, of one reason or of all."""

    lines: int = says("how many", "lines")
    amount: float = money("their sum; money to the merchant is positive")


@record
class History(Record):
    """Counts of rows and the money identity's terms over the whole ledger."""

    orders: int = says("good rows", "orders")
    rejected: int = says("bad rows, left out", "rows")
    dropped: int = says("rows ordered after as_of, left out", "rows")
    blanked: int = says("events after as_of, taken as not yet happened", "events")
    unmatched: int = says("lines of exports that no order holds; unmatched.csv lists them", "lines")
    unmatched_amount: float = money("their sum; money to the merchant is positive")
    unmatched_reasons: dict[str, UnmatchedLines] = says("the same by reason")
    gross: float = money("order value")
    settled: float = money("settled on the merchant's account")
    fees: float = money("channel fees")
    refunded_before: float = money("refunded before settlement")
    refunded_after: float = money("refunded after settlement")
    lost: float = money("given up after a failed deduction")
    never_paid: float = money("given up without a deduction tried")
    outstanding: float = money("neither settled, refunded, lost nor never paid")


@record
class ChannelShown(Record):
    """A payment channel as the plan names it."""

    label: str = says("name as printed")
    clearing: str = says("clearing name; channels that share it fail together")


@record
class Multiple(Record):
    """A promotion's main day as a multiple of an ordinary day."""

    mean: float = rate("mean", "multiple")
    p05: float = rate("5 % quantile", "multiple")
    p95: float = rate("95 % quantile", "multiple")


@record
class EventShown(Record):
    """A promotion that touches the horizon."""

    name: str = says("name; repeats of one name teach each other")
    start: str = says("first day")
    peak: str | None = says("strongest day; null: flat")
    end: str = says("last day")
    source: str | None = says("where its effect comes from; null where nothing was ever sold")
    multiple: Multiple | None = says("sales of its main day; null where that lies behind the horizon")


@record
class RecentSales(Record):
    """Past sales that the charts show before the forecast."""

    dates: list[str] = says("the last days up to as_of")
    total: list[float] = money("order value of all channels, by day")


@record
class OtherFlows(Record):
    """The plan's other cash flows over the horizon; positive comes in."""

    dates: list[str] = says("days of the horizon")
    by_category: dict[str, list[float]] = money("by category and day")
    total: list[float] = money("of all categories, by day")


@record
class InputChange(Record):
    """An input that was edited in a workbook."""

    scenario: str = says("whose: base, of which the plan itself is changed, or another scenario")
    key: str = says("which, as a what-if writes it; payment.CATEGORY.DAY is a payment")
    was: float = typed("before, money in yuan, rates as fractions")
    now: float = typed("as edited, likewise")
    cell: str = says("the workbook's cell, with its sheet")


def input_changes(edits: Edits | None) -> list[InputChange] | None:
    """What was edited; None where no workbook was read, or nothing was edited in it: such a run is as one without."""
    if edits is None or not edits.edits:
        return None
    return [InputChange(one.scenario, one.input.dotted, one.was, one.now, one.cell) for one in edits.edits]


def notes_shown(notes: Iterable[Note], language: str) -> list[NoteShown]:
    """Notes with their texts, the first of each code and place; warnings stand before the others."""
    distinct = list({(note.code, note.where): note for note in reversed(list(notes))}.values())[::-1]
    distinct.sort(key=lambda note: note.level != "warning")
    return [NoteShown(note.code, note.level, note.where, note_text(note, language)) for note in distinct]


def warnings(notes: Iterable[NoteShown]) -> list[NoteShown]:
    """The notes that stand before every figure, those of one text together as one that names all their places."""
    places: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        if note.level == "warning":
            places.setdefault((note.code, note.text), []).append(note.where)
    return [NoteShown(code, "warning", ", ".join(filter(None, where)), text) for (code, text), where in places.items()]


def history(ledger: Ledger) -> History:
    """Counts and sums of a ledger."""
    identity, counts = ledger.tables.identity, ledger.counts
    terms = ("value", "settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid", "outstanding")
    sums = [to_yuan(int(identity[name].sum())) for name in terms]
    reasons = ledger.joined.reasons if ledger.joined else ()
    unmatched = sum(one.lines for one in reasons), to_yuan(sum(one.fen for one in reasons))
    shown = {one.reason: UnmatchedLines(one.lines, to_yuan(one.fen)) for one in reasons}
    return History(counts.orders, counts.rejected, counts.dropped, counts.blanked, *unmatched, shown, *sums)


def events_shown(plan: Plan, days: Days, effects: Sequence[EventEffect]) -> list[EventShown]:
    """The promotions that touch the horizon, and what they are expected to do."""
    expected = {(one.name, one.start): one for one in effects}
    return [
        _event(event, days, expected.get((event.name, event.start)))
        for event in plan.events
        if np.datetime64(event.end) >= days[0] and np.datetime64(event.start) <= days[-1]
    ]


def recent_sales(ledger: Ledger, days: Days) -> RecentSales:
    """Order value of the last days before the horizon, from the ledger's first day on."""
    first = ledger.tables.sales.day.min().to_datetime64().astype("datetime64[D]")
    recent = np.arange(max(days[0] - RECENT_DAYS, first), days[0])
    by_day = ledger.tables.sales.groupby("day")["value"].sum()
    totals = fen_to_yuan(by_day.reindex(recent.astype("datetime64[ns]"), fill_value=0).to_numpy())
    return RecentSales(day_texts(recent), totals.tolist())


def flows_shown(flows: Disbursements, days: Days) -> OtherFlows:
    """The plan's other flows by category; their total is the sum of the categories."""
    by_category = {name: values.tolist() for name, values in flows.by_category.items()}
    total = sum(flows.by_category.values(), np.zeros(len(days)))
    return OtherFlows(day_texts(days), by_category, total.tolist())


def _event(event: Event, days: Days, effect: EventEffect | None) -> EventShown:
    """An event, where its effect comes from, and its main day's sales as a multiple of an ordinary day."""
    reached = np.datetime64(event.peak or event.start) <= days[-1]
    return EventShown(
        name=event.name,
        start=str(event.start),
        peak=None if event.peak is None else str(event.peak),
        end=str(event.end),
        source=effect.source if effect else None,
        multiple=Multiple(effect.mean, effect.p05, effect.p95) if effect and reached else None,
    )

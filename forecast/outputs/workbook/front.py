"""The sheets that list: what the plan and the ledger say, with units, and notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.changes import in_words
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, RATE, WHOLE, Sheet
from forecast.plan.facilities import terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.model import Cost, Facility
    from forecast.results.estimates import ChannelEstimates
    from forecast.results.inputs import EventShown, NoteShown, OtherFlows
    from forecast.results.run import Result

MONEY_TERMS = frozenset({"limit", "drawn", "minimum_draw"})
CHOICE_TERMS = frozenset({"interest_due", "repayment"})
UNNAMED_TERMS = frozenset({"name", "kind"})
FINE_RATE = "0.0000%"
CODE = 3
"""The column of a note's code."""
AREA, ITEM, VALUE, UNIT, LOW, HIGH = range(6)
"""The columns of the inputs sheet; of a flow the column LOW holds the day."""


@dataclass(frozen=True, slots=True)
class InputCells:
    """References to the inputs that formulas use; ``flow_*`` are None where the plan has no other flows."""

    opening_balance: str
    minimum_balance: str
    flow_days: str | None
    flow_amounts: str | None


def fill_inputs(sheet: Sheet, result: Result) -> InputCells:
    """Every input with its unit: cash, the run, channels' estimates, events, costs, facilities, scenarios, flows."""
    texts = sheet.book.texts
    sheet.widths([20, 32, 26, 9, 13, 13])
    heads = [texts(f"words.{word}") for word in ("area", "item", "value", "unit")]
    sheet.heads(FIRST_ROW, 0, [*heads, texts("figure.p05"), texts("figure.p95")], height=24)
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 2)
    sheet.repeat_rows(FIRST_ROW)
    writer = _Inputs(sheet, FIRST_ROW + 1)
    opening, minimum = writer.row, writer.row + 1
    cash = texts("words.cash")
    writer.money(cash, texts("words.opening_balance"), result.opening_balance)
    writer.money(cash, texts("words.minimum_balance"), result.minimum_balance)
    about = (
        ("confidence", result.confidence, "share", RATE),
        ("horizon", result.horizon_days, "count", WHOLE),
        ("paths", result.paths, "count", WHOLE),
        ("seed", result.seed, "count", WHOLE),
    )
    for key, value, unit, number in about:
        writer.number(texts("sheets.about"), texts(f"about.{key}"), value, unit, number)
    for name, channel in result.channels.items():
        writer.text(channel.label, texts("words.clearing"), sheet.book.figures.clearing(channel.clearing))
        _estimates(writer, channel.label, result.estimates[name])
    for event in result.events:
        _event(writer, event)
    for cost in result.costs:
        _cost(writer, cost, result)
    for facility in result.facilities:
        _facility(writer, facility)
    for scenario in result.scenarios.values():
        for change in scenario.changes:
            writer.text(texts("words.scenario"), scenario.label, in_words(change, sheet.book.figures))
    days, amounts = _flows(writer, result.other_flows)
    return InputCells(sheet.cell(opening, VALUE), sheet.cell(minimum, VALUE), days, amounts)


def fill_notes(sheet: Sheet, notes: Sequence[NoteShown]) -> None:
    """What a reader must know about single figures; last and in grey, by which code the documents tell of each."""
    texts = sheet.book.texts
    sheet.widths([34, 90, 14, 26])
    sheet.heads(FIRST_ROW, 0, [texts(f"words.{word}") for word in ("where", "note", "level", "code")], height=32)
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 0)
    if not notes:
        sheet.text(FIRST_ROW + 1, 1, texts("report.no_notes"))
    for row, note in enumerate(notes, FIRST_ROW + 1):
        look = "warning" if note.level == "warning" else "label"
        for column, text in enumerate((note.where, note.text, texts(f"words.level_{note.level}"))):
            sheet.text(row, column, text, look)
        sheet.text(row, CODE, note.code, "soft")


class _Inputs:
    """Writes one input a row, from ``row`` on downwards."""

    def __init__(self, sheet: Sheet, row: int) -> None:
        self.sheet = sheet
        self.row = row

    def number(
        self,
        area: str,
        item: str,
        value: float | None,
        unit: str,
        number: str,
        interval: tuple[float | None, float | None] | None = None,
    ) -> None:
        self._labels(area, item, unit)
        self.sheet.number(self.row, VALUE, value, "engine", number)
        for column, edge in zip((LOW, HIGH), interval or (), strict=False):
            self.sheet.number(self.row, column, edge, "engine", number)
        self.row += 1

    def money(self, area: str, item: str, value: float) -> None:
        self.number(area, item, value, "money", FEN)

    def day(self, area: str, item: str, value: str) -> None:
        self._labels(area, item, "date")
        self.sheet.day(self.row, VALUE, value, "engine")
        self.row += 1

    def text(self, area: str, item: str, value: str) -> None:
        self._labels(area, item, "text")
        self.sheet.text(self.row, VALUE, value, "engine")
        self.row += 1

    def flow(self, item: str, amount: float, day: str) -> None:
        self._labels(self.sheet.book.texts("words.other_flows"), item, "money")
        self.sheet.number(self.row, VALUE, amount, "engine", FEN)
        self.sheet.day(self.row, LOW, day, "engine")
        self.row += 1

    def _labels(self, area: str, item: str, unit: str) -> None:
        texts, figures = self.sheet.book.texts, self.sheet.book.figures
        self.sheet.text(self.row, AREA, area)
        self.sheet.text(self.row, ITEM, item)
        self.sheet.text(self.row, UNIT, figures.unit if unit == "money" else texts(f"units.{unit}"), "unit")


def _estimates(writer: _Inputs, area: str, estimates: ChannelEstimates) -> None:
    """A channel's rates by cause with their intervals, then its lag and its other rates."""
    texts, figures = writer.sheet.book.texts, writer.sheet.book.figures
    for table, rates in (("failure_rate", estimates.failure_rate), ("recovery_rate", estimates.recovery_rate)):
        for cause, rate in rates.items():
            item = texts(f"words.{table}") + texts("language.colon") + figures.cause(cause)
            writer.number(area, item, rate.mean, "share", RATE, (rate.p05, rate.p95))
    for word, source in (("failure_source", estimates.failure_source), ("recovery_source", estimates.recovery_source)):
        writer.text(area, texts(f"words.{word}"), texts(f"rate_sources.{source}"))
    writer.number(area, texts("words.settlement_days"), estimates.settlement_days.mean, "days", "0.0")
    writer.number(area, texts("words.refund_rate"), estimates.refund_rate.mean, "share", RATE)
    writer.number(area, texts("words.fee_rate"), estimates.fee_rate.mean, "share", RATE)


def _event(writer: _Inputs, event: EventShown) -> None:
    texts = writer.sheet.book.texts
    area, name = texts("words.events"), writer.sheet.book.figures.event(event.name)
    for part, day in (("start", event.start), ("peak", event.peak), ("end", event.end)):
        if day:
            writer.day(area, texts(f"words.event_{part}", name=name), day)
    if multiple := event.multiple:
        item = texts("words.event_multiple", name=name)
        writer.number(area, item, multiple.mean, "multiple", "0.00", (multiple.p05, multiple.p95))
    if event.source:
        writer.text(area, texts("words.event_source", name=name), texts(f"event_sources.{event.source}"))


def _cost(writer: _Inputs, cost: Cost, result: Result) -> None:
    """A cost that moves with sales: its share, when it is paid, and by whose orders where not by all."""
    texts = writer.sheet.book.texts
    area = texts.or_else(f"categories.{cost.category}", cost.category)
    writer.number(area, texts("words.share_of_sales"), cost.share_of_sales, "share", RATE)
    writer.number(area, texts("words.days_after"), cost.days_after, "days", WHOLE)
    if cost.paid_on != "day":
        writer.text(area, texts("words.paid_on"), texts(f"choices.{cost.paid_on}"))
    if set(cost.channels) != set(result.channels):
        labels = texts("language.list_comma").join(result.channels[name].label for name in cost.channels)
        writer.text(area, texts("words.channel"), labels)


def _facility(writer: _Inputs, facility: Facility) -> None:
    """The terms of the facility's kind that the plan sets, in the order of the table of terms."""
    texts, figures = writer.sheet.book.texts, writer.sheet.book.figures
    area = figures.facility(facility.name)
    writer.text(area, texts("words.kind"), figures.kind(facility.kind))
    for term in (one.name for one in terms_of(facility.kind) if one.name not in UNNAMED_TERMS):
        value, item = getattr(facility, term), texts.or_else(f"terms.{term}", term)
        if isinstance(value, bool):
            writer.text(area, item, figures.yes_no(value))
        elif isinstance(value, int | float):
            writer.number(area, item, value, *_unit_of(term))
        elif isinstance(value, dt.date):
            writer.text(area, item, value.isoformat())
        elif isinstance(value, str):
            writer.text(area, item, texts.or_else(f"choices.{value}", value) if term in CHOICE_TERMS else value)
        elif value:
            writer.text(area, item, texts("language.list_comma").join(map(figures.channel, value)))


def _unit_of(term: str) -> tuple[str, str]:
    if term in MONEY_TERMS:
        return "money", FEN
    if term.endswith("_days"):
        return "days", WHOLE
    return ("rate", FINE_RATE) if term in {"annual_rate", "commitment_fee"} else ("share", FINE_RATE)


def _flows(writer: _Inputs, flows: OtherFlows) -> tuple[str | None, str | None]:
    """The plan's other flows, one row a day and category; references to their days and amounts."""
    sheet, texts = writer.sheet, writer.sheet.book.texts
    lines = [
        (day, category, amount)
        for category, amounts in flows.by_category.items()
        for day, amount in zip(flows.dates, amounts, strict=True)
        if amount
    ]
    if not lines:
        return None, None
    heads = [texts(f"words.{word}") for word in ("area", "item", "value", "unit", "date")]
    sheet.heads(writer.row, 0, heads, height=24)
    writer.row += 1
    first = writer.row
    for day, category, amount in sorted(lines):
        writer.flow(texts.or_else(f"categories.{category}", category), amount, day)
    last = writer.row - 1
    return sheet.area(first, LOW, last, LOW), sheet.area(first, VALUE, last, VALUE)

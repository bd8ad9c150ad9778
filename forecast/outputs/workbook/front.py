"""The sheets that explain and list: about (legend, version, how to read), inputs with units, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, RATE, WHOLE, Sheet, quoted
from forecast.plan.facilities import terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping


MONEY_TERMS = frozenset({"limit", "drawn", "minimum_draw"})
CHOICE_TERMS = frozenset({"interest_due", "repayment"})
UNNAMED_TERMS = frozenset({"name", "kind"})
FINE_RATE = "0.0000%"
AREA, ITEM, VALUE, UNIT, LOW, HIGH = range(6)
"""The columns of the inputs sheet; of a flow the column LOW holds the day."""


@dataclass(frozen=True, slots=True)
class InputCells:
    """References to the inputs that formulas use; ``flow_*`` are None where the plan has no other flows."""

    opening_balance: str
    minimum_balance: str
    flow_days: str | None
    flow_amounts: str | None


def fill_about(sheet: Sheet, result: Mapping[str, Any], sheet_names: list[str]) -> None:
    """What the workbook is, of when, in which units, and how its colours are read."""
    texts, figures = sheet.book.texts, sheet.book.figures
    sheet.widths([24, 84, 12, 12])
    sheet.text(2, 0, texts("about.purpose"), "soft", wrap=False)
    facts = [
        ("about.as_of", result["as_of"]),
        ("about.horizon", str(result["horizon_days"])),
        ("about.paths", f"{result['paths']:,}"),
        ("about.seed", str(result["seed"])),
        ("about.confidence", figures.confidence(result["confidence"])),
        ("about.version", result["version"]),
        ("about.currency", texts("about.currency_value", currency=result["currency"])),
    ]
    row = FIRST_ROW + 1
    for key, value in facts:
        sheet.text(row, 0, texts(key), "fact")
        sheet.text(row, 1, value)
        row += 1
    row += 1
    sheet.text(row, 0, texts("about.legend"), "fact")
    for look in ("input", "formula", "engine"):
        sheet.text(row, 1, texts(f"about.legend_{look}"), look)
        row += 1
    for key in ("legend_check", "layout", "change", "quantiles"):
        sheet.text(row, 1, texts(f"about.{key}"))
        row += 1
    row += 1
    sheet.text(row, 0, texts("about.sheets"), "fact")
    for name in sheet_names:
        sheet.link(row, 1, f"internal:{quoted(name)}!A1", name)
        row += 1


def fill_inputs(sheet: Sheet, result: Mapping[str, Any]) -> InputCells:
    """Every input with its unit: cash, the run, channels' estimates, events, facilities, scenarios, flows."""
    texts = sheet.book.texts
    sheet.widths([22, 36, 36, 10, 14, 14])
    heads = [texts(f"words.{word}") for word in ("area", "item", "value", "unit")]
    sheet.heads(FIRST_ROW, 0, [*heads, texts("figure.p05"), texts("figure.p95")], height=24)
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 2)
    sheet.worksheet.repeat_rows(FIRST_ROW)
    writer = _Inputs(sheet, FIRST_ROW + 1)
    opening, minimum = writer.row, writer.row + 1
    cash = texts("words.cash")
    writer.money(cash, texts("words.opening_balance"), result["opening_balance"])
    writer.money(cash, texts("words.minimum_balance"), result["minimum_balance"])
    for key, number in (("confidence", RATE), ("horizon", WHOLE), ("paths", WHOLE), ("seed", WHOLE)):
        value = result[{"horizon": "horizon_days"}.get(key, key)]
        writer.number(
            texts("sheets.about"), texts(f"about.{key}"), value, "share" if number == RATE else "count", number
        )
    _channel_inputs(writer, result)
    for event in result["events"]:
        for part in ("start", "peak", "end"):
            if event.get(part):
                writer.day(texts("words.events"), texts(f"words.event_{part}", name=event["name"]), event[part])
        _multiple_inputs(writer, event)
    for facility in result["facilities"]:
        _facility_inputs(writer, facility)
    for scenario in result["scenarios"].values():
        for change in scenario["changes"]:
            writer.text(texts("words.scenario"), scenario["label"], sheet.book.figures.change(change))
    days, amounts = _flow_inputs(writer, result)
    return InputCells(sheet.cell(opening, VALUE), sheet.cell(minimum, VALUE), days, amounts)


def fill_notes(sheet: Sheet, result: Mapping[str, Any]) -> None:
    """What a reader must know about single figures."""
    texts = sheet.book.texts
    sheet.widths([34, 90, 26, 12])
    sheet.heads(FIRST_ROW, 0, [texts(f"words.{word}") for word in ("where", "note", "code")], height=24)
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 0)
    if not result["notes"]:
        sheet.text(FIRST_ROW + 1, 1, texts("report.no_notes"))
    for row, note in enumerate(result["notes"], FIRST_ROW + 1):
        for column, key in enumerate(("where", "text", "code")):
            sheet.text(row, column, note[key])


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
        self.sheet.number(self.row, VALUE, value, "input", number)
        for column, edge in zip((LOW, HIGH), interval or (), strict=False):
            self.sheet.number(self.row, column, edge, "engine", number)
        self.row += 1

    def money(self, area: str, item: str, value: float) -> None:
        self.number(area, item, value, "money", FEN)

    def day(self, area: str, item: str, value: str) -> None:
        self._labels(area, item, "date")
        self.sheet.day(self.row, VALUE, value, "input")
        self.row += 1

    def text(self, area: str, item: str, value: str) -> None:
        self._labels(area, item, "text")
        self.sheet.text(self.row, VALUE, value, "input")
        self.row += 1

    def flow(self, item: str, amount: float, day: str) -> None:
        self._labels(self.sheet.book.texts("words.other_flows"), item, "money")
        self.sheet.number(self.row, VALUE, amount, "input", FEN)
        self.sheet.day(self.row, LOW, day, "input")
        self.row += 1

    def _labels(self, area: str, item: str, unit: str) -> None:
        texts, figures = self.sheet.book.texts, self.sheet.book.figures
        self.sheet.text(self.row, AREA, area)
        self.sheet.text(self.row, ITEM, item)
        self.sheet.text(self.row, UNIT, figures.unit if unit == "money" else texts(f"units.{unit}"), "unit")


def _channel_inputs(writer: _Inputs, result: Mapping[str, Any]) -> None:
    texts, figures = writer.sheet.book.texts, writer.sheet.book.figures
    for name, channel in result["channels"].items():
        area = channel["label"]
        writer.text(area, texts("words.clearing"), channel["clearing"])
        estimate = result["estimates"].get(name)
        if estimate is None:
            continue
        for table in ("failure_rate", "recovery_rate"):
            for cause, rate in estimate[table].items():
                if rate:
                    item = texts(f"words.{table}") + texts("language.colon") + figures.cause(cause)
                    interval = (rate.get("p05"), rate.get("p95"))
                    writer.number(area, item, rate.get("mean"), "share", RATE, interval)
        for figure, unit, number in (
            ("settlement_days", "days", "0.0"),
            ("refund_rate", "share", RATE),
            ("fee_rate", "share", RATE),
        ):
            writer.number(area, texts(f"words.{figure}"), estimate[figure].get("mean"), unit, number)


def _multiple_inputs(writer: _Inputs, event: Mapping[str, Any]) -> None:
    texts = writer.sheet.book.texts
    if multiple := event.get("multiple"):
        item = texts("words.event_multiple", name=event["name"])
        interval = (multiple["p05"], multiple["p95"])
        writer.number(texts("words.events"), item, multiple["mean"], "multiple", "0.00", interval)
    if source := event.get("source"):
        item = texts("words.event_source", name=event["name"])
        writer.text(texts("words.events"), item, texts(f"event_sources.{source}"))


def _facility_inputs(writer: _Inputs, facility: Mapping[str, Any]) -> None:
    texts, figures = writer.sheet.book.texts, writer.sheet.book.figures
    area = facility["name"]
    writer.text(area, texts("words.kind"), figures.kind(facility["kind"]))
    for term in (one.name for one in terms_of(facility["kind"]) if one.name not in UNNAMED_TERMS):
        value = facility.get(term)
        item = texts.or_else(f"terms.{term}", term)
        if value is None or value == []:
            continue
        if isinstance(value, bool):
            writer.text(area, item, figures.yes_no(value))
        elif isinstance(value, (int, float)):
            unit, number = _unit_of(term)
            writer.number(area, item, value, unit, number)
        elif isinstance(value, str):
            writer.text(area, item, texts.or_else(f"choices.{value}", value) if term in CHOICE_TERMS else value)
        else:
            writer.text(area, item, texts("language.list_comma").join(str(part) for part in value))


def _unit_of(term: str) -> tuple[str, str]:
    if term in MONEY_TERMS:
        return "money", FEN
    if term.endswith("_days"):
        return "days", WHOLE
    return ("rate", FINE_RATE) if term in {"annual_rate", "commitment_fee"} else ("share", FINE_RATE)


def _flow_inputs(writer: _Inputs, result: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The plan's other flows, one row a day and category; references to their days and amounts."""
    sheet, texts, flows = writer.sheet, writer.sheet.book.texts, result["other_flows"]
    lines = [
        (day, category, amount)
        for category, amounts in flows["by_category"].items()
        for day, amount in zip(flows["dates"], amounts, strict=True)
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

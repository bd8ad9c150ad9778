"""The sheet beside the options: what one more of a limit or a day is worth, covenants, what would make a mix hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.tables.financing import remedy
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, RATE, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNIT_SAVING, PLAIN = "+0.00000;-0.00000;0.00000", "0.####"
WIDTHS = (30, 28, 22, 18, 18, 16, 16)


def has_worth(result: Mapping[str, Any]) -> bool:
    """Whether there is anything to show: marginal values, covenants, or a remedy."""
    financed = [scenario["financing"] for scenario in result["scenarios"].values() if scenario.get("financing")]
    return any(
        one.get("marginal") or one["recommended"].get("covenants") or one["recommended"].get("remedy")
        for one in financed
    )


def fill_worth(sheet: Sheet, result: Mapping[str, Any]) -> None:
    """The base's marginal values, then covenants and remedies of every scenario that has them; numbers as numbers."""
    sheet.widths(WIDTHS)
    row = _marginal(sheet, result, FIRST_ROW)
    row = _covenants(sheet, result, row)
    texts = sheet.book.texts
    for scenario in result["scenarios"].values():
        if scenario.get("financing") and (text := remedy(scenario)):
            sheet.text(row, 0, scenario["label"], "strong")
            sheet.text(row + 1, 0, texts("language.colon").join((texts("words.remedy"), text)), wrap=False)
            row += 3


def _marginal(sheet: Sheet, result: Mapping[str, Any], row: int) -> int:
    """What a yuan of each limit and a day of faster settlement are worth in base; gives the next free row."""
    texts, figures = sheet.book.texts, sheet.book.figures
    found = (result["scenarios"]["base"].get("financing") or {}).get("marginal")
    if not found:
        return row
    if found["limits"]:
        sheet.text(row, 0, texts("report.limits_caption"), "fact", wrap=False)
        words = ("facility", "limit_step", "limit_saving", "chance_saved", "limit_binding")
        sheet.heads(row + 1, 0, [texts(f"words.{word}") for word in words])
        row += 2
        for one in found["limits"]:
            sheet.text(row, 0, one["facility"])
            sheet.number(row, 1, one["step"], "engine", FEN)
            sheet.number(row, 2, one["saving_rate"], "engine", UNIT_SAVING)
            sheet.number(row, 3, one["shortfall_probability_saved"], "engine", RATE)
            sheet.text(row, 4, figures.yes_no(one["binding"]))
            row += 1
        row += 1
    sheet.text(row, 0, texts("report.settlement_caption", unit=figures.unit), "fact", wrap=False)
    heads = [texts(f"words.{word}") for word in ("channel", "buffer", "funding_gap", "expected_cost")]
    sheet.heads(row + 1, 0, heads)
    row += 2
    for one in found["settlement_day"]:
        name = one["channel"]
        sheet.text(row, 0, texts("words.channels_all") if name is None else result["channels"][name]["label"])
        for column, key in enumerate(("buffer", "funding_gap", "expected_cost"), 1):
            sheet.number(row, column, one[key], "engine", FEN if key == "expected_cost" else MONEY)
        row += 1
    return row + 1


def _checks(result: Mapping[str, Any], sheet: Sheet) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Scenario, option and covenant, the recommended mix first."""
    texts = sheet.book.texts
    for scenario in result["scenarios"].values():
        financing = scenario.get("financing")
        if not financing:
            continue
        plans = [(texts("words.recommended"), financing["recommended"])]
        plans += [(texts("words.alone", name=option["facility"]), option) for option in financing["options"]]
        for name, plan in plans:
            for check in plan.get("covenants") or []:
                yield scenario["label"], name, check


def _covenants(sheet: Sheet, result: Mapping[str, Any], row: int) -> int:
    """Every covenant's agreed and reached value, the chance of a breach and its day; gives the next free row."""
    texts, figures = sheet.book.texts, sheet.book.figures
    checks = list(_checks(result, sheet))
    if not checks:
        return row
    words = ("scenario", "option", "covenant", "agreed", "reached", "chance_of_breach", "breach_day", "kept")
    sheet.heads(row, 0, [texts(f"words.{word}") for word in words])
    for line, (scenario, option, check) in enumerate(checks, row + 1):
        number = RATE if check["covenant"] == "maximum_utilisation" else PLAIN
        sheet.text(line, 0, scenario)
        sheet.text(line, 1, option)
        sheet.text(line, 2, texts.or_else(f"covenants.{check['covenant']}", check["covenant"]))
        sheet.number(line, 3, check["agreed"], "input", number)
        sheet.number(line, 4, check["value"], "engine", number)
        sheet.number(line, 5, check["chance_of_breach"], "engine", RATE)
        sheet.day(line, 6, check["day"], "engine")
        sheet.text(line, 7, figures.yes_no(check["kept"]))
    return row + len(checks) + 2

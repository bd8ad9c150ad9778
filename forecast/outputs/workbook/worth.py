"""The sheet beside the options: what one more of a limit or a day is worth, covenants, what would make a mix hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.financing import LIMIT_WORTH, covenant_checks, covenant_name, remedy_text
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, RATE, Sheet

if TYPE_CHECKING:
    from forecast.financing.marginal import LimitWorth, SettlementWorth
    from forecast.results.run import Result

UNIT_SAVING = "+0.00000;-0.00000;0.00000"
WIDTHS = (30, 28, 22, 18, 18, 16, 16)


def has_worth(result: Result) -> bool:
    """Whether there is anything to show: marginal values, covenants, or a remedy."""
    financed = [scenario.financing for scenario in result.scenarios.values() if scenario.financing]
    return any(one.marginal or one.recommended.covenants or one.recommended.remedy for one in financed)


def fill_worth(sheet: Sheet, result: Result) -> None:
    """The base's marginal values, then covenants and remedies of every scenario that has them; numbers as numbers."""
    sheet.widths(WIDTHS)
    row, base = FIRST_ROW, result.base.financing
    if base and base.marginal:
        row = _limits(sheet, base.marginal.limits, row)
        row = _settlement(sheet, result, base.marginal.settlement_day, row)
    row = _covenants(sheet, result, row)
    texts = sheet.book.texts
    for scenario in result.scenarios.values():
        if scenario.financing and (remedy := scenario.financing.recommended.remedy):
            sheet.text(row, 0, scenario.label, "strong")
            told = (texts("words.remedy"), remedy_text(remedy, sheet.book.figures))
            sheet.text(row + 1, 0, texts("language.colon").join(told), wrap=False)
            row += 3


def _limits(sheet: Sheet, limits: list[LimitWorth], row: int) -> int:
    """What a yuan of each limit is worth; gives the next free row."""
    if not limits:
        return row
    texts, figures = sheet.book.texts, sheet.book.figures
    sheet.text(row, 0, texts("report.limits_caption"), "fact", wrap=False)
    sheet.heads(row + 1, 0, [texts(f"words.{word}") for word in LIMIT_WORTH])
    for line, one in enumerate(limits, row + 2):
        sheet.text(line, 0, figures.facility(one.facility))
        sheet.number(line, 1, one.step, "engine", FEN)
        sheet.number(line, 2, one.saving_rate, "engine", UNIT_SAVING)
        sheet.number(line, 3, one.shortfall_probability_saved, "engine", RATE)
        sheet.text(line, 4, figures.yes_no(one.binding))
    return row + len(limits) + 3


def _settlement(sheet: Sheet, result: Result, days: list[SettlementWorth], row: int) -> int:
    """What a day of faster settlement is worth; gives the next free row."""
    texts = sheet.book.texts
    sheet.text(row, 0, texts("report.settlement_caption", unit=sheet.book.figures.unit), "fact", wrap=False)
    heads = [texts(f"words.{word}") for word in ("channel", "buffer", "funding_gap", "expected_cost")]
    sheet.heads(row + 1, 0, heads)
    for line, one in enumerate(days, row + 2):
        label = texts("words.channels_all") if one.channel is None else result.channels[one.channel].label
        sheet.text(line, 0, label)
        amounts = ((one.buffer, MONEY), (one.funding_gap, MONEY), (one.expected_cost, FEN))
        for column, (value, number) in enumerate(amounts, 1):
            sheet.number(line, column, value, "engine", number)
    return row + len(days) + 3


def _covenants(sheet: Sheet, result: Result, row: int) -> int:
    """Every covenant's agreed and reached value, the chance of a breach and its day; gives the next free row."""
    texts, figures = sheet.book.texts, sheet.book.figures
    financed = [(one.label, one.financing) for one in result.scenarios.values() if one.financing]
    checks = [(label, *named) for label, found in financed for named in covenant_checks(found, figures)]
    if not checks:
        return row
    cover = f'[<0]"{texts("compare.cover_negative")}";[>100]"{texts("compare.cover_large")}";0.00'
    words = ("scenario", "option", "covenant", "agreed", "reached", "chance_of_breach", "breach_day", "kept")
    sheet.heads(row, 0, [texts(f"words.{word}") for word in words])
    for line, (scenario, option, check) in enumerate(checks, row + 1):
        number = RATE if check.covenant == "maximum_utilisation" else cover
        sheet.text(line, 0, scenario)
        sheet.text(line, 1, option)
        sheet.text(line, 2, covenant_name(check, figures))
        sheet.number(line, 3, check.agreed, "engine", number)
        sheet.number(line, 4, check.value, "engine", number)
        sheet.number(line, 5, check.chance_of_breach, "engine", RATE)
        sheet.day(line, 6, check.day, "engine")
        sheet.text(line, 7, figures.yes_no(check.kept))
    return row + len(checks) + 2

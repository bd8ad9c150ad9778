"""The schedules sheet: by month and by week what the recommended mix, its parts and each facility alone do.

A block each: of the base scenario all of them, of every other scenario the recommended mix. What is owed at the
beginning of a month or week, and the totals, are formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.run import recommended_text
from forecast.outputs.tables.schedules import DEBT, FLOWS, LEVELS, debt_words, has_schedule
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, Sheet, local_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.financing.schedules import DebtFlows, Period, Schedule, Span
    from forecast.outputs.figures import Figures
    from forecast.results.financing import FinancingShown
    from forecast.results.run import Result

FIRST, LAST, BEFORE, FLOW = 1, 2, 3, 4
LEVEL = FLOW + len(FLOWS)
"""The columns after the block's name: the days, what was owed before, what moves, what stands in the evening."""

WIDTHS = (34, 12, 12, *(15,) * (1 + len(FLOWS) + len(LEVELS)))


def has_schedules(result: Result) -> bool:
    """Whether there is anything to show."""
    return any(one.financing is not None and has_schedule(one.financing) for one in result.scenarios.values())


def fill_schedules(sheet: Sheet, result: Result) -> None:
    """Blocks under one row of heads, which stays in sight; loans beside the facilities follow those of base.

    What is asked for is printed: the mixes, their parts and those loans. Each facility alone stands below, unprinted.
    """
    texts = sheet.book.texts
    sheet.widths(WIDTHS)
    words = ("from_day", "to_day", "owed_before", *FLOWS, *LEVELS)
    sheet.heads(FIRST_ROW, 0, [texts("words.option"), *(texts(f"schedules.{word}") for word in words)])
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 3)
    sheet.repeat_rows(FIRST_ROW)
    row, base = FIRST_ROW + 1, result.base.financing
    for scenario in result.scenarios.values():
        if (found := scenario.financing) is None:
            continue
        for title, one in _asked_for(found, sheet.book.figures, parts=found is base):
            row = _block(sheet, texts("language.colon").join((scenario.label, title)), one, row)
        if found is base:
            row = _debt(sheet, found, row)
    sheet.prints(0, 0, row - 1, len(WIDTHS) - 1)
    for option in base.options if base is not None else ():
        title = texts("words.alone", name=sheet.book.figures.facility(option.facility))
        row = _block(sheet, texts("language.colon").join((result.base.label, title)), option.schedule, row)


def _asked_for(financing: FinancingShown, figures: Figures, *, parts: bool) -> Iterator[tuple[str, Schedule]]:
    """The recommended mix and, with ``parts``, each of its parts."""
    texts, best = figures.texts, financing.recommended
    yield recommended_text(best, figures), best.schedule
    for part in best.mix if parts and len(best.mix) > 1 else ():
        yield texts("words.part", name=figures.facility(part.facility)), part.schedule


def _block(sheet: Sheet, title: str, found: Schedule, row: int) -> int:
    """One schedule by month and by week, and what is unpaid in the end; gives the next free row."""
    texts = sheet.book.texts
    sheet.text(row, 0, title, "fact", wrap=False)
    for name, periods in (("by_month", found.monthly), ("by_week", found.weekly)):
        row = _periods(sheet, texts(f"schedules.{name}"), periods, found.opening, row + 1)
    sheet.text(row, 0, texts("schedules.unpaid"), "soft", wrap=False)
    sheet.number(row, BEFORE, found.unpaid, "engine", FEN)
    return row + 2


def _periods(sheet: Sheet, name: str, periods: Sequence[Period], opening: float, row: int) -> int:
    """The rows of the months or weeks and their total; gives the row after it."""
    before = opening
    for place, one in enumerate(periods, row):
        _days(sheet, place, name, one.span)
        if place == row:
            sheet.number(place, BEFORE, before, "engine", FEN)
        else:
            sheet.formula(place, BEFORE, f"={local_cell(place - 1, LEVEL)}", before, number=FEN)
        for column, figure in enumerate((*FLOWS.values(), *LEVELS.values()), FLOW):
            sheet.number(place, column, figure(one), "engine", FEN)
        before = one.owed.mean
    last = row + len(periods)
    sheet.text(last, 0, sheet.book.texts("words.total"), "strong")
    for column in (FIRST, LAST, BEFORE):
        sheet.text(last, column, "", "strong")
    for column, flow in enumerate(FLOWS.values(), FLOW):
        _sum(sheet, last, column, row, sum(map(flow, periods)))
    return last + 1


def _debt(sheet: Sheet, financing: FinancingShown, row: int) -> int:
    """Other flows of category ``debt`` by month and by week, where there are any; gives the next free row."""
    found, texts = financing.existing_debt, sheet.book.texts
    words = debt_words(found.weekly)
    if not words:
        return row
    sheet.text(row, 0, texts("schedules.debt"), "fact", wrap=False)
    for column, word in enumerate(words, FLOW):
        sheet.text(row, column, texts(f"schedules.{word}"), "strong")
    for name, periods in (("by_month", found.monthly), ("by_week", found.weekly)):
        row = _debt_periods(sheet, texts(f"schedules.{name}"), periods, words, row + 1)
    return row + 1


def _debt_periods(sheet: Sheet, name: str, periods: Sequence[DebtFlows], words: Sequence[str], row: int) -> int:
    """The rows of the months or weeks of other loans and their total; gives the row after it."""
    for place, one in enumerate(periods, row):
        _days(sheet, place, name, one.span)
        for column, word in enumerate(words, FLOW):
            sheet.number(place, column, DEBT[word](one), "engine", FEN)
    last = row + len(periods)
    sheet.text(last, 0, sheet.book.texts("words.total"), "strong")
    for column, word in enumerate(words, FLOW):
        _sum(sheet, last, column, row, sum(map(DEBT[word], periods)))
    return last + 1


def _days(sheet: Sheet, row: int, name: str, span: Span) -> None:
    texts = sheet.book.texts
    sheet.text(row, 0, texts("schedules.broken", days=name) if span.broken else name, wrap=False)
    sheet.day(row, FIRST, span.first, "label")
    sheet.day(row, LAST, span.last, "label")


def _sum(sheet: Sheet, row: int, column: int, first: int, value: float) -> None:
    area = f"{local_cell(first, column)}:{local_cell(row - 1, column)}"
    sheet.formula(row, column, f"=SUM({area})", round(value, 2), "formula_strong", FEN)

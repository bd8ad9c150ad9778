"""The sheet of simulated figures: every scenario's days one below the other, and a list of the scenarios beside them.

What shows a scenario by day picks from here, so that a workbook grows by its figures alone and not by formulas and
charts, however many scenarios a plan has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.workbook.paper import SMALL_LETTERS
from forecast.outputs.workbook.sheet import FIRST_ROW, WHOLE, Sheet, label_width
from forecast.results.scenario import costs_by_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

SALES = ("mean", "p10", "p50", "p90")
RECEIPTS = ("mean", "p05", "p10", "p50", "p90", "p95")
CASH = ("p05", "p50", "p95")
CASH_AFTER = ("mean", "p05")

SERIES = (
    *(("sales", one) for one in SALES),
    *(("receipts", one) for one in RECEIPTS),
    ("other_flows", "mean"),
    ("costs", "mean"),
    ("cash_before", "mean"),
    *(("cash_before", one) for one in CASH),
    *(("cash_after", one) for one in CASH_AFTER),
)
"""What stands by day, in the order of the columns: the word, and the figure."""

TOTALS = (*(("sales", one) for one in SALES[1:]), *(("receipts", one) for one in RECEIPTS[1:]))
"""The quantiles of totals in the list of scenarios."""

NUMBER, DATE, FIRST_SERIES = range(3)
LIST = FIRST_SERIES + len(SERIES) + 1
LISTED, LABEL, OPENING, MINIMUM, FIRST_TOTAL = range(LIST, LIST + 5)
FIRST = FIRST_ROW + 1


@dataclass(frozen=True, slots=True)
class DataCells:
    """Where the figures of ``scenarios`` over so many ``days`` each stand; places count from 0 in the plan's order."""

    sheet: Sheet
    scenarios: int
    days: int

    def whole(self, series: tuple[str, str]) -> str:
        """A series of all scenarios."""
        return self._down(FIRST_SERIES + SERIES.index(series), FIRST, self.scenarios * self.days)

    def of(self, place: int, series: tuple[str, str]) -> str:
        """A series of one scenario."""
        return self._down(FIRST_SERIES + SERIES.index(series), FIRST + place * self.days, self.days)

    def dates(self) -> str:
        """The days, which all scenarios share."""
        return self._down(DATE, FIRST, self.days)

    def listed(self, column: int) -> str:
        """A column of the list of scenarios."""
        return self._down(column, FIRST, self.scenarios)

    def total(self, series: tuple[str, str]) -> str:
        """A quantile of a total, of all scenarios."""
        return self.listed(FIRST_TOTAL + TOTALS.index(series))

    def opening(self, place: int) -> str:
        """A scenario's opening balance."""
        return self.sheet.cell(FIRST + place, OPENING)

    def _down(self, column: int, first: int, count: int) -> str:
        return self.sheet.area(first, column, first + count - 1, column)


def fill_data(sheet: Sheet, result: Result, labels: Sequence[str]) -> DataCells:
    """Writes the figures; ``labels`` are the scenarios', each unlike the others. The list alone is printed."""
    texts, days = sheet.book.texts, len(result.base.dates)
    sheet.widths([8, 12, *[13] * len(SERIES), 3, 8, label_width(result), *[13] * (2 + len(TOTALS))])
    figured = [f"{texts(f'words.{word}')} {texts(f'figure.{figure}')}" for word, figure in (*SERIES, *TOTALS)]
    heads = [texts("live.number"), texts("words.date"), *figured[: len(SERIES)]]
    sheet.heads(FIRST_ROW, 0, heads)
    balances = (texts("words.opening_balance"), texts("words.minimum_balance"))
    more = [texts("live.number"), texts("words.scenario"), *balances, *figured[len(SERIES) :]]
    sheet.heads(FIRST_ROW, LIST, more)
    sheet.worksheet.freeze_panes(FIRST, FIRST_SERIES)
    sheet.repeat_rows(FIRST_ROW)
    for place, (label, scenario) in enumerate(zip(labels, result.scenarios.values(), strict=True)):
        _listed(sheet, FIRST + place, label, scenario, result)
        first = FIRST + place * days
        for row, day in enumerate(scenario.dates, first):
            sheet.number(row, NUMBER, place + 1, "label", WHOLE)
            sheet.day(row, DATE, day, "label")
        for column, values in enumerate(series_of(scenario, result).values(), FIRST_SERIES):
            for row, value in enumerate(values, first):
                sheet.number(row, column, value, "engine")
    sheet.prints(FIRST_ROW, LIST, FIRST + len(labels) - 1, FIRST_TOTAL + len(TOTALS) - 1)
    sheet.prints_small(SMALL_LETTERS)
    return DataCells(sheet, len(labels), days)


def _listed(sheet: Sheet, row: int, label: str, scenario: ScenarioResult, result: Result) -> None:
    """A scenario's line in the list."""
    own, sales, receipts = result.cash_of(scenario), scenario.sales_total, scenario.receipts_total
    sheet.number(row, LISTED, row - FIRST + 1, "label", WHOLE)
    sheet.text(row, LABEL, label, wrap=False)
    sheet.number(row, OPENING, own.opening_balance, "engine")
    sheet.number(row, MINIMUM, own.minimum_balance, "engine")
    quantiles = (receipts.p05, receipts.p10, receipts.p50, receipts.p90, receipts.p95)
    for column, value in enumerate((sales.p10, sales.p50, sales.p90, *quantiles), FIRST_TOTAL):
        sheet.number(row, column, value, "engine")


def series_of(scenario: ScenarioResult, result: Result) -> dict[tuple[str, str], Sequence[float | None]]:
    """The figures by day, each of the ``SERIES``; None after financing where there is none."""
    sales, receipts, cash = scenario.sales, scenario.receipts, scenario.cash_before_financing
    after, empty = scenario.cash_after_financing, [None] * len(scenario.dates)
    found: list[Sequence[float | None]] = [
        *(sales.mean, sales.p10, sales.p50, sales.p90),
        *(receipts.mean, receipts.p05, receipts.p10, receipts.p50, receipts.p90, receipts.p95),
        result.cash_of(scenario).other_flows,
        costs_by_day(scenario),
        *(cash.mean, cash.p05, cash.p50, cash.p95),
        *((after.mean, after.p05) if after else (empty, empty)),
    ]
    return dict(zip(SERIES, found, strict=True))

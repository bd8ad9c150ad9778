"""The checks that nothing was typed over the sheets of simulated figures: each shows what the simulation gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.workbook import by_day as days
from forecast.outputs.workbook.checks import Check, figures_of, nothing
from forecast.outputs.workbook.compare import COMPARED
from forecast.outputs.workbook.data import CASH, CASH_AFTER, LABEL, MINIMUM, OPENING, TOTALS
from forecast.outputs.workbook.sheet import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.workbook.by_day import Pick
    from forecast.outputs.workbook.data import DataCells
    from forecast.outputs.workbook.sheet import Sheet

SUMMED = ("channels", "development", "financing", "schedules", "comparison")
"""The sheets whose figures move with no cell that is typed into: they come to what was written."""


def simulated_checks(
    by_day: Sheet, comparison: Sheet, summed: Sequence[Sheet], data: DataCells, pick: Pick, base: int
) -> list[Check]:
    """The checks of all these sheets; ``base`` is its place among the scenarios."""
    found = [*_by_day(by_day, data, pick), _comparison(comparison, data, base)]
    from_data = [COMPARED.index(word) for word in ("sales", "receipts", "difference")]
    for sheet in summed:
        found += figures_of(sheet, from_data if sheet is comparison else ())
    return found


def _by_day(sheet: Sheet, data: DataCells, pick: Pick) -> list[Check]:
    """Which scenario is shown, and its days and totals against the simulated figures."""
    shown, before = (sheet.cell(days.PICKED_ROW, column) for column in (days.SHOWN, days.BEFORE))
    number = days.picked(sheet, data, pick)
    label = f"({sheet.cell(days.PICKED_ROW, days.SHOWN + 1)}<>INDEX({data.listed(LABEL)},{shown}))*1"
    rows = f"{before}-({shown}-1)*ROWS({data.dates()})"

    def down(column: int, last: int | None = None, *, start: int = 0, end: int = 0) -> str:
        first, final = days.FIRST_DAY + start, days.FIRST_DAY + data.days - 1 - end
        return sheet.area(first, column, final, column if last is None else last)

    def total(first: int, last: int) -> str:
        return sheet.area(days.TOTAL_ROW, first, days.TOTAL_ROW, last)

    def simulated(first: tuple[str, str], last: tuple[str, str]) -> str:
        corners = f"INDEX({data.whole(first)},{before}+1):INDEX({data.whole(last)},{before}+ROWS({data.dates()}))"
        return f"SUM({corners})"

    flows = f"SUM({down(days.SALES_COLUMN, days.COSTS_COLUMN)})-" + simulated(("sales", "mean"), ("costs", "mean"))
    after = days.AFTER_COLUMN + len(CASH_AFTER) - 1
    cash = f"SUM({down(days.CASH_COLUMN, after)})-" + simulated(
        ("cash_before", CASH[0]), ("cash_after", CASH_AFTER[-1])
    )
    closing, opening = days.CLOSING_COLUMN, days.OPENING_COLUMN
    moved = (opening, days.RECEIPTS_COLUMN, days.OTHER_COLUMN, days.COSTS_COLUMN)
    means = (days.SALES_COLUMN, days.RECEIPTS_COLUMN, days.OTHER_COLUMN, days.COSTS_COLUMN)
    whole = total(days.SALES_COLUMN, days.COSTS_COLUMN)
    quantiles = f"SUM(INDEX({data.total(TOTALS[0])},{shown}):INDEX({data.total(TOTALS[-1])},{shown}))"
    sums = "+".join(f"SUM({down(column)})" for column in means)
    return [
        nothing("by_day_shown", [f"{shown}-{number}", label, rows], exact=True),
        nothing(
            "by_day_figures",
            [
                flows,
                cash,
                f"{down(closing)}-({'+'.join(map(down, moved))})",
                f"{sheet.cell(days.FIRST_DAY, opening)}-INDEX({data.listed(OPENING)},{shown})",
                *([f"{down(opening, start=1)}-{down(closing, end=1)}"] if data.days > 1 else []),
                f"{down(days.MINIMUM_COLUMN)}-INDEX({data.listed(MINIMUM)},{shown})",
                f"SUM({whole})-({sums})-{quantiles}",
            ],
        ),
    ]


def _comparison(sheet: Sheet, data: DataCells, base_place: int) -> Check:
    """Sales and receipts against the simulated days, and what differs from base."""

    def down(word: str) -> str:
        column = COMPARED.index(word)
        return sheet.area(FIRST_ROW + 1, column, FIRST_ROW + data.scenarios, column)

    sales, receipts = (f"SUM({down(word)})-SUM({data.whole((word, 'mean'))})" for word in ("sales", "receipts"))
    base = f"SUM({data.of(base_place, ('receipts', 'mean'))})"
    difference = f"SUM({down('difference')})-SUM({data.whole(('receipts', 'mean'))})+ROWS({data.listed(LABEL)})*{base}"
    return nothing("comparison", [sales, receipts, difference])

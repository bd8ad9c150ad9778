"""The sheet of cash by day: receipts, other flows and costs as formulas, cash and each facility as corkscrews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from forecast.outputs.tables.run import sufficing
from forecast.outputs.workbook.drawing import BLUE, GREEN, VERMILLION, dated
from forecast.outputs.workbook.live.owed_before import OWED, owed_before_text, room, room_formula
from forecast.outputs.workbook.live.rows import FINE_RATE, flow_labels
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, WHOLE, Sheet, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.outputs.workbook.live.kernels import KernelCells
    from forecast.outputs.workbook.live.levels import LevelCells
    from forecast.outputs.workbook.live.receipts import ReceiptCells, Used
    from forecast.plan.model import Facility
    from forecast.results.live import Live, LiveFigures
    from forecast.results.run import Result

TERM_ROW = FIRST_ROW + 1
"""The first facility's terms."""

DATE, OPENING, SALES, RECEIPTS, FIRST_FLOW = range(5)
BEFORE = FIRST_ROW - 1
"""The row that tells of what was owed before the plan began."""

MOST, PAID = 4, 5
"""The columns of the most that a facility owes, and of its interest, beside its terms."""

PARTS = ("owed_opening", "drawn", "repaid", "owed_closing", "interest")


@dataclass(frozen=True, slots=True)
class FlowCells:
    """The list of payments: days, amounts, and the number of each one's category; None without any."""

    days: str
    amounts: str
    categories: str


@dataclass(frozen=True, slots=True)
class DayCells:
    """Where the days stand."""

    sheet: str
    days: int
    flows: int
    costs: int
    facilities: int

    @property
    def head(self) -> int:
        """The row of heads."""
        return TERM_ROW + self.facilities + 1

    @property
    def number(self) -> int:
        """The row of the flows' numbers, below the heads."""
        return self.head + 1

    @property
    def first(self) -> int:
        """The row of the first day."""
        return self.head + 2

    @property
    def last(self) -> int:
        """The row of the last day."""
        return self.first + self.days - 1

    @property
    def first_cost(self) -> int:
        """The first column of costs."""
        return FIRST_FLOW + self.flows

    @property
    def closing(self) -> int:
        """The column of closing cash."""
        return self.first_cost + self.costs

    @property
    def minimum(self) -> int:
        """The column of the minimum balance."""
        return self.closing + 1

    @property
    def headroom(self) -> int:
        """The column of what closing cash lies above the minimum."""
        return self.closing + 2

    @property
    def owed(self) -> int:
        """The column of what all facilities are owed."""
        return self.closing + 3

    @property
    def financed(self) -> int:
        """The column of closing cash with what facilities are owed."""
        return self.closing + 4

    @property
    def spare(self) -> int:
        """The column of what that lies above the minimum."""
        return self.closing + 5

    @property
    def first_facility(self) -> int:
        """The first column of the first facility."""
        return self.closing + 6

    def facility(self, line: int, part: str) -> int:
        """A column of a facility."""
        return self.first_facility + len(PARTS) * line + PARTS.index(part)

    def at(self, row: int, column: int) -> str:
        """A reference to a cell."""
        return f"{quoted(self.sheet)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def down(self, column: int, first: int = 0, last: int | None = None) -> str:
        """A column of the days, from one to another, or of all."""
        end = self.last if last is None else self.first + last
        return f"{self.at(self.first + first, column)}:{xl_rowcol_to_cell(end, column, row_abs=True, col_abs=True)}"

    def limits(self) -> str:
        """What the facilities' limits leave to draw, in their order."""
        last = xl_rowcol_to_cell(TERM_ROW + self.facilities - 1, 1, row_abs=True, col_abs=True)
        return f"{self.at(TERM_ROW, 1)}:{last}"

    def across(self, first: int, count: int) -> str:
        """Columns of the days."""
        ends = xl_rowcol_to_cell(self.last, first + count - 1, row_abs=True, col_abs=True)
        return f"{self.at(self.first, first)}:{ends}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What facilities are drawn for the expected cash: owed in the evening and interest, (facility, day)."""

    owed: Floats
    interest: Floats


def in_order(result: Result) -> list[int]:
    """The facilities in the order in which they are drawn: those of base's recommended mix first."""
    best = sufficing(result.base)
    names = [one.name for one in result.facilities]
    first = [names.index(part.facility) for part in best.mix] if best else []
    return [*first, *(place for place in range(len(names)) if place not in first)]


def year_days(facility: Facility) -> int:
    """The days of a year as a facility counts them."""
    return 365 if facility.day_count == "act/365" else 360


def drawn(live: Live, shown: LiveFigures, facilities: Sequence[Facility], order: Sequence[int]) -> Drawn:
    """Each evening what cash lacks of the minimum, from one facility after another; repaid as soon as may be.

    Of each no more than was left to draw of it on as_of.
    """
    levels = live.levels[0]
    need = np.maximum(0.0, levels.minimum_balance - shown.cash)
    owed, interest = np.zeros((2, len(order), len(need)))
    for line, place in enumerate(order):
        owed[line] = np.minimum(room(levels.limits[place], facilities[place]), need - owed[:line].sum(axis=0))
        before = np.concatenate([[0.0], owed[line][:-1]])
        interest[line] = before * levels.annual_rates[place] / year_days(facilities[place])
    return Drawn(owed, interest)


def fill_days(
    sheet: Sheet,
    live: Live,
    result: Result,
    shown: LiveFigures,
    used: Used,
    levels: LevelCells,
    kernels: KernelCells,
    receipts: ReceiptCells,
    listed: FlowCells | None,
) -> DayCells:
    """Writes the sheet with its chart."""
    texts, order = sheet.book.texts, in_order(result)
    cells = DayCells(sheet.name, len(result.base.dates), len(live.flows), len(live.costs), len(order))
    sheet.widths([16, *[13] * (cells.first_facility + len(PARTS) * len(order))])
    words = [texts(f"words.{word}") for word in ("date", "opening", "sales", "receipts")]
    costs = [texts.or_else(f"categories.{one.category}", one.category) for one in result.costs]
    heads = [*words, *flow_labels(live, sheet.book.figures), *(f"{texts('words.costs')}: {one}" for one in costs)]
    heads += [texts("words.closing"), texts("words.minimum_balance"), texts("live.headroom"), texts("live.owed_all")]
    heads += [texts("live.financed"), texts("live.headroom_financed")]
    names = [sheet.book.figures.facility(result.facilities[place].name) for place in order]
    heads += [f"{name}: {texts(f'live.{part}')}" for name in names for part in PARTS]
    sheet.heads(cells.head, 0, heads, 64)
    sheet.text(BEFORE, 0, owed_before_text(result, sheet.book.figures), "warning", wrap=False)
    sheet.worksheet.freeze_panes(cells.first, 1)
    sheet.repeat_rows(cells.head)
    writer = _Days(sheet, cells, live, used, levels, kernels, receipts)
    owed = drawn(live, shown, result.facilities, order)
    writer.terms(result, order, owed)
    for place in range(cells.flows):
        sheet.number(cells.number, FIRST_FLOW + place, place + 1, "soft", WHOLE)
    for index, day in enumerate(result.base.dates):
        sheet.day(cells.first + index, DATE, day, "label")
        writer.cash(index, shown, listed)
    writer.facilities(owed, shown)
    sheet.prints(0, 0, _chart(sheet, cells), cells.spare)
    return cells


@dataclass(frozen=True, slots=True)
class _Days:
    sheet: Sheet
    cells: DayCells
    live: Live
    used: Used
    levels: LevelCells
    kernels: KernelCells
    receipts: ReceiptCells

    def terms(self, result: Result, order: Sequence[int], found: Drawn) -> None:
        """The facilities in their order, with the terms used, the most that is owed and the interest in all."""
        sheet, texts, own = self.sheet, self.sheet.book.texts, self.live.levels[0]
        heads = ["words.facility", "live.room", "live.annual_rate", "live.year_days", "live.most_drawn", "live.paid"]
        sheet.heads(FIRST_ROW, 0, [texts(head) for head in (*heads, "live.owed_before_head")], 64)
        for row, place in enumerate(order, TERM_ROW):
            facility = result.facilities[place]
            sheet.text(row, 0, sheet.book.figures.facility(facility.name), wrap=False)
            limit, rate = (self.used.of(key, facility.name) for key in ("limit", "annual_rate"))
            sheet.number(row, OWED, facility.drawn, "engine")
            left = room_formula(limit, xl_rowcol_to_cell(row, OWED))
            sheet.formula(row, 1, f"={left}", room(own.limits[place], facility))
            sheet.formula(row, 2, f"={rate}", own.annual_rates[place], "formula", FINE_RATE)
            sheet.number(row, 3, year_days(facility), "engine", WHOLE)
            owed, interest = found.owed[row - TERM_ROW], found.interest[row - TERM_ROW]
            most, paid = (self.cells.facility(row - TERM_ROW, part) for part in ("owed_closing", "interest"))
            unused = f'{MONEY};"{texts("live.unused")}"'  # 0 in words
            sheet.formula(row, MOST, f"=MAX({self.cells.down(most)})", float(owed.max()), "formula", unused)
            sheet.formula(row, PAID, f"=SUM({self.cells.down(paid)})", float(interest.sum()), "formula", MONEY)

    def cash(self, index: int, shown: LiveFigures, listed: FlowCells | None) -> None:
        """A day from opening to closing cash."""
        cells, row, own = self.cells, self.cells.first + index, self.live.levels[0]
        day = xl_rowcol_to_cell(row, DATE, col_abs=True)
        opening = self.used.of("opening_balance") if index == 0 else xl_rowcol_to_cell(row - 1, cells.closing)
        self._formula(row, OPENING, opening, shown.cash[index - 1] if index else own.opening_balance)
        across = self.receipts.first + index
        self._formula(row, SALES, self.receipts.at(across, self.receipts.sales), shown.sales[index])
        self._formula(row, RECEIPTS, self.receipts.at(across, self.receipts.receipts), shown.receipts[index])
        for place, (name, amounts) in enumerate(shown.flows.items()):
            column, multiple = FIRST_FLOW + place, self.used.of("flows", name)
            number = xl_rowcol_to_cell(cells.number, column, row_abs=True)
            found = (
                "0"
                if listed is None
                else (f"{multiple}*SUMIFS({listed.amounts},{listed.days},{day},{listed.categories},{number})")
            )
            self._formula(row, column, found, amounts[index])
        for place, paid in enumerate(shown.costs):
            share = self.used.cells[self.used.cost_names[place]]
            offset, line = self.levels.pick("cost_block", str(place)), self.kernels.first + index
            moving, fixed = (self.kernels.cost(place, line, offset, which) for which in (0, 1))
            formula = f"-{share}*({self.used.of('volume')}*{moving}+{fixed})"
            self._formula(row, cells.first_cost + place, formula, -paid[index])
        first, last = (xl_rowcol_to_cell(row, column) for column in (RECEIPTS, cells.closing - 1))
        self._formula(row, cells.closing, f"{xl_rowcol_to_cell(row, OPENING)}+SUM({first}:{last})", shown.cash[index])
        self._formula(row, cells.minimum, self.used.of("minimum_balance"), own.minimum_balance)
        closing, minimum = (xl_rowcol_to_cell(row, column) for column in (cells.closing, cells.minimum))
        self._formula(row, cells.headroom, f"{closing}-{minimum}", shown.cash[index] - own.minimum_balance)

    def facilities(self, found: Drawn, shown: LiveFigures) -> None:
        """Each facility from what is owed in the morning to the evening, and its interest."""
        cells = self.cells
        count = len(found.owed)
        for index in range(cells.days):
            row = cells.first + index
            need, closings = f"MAX(0,-{xl_rowcol_to_cell(row, cells.headroom)})", list[str]()
            for line in range(count):
                column = cells.first_facility + len(PARTS) * line
                opening, draw, repay, closing = (xl_rowcol_to_cell(row, column + offset) for offset in range(4))
                limit, rate, year = (
                    xl_rowcol_to_cell(TERM_ROW + line, one, row_abs=True, col_abs=True) for one in (1, 2, 3)
                )
                target = f"MIN({limit},{'-'.join([need, *closings])})"
                before = xl_rowcol_to_cell(row - 1, column + 3) if index else "0"
                owed = found.owed[line]
                was = owed[index - 1] if index else 0.0
                self._formula(row, column, before, was)
                self._formula(row, column + 1, f"MAX(0,{target}-{opening})", max(0.0, owed[index] - was))
                self._formula(row, column + 2, f"MAX(0,{opening}-{target})", max(0.0, was - owed[index]))
                self._formula(row, column + 3, f"{opening}+{draw}-{repay}", owed[index])
                self._formula(row, column + 4, f"{opening}*{rate}/{year}", found.interest[line, index])
                closings.append(closing)
            whole = float(found.owed[:, index].sum()) if count else 0.0
            self._formula(row, cells.owed, "+".join(closings) if closings else "0", whole)
            closing, owed = (xl_rowcol_to_cell(row, column) for column in (cells.closing, cells.owed))
            self._formula(row, cells.financed, f"{closing}+{owed}", shown.cash[index] + whole)
            financed, minimum = (xl_rowcol_to_cell(row, column) for column in (cells.financed, cells.minimum))
            spare = shown.cash[index] + whole - self.live.levels[0].minimum_balance
            self._formula(row, cells.spare, f"{financed}-{minimum}", spare)

    def _formula(self, row: int, column: int, formula: str, value: float) -> None:
        self.sheet.formula(row, column, f"={formula}", float(value), "formula", MONEY)


def _chart(sheet: Sheet, cells: DayCells) -> int:
    """Draws the chart below the days; gives the row after it."""
    texts = sheet.book.texts
    chart = sheet.book.workbook.add_chart({"type": "line"})
    lines = [(cells.closing, "words.closing", BLUE), (cells.minimum, "words.minimum_balance", VERMILLION)]
    lines[1:1] = [(cells.financed, "live.financed", GREEN)] if cells.facilities else []
    for column, word, colour in lines:
        series = {"name": texts(word), "line": {"color": colour, "width": 2.25}}
        chart.add_series(series | {"categories": f"={cells.down(DATE)}", "values": f"={cells.down(column)}"})
    dated(chart, texts("words.cash_before"), sheet.book.figures.unit)
    return sheet.charts(cells.last + 2, [chart])

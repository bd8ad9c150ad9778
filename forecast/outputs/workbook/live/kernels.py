"""The sheet of kernels: by channel and day the terms of its money; costs; and what the responses leave over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from forecast.outputs.workbook.paper import SMALL_LETTERS
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, WHOLE, Sheet, quoted
from forecast.results.live import LOGARITHMS, RATES

if TYPE_CHECKING:
    from forecast.results.live import Curves, Live
    from forecast.results.run import Result

NEW_TERMS, MOVED = 6, 4
TERMS = 2 * NEW_TERMS + MOVED
BACK_TERMS = TERMS - NEW_TERMS
SALES, FIXED, SETTLED, TAKEN_BACK = 0, 1, 2, 2 + TERMS
BLOCK = 2 + TERMS + BACK_TERMS
"""The columns of a channel's response: sales, refunds already due, then what settles and what is taken back by term."""

COST_BLOCK = 2
LABEL, FIRST_BEND = 0, 2
CURVES = ("recovery", "failures", "cured")
KNOTS = (RATES, LOGARITHMS.tolist(), LOGARITHMS.tolist())
"""The curves of a channel's failures, and where they are known; a column each after that of where a curve starts."""

STARTS = tuple(FIRST_BEND + sum(map(len, KNOTS[:place])) for place in range(len(KNOTS)))
PAYOUTS = FIRST_BEND + sum(map(len, KNOTS))
DAY, NUMBER, FIRST_COLUMN = 0, 1, 2
BENDS = FIRST_ROW + 1


@dataclass(frozen=True, slots=True)
class KernelCells:
    """Where the kernels stand: rows, and the first column of each channel, of each cost, and of what is left over."""

    sheet: str
    days: int
    channels: tuple[int, ...]
    widths: tuple[int, ...]
    costs: tuple[int, ...]
    cost_widths: tuple[int, ...]
    rest: int
    scenarios: int

    @classmethod
    def of(cls, sheet: Sheet, live: Live, days: int) -> KernelCells:
        """The layout of a model."""
        column, channels, widths = FIRST_COLUMN, [], []
        for channel in live.channels:
            channels.append(column)
            widths.append(BLOCK * len(channel.responses))
            column += 2 + widths[-1]
        costs, cost_widths = [], []
        for responses in live.costs:
            costs.append(column)
            cost_widths.append(COST_BLOCK * len(responses))
            column += cost_widths[-1]
        groups = (tuple(channels), tuple(widths), tuple(costs), tuple(cost_widths))
        return cls(sheet.name, days, *groups, column, len(live.scenarios))

    @property
    def head(self) -> int:
        """The row of heads; value lost and totals follow, then the days."""
        return BENDS + len(self.channels) + 1

    @property
    def lost(self) -> int:
        """The row of value lost."""
        return self.head + 1

    @property
    def total(self) -> int:
        """The row of totals."""
        return self.head + 2

    @property
    def first(self) -> int:
        """The row of the first day."""
        return self.head + 3

    def _at(self, row: int, column: int) -> str:
        return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))

    def area(self, row: int, column: int, last_row: int, last_column: int) -> str:
        """A reference to an area."""
        return f"{quoted(self.sheet)}!{self._at(row, column)}:{self._at(last_row, last_column)}"

    def totals_less_days(self) -> str:
        """The sum of all totals less that of all days."""
        column = self.channels[0]
        last = self.rest + self.scenarios - 1
        numbers = [self.area(self.first, one, self.first + self.days - 1, one + 1) for one in self.channels]
        whole = self.area(self.first, column, self.first + self.days - 1, last)
        beside = "".join(f"+SUM({one})" for one in numbers)
        return f"SUM({self.area(self.total, column, self.total, last)})-SUM({whole}){beside}"

    def curve(self, place: int, name: str, at: str) -> str:
        """The value of a channel's curve at a place."""
        number = CURVES.index(name)
        first, last = STARTS[number] + 1, STARTS[number] + len(KNOTS[number]) - 1
        knots = self.area(FIRST_ROW, first, FIRST_ROW, last)
        bends = self.area(BENDS + place, first, BENDS + place, last)
        start = f"{quoted(self.sheet)}!{self._at(BENDS + place, STARTS[number])}"
        return f"{start}+SUMPRODUCT({bends},({at}>{knots})*({at}-{knots}))"

    def payouts(self, place: int) -> str:
        """How many days of the horizon a channel pays out on."""
        return f"{quoted(self.sheet)}!{self._at(BENDS + place, PAYOUTS)}"

    def payout_list(self, place: int) -> str:
        """The numbers of the days on which a channel pays out."""
        column = self.channels[place]
        return self.area(self.first, column, self.first + self.days - 1, column)

    def payouts_before(self, place: int, row: int) -> str:
        """How many of them lie before a day."""
        return f"{quoted(self.sheet)}!{self._at(row, self.channels[place] + 1)}"

    def term(self, place: int, row: int, offset: str, first: int, count: int = 1) -> str:
        """A response's columns from ``first`` on in a row, of the block that ``offset`` tells."""
        column = self.channels[place] + 2
        whole = self.area(row, column, row, column + self.widths[place] - 1)
        begin = f"INDEX({whole},{offset}+{first + 1})"
        return begin if count == 1 else f"{begin}:INDEX({whole},{offset}+{first + count})"

    def cost(self, place: int, row: int, offset: str, which: int) -> str:
        """What a cost takes at a share of 1: 0 what moves with the volume, 1 the rest."""
        column = self.costs[place]
        return f"INDEX({self.area(row, column, row, column + self.cost_widths[place] - 1)},{offset}+{which + 1})"

    def left_over(self, row: int, chosen: str) -> str:
        """What responses leave over on a day, of the scenario chosen."""
        return f"INDEX({self.area(row, self.rest, row, self.rest + self.scenarios - 1)},{chosen})"


def fill_kernels(sheet: Sheet, live: Live, result: Result, cells: KernelCells) -> None:
    """Writes all numbers; the totals alone are formulas."""
    texts = sheet.book.texts
    sheet.widths([22, 8, *[12] * (cells.rest + cells.scenarios - FIRST_COLUMN)])
    sheet.text(FIRST_ROW, LABEL, texts("live.knots"), "head")
    for start, name, knots, number in zip(STARTS, CURVES, KNOTS, ("0.00%", "0.0000", "0.0000"), strict=True):
        sheet.text(FIRST_ROW, start, texts(f"live.curve_{name}"), "head")
        for column, knot in enumerate(knots[:-1], start + 1):
            sheet.number(FIRST_ROW, column, knot, "engine", number)
    sheet.text(FIRST_ROW, PAYOUTS, texts("live.payouts"), "head")
    sheet.heads(cells.head, 0, [texts("words.date"), texts("live.number")], height=64)
    for row, word in ((cells.lost, "words.lost"), (cells.total, "words.total")):
        sheet.text(row, DAY, texts(word), "strong", wrap=False)
    for row, day in enumerate(result.base.dates, cells.first):
        sheet.day(row, DAY, day, "label")
        sheet.number(row, NUMBER, row - cells.first + 1, "label", WHOLE)
    sheet.worksheet.freeze_panes(cells.first, FIRST_COLUMN)
    sheet.prints(0, 0, cells.head - 2, PAYOUTS)
    sheet.prints_small(SMALL_LETTERS)
    for place in range(len(live.channels)):
        _channel(sheet, live, result, cells, place)
    for place, responses in enumerate(live.costs):
        label = texts.or_else(f"categories.{result.costs[place].category}", result.costs[place].category)
        for offset, response in enumerate(responses):
            column = cells.costs[place] + offset * COST_BLOCK
            _column(sheet, cells, column, f"{label}: {texts('live.cost_moving')}", response.moving)
            _column(sheet, cells, column + 1, f"{label}: {texts('live.cost_fixed')}", response.fixed)
    for column, (name, rest) in enumerate(zip(live.scenarios, live.rest, strict=True), cells.rest):
        _column(sheet, cells, column, f"{texts('live.rest')}: {result.scenarios[name].label}", rest)


def _channel(sheet: Sheet, live: Live, result: Result, cells: KernelCells, place: int) -> None:
    texts, channel = sheet.book.texts, live.channels[place]
    label, column = result.channels[channel.name].label, cells.channels[place]
    sheet.text(BENDS + place, LABEL, label, wrap=False)
    _curves(sheet, channel.curves, BENDS + place)
    sheet.number(BENDS + place, PAYOUTS, len(channel.payout_days), "engine", WHOLE)
    sheet.heads(
        cells.head, column, [f"{label}: {texts(f'live.{word}')}" for word in ("payout_list", "payouts_before")], 64
    )
    before = np.searchsorted(channel.payout_days, np.arange(cells.days))
    for row, day in enumerate((channel.payout_days + 1).tolist(), cells.first):
        sheet.number(row, column, day, "engine", WHOLE)
    for row, count in enumerate(before.tolist(), cells.first):
        sheet.number(row, column + 1, count, "engine", WHOLE)
    terms = [texts(f"live.{part}") + texts(f"live.{of}") for part in PARTS for of in (OPEN_OF if part == OPEN else OF)]
    for number, response in enumerate(channel.responses):
        first = column + 2 + number * BLOCK
        series = [response.sales, response.taken_back_fixed, *response.settled, *response.taken_back]
        heads = [texts("words.sales"), texts("live.taken_back_fixed")]
        heads += [f"{texts('live.settled')} {term}" for term in terms]
        heads += [f"{texts('live.taken_back')} {term}" for term in terms[NEW_TERMS:]]
        for offset, (head, values) in enumerate(zip(heads, series, strict=True)):
            _column(sheet, cells, first + offset, f"{label}: {head}", values)
        for offset, lost in enumerate(response.lost.tolist(), first + SETTLED + NEW_TERMS):
            sheet.number(cells.lost, offset, lost, "engine")


def _curves(sheet: Sheet, curves: Curves, row: int) -> None:
    for start, curve in zip(STARTS, (getattr(curves, name) for name in CURVES), strict=True):
        for column, value in enumerate((curve.start, *curve.bends.tolist()), start):
            sheet.number(row, column, value, "engine", "0.0000")


NEW, OPEN, REFUNDED = "term_new", "term_open", "term_refund"
PARTS = (NEW, OPEN, REFUNDED)
OPEN_OF = ("term_all", "term_cured", "term_failed", "term_both")
OF = (*OPEN_OF, "term_beyond", "term_beyond_both")
"""The terms of a response: of new orders, of open ones, of new ones times the refund rate; each by failure and
recovery, and of new ones by what fails beyond the knee."""


def _column(sheet: Sheet, cells: KernelCells, column: int, head: str, values: np.ndarray) -> None:
    sheet.text(cells.head, column, head, "head")
    last = cells.first + cells.days - 1
    for row, value in enumerate(values.tolist(), cells.first):
        sheet.number(row, column, value, "engine", MONEY)
    area = f"{xl_rowcol_to_cell(cells.first, column)}:{xl_rowcol_to_cell(last, column)}"
    sheet.formula(cells.total, column, f"=SUM({area})", float(values.sum()), "formula_strong")

"""The sheet of receipts: by channel its factors, then by day what falls due, arrives and is taken back, as formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from forecast.outputs.workbook.live.kernels import (
    BACK_TERMS,
    FIXED,
    MOVED,
    NEW_TERMS,
    SALES,
    SETTLED,
    TAKEN_BACK,
    TERMS,
)
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, RATE, WHOLE, Sheet, quoted
from forecast.results.live import (
    CASH_WITHIN,
    HOLDS_FROM_VOLUME,
    HOLDS_TO_RATE,
    HOLDS_TO_VOLUME,
    KNEE,
    RECEIPTS_WITHIN,
    VOLUMES,
    failing,
    recovered,
    terms,
    volume_ratio,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.workbook.live.kernels import KernelCells
    from forecast.outputs.workbook.live.levels import LevelCells
    from forecast.results.live import ChannelFigures, Live, LiveFigures
    from forecast.results.run import Result

HEADS = ("volume", "failure_rate", "recovery", "refund_rate", "settlement_delay", "fee_rate", "block")
VOLUME, FAILURE, RECOVERY, REFUND, DELAY, FEE, OFFSET = range(1, 8)
FACTORS = 8
AFTER = (
    *("delay_days", "lost", "whole_sales", "whole_due", "whole_refunds", "sum_due", "sum_refunds", "sum_receipts"),
    "unlike",
)
LATER, LOST, WHOLE_SALES, WHOLE_DUE, WHOLE_REFUNDS, SUM_DUE, SUM_REFUNDS, SUM_RECEIPTS, UNLIKE = range(
    FACTORS + TERMS, FACTORS + TERMS + len(AFTER)
)
FACTOR_ROW = FIRST_ROW + 2
"""The first channel's factors; the row above the heads holds the ``CONSTANTS``."""

CONSTANTS = {
    "least_volume": (VOLUMES[0], "0.00"),
    "knee": (KNEE, RATE),
    "to_rate": (HOLDS_TO_RATE, RATE),
    "from_volume": (HOLDS_FROM_VOLUME, "0.00"),
    "to_volume": (HOLDS_TO_VOLUME, "0.00"),
    "cash_within": (CASH_WITHIN, RATE),
    "receipts_within": (RECEIPTS_WITHIN, RATE),
}
"""What formulas take as given, each right of its name; what simulation leaves over is multiplied by the last of the
row, the volume over the scenario's own."""
RATIO = 2 * len(CONSTANTS) + 1

SERIES = ("sales", "due", "arrives_on", "arrived", "refunds_due", "taken_back", "receipts")
COLUMNS = len(SERIES)
DATE, NUMBER, FIRST_SERIES = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Used:
    """The inputs' cells by defined name: as used, and the condition that one was edited.

    ``names`` gives the name of an input of a channel, a facility or a category of flows, ``cost_names`` of each cost.
    """

    cells: Mapping[str, str]
    edited: Mapping[str, str]
    names: Mapping[tuple[str, ...], str]
    cost_names: tuple[str, ...]

    def of(self, *key: str) -> str:
        """The cell, as used, of an input by its key and, where it is somebody's, whose."""
        return self.cells[self.names[key]]


@dataclass(frozen=True, slots=True)
class ReceiptCells:
    """Where the receipts stand: ``sales`` and ``receipts`` are the columns of all channels."""

    sheet: str
    channels: int
    days: int

    @property
    def head(self) -> int:
        """The row of heads."""
        return FACTOR_ROW + self.channels + 1

    @property
    def total(self) -> int:
        """The row of totals."""
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
    def rest(self) -> int:
        """The column of what responses leave over."""
        return FIRST_SERIES + COLUMNS * self.channels

    @property
    def sales(self) -> int:
        """The column of all channels' sales."""
        return self.rest + 1

    @property
    def receipts(self) -> int:
        """The column of all channels' receipts."""
        return self.rest + 2

    def column(self, place: int, series: str) -> int:
        """The column of a channel's series."""
        return FIRST_SERIES + COLUMNS * place + SERIES.index(series)

    def at(self, row: int, column: int) -> str:
        """A reference to a cell."""
        return f"{quoted(self.sheet)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def down(self, column: int) -> str:
        """A column of the days."""
        return f"{self.at(self.first, column)}:{xl_rowcol_to_cell(self.last, column, row_abs=True, col_abs=True)}"

    def across(self, first: int, last: int) -> str:
        """Rows, from the first channel's first series to all channels' receipts."""
        ends = xl_rowcol_to_cell(last, self.receipts, row_abs=True, col_abs=True)
        return f"{self.at(first, FIRST_SERIES)}:{ends}"

    def constant(self, name: str) -> str:
        """The cell of one of the ``CONSTANTS``."""
        return self.at(FIRST_ROW, 2 * list(CONSTANTS).index(name) + 1)

    def factors(self, column: int) -> str:
        """A column of the channels' factors."""
        last = xl_rowcol_to_cell(FACTOR_ROW + self.channels - 1, column, row_abs=True, col_abs=True)
        return f"{self.at(FACTOR_ROW, column)}:{last}"


def fill_receipts(
    sheet: Sheet, live: Live, result: Result, shown: LiveFigures, used: Used, levels: LevelCells, kernels: KernelCells
) -> ReceiptCells:
    """Writes the sheet; every figure but the days is a formula."""
    texts = sheet.book.texts
    cells = ReceiptCells(sheet.name, len(live.channels), len(result.base.dates))
    sheet.widths([22, 8, *[13] * cells.receipts])
    terms_of = [f"{texts('live.factor')} {number + 1}" for number in range(TERMS)]
    heads = [*(texts(f"live.{one}") for one in HEADS), *terms_of, *(texts(f"live.{one}") for one in AFTER)]
    for place, (name, (value, number)) in enumerate(CONSTANTS.items()):
        sheet.text(FIRST_ROW, 2 * place, texts(f"live.{name}"))
        sheet.number(FIRST_ROW, 2 * place + 1, value, "engine", number)
    sheet.text(FIRST_ROW, RATIO - 1, texts("live.rest_ratio"))
    sheet.heads(FACTOR_ROW - 1, 0, [texts("words.channel"), *heads], 64)
    series = [f"{result.channels[one.name].label}: {texts(f'live.{name}')}" for one in live.channels for name in SERIES]
    whole = [texts("live.rest"), texts("words.sales"), texts("words.receipts")]
    sheet.heads(cells.head, 0, [texts("words.date"), texts("live.number"), *series, *whole], 64)
    sheet.worksheet.freeze_panes(cells.first, FIRST_SERIES)
    writer = _Receipts(sheet, cells, live, used, levels, kernels)
    sheet.repeat_rows(cells.head)
    for row, day in enumerate(result.base.dates, cells.first):
        sheet.day(row, DATE, day, "label")
        sheet.number(row, NUMBER, row - cells.first + 1, "label", WHOLE)
    for place, channel in enumerate(live.channels):
        sheet.text(FACTOR_ROW + place, 0, result.channels[channel.name].label, wrap=False)
        writer.factors(place, shown.channels[place])
        for index in range(cells.days):
            writer.day(place, index, shown.channels[place])
    writer.totals(shown)
    return cells


@dataclass(frozen=True, slots=True)
class _Receipts:
    sheet: Sheet
    cells: ReceiptCells
    live: Live
    used: Used
    levels: LevelCells
    kernels: KernelCells

    def _factor(self, place: int, column: int) -> str:
        return str(xl_rowcol_to_cell(FACTOR_ROW + place, column, row_abs=True, col_abs=True))

    def _run(self, place: int, first: int, count: int) -> str:
        return f"{self._factor(place, FACTORS + first)}:{self._factor(place, FACTORS + first + count - 1)}"

    def _constant(self, name: str) -> str:
        return str(xl_rowcol_to_cell(FIRST_ROW, 2 * list(CONSTANTS).index(name) + 1, row_abs=True, col_abs=True))

    def _down(self, place: int, series: str) -> str:
        column = FIRST_SERIES + COLUMNS * place + SERIES.index(series)
        ends = (
            xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (self.cells.first, self.cells.last)
        )
        return ":".join(ends)

    @property
    def _numbers(self) -> str:
        ends = (
            xl_rowcol_to_cell(row, NUMBER, row_abs=True, col_abs=True) for row in (self.cells.first, self.cells.last)
        )
        return ":".join(ends)

    def factors(self, place: int, shown: ChannelFigures) -> None:
        """A channel's inputs as they hold at the volume, the factors of its terms, and its sums."""
        row, own, name = FACTOR_ROW + place, self.live.levels[0], self.live.channels[place].name
        level = own.channels[place]
        area = self.live.channels[place].name
        rate = self._of("failure_rate", name)
        failure = failing(self.live.channels[place], level, own.volume)
        cured = recovered(self.live.channels[place], level, own.volume)
        moves, recovery = self._followed(place)
        write = self._formula
        write(row, VOLUME, self.used.of("volume"), own.volume, "0.00")
        write(row, FAILURE, f"{rate}*EXP({moves})", failure, RATE)
        write(row, RECOVERY, recovery, cured, RATE)
        write(row, REFUND, self._of("refund_rate", name), level.refund_rate, RATE)
        write(row, DELAY, self._of("settlement_delay", name), level.settlement_delay, WHOLE)
        write(row, FEE, self._of("fee_rate", name), level.fee_rate, RATE)
        block = self.levels.pick("block", area)
        write(row, OFFSET, block, 0, WHOLE)
        values = terms(own.volume, failure, cured, level.refund_rate).tolist()
        for column, (formula, value) in enumerate(zip(self._terms(place), values, strict=True), FACTORS):
            write(row, column, formula, value, "0.0000")
        self._sums(place, shown)

    def _followed(self, place: int) -> tuple[str, str]:
        """How the logarithm of the failure rate moves with the volume, and the recovery that follows from both."""
        name, factor = self.live.channels[place].name, self._factor
        rate, recovery = (self.used.edited[self.used.names[key, name]] for key in ("failure_rate", "recovery"))
        logarithm = f"LN(MAX({factor(place, VOLUME)},{self._constant('least_volume')}))"
        follows = f"IF({rate},0,{self.levels.pick('failure_follows', name)})"
        failures, cured = (self.kernels.curve(place, one, logarithm) for one in ("failures", "cured"))
        stated = self.kernels.curve(place, "recovery", factor(place, FAILURE))
        unstated = f"{self.levels.pick('recovery_follows', name)}=1"
        own = f"IF(AND({rate},{unstated}),{stated},{self._of('recovery', name)})"
        moved = f"IF({unstated},{own}+{follows}*({cured}),{own})"
        typed = self._of("recovery", name)
        return f"{follows}*({failures})", f"MIN(1,MAX(0,IF({recovery},{typed},{moved})))"

    def _of(self, key: str, name: str) -> str:
        return self.used.of(key, name)

    def _terms(self, place: int) -> list[str]:
        failure, recovery, volume, refund = (self._factor(place, one) for one in (FAILURE, RECOVERY, VOLUME, REFUND))
        own = ["1", recovery, failure, f"{failure}*{recovery}"]
        beyond = f"MAX({failure}-{self._constant('knee')},0)"
        new = [*own, beyond, f"{beyond}*{recovery}"]
        return [*(f"{volume}*{one}" for one in new), *own, *(f"{volume}*{refund}*{one}" for one in new)]

    def _sums(self, place: int, shown: ChannelFigures) -> None:
        row, kernels, factor = FACTOR_ROW + place, self.kernels, self._factor
        offset = factor(place, OFFSET)
        due, on, refunds = (self._down(place, one) for one in ("due", "arrives_on", "refunds_due"))
        run, back_run = self._run(place, 0, TERMS), self._run(place, NEW_TERMS, BACK_TERMS)
        inside = f'SUMIFS({due},{on},">0")'
        weighed = f"SUMPRODUCT({due},({on}>0)*({on}-{self._numbers}))"
        write = self._formula
        write(row, LATER, f"IF({inside}>0,{weighed}/{inside},ROWS({on}))", shown.refund_shift, "0.00")
        lost = kernels.term(place, kernels.lost, offset, SETTLED + NEW_TERMS, MOVED)
        name, edited = self.live.channels[place].name, self.used.edited
        others = ",".join(edited[self.used.names[key, name]] for key in ("failure_rate", "recovery"))
        ratio = f"IF(OR({others}),1,{self.levels.pick('lost_ratio', name)})"
        moved = self._run(place, NEW_TERMS, MOVED)
        write(row, LOST, f"{ratio}*{factor(place, VOLUME)}*SUMPRODUCT({moved},{lost})", shown.lost)
        total = kernels.total
        whole = f"{factor(place, VOLUME)}*{kernels.term(place, total, offset, SALES)}"
        write(row, WHOLE_SALES, whole, float(shown.sales.sum()))
        write(
            row,
            WHOLE_DUE,
            f"SUMPRODUCT({run},{kernels.term(place, total, offset, SETTLED, TERMS)})",
            float(shown.due.sum()),
        )
        back = f"SUMPRODUCT({back_run},{kernels.term(place, total, offset, TAKEN_BACK, BACK_TERMS)})"
        write(row, WHOLE_REFUNDS, back, float(shown.refunds_due.sum()))
        arrived = f"SUM({self._down(place, 'arrived')})"
        write(row, SUM_DUE, f"{arrived}+SUMIFS({due},{on},0)", float(shown.due.sum()))
        write(row, SUM_REFUNDS, f"SUM({refunds})", float(shown.refunds_due.sum()))
        receipts = f"(1-{factor(place, FEE)})*{arrived}-SUM({self._down(place, 'taken_back')})"
        write(row, SUM_RECEIPTS, receipts, float(shown.receipts.sum()))
        moved = "+".join(f"({edited[self.used.names[key, name]]})" for key in ("settlement_delay", "refund_rate"))
        highest = f"({factor(place, FAILURE)}>{self._constant('to_rate')})*1"
        write(row, UNLIKE, f"{highest}+{self.levels.pick('struck', name)}*({moved})", 0.0, WHOLE)

    def day(self, place: int, index: int, shown: ChannelFigures) -> None:
        """A channel's day."""
        row, kernel_row = self.cells.first + index, self.kernels.first + index
        kernels, factor = self.kernels, self._factor
        column = FIRST_SERIES + COLUMNS * place
        sales, due, on, arrived, refunds, taken, receipts = range(column, column + COLUMNS)
        offset, delay, later = (factor(place, one) for one in (OFFSET, DELAY, LATER))
        number, run = f"${xl_rowcol_to_cell(row, NUMBER)}", self._run(place, 0, TERMS)
        position = f"{kernels.payouts_before(place, kernel_row)}+{delay}+1"
        beyond = f"IF({position}>{kernels.payouts(place)},0,INDEX({kernels.payout_list(place)},{position}))"
        write = self._formula
        write(
            row, sales, f"{factor(place, VOLUME)}*{kernels.term(place, kernel_row, offset, SALES)}", shown.sales[index]
        )
        terms_due = kernels.term(place, kernel_row, offset, SETTLED, TERMS)
        write(row, due, f"SUMPRODUCT({run},{terms_due})", shown.due[index])
        write(row, on, f"IF({delay}=0,{number},{beyond})", shown.arrives_on[index] + 1, WHOLE)
        everything, days = self._down(place, "due"), self._down(place, "arrives_on")
        write(row, arrived, f"SUMIFS({everything},{days},{number})", shown.arrived[index])
        terms_back = kernels.term(place, kernel_row, offset, TAKEN_BACK, BACK_TERMS)
        back_run = self._run(place, NEW_TERMS, BACK_TERMS)
        write(row, refunds, f"SUMPRODUCT({back_run},{terms_back})", shown.refunds_due[index])
        back, part = self._down(place, "refunds_due"), f"({later}-INT({later}))"
        earlier = f"SUMIFS({back},{self._numbers},{number}-INT({later}))"
        before = f"SUMIFS({back},{self._numbers},{number}-INT({later})-1)"
        fixed = kernels.term(place, kernel_row, offset, FIXED)
        write(row, taken, f"{fixed}+(1-{part})*{earlier}+{part}*{before}", shown.taken_back[index])
        own = f"(1-{factor(place, FEE)})*{xl_rowcol_to_cell(row, arrived)}-{xl_rowcol_to_cell(row, taken)}"
        write(row, receipts, own, shown.receipts[index])

    def totals(self, shown: LiveFigures) -> None:
        """What responses leave over, and all channels together; and the sum of every column of money."""
        cells, channels = self.cells, range(len(self.live.channels))
        chosen, volume, own = self.levels.pick("rest_block"), self.used.of("volume"), self.levels.pick("own_volume")
        first = self.live.levels[0].volume
        self._formula(FIRST_ROW, RATIO, f"IF({own}=0,1,{volume}/{own})", volume_ratio(first, first), "0.00")
        ratio = xl_rowcol_to_cell(FIRST_ROW, RATIO, row_abs=True, col_abs=True)
        rest = self.live.rest[0].tolist()
        for index in range(cells.days):
            row = cells.first + index
            write = self._formula
            left = self.kernels.left_over(self.kernels.first + index, chosen)
            write(row, cells.rest, f"{left}*{ratio}", rest[index])
            parts = [self._each(row, place, "sales") for place in channels]
            write(row, cells.sales, "+".join(parts), shown.sales[index])
            parts = [self._each(row, place, "receipts") for place in channels]
            write(row, cells.receipts, "+".join([*parts, xl_rowcol_to_cell(row, cells.rest)]), shown.receipts[index])
        self.sheet.text(cells.total, DATE, self.sheet.book.texts("words.total"), "strong")
        self.sheet.number(cells.total, NUMBER, None, "strong")
        for column, values in self._columns(shown):
            ends = (xl_rowcol_to_cell(row, column) for row in (cells.first, cells.last))
            formula = f"=SUM({':'.join(ends)})"
            self.sheet.formula(cells.total, column, formula, float(sum(values)), "formula_strong")

    def _columns(self, shown: LiveFigures) -> list[tuple[int, list[float]]]:
        found = []
        for place, channel in enumerate(shown.channels):
            for offset, name in enumerate(SERIES):
                if name != "arrives_on":
                    found.append((FIRST_SERIES + COLUMNS * place + offset, getattr(channel, name).tolist()))
        last = (
            (self.cells.rest, self.live.rest[0]),
            (self.cells.sales, shown.sales),
            (self.cells.receipts, shown.receipts),
        )
        return found + [(column, values.tolist()) for column, values in last]

    def _each(self, row: int, place: int, series: str) -> str:
        return str(xl_rowcol_to_cell(row, FIRST_SERIES + COLUMNS * place + SERIES.index(series)))

    def _formula(self, row: int, column: int, formula: str, value: float, number: str = MONEY) -> None:
        self.sheet.formula(row, column, f"={formula}", float(value), "formula", number)

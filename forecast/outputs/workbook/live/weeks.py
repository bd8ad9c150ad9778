"""The sheet of thirteen weeks: cash in and out by category, from opening to closing, by formulas over the days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from forecast.outputs.workbook.live.days import DATE, FIRST_FLOW, OPENING, SALES
from forecast.outputs.workbook.live.owed_before import owed_before_text
from forecast.outputs.workbook.live.receipts import DATE as RECEIPTS_DATE
from forecast.outputs.workbook.live.rows import flow_labels
from forecast.outputs.workbook.sheet import DAY, FIRST_ROW, MONEY, Sheet, local_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forecast.arrays import Floats
    from forecast.outputs.workbook.live.days import DayCells, Drawn
    from forecast.outputs.workbook.live.receipts import ReceiptCells
    from forecast.results.live import Live, LiveFigures
    from forecast.results.run import Result

WEEKS = 13
"""So many weeks stand each in a column of their own; the days that follow share one more."""

SUNDAY = 6
WEEKDAY_OF_DAY_0, DAYS_A_WEEK = 3, 7
"""Day 0 of numpy's days was a Thursday; Monday is weekday 0."""

FROM, TO, FIRST = FIRST_ROW + 1, FIRST_ROW + 2, FIRST_ROW + 3
"""The rows of the first and last days, and of the first line."""

LABEL, FIRST_WEEK = 0, 1
Whole = Literal["sum", "first", "last", "least"]


@dataclass(frozen=True, slots=True)
class WeekLines:
    """The rows of lines; from ``drawn`` on follow repaid, interest, owed, cash with drawings, and its headroom."""

    opening: int
    net: int
    closing: int
    lowest: int
    minimum: int
    headroom: int
    drawn: int
    sales: int


@dataclass(frozen=True, slots=True)
class WeekCells:
    """What charts and checks ask of the weeks: areas over the weeks alone, and where the lines stand.

    ``whole`` is the column of the whole horizon, ``spans`` are the first and last day of the others.
    """

    first_days: str
    receipts: str
    paid_in: str
    paid_out: str
    sheet: Sheet
    whole: int
    lines: WeekLines
    days: DayCells
    spans: Sequence[tuple[int, int]]

    @property
    def closing(self) -> str:
        """The closing cash after all days."""
        return self.sheet.cell(self.lines.closing, self.whole)

    def across(self, row: int) -> str:
        """A line with all its columns, the whole horizon's last."""
        return self.sheet.area(row, FIRST_WEEK, row, self.whole)

    def parts(self, first: int, last: int) -> str:
        """Lines, their columns but for the whole horizon."""
        return self.sheet.area(first, FIRST_WEEK, last, self.whole - 1)

    def within(self, row: int, column: int) -> list[tuple[str, str]]:
        """Each cell of a line, the whole horizon's last, with the days of a column that it is of."""
        spans = [*self.spans, (0, self.spans[-1][1])]
        return [
            (self.sheet.cell(row, place), self.days.down(column, *span)) for place, span in enumerate(spans, FIRST_WEEK)
        ]

    def totals(self, first: int, last: int) -> str:
        """Lines, the whole horizon's column alone."""
        return self.sheet.area(first, self.whole, last, self.whole)


def weeks_of(dates: Sequence[str]) -> list[tuple[int, int]]:
    """The first and last day of each column, as places in ``dates``: weeks to Sunday, and after them what follows."""
    days = np.array(dates, "datetime64[D]").astype(np.int64)
    sundays = np.flatnonzero((days + WEEKDAY_OF_DAY_0) % DAYS_A_WEEK == SUNDAY)[:WEEKS].tolist()
    ends = [end for end in sundays if end < len(days) - 1] + [len(days) - 1]
    return list(zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True))


def note_of(columns: int) -> str:
    """Which note stands above so many columns: that days share one only where they do."""
    return "weeks_note_later" if columns > WEEKS else "weeks_note"


def fill_weeks(
    sheet: Sheet,
    live: Live,
    result: Result,
    shown: LiveFigures,
    owed: Drawn,
    days: DayCells,
    receipts: ReceiptCells,
) -> WeekCells:
    """Writes the sheet: a week a column, a category a line."""
    texts, columns = sheet.book.texts, weeks_of(result.base.dates)
    weeks = min(WEEKS, len(columns))
    sheet.widths([40, *[12] * len(columns), 13])
    sheet.text(2, 0, texts(f"live.{note_of(len(columns))}"), "soft", wrap=False)
    named = [texts("live.week", number=number) for number in range(1, weeks + 1)]
    later = [texts("live.later")] if len(columns) > weeks else []
    sheet.heads(FIRST_ROW, 0, [texts("words.item"), *named, *later, texts("words.total")], 24)
    sheet.worksheet.freeze_panes(FIRST, FIRST_WEEK)
    sheet.repeat_rows(FIRST_ROW, TO)
    writer = _Weeks(sheet, columns, days)
    writer.spans(result.base.dates, weeks)
    return _Cash(writer, live, result, shown, days, receipts).lines(owed, weeks)


class _Weeks:
    """Writes one line a row, from ``row`` on downwards; the column after the last week holds the whole horizon."""

    def __init__(self, sheet: Sheet, columns: Sequence[tuple[int, int]], days: DayCells) -> None:
        self.sheet = sheet
        self.columns = columns
        self.days = days
        self.row = FIRST

    @property
    def whole(self) -> int:
        """The column of the whole horizon."""
        return FIRST_WEEK + len(self.columns)

    def spans(self, dates: Sequence[str], weeks: int) -> None:
        """The first and last day of each column, each following from the one before."""
        texts, listed, last = self.sheet.book.texts, self.days.down(DATE), self.whole - 1
        self.sheet.text(FROM, LABEL, texts("schedules.from_day"), "soft")
        self.sheet.text(TO, LABEL, texts("schedules.to_day"), "soft")
        for column, (first, end) in enumerate(self.columns, FIRST_WEEK):
            begins = local_cell(FROM, column)
            begin = f"MIN({listed})" if column == FIRST_WEEK else f"{local_cell(TO, column - 1)}+1"
            sunday = f"MIN({begins}+{DAYS_A_WEEK}-WEEKDAY({begins},2),MAX({listed}))"
            self._day(FROM, column, begin, dates[first])
            self._day(TO, column, sunday if column < FIRST_WEEK + weeks else f"MAX({listed})", dates[end])
        self._day(FROM, self.whole, local_cell(FROM, FIRST_WEEK), dates[0])
        self._day(TO, self.whole, local_cell(TO, last), dates[-1])

    def _day(self, row: int, column: int, formula: str, day: str) -> None:
        serial = int((np.datetime64(day) - np.datetime64("1899-12-30")).astype(int))
        self.sheet.formula(row, column, f"={formula}", serial, "formula", DAY)

    def line(
        self, label: str, formula: Callable[[int], str], values: Sequence[float], whole: Whole, *, strong: bool = False
    ) -> int:
        """A line: ``formula`` and figure by column, and what the whole is of them; gives its row."""
        row, look = self.row, "formula_strong" if strong else "formula"
        self.sheet.text(row, LABEL, label, "strong" if strong else "label")
        for column, value in enumerate(values, FIRST_WEEK):
            self.sheet.formula(row, column, f"={formula(column)}", value, look, MONEY)
        first, last = (local_cell(row, column) for column in (FIRST_WEEK, self.whole - 1))
        wholes = {
            "sum": (f"SUM({first}:{last})", sum(values)),
            "least": (f"MIN({first}:{last})", min(values)),
            "first": (first, values[0]),
            "last": (last, values[-1]),
        }
        told, value = wholes[whole]
        self.sheet.formula(row, self.whole, f"={told}", value, "formula_strong", MONEY)
        self.row += 1
        return row

    def sums(self, label: str, areas: Sequence[str], dates: str, amounts: Floats, sign: str = "") -> int:
        """What the areas hold of the days of each column, of one ``sign`` (``>0``) or of both."""

        def summed(column: int) -> str:
            first, last = (xl_rowcol_to_cell(row, column, row_abs=True) for row in (FROM, TO))
            inside = f'{dates},">="&{first},{dates},"<="&{last}'
            return "+".join(f"SUMIFS({area},{inside}{_of_sign(area, sign)})" for area in areas)

        return self.line(label, summed, [float(amounts[a : b + 1].sum()) for a, b in self.columns], "sum")

    def ends(self, label: str, column: int, amounts: Floats) -> int:
        """How a column of the days stands on the last day of each week."""

        def end(week: int) -> str:
            return f"INDEX({self.days.down(column)},{self._place(TO, week)})"

        return self.line(label, end, [float(amounts[b]) for _, b in self.columns], "last")

    def least(self, label: str, column: int, amounts: Floats, *, strong: bool = False) -> int:
        """The least of a column of the days within each week."""

        def lowest(week: int) -> str:
            area = self.days.down(column)
            return f"MIN(INDEX({area},{self._place(FROM, week)}):INDEX({area},{self._place(TO, week)}))"

        values = [float(amounts[a : b + 1].min()) for a, b in self.columns]
        return self.line(label, lowest, values, "least", strong=strong)

    def _place(self, row: int, column: int) -> str:
        return f"MATCH({xl_rowcol_to_cell(row, column, row_abs=True)},{self.days.down(DATE)},0)"

    def added(self, label: str, rows: Sequence[int], amounts: Floats) -> int:
        """The sum of other lines."""

        def together(column: int) -> str:
            return "+".join(local_cell(row, column) for row in rows) or "0"

        values = [float(amounts[a : b + 1].sum()) for a, b in self.columns]
        return self.line(label, together, values, "sum", strong=True)


def _of_sign(area: str, sign: str) -> str:
    """The condition that an area's amounts have a sign; none for both."""
    return f',{area},"{sign}"' if sign else ""


@dataclass(frozen=True, slots=True)
class _Cash:
    """The lines of the sheet."""

    writer: _Weeks
    live: Live
    result: Result
    shown: LiveFigures
    days: DayCells
    receipts: ReceiptCells

    def lines(self, owed: Drawn, weeks: int) -> WeekCells:
        """Opening cash, what comes in and goes out, closing cash and headroom, and the facilities."""
        writer, texts, cash = self.writer, self.writer.sheet.book.texts, self.shown.cash
        minimum = self.live.levels[0].minimum_balance
        opening = writer.row
        writer.row += 1
        money, paid_in = self._paid_in()
        paid_out = self._paid_out()
        moves = np.diff(cash, prepend=self.live.levels[0].opening_balance)
        net = writer.added(texts("live.net"), (paid_in, paid_out), moves)
        closing = self._corkscrew(opening, net)
        lowest = writer.least(texts("live.lowest_in_week"), self.days.closing, cash)
        least = np.full(len(cash), minimum)
        floor = writer.ends(texts("words.minimum_balance"), self.days.minimum, least)
        headroom = writer.least(texts("live.headroom_least"), self.days.headroom, cash - minimum, strong=True)
        before = owed_before_text(self.result, writer.sheet.book.figures, brief=True)
        writer.sheet.text(writer.row, LABEL, before, "warning", wrap=False)
        writer.row += 1
        drawn = writer.row
        if self.days.facilities:
            self._facilities(owed, minimum)
        sales = writer.sums(texts("words.sales"), [self.days.down(SALES)], self.days.down(DATE), self.shown.sales)
        last = FIRST_WEEK + weeks - 1
        days, receipts, came, went = (
            writer.sheet.area(row, FIRST_WEEK, row, last) for row in (FROM, money, paid_in, paid_out)
        )
        lines = WeekLines(opening, net, closing, lowest, floor, headroom, drawn, sales)
        cells = (writer.sheet, writer.whole, lines, self.days, writer.columns)
        return WeekCells(days, receipts, came, went, *cells)

    def _corkscrew(self, opening: int, net: int) -> int:
        """Closing cash below, and opening cash in the row kept for it; gives the row of closing cash."""
        writer, texts, cash = self.writer, self.writer.sheet.book.texts, self.shown.cash
        ends = [float(cash[end]) for _, end in writer.columns]

        def closes(column: int) -> str:
            return f"{local_cell(opening, column)}+{local_cell(net, column)}"

        closing = writer.line(texts("live.closing"), closes, ends, "last", strong=True)
        below, writer.row = writer.row, opening

        def opens(column: int) -> str:
            if column == FIRST_WEEK:
                return f"INDEX({self.days.down(OPENING)},1)"
            return local_cell(closing, column - 1)

        before = [self.live.levels[0].opening_balance, *ends[:-1]]
        writer.line(texts("words.opening"), opens, before, "first", strong=True)
        writer.row = below
        return closing

    def _paid_in(self) -> tuple[int, int]:
        """Receipts by channel, and payments that come in; gives the rows of all receipts and of all that comes in."""
        writer, cells, shown = self.writer, self.receipts, self.shown
        texts, dates = writer.sheet.book.texts, cells.down(RECEIPTS_DATE)
        channels = [
            writer.sums(
                texts("live.receipts_of", name=self.result.channels[channel.name].label),
                [cells.down(cells.column(place, "receipts"))],
                dates,
                shown.channels[place].receipts,
            )
            for place, channel in enumerate(self.live.channels)
        ]
        rest = writer.sums(texts("live.beyond"), [cells.down(cells.rest)], dates, self.live.rest[0])
        money = writer.added(texts("words.receipts"), [*channels, rest], shown.receipts)
        came = list(self._payments(1))
        amounts = shown.receipts + sum(one for _, one in came)
        return money, writer.added(texts("live.paid_in"), [money, *(row for row, _ in came)], amounts)

    def _paid_out(self) -> int:
        """Payments that go out, and costs that move with sales; gives the row of all of them."""
        writer, days, texts = self.writer, self.days, self.writer.sheet.book.texts
        went = list(self._payments(-1))
        for place, cost in enumerate(self.result.costs):
            label = texts("live.cost_of", name=texts.or_else(f"categories.{cost.category}", cost.category))
            area, paid = days.down(days.first_cost + place), -self.shown.costs[place]
            went.append((writer.sums(label, [area], days.down(DATE), paid), paid))
        amounts = np.zeros(len(self.shown.cash)) + sum(one for _, one in went)
        return writer.added(texts("live.paid_out"), [row for row, _ in went], amounts)

    def _payments(self, sign: int) -> Iterator[tuple[int, Floats]]:
        """The categories of other flows that come in (``sign`` 1) or go out (-1): row and amounts.

        A category with payments both ways has a line here and there, any other one alone.
        """
        labels = flow_labels(self.live, self.writer.sheet.book.figures)
        found = zip(labels, self.shown.flows.values(), strict=True)
        for column, (label, amounts) in enumerate(found, FIRST_FLOW):
            comes, goes = bool((amounts > 0).any()), bool((amounts < 0).any())
            if comes and goes:
                own, only = np.maximum(sign * amounts, 0.0) * sign, ">0" if sign > 0 else "<0"
            elif comes == (sign > 0):
                own, only = amounts, ""
            else:
                continue
            area = self.days.down(column)
            yield self.writer.sums(label, [area], self.days.down(DATE), own, only), own

    def _facilities(self, owed: Drawn, minimum: float) -> None:
        """What all facilities are drawn and repaid, what is owed then, and what cash lacks of the minimum even so."""
        writer, days, texts = self.writer, self.days, self.writer.sheet.book.texts
        moves, whole = np.diff(owed.owed, axis=1, prepend=0.0), owed.owed.sum(axis=0)
        for part, values in (
            ("drawn", np.maximum(moves, 0.0)),
            ("repaid", np.maximum(-moves, 0.0)),
            ("interest", owed.interest),
        ):
            areas = [days.down(days.facility(line, part)) for line in range(days.facilities)]
            writer.sums(texts(f"live.all_{part}"), areas, days.down(DATE), values.sum(axis=0))
        writer.ends(texts("live.owed_all"), days.owed, whole)
        writer.ends(texts("live.financed"), days.financed, self.shown.cash + whole)
        financed = self.shown.cash + whole - minimum
        writer.least(texts("live.headroom_financed"), days.spare, financed, strong=True)
        writer.row += 1

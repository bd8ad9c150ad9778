"""A worksheet that checks each write, knows its formats, and prints well; the ground of every sheet of the workbook."""

from __future__ import annotations

import datetime as dt
import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from forecast.outputs.workbook import paper
from forecast.outputs.workbook.formulas import PlainWorksheet
from forecast.outputs.workbook.paper import END, LEAST_PRINTED, POINTS, SIDE, Content, laid_out, printed_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from xlsxwriter.chart import Chart
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from forecast.outputs.figures import Figures
    from forecast.outputs.workbook.tally import Tally
    from forecast.results.run import Result

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A user's text stays text, whatever it starts with."""

LONGEST_TEXT, CUT = 2_000, "…"
"""Characters of a cell that somebody may want to read, and the mark of a text that has more."""

LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
RESERVED = frozenset({"history"})
"""A name that Excel keeps for itself."""

FIRST_ROW = 3
"""Rows 0 and 1 hold the title and the master check; tables begin here."""

MONEY, FEN, RATE, DAY, WHOLE, TEXT = "#,##0;[Red]-#,##0", "#,##0.00;[Red]-#,##0.00", "0.00%", "yyyy-mm-dd", "0", "@"
"""Number formats; money shows whole yuan so that many columns fit, and keeps its fen in the cell."""

LINE_HEIGHT, DEFAULT_WIDTH = 15.0, 8.43

Group = Literal["input", "output", "working", "check"]
TABS: Mapping[Group, str] = {"input": "#F2C811", "output": "#0072B2", "working": "#9AA0A6", "check": "#009E73"}
"""The colours of the tabs, by what their sheets hold."""

PROTECTED = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
"""What a protected sheet still lets its readers do, beside typing into inputs."""

LOOKS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": paper.TITLE_LETTERS},
    "head": {
        "bold": True,
        "bg_color": "#D9E8F2",
        "bottom": 1,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "center",
    },
    "label": {},
    "beside": {"align": "left", "indent": 1},
    "fact": {"bold": True},
    "unit": {"align": "left", "indent": 1, "font_color": "#57606A"},
    "strong": {"bold": True, "bg_color": "#EEF3F7", "top": 1, "bottom": 1},
    "warning": {"bold": True, "font_color": "#9C0006"},
    "soft": {"font_color": "#57606A", "italic": True},
    "input": {"font_color": "#0000FF", "bg_color": "#FFF9C4", "locked": False},
    "legend_input": {"font_color": "#0000FF", "bg_color": "#FFF9C4"},
    "engine": {"bg_color": "#F2F2F2"},
    "formula": {},
    "engine_strong": {"bg_color": "#E4E4E4", "bold": True, "top": 1, "bottom": 1},
    "formula_strong": {"bold": True, "bg_color": "#EEF3F7", "top": 1, "bottom": 1},
    "check": {"bold": True, "align": "center", "border": 1},
}
"""The looks of cells: what a cell is, told by its colours (see the legend)."""


class Book:
    """An XlsxWriter workbook with its formats made once, the language's words, and the sheets' names."""

    def __init__(self, workbook: xlsxwriter.Workbook, figures: Figures) -> None:
        self.workbook = workbook
        self.figures = figures
        self.texts = figures.texts
        self._formats: dict[tuple[str, str], Format] = {}
        self._names: set[str] = set()
        self.sheets: list[Sheet] = []

    def describe(self, title: str, version: str, day: str) -> None:
        """The file's own properties, dated by the result's day: the same result gives the same file."""
        created = dt.datetime.fromisoformat(day)
        self.workbook.set_properties({"title": title, "author": f"forecast {version}", "created": created})
        self.workbook.set_calc_mode("auto")

    def format(self, look: str, number: str = "") -> Format:
        """The format of a look with a number format."""
        key = (look, number)
        if key not in self._formats:
            properties: dict[str, object] = {"valign": "top", **LOOKS[look]}
            if number:
                properties["num_format"] = number
            if number == TEXT:
                properties |= {"quote_prefix": True, "text_wrap": True}
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]

    def sheet_name(self, wanted: str) -> str:
        """A name that Excel allows, unlike any used before: at most 31 characters, none forbidden, cut with a mark."""
        name = FORBIDDEN.sub("-", wanted).strip().strip("'") or "-"
        if len(name) > LONGEST_NAME:
            name = name[: LONGEST_NAME - 1].strip() + CUT
        if name.casefold() in RESERVED:
            name += "-"
        unique, number = name, 1
        while unique.casefold() in self._names:
            number += 1
            ending = f"~{number}"
            room = LONGEST_NAME - len(ending)
            unique = (name if len(name) <= room else name[: room - 1].strip() + CUT) + ending
        self._names.add(unique.casefold())
        return unique


@contextmanager
def new_book(path: Path, figures: Figures) -> Iterator[Book]:
    """A workbook that is written to ``path`` when the block ends."""
    workbook = xlsxwriter.Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)})
    try:
        book = Book(workbook, figures)
        yield book
        for sheet in book.sheets:
            sheet.lay_out()
    finally:
        workbook.close()


class Sheet:
    """One sheet: titled, with the master check at its top, and writes that raise where XlsxWriter returns a code."""

    def __init__(
        self,
        book: Book,
        name: str,
        title: str,
        *,
        landscape: bool = True,
        group: Group | None = None,
        protected: bool = False,
    ) -> None:
        self.book = book
        self.name = name
        self.title = title
        self.group = group
        self._upright = not landscape
        self._widths: list[float] = []
        self._heights: dict[int, float] = {0: paper.TITLE_HEIGHT}
        self._heads: dict[int, float] = {}
        self._end = (0, 0)
        self._area: tuple[int, int, int, int] | None = None
        self._repeated: tuple[int, int] | None = None
        self._whole: list[tuple[int, int]] = []
        self._wide: list[tuple[int, int]] = []
        self._letters: float | None = LEAST_PRINTED
        self.tally: Tally | None = None
        """What the figures of each column come to; kept where it is put in before they are written."""
        self.worksheet: Worksheet = book.workbook.add_worksheet(name, PlainWorksheet)
        self.worksheet.hide_gridlines(2)
        self.worksheet.set_paper(9)
        if group is not None:
            self.worksheet.set_tab_color(TABS[group])
        if protected:
            self.worksheet.protect("", PROTECTED)
        if landscape:
            self.worksheet.set_landscape()
        self.worksheet.set_margins(SIDE, SIDE, END, END)
        book.sheets.append(self)
        self.worksheet.set_footer("&L&A&R&P / &N")
        self.worksheet.set_row(0, paper.TITLE_HEIGHT)
        self.text(0, 0, title, "title", wrap=False)

    def text(self, row: int, column: int, value: str, look: str = "label", *, wrap: bool = True) -> None:
        """Text as text: what starts with = or looks like an address stays what it is; a long one is cut with a mark."""
        if len(value) > LONGEST_TEXT:
            value = value[: LONGEST_TEXT - 1] + CUT
        number = TEXT if value and wrap and look not in {"head", "title", "check"} else ""
        if number:
            self._fit(row, column, value)
        self._put(self.worksheet.write_string, row, column, value or None, self.book.format(look, number))

    def number(self, row: int, column: int, value: float | None, look: str, number: str = MONEY) -> None:
        """A number, or an empty cell of the same look where the figure is absent."""
        if self.tally is not None and value is not None:
            self.tally.add(row, column, value, formula=False, fine=number not in {MONEY, FEN})
        self._put(self.worksheet.write_number, row, column, value, self.book.format(look, number))

    def day(self, row: int, column: int, value: dt.date | str | None, look: str) -> None:
        """A day, or an empty cell."""
        moment = None if value is None else dt.datetime.fromisoformat(str(value))
        self._put(self.worksheet.write_datetime, row, column, moment, self.book.format(look, DAY))

    def formula(
        self, row: int, column: int, formula: str, value: float | str, look: str = "formula", number: str = MONEY
    ) -> None:
        """A live formula with the engine's own figure as its cached value."""
        if self.tally is not None and not isinstance(value, str):
            self.tally.add(row, column, value, formula=True, fine=number not in {MONEY, FEN})
        self._put(self.worksheet.write_formula, row, column, formula, self.book.format(look, number), value)

    def link(self, row: int, column: int, target: str, text: str) -> None:
        """A link to a place within the workbook."""
        formatted = self.book.workbook.get_default_url_format()
        self._put(self.worksheet.write_url, row, column, target, formatted, text)

    def _put(
        self,
        write: Callable[..., int],
        row: int,
        column: int,
        value: float | str | dt.datetime | None,
        formatted: Format,
        *more: float | str,
    ) -> None:
        """Writes a cell, empty without a value; XlsxWriter tells a failure by its code: -1 outside, -2 too long."""
        self._end = (max(self._end[0], row), max(self._end[1], column))
        # minus zero is zero; of all others the figure itself is kept, for a sum would make each anew in memory
        if isinstance(value, float) and not value:
            value = 0.0
        more = tuple(0.0 if isinstance(one, float) and not one else one for one in more)
        if value is None:
            code = self.worksheet.write_blank(row, column, None, formatted)
        else:
            code = write(row, column, value, formatted, *more)
        if code:
            place = f"{self.name}!{xl_rowcol_to_cell(row, column)}"
            raise ValueError(f"{place} cannot be written: " + ("outside the sheet" if code == -1 else "text too long"))

    def heads(self, row: int, column: int, heads: Iterable[str], height: float = 48) -> None:
        """A row of heads, which other texts of it may need higher."""
        height = max(height, self._heights.get(row, 0.0))
        for offset, head in enumerate(heads):
            self.text(row, column + offset, head, "head")
        self.worksheet.set_row(row, height)
        self._heads[row] = height

    def widths(self, widths: Sequence[float]) -> None:
        """The widths of the columns from the first on, in characters."""
        self._widths = list(widths)
        for column, width in enumerate(widths):
            self.worksheet.set_column(column, column, width)

    def charts(self, row: int, charts: Sequence[Chart], second: int | None = None) -> int:
        """Puts charts from a row on, two side by side; gives the row after them. In print none of them is cut.

        They stand beside the columns that stay in sight, which are printed again on other pages. ``second`` is the
        column at which the second of two begins, if not right after the first.
        """
        for place in range(0, len(charts), 2):
            column, deepest = self._labels, row
            for chart in charts[place : place + 2]:
                self.worksheet.insert_chart(row, column, chart, {"object_position": 2})
                last = self._last_under(column, chart.width)
                self._wide.append((column, last))
                deepest = max(deepest, row + math.ceil(chart.height * POINTS / LINE_HEIGHT))
                self._end = (max(self._end[0], deepest), max(self._end[1], last))
                column = last + 1 if second is None else second
            self._whole.append((row, deepest))
            row = deepest + 2
        return row

    def repeat_rows(self, first: int, last: int | None = None) -> None:
        """Prints rows again at the top of each page after their own; without this the heads that stay in sight."""
        self._repeated = (first, first if last is None else last)
        self.worksheet.repeat_rows(*self._repeated)

    def keep_together(self, first: int, last: int) -> None:
        """Rows that stand on one printed page where it holds them."""
        self._whole.append((first, last))

    def prints(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Prints an area alone."""
        self._area = (first_row, first_column, last_row, last_column)

    def prints_small(self, letters: float) -> None:
        """Prints letters at ``letters`` points or more, where there are many columns."""
        self._letters = letters

    def prints_on_one_page(self) -> None:
        """Prints all on one page, whatever the size."""
        self._letters = None
        self.worksheet.fit_to_pages(1, 1)

    def lay_out(self) -> None:
        """Sets how the sheet is printed, once all of it is written; a hidden one is not."""
        if self.worksheet.hidden:
            return
        top, left, bottom, right = self._area or (0, 0, *self._end)
        self.worksheet.print_area(top, left, bottom, right)
        self.worksheet.center_horizontally()
        if self._letters is None:
            return
        if self._repeated is None and self._frozen - 1 in self._heads:
            self.repeat_rows(self._frozen - 1)
        labels = 0 if left else self._labels
        laid = laid_out(self._content(top, left, bottom, right, labels), self._letters)
        if labels and laid.columns:
            self.worksheet.repeat_columns(0, labels - 1)
            # its cell would be cut where only the first columns are printed again
            self.worksheet.set_header(paper.above(self.title), {"margin": SIDE})
            top = max(top, 1)
            self.worksheet.print_area(top, left, bottom, right)
            laid = laid_out(self._content(top, left, bottom, right, labels), self._letters)
        self.worksheet.set_print_scale(laid.scale)
        self.worksheet.set_h_pagebreaks([top + row for row in laid.rows])
        self.worksheet.set_v_pagebreaks([left + column for column in laid.columns])

    def _content(self, top: int, left: int, bottom: int, right: int, labels: int) -> Content:
        """What an area prints, counted from its own first row and column."""
        return Content(
            widths=[printed_width(self._width(column)) for column in range(left, right + 1)],
            heights=[self._heads.get(row, self._heights.get(row, LINE_HEIGHT)) for row in range(top, bottom + 1)],
            upright=self._upright,
            labels=labels,
            heads=None if self._repeated is None else (self._repeated[0] - top, self._repeated[1] - top),
            whole=[(first - top, last - top) for first, last in self._whole],
            wide=[(first - left, last - left) for first, last in self._wide],
        )

    @property
    def _frozen(self) -> int:
        """How many rows stay in sight."""
        return int(self.worksheet.panes[0]) if self.worksheet.panes else 0

    @property
    def _labels(self) -> int:
        """How many columns stay in sight."""
        return int(self.worksheet.panes[1]) if self.worksheet.panes else 0

    def _width(self, column: int) -> float:
        """The width of a column, in characters."""
        return self._widths[column] if column < len(self._widths) else DEFAULT_WIDTH

    def _last_under(self, column: int, pixels: float) -> int:
        """The last column over which something reaches that is so many pixels wide, from the left of a column on."""
        while pixels > (wide := round(7 * self._width(column) + 5)):
            pixels -= wide
            column += 1
        return column

    def master_check(self, column: int, formula: str, value: str) -> None:
        """The master check beside the title, red where something is off."""
        self.text(1, column - 1, self.book.texts("sheet.check"), "check")
        self.formula(1, column, formula, value, "check", "")
        good = f'"{self.book.texts("sheet.ok")}"'
        for criteria, ground, ink in (("==", "#C6EFCE", "#006100"), ("!=", "#FFC7CE", "#9C0006")):
            colours = self.book.workbook.add_format({"bg_color": ground, "font_color": ink})
            rule = {"type": "cell", "criteria": criteria, "value": good, "format": colours}
            self.worksheet.conditional_format(1, column, 1, column, rule)

    def _fit(self, row: int, column: int, value: str) -> None:
        """Makes a row as high as its longest text needs: not every program does so on opening."""
        width = self._width(column)
        lines = sum(max(1, math.ceil(paper.text_width(line) / width)) for line in value.split("\n"))
        height = lines * LINE_HEIGHT
        if lines > 1 and height > self._heights.get(row, LINE_HEIGHT):
            self._heights[row] = height
            self.worksheet.set_row(row, height)

    def cell(self, row: int, column: int) -> str:
        """A reference to a cell from another sheet: ``'基准'!$C$5``."""
        return f"{quoted(self.name)}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def area(self, first_row: int, first_column: int, last_row: int, last_column: int) -> str:
        """A reference to an area from another sheet or a chart."""
        return f"{quoted(self.name)}!{xl_range_abs(first_row, first_column, last_row, last_column)}"


def quoted(name: str) -> str:
    """A sheet's name as references write it; quotes do no harm where a name could do without."""
    return "'" + name.replace("'", "''") + "'"


def label_width(result: Result) -> float:
    """The width of a column of scenarios' labels, within bounds that leave room for the figures."""
    return min(36, max(14, *(paper.text_width(scenario.label) + 2 for scenario in result.scenarios.values())))


def local_cell(row: int, column: int) -> str:
    """A reference to a cell of the same sheet."""
    return str(xl_rowcol_to_cell(row, column))

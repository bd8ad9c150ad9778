"""The ground of every sheet: names that Excel allows, checked writes, text that stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from forecast.outputs.figures import Figures
from forecast.outputs.workbook.paper import text_width
from forecast.outputs.workbook.sheet import Book, Sheet, new_book
from forecast.texts import Texts

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = Figures(Texts("zh"), "CNY")


def test_sheet_names_are_allowed_and_unlike_one_another(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(str(tmp_path / "names.xlsx"))
    book = Book(workbook, FIGURES)
    wanted = ["双11/爆量: [3天]*?", "'quoted'", "x" * 40, "X" * 40, "History", "", "基准", "基准"]
    names = [book.sheet_name(name) for name in wanted]
    for name in names:
        workbook.add_worksheet(name)
    workbook.close()
    assert names == [
        "双11-爆量- -3天---",
        "quoted",
        "x" * 30 + "…",
        "X" * 28 + "…~2",
        "History-",
        "-",
        "基准",
        "基准~2",
    ]


def test_text_that_looks_like_a_formula_or_an_address_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "text.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = Sheet(Book(workbook, FIGURES), "文字", "=1+1")
    for row, text in enumerate(["=HYPERLINK(1)", "https://example.com", "+1", "@sum"], 3):
        sheet.text(row, 0, text)
    workbook.close()
    read = openpyxl.load_workbook(path)["文字"]
    assert [(cell.value, cell.data_type) for (cell,) in read["A4:A7"]] == [
        ("=HYPERLINK(1)", "s"),
        ("https://example.com", "s"),
        ("+1", "s"),
        ("@sum", "s"),
    ]
    assert read["A4"].quotePrefix
    assert read["A4"].hyperlink is None
    assert read["A1"].data_type == "s"


def test_a_write_that_excel_cannot_hold_raises_with_its_place(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(str(tmp_path / "long.xlsx"))
    sheet = Sheet(Book(workbook, FIGURES), "限", "限")
    with pytest.raises(ValueError, match=r"限!A2000001 cannot be written: outside the sheet"):
        sheet.number(2_000_000, 0, 1.0, "engine")
    workbook.close()


def test_a_long_text_is_cut_with_a_mark(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(str(tmp_path / "long.xlsx"))
    Sheet(Book(workbook, FIGURES), "限", "限").text(4, 1, "长" * 40_000)
    workbook.close()
    assert openpyxl.load_workbook(tmp_path / "long.xlsx")["限"]["B5"].value == "长" * 1_999 + "…"


def test_a_sheet_is_laid_out_when_its_book_is_done(tmp_path: Path) -> None:
    path = tmp_path / "pages.xlsx"
    with new_book(path, FIGURES) as book:
        sheet = Sheet(book, "页", "收 & 支（元）")
        sheet.widths([20] * 30)
        sheet.heads(3, 0, [f"栏 {column}" for column in range(30)])
        sheet.worksheet.freeze_panes(4, 1)
        for row in range(4, 100):
            sheet.number(row, 29, 1.0, "engine")
        chart = book.workbook.add_chart({"type": "line"})
        chart.add_series({"values": f"={sheet.area(4, 29, 99, 29)}"})
        sheet.charts(102, [chart])
    read = openpyxl.load_workbook(path)["页"]
    assert read.print_title_rows == "$4:$4"
    assert read.print_title_cols == "$A:$A"
    assert read.print_area == "'页'!$A$2:$AD$118", "the title's cell would be cut on the pages after the first"
    assert read.oddHeader.left.text == "收 && 支（元）"
    assert read.row_dimensions[1].height == 21.0, "the title is not cut by half its height"
    assert 64 <= read.page_setup.scale <= 82
    rows, columns = ([one.id for one in breaks.brk] for breaks in (read.row_breaks, read.col_breaks))
    assert rows, "a hundred rows and a chart fill more than one page"
    assert columns == sorted({*columns}), columns
    assert read._charts[0].anchor._from.col == 1, "beside the column that is printed again"  # noqa: SLF001
    assert not any(102 < row <= 117 for row in rows), "the chart is not cut"


def test_minus_zero_is_zero_and_every_other_figure_is_kept_and_not_copied(tmp_path: Path) -> None:
    """A copy of each would take memory that a large workbook does not have."""
    figure = float("1234.5")
    with new_book(tmp_path / "book.xlsx", FIGURES) as book:
        sheet = Sheet(book, "A", "A")
        sheet.number(3, 0, -0.0, "engine")
        sheet.number(3, 1, figure, "engine")
        sheet.formula(3, 2, "=A4", -0.0)
        cells = sheet.worksheet.table[3]
        assert str(cells[0].number) == str(cells[2].value) == "0.0"
        assert cells[1].number is figure


def test_a_hidden_sheet_is_not_printed(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with new_book(path, FIGURES) as book:
        Sheet(book, "看", "看")
        Sheet(book, "藏", "藏").worksheet.hide()
    read = openpyxl.load_workbook(path)
    assert read["看"].print_area
    assert not read["藏"].print_area


def test_absent_figures_are_empty_cells_not_zeros(tmp_path: Path) -> None:
    path = tmp_path / "absent.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = Sheet(Book(workbook, FIGURES), "空", "空")
    sheet.number(3, 0, None, "engine")
    sheet.day(3, 1, None, "engine")
    workbook.close()
    read = openpyxl.load_workbook(path)["空"]
    assert (read["A4"].value, read["B4"].value) == (None, None)


def test_references_quote_the_sheets_name(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(str(tmp_path / "refer.xlsx"))
    sheet = Sheet(Book(workbook, FIGURES), "it's 基准", "x")
    workbook.close()
    assert sheet.cell(4, 2) == "'it''s 基准'!$C$5"
    assert sheet.area(0, 0, 1, 1) == "'it''s 基准'!$A$1:$B$2"


def test_a_text_is_as_wide_as_its_widest_line() -> None:
    assert text_width("现金\nabc") == 4


def test_heads_beside_a_longer_text_leave_it_its_height(tmp_path: Path) -> None:
    path = tmp_path / "heads.xlsx"
    with new_book(path, FIGURES) as book:
        sheet = Sheet(book, "表", "标题")
        sheet.widths([10, 10])
        sheet.text(4, 0, "一二三四五六七八九十")
        sheet.heads(4, 1, ["栏"], 15)
    assert openpyxl.load_workbook(path)["表"].row_dimensions[5].height == 30.0

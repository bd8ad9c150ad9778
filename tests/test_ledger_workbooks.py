"""Excel workbooks: cells as the sheet shows them, rows with their own numbers, and what a sheet hides."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from forecast.errors import InputError
from forecast.ledger import workbooks
from forecast.ledger.workbooks import _unread_of as unread_of
from forecast.ledger.workbooks import cell_text, open_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.workbooks import Cell, Sheet


def sheets(path: Path) -> list[Sheet]:
    return open_workbook(path, path.parent, path.name)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (19.99, "19.99"),
        (0.1 + 0.2, "0.3"),
        (1234567.89, "1234567.89"),
        (-0.0, "0"),
        (5e-17, "0"),
        (0.00001, "0.00001"),
        (300000000001.0, "300000000001"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1.00000000000000E+15"),
        (3226563123456789012, "3.22656312345679E+18"),
        (True, "TRUE"),
        ("300000000000000001", "300000000000000001"),
        (dt.datetime.fromisoformat("2026-10-18T09:30:00"), "2026-10-18 09:30:00"),
        (dt.datetime.fromisoformat("2026-10-18T09:29:59.999900"), "2026-10-18 09:30:00"),
        (dt.datetime.fromisoformat("2026-10-18T09:30:00.250"), "2026-10-18 09:30:00.250"),
        (dt.date(2026, 10, 18), "2026-10-18"),
        (dt.time(9, 30), "09:30:00"),
    ],
)
def test_a_cell_is_text_as_the_sheet_shows_it(value: Cell, text: str) -> None:
    assert cell_text(value) == text


def test_rows_keep_their_numbers_and_columns_start_where_the_sheet_does(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "结算表"
    sheet["B3"], sheet["C3"], sheet["B6"], sheet["C6"] = "订单", "金额", "甲", 0.1
    workbook.create_sheet("空")
    workbook.save(tmp_path / "jd.xlsx")
    (found,) = sheets(tmp_path / "jd.xlsx")
    assert (found.name, found.lines) == ("结算表", 6)
    assert found.first_rows == ((3, ("订单", "金额")), (6, ("甲", "0.1")))


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        workbook.add_worksheet("订单").write(0, 0, "x")
        hidden = workbook.add_worksheet("参数")
        hidden.write(0, 0, "y")
        hidden.hide()
    assert [sheet.name for sheet in sheets(tmp_path / "a.xlsx")] == ["订单"]


@pytest.mark.parametrize("chunk", [7, 1 << 20])
def test_errors_and_formulas_never_calculated_are_no_empty_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(workbooks, "_CHUNK", chunk)
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as written:
        sheet = written.add_worksheet("甲 & 乙")
        sheet.write_row("B2", ["a", "b", "c", "d"])
        sheet.write_formula("B3", "=NA()", None, "#N/A")
        sheet.write_formula("D3", "=1+1", None, 2)
    assert unread_of(b'<c r="AB3" t="str"><f>A1</f><v></v></c>') == {}
    assert unread_of(b'<c r="A3"><f>"300123456789012345"</f><v></v></c>') == {(3, 0): "300123456789012345"}
    workbook = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert sheets(tmp_path / "a.xlsx")[0].first_rows[1] == (3, ("#N/A", "", "2", ""))
    workbook["甲 & 乙"]["E3"] = "=1+1"
    workbook.save(tmp_path / "b.xlsx")
    assert sheets(tmp_path / "b.xlsx")[0].first_rows[1][1] == ("#FORMULA?", "", "#FORMULA?", "#FORMULA?")


def test_a_damaged_a_too_wide_and_a_too_large_workbook_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook>")
    with pytest.raises(InputError, match=r"a.xlsx: cannot be read as an Excel workbook"):
        sheets(tmp_path / "a.xlsx")
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as workbook:
        workbook.add_worksheet("订单").write(0, 16_383, "x")
        workbook.worksheets()[0].write(0, 0, "x")
    with pytest.raises(InputError, match=r'sheet "订单" reaches to column 16384'):
        sheets(tmp_path / "b.xlsx")
    monkeypatch.setattr(workbooks, "LARGEST_SHEETS", 100)
    with pytest.raises(InputError, match="split it into several files"):
        sheets(tmp_path / "b.xlsx")

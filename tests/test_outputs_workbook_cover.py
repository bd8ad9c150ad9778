"""The cover: how to read the workbook, its warnings, its versions, and what it was made from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
from result_example import example_result
from workbook_example import written

from forecast.outputs.tables.sources import FileRead
from forecast.outputs.workbook.run import write_workbook
from forecast.results.inputs import NoteShown

if TYPE_CHECKING:
    from pathlib import Path


def test_it_tells_version_day_and_how_to_read_and_links_to_every_sheet_by_its_title() -> None:
    formulas, _ = written("en")
    sheet = formulas["Cover"]
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"2026-10-18", "0.1.0", "95%"} <= set(words)
    assert any(word.startswith("Blue on yellow") for word in words)
    links = [(cell.value, sheet.cell(cell.row, 2).value) for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert [name for name, _ in links] == formulas.sheetnames[1:]
    assert links[0] == ("Assumptions", formulas["Assumptions"]["A1"].value)


def test_warnings_stand_first(tmp_path: Path) -> None:
    result = example_result("zh")
    told = NoteShown("opening_zero", "warning", "cash.opening_balance", "期初余额为 0")
    for notes in ([told], []):
        write_workbook(tmp_path / "book.xlsx", replace(result, notes=notes))
        book = openpyxl.load_workbook(tmp_path / "book.xlsx")
        assert book.active.title == "封面"
        first = [[cell.value for cell in row] for row in book["封面"].iter_rows(min_row=5, max_row=6, max_col=2)]
        if notes:
            assert first == [
                ["请先阅读：可能影响判断的事项", None],
                ["opening_zero", "期初余额：期初余额为 0"],
            ]
        else:
            assert first[0] == ["基准日", "2026-10-18"]


def test_the_files_read_are_named_with_their_hashes_and_the_version_log_can_be_gone_on_with(tmp_path: Path) -> None:
    sources = [FileRead("plan.toml", 10, "ab" * 32), FileRead("postgresql://host/shop", None, None)]
    write_workbook(tmp_path / "book.xlsx", example_result("en"), sources=sources)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["Cover"]
    lines = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}
    assert (lines["plan.toml"], lines["postgresql://host/shop"]) == ("ab" * 32, "no file, no hash")
    assert lines["2026-10-18"] == "Made by forecast 0.1.0"
    assert sum(not cell.protection.locked for row in sheet.iter_rows() for cell in row) == 6 * 3

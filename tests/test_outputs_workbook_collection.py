"""The collection sheet: the result's figures, and a projection that its own formulas make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from forecast.outputs.result import plain
from result_example import example_result
from workbook_example import written

from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

FORMULAS, VALUES = (book["Collection"] for book in written("en"))
RESULT = example_result("en")
TOTAL = RESULT["collection_development"]["total"]
WEEKS = len(TOTAL["cohorts"])
HEAD = next(cell.row for cell in VALUES["A"] if cell.value == "Week of orders from")
FIRST, SUM = HEAD + 1, HEAD + 1 + WEEKS


def test_the_whole_shop_comes_first_then_every_channel() -> None:
    labels = [cell.value for cell in VALUES["A"]]
    order = [labels.index(label) for label in ("All channels", "JD Baitiao", "WeChat Pay", "Bank card")]
    assert order == sorted(order)
    assert labels.count("Week of orders from") == 4


def test_a_week_a_row_with_what_it_collected_by_age() -> None:
    rows = list(VALUES.iter_rows(min_row=FIRST, max_row=SUM - 1, values_only=True))
    assert [row[0].date().isoformat() for row in rows] == TOTAL["cohorts"]
    assert [row[2] for row in rows] == pytest.approx(TOTAL["collected"])
    assert [row[6] for row in rows] == pytest.approx(TOTAL["still_to_come"], abs=0.006)
    assert rows[0][7:11] == pytest.approx(TOTAL["share_by_age"][0])
    assert rows[-1][8] is None


def test_factors_and_projection_are_formulas() -> None:
    last = SUM - 1
    assert FORMULAS.cell(SUM + 1, 8).value == (
        f"=SUMPRODUCT(B{FIRST}:B{last - 1},I{FIRST}:I{last - 1},(H{FIRST}:H{last - 1}<>0)*1)"
        f"/SUMPRODUCT(B{FIRST}:B{last - 1},H{FIRST}:H{last - 1})"
    )
    assert FORMULAS.cell(SUM + 2, 8).value == f"=1/PRODUCT(H{SUM + 1}:K{SUM + 1})"
    assert FORMULAS.cell(last, 5).value == f"=C{last}/D{last}"
    assert FORMULAS.cell(last, 6).value == f"=MIN(B{last},C{last}+(1-D{last})*B{last}*D{SUM + 3})"
    assert FORMULAS.cell(SUM, 7).value == f"=SUM(G{FIRST}:G{last})"
    assert [VALUES.cell(SUM + 1, 8 + age).value for age in range(3)] == pytest.approx(TOTAL["factors"], rel=1e-5)


def test_a_channel_of_which_nothing_has_come_has_empty_cells(tmp_path: Path) -> None:
    result = example_result("en")
    path = tmp_path / "book.xlsx"
    write_workbook(path, plain(result))
    sheet = openpyxl.load_workbook(path, data_only=True)["Collection"]
    top = next(cell.row for cell in sheet["A"] if cell.value == "Bank card")
    row = [cell.value for cell in sheet[top + 2]]
    assert row[2] == 0
    assert row[3:] == [None] * len(row[3:])

"""review.xlsx: live formulas whose cached values are the review's, readable without recalculation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from forecast.outputs.result import plain
from study_examples import EFFECTS, example_review

from forecast.outputs.workbook.review import write_review_workbook

if TYPE_CHECKING:
    from pathlib import Path


def opened(folder: Path, *, values: bool, language: str = "en") -> Any:  # noqa: ANN401  # openpyxl publishes no types
    path = folder / "review.xlsx"
    write_review_workbook(path, plain(example_review(language)))
    return openpyxl.load_workbook(path, data_only=values)


def test_the_whole_is_the_sum_of_the_channels(tmp_path: Path) -> None:
    formulas, values = (opened(tmp_path, values=which)["Review"] for which in (False, True))
    assert formulas["B7"].value == "=SUM(B5:B6)"
    assert values["B7"].value == 25_800.0
    assert [values.cell(7, 3 + place).value for place in range(5)] == [3 * effect for effect in EFFECTS.values()]
    assert formulas["I7"].value == "=ROUND(SUM(B7:G7)-H7,2)"
    assert [values.cell(row, 9).value for row in (5, 6, 7)] == [0, 0, 0]
    assert (values["L2"].value, values["L7"].value) == ("OK", "no")


def test_the_bars_of_the_waterfall_follow_from_the_table(tmp_path: Path) -> None:
    formulas, values = (opened(tmp_path, values=which)["Review"] for which in (False, True))
    head = next(row for row in range(8, 60) if formulas.cell(row, 1).value == "Line")
    assert formulas.cell(head + 3, 2).value == "=SUM(B7:C7)+MIN(D7,0)"
    # Failures: after the volume's 4,950 the receipts stand at 30,750, and 360.75 less come in.
    assert values.cell(head + 3, 2).value == pytest.approx(30_750.0 - 360.75)
    assert values.cell(head + 3, 4).value == pytest.approx(360.75)


@pytest.mark.parametrize(("language", "name"), [("en", "Lines"), ("zh", "资金去向")])
def test_the_differences_of_the_lines_are_formulas(tmp_path: Path, language: str, name: str) -> None:
    formulas = opened(tmp_path, values=False, language=language)[name]
    values = opened(tmp_path, values=True, language=language)[name]
    assert formulas["E5"].value == "=D5-C5"
    assert values["E6"].value == 2_000.0
    assert formulas.max_row == 4 + 3 * 12


def test_notes_have_their_own_sheet_and_what_concerns_every_figure_stands_above_them(tmp_path: Path) -> None:
    result = example_review()
    result["notes"].insert(0, {"code": "review_other_ledger", "where": "ledger", "text": "of another shop"})
    write_review_workbook(tmp_path / "review.xlsx", plain(result))
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    assert book.sheetnames == ["Review", "Lines", "Notes"]
    rows = [[cell.value for cell in row[:3]] for row in book["Notes"].iter_rows(min_row=5)]
    assert rows == [
        ["ledger", "of another shop", "review_other_ledger"],
        ["channels.wechat", "a note", "review_revised"],
    ]
    assert book["Review"]["A2"].value == "of another shop"
    assert book["Review"]["A3"].value is None

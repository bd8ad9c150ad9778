"""review.xlsx: live formulas whose cached values are the review's, readable without recalculation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from study_examples import example_review

from forecast.outputs.tables.review import EFFECTS, LINES
from forecast.outputs.workbook.review import write_review_workbook
from forecast.results.inputs import NoteShown
from forecast.results.review import Line

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language

REVIEW = example_review("en")
FIRST, TOTAL = 5, 5 + len(REVIEW.by_channel)
"""Excel's rows of the first channel and of the whole shop."""


def opened(folder: Path, *, values: bool, language: Language = "en") -> Any:  # noqa: ANN401  # openpyxl publishes no types
    path = folder / "review.xlsx"
    write_review_workbook(path, example_review(language))
    return openpyxl.load_workbook(path, data_only=values)


def test_the_whole_is_the_sum_of_the_channels(tmp_path: Path) -> None:
    formulas, values = (opened(tmp_path, values=which)["Review"] for which in (False, True))
    assert formulas.cell(TOTAL, 2).value == f"=SUM(B{FIRST}:B{TOTAL - 1})"
    assert values.cell(TOTAL, 2).value == REVIEW.total.receipts.forecast
    effects = [effect(REVIEW.total.effects) for effect in EFFECTS.values()]
    assert [values.cell(TOTAL, 3 + place).value for place in range(5)] == effects
    assert formulas.cell(TOTAL, 9).value == f"=ROUND(SUM(B{TOTAL}:G{TOTAL})-H{TOTAL},2)"
    assert {values.cell(row, 9).value for row in range(FIRST, TOTAL + 1)} == {0}


def test_a_channel_shows_its_effects_its_interval_and_whether_that_held(tmp_path: Path) -> None:
    values = opened(tmp_path, values=True)["Review"]
    assert values["L2"].value == "OK"
    for row, (name, part) in enumerate(REVIEW.by_channel.items(), FIRST):
        receipts, effects = part.receipts, [effect(part.effects) for effect in EFFECTS.values()]
        expected = [REVIEW.channels[name].label, receipts.forecast, *effects, receipts.actual, 0]
        expected += [receipts.p05, receipts.p95, "yes" if receipts.inside else "no"]
        assert [cell.value for cell in values[row][:12]] == expected


def test_the_bars_of_the_waterfall_follow_from_the_table(tmp_path: Path) -> None:
    formulas, values = (opened(tmp_path, values=which)["Review"] for which in (False, True))
    head = next(row for row in range(TOTAL + 1, TOTAL + 60) if formulas.cell(row, 1).value == "Line")
    receipts, effects = REVIEW.total.receipts, REVIEW.total.effects
    assert values.cell(head + 1, 5).value == receipts.forecast
    assert values.cell(head + 7, 5).value == receipts.actual
    assert formulas.cell(head + 3, 2).value == f"=SUM(B{TOTAL}:C{TOTAL})+MIN(D{TOTAL},0)"
    after_volume = receipts.forecast + effects.volume
    assert values.cell(head + 3, 2).value == pytest.approx(after_volume + min(effects.failure, 0.0))
    assert values.cell(head + 3, 3).value == max(effects.failure, 0.0)
    assert values.cell(head + 3, 4).value == max(-effects.failure, 0.0)


@pytest.mark.parametrize(("language", "name"), [("en", "Lines"), ("zh", "资金去向")])
def test_the_differences_of_the_lines_are_formulas(tmp_path: Path, language: Language, name: str) -> None:
    formulas = opened(tmp_path, values=False, language=language)[name]
    values = opened(tmp_path, values=True, language=language)[name]
    sales = next(iter(REVIEW.by_channel.values())).lines.sales
    assert formulas["E5"].value == "=D5-C5"
    assert [values.cell(6, column).value for column in (3, 4, 5)] == [sales.forecast, sales.actual, sales.difference]
    assert formulas.max_row == 4 + len(LINES) * (1 + len(REVIEW.by_channel))


def test_notes_have_their_own_sheet_and_what_concerns_every_figure_stands_above_them(tmp_path: Path) -> None:
    notes = [
        NoteShown("review_other_ledger", "warning", "ledger", "of another shop"),
        NoteShown("review_revised", "info", "channels.wechat", "a note"),
    ]
    write_review_workbook(tmp_path / "review.xlsx", replace(REVIEW, notes=notes))
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    assert book.sheetnames == ["Review", "Lines", "Costs", "Notes"]
    rows = [[cell.value for cell in row[:4]] for row in book["Notes"].iter_rows(min_row=5)]
    assert rows == [
        ["ledger", "of another shop", "warning", "review_other_ledger"],
        ["channels.wechat", "a note", "information", "review_revised"],
    ]
    assert book["Review"]["A2"].value == "WARNING review_other_ledger (ledger): of another shop"
    assert book["Review"]["A3"].value is None


def test_costs_stand_on_a_sheet_with_their_variance_as_formulas_where_there_are_any(tmp_path: Path) -> None:
    costs = {"stock": Line(900.0, 900.0, 0.0), "courier": Line(60.5, 70.25, 9.75)}
    write_review_workbook(tmp_path / "review.xlsx", replace(REVIEW, costs=costs))
    formulas, values = (openpyxl.load_workbook(tmp_path / "review.xlsx", data_only=which) for which in (False, True))
    assert formulas.sheetnames == ["Review", "Lines", "Costs", "Notes"]
    write_review_workbook(tmp_path / "bare.xlsx", replace(REVIEW, costs=None))
    assert "Costs" not in openpyxl.load_workbook(tmp_path / "bare.xlsx").sheetnames
    rows = [[cell.value for cell in row] for row in values["Costs"].iter_rows(min_row=4, max_row=7)]
    assert rows[0] == ["Line", "Forecast", "By the orders that came", "Difference"]
    assert rows[1:] == [["Stock", 900, 900, 0], ["courier", 60.5, 70.25, 9.75], ["Total", 960.5, 970.25, 9.75]]
    assert [formulas["Costs"].cell(row, 4).value for row in (6, 7)] == ["=C6-B6", "=SUM(D5:D6)"]

"""stress.xlsx: a sheet a question, its figures those of the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
from stress_shop import kept_stress, shop_plan

from forecast.outputs.figures import Figures
from forecast.outputs.tables.stress import breaks_at
from forecast.outputs.workbook.stress import write_stress_workbook

if TYPE_CHECKING:
    from pathlib import Path


def test_every_part_is_a_sheet_with_the_results_figures(tmp_path: Path) -> None:
    result = kept_stress()
    write_stress_workbook(tmp_path / "stress.xlsx", result)
    book = openpyxl.load_workbook(tmp_path / "stress.xlsx")
    assert len(book.sheetnames) == 7
    scenarios, grid, tornado, reverse, fixes, frontier, _ = book.worksheets
    assert scenarios.cell(5, 1).value == "Base"
    assert scenarios.cell(5, 5).value == result.scenarios["base"].buffer
    assert [grid.cell(6, 2 + place).value for place in range(5)] == result.grid.buffer[0]
    assert [tornado.cell(5, column).value for column in (5, 6)] == result.sensitivities[0].buffer
    remarks = {tornado.cell(5 + row, 13).value for row in range(len(result.sensitivities))}
    assert remarks == {None}
    assert not len(tornado.col_breaks), "an assumption's remark is printed beside its figures"
    levels = [reverse.cell(5 + row, 2).value for row in range(len(result.reverse))]
    assert levels == [breaks_at(one, Figures.of(result)) for one in result.reverse]
    assert {"none up to 90%", "5 days"} <= set(levels)
    assert fixes.cell(5, 6).value == result.fixes[0].total_a_year
    assert frontier.cell(6, 4).value == result.frontier[1].buffer
    chart = tornado._charts[0].anchor._from.row  # noqa: SLF001  # openpyxl publishes no list of charts
    assert all(one.id <= chart for one in tornado.row_breaks.brk), "the tornado is not cut"
    assert len(tornado._charts) == len(frontier._charts) == 1  # noqa: SLF001  # openpyxl publishes no list of charts


def test_a_cost_that_is_not_known_says_why(tmp_path: Path) -> None:
    write_stress_workbook(tmp_path / "stress.xlsx", kept_stress())
    scenarios = openpyxl.load_workbook(tmp_path / "stress.xlsx").worksheets[0]
    assert [scenarios.cell(6, column).value for column in (1, 8, 9)] == ["Nobody comes", "no", "does not hold"]


def test_a_result_without_channels_to_move_to_is_written(tmp_path: Path) -> None:
    bare = replace(kept_stress("zh"), frontier=[], sensitivities=[])
    write_stress_workbook(tmp_path / "stress.xlsx", bare)
    assert "把订单转到其他渠道" in openpyxl.load_workbook(tmp_path / "stress.xlsx").sheetnames


def test_facilities_bear_the_names_that_readers_know(tmp_path: Path) -> None:
    result = replace(kept_stress("zh"), language="zh")
    base = replace(result.scenarios["base"], recommended=["overdraft"], feasible=True)
    result = replace(result, scenarios={**result.scenarios, "base": base})
    write_stress_workbook(tmp_path / "stress.xlsx", result, shop_plan().facilities)
    names = {
        row[6].value for row in openpyxl.load_workbook(tmp_path / "stress.xlsx").worksheets[0].iter_rows(min_row=5)
    }
    assert "透支" in names
    assert not any("overdraft" in str(one) for one in names)

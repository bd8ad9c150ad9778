"""The sheet of scenarios: what is edited in a scenario's own column is told, on it and wherever scenarios stand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from live_example import example_live
from result_example import example_result

from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

SHEET, FIRST_INPUT = "Scenarios", 6
BASE, OTHER = 3, 4
"""Columns of the first scenario and the second."""

MARKED = ("Comparison", "Channels", "Financing", "Simulated days")
EDITED = "INPUTS WERE EDITED"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("levels") / "book.xlsx"
    write_workbook(path, example_result("en"), example_live())
    return path


@pytest.fixture
def opened(path: Path) -> Any:  # noqa: ANN401  # formualizer publishes no types
    return pytest.importorskip("formualizer").load_workbook(str(path))


@cache
def book(path: Path) -> Any:  # noqa: ANN401  # openpyxl publishes no types
    return openpyxl.load_workbook(path)


def named(path: Path, name: str) -> tuple[str, int, int]:
    """Where a defined name stands."""
    ((sheet, place),) = book(path).defined_names[name].destinations
    return sheet, *openpyxl.utils.cell.coordinate_to_tuple(place.replace("$", ""))


def marks(opened: Any) -> list[bool]:  # noqa: ANN401  # as above
    return [str(opened.get_value(sheet, 2, 1)).startswith(EDITED) for sheet in MARKED]


def test_an_edit_of_a_scenario_not_chosen_is_told_where_all_stand(path: Path, opened: Any) -> None:  # noqa: ANN401  # as above
    opened.evaluate_all()
    assert marks(opened) == [False] * len(MARKED)
    opened.set_value(SHEET, FIRST_INPUT + 2, OTHER, 1.7)
    opened.evaluate_all()
    assert marks(opened) == [True] * len(MARKED)
    assert [opened.get_value(SHEET, 3, column) for column in (BASE, OTHER)] == [0, 1]
    assert [opened.get_value(*named(path, one)) for one in ("out_stale", "out_checks")] == [0, 0]


def test_an_edit_of_the_chosen_scenario_is_told_and_fails_no_check(path: Path, opened: Any) -> None:  # noqa: ANN401  # as above
    opened.set_value(SHEET, FIRST_INPUT + 2, BASE, 1.7)
    opened.evaluate_all()
    assert marks(opened) == [True] * len(MARKED)
    assert [opened.get_value(*named(path, one)) for one in ("out_stale", "out_checks", "out_outside")] == [1, 0, 0]
    assert opened.get_value("Dashboard", 3, 2) == "Base (edited)"
    opened.set_value(SHEET, FIRST_INPUT + 2, BASE, 11.0)
    opened.evaluate_all()
    assert [opened.get_value(*named(path, one)) for one in ("out_stale", "out_checks", "out_outside")] == [1, 0, 1]


def test_an_edited_payment_is_told_on_every_sheet(path: Path, opened: Any) -> None:  # noqa: ANN401  # as above
    sheet = book(path)["Inputs"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "Date") + 1
    opened.set_value("Inputs", row, 3, -1.0)
    opened.evaluate_all()
    assert marks(opened) == [True] * len(MARKED)
    assert opened.get_value(*named(path, "out_stale")) == 1


def test_inputs_of_scenarios_can_be_typed_into_within_their_bounds_and_nothing_else(path: Path) -> None:
    sheet, inputs = book(path)[SHEET], len(example_live().levels[0].channels) * 5
    assert sheet.protection.sheet
    own = [sheet.cell(row, column) for row in range(FIRST_INPUT, FIRST_INPUT + inputs) for column in (BASE, OTHER)]
    assert all(not cell.protection.locked and cell.fill.fgColor.rgb == "FFFFF9C4" for cell in own)
    unlocked = {cell.row for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {row for rule in sheet.data_validations.dataValidation for row in range(*_rows(rule))}
    free = sheet.max_column
    assert all(sheet.cell(row, free).protection.locked for row in unlocked)
    fee = next(row[1].row for row in sheet.iter_rows(max_col=2) if row[1].value == "Fee rate")
    (rule,) = (one for one in sheet.data_validations.dataValidation if f"C{fee}" in one.sqref)
    assert float(rule.formula2) < 1.0, "as a plan takes it"
    (volume,) = (one for one in sheet.data_validations.dataValidation if f"C{FIRST_INPUT + 2}" in one.sqref)
    assert (volume.formula1, volume.formula2) == ("0.0", "1000.0")


def _rows(rule: Any) -> tuple[int, int]:  # noqa: ANN401  # as above
    (ends,) = rule.sqref.ranges
    return ends.min_row, ends.max_row + 1

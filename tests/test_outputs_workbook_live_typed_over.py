"""A figure typed over any formula of the workbook: the master check shows it, wherever it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from live_example import example_live
from result_example import example_result
from stress_shop import kept_stress
from test_outputs_workbook_live_model import cell

from forecast.outputs.studies_beside import Studies
from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A_COLUMN = 5
"""So many cells of a column are typed over: its first and last formula, and others evenly between them."""

ALLOWED = 2.0
"""Far above what sums of rounded figures may lie apart, in yuan."""


def formulas(book: Any) -> Iterator[Any]:  # noqa: ANN401  # openpyxl publishes no types
    """Formulas of every column of every sheet, but the links that only repeat the master check."""
    for sheet in book:
        for column in sheet.iter_cols():
            found = [one for one in column if one.data_type == "f" and one.value != "='Checks'!$E$2"]
            found = [one for one in found if (sheet.title, one.coordinate) != ("Checks", "E2")]
            last = len(found) - 1
            steps = {last * step // (A_COLUMN - 1) for step in range(A_COLUMN)} if found else set[int]()
            yield from (found[place] for place in sorted(steps))


def another(value: Any, number: str) -> float:  # noqa: ANN401  # as above
    """A figure unlike the cell's own: a hundredth more of a share, more than a tolerance of money, a date later."""
    if isinstance(value, dt.datetime):
        return float((value.date() - dt.date(1899, 12, 30)).days + 3)
    if not isinstance(value, (int, float)):
        return 12_345.0
    return value + (0.01 if number in {"0.00%", "0.0000%", "0.0000"} else max(ALLOWED, 0.1 * abs(value)))


def test_a_figure_typed_over_any_formula_fails_the_master_check(tmp_path: Path) -> None:
    formualizer = pytest.importorskip("formualizer")
    path = tmp_path / "book.xlsx"
    write_workbook(path, example_result("en"), example_live(), studies=Studies(stress=kept_stress("en")))
    book, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    opened = formualizer.load_workbook(str(path))
    opened.evaluate_all()
    assert opened.get_value("Checks", 2, 5) == "OK"
    passed, count = [], 0
    for one in formulas(book):
        place = one.parent.title, one.row, one.column
        opened.set_value(*place, another(values[place[0]][one.coordinate].value, one.number_format))
        opened.evaluate_all()
        if opened.get_value("Checks", 2, 5) != "OFF":
            passed.append((place[0], one.coordinate, one.value))
        opened.set_formula(*place, one.value)
        count += 1
    opened.evaluate_all()
    assert opened.get_value("Checks", 2, 5) == "OK"
    assert passed == []
    assert count > 800
    assert cell(book, "out_checks").value

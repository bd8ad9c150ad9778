"""The checks sheet: it passes on a sound result, and shows on every sheet when something is off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from result_example import example_result
from workbook_example import written

from forecast.outputs.workbook.checks import tolerance
from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path


def test_every_check_passes_and_every_sheet_shows_the_master_check() -> None:
    _, values = written("en")
    checks = list(values["Checks"].iter_rows(min_row=7, max_col=5, values_only=True))
    assert len(checks) == 4 * 3 + 16
    assert {row[4] for row in checks} == {"OK"}
    for sheet in values:
        assert "OK" in [cell.value for cell in sheet[2]], sheet.title


def test_a_figure_that_does_not_add_up_shows_on_every_sheet(tmp_path: Path) -> None:
    result = example_result("en")
    base = result.scenarios["base"]
    cash = base.cash_before_financing
    off = replace(base, cash_before_financing=replace(cash, mean=[*cash.mean[:-1], cash.mean[-1] + 100.0]))
    result = replace(result, scenarios=result.scenarios | {"base": off})
    path = tmp_path / "off.xlsx"
    write_workbook(path, result)
    values = openpyxl.load_workbook(path, data_only=True)
    assert {"OFF"} == {cell.value for sheet in values for cell in sheet[2] if cell.value in {"OK", "OFF"}}
    failed = [row[0] for row in values["Checks"].iter_rows(min_row=7, max_col=5, values_only=True) if row[4] == "OFF"]
    assert failed == ["Base: closing cash of the last day = engine"]


def test_the_tolerance_is_a_fen_a_rounded_figure() -> None:
    days_and_channels = 40 + 4
    assert tolerance(example_result()) == pytest.approx(0.01 * (days_and_channels + 1))

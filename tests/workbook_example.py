"""The example's workbook, written once a language and read back: formulas and cached values."""

from __future__ import annotations

import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from live_example import example_live
from result_example import example_result

from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from forecast.plan.model import Language
    from forecast.results.run import Result


@cache
def written(language: Language) -> tuple[Any, Any]:
    """The workbook with its formulas, and with its cached values."""
    return written_of(example_result(language))


def written_of(result: Result) -> tuple[Any, Any]:
    """The workbook of a result, likewise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenarios.xlsx"
        write_workbook(path, result)
        return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


@cache
def written_live() -> tuple[Any, Any, list[str]]:
    """The English workbook with its live model: formulas, cached values, and its charts as they are written."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenarios.xlsx"
        write_workbook(path, example_result("en"), example_live())
        with zipfile.ZipFile(path) as archive:
            charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True), charts


def column(sheet: Any, head: str, row: int) -> int:  # noqa: ANN401  # openpyxl publishes no types
    """The first column whose head in ``row`` is ``head``, from 1."""
    return int(next(cell.column for cell in sheet[row] if cell.value == head))

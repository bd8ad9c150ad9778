"""Figures typed over what comes of the inputs: each of them fails a check."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest
from live_example import example_live
from office import recalculated
from result_example import example_result
from test_outputs_workbook_live_model import copies

from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl does not know LibreOffice's charts

MONEY = (
    "sales_total",
    "receipts_total",
    "lost_total",
    "lowest_cash",
    "gap",
    "peak_drawn",
    "interest",
    "closing_cash",
)
TYPED = 123_456.0


def places(path: Path) -> dict[str, object]:
    """Every output, and a figure of the dashboard, of the weeks and of the receipts' totals, with what is typed."""
    values = openpyxl.load_workbook(path, data_only=True)
    total = next(row[0].row for row in values["Receipts by day"].iter_rows(min_row=8) if row[0].value == "Total")
    lines = {row[0].value: row[0].row for row in values["13 weeks"].iter_rows(min_row=4)}
    named: dict[str, object] = {f"out_{name}": TYPED for name in MONEY}
    named |= {
        "out_lowest_cash_day": values["Dashboard"]["B9"].value + dt.timedelta(1),
        "out_stale": 1,
        "out_outside": 1,
    }
    cells = ("Dashboard!B6", f"13 weeks!D{lines['Net cash flow']}", f"Receipts by day!D{total}")
    more = (f"13 weeks!C{lines['Lowest cash within the week']}", f"13 weeks!E{lines['Drawn, all facilities']}")
    return named | dict.fromkeys((*cells, *more), TYPED)


def test_every_figure_typed_over_an_output_or_a_total_fails_a_check(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, example_result("en"), example_live())
    typed = places(path)
    (book,) = recalculated(tmp_path, copies(path, {"typed.xlsx": typed}))
    values = openpyxl.load_workbook(book, data_only=True)
    checks = values["Checks"].iter_rows(min_row=7, max_col=5, values_only=True)
    failing = [row[0] for row in checks if row[4] == "OFF"]
    assert len(failing) >= len(typed)
    assert sum(name.startswith("Output: ") for name in failing) == len(MONEY) + 3
    others = {name.split(":")[0] for name in failing}
    assert {"Dashboard", "13 weeks", "Receipts by day"} < others
    assert values["Dashboard"]["F2"].value == "OFF"

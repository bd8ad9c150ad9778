"""The schedules sheet: months and weeks of the mix, its parts and each facility alone, equal to the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from result_example import example_result, financing_of
from workbook_example import written

from forecast.financing.schedules import DebtFlows, ExistingDebt
from forecast.outputs.figures import Figures
from forecast.outputs.workbook.schedules import fill_schedules, has_schedules
from forecast.outputs.workbook.sheet import Sheet, new_book

if TYPE_CHECKING:
    from pathlib import Path

RESULT = example_result("en")
NAMED = Figures.of(RESULT).facility
BASE = financing_of(RESULT)
FOUND = BASE.recommended.schedule
FIRST = 6
"""Excel's row of the first month of the recommended mix of base; its name stands above it."""


def rows(sheet: Any) -> list[list[Any]]:  # noqa: ANN401  # openpyxl publishes no types
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_mix_by_month_then_by_week_with_its_totals_as_formulas() -> None:
    formulas, values = (book["Schedules"] for book in written("en"))
    before = FOUND.opening
    for row, one in enumerate(FOUND.monthly, FIRST):
        name, first, last, *figures = (cell.value for cell in values[row])
        assert name == "Month (part)"
        assert (first.date(), last.date()) == (one.span.first, one.span.last)
        moved = [before, one.drawn, one.repaid, one.interest_paid, one.fees_paid]
        left = [one.owed.mean, one.owed.p05, one.owed.p95, one.headroom.mean, one.headroom.p05]
        assert figures == pytest.approx([*moved, *left])
        before = one.owed.mean
    total = FIRST + len(FOUND.monthly)
    assert formulas.cell(total, 5).value == f"=SUM(E{FIRST}:E{total - 1})"
    assert values.cell(total, 5).value == pytest.approx(sum(one.drawn for one in FOUND.weekly), abs=0.05)
    assert formulas.cell(FIRST + 1, 4).value == f"=I{FIRST}"
    assert values.cell(total + 2, 2).value.date() == FOUND.weekly[0].span.first
    assert formulas.freeze_panes == "D5"


def test_mixes_come_first_and_are_printed_each_facility_alone_below_is_not() -> None:
    sheet = written("en")[1]["Schedules"]
    blocks = [row[0] for row in rows(sheet)[4:] if row[0] and ": " in row[0]]
    names = [NAMED(part.facility) for part in BASE.recommended.mix]
    assert blocks[: 1 + len(names)] == [
        f"Base: Recommended: {', '.join(names)}",
        *(f"Base: of it {one}" for one in names),
    ]
    assert len(blocks) == 1 + len(names) + len(BASE.options) + len(RESULT.scenarios) - 1
    alone = [f"Base: {NAMED(one.facility)} alone" for one in BASE.options]
    assert blocks[-len(alone) :] == alone
    (first,) = (row[0].row for row in sheet.iter_rows() if row[0].value == alone[0])
    assert sheet.print_area.endswith(f"$M${first - 1}")


def test_other_loans_follow_base_where_there_are_any(tmp_path: Path) -> None:
    flows = [DebtFlows(one.span, 40.0, 0.0) for one in FOUND.weekly]
    owed = ExistingDebt([], flows, [DebtFlows(FOUND.monthly[0].span, 240.0, 0.0)])
    financed = replace(RESULT.base, financing=replace(BASE, existing_debt=owed))
    result = replace(RESULT, scenarios={"base": financed})
    with new_book(tmp_path / "book.xlsx", Figures.of(result)) as book:
        fill_schedules(Sheet(book, "Schedules", "Schedules"), result)
    sheet = rows(openpyxl.load_workbook(tmp_path / "book.xlsx", data_only=True)["Schedules"])
    (at,) = (place for place, row in enumerate(sheet) if row[0] == "Loans beside the facilities")
    assert sheet[at][4:6] == ["Other loans: paid", None]
    assert [row[4] for row in sheet[at + 1 : at + 5 + len(flows)]] == [240, 240, None, *[40] * len(flows), 240]


def test_a_plan_without_financing_has_no_such_sheet() -> None:
    bare = {name: replace(scenario, financing=None) for name, scenario in RESULT.scenarios.items()}
    assert has_schedules(RESULT)
    assert not has_schedules(replace(RESULT, scenarios=bare))

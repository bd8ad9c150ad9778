"""What was owed before the plan began: no room of a limit, and told where its service is not in the figures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from live_example import example_live
from office import recalculated
from result_example import example_result
from test_outputs_workbook_live_model import copies

from forecast.financing.schedules import DebtFlows, DebtOwed
from forecast.outputs.figures import Figures
from forecast.outputs.workbook.live.owed_before import owed_before_text, room
from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.results.run import Result

pytestmark = pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl does not know LibreOffice's charts

LINE = "bank_line"
NAME = Figures.of(example_result("en")).facility(LINE)
PAID = 3_031.0


@cache
def owing(share: float, *, compared: bool = True) -> Result:
    """The example with a share of its line's limit owed on as_of, and what that takes."""
    result = example_result("en")
    limits = {one.name: one.limit or 0.0 for one in result.facilities}
    facilities = [
        replace(one, drawn=share * limits[LINE], signed=True) if one.name == LINE else one for one in result.facilities
    ]
    financing = result.base.financing
    assert financing is not None
    span = financing.recommended.schedule.monthly[0].span
    owed = DebtOwed(LINE, share * limits[LINE], [], [DebtFlows(span, PAID, 0.0)])
    shown = replace(financing, existing_debt=replace(financing.existing_debt, facilities=[owed]))
    base = replace(result.base, financing=shown if compared else None)
    return replace(result, facilities=facilities, scenarios=result.scenarios | {"base": base})


def terms(values: Any) -> dict[str, list[Any]]:  # noqa: ANN401  # openpyxl publishes no types
    """The rows of facilities above the days, by name."""
    rows = values["Cash by day"].iter_rows(min_row=5, max_row=9, max_col=7, values_only=True)
    return {str(row[0]): list(row[1:]) for row in rows}


def test_what_is_owed_already_leaves_no_room() -> None:
    drawn = replace(example_result("en").facilities[0], drawn=6_000.0)
    assert [room(limit, drawn) for limit in (6_000.0, 5_000.0, 9_000.0)] == [0.0, 0.0, 3_000.0]


def test_a_line_that_is_drawn_in_full_is_not_lent_again_whatever_is_typed(tmp_path: Path) -> None:
    path, result = tmp_path / "book.xlsx", owing(1.0)
    limit = next(one.drawn for one in result.facilities if one.name == LINE)
    write_workbook(path, result, example_live())
    before = terms(openpyxl.load_workbook(path, data_only=True))[NAME]
    assert [before[place] for place in (0, 3, 5)] == [0.0, 0.0, limit]
    others: dict[str, object] = {f"in_limit_{one.name}": 0.0 for one in result.facilities if one.name != LINE}
    typed = {"more.xlsx": {f"in_limit_{LINE}": limit + 700.0} | others}
    (book,) = recalculated(tmp_path, copies(path, typed))
    values = openpyxl.load_workbook(book, data_only=True)
    after = terms(values)[NAME]
    assert [after[place] for place in (0, 3)] == pytest.approx([700.0, 700.0])
    assert values["Dashboard"]["F2"].value == "OK"


def test_it_is_told_where_its_instalments_are_not_in_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, owing(1.0), example_live())
    book = openpyxl.load_workbook(path)
    told = book["Cash by day"]["A3"].value.replace("\u00a0", " ")
    assert told.endswith("They take CNY 3,031 by 2026-11-27.")
    brief = "NOT IN IT: old debt takes CNY 3,031 by 2026-11-27"
    weeks = [str(row[0].value).replace("\u00a0", " ") for row in book["13 weeks"].iter_rows()]
    assert weeks[weeks.index(brief) + 1] == "Drawn", "above what the facilities do"
    assert book["Dashboard"]["E3"].value.replace("\u00a0", " ") == brief


def test_without_a_comparison_it_is_told_without_an_amount_and_without_debt_not_at_all() -> None:
    bare, none = owing(0.5, compared=False), owing(0.0)
    figures = Figures.of(bare)
    assert owed_before_text(bare, figures).endswith(").")
    assert owed_before_text(bare, figures, brief=True) == "NOT IN IT: what old debt takes"
    assert owed_before_text(none, figures) == owed_before_text(none, figures, brief=True) == ""

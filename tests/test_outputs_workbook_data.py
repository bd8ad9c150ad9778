"""The simulated figures of all scenarios, one below the other."""

from __future__ import annotations

import datetime as dt

import pytest
from result_example import DAYS, OPENING, example_result
from workbook_example import written

from forecast.outputs.workbook.data import SERIES, series_of

_, VALUES = written("en")
RESULT = example_result("en")
SHEET = VALUES["Simulated data"]


def test_each_scenario_stands_below_the_one_before_with_its_own_figures() -> None:
    for place, scenario in enumerate(RESULT.scenarios.values()):
        rows = list(SHEET.iter_rows(min_row=5 + place * DAYS, max_row=4 + (place + 1) * DAYS, values_only=True))
        assert {row[0] for row in rows} == {place + 1}
        assert rows[0][1] == dt.datetime(2026, 10, 19)  # noqa: DTZ001  # a spreadsheet's day
        figures = series_of(scenario, RESULT)
        for column, series in enumerate(SERIES, 2):
            assert [row[column] for row in rows] == pytest.approx(list(figures[series]), abs=0.001), series
    assert SHEET.cell(5 + 3 * DAYS, 1).value is None


def test_the_scenarios_are_listed_with_their_balances_and_the_quantiles_of_totals() -> None:
    heads, *lines = [[cell.value for cell in row][3 + len(SERIES) :] for row in SHEET["A4:AE7"]]
    listed = [dict(zip(heads, line, strict=False)) for line in lines]
    assert [one["Scenario"] for one in listed] == [one.label for one in RESULT.scenarios.values()]
    assert listed[1]["Opening balance"] == OPENING
    assert listed[2]["Net receipts p05"] == RESULT.scenarios["peak_outage"].receipts_total.p05

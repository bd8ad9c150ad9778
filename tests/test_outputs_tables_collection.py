"""The report's tables of collection development."""

from __future__ import annotations

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import collection as tables_collection

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
TOTAL = RESULT["collection_development"]["total"]


def test_a_channel_a_row_and_the_whole_shop_last() -> None:
    table = tables_collection.channels(RESULT, FIGURES)
    assert [row[0] for row in table.rows] == ["JD Baitiao", "WeChat Pay", "Bank card", "All channels"]
    assert table.heads[5:] == ["after 0 wk", "after 1 wk", "after 2 wk", "after 3 wk"]
    assert {len(row) for row in table.rows} == {len(table.heads)}
    assert table.rows[-1][1] == f"{sum(TOTAL['order_value']):,.0f}"
    assert table.rows[0][5] == "0.0%"
    assert table.rows[1][-1] == "100.0%"


def test_a_channel_of_which_nothing_has_come_shows_dashes() -> None:
    row = tables_collection.channels(RESULT, FIGURES).rows[2]
    assert row[2:] == ["0", *["–"] * (len(row) - 3)]


def test_the_weeks_that_still_pay_with_their_sum() -> None:
    table = tables_collection.open_weeks(RESULT, FIGURES)
    assert [row[0] for row in table.rows] == [*TOTAL["cohorts"][-4:], "Total"]
    assert table.rows[-1][4] == f"{sum(TOTAL['still_to_come'][-4:]):,.0f}"
    assert table.rows[-1][5] == ""

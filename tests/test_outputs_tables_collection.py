"""The report's tables of collection development."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables import collection as tables_collection

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
DEVELOPMENT = RESULT.collection_development
TOTAL = DEVELOPMENT.total


def test_a_channel_a_row_and_the_whole_shop_last() -> None:
    table = tables_collection.channels(RESULT, FIGURES)
    assert [row[0] for row in table.rows] == ["JD Baitiao", "WeChat instalments", "Huabei", "Bank card", "All channels"]
    assert table.heads[5:] == ["after 0 wk", "after 1 wk", "after 2 wk", "after 3 wk"]
    assert {len(row) for row in table.rows} == {len(table.heads)}
    assert table.rows[-1][1] == FIGURES.money(sum(TOTAL.order_value))
    assert table.rows[0][5] == "0.0%"  # before its first age with money
    assert table.rows[1][-1] == "100.0%"  # after its last


def test_a_channel_of_which_nothing_has_come_shows_dashes() -> None:
    card = DEVELOPMENT.by_channel["card"]
    unknown: list[float | None] = [None] * len(card.cohorts)
    nothing = replace(
        card, collected=[0.0] * len(card.cohorts), ages=[], reached=[], expected_share=None, still_to_come=unknown
    )
    by_channel = DEVELOPMENT.by_channel | {"card": nothing}
    result = replace(RESULT, collection_development=replace(DEVELOPMENT, by_channel=by_channel))
    row = tables_collection.channels(result, FIGURES).rows[3]
    assert row[2:] == ["0", *["–"] * (len(row) - 3)]


def test_the_weeks_that_still_pay_with_their_sum() -> None:
    table = tables_collection.open_weeks(RESULT, FIGURES)
    assert [row[0] for row in table.rows] == [*TOTAL.cohorts[-3:], "Total"]
    assert [row[1] for row in table.rows[:-1]] == [FIGURES.money(value) for value in TOTAL.order_value[-3:]]
    assert table.rows[-1][4] == FIGURES.money(sum(amount or 0.0 for amount in TOTAL.still_to_come[-3:]))
    assert table.rows[-1][5] == ""


def test_where_two_projections_of_the_same_money_differ_both_are_told() -> None:
    table = tables_collection.ageing(RESULT, FIGURES)
    assert table is not None
    whole, added = FIGURES.money(sum(amount or 0.0 for amount in TOTAL.still_to_come)), table.rows[-1][-1]
    assert whole != added
    assert f"{added} in all; the tables above and below project the whole shop at once, {whole}" in table.caption
    alone = replace(DEVELOPMENT, by_channel={"card": TOTAL})
    same = tables_collection.ageing(replace(RESULT, collection_development=alone), FIGURES)
    assert same is not None
    assert "Projected" not in same.caption

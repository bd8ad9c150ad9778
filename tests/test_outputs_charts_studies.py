"""The charts of backtest and review: valid plotly figures whose numbers are the result's."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from study_examples import EFFECTS, example_backtest, example_review

from forecast.outputs.charts.studies import rolling, to_date, waterfall
from forecast.outputs.figures import Figures


@pytest.mark.parametrize("series", ["sales", "receipts"])
def test_every_as_of_day_is_drawn_and_named_once(series: str) -> None:
    result = example_backtest()
    chart = rolling(result, series, Figures.of(result))
    go.Figure(chart)
    actual = [trace for trace in chart["data"] if trace.get("name") == "Actual"]
    assert [trace["x"][0] for trace in actual] == ["2026-09-21", "2026-10-05"]
    assert [trace["showlegend"] for trace in actual] == [True, False]
    assert actual[0]["y"][0] == pytest.approx(result["origins"][0][series]["actual"][0] / 1000)


def test_the_sums_to_date_end_at_the_totals() -> None:
    result = example_review()
    chart = to_date(result, "receipts", Figures.of(result))
    go.Figure(chart)
    assert chart["data"][-1]["y"][-1] == pytest.approx(result["total"]["receipts"]["actual"] / 1000)


@pytest.mark.parametrize("drawn", ["rolling", "to date"])
def test_the_axis_of_money_by_day_begins_at_zero(drawn: str) -> None:
    found, reviewed = example_backtest(), example_review()
    chart = (
        rolling(found, "sales", Figures.of(found))
        if drawn == "rolling"
        else to_date(reviewed, "sales", Figures.of(reviewed))
    )
    assert chart["layout"]["yaxis"]["rangemode"] == "tozero"


def test_few_days_have_a_tick_each() -> None:
    result = example_review()
    result["daily"]["dates"] = result["daily"]["dates"][:5]
    assert to_date(result, "receipts", Figures.of(result))["layout"]["xaxis"]["dtick"] == 86_400_000


def test_the_waterfall_leads_from_forecast_to_actual_within_its_axis() -> None:
    result = example_review()
    chart = waterfall(result, Figures.of(result))
    go.Figure(chart)
    bars = chart["data"][0]
    assert bars["measure"] == ["absolute", *["relative"] * 5, "total"]
    assert sum(bars["y"]) == pytest.approx(result["total"]["receipts"]["actual"] / 1000)
    assert bars["y"][1] == pytest.approx(3 * EFFECTS["volume"] / 1000)
    low, high = chart["layout"]["yaxis"]["range"]
    assert low < 25.8
    assert high > 30.75


def test_a_waterfall_of_nothing_still_has_an_axis() -> None:
    result = example_review()
    total = result["total"]
    total["receipts"] |= {"forecast": 0.0, "actual": 0.0}
    total["effects"] = dict.fromkeys(EFFECTS, 0.0)
    low, high = waterfall(result, Figures.of(result))["layout"]["yaxis"]["range"]
    assert low < high

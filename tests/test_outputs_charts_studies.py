"""The charts of backtest and review: valid plotly figures whose numbers are the result's."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest
from study_examples import example_backtest, example_review

from forecast.outputs.charts.studies import rolling, to_date, waterfall
from forecast.outputs.figures import Figures
from forecast.results.backtest import SERIES, Series
from forecast.results.review import Effects

BACKTEST, REVIEW = example_backtest(), example_review()
FIGURES = Figures.of(REVIEW)


@pytest.mark.parametrize("series", SERIES)
def test_every_as_of_day_is_drawn_and_named_once(series: Series) -> None:
    chart = rolling(BACKTEST, series, FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    actual = [trace for trace in chart.data if trace.get("name") == "Actual"]
    assert [trace["x"][0] for trace in actual] == ["2026-09-21", "2026-10-05"]
    assert [trace["showlegend"] for trace in actual] == [True, False]
    came = BACKTEST.origins[0].by_day(series).actual
    assert actual[0]["y"] == pytest.approx([amount / 1000 for amount in came], abs=1e-4)


def test_the_bands_of_an_as_of_day_lie_between_its_quantiles() -> None:
    bands = BACKTEST.origins[0].sales.forecast
    traces = rolling(BACKTEST, "sales", FIGURES).data
    for trace, edge in zip(traces, (bands.p95, bands.p05, bands.p90, bands.p10), strict=False):
        assert trace["y"] == pytest.approx([amount / 1000 for amount in edge], abs=1e-4)


@pytest.mark.parametrize("series", SERIES)
def test_the_sums_to_date_end_at_the_totals(series: Series) -> None:
    chart = to_date(REVIEW, series, FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    assert chart.data[-1]["y"][-1] == pytest.approx(REVIEW.total.of(series).actual / 1000, abs=1e-4)


def test_the_axis_of_money_by_day_begins_at_zero() -> None:
    for chart in (rolling(BACKTEST, "sales", FIGURES), to_date(REVIEW, "sales", FIGURES)):
        assert chart.layout["yaxis"]["rangemode"] == "tozero"


def test_few_days_have_a_tick_each() -> None:
    assert "dtick" not in to_date(REVIEW, "receipts", FIGURES).layout["xaxis"]
    few = replace(REVIEW, daily=replace(REVIEW.daily, dates=REVIEW.daily.dates[:5]))
    assert to_date(few, "receipts", FIGURES).layout["xaxis"]["dtick"] == 86_400_000


def test_the_waterfall_leads_from_forecast_to_actual_within_its_axis() -> None:
    chart = waterfall(REVIEW, FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    (bars,), total = chart.data, REVIEW.total
    ends = [base + amount for base, amount in zip(bars["base"], bars["y"], strict=True)]
    assert bars["base"][1:-1] == pytest.approx(ends[:-2], abs=1e-3)  # each begins where the one before ends
    assert ends[-2:] == pytest.approx([total.receipts.actual / 1000] * 2, abs=1e-3)
    assert bars["y"][1] == pytest.approx(total.effects.volume / 1000, abs=1e-4)
    low, high = chart.layout["yaxis"]["range"]
    assert low < (total.receipts.forecast + total.effects.volume) / 1000
    assert high > total.receipts.actual / 1000


def test_a_waterfall_of_nothing_still_has_an_axis() -> None:
    nothing = replace(REVIEW.total.receipts, forecast=0.0, actual=0.0)
    total = replace(REVIEW.total, receipts=nothing, effects=Effects(0.0, 0.0, 0.0, 0.0, 0.0))
    low, high = waterfall(replace(REVIEW, total=total), FIGURES).layout["yaxis"]["range"]
    assert low < high

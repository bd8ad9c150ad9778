"""The report's charts: valid plotly figures whose numbers are the result's, whose labels cannot inject anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import pytest
from result_example import example_result

from forecast.outputs.charts import run as charts
from forecast.outputs.charts.parts import wrapped
from forecast.outputs.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.outputs.charts.parts import Chart

RESULT = example_result("zh")
FIGURES = Figures.of(RESULT)
BASE = RESULT["scenarios"]["base"]
FANS = (charts.sales_fan, charts.receipts_fan, charts.cash_fan)


def named(chart: Chart, name: str) -> Any:  # noqa: ANN401  # a trace
    return next(trace for trace in chart["data"] if trace.get("name") == name)


@pytest.mark.parametrize("draw", FANS)
def test_fans_are_valid_figures_in_ten_thousands_of_yuan(draw: Callable[..., Chart]) -> None:
    chart = draw(RESULT, BASE, FIGURES)
    go.Figure(chart)
    assert chart["layout"]["yaxis"]["title"]["text"] == "万元"
    assert chart["layout"]["xaxis"]["tickformat"] == "%Y-%m-%d"


@pytest.mark.parametrize("draw", [charts.comparison, charts.buffers, charts.failures])
def test_bars_are_valid_figures_on_category_axes(draw: Callable[..., Chart]) -> None:
    chart = draw(RESULT, FIGURES)
    go.Figure(chart)
    assert "category" in (chart["layout"]["xaxis"].get("type"), chart["layout"]["yaxis"].get("type"))


def test_the_fan_holds_the_results_median() -> None:
    chart = charts.receipts_fan(RESULT, BASE, FIGURES)
    assert named(chart, "中位数")["y"] == pytest.approx([value / 10_000 for value in BASE["receipts"]["p50"]], abs=1e-4)


def test_the_peak_of_an_event_is_marked_if_it_lies_in_the_horizon() -> None:
    chart = charts.receipts_fan(RESULT, BASE, FIGURES)
    assert [shape["x0"] for shape in chart["layout"]["shapes"]] == ["2026-11-11"]
    later = RESULT | {"events": [{"name": "618", "start": "2027-06-01", "peak": "2027-06-18", "end": "2027-06-20"}]}
    assert charts.receipts_fan(later, BASE, FIGURES)["layout"]["shapes"] == []


def test_cash_shows_the_minimum_balance_and_after_financing_only_where_it_is_known() -> None:
    assert set(named(charts.cash_fan(RESULT, BASE, FIGURES), "最低现金余额")["y"]) == {50.0}
    unfinanced = charts.cash_fan(RESULT, BASE | {"cash_after_financing": None}, FIGURES)
    assert "融资后均值" not in {trace.get("name") for trace in unfinanced["data"]}


def test_labels_are_escaped_and_broken_into_lines() -> None:
    assert wrapped("<b>x</b>") == "&lt;b&gt;x&lt;/b&gt;"
    assert wrapped("双11爆量加清算中断三天再加白条失败率百分之十").count("<br>") == 1
    assert wrapped("Double 11 surge + clearing outage of 3 days").count("<br>") == 1


def test_a_failure_rate_that_is_not_known_is_left_out() -> None:
    result = example_result("zh")
    result["estimates"]["card"]["failure_rate"]["clearing"] = {}
    chart = charts.failures(result, FIGURES)
    go.Figure(chart)
    assert named(chart, "资金通道")["y"][-1] is None

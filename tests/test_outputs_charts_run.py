"""The report's charts: valid plotly figures whose numbers are the result's, whose labels cannot inject anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import pytest
from result_example import MINIMUM, example_result

from forecast.outputs.charts import run as charts
from forecast.outputs.charts.parts import wrapped
from forecast.outputs.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.outputs.charts.parts import Chart, Plotly

RESULT = example_result("zh")
FIGURES = Figures.of(RESULT)
BASE = RESULT.scenarios["base"]
FANS = (charts.sales_fan, charts.receipts_fan, charts.cash_fan)


def named(chart: Chart, name: str) -> Plotly:
    return next(trace for trace in chart.data if trace.get("name") == name)


@pytest.mark.parametrize("draw", FANS)
def test_fans_are_valid_figures_in_ten_thousands_of_yuan(draw: Callable[..., Chart]) -> None:
    chart = draw(RESULT, BASE, FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    assert chart.layout["yaxis"]["title"]["text"] == "万元"
    assert chart.layout["xaxis"]["tickformat"] == "%Y-%m-%d"


@pytest.mark.parametrize("draw", [charts.comparison, charts.buffers, charts.failures])
def test_bars_are_valid_figures_on_category_axes(draw: Callable[..., Chart]) -> None:
    chart = draw(RESULT, FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    assert "category" in (chart.layout["xaxis"].get("type"), chart.layout["yaxis"].get("type"))


def test_the_fan_holds_the_results_median_between_its_quantiles() -> None:
    chart = charts.receipts_fan(RESULT, BASE, FIGURES)
    assert named(chart, "中位数")["y"] == pytest.approx([value / 10_000 for value in BASE.receipts.p50], abs=1e-4)
    edges = (BASE.receipts.p95, BASE.receipts.p05, BASE.receipts.p90, BASE.receipts.p10)
    for trace, edge in zip(chart.data, edges, strict=False):
        assert trace["y"] == pytest.approx([value / 10_000 for value in edge], abs=1e-4)


def test_the_comparison_s_bars_reach_from_p05_to_p95() -> None:
    (dots,) = charts.comparison(RESULT, FIGURES).data
    total = BASE.receipts_total
    reach = (dots["x"][0] - dots["error_x"]["arrayminus"][0], dots["x"][0] + dots["error_x"]["array"][0])
    assert reach == pytest.approx((total.p05 / 10_000, total.p95 / 10_000), abs=1e-3)


def test_the_opening_balance_stands_across_the_buffers() -> None:
    chart = charts.buffers(RESULT, FIGURES)
    assert chart.data[0]["x"][0] == pytest.approx(BASE.buffer.amount / 10_000, abs=1e-4)
    assert [shape["x0"] for shape in chart.layout["shapes"]] == [RESULT.opening_balance / 10_000]


def test_the_peak_of_an_event_is_marked_if_it_lies_in_the_horizon() -> None:
    chart = charts.receipts_fan(RESULT, BASE, FIGURES)
    assert [shape["x0"] for shape in chart.layout["shapes"]] == ["2026-11-11"]
    assert chart.layout["annotations"][0]["text"] == "双11 高峰"
    (event,) = RESULT.events
    for elsewhere in ("2027-06-18", None):
        later = replace(RESULT, events=[replace(event, peak=elsewhere)])
        assert charts.receipts_fan(later, BASE, FIGURES).layout["shapes"] == []


def test_cash_shows_the_minimum_balance_and_after_financing_only_where_it_is_known() -> None:
    chart = charts.cash_fan(RESULT, BASE, FIGURES)
    assert set(named(chart, "最低现金余额")["y"]) == {MINIMUM / 10_000}
    assert "融资后均值" in {trace.get("name") for trace in chart.data}
    unfinanced = charts.cash_fan(RESULT, replace(BASE, cash_after_financing=None), FIGURES)
    assert "融资后均值" not in {trace.get("name") for trace in unfinanced.data}


def test_labels_are_escaped_and_broken_into_lines() -> None:
    assert wrapped("<b>x</b>") == "&lt;b&gt;x&lt;/b&gt;"
    assert wrapped("双11爆量加清算中断三天再加白条失败率百分之十").count("<br>") == 1
    assert wrapped("Double 11 surge + clearing outage of 3 days").count("<br>") == 1


def test_where_nothing_fails_no_empty_chart_is_drawn() -> None:
    never = dict.fromkeys(RESULT.estimates["baitiao"].failure_rate, RESULT.estimates["baitiao"].failure_rate["unknown"])
    estimates = {name: replace(one, failure_rate=never) for name, one in RESULT.estimates.items()}
    assert charts.failures(replace(RESULT, estimates=estimates), FIGURES) is None


def test_a_cause_that_never_fails_anywhere_is_left_out() -> None:
    chart = charts.failures(RESULT, FIGURES)
    assert chart is not None
    assert {share.failure_rate["unknown"].mean for share in RESULT.estimates.values()} == {0.0}
    assert [trace["name"] for trace in chart.data] == ["系统对接", "订单校验", "风险控制", "资金通道"]
    rate = RESULT.estimates["baitiao"].failure_rate["clearing"]
    bars = named(chart, "资金通道")
    assert bars["y"][0] == pytest.approx(100 * rate.mean, abs=1e-4)
    assert bars["error_y"]["arrayminus"][0] == pytest.approx(100 * (rate.mean - rate.p05), abs=1e-4)

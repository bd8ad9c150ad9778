"""Waterfalls: parts in order, their total, labels escaped, room for figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from result_example import example_result

from forecast.outputs.charts import waterfall as charts_waterfall
from forecast.outputs.figures import Figures

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BUFFER = RESULT.scenarios["base"].buffer


def test_the_parts_lead_to_the_buffer() -> None:
    chart = charts_waterfall.drivers(BUFFER, FIGURES)
    assert chart is not None
    (bars,) = chart.data
    assert BUFFER.drivers is not None
    shown = [part for part in BUFFER.drivers if part.amount]
    ends = [base + amount for base, amount in zip(bars["base"], bars["x"], strict=True)]
    assert bars["base"][1:-1] == pytest.approx(ends[:-2], abs=1e-3)  # each begins where the one before ends
    assert ends[-2:] == pytest.approx([bars["x"][-1]] * 2, abs=1e-2)
    assert bars["x"][:-1] == pytest.approx([part.amount / FIGURES.chart_divisor for part in shown], abs=1e-4)
    assert bars["x"][-1] * FIGURES.chart_divisor == pytest.approx(BUFFER.amount, abs=1)
    assert bars["text"][-1] == FIGURES.money(BUFFER.amount)
    assert bars["y"][-1] == "Liquidity buffer"


def test_the_bridge_leads_to_the_gap() -> None:
    chart = charts_waterfall.bridge(RESULT, FIGURES)
    assert chart is not None
    assert chart.data[0]["text"][-1] == FIGURES.money(BUFFER.funding_gap)


def test_where_there_is_nothing_to_show_there_is_no_chart() -> None:
    assert charts_waterfall.drivers(RESULT.scenarios["peak_outage"].buffer, FIGURES) is None
    assert charts_waterfall.bridge(replace(RESULT, loan_need=None), FIGURES) is None


def test_labels_are_escaped_parts_of_nothing_left_out_and_figures_stay_on_the_chart() -> None:
    parts = [("<b>rent</b>", 100_000.0), ("tax", 0.0), ("orders", -20_000.0)]
    chart = charts_waterfall.waterfall(parts, "all", FIGURES)
    bars = chart.data[0]
    assert bars["y"] == ["&lt;b&gt;rent&lt;/b&gt;", "orders", "all"]
    assert bars["textposition"] == ["inside", "outside", "inside"]
    low, high = chart.layout["xaxis"]["range"]
    assert low < 0  # the figure of the falling bar stands on its left
    assert high > 100


def test_where_nothing_falls_no_room_is_left_below_nought() -> None:
    assert charts_waterfall.waterfall([("rent", 100_000.0)], "all", FIGURES).layout["xaxis"]["range"] == [0.0, 116.0]


def test_a_waterfall_of_nothing_still_has_an_axis() -> None:
    low, high = charts_waterfall.waterfall([], "all", FIGURES).layout["xaxis"]["range"]
    assert low < high

"""Waterfalls: parts in order, their total, labels escaped, room for figures."""

from __future__ import annotations

import pytest
from result_example import example_result

from forecast.outputs.charts import waterfall as charts_waterfall
from forecast.outputs.figures import Figures

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)
BASE = RESULT["scenarios"]["base"]


def test_the_parts_lead_to_the_buffer() -> None:
    chart = charts_waterfall.drivers(BASE, FIGURES)
    assert chart is not None
    (bars,) = chart["data"]
    assert bars["measure"] == ["relative"] * len(BASE["buffer"]["drivers"]) + ["total"]
    assert bars["x"][-1] * FIGURES.chart_divisor == pytest.approx(BASE["buffer"]["amount"], abs=1)
    assert bars["text"][-1] == FIGURES.money(BASE["buffer"]["amount"])
    assert bars["y"][-1] == "Liquidity buffer"


def test_the_bridge_leads_to_the_gap() -> None:
    chart = charts_waterfall.bridge(RESULT, FIGURES)
    assert chart is not None
    assert chart["data"][0]["text"][-1] == FIGURES.money(BASE["buffer"]["funding_gap"])


def test_where_there_is_nothing_to_show_there_is_no_chart() -> None:
    assert charts_waterfall.drivers(RESULT["scenarios"]["peak_outage"], FIGURES) is None
    assert charts_waterfall.bridge(RESULT | {"loan_need": None}, FIGURES) is None


def test_labels_are_escaped_parts_of_nothing_left_out_and_figures_stay_on_the_chart() -> None:
    parts = [{"label": "<b>rent</b>", "amount": 100_000.0}, {"label": "tax", "amount": 0.0}]
    parts.append({"label": "orders", "amount": -20_000.0})
    chart = charts_waterfall.waterfall(parts, "all", FIGURES)
    bars = chart["data"][0]
    assert bars["y"] == ["&lt;b&gt;rent&lt;/b&gt;", "orders", "all"]
    assert bars["textposition"] == ["inside", "outside", "inside"]
    low, high = chart["layout"]["xaxis"]["range"]
    assert low < 0  # the figure of the falling bar stands on its left
    assert high > 100

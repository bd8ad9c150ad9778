"""The charts of a stress test: valid plotly figures whose numbers are the result's."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest
from stress_shop import kept_stress

from forecast.outputs.charts.stress import frontier, heat_map, tornado
from forecast.outputs.figures import Figures

RESULT = kept_stress()
FIGURES = Figures.of(RESULT)


def test_the_tornado_reaches_from_base_to_both_ends() -> None:
    chart = tornado(RESULT, FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    base, first = RESULT.scenarios["base"].buffer, RESULT.sensitivities[0]
    for bars, end in zip(chart.data, first.buffer, strict=True):
        assert bars["base"] + bars["x"][0] == pytest.approx(end / 1000, abs=2e-4)
        assert bars["base"] == pytest.approx(base / 1000, abs=1e-4)


def test_the_heat_map_has_a_tile_a_cell() -> None:
    chart = heat_map(RESULT, FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    tiles = chart.data[0]["z"]
    for row, amounts in zip(tiles, RESULT.grid.buffer, strict=True):
        assert row == pytest.approx([amount / 1000 for amount in amounts], abs=1e-4)


def test_a_line_a_pair_of_channels_begins_at_base() -> None:
    asked = [replace(one, recommended=place == 2) for place, one in enumerate(RESULT.frontier)]
    chart = frontier(replace(RESULT, frontier=asked), FIGURES)
    go.Figure(data=chart.data, layout=chart.layout)
    pairs = {(one.source, one.target) for one in RESULT.frontier}
    assert len(chart.data) == len(pairs)
    assert [trace["x"][0] for trace in chart.data] == [0.0] * len(pairs)
    sizes = [size for trace in chart.data for size in trace["marker"]["size"]]
    assert sorted(sizes)[-2] < max(sizes), "the recommended one stands out"

"""What charts share: amounts in the chart's unit, axes that name it."""

from __future__ import annotations

from forecast.outputs.charts.parts import layout, scaled, value_axis
from forecast.outputs.figures import Figures
from forecast.texts import Texts


def test_amounts_are_in_the_charts_unit() -> None:
    assert scaled([25_000.0, -500.0], Figures(Texts("zh"), "CNY")) == [2.5, -0.05]
    assert scaled([25_000.0], Figures(Texts("en"), "CNY")) == [25.0]


def test_an_axis_names_its_unit_escaped() -> None:
    assert value_axis("<b>")["title"]["text"] == "&lt;b&gt;"
    assert value_axis("%")["hoverformat"] == ".2f"


def test_a_layout_has_the_height_asked_for() -> None:
    assert layout(height=123)["height"] == 123

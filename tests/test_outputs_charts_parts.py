"""What charts share: amounts in the chart's unit, axes that name it."""

from __future__ import annotations

from forecast.outputs.charts.parts import Look, band, layout, line, scaled, value_axis, wrapped
from forecast.outputs.figures import Figures
from forecast.texts import Texts


def test_amounts_are_in_the_charts_unit() -> None:
    assert scaled([25_000.0, -500.0], Figures(Texts("zh"), "CNY")) == [2.5, -0.05]
    assert scaled([25_000.0], Figures(Texts("en"), "CNY")) == [25.0]


def test_an_axis_names_its_unit_escaped() -> None:
    assert value_axis("<b>")["title"]["text"] == "&lt;b&gt;"
    assert value_axis("%")["hoverformat"] == ".2f"


def test_an_axis_of_money_has_the_decimals_of_its_steps() -> None:
    """In d3's words: thousands set apart, up to six decimals, none of them a zero at the end: 0, 0.5, 1, 1.5."""
    assert value_axis("万元")["tickformat"] == ",.6~f"


def test_a_layout_has_the_height_asked_for() -> None:
    assert layout(height=123)["height"] == 123


def test_a_line_is_dashed_only_where_its_look_says_so() -> None:
    figures = Figures(Texts("en"), "CNY")
    drawn = line("cash", ["2026-10-19"], [25_000.0], Look("#000000", 2, "dot"), figures)
    assert (drawn["y"], drawn["line"]) == ([25.0], {"color": "#000000", "width": 2, "dash": "dot"})
    assert "dash" not in line("cash", [], [], Look("#000000", 2), figures)["line"]


def test_a_band_is_filled_from_its_lower_edge_up_to_the_upper_one_before_it() -> None:
    upper, lower = band("80 %", ["2026-10-19"], ([1_000.0], [3_000.0]), "red", Figures(Texts("en"), "CNY"))
    assert (upper["y"], lower["y"], lower["fill"], lower["name"]) == ([3.0], [1.0], "tonexty", "80 %")
    assert upper["showlegend"] is False
    assert "name" not in upper


def test_a_label_is_broken_at_blanks_and_wide_letters_and_at_last_anywhere() -> None:
    assert wrapped("a failure rate of ten per cent", 10) == "a failure<br>rate of ten<br>per cent"
    assert wrapped("白条失败率百分之十", 10) == "白条失败率<br>百分之十"
    assert wrapped("W" * 30, 10) == "<br>".join(["W" * 15] * 2)
    assert wrapped("</script>", 10) == "&lt;/script&gt;"

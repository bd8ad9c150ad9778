"""The charts of a stress test: tornado, heat map of the grid, and the frontier; money in the chart's unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.charts.parts import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    Chart,
    Plotly,
    layout,
    scaled,
    value_axis,
    wrapped,
)
from forecast.outputs.tables.stress import BREAKS, level, swing, what

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.results.stress import FrontierPoint, StressResult

MOST_BARS = 15
"""Assumptions in the tornado; the table below it holds them all."""

LABEL_WIDTH = 40
"""An assumption's name is broken into lines of about this many half-width characters."""

BAR_HEIGHT = 26
"""Pixels of a bar of the tornado with the room around it."""

COLOURS = (BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, GREY)
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
"""Of the pairs of channels in the frontier, one after another."""


def tornado(result: StressResult, figures: Figures) -> Chart:
    """Bars from base's buffer to that at both ends of each assumption's range, the widest on top."""
    texts, base = figures.texts, result.base.buffer
    shown = [one for one in result.sensitivities if swing(one, base) > 0][:MOST_BARS]
    names = [wrapped(what(one.key, result, figures), LABEL_WIDTH) for one in shown]
    start = scaled([base], figures)[0]
    data: list[Plotly] = []
    for place, (word, colour) in enumerate((("buffer_low", SKY), ("buffer_high", VERMILLION))):
        ends = [level(one.key, (one.low, one.high)[place], figures) for one in shown]
        moved = scaled([one.buffer[place] - base for one in shown], figures)
        bars: Plotly = {"type": "bar", "orientation": "h", "name": texts(f"stress.{word}"), "marker": {"color": colour}}
        bars |= {"base": start, "x": moved, "y": names, "text": ends, "textposition": "none"}
        data.append(bars | {"hovertemplate": "%{y}: %{text}<extra></extra>"})
    axes = {
        "barmode": "overlay",
        "xaxis": value_axis(figures.chart_unit),
        "yaxis": {"type": "category", "autorange": "reversed", "automargin": True},
        "shapes": [{"type": "line", "x0": start, "x1": start, "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 1}}],
    }
    return Chart(data, layout(height=140 + BAR_HEIGHT * max(len(shown), 3)) | axes)


def heat_map(result: StressResult, figures: Figures) -> Chart:
    """The buffer by failure rate and volume, a cross where no mix holds."""
    grid, texts = result.grid, figures.texts
    label = result.channels[grid.failure_rate.channel].label
    cells = [
        [figures.whole(amount) + ("" if holds else BREAKS) for amount, holds in zip(amounts, held, strict=True)]
        for amounts, held in zip(grid.buffer, grid.feasible, strict=True)
    ]
    tiles = {
        "type": "heatmap",
        "x": [f"{volume:g}×" for volume in grid.volume],
        "y": [f"{100 * rate:g}%" for rate in grid.failure_rate.values],
        "z": [scaled(row, figures) for row in grid.buffer],
        "text": cells,
        "texttemplate": "%{text}",
        "colorscale": [[0, "#F7FBFF"], [0.5, "#9ECAE1"], [1, "#F4A582"]],
        "colorbar": {"title": {"text": figures.chart_unit}},
        "hovertemplate": "%{y} · %{x}: %{text}<extra></extra>",
    }
    axes = {
        "xaxis": {"type": "category", "title": {"text": texts("stress.kinds.volume")}, "automargin": True},
        "yaxis": {
            "type": "category",
            "title": {"text": wrapped(texts("stress.grid_rate", channel=label))},
            "automargin": True,
        },
    }
    return Chart([tiles], layout(height=380) | axes)


def frontier(result: StressResult, figures: Figures) -> Chart:
    """A line a pair of channels, a point a share; what is on the frontier is filled, what is recommended ringed."""
    pairs = dict.fromkeys((one.source, one.target) for one in result.frontier)
    data = []
    for place, (source, target) in enumerate(pairs):
        points = [one for one in result.frontier if (one.source, one.target) == (source, target)]
        name = f"{result.channels[source].label} → {result.channels[target].label}"
        colour = COLOURS[place % len(COLOURS)]
        marker = {
            "size": [16 if one.recommended else 9 for one in points],
            "symbol": [
                SHAPES[place // len(COLOURS) % len(SHAPES)] + ("" if one.efficient else "-open") for one in points
            ],
            "color": colour,
        }
        line = {
            "type": "scatter",
            "mode": "lines+markers",
            "name": wrapped(name),
            "line": {"width": 1, "color": colour},
        }
        data.append(line | {"marker": marker} | _places(points, figures))
    texts = figures.texts
    cost, buffer = (f"{texts(word)} · {figures.chart_unit}" for word in ("stress.cost", "words.buffer"))
    axes = {"xaxis": value_axis(cost), "yaxis": value_axis(buffer), "hovermode": "closest"}
    return Chart(data, layout(height=460) | axes)


def _places(points: list[FrontierPoint], figures: Figures) -> Plotly:
    return {
        "x": scaled([one.cost for one in points], figures),
        "y": scaled([one.buffer for one in points], figures),
        "text": [f"{100 * one.share:g}%" for one in points],
        "hovertemplate": "%{text}: %{x}, %{y}<extra>%{fullData.name}</extra>",
    }

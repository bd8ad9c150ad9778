"""The chart of a drill: the failed share by quarter of an hour, in truth and as it could be seen, with its marks."""

from __future__ import annotations

import html
from itertools import groupby
from typing import TYPE_CHECKING

from forecast.outputs.charts.parts import BLUE, GREEN, GREY, ORANGE, VERMILLION, Chart, Plotly, layout, value_axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.drill import DrillResult

HEIGHT = 400

LIFTED = 0.055
"""Of the chart's height, by which the name of a mark that stands near the one before it is lifted."""


def course(result: DrillResult, figures: Figures) -> Chart:
    """The failed share in truth, as it could be seen, and the usual one; failure, alarm, action and end are marked."""
    texts, found = figures.texts, result.course
    data = [
        *_shades(found.at, found.planted),
        _line(texts("drill.course_planted"), found.at, found.planted, {"color": VERMILLION, "width": 2}),
        _line(texts("drill.course_seen"), found.at, found.seen, {"color": BLUE, "width": 2}),
        _line(texts("drill.course_usual"), found.at, found.usual, {"color": GREY, "width": 1.5, "dash": "dot"}),
    ]
    data.append(_steps(result, figures))
    marks = list(_marks(result, figures))
    lines = [
        {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": colour, "width": 1.5}}
        for at, _, colour in marks
    ]
    names = [
        {
            "x": at,
            "y": 1 - LIFTED * place,
            "yref": "paper",
            "text": html.escape(name),
            "showarrow": False,
            "xanchor": "left",
            "xshift": 3,
            "yanchor": "top",
            "bgcolor": "rgba(255,255,255,0.75)",
            "font": {"color": colour, "size": 12},
        }
        for place, (at, name, colour) in enumerate(marks)
    ]
    formats = {"tickformat": "%m-%d %H:%M", "hoverformat": "%m-%d %H:%M"}
    axes = {
        "xaxis": {"type": "date", "automargin": True, "nticks": 8, "showgrid": False, **formats},
        "yaxis": value_axis("%") | {"rangemode": "tozero"},
        "shapes": lines,
        "annotations": names,
        "hovermode": "x unified",
    }
    return Chart(data, layout(height=HEIGHT) | axes)


def _line(name: str, at: Sequence[str], shares: Sequence[float | None], drawn: Plotly) -> Plotly:
    percent = [None if one is None else round(100 * one, 2) for one in shares]
    trace = {"type": "scatter", "mode": "lines", "name": name, "x": list(at), "y": percent, "line": drawn}
    return trace | {"connectgaps": False}


def _shades(at: Sequence[str], shares: Sequence[float | None]) -> Iterator[Plotly]:
    """The shading below a line, of each part without a gap its own: one for all would bridge the gaps."""
    for gap, part in groupby(zip(at, shares, strict=True), key=lambda one: one[1] is None):
        if not gap:
            there, known = zip(*part, strict=True)
            shade = _line("", there, known, {"width": 0}) | {"fill": "tozeroy", "fillcolor": "rgba(213,94,0,0.10)"}
            yield shade | {"showlegend": False, "hoverinfo": "skip"}


def _steps(result: DrillResult, figures: Figures) -> Plotly:
    """A mark a step of the staff, on the axis, with what is done where a reader points at it."""
    steps = [one for one in result.timeline if one.what == "step"]
    words = [html.escape(one.text) for one in steps]
    looks = {"mode": "markers", "marker": {"color": ORANGE, "size": 9, "symbol": "triangle-up"}}
    trace = {"type": "scatter", "name": figures.texts("drill.course_steps"), "hovertemplate": "%{text}<extra></extra>"}
    return trace | looks | {"x": [one.at for one in steps], "y": [0.0] * len(steps), "text": words}


def _marks(result: DrillResult, figures: Figures) -> Iterator[tuple[str, str, str]]:
    """Moments that stand out, with their names and colours, in their order."""
    texts = figures.texts
    first = next(one.at for one in result.timeline if one.what == "start")
    yield first, texts("drill.stages.start"), VERMILLION
    if result.alarm is not None:
        yield result.alarm.at, texts("drill.stages.alarm"), BLUE
    if result.started is not None:
        yield result.started.acted_at, texts("drill.mark_acted"), ORANGE
    yield result.incident.ended_at, texts("drill.mark_over"), GREEN

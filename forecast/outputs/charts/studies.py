"""The charts of backtest and review: forecasts at past as-of days beside what came, and the waterfall between them."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from forecast.outputs.charts.parts import (
    BLUE,
    DAY_FORMAT,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILLION,
    Chart,
    layout,
    scaled,
    value_axis,
)
from forecast.outputs.tables.review import EFFECTS, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.figures import Figures

BAND_90, BAND_80 = "rgba(86,180,233,0.28)", "rgba(0,114,178,0.24)"

HEADROOM = 0.25
"""Of the waterfall's span, left free above and below its bars."""

FEW_DAYS, DAY_MILLISECONDS = 8, 86_400_000
"""Up to so many days each has its own tick, or plotly would put several on one."""


def rolling(result: Mapping[str, Any], series: str, figures: Figures) -> Chart:
    """The shop's ``sales`` or ``receipts`` by day: each as-of day's intervals and median, the naive, what came."""
    texts, data = figures.texts, []
    for number, origin in enumerate(result["origins"]):
        found, dates, first = origin[series], origin["dates"], number == 0
        data += _band(dates, found, ("p05", "p95"), BAND_90, texts("figure.band_90"), figures, named=first)
        data += _band(dates, found, ("p10", "p90"), BAND_80, texts("figure.band_80"), figures, named=first)
        for name, key, colour, dash in (
            (texts("figure.p50"), "p50", BLUE, "solid"),
            (texts("backtest.seasonal_naive"), "seasonal_naive", ORANGE, "dot"),
            (texts("backtest.actual"), "actual", "#000000", "solid"),
        ):
            data.append(_line(dates, found[key], name, (colour, dash), figures) | {"showlegend": first})
    return {"data": data, "layout": _by_day(figures, height=400)}


def to_date(result: Mapping[str, Any], series: str, figures: Figures) -> Chart:
    """The shop's sums from the first day to each day: the forecast's interval and mean, and what came."""
    texts, found, dates = figures.texts, result["daily"][series], result["daily"]["dates"]
    data = [
        *_band(dates, found, ("p05", "p95"), BAND_90, texts("figure.band_90"), figures, named=True),
        _line(dates, found["mean"], texts("figure.mean"), (BLUE, "solid"), figures),
        _line(dates, found["actual"], texts("review.actual_line"), ("#000000", "solid"), figures),
    ]
    drawn = _by_day(figures, height=360)
    if len(dates) <= FEW_DAYS:
        drawn["xaxis"] |= {"tick0": dates[0], "dtick": DAY_MILLISECONDS}
    return {"data": data, "layout": drawn}


def waterfall(result: Mapping[str, Any], figures: Figures) -> Chart:
    """The shop's net receipts led from forecast to actual; the axis shows the span of the bars' ends alone."""
    texts, total = figures.texts, result["total"]
    forecast, actual = total["receipts"]["forecast"], total["receipts"]["actual"]
    effects = [total["effects"][name] for name in EFFECTS]
    levels = scaled([*accumulate(effects, initial=forecast), actual], figures)
    low, high = min(levels), max(levels)
    room = HEADROOM * (high - low or abs(high) or 1.0)
    labels = [texts("review.forecast"), *(texts(f"review.effects.{name}") for name in EFFECTS), texts("review.actual")]
    bars = {
        "type": "waterfall",
        "measure": ["absolute", *("relative" for _ in EFFECTS), "total"],
        "x": labels,
        "y": scaled([forecast, *effects, 0.0], figures),
        "text": [figures.whole(forecast), *(signed(one, figures) for one in effects), figures.whole(actual)],
        "textposition": "outside",
        "cliponaxis": False,
        "connector": {"line": {"color": GREY, "width": 1, "dash": "dot"}},
        "increasing": {"marker": {"color": GREEN}},
        "decreasing": {"marker": {"color": VERMILLION}},
        "totals": {"marker": {"color": BLUE}},
        "hoverinfo": "x+text",
        "showlegend": False,
    }
    drawn = layout(height=380)
    drawn["xaxis"] = {"type": "category", "automargin": True}
    drawn["yaxis"] = value_axis(figures.chart_unit) | {"range": [low - room, high + room], "tickformat": ",.2~f"}
    return {"data": [bars], "layout": drawn}


def _band(
    dates: Sequence[str],
    found: Mapping[str, Sequence[float]],
    edges: tuple[str, str],
    colour: str,
    name: str,
    figures: Figures,
    *,
    named: bool,
) -> list[Chart]:
    """The area between two quantiles; it stands in the legend once."""
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": list(dates),
        "line": {"width": 0, "color": SKY},
        "hoverinfo": "skip",
    }
    low, high = (scaled(found[key], figures) for key in edges)
    return [
        edge | {"y": high, "showlegend": False},
        edge | {"y": low, "fill": "tonexty", "fillcolor": colour, "name": name, "showlegend": named},
    ]


def _line(dates: Sequence[str], values: Sequence[float], name: str, looks: tuple[str, str], figures: Figures) -> Chart:
    colour, dash = looks
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(dates),
        "y": scaled(values, figures),
        "line": {"color": colour, "width": 1.6, "dash": dash},
    }


def _by_day(figures: Figures, *, height: int) -> Chart:
    drawn = layout(height=height)
    drawn["xaxis"] = {
        "type": "date",
        "tickformat": DAY_FORMAT,
        "hoverformat": DAY_FORMAT,
        "automargin": True,
        "nticks": 8,
        "showgrid": False,
    }
    drawn["yaxis"] = value_axis(figures.chart_unit) | {"rangemode": "tozero"}
    return drawn

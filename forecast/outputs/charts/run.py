"""The report's charts as plotly figures in plain mappings (``data`` and ``layout``); money in the chart's unit.

Colours are those of Okabe and Ito (2008), told apart by colour-blind readers. Labels come from users and are escaped,
since plotly reads pseudo-HTML in them.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from forecast.outputs.charts.parts import (
    BLUE,
    DAY_FORMAT,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    Chart,
)
from forecast.outputs.charts.parts import layout as _layout
from forecast.outputs.charts.parts import scaled as _scaled
from forecast.outputs.charts.parts import value_axis as _value_axis
from forecast.outputs.charts.parts import wrapped as _wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.figures import Figures

CAUSE_COLOURS = {
    "integration": BLUE,
    "validation": ORANGE,
    "risk_control": VERMILLION,
    "clearing": GREEN,
    "unknown": GREY,
}


def sales_fan(result: Mapping[str, Any], scenario: Mapping[str, Any], figures: Figures) -> Chart:
    """Sales by day with the last days of history before them."""
    recent = result["recent_sales"]
    history = {
        "type": "scatter",
        "mode": "lines",
        "name": figures.texts("words.ordinary"),
        "x": list(recent["dates"]),
        "y": _scaled(recent["total"], figures),
        "line": {"color": GREY, "width": 1.5},
    }
    return _fan(result, scenario, "sales", figures, [history])


def receipts_fan(result: Mapping[str, Any], scenario: Mapping[str, Any], figures: Figures) -> Chart:
    """Net receipts by day."""
    return _fan(result, scenario, "receipts", figures, [])


def cash_fan(result: Mapping[str, Any], scenario: Mapping[str, Any], figures: Figures) -> Chart:
    """Cash before financing by day, the mean after financing where it was calculated, and the minimum balance."""
    dates = scenario["dates"]
    minimum = result["minimum_balance"]
    extra = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": figures.texts("words.minimum_balance"),
            "x": list(dates),
            "y": _scaled([minimum] * len(dates), figures),
            "line": {"color": VERMILLION, "width": 2, "dash": "dash"},
        }
    ]
    after = scenario.get("cash_after_financing")
    if after is not None:
        extra.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": figures.texts("chart.cash_after_mean"),
                "x": list(dates),
                "y": _scaled(after["mean"], figures),
                "line": {"color": GREEN, "width": 2, "dash": "dot"},
            }
        )
    return _fan(result, scenario, "cash_before_financing", figures, extra)


def comparison(result: Mapping[str, Any], figures: Figures) -> Chart:
    """Total net receipts by scenario: the mean with a bar from p05 to p95."""
    totals = [scenario["receipts_total"] for scenario in result["scenarios"].values()]
    means = _scaled([total["mean"] for total in totals], figures)
    low = _scaled([total["p05"] for total in totals], figures)
    high = _scaled([total["p95"] for total in totals], figures)
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": figures.texts("figure.mean_with_bars"),
            "y": _labels(result),
            "x": means,
            "marker": {"color": BLUE, "size": 11},
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [top - mean for top, mean in zip(high, means, strict=True)],
                "arrayminus": [mean - bottom for bottom, mean in zip(low, means, strict=True)],
                "color": SKY,
                "thickness": 4,
                "width": 0,
            },
        }
    ]
    return {"data": data, "layout": _bars_layout(len(totals), figures.chart_unit)}


def buffers(result: Mapping[str, Any], figures: Figures) -> Chart:
    """The cash to stand ready by scenario, with the opening balance as a line across."""
    amounts = [scenario["buffer"]["amount"] for scenario in result["scenarios"].values()]
    labels = _labels(result)
    opening = result["opening_balance"] / figures.chart_divisor
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": figures.texts("chart.buffer_needed"),
            "y": labels,
            "x": _scaled(amounts, figures),
            "marker": {"color": BLUE},
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": figures.texts("words.opening_balance"),
            "y": labels[:1],
            "x": [None],
            "line": {"color": VERMILLION, "width": 3, "dash": "dash"},
        },
    ]
    layout = _bars_layout(len(amounts), figures.chart_unit)
    layout["bargap"] = 0.45
    layout["shapes"] = [_line_across(opening)]
    return {"data": data, "layout": layout}


def failures(result: Mapping[str, Any], figures: Figures) -> Chart:
    """Mean failure rates by channel and cause, with bars from p05 to p95, as percentages."""
    estimates = result["estimates"]
    labels = [html.escape(result["channels"][name]["label"]) for name in estimates]
    data = []
    for cause, colour in CAUSE_COLOURS.items():
        rates = [estimate["failure_rate"].get(cause) or {} for estimate in estimates.values()]
        if not any(rate.get("mean") for rate in rates):
            continue
        data.append(
            {
                "type": "bar",
                "name": figures.cause(cause),
                "x": labels,
                "y": [_percent(rate.get("mean")) for rate in rates],
                "marker": {"color": colour},
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": [_percent(_less(rate.get("p95"), rate.get("mean"))) for rate in rates],
                    "arrayminus": [_percent(_less(rate.get("mean"), rate.get("p05"))) for rate in rates],
                    "thickness": 1.2,
                    "width": 3,
                    "color": "#333333",
                },
            }
        )
    layout = _layout(height=360)
    layout["barmode"] = "group"
    layout["xaxis"] = {"type": "category", "automargin": True}
    layout["yaxis"] = _value_axis("%") | {"rangemode": "tozero"}
    return {"data": data, "layout": layout}


def _fan(
    result: Mapping[str, Any],
    scenario: Mapping[str, Any],
    series: str,
    figures: Figures,
    extra: Sequence[Chart],
) -> Chart:
    """Bands p05–p95 and p10–p90, median and mean of ``series``; ``extra`` traces; event peaks as vertical lines."""
    texts, dates = figures.texts, list(scenario["dates"])
    values = {name: _scaled(numbers, figures) for name, numbers in scenario[series].items()}
    edge = {"type": "scatter", "mode": "lines", "x": dates, "line": {"width": 0, "color": SKY}}
    data: list[Chart] = [
        edge | {"y": values["p95"], "showlegend": False, "hoverinfo": "skip"},
        edge
        | {
            "y": values["p05"],
            "fill": "tonexty",
            "fillcolor": "rgba(86,180,233,0.22)",
            "name": texts("figure.band_90"),
            "hoverinfo": "skip",
        },
        edge | {"y": values["p90"], "showlegend": False, "hoverinfo": "skip"},
        edge
        | {
            "y": values["p10"],
            "fill": "tonexty",
            "fillcolor": "rgba(0,114,178,0.24)",
            "name": texts("figure.band_80"),
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": texts("figure.p50"),
            "x": dates,
            "y": values["p50"],
            "line": {"color": BLUE, "width": 2},
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": texts("figure.mean"),
            "x": dates,
            "y": values["mean"],
            "line": {"color": "#000000", "width": 1.5, "dash": "dot"},
        },
        *extra,
    ]
    layout = _layout(height=380)
    layout["xaxis"] = {
        "type": "date",
        "tickformat": DAY_FORMAT,
        "hoverformat": DAY_FORMAT,
        "automargin": True,
        "nticks": 8,
        "showgrid": False,
    }
    layout["yaxis"] = _value_axis(figures.chart_unit)
    layout["hovermode"] = "x unified"
    layout["shapes"], layout["annotations"] = _event_marks(result, dates, figures)
    return {"data": data, "layout": layout}


def _event_marks(result: Mapping[str, Any], dates: Sequence[str], figures: Figures) -> tuple[list[Chart], list[Chart]]:
    shapes: list[Chart] = []
    annotations: list[Chart] = []
    for event in result["events"]:
        peak = event.get("peak")
        if peak is None or not dates[0] <= peak <= dates[-1]:
            continue
        shapes.append(
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": peak,
                "x1": peak,
                "y0": 0,
                "y1": 1,
                "line": {"color": PURPLE, "width": 1.5, "dash": "dashdot"},
            }
        )
        annotations.append(
            {
                "xref": "x",
                "yref": "paper",
                "x": peak,
                "y": 1.0,
                "yanchor": "bottom",
                "showarrow": False,
                "text": html.escape(figures.texts("words.event_peak", name=event["name"])),
                "font": {"color": PURPLE, "size": 12},
            }
        )
    return shapes, annotations


def _line_across(value: float) -> Chart:
    line = {"color": VERMILLION, "width": 3, "dash": "dash"}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": value, "x1": value, "y0": 0, "y1": 1, "line": line}


def _bars_layout(count: int, unit: str) -> Chart:
    layout = _layout(height=130 + 46 * count)
    layout["yaxis"] = {"type": "category", "automargin": True, "autorange": "reversed"}
    layout["xaxis"] = _value_axis(unit) | {"rangemode": "tozero"}
    return layout


def _labels(result: Mapping[str, Any]) -> list[str]:
    return [_wrapped(scenario["label"]) for scenario in result["scenarios"].values()]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 4)


def _less(high: float | None, low: float | None) -> float | None:
    return None if high is None or low is None else max(0.0, high - low)

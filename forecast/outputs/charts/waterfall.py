"""Waterfalls: how parts lead to a total, as plotly figures in plain mappings; money in the chart's unit."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from forecast.outputs.charts.parts import BLUE, GREEN, VERMILLION, Chart, value_axis, wrapped
from forecast.outputs.charts.parts import layout as base_layout
from forecast.outputs.figures import DEAD_ZONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.figures import Figures

LONG, ROOM = 0.2, 0.16
"""Shares of the span: of a bar that holds its own figure, and what is left free for figures beside the bars."""

LABEL_WIDTH = 44
"""A part's label is broken into lines of about this many half-width characters."""


def drivers(scenario: Mapping[str, Any], figures: Figures) -> Chart | None:
    """What a scenario's buffer is made of; None where it was not split."""
    parts = scenario["buffer"].get("drivers")
    return waterfall(parts, figures.texts("words.buffer"), figures) if parts else None


def bridge(result: Mapping[str, Any], figures: Figures) -> Chart | None:
    """The steps from the rule's loan to the plan's funding gap; None without them."""
    steps = (result.get("loan_need") or {}).get("bridge")
    return waterfall(steps, figures.texts("words.funding_gap"), figures) if steps else None


def waterfall(parts: Sequence[Mapping[str, Any]], total: str, figures: Figures) -> Chart:
    """Parts (``label``, ``amount``) from top to bottom and their total; parts of nothing are left out."""
    shown = [part for part in parts if abs(part["amount"]) >= DEAD_ZONE]
    amounts = [part["amount"] for part in shown]
    whole = sum(amounts)
    low, high = _levels(amounts, figures.chart_divisor)
    long = LONG * ((high - low) or 1.0) * figures.chart_divisor
    texts = [figures.money(amount) for amount in [*amounts, whole]]
    data = {
        "type": "waterfall",
        "orientation": "h",
        "y": [wrapped(label, LABEL_WIDTH) for label in [*(part["label"] for part in shown), total]],
        "x": [round(amount / figures.chart_divisor, 4) for amount in [*amounts, whole]],
        "measure": [*("relative" for _ in shown), "total"],
        "text": [html.escape(text) for text in texts],
        "textposition": ["inside" if abs(amount) > long else "outside" for amount in [*amounts, whole]],
        "insidetextanchor": "middle",
        "insidetextfont": {"color": "#ffffff"},
        "cliponaxis": False,
        "increasing": {"marker": {"color": VERMILLION}},
        "decreasing": {"marker": {"color": GREEN}},
        "totals": {"marker": {"color": BLUE}},
        "connector": {"line": {"color": "#9aa0a6", "width": 1}},
        "hoverinfo": "y+text",
    }
    layout = base_layout(height=110 + 34 * (len(shown) + 1))
    layout["showlegend"] = False
    layout["yaxis"] = {"type": "category", "automargin": True, "autorange": "reversed"}
    room = ROOM * ((high - low) or 1.0)
    beside = low < 0 or any(-long <= amount < 0 for amount in amounts)
    span = [round(low - (room if beside else 0.0), 4), round(high + room, 4)]
    layout["xaxis"] = value_axis(figures.chart_unit) | {"range": span}
    return {"data": [data], "layout": layout}


def _levels(amounts: Sequence[float], divisor: float) -> tuple[float, float]:
    """The lowest and the highest level that the running sum reaches."""
    levels = [0.0]
    for amount in amounts:
        levels.append(levels[-1] + amount / divisor)
    return min(levels), max(levels)

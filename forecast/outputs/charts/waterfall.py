"""Waterfalls: how parts lead to a total; money in the chart's unit.

They are bars that begin where the one before ends, since the bundle of scripts that pages carry knows no waterfalls.
"""

from __future__ import annotations

import html
from itertools import accumulate
from typing import TYPE_CHECKING

from forecast.outputs.charts.parts import BLUE, GREEN, VERMILLION, Chart, Plotly, layout, scaled, value_axis, wrapped
from forecast.outputs.figures import DEAD_ZONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.buffer import BufferShown
    from forecast.results.run import Result

LONG, ROOM = 0.2, 0.16
"""Shares of the span: of a bar that holds its own figure, and what is left free for figures beside the bars."""

LABEL_WIDTH = 44
"""A part's label is broken into lines of about this many half-width characters."""


def drivers(buffer: BufferShown, figures: Figures) -> Chart | None:
    """What a buffer is made of; None where it was not split."""
    if not buffer.drivers:
        return None
    return waterfall([(part.label, part.amount) for part in buffer.drivers], figures.texts("words.buffer"), figures)


def bridge(result: Result, figures: Figures) -> Chart | None:
    """The steps from the rule's loan to the plan's funding gap; None without them."""
    if result.loan_need is None or result.loan_need.bridge is None:
        return None
    steps = [(step.label, step.amount) for step in result.loan_need.bridge]
    return waterfall(steps, figures.texts("words.funding_gap"), figures)


def waterfall(parts: Sequence[tuple[str, float]], total: str, figures: Figures) -> Chart:
    """Parts (label and amount, yuan) from top to bottom and their total; parts of nothing are left out."""
    shown = [(label, amount) for label, amount in parts if abs(amount) >= DEAD_ZONE]
    steps = [amount for _, amount in shown]
    levels = list(accumulate((amount / figures.chart_divisor for amount in steps), initial=0.0))
    low, high = min(levels), max(levels)
    span = (high - low) or 1.0
    room, long = ROOM * span, LONG * span * figures.chart_divisor
    beside = low < 0 or any(-long <= amount < 0 for amount in steps)
    reach = {"range": [round(low - (room if beside else 0.0), 4), round(high + room, 4)]}
    axes = {
        "yaxis": {"type": "category", "automargin": True, "autorange": "reversed"},
        "xaxis": value_axis(figures.chart_unit) | reach,
    }
    bars = _bars([*shown, (total, sum(steps))], long, figures)
    return Chart([bars], layout(height=110 + 34 * (len(shown) + 1)) | {"showlegend": False} | axes)


def _bars(shown: Sequence[tuple[str, float]], long: float, figures: Figures) -> Plotly:
    """The bars of parts with their total last; those of more than ``long`` yuan hold their figure."""
    amounts = [amount for _, amount in shown]
    starts = [*accumulate(amounts[:-1], initial=0.0)][:-1]
    colours = [VERMILLION if amount > 0 else GREEN for amount in amounts[:-1]]
    return {
        "type": "bar",
        "orientation": "h",
        "base": [*scaled(starts, figures), 0.0],
        "marker": {"color": [*colours, BLUE]},
        "y": [wrapped(label, LABEL_WIDTH) for label, _ in shown],
        "x": scaled(amounts, figures),
        "text": [html.escape(figures.money(amount)) for amount in amounts],
        "textposition": ["inside" if abs(amount) > long else "outside" for amount in amounts],
        "insidetextanchor": "middle",
        "constraintext": "none",
        "insidetextfont": {"color": "#ffffff"},
        "cliponaxis": False,
        "hoverinfo": "y+text",
    }

"""What charts are made of: colours, the layout and axes that all share, amounts in the chart's unit.

Colours are those of Okabe and Ito (2008), told apart by colour-blind readers.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from forecast.outputs.page import FONT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.figures import Figures

BLUE, SKY, GREEN = "#0072B2", "#56B4E9", "#009E73"
ORANGE, VERMILLION, PURPLE, GREY = "#E69F00", "#D55E00", "#CC79A7", "#5F6368"
DAY_FORMAT = "%Y-%m-%d"

Chart = dict[str, Any]
"""A plotly figure: ``data`` (traces) and ``layout``."""


def layout(height: int) -> Chart:
    """What all charts share: fonts, margins, a legend above."""
    return {
        "height": height,
        "autosize": True,
        "margin": {"l": 60, "r": 20, "t": 30, "b": 40},
        "font": {"family": FONT, "size": 13, "color": "#1f2328"},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "legend": {"orientation": "h", "y": 1.08, "yanchor": "bottom", "x": 0},
        "separators": ".,",
    }


def value_axis(unit: str) -> Chart:
    """An axis of amounts in ``unit``, or of percentages where it is ``%``."""
    return {
        "title": {"text": html.escape(unit), "standoff": 8},
        "tickformat": "" if unit == "%" else ",.0f",
        "hoverformat": ".2f" if unit == "%" else ",.1f",
        "gridcolor": "#e6e8eb",
        "zerolinecolor": "#9aa0a6",
        "automargin": True,
    }


def scaled(values: Sequence[float], figures: Figures) -> list[float]:
    """Amounts in the chart's unit of money."""
    return [round(value / figures.chart_divisor, 4) for value in values]

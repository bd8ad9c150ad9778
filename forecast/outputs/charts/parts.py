"""What charts are made of: lines and bands by day, colours, the layout and axes that all share, the chart's money unit.

Colours are those of Okabe and Ito (2008), told apart by colour-blind readers.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.figures import Figures

FONT = (
    "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
"""What text and charts are set in: the reader's own fonts, Chinese ones among them."""

BLUE, SKY, GREEN = "#0072B2", "#56B4E9", "#009E73"
ORANGE, VERMILLION, PURPLE, GREY = "#E69F00", "#D55E00", "#CC79A7", "#5F6368"
DAY_FORMAT = "%Y-%m-%d"
LABEL_WIDTH = 24
"""A scenario's label on an axis is broken into lines of about this many half-width characters."""

OVER = 1.5
"""A line without a place to break is broken all the same at so many times its width."""

Plotly = dict[str, Any]
"""A part of a plotly figure, as plotly's own JSON."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A plotly figure: its traces, and its layout."""

    data: list[Plotly]
    layout: Plotly


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is drawn."""

    colour: str
    width: float
    dash: str = ""


def layout(height: int) -> Plotly:
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


def value_axis(unit: str) -> Plotly:
    """An axis of amounts in ``unit``, or of percentages where it is ``%``; with as many decimals as its steps have."""
    return {
        "title": {"text": html.escape(unit), "standoff": 8},
        "tickformat": "" if unit == "%" else ",.6~f",
        "hoverformat": ".2f" if unit == "%" else ",.4~f",
        "gridcolor": "#e6e8eb",
        "zerolinecolor": "#9aa0a6",
        "automargin": True,
    }


def day_axis() -> Plotly:
    """An axis of days."""
    formats = {"tickformat": DAY_FORMAT, "hoverformat": DAY_FORMAT}
    return {"type": "date", "automargin": True, "nticks": 8, "showgrid": False, **formats}


def line(name: str, dates: Sequence[str], amounts: Sequence[float], look: Look, figures: Figures) -> Plotly:
    """A line by day, of amounts in yuan."""
    drawn = {"color": look.colour, "width": look.width} | ({"dash": look.dash} if look.dash else {})
    trace = {"type": "scatter", "mode": "lines", "name": name, "line": drawn}
    return trace | {"x": list(dates), "y": scaled(amounts, figures)}


def band(
    name: str, dates: Sequence[str], edges: tuple[Sequence[float], Sequence[float]], colour: str, figures: Figures
) -> list[Plotly]:
    """The area by day between two edges, the lower one first, in yuan; the second trace bears its name."""
    low, high = (line(name, dates, edge, Look(SKY, 0), figures) | {"hoverinfo": "skip"} for edge in edges)
    del high["name"]
    return [high | {"showlegend": False}, low | {"fill": "tonexty", "fillcolor": colour}]


def scaled(values: Sequence[float], figures: Figures) -> list[float]:
    """Amounts in the chart's unit of money."""
    return [round(value / figures.chart_divisor, 4) for value in values]


def wrapped(label: str, width: int = LABEL_WIDTH) -> str:
    """An escaped label broken by ``<br>`` after ``width`` half-width characters (a Chinese one counts twice)."""
    lines, line, used = [], "", 0
    for character in label:
        size = 2 if ord(character) > 0x2E7F else 1  # noqa: PLR2004  # from here on Unicode's East Asian blocks
        may_break = character in " \u200b" or size == 2  # noqa: PLR2004  # a full-width character
        if (used >= width - 1 and may_break) or used >= OVER * width:
            lines.append(line.strip())
            line, used = "", 0
        line += character
        used += size
    return "<br>".join(html.escape(part) for part in [*lines, line.strip()] if part)

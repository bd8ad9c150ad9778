"""What the workbooks' charts share: their size and colours, and an axis of true dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.chart import Chart

CHART_SIZE = {"width": 600, "height": 300}
"""In pixels: two side by side fit a printed page at the least size of letters."""
GRID = {"visible": True, "line": {"color": "#D9D9D9"}}

BLUE, SKY, VERMILLION, GREEN, ORANGE = "#0072B2", "#56B4E9", "#D55E00", "#009E73", "#E69F00"


def titled(chart: Chart, title: str, unit: str, size: Mapping[str, int] = CHART_SIZE) -> None:
    """Gives a chart its title, the unit of its values, its legend and its size."""
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_y_axis({"name": unit, "num_format": "#,##0", "major_gridlines": GRID})
    chart.set_legend({"position": "bottom"})
    chart.set_size(dict(size))


def dated(chart: Chart, title: str, unit: str, size: Mapping[str, int] = CHART_SIZE) -> None:
    """The same, with a true date axis marked by the week."""
    weekly = {"date_axis": True, "num_format": "mm-dd", "major_unit": 7, "major_unit_type": "days"}
    titled(chart, title, unit, size)
    chart.set_x_axis(weekly | {"label_position": "low"})

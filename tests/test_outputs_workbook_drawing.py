"""What charts of sheets share."""

from __future__ import annotations

import xlsxwriter

from forecast.outputs.workbook.drawing import CHART_SIZE, dated


def test_a_chart_by_day_has_a_title_a_unit_and_true_dates(tmp_path: object) -> None:
    chart = xlsxwriter.Workbook(f"{tmp_path}/book.xlsx").add_chart({"type": "line"})
    dated(chart, "Cash", "CNY")
    assert (chart.title.name, chart.y_axis["title"].name) == ("Cash", "CNY")
    assert chart.date_category
    assert (chart.width, chart.height) == (CHART_SIZE["width"], CHART_SIZE["height"])

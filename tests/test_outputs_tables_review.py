"""The tables of a review."""

from __future__ import annotations

from study_examples import example_review

from forecast.outputs.figures import Figures
from forecast.outputs.tables.review import bridge, lines, parts, sales

RESULT = example_review()
FIGURES = Figures.of(RESULT)


def test_the_bridge_leads_from_forecast_to_actual_the_whole_below() -> None:
    table = bridge(RESULT, FIGURES)
    heads = ["Channel", "Forecast", "Volume", "Failures", "Timing", "Refunds", "Fees", "Actual", "p05", "p95"]
    assert table.heads == [*heads, "In p05–p95"]
    first = ["JD Baitiao", "8,600", "+1,650", "-120", "+30", "-60", "0", "10,100", "7,740", "9,460", "no"]
    assert table.rows[0] == first
    assert table.rows[-1][0] == "All channels"
    assert table.strong_rows == (2,)


def test_sales_stand_against_their_interval() -> None:
    assert sales(RESULT, FIGURES).rows[1] == [
        "WeChat Pay", "20,000", "24,000", "+4,000", "18,000", "22,000", "no",
    ]  # fmt: skip


def test_the_lines_lead_from_orders_to_receipts() -> None:
    label, part = parts(RESULT, FIGURES)[0]
    table = lines(label, part, FIGURES)
    assert [row[0] for row in table.rows][:3] == [
        "Outstanding before the first day",
        "Sales",
        "Not deducted by the last day",
    ]
    assert [row[0].strip("\u00a0") for row in table.rows if row[0].startswith("\u00a0")] == [
        "of it lost after a failure",
        "of it never paid",
        "of it still to be deducted",
    ]
    assert table.rows[-1] == ["Net receipts", "8,600", "10,100", "+1,500"]

"""The tables of a backtest."""

from __future__ import annotations

from study_examples import example_backtest

from forecast.outputs.figures import Figures
from forecast.outputs.tables.backtest import accuracy, score, sums

RESULT = example_backtest()
FIGURES = Figures.of(RESULT)


def test_each_channel_stands_above_the_naive_all_of_them_first() -> None:
    table = accuracy(RESULT, "sales", FIGURES, ("mase", "wape", "crps"))
    assert table.heads == ["Sales", "Model", "MASE", "WAPE", "CRPS (CNY)"]
    assert table.rows[0] == ["All channels", "forecast", "0.500", "5.0%", "617"]
    assert table.rows[1] == ["", "seasonal naive", "1.000", "10.0%", "1,234"]
    assert [row[0] for row in table.rows[2:]] == ["JD Baitiao", "", "WeChat Pay", ""]


def test_a_score_without_a_scale_is_a_dash() -> None:
    assert accuracy(RESULT, "sales", FIGURES).rows[4][2] == "–"
    assert score("wape", None, FIGURES) == "–"


def test_the_sums_have_a_row_an_as_of_day() -> None:
    table = sums(RESULT, "receipts", FIGURES)
    assert table.heads[0] == "Net receipts · As of"
    assert table.rows[0] == ["2026-09-20", "261,100", "208,880", "326,375", "266,322", "-2.0%", "yes", "252,000"]
    assert "14 days" in table.caption

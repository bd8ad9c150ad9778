"""The tables of a backtest."""

from __future__ import annotations

from dataclasses import replace

from study_examples import example_backtest

from forecast.outputs.figures import Figures
from forecast.outputs.tables.backtest import accuracy, score, sums

RESULT = example_backtest()
FIGURES = Figures.of(RESULT)
WHOLE = RESULT.accuracy.sales.total


def test_each_channel_stands_above_the_naive_all_of_them_first() -> None:
    table = accuracy(RESULT, "sales", FIGURES, ("mase", "wape", "crps"))
    assert table.heads == ["Sales", "Model", "MASE", "WAPE", "CRPS (CNY)"]
    ours, naive = WHOLE.forecast, WHOLE.seasonal_naive
    assert table.rows[0] == ["All channels", "forecast", "0.815", "53.4%", FIGURES.money(ours.crps)]
    assert table.rows[1] == ["", "seasonal naive", "1.188", "77.8%", FIGURES.money(naive.crps)]
    labels = ["JD Baitiao", "WeChat instalments", "Huabei", "Bank card"]
    assert [row[0] for row in table.rows[2:]] == [name for label in labels for name in (label, "")]


def test_a_score_without_a_scale_is_a_dash() -> None:
    unscaled = replace(WHOLE.forecast, mase=None, wape=None, crps=None)
    assert [score(name, unscaled, FIGURES) for name in ("mase", "wape", "crps")] == ["–", "–", "–"]


def test_the_sums_have_a_row_an_as_of_day() -> None:
    table = sums(RESULT, "receipts", FIGURES)
    assert table.heads[0] == "Net receipts · As of"
    found = RESULT.origins[0].receipts_total
    band, money = found.forecast, FIGURES.money
    edges = [money(amount) for amount in (band.mean, band.p05, band.p95, found.actual)]
    assert table.rows[0] == ["2026-09-20", *edges, "-29.0%", "no", money(found.seasonal_naive)]
    assert (table.rows[1][0], table.rows[1][6]) == ("2026-10-04", "yes")
    assert "14 days" in table.caption

"""backtest.html: its key figures and tables in both languages, alive in a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from chromium_page import opened
from study_examples import example_backtest

from forecast.outputs.pages.backtest import backtest_html, backtest_page
from forecast.results.backtest import SERIES, Accuracy, ScoresBeside

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language
    from forecast.results.backtest import BacktestResult, Series


RESULT = example_backtest()


def with_scores(series: Series, scores: ScoresBeside) -> BacktestResult:
    """The example with other scores of the whole shop."""
    found = replace(RESULT.accuracy.of(series), total=scores)
    changed = {"sales": RESULT.accuracy.sales, "receipts": RESULT.accuracy.receipts} | {series: found}
    return replace(RESULT, accuracy=Accuracy(**changed))


def test_the_cards_say_how_much_better_than_the_naive_and_whether_intervals_held() -> None:
    cards = backtest_page(RESULT).cards
    sales, receipts = (RESULT.accuracy.of(series).total.forecast for series in SERIES)
    figures = (f"{sales.wql:.3f}", f"{receipts.wql:.3f}", f"{receipts.sum_error:.1%}", f"{receipts.coverage_90:.1%}")
    assert tuple(card.figure for card in cards) == figures == ("0.295", "0.250", "21.9%", "78.6%")
    assert cards[0].lines == ["seasonal naive 0.382: 23% less", "error of days (WAPE) 53.4%, naive 77.8%"]
    assert cards[2].lines[1] == "1 of 2 sums inside p05–p95"


def test_a_forecast_that_loses_to_the_naive_says_so() -> None:
    total = RESULT.accuracy.sales.total
    swapped = with_scores("sales", ScoresBeside(total.seasonal_naive, total.forecast))
    assert backtest_page(swapped).cards[0].lines[0] == "seasonal naive 0.295: 30% more"


def test_a_score_without_a_scale_leaves_a_dash() -> None:
    total = RESULT.accuracy.receipts.total
    unscaled = ScoresBeside(replace(total.forecast, wql=None), replace(total.seasonal_naive, wql=None))
    card = backtest_page(with_scores("receipts", unscaled)).cards[1]
    assert (card.figure, card.lines[0]) == ("–", "–")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_without_an_error_and_draws_every_chart(language: Language, tmp_path: Path) -> None:
    path = tmp_path / "backtest.html"
    path.write_text(backtest_html(example_backtest(language)), encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    assert console == ""
    assert document.count('class="main-svg"') >= 2

"""backtest.html: its key figures and tables in both languages, alive in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium_page import opened
from study_examples import example_backtest

from forecast.outputs.pages.backtest import backtest_data, backtest_html

if TYPE_CHECKING:
    from pathlib import Path


def test_the_cards_say_how_much_better_than_the_naive_and_whether_intervals_held() -> None:
    cards = backtest_data(example_backtest())["cards"]
    assert [card["figure"] for card in cards] == ["0.040", "0.040", "1.5%", "92.0%"]
    assert cards[0]["lines"][0] == "seasonal naive 0.080: 50% less"
    assert cards[2]["lines"][1] == "2 of 2 sums inside p05–p95"


def test_a_forecast_that_loses_to_the_naive_says_so() -> None:
    result = example_backtest()
    result["accuracy"]["sales"]["total"] = {
        "forecast": result["accuracy"]["sales"]["total"]["seasonal_naive"],
        "seasonal_naive": result["accuracy"]["sales"]["total"]["forecast"],
    }
    assert backtest_data(result)["cards"][0]["lines"][0] == "seasonal naive 0.040: 100% more"


def test_a_score_without_a_scale_leaves_a_dash() -> None:
    result = example_backtest()
    for model in result["accuracy"]["receipts"]["total"].values():
        model["wql"] = None
    assert backtest_data(result)["cards"][1]["figure"] == "–"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_without_an_error_and_draws_every_chart(language: str, tmp_path: Path) -> None:
    path = tmp_path / "backtest.html"
    path.write_text(backtest_html(example_backtest(language)), encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    assert console == ""
    assert document.count('class="main-svg"') >= 2

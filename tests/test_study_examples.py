"""The kept backtest and review are what the engine gives."""

from __future__ import annotations

from study_examples import example_backtest, example_review, run_backtest, run_review


def test_the_kept_backtest_is_what_the_engine_gives() -> None:
    assert run_backtest("en") == example_backtest("en")


def test_the_kept_review_is_what_the_engine_gives() -> None:
    assert run_review("en") == example_review("en")

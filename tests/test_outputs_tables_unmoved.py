"""A scenario with base's receipts and buffer says why."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables.unmoved import unmoved

RESULT = example_result("en")
BASE, FIGURES = RESULT.base, Figures.of(RESULT)


def test_base_and_what_moves_say_nothing() -> None:
    assert unmoved(BASE, RESULT, FIGURES) == ""
    assert unmoved(RESULT.scenarios["baitiao_10pct"], RESULT, FIGURES) == ""


def test_what_acts_on_no_day_says_so() -> None:
    assert unmoved(replace(BASE, label="Outage"), RESULT, FIGURES).startswith("As base on every day")


def test_what_is_made_up_for_says_on_which_days_cash_differs() -> None:
    cash = BASE.cash_before_financing
    mean = [one - 900.0 * (5 <= place <= 7) for place, one in enumerate(cash.mean)]
    late = replace(BASE, cash_before_financing=replace(cash, mean=mean))
    told = unmoved(late, RESULT, FIGURES)
    assert f"from {BASE.dates[5]} to {BASE.dates[7]}" in told
    assert str(BASE.buffer.peak_day) in told

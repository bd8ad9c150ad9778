"""What backtest says: the scores beside the seasonal naive's, and the sums of each as-of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.tables import backtest as tables_backtest
from forecast.results.backtest import SERIES

if TYPE_CHECKING:
    from forecast.results.backtest import BacktestResult

SHOWN = ("mase", "wape", "wql", "crps", "coverage_80", "coverage_90", "sum_error", "sum_coverage_90")
"""The scores that fit a terminal's width."""


def backtest_text(result: BacktestResult) -> str:
    """A head, a table of scores and one of sums for sales and for receipts, and every note."""
    figures = Figures.of(result)
    texts = figures.texts
    head = texts(
        "backtest.head",
        merchant=result.merchant.name,
        count=len(result.origins),
        days=result.horizon_days,
        paths=f"{result.paths:,}",
    )
    tables = [table_text(tables_backtest.accuracy(result, series, figures, SHOWN)) for series in SERIES]
    tables += [table_text(tables_backtest.sums(result, series, figures)) for series in SERIES]
    notes = [f"{note.where}{texts('language.colon')}{note.text}" for note in result.notes]
    return "\n\n".join([head, *tables, *(["\n".join(notes)] if notes else [])])

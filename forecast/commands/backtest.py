"""What backtest says: the scores beside the seasonal naive's, and the sums of each as-of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.note_lines import other_lines, warning_lines
from forecast.outputs.tables import backtest as tables_backtest
from forecast.results.backtest import SERIES

if TYPE_CHECKING:
    from forecast.results.backtest import BacktestResult

SHOWN = ("mase", "wape", "wql", "crps", "coverage_80", "coverage_90", "sum_error", "sum_coverage_90")
"""The scores that fit a terminal's width."""


def backtest_text(result: BacktestResult) -> str:
    """A head with the warnings, a table of scores and one of sums for sales and for receipts, and every other note."""
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
    notes = other_lines(result.notes, texts)
    first = "\n".join([head, *warning_lines(result.notes, texts)])
    return "\n\n".join([first, *tables, *(["\n".join(notes)] if notes else [])])

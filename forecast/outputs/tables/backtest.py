"""The tables of a backtest: scores by channel beside the seasonal naive's, and the sums of each as-of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forecast.outputs.figures import Figures
    from forecast.results.backtest import BacktestResult, Scores, Series

SCORES: dict[str, Callable[[Scores], float | None]] = {
    "mase": lambda scores: scores.mase,
    "wape": lambda scores: scores.wape,
    "wql": lambda scores: scores.wql,
    "crps": lambda scores: scores.crps,
    "coverage_80": lambda scores: scores.coverage_80,
    "coverage_90": lambda scores: scores.coverage_90,
    "sum_error": lambda scores: scores.sum_error,
    "sum_bias": lambda scores: scores.sum_bias,
    "sum_coverage_90": lambda scores: scores.sum_coverage_90,
}
"""The scores shown, by their words."""

PLAIN = ("mase", "wql")
"""Scores that are written as plain numbers; all others but the CRPS are shares."""


def score(name: str, scores: Scores, figures: Figures) -> str:
    """A score as people read it: a percentage, money, or a plain number; a dash where it has no scale."""
    value = SCORES[name](scores)
    if name == "crps":
        return figures.money(value)
    if name in PLAIN and value is not None:
        return f"{value:.3f}"
    return figures.percent(value, 1)


def accuracy(result: BacktestResult, series: Series, figures: Figures, shown: Iterable[str] = SCORES) -> Table:
    """Two rows a channel, the forecast's and the seasonal naive's, all channels together first."""
    texts, found, names = figures.texts, result.accuracy.of(series), list(shown)
    heads = [texts(f"words.{series}"), texts("backtest.model")]
    heads += [texts(f"backtest.{name}", unit=figures.unit) for name in names]
    labelled = [(texts("words.channels_all"), found.total)]
    labelled += [(result.channels[name].label, part) for name, part in found.by_channel.items()]
    rows = []
    for label, part in labelled:
        ours, naive = ([score(name, one, figures) for name in names] for one in (part.forecast, part.seasonal_naive))
        rows += [[label, texts("backtest.forecast"), *ours], ["", texts("backtest.seasonal_naive"), *naive]]
    caption = texts("backtest.accuracy_caption", series=texts(f"words.{series}"))
    return Table(heads, rows, text_columns=(0, 1), strong_rows=(0,), caption=caption)


def sums(result: BacktestResult, series: Series, figures: Figures) -> Table:
    """A row an as-of day: the sum over its horizon as forecast, with its interval, and as it came."""
    texts, word = figures.texts, figures.texts(f"words.{series}")
    heads = [
        f"{word} · {texts('backtest.as_of')}",
        *(texts(f"figure.{name}") for name in ("mean", "p05", "p95")),
        *(texts(f"backtest.{name}") for name in ("actual", "error", "inside", "seasonal_naive")),
    ]
    rows = []
    for origin in result.origins:
        found, band = origin.total(series), origin.total(series).forecast
        amounts = map(figures.money, (band.mean, band.p05, band.p95, found.actual))
        held = [figures.percent(found.error, 1), figures.yes_no(found.inside_90)]
        rows.append([origin.as_of, *amounts, *held, figures.money(found.seasonal_naive)])
    caption = texts("backtest.sums_caption", series=word, days=result.horizon_days, unit=figures.unit)
    return Table(heads, rows, caption=caption)

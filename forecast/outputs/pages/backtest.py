"""``backtest.html``: how the forecasts would have held, as key figures, tables and charts on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.charts import studies as charts
from forecast.outputs.figures import Figures
from forecast.outputs.pages.page import Card, Section, StudyPage, filled
from forecast.outputs.tables import backtest as tables
from forecast.results.backtest import SERIES

if TYPE_CHECKING:
    from forecast.results.backtest import BacktestResult, ScoresBeside, Series

METHOD = ("cut", "naive", "points", "quantiles", "coverage")
"""The lines of the method in short."""


def backtest_html(result: BacktestResult) -> str:
    """The whole page of a backtest, in the result's language."""
    return filled("study.html.j2", backtest_page(result), Figures.of(result).texts)


def backtest_page(result: BacktestResult) -> StudyPage:
    """All that the page says and draws."""
    figures = Figures.of(result)
    texts, days = figures.texts, result.horizon_days
    over_time = [(f"rolling-{one}", texts("backtest.chart", series=texts(f"words.{one}"))) for one in SERIES]
    scores = [tables.accuracy(result, one, figures) for one in SERIES]
    sums = [tables.sums(result, one, figures) for one in SERIES]
    return StudyPage(
        title=texts("backtest.title", merchant=result.merchant.name),
        subtitle=texts(
            "backtest.subtitle",
            count=len(result.origins),
            days=days,
            last=result.origins[-1].as_of,
            paths=f"{result.paths:,}",
            seed=result.seed,
        ),
        cards=[*(_series_card(result, one, figures) for one in SERIES), *_held_cards(result, figures)],
        charts={f"rolling-{one}": charts.rolling(result, one, figures) for one in SERIES},
        sections=[
            Section(texts("backtest.accuracy"), tables=scores),
            Section(texts("backtest.over_time"), over_time),
            Section(texts("backtest.sums", days=days), tables=sums),
        ],
        notes=result.notes,
        method=[texts(f"backtest.methods.{line}") for line in METHOD],
        footer=texts("report.footer", version=result.version, seed=result.seed),
    )


def _series_card(result: BacktestResult, series: Series, figures: Figures) -> Card:
    """How much less the forecast loses than the seasonal naive."""
    texts, found = figures.texts, result.accuracy.of(series).total
    points = texts(
        "backtest.card_points",
        wape=tables.score("wape", found.forecast, figures),
        naive=tables.score("wape", found.seasonal_naive, figures),
    )
    title = texts("backtest.card_series", series=texts(f"words.{series}"))
    return Card(title, tables.score("wql", found.forecast, figures), [_beside(found, figures), points])


def _beside(found: ScoresBeside, figures: Figures) -> str:
    texts, ours, naive = figures.texts, found.forecast.wql, found.seasonal_naive.wql
    if ours is None or not naive:
        return texts("amount.none")
    shown = tables.score("wql", found.seasonal_naive, figures)
    if ours <= naive:
        return texts("backtest.card_naive", naive=shown, less=f"{1 - ours / naive:.0%}")
    return texts("backtest.card_naive_worse", naive=shown, more=f"{ours / naive - 1:.0%}")


def _held_cards(result: BacktestResult, figures: Figures) -> list[Card]:
    """The error of receipts' sums, and whether the intervals held."""
    texts = figures.texts
    sales, receipts = (result.accuracy.of(one).total.forecast for one in SERIES)
    inside = sum(origin.receipts_total.inside_90 for origin in result.origins)
    ninety, eighty = (tables.score(f"coverage_{share}", sales, figures) for share in (90, 80))
    sums = [
        texts("backtest.card_sums_more", bias=tables.score("sum_bias", receipts, figures)),
        texts("backtest.card_sums_inside", inside=inside, count=len(result.origins)),
    ]
    held = [
        texts("backtest.card_coverage_more", share=tables.score("coverage_80", receipts, figures)),
        texts("backtest.card_coverage_sales", ninety=ninety, eighty=eighty),
    ]
    title = texts("backtest.card_sums", days=result.horizon_days)
    return [
        Card(title, tables.score("sum_error", receipts, figures), sums),
        Card(texts("backtest.card_coverage"), tables.score("coverage_90", receipts, figures), held),
    ]

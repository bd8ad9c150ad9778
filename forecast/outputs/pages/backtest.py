"""``backtest.html``: how the forecasts would have held, as key figures, tables and charts on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.charts import studies as charts_studies
from forecast.outputs.figures import Figures
from forecast.outputs.pages.page import page
from forecast.outputs.tables import backtest as tables_backtest

if TYPE_CHECKING:
    from collections.abc import Mapping

SERIES = ("sales", "receipts")

METHOD = ("cut", "naive", "points", "quantiles", "coverage")
"""The lines of the method in short."""


def backtest_html(result: Mapping[str, Any]) -> str:
    """The whole page of a backtest, in the result's language."""
    figures = Figures.of(result)
    drawn = {f"rolling-{series}": charts_studies.rolling(result, series, figures) for series in SERIES}
    return page("study.html.j2", backtest_data(result) | {"charts": drawn}, figures.texts)


def backtest_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """All that the page says, as text: title, cards, sections with tables, notes and method; without the charts."""
    figures = Figures.of(result)
    texts = figures.texts
    named = {series: texts(f"words.{series}") for series in SERIES}
    over_time = [(f"rolling-{series}", texts("backtest.chart", series=named[series])) for series in SERIES]
    return {
        "title": texts("backtest.title", merchant=result["merchant"]["name"]),
        "subtitle": texts(
            "backtest.subtitle",
            count=len(result["origins"]),
            days=result["horizon_days"],
            last=result["origins"][-1]["as_of"],
            paths=f"{result['paths']:,}",
            seed=result["seed"],
        ),
        "warnings": [],
        "cards": [*(_series_card(result, series, figures) for series in SERIES), *_held_cards(result, figures)],
        "sections": [
            {
                "title": texts("backtest.accuracy"),
                "charts": [],
                "tables": [tables_backtest.accuracy(result, series, figures) for series in SERIES],
                "folded": [],
            },
            {"title": texts("backtest.over_time"), "charts": over_time, "tables": [], "folded": []},
            {
                "title": texts("backtest.sums", days=result["horizon_days"]),
                "charts": [],
                "tables": [tables_backtest.sums(result, series, figures) for series in SERIES],
                "folded": [],
            },
        ],
        "notes": [{"where": note["where"], "text": note["text"]} for note in result["notes"]],
        "method": [texts(f"backtest.methods.{line}") for line in METHOD],
        "footer": texts("report.footer", version=result["version"], seed=result["seed"]),
    }


def _series_card(result: Mapping[str, Any], series: str, figures: Figures) -> dict[str, Any]:
    """How much less the forecast loses than the seasonal naive."""
    texts, found = figures.texts, result["accuracy"][series]["total"]
    ours, naive = found["forecast"], found["seasonal_naive"]
    naive_text = tables_backtest.score("wql", naive["wql"], figures)
    if ours["wql"] is None or not naive["wql"]:
        beside = texts("amount.none")
    elif ours["wql"] <= naive["wql"]:
        beside = texts("backtest.card_naive", naive=naive_text, less=f"{1 - ours['wql'] / naive['wql']:.0%}")
    else:
        beside = texts("backtest.card_naive_worse", naive=naive_text, more=f"{ours['wql'] / naive['wql'] - 1:.0%}")
    points = texts(
        "backtest.card_points", wape=figures.percent(ours["wape"], 1), naive=figures.percent(naive["wape"], 1)
    )
    return {
        "title": texts("backtest.card_series", series=texts(f"words.{series}")),
        "figure": tables_backtest.score("wql", ours["wql"], figures),
        "lines": [beside, points],
    }


def _held_cards(result: Mapping[str, Any], figures: Figures) -> list[dict[str, Any]]:
    """The error of receipts' sums, and whether the intervals held."""
    texts = figures.texts
    sales, receipts = (result["accuracy"][series]["total"]["forecast"] for series in SERIES)
    inside = sum(origin["receipts_total"]["inside_90"] for origin in result["origins"])
    return [
        {
            "title": texts("backtest.card_sums", days=result["horizon_days"]),
            "figure": figures.percent(receipts["sum_error"], 1),
            "lines": [
                texts("backtest.card_sums_more", bias=figures.percent(receipts["sum_bias"], 1)),
                texts("backtest.card_sums_inside", inside=inside, count=len(result["origins"])),
            ],
        },
        {
            "title": texts("backtest.card_coverage"),
            "figure": figures.percent(receipts["coverage_90"], 1),
            "lines": [
                texts("backtest.card_coverage_more", share=figures.percent(receipts["coverage_80"], 1)),
                texts(
                    "backtest.card_coverage_sales",
                    ninety=figures.percent(sales["coverage_90"], 1),
                    eighty=figures.percent(sales["coverage_80"], 1),
                ),
            ],
        },
    ]

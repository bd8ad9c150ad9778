"""The tables of a backtest: scores by channel beside the seasonal naive's, and the sums of each as-of day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.figures import Figures

SCORES = ("mase", "wape", "wql", "crps", "coverage_80", "coverage_90", "sum_error", "sum_bias", "sum_coverage_90")
"""The scores shown, by their keys in ``accuracy``."""

SHARES = frozenset(
    {"wape", "coverage_80", "coverage_90", "sum_error", "sum_bias", "sum_coverage_80", "sum_coverage_90"}
)
"""Scores that are written as percentages."""

MODELS = ("forecast", "seasonal_naive")


def score(name: str, value: float | None, figures: Figures) -> str:
    """A score as people read it: a percentage, money, or a plain number; a dash where it has no scale."""
    if value is None:
        return figures.texts("amount.none")
    if name == "crps":
        return figures.money(value)
    return figures.percent(value, 1) if name in SHARES else f"{value:.3f}"


def accuracy(result: Mapping[str, Any], series: str, figures: Figures, shown: Sequence[str] = SCORES) -> Table:
    """Two rows a channel, the forecast's and the seasonal naive's, all channels together first."""
    texts, found = figures.texts, result["accuracy"][series]
    unit = {"unit": figures.unit}
    heads = [texts(f"words.{series}"), texts("backtest.model")]
    heads += [texts(f"backtest.{name}", **(unit if name == "crps" else {})) for name in shown]
    labelled = [(texts("words.channels_all"), found["total"])]
    labelled += [(result["channels"][name]["label"], part) for name, part in found["by_channel"].items()]
    rows = [
        [
            label if model == MODELS[0] else "",
            texts(f"backtest.{model}"),
            *(score(name, part[model][name], figures) for name in shown),
        ]
        for label, part in labelled
        for model in MODELS
    ]
    caption = texts("backtest.accuracy_caption", series=texts(f"words.{series}"))
    return Table(heads, rows, text_columns=(0, 1), strong_rows=(0,), caption=caption)


def sums(result: Mapping[str, Any], series: str, figures: Figures) -> Table:
    """A row an as-of day: the sum over its horizon as forecast, with its interval, and as it came."""
    texts = figures.texts
    heads = [
        f"{texts(f'words.{series}')} · {texts('backtest.as_of')}",
        *(texts(f"figure.{name}") for name in ("mean", "p05", "p95")),
        *(texts(f"backtest.{name}") for name in ("actual", "error", "inside", "seasonal_naive")),
    ]
    rows = []
    for origin in result["origins"]:
        found = origin[f"{series}_total"]
        rows.append(
            [
                origin["as_of"],
                *(figures.money(found[name]) for name in ("mean", "p05", "p95", "actual")),
                figures.percent(found["error"], 1),
                figures.yes_no(found["inside_90"]),
                figures.money(found["seasonal_naive"]),
            ]
        )
    caption = texts(
        "backtest.sums_caption", series=texts(f"words.{series}"), days=result["horizon_days"], unit=figures.unit
    )
    return Table(heads, rows, caption=caption)

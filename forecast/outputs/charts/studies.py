"""The charts of backtest and review: forecasts at past as-of days beside what came, and the waterfall between them."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from forecast.outputs.charts.parts import (
    BLUE,
    GREEN,
    ORANGE,
    VERMILLION,
    Chart,
    Look,
    Plotly,
    band,
    day_axis,
    layout,
    line,
    scaled,
    value_axis,
)
from forecast.outputs.tables.review import EFFECTS, signed, step_names

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.results.backtest import BacktestResult, Series
    from forecast.results.review import ReviewResult

BAND_90, BAND_80 = "rgba(86,180,233,0.28)", "rgba(0,114,178,0.24)"

HEADROOM = 0.25
"""Of the waterfall's span, left free above and below its bars."""

WIDTH = 1.6
"""Of the lines by day."""

FEW_DAYS, DAY_MILLISECONDS = 8, 86_400_000
"""Up to so many days each has its own tick, or plotly would put several on one."""


def rolling(result: BacktestResult, series: Series, figures: Figures) -> Chart:
    """The shop's ``sales`` or ``receipts`` by day: each as-of day's intervals and median, the naive, what came."""
    texts, data = figures.texts, []
    for number, origin in enumerate(result.origins):
        found, dates, legend = origin.by_day(series), origin.dates, {"showlegend": number == 0}
        bands = found.forecast
        for name, edges, colour in (
            (texts("figure.band_90"), (bands.p05, bands.p95), BAND_90),
            (texts("figure.band_80"), (bands.p10, bands.p90), BAND_80),
        ):
            edge, area = band(name, dates, edges, colour, figures)
            data += [edge, area | legend]
        for name, values, look in (
            (texts("figure.p50"), bands.p50, Look(BLUE, WIDTH, "solid")),
            (texts("backtest.seasonal_naive"), found.seasonal_naive, Look(ORANGE, WIDTH, "dot")),
            (texts("backtest.actual"), found.actual, Look("#000000", WIDTH, "solid")),
        ):
            data.append(line(name, dates, values, look, figures) | legend)
    return Chart(data, _by_day(figures, height=400))


def to_date(result: ReviewResult, series: Series, figures: Figures) -> Chart:
    """The shop's sums from the first day to each day: the forecast's interval and mean, and what came."""
    texts, found, dates = figures.texts, result.daily.of(series), result.daily.dates
    edge, area = band(texts("figure.band_90"), dates, (found.p05, found.p95), BAND_90, figures)
    data = [
        edge,
        area | {"showlegend": True},
        line(texts("figure.mean"), dates, found.mean, Look(BLUE, WIDTH, "solid"), figures),
        line(texts("review.actual_line"), dates, found.actual, Look("#000000", WIDTH, "solid"), figures),
    ]
    drawn = _by_day(figures, height=360)
    if len(dates) <= FEW_DAYS:
        drawn["xaxis"] |= {"tick0": dates[0], "dtick": DAY_MILLISECONDS}
    return Chart(data, drawn)


def waterfall(result: ReviewResult, figures: Figures) -> Chart:
    """The shop's net receipts led from forecast to actual; the axis shows the span of the bars' ends alone."""
    total = result.total
    forecast, actual = total.receipts.forecast, total.receipts.actual
    effects = [effect(total.effects) for effect in EFFECTS.values()]
    levels = scaled([*accumulate(effects, initial=forecast), actual], figures)
    low, high = min(levels), max(levels)
    room = HEADROOM * (high - low or abs(high) or 1.0)
    bars = {
        "type": "bar",
        "x": step_names(figures),
        "y": scaled([forecast, *effects, actual], figures),
        "base": [0.0, *levels[: len(effects)], 0.0],
        "marker": {"color": [BLUE, *(GREEN if one >= 0 else VERMILLION for one in effects), BLUE]},
        "text": [figures.whole(forecast), *(signed(one, figures) for one in effects), figures.whole(actual)],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "x+text",
        "showlegend": False,
    }
    span = {"range": [low - room, high + room], "tickformat": ",.2~f"}
    axes = {"xaxis": {"type": "category", "automargin": True}, "yaxis": value_axis(figures.chart_unit) | span}
    return Chart([bars], layout(height=380) | axes)


def _by_day(figures: Figures, *, height: int) -> Plotly:
    axes = {"xaxis": day_axis(), "yaxis": value_axis(figures.chart_unit) | {"rangemode": "tozero"}}
    return layout(height=height) | axes

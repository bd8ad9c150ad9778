"""The report's charts: sales, receipts and cash by day, scenarios, buffers, failure rates; money in the chart's unit.

Labels come from users and are escaped, since plotly reads pseudo-HTML in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.charts.parts import (
    BLUE,
    GREEN,
    GREY,
    LABEL_WIDTH,
    ORANGE,
    PURPLE,
    SKY,
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
    wrapped,
)
from forecast.outputs.tables.weeks import weeks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.distributions import Bands
    from forecast.results.inputs import EventShown
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

BAND_90, BAND_80 = "rgba(86,180,233,0.22)", "rgba(0,114,178,0.24)"

CHANNEL_COLOURS = (BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE, GREY)
"""Of the channels, one after another."""

CAUSE_COLOURS = {
    "integration": BLUE,
    "validation": ORANGE,
    "risk_control": VERMILLION,
    "clearing": GREEN,
    "unknown": GREY,
}


def sales_fan(result: Result, scenario: ScenarioResult, figures: Figures) -> Chart:
    """Sales by day with the last days of history before them."""
    recent, name = result.recent_sales, figures.texts("words.ordinary")
    history = line(name, recent.dates, recent.total, Look(GREY, 1.5), figures)
    return _fan(result, scenario.dates, scenario.sales, figures, [history])


def receipts_fan(result: Result, scenario: ScenarioResult, figures: Figures) -> Chart:
    """Net receipts by day."""
    return _fan(result, scenario.dates, scenario.receipts, figures, [])


def cash_fan(result: Result, scenario: ScenarioResult, figures: Figures) -> Chart:
    """Cash before financing by day, the mean after financing where it was calculated, and the minimum balance."""
    texts, dates, after = figures.texts, scenario.dates, scenario.cash_after_financing
    minimum = [result.cash_of(scenario).minimum_balance] * len(dates)
    extra = [line(texts("words.minimum_balance"), dates, minimum, Look(VERMILLION, 2, "dash"), figures)]
    if after is not None:
        extra.append(line(texts("chart.cash_after_mean"), dates, after.mean, Look(GREEN, 2, "dot"), figures))
    return _fan(result, dates, scenario.cash_before_financing, figures, extra)


def comparison(result: Result, figures: Figures) -> Chart:
    """Total net receipts by scenario: the mean with a bar from p05 to p95."""
    totals = [scenario.receipts_total for scenario in result.scenarios.values()]
    means = scaled([total.mean for total in totals], figures)
    low = scaled([total.p05 for total in totals], figures)
    high = scaled([total.p95 for total in totals], figures)
    above = [top - mean for top, mean in zip(high, means, strict=True)]
    below = [mean - bottom for bottom, mean in zip(low, means, strict=True)]
    name = figures.texts("figure.mean_with_bars")
    dots: Plotly = {"type": "scatter", "mode": "markers", "name": name, "y": _labels(result), "x": means}
    dots |= {"marker": {"color": BLUE, "size": 11}, "error_x": _ends(above, below, SKY, thickness=4, width=0)}
    return Chart([dots], _bars_layout(len(totals), figures.chart_unit))


def buffers(result: Result, figures: Figures) -> Chart:
    """The cash to stand ready by scenario, with the opening balance as a line across."""
    amounts = [scenario.buffer.amount for scenario in result.scenarios.values()]
    labels = _labels(result)
    needed, name = figures.texts("chart.buffer_needed"), figures.texts("words.opening_balance")
    opening = {"line": {"color": VERMILLION, "width": 3, "dash": "dash"}}
    bars: Plotly = {"type": "bar", "orientation": "h", "name": needed, "y": labels, "x": scaled(amounts, figures)}
    legend: Plotly = {"type": "scatter", "mode": "lines", "name": name, "y": labels[:1], "x": [None]}
    across = _upright(result.opening_balance / figures.chart_divisor) | opening
    data = [bars | {"marker": {"color": BLUE}}, legend | opening]
    return Chart(data, _bars_layout(len(amounts), figures.chart_unit) | {"bargap": 0.45, "shapes": [across]})


def failures(result: Result, figures: Figures) -> Chart | None:
    """Mean failure rates by channel and cause, with bars from p05 to p95, as percentages; None where none fails."""
    labels = [wrapped(result.channels[name].label) for name in result.estimates]
    data = []
    for cause, colour in CAUSE_COLOURS.items():
        rates = [estimate.failure_rate[cause] for estimate in result.estimates.values()]
        if not any(rate.mean for rate in rates):
            continue
        above = [_percent(max(0.0, rate.p95 - rate.mean)) for rate in rates]
        below = [_percent(max(0.0, rate.mean - rate.p05)) for rate in rates]
        means = {"type": "bar", "name": figures.cause(cause), "x": labels, "y": [_percent(rate.mean) for rate in rates]}
        ends = _ends(above, below, "#333333", thickness=1.2, width=3)
        data.append(means | {"marker": {"color": colour}, "error_y": ends})
    if not data:
        return None
    bars = {"barmode": "group", "xaxis": {"type": "category", "automargin": True}}
    return Chart(data, layout(height=360) | bars | {"yaxis": value_axis("%") | {"rangemode": "tozero"}})


def by_channel(result: Result, scenario: ScenarioResult, figures: Figures) -> Chart:
    """Mean net receipts by week and channel, stacked."""
    weeks = weeks_of(scenario.dates)
    first_days = [scenario.dates[week.first] for week in weeks]
    amounts = {
        name: [sum(one.receipts.mean[week.first : week.after]) for week in weeks]
        for name, one in scenario.by_channel.items()
    }
    return _stacked(result, first_days, amounts, figures)


def history(result: Result, figures: Figures) -> Chart:
    """Order value of the past weeks by channel, stacked."""
    development = result.collection_development
    amounts = {name: one.order_value for name, one in development.by_channel.items()}
    return _stacked(result, development.total.cohorts, amounts, figures)


def _stacked(result: Result, days: Sequence[str], amounts: Mapping[str, Sequence[float]], figures: Figures) -> Chart:
    data: list[Plotly] = [
        {
            "type": "bar",
            "name": wrapped(result.channels[name].label),
            "x": list(days),
            "y": scaled(values, figures),
            "marker": {"color": CHANNEL_COLOURS[place % len(CHANNEL_COLOURS)]},
        }
        for place, (name, values) in enumerate(amounts.items())
    ]
    axes = {"barmode": "relative", "xaxis": day_axis() | {"type": "category"}, "yaxis": value_axis(figures.chart_unit)}
    return Chart(data, layout(height=320) | axes)


def _fan(result: Result, dates: Sequence[str], bands: Bands, figures: Figures, extra: Sequence[Plotly]) -> Chart:
    """Bands p05–p95 and p10–p90, median and mean of a series; ``extra`` traces; event peaks as vertical lines."""
    texts = figures.texts
    peaks = [event for event in result.events if event.peak and dates[0] <= event.peak <= dates[-1]]
    data = [
        *band(texts("figure.band_90"), dates, (bands.p05, bands.p95), BAND_90, figures),
        *band(texts("figure.band_80"), dates, (bands.p10, bands.p90), BAND_80, figures),
        line(texts("figure.p50"), dates, bands.p50, Look(BLUE, 2), figures),
        line(texts("figure.mean"), dates, bands.mean, Look("#000000", 1.5, "dot"), figures),
        *extra,
    ]
    marks = {
        "shapes": [
            _upright(event.peak) | {"line": {"color": PURPLE, "width": 1.5, "dash": "dashdot"}} for event in peaks
        ],
        "annotations": [_peak_name(event, figures) for event in peaks],
    }
    axes = {"xaxis": day_axis(), "yaxis": value_axis(figures.chart_unit), "hovermode": "x unified"}
    return Chart(data, layout(height=380) | axes | marks)


def _ends(above: list[float], below: list[float], colour: str, *, thickness: float, width: int) -> Plotly:
    """Bars from a mean to the ends of its interval, which lie so far above and below it."""
    look = {"color": colour, "thickness": thickness, "width": width}
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, **look}


def _peak_name(event: EventShown, figures: Figures) -> Plotly:
    place = {"xref": "x", "yref": "paper", "x": event.peak, "y": 1.0, "yanchor": "bottom"}
    name = wrapped(figures.texts("words.event_peak", name=figures.event(event.name)), LABEL_WIDTH)
    return place | {"text": name, "font": {"color": PURPLE, "size": 12}, "showarrow": False}


def _upright(value: float | str | None) -> Plotly:
    """A line from the bottom of a chart to its top, at a value of the axis below."""
    return {"type": "line", "xref": "x", "yref": "paper", "x0": value, "x1": value, "y0": 0, "y1": 1}


def _bars_layout(count: int, unit: str) -> Plotly:
    labels = {"type": "category", "automargin": True, "autorange": "reversed"}
    return layout(height=130 + 46 * count) | {"yaxis": labels, "xaxis": value_axis(unit) | {"rangemode": "tozero"}}


def _labels(result: Result) -> list[str]:
    return [wrapped(scenario.label) for scenario in result.scenarios.values()]


def _percent(share: float) -> float:
    return round(share * 100, 4)

"""The tables of a review: from forecast to actual by channel, sales, and what became of the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.outputs.figures import Figures
    from forecast.results.review import Against, Effects, Line, Lines, ReviewPart, ReviewResult

EFFECTS: dict[str, Callable[[Effects], float]] = {
    "volume": lambda effects: effects.volume,
    "failure": lambda effects: effects.failure,
    "timing": lambda effects: effects.timing,
    "refunds": lambda effects: effects.refunds,
    "fees": lambda effects: effects.fees,
}
"""The effects in their order, by their words."""

LINES: dict[str, Callable[[Lines], Line]] = {
    "opening": lambda lines: lines.opening,
    "sales": lambda lines: lines.sales,
    "undeducted": lambda lines: lines.undeducted,
    "lost": lambda lines: lines.lost,
    "never_paid": lambda lines: lines.never_paid,
    "pending": lambda lines: lines.pending,
    "in_transit": lambda lines: lines.in_transit,
    "refunded_before": lambda lines: lines.refunded_before,
    "fees": lambda lines: lines.fees,
    "settled": lambda lines: lines.settled,
    "refunded_after": lambda lines: lines.refunded_after,
    "receipts": lambda lines: lines.receipts,
}
"""The lines from orders to receipts in their order, by their words."""


def parts(result: ReviewResult, figures: Figures) -> list[tuple[str, ReviewPart]]:
    """The channels by their labels, and all of them together last."""
    labelled = [(result.channels[name].label, part) for name, part in result.by_channel.items()]
    return [*labelled, (figures.texts("words.channels_all"), result.total)]


def signed(yuan: float, figures: Figures) -> str:
    """A difference in whole yuan with its sign, plus included."""
    text = figures.whole(yuan)
    return text if yuan < 0 or text == "0" else f"+{text}"


def step_names(figures: Figures) -> list[str]:
    """The heads from forecast to actual receipts."""
    effects = (figures.texts(f"review.effects.{name}") for name in EFFECTS)
    return [figures.texts("review.forecast"), *effects, figures.texts("review.actual")]


def bridge(result: ReviewResult, figures: Figures) -> Table:
    """A row a channel: receipts as forecast, the effects, receipts as they came, and the forecast's interval."""
    texts = figures.texts
    interval = (texts("figure.p05"), texts("figure.p95"), texts("review.inside"))
    heads = [texts("words.channel"), *step_names(figures), *interval]
    rows = []
    for label, part in parts(result, figures):
        found, effects = part.receipts, (signed(effect(part.effects), figures) for effect in EFFECTS.values())
        came = map(figures.whole, (found.actual, found.p05, found.p95))
        rows.append([label, figures.whole(found.forecast), *effects, *came, figures.yes_no(found.inside)])
    caption = texts("review.bridge_caption", unit=figures.unit)
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=caption)


def sales(result: ReviewResult, figures: Figures) -> Table:
    """A row a channel: order value as forecast and as it came, with the forecast's interval."""
    texts = figures.texts
    heads = [texts("words.channel"), *(texts(f"review.{name}") for name in ("forecast", "actual", "difference"))]
    heads += [texts("figure.p05"), texts("figure.p95"), texts("review.inside")]
    rows = []
    for label, part in parts(result, figures):
        found = part.sales
        edges = map(figures.whole, (found.p05, found.p95))
        rows.append([label, *_against(found, figures), *edges, figures.yes_no(found.inside)])
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=texts("review.sales_caption", unit=figures.unit))


def costs(result: ReviewResult, figures: Figures) -> Table | None:
    """A row a category of costs that move with sales: forecast, and by the orders that came; None without any."""
    if not result.costs:
        return None
    texts = figures.texts
    heads = [texts(f"review.{name}") for name in ("line", "forecast", "by_orders", "difference")]
    rows = [
        [texts.or_else(f"categories.{name}", name), *_against(line, figures)] for name, line in result.costs.items()
    ]
    return Table(heads, rows, caption=texts("review.costs_caption", unit=figures.unit))


def lines(label: str, part: ReviewPart, figures: Figures) -> Table:
    """The lines from orders to receipts, as forecast and as they came."""
    texts = figures.texts
    heads = [texts(f"review.{name}") for name in ("line", "forecast", "actual", "difference")]
    rows = [[texts(f"review.lines_of.{name}"), *_against(line(part.lines), figures)] for name, line in LINES.items()]
    caption = texts("review.lines_caption", channel=label, unit=figures.unit)
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=caption)


def _against(line: Line | Against, figures: Figures) -> list[str]:
    return [figures.whole(line.forecast), figures.whole(line.actual), signed(line.difference, figures)]

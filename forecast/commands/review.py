"""What review says: from forecast to actual by channel, sales beside it, and what became of the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.note_lines import other_lines, warning_lines
from forecast.outputs.tables import review as tables_review

if TYPE_CHECKING:
    from forecast.results.review import ReviewResult


def review_text(result: ReviewResult) -> str:
    """A head with the warnings, bridge and sales by channel, all channels' lines, and every other note."""
    figures = Figures.of(result)
    texts = figures.texts
    head = texts(
        "review.head",
        merchant=result.merchant.name,
        first=result.first_day,
        last=result.as_of,
        days=result.days,
        as_of=result.forecast.as_of,
    )
    total = tables_review.lines(texts("words.channels_all"), result.total, figures)
    titled = (
        (texts("review.bridge_caption", unit=figures.unit), tables_review.bridge(result, figures)),
        (texts("review.sales_caption", unit=figures.unit), tables_review.sales(result, figures)),
        (texts("review.lines"), total),
    )
    costs = tables_review.costs(result, figures)
    notes = other_lines(result.notes, texts)
    parts = [
        "\n".join([head, *warning_lines(result.notes, texts)]),
        *(f"{title}\n{table_text(table)}" for title, table in titled),
        *([f"{costs.caption}\n{table_text(costs)}"] if costs else []),
    ]
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])])

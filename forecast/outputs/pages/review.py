"""``review.html``: what came against an earlier forecast, as key figures, a waterfall and tables on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.charts import studies as charts
from forecast.outputs.figures import Figures
from forecast.outputs.pages.page import Card, Section, StudyPage, filled
from forecast.outputs.tables import review as tables

if TYPE_CHECKING:
    from forecast.results.backtest import Series
    from forecast.results.review import Effects, ReviewResult

SERIES: tuple[Series, ...] = ("receipts", "sales")

METHOD = (*tables.EFFECTS, "sum")
"""The lines of the method in short."""


def review_html(result: ReviewResult) -> str:
    """The whole page of a review, in the result's language."""
    return filled("study.html.j2", review_page(result), Figures.of(result).texts)


def review_page(result: ReviewResult) -> StudyPage:
    """All that the page says and draws."""
    figures = Figures.of(result)
    texts, forecast = figures.texts, result.forecast
    *by_channel, (_, whole) = [
        (label, tables.lines(label, part, figures)) for label, part in tables.parts(result, figures)
    ]
    over_time = [(f"to-date-{one}", texts("review.chart", series=texts(f"words.{one}"))) for one in SERIES]
    bridge = [tables.bridge(result, figures), tables.sales(result, figures)]
    costs = tables.costs(result, figures)
    return StudyPage(
        title=texts("review.title", merchant=result.merchant.name, as_of=forecast.as_of),
        subtitle=texts(
            "review.subtitle",
            first=result.first_day,
            last=result.as_of,
            days=result.days,
            as_of=forecast.as_of,
            paths=f"{forecast.paths:,}",
            version=forecast.version,
        ),
        cards=[*(_series_card(result, one, figures) for one in SERIES), *_other_cards(result, figures)],
        charts={
            "waterfall": charts.waterfall(result, figures),
            **{f"to-date-{one}": charts.to_date(result, one, figures) for one in SERIES},
        },
        sections=[
            Section(texts("review.bridge"), [("waterfall", texts("review.waterfall"))], bridge),
            Section(texts("review.over_time"), over_time),
            Section(
                texts("review.lines"),
                tables=[whole, *([costs] if costs else [])],
                folded=[(name, [table]) for name, table in by_channel],
            ),
        ],
        notes=result.notes,
        method=[texts(f"review.methods.{line}") for line in METHOD],
        footer=texts("report.footer", version=result.version, seed=forecast.seed),
    )


def _series_card(result: ReviewResult, series: Series, figures: Figures) -> Card:
    """By how much a sum missed its forecast, and whether its interval held."""
    texts, amount, found = figures.texts, figures.amount, result.total.of(series)
    inside = texts("review.held" if found.inside else "review.missed")
    lines = [
        texts("review.card_receipts_more", actual=amount(found.actual), forecast=amount(found.forecast)),
        texts("review.card_interval", low=amount(found.p05), high=amount(found.p95), inside=inside),
    ]
    return Card(texts(f"review.card_{series}"), _signed_amount(found.difference, figures), lines)


def _other_cards(result: ReviewResult, figures: Figures) -> list[Card]:
    """The largest cause of the difference, and how many channels stayed within their intervals."""
    texts, effects = figures.texts, result.total.effects
    largest = max(tables.EFFECTS, key=lambda name: abs(tables.EFFECTS[name](effects)))
    others = [_cause(name, effects, figures) for name in tables.EFFECTS if name != largest]
    out = [result.channels[name].label for name, part in result.by_channel.items() if not part.receipts.inside]
    comma, count = texts("language.list_comma"), len(result.channels)
    outside = texts("review.card_channels_out", names=comma.join(out)) if out else texts("review.card_channels_none")
    return [
        Card(texts("review.card_cause"), _cause(largest, effects, figures), [comma.join(others)]),
        Card(texts("review.card_channels"), f"{count - len(out)} / {count}", [outside]),
    ]


def _cause(name: str, effects: Effects, figures: Figures) -> str:
    amount = _signed_amount(tables.EFFECTS[name](effects), figures)
    return figures.texts("review.card_cause_more", name=figures.texts(f"review.effects.{name}"), amount=amount)


def _signed_amount(yuan: float, figures: Figures) -> str:
    """An amount with its sign; a line may break behind a hyphen, not behind a minus."""
    text = figures.amount(abs(yuan))
    return ("+" if yuan > 0 else "\N{MINUS SIGN}" if yuan < 0 else "") + text

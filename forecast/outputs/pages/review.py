"""``review.html``: what came against an earlier forecast, as key figures, a waterfall and tables on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.charts import studies as charts_studies
from forecast.outputs.figures import Figures
from forecast.outputs.pages.page import page
from forecast.outputs.tables import review as tables_review

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD = (*tables_review.EFFECTS, "sum")
"""The lines of the method in short."""


def review_html(result: Mapping[str, Any]) -> str:
    """The whole page of a review, in the result's language."""
    figures = Figures.of(result)
    drawn = {
        "waterfall": charts_studies.waterfall(result, figures),
        **{f"to-date-{series}": charts_studies.to_date(result, series, figures) for series in ("receipts", "sales")},
    }
    return page("study.html.j2", review_data(result) | {"charts": drawn}, figures.texts)


def review_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """All that the page says, as text: title, cards, sections with tables, notes and method; without the charts."""
    figures = Figures.of(result)
    texts, forecast = figures.texts, result["forecast"]
    tables = [
        (label, tables_review.lines(label, part, figures)) for label, part in tables_review.parts(result, figures)
    ]
    over_time = [
        (f"to-date-{series}", texts("review.chart", series=texts(f"words.{series}")))
        for series in ("receipts", "sales")
    ]
    return {
        "title": texts("review.title", merchant=result["merchant"]["name"], as_of=forecast["as_of"]),
        "subtitle": texts(
            "review.subtitle",
            first=result["first_day"],
            last=result["as_of"],
            days=result["days"],
            as_of=forecast["as_of"],
            paths=f"{forecast['paths']:,}",
            version=forecast["version"],
        ),
        "warnings": tables_review.warnings(result),
        "cards": _cards(result, figures),
        "sections": [
            {
                "title": texts("review.bridge"),
                "charts": [("waterfall", texts("review.waterfall"))],
                "tables": [tables_review.bridge(result, figures), tables_review.sales(result, figures)],
                "folded": [],
            },
            {"title": texts("review.over_time"), "charts": over_time, "tables": [], "folded": []},
            {"title": texts("review.lines"), "charts": [], "tables": [tables[-1][1]], "folded": tables[:-1]},
        ],
        "notes": [{"where": note["where"], "text": note["text"]} for note in result["notes"]],
        "method": [texts(f"review.methods.{line}") for line in METHOD],
        "footer": texts("report.footer", version=result["version"], seed=forecast["seed"]),
    }


def _cards(result: Mapping[str, Any], figures: Figures) -> list[dict[str, Any]]:
    texts, total = figures.texts, result["total"]
    largest = max(tables_review.EFFECTS, key=lambda name: abs(total["effects"][name]))
    others = [name for name in tables_review.EFFECTS if name != largest]
    labels = {name: channel["label"] for name, channel in result["channels"].items()}
    out = [labels[name] for name, part in result["by_channel"].items() if not part["receipts"]["inside"]]
    comma = texts("language.list_comma")
    return [
        {
            "title": texts(f"review.card_{series}"),
            "figure": _signed_amount(total[series]["difference"], figures),
            "lines": [
                texts(
                    "review.card_receipts_more",
                    actual=figures.amount(total[series]["actual"]),
                    forecast=figures.amount(total[series]["forecast"]),
                ),
                texts(
                    "review.card_interval",
                    low=figures.amount(total[series]["p05"]),
                    high=figures.amount(total[series]["p95"]),
                    inside=texts("review.held" if total[series]["inside"] else "review.missed"),
                ),
            ],
        }
        for series in ("receipts", "sales")
    ] + [
        {
            "title": texts("review.card_cause"),
            "figure": _cause(largest, total, figures),
            "lines": [comma.join(_cause(name, total, figures) for name in others)],
        },
        {
            "title": texts("review.card_channels"),
            "figure": f"{len(labels) - len(out)} / {len(labels)}",
            "lines": [
                texts("review.card_channels_out", names=comma.join(out)) if out else texts("review.card_channels_none")
            ],
        },
    ]


def _cause(name: str, total: Mapping[str, Any], figures: Figures) -> str:
    amount = _signed_amount(total["effects"][name], figures)
    return figures.texts("review.card_cause_more", name=figures.texts(f"review.effects.{name}"), amount=amount)


def _signed_amount(yuan: float, figures: Figures) -> str:
    """An amount with its sign; a line may break behind a hyphen, not behind a minus."""
    text = figures.amount(abs(yuan))
    return ("+" if yuan > 0 else "\N{MINUS SIGN}" if yuan < 0 else "") + text

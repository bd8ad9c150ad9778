"""The tables of a review: from forecast to actual by channel, sales, and what became of the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.figures import Figures

EFFECTS = ("volume", "failure", "timing", "refunds", "fees")
"""The effects in their order, by their keys in ``effects``."""

WARNINGS = ("review_other_ledger", "review_ledger_ends")
"""The notes that concern every figure, which therefore stand before them."""

SUMS = ("forecast", "actual", "difference", "p05", "p95")


def parts(result: Mapping[str, Any], figures: Figures) -> list[tuple[str, Mapping[str, Any]]]:
    """The channels by their labels, and all of them together last."""
    labelled = [(result["channels"][name]["label"], part) for name, part in result["by_channel"].items()]
    return [*labelled, (figures.texts("words.channels_all"), result["total"])]


def warnings(result: Mapping[str, Any]) -> list[str]:
    """The texts of the notes that concern every figure."""
    return [note["text"] for note in result["notes"] if note["code"] in WARNINGS]


def signed(yuan: float, figures: Figures) -> str:
    """A difference in whole yuan with its sign, plus included."""
    text = figures.whole(yuan)
    return text if yuan < 0 or text == "0" else f"+{text}"


def bridge(result: Mapping[str, Any], figures: Figures) -> Table:
    """A row a channel: receipts as forecast, the effects, receipts as they came, and the forecast's interval."""
    texts = figures.texts
    heads = [
        texts("words.channel"),
        texts("review.forecast"),
        *(texts(f"review.effects.{name}") for name in EFFECTS),
        texts("review.actual"),
        texts("figure.p05"),
        texts("figure.p95"),
        texts("review.inside"),
    ]
    rows = [
        [
            label,
            figures.whole(part["receipts"]["forecast"]),
            *(signed(part["effects"][name], figures) for name in EFFECTS),
            *(figures.whole(part["receipts"][name]) for name in ("actual", "p05", "p95")),
            figures.yes_no(part["receipts"]["inside"]),
        ]
        for label, part in parts(result, figures)
    ]
    caption = texts("review.bridge_caption", unit=figures.unit)
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=caption)


def sales(result: Mapping[str, Any], figures: Figures) -> Table:
    """A row a channel: order value as forecast and as it came, with the forecast's interval."""
    texts = figures.texts
    heads = [
        texts("words.channel"),
        *(texts(f"review.{name}") for name in ("forecast", "actual", "difference")),
        *(texts(f"figure.{name}") for name in ("p05", "p95")),
        texts("review.inside"),
    ]
    rows = []
    for label, part in parts(result, figures):
        found = part["sales"]
        amounts = [figures.whole(found[name]) for name in SUMS]
        amounts[2] = signed(found["difference"], figures)
        rows.append([label, *amounts, figures.yes_no(found["inside"])])
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=texts("review.sales_caption", unit=figures.unit))


def lines(label: str, part: Mapping[str, Any], figures: Figures) -> Table:
    """The lines from orders to receipts, as forecast and as they came."""
    texts = figures.texts
    heads = [texts(f"review.{name}") for name in ("line", "forecast", "actual", "difference")]
    rows = [
        [
            texts(f"review.lines_of.{name}"),
            figures.whole(line["forecast"]),
            figures.whole(line["actual"]),
            signed(line["difference"], figures),
        ]
        for name, line in part["lines"].items()
    ]
    caption = texts("review.lines_caption", channel=label, unit=figures.unit)
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=caption)

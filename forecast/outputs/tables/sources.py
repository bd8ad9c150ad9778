"""Assumptions with their source and date, the files that were read, and how the models held in the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.estimates import ChannelEstimates
    from forecast.results.run import Result


TOTAL = "total"
"""The failure rate of all causes together."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read: its name without its folder, its size in bytes and its SHA-256; None of a server's."""

    name: str
    size: int | None
    sha256: str | None


def assumptions(result: Result, figures: Figures) -> Table:
    """A row an assumption: what of, its value, where it is from, and as of which day."""
    texts = figures.texts
    rows = [row for name, one in result.estimates.items() for row in _of_channel(result, name, one, figures)]
    rows += [_event(result, place, figures) for place in range(len(result.events))]
    plan = texts("rate_sources.plan")
    for cost in result.costs:
        name = texts.or_else(f"categories.{cost.category}", cost.category)
        share = texts("sources.cost", share=figures.percent(cost.share_of_sales), days=cost.days_after)
        rows.append([name, texts("words.costs"), share, plan, result.as_of])
    balances = {"opening_balance": result.opening_balance, "minimum_balance": result.minimum_balance}
    rows += [
        ["", texts(f"words.{word}"), figures.amount(amount), plan, result.as_of] for word, amount in balances.items()
    ]
    heads = [texts(f"sources.{word}") for word in ("of", "what", "value", "source", "date")]
    return Table(heads, rows, text_columns=(0, 1, 3), caption=texts("sources.caption"))


def _of_channel(result: Result, name: str, one: ChannelEstimates, figures: Figures) -> list[list[str]]:
    texts, label = figures.texts, result.channels[name].label
    rate, lag = one.failure_rate[TOTAL], one.settlement_days
    ledger = texts("rate_sources.ledger")

    def within(mean: float, low: float, high: float) -> str:
        return f"{figures.percent(mean)} ({figures.percent(low)} – {figures.percent(high)})"

    lines = [
        ("failure_rate", within(rate.mean, rate.p05, rate.p95), texts(f"rate_sources.{one.failure_source}")),
        ("settlement_days", _days(lag.mean, lag.p90, figures), ledger),
        ("refund_rate", within(one.refund_rate.mean, one.refund_rate.p05, one.refund_rate.p95), ledger),
        ("fee_rate", figures.percent(one.fee_rate.mean), ledger),
    ]
    return [[label, texts(f"words.{word}"), value, source, result.as_of] for word, value, source in lines]


def _days(mean: float | None, late: float | None, figures: Figures) -> str:
    if mean is None or late is None:
        return figures.texts("amount.none")
    return figures.texts("sources.days", mean=figures.days(mean), late=figures.days(late))


def _event(result: Result, place: int, figures: Figures) -> list[str]:
    texts, event = figures.texts, result.events[place]
    many = event.multiple
    value = texts("amount.none") if many is None else f"{many.mean:.2f}× ({many.p05:.2f} – {many.p95:.2f})"
    source = texts("amount.none") if event.source is None else texts(f"event_sources.{event.source}")
    day = event.peak or event.start
    return [figures.event(event.name), texts("sources.event", day=day), value, source, result.as_of]


def files(inputs: Sequence[FileRead], figures: Figures) -> Table | None:
    """The files that were read, by name, with size and hash; None where none are told."""
    texts = figures.texts
    if not inputs:
        return None
    rows = [
        [
            one.name,
            texts("amount.none") if one.size is None else f"{one.size:,}",
            one.sha256 or texts("amount.none"),
        ]
        for one in inputs
    ]
    heads = [texts("sources.file"), texts("sources.bytes"), "SHA-256"]
    return Table(heads, rows, text_columns=(0, 2), caption=texts("sources.files"))


def track_record(result: Result, figures: Figures) -> Table | None:
    """How the models of sales held at past days, each by its own losses; None where the history was too short."""
    texts, model = figures.texts, result.sales_model
    if model is None or not model.backtest.origins:
        return None
    rows = [
        [
            texts.or_else(f"track.{name}", name),
            figures.percent(one.weight, 0),
            _loss(one.quantile_loss, figures),
            _loss(one.quantile_loss_of_sum, figures),
        ]
        for name, one in model.models.items()
    ]
    heads = [texts(f"track.{word}") for word in ("model", "weight", "loss", "loss_of_sum")]
    caption = texts(
        "track.caption",
        origins=model.backtest.origins,
        days=model.backtest.window_days or 0,
        covered=figures.percent(model.coverage_80.days, 0),
        covered_sums=figures.percent(model.coverage_80.sums, 0),
    )
    return Table(heads, rows, caption=caption)


def _loss(loss: float | None, figures: Figures) -> str:
    return figures.texts("amount.none") if loss is None else f"{loss:.3f}"

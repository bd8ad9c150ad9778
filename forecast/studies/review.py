"""Review: what came, by the plan's ledger, against what an earlier run forecast for the same days.

The days reviewed are those that the earlier run forecast (its scenario ``base``) and that are known by now: up to
as_of, or to the ledger's last order where it has stopped since. The ledger is read as of their last day. Every effect
is that of ``variance.py``; the sums of the channels are those of the shop.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.errors import InputError, Problem
from forecast.ledger.reading import read_ledger, require_orders
from forecast.money import fen_to_yuan, to_yuan
from forecast.notes import Note
from forecast.pipeline import SCHEMA
from forecast.results.parts import day_texts
from forecast.sales.remarks import STALE_DAYS
from forecast.studies.earlier import BAND, read_earlier
from forecast.studies.outcome import closed_unpaid, course, dated_flows, flow_by_day, receipts_by_day
from forecast.studies.variance import EFFECTS, explain
from forecast.texts import note_text
from forecast.version import __version__

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan
    from forecast.studies.earlier import Earlier
    from forecast.studies.variance import Course, Variance

LINES = (
    "opening",
    "sales",
    "undeducted",
    "lost",
    "never_paid",
    "pending",
    "in_transit",
    "refunded_before",
    "fees",
    "settled",
    "refunded_after",
    "receipts",
)
"""The lines that lead from orders to receipts; ``undeducted`` is ``lost``, ``never_paid`` and ``pending`` together."""

OTHER_LEDGER = 1 / 3
"""Where so much of what was open before the first day does not match, the result may be of another ledger …"""
TRIFLE_DAYS = 0.5
"""… unless it is less than the sales that were forecast for so many days."""


def review(plan: Plan, earlier_result: Path, *, progress: Callable[[str], None] | None = None) -> dict[str, Any]:
    """What came against an earlier forecast, as the mapping that ``review.json`` holds.

    Args:
        plan: As ``load_plan`` gives it, its as_of after the earlier one's and its ledger known to that day.
        earlier_result: ``result.json`` of the earlier run.
        progress: Called with ``ledger``.

    Raises:
        InputError: The ledger or the result cannot be read, the result is not of this plan's past, or the ledger ends
            before the first day forecast.
        IdentityError: The effects do not add up, a fault of the program.
    """
    earlier = read_earlier(earlier_result, plan)
    if progress is not None:
        progress("ledger")
    ledger, ended = _known(plan, earlier)
    last = ledger.tables.as_of
    days = (last - earlier.as_of).days
    start, flows = np.datetime64(earlier.as_of, "D"), dated_flows(ledger.tables)
    by_channel, variances = {}, {}
    for name in plan.channels:
        expected, came = earlier.expected(name, "all", days), course(ledger.tables, flows, name, start)
        variances[name] = explain(expected, earlier.expected(name, "open_orders", days), came)
        unpaid = (earlier.closed_unpaid(name, days), closed_unpaid(flows, name, start))
        by_channel[name] = _part(earlier, name, days, (expected, came), variances[name], unpaid)
    span = start + 1 + np.arange(days)
    channels = list(plan.channels)
    notes = [*_on_opening(plan, earlier, by_channel), *ended, *_on_revised(plan, variances)]
    return {
        "schema": SCHEMA,
        "version": __version__,
        "language": plan.language,
        "merchant": {"name": plan.merchant.name},
        "currency": plan.merchant.currency,
        "as_of": str(last),
        "first_day": str(span[0]),
        "days": days,
        "forecast": {name: earlier.result[name] for name in ("as_of", "horizon_days", "paths", "seed", "version")},
        "channels": {name: {"label": channel.label} for name, channel in plan.channels.items()},
        "notes": [{"code": note.code, "where": note.where, "text": note_text(note, plan.language)} for note in notes],
        "total": _total(earlier, days, by_channel),
        "by_channel": by_channel,
        "daily": {
            "dates": day_texts(span),
            "sales": _daily(earlier, "sales", days, fen_to_yuan(flow_by_day(flows, "sales", channels, span))),
            "receipts": _daily(earlier, "receipts", days, fen_to_yuan(receipts_by_day(flows, channels, span))),
        },
    }


def _part(
    earlier: Earlier,
    channel: str,
    days: int,
    courses: tuple[Course, Course],
    variance: Variance,
    unpaid: tuple[dict[str, int], dict[str, int]],
) -> dict[str, Any]:
    """One channel: sales and receipts against their intervals, the effects, and the lines behind them, in yuan."""
    expected, came = courses
    given = [
        closed | {"pending": one.undeducted - sum(closed.values())} for one, closed in zip(courses, unpaid, strict=True)
    ]

    def line(name: str) -> dict[str, float]:
        then, now = (
            parts[name] if name in parts else getattr(one, name) for one, parts in zip(courses, given, strict=True)
        )
        return {"forecast": to_yuan(then), "actual": to_yuan(now), "difference": to_yuan(now - then)}

    return {
        "sales": _against(earlier, channel, "sales", days, (expected.sales, came.sales)),
        "receipts": _against(earlier, channel, "receipts", days, (expected.receipts, came.receipts)),
        "effects": {name: to_yuan(getattr(variance, name)) for name in EFFECTS},
        "revised": to_yuan(variance.revised),
        "lines": {name: line(name) for name in LINES},
    }


def _against(
    earlier: Earlier, channel: str | None, series: str, days: int, fen: tuple[int, int]
) -> dict[str, float | bool]:
    """A sum over the days reviewed: forecast, actual, difference, the forecast's interval, and whether it held."""
    band = {name: earlier.to_date(channel, series)[name][days - 1] for name in BAND[1:]}
    forecast, actual = map(to_yuan, fen)
    return {
        "forecast": forecast,
        "actual": actual,
        "difference": to_yuan(fen[1] - fen[0]),
        **band,
        "inside": band["p05"] <= actual <= band["p95"],
    }


def _total(earlier: Earlier, days: int, by_channel: Mapping[str, Any]) -> dict[str, Any]:
    """The shop: sums of the channels, with the shop's own intervals."""
    parts = list(by_channel.values())

    def added(*keys: str) -> int:
        return sum(round(_at(part, keys) * 100) for part in parts)

    return {
        **{
            series: _against(earlier, None, series, days, (added(series, "forecast"), added(series, "actual")))
            for series in ("sales", "receipts")
        },
        "effects": {name: to_yuan(added("effects", name)) for name in EFFECTS},
        "revised": to_yuan(added("revised")),
        "lines": {
            name: {figure: to_yuan(added("lines", name, figure)) for figure in ("forecast", "actual", "difference")}
            for name in LINES
        },
    }


def _at(part: Any, keys: Sequence[str]) -> float:  # noqa: ANN401  # a nested mapping
    for key in keys:
        part = part[key]
    return float(part)


def _daily(earlier: Earlier, series: str, days: int, actual: Floats) -> dict[str, list[float]]:
    """The shop's sums from the first day to each day: the forecast's mean and quantiles, and what came."""
    band = {name: list(earlier.to_date(None, series)[name][:days]) for name in BAND}
    return band | {"actual": np.cumsum(actual.sum(axis=0)).tolist()}


def _known(plan: Plan, earlier: Earlier) -> tuple[Ledger, list[Note]]:
    """The ledger as of the last day to review, and a note where it ends before the last one that could be.

    Raises:
        InputError: It ends before the first day forecast.
    """
    as_of = plan.horizon.as_of
    until = min(as_of, earlier.end)
    ledger = _read(plan, until)
    require_orders(plan, ledger)
    ends = _last_order(ledger)
    if ends < until < as_of:
        ends = _last_order(_read(plan, as_of))
    if ends >= until or (as_of - ends).days < STALE_DAYS:
        return ledger, []
    if ends <= earlier.as_of:
        name = plan.ledger.table or Path(plan.ledger.orders).name
        message = (
            f"{name} has no order after {ends}, and plan.as_of is {as_of}: no day of the forecast of"
            f" {earlier.as_of} is known; write orders up to as_of into the ledger"
        )
        raise InputError(plan.places.located(Problem(message, key="ledger.orders")))
    note = Note(
        "review_ledger_ends",
        "ledger",
        {"last": str(ends), "days": (as_of - ends).days, "as_of": str(as_of), "unknown": (until - ends).days},
    )
    return _read(plan, ends), [note]


def _read(plan: Plan, as_of: dt.date) -> Ledger:
    return read_ledger(replace(plan, horizon=replace(plan.horizon, as_of=as_of)))


def _last_order(ledger: Ledger) -> dt.date:
    last: dt.date = ledger.tables.sales["day"].max().date()
    return last


def _on_opening(plan: Plan, earlier: Earlier, by_channel: Mapping[str, Any]) -> list[Note]:
    """That what was open before the first day is so different by now that the result may be of another ledger."""
    opening = [part["lines"]["opening"] for part in by_channel.values()]
    larger = sum(max(line["forecast"], line["actual"]) for line in opening)
    apart = sum(abs(line["difference"]) for line in opening)
    day = earlier.to_date(None, "sales")["mean"][-1] / earlier.days
    if apart < OTHER_LEDGER * larger or apart <= TRIFLE_DAYS * day:
        return []
    values: dict[str, str | float] = {
        "share": apart / larger,
        "as_of": str(earlier.as_of),
        "currency": plan.merchant.currency,
        "then": sum(line["forecast"] for line in opening),
        "now": sum(line["actual"] for line in opening),
    }
    return [Note("review_other_ledger", "ledger", values)]


def _on_revised(plan: Plan, variances: Mapping[str, Variance]) -> list[Note]:
    """That orders from before the first day have since entered or left the ledger."""
    return [
        Note("review_revised", f"channels.{name}", {"amount": to_yuan(one.revised), "currency": plan.merchant.currency})
        for name, one in variances.items()
        if one.revised
    ]

"""Review: what came, by the plan's ledger, against what an earlier run forecast for the same days.

The days reviewed are those that the earlier run forecast (its scenario ``base``) and that are known by now: up to
as_of, or to the ledger's last order where it has stopped since. The ledger is read as of their last day. Every effect
is that of ``variance.py``; the sums of the channels are those of the shop.
"""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem
from forecast.input_notes import history_warnings
from forecast.ledger.reading import read_ledger, require_orders
from forecast.money import fen_to_yuan, to_fen, to_yuan
from forecast.notes import Note
from forecast.results.backtest import ChannelLabel
from forecast.results.distributions import day_texts
from forecast.results.inputs import Merchant, notes_shown
from forecast.results.review import (
    Against,
    Daily,
    DailyAgainst,
    Effects,
    ForecastReviewed,
    Line,
    Lines,
    ReviewPart,
    ReviewResult,
)
from forecast.results.run import SCHEMA
from forecast.sales.remarks import STALE_DAYS
from forecast.studies.costs import costs_against
from forecast.studies.earlier import read_earlier
from forecast.studies.outcome import course, dated_flows
from forecast.studies.variance import EFFECTS, explain
from forecast.version import __version__

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from forecast.arrays import Floats
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan
    from forecast.results.backtest import Series
    from forecast.results.distributions import Bands
    from forecast.studies.earlier import Earlier
    from forecast.studies.variance import Course, Variance

OTHER_LEDGER = 1 / 3
"""Where so much of what was open before the first day does not match, the result may be of another ledger …"""
TRIFLE_DAYS = 0.5
"""… unless it is less than the sales that were forecast for so many days."""


def review(plan: Plan, earlier_result: Path, *, progress: Callable[[str], None] | None = None) -> ReviewResult:
    """What came against an earlier forecast, of which ``earlier_result`` is the ``result.json``.

    The plan's as_of lies after the earlier one's, its ledger is known to that day. ``progress`` is called with
    ``ledger``. Gives what ``review.json`` holds.

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
        unpaid = (earlier.closed_unpaid(name, days), flows.closed_unpaid(name, start))
        by_channel[name] = _part(earlier, name, days, (expected, came), variances[name], unpaid)
    span = start + 1 + np.arange(days)
    channels = list(plan.channels)
    notes = [
        *_on_opening(plan, earlier, [part.lines.opening for part in by_channel.values()]),
        *ended,
        *_on_revised(plan, variances),
        *history_warnings(plan, ledger),
    ]
    then = earlier.result
    return ReviewResult(
        schema=SCHEMA,
        version=__version__,
        language=plan.language,
        merchant=Merchant(plan.merchant.name),
        currency=plan.merchant.currency,
        as_of=str(last),
        first_day=str(span[0]),
        days=days,
        forecast=ForecastReviewed(then.as_of, then.horizon_days, then.paths, then.seed, then.version),
        channels={name: ChannelLabel(channel.label) for name, channel in plan.channels.items()},
        notes=notes_shown(notes, plan.language),
        total=_total(earlier, days, list(by_channel.values())),
        by_channel=by_channel,
        daily=Daily(
            dates=day_texts(span),
            sales=_daily(earlier, "sales", days, fen_to_yuan(flows.sales.by_day(channels, span))),
            receipts=_daily(earlier, "receipts", days, fen_to_yuan(flows.receipts_by_day(channels, span))),
        ),
        costs=costs_against(earlier.result.review_basis.costs or [], flows, channels, span) or None,
    )


def _part(
    earlier: Earlier,
    channel: str,
    days: int,
    courses: tuple[Course, Course],
    variance: Variance,
    unpaid: tuple[dict[str, int], dict[str, int]],
) -> ReviewPart:
    """One channel: sales and receipts against their intervals, the effects, and the lines behind them, in yuan."""
    expected, came = courses
    then, now = (_lines_of(one, closed) for one, closed in zip(courses, unpaid, strict=True))
    return ReviewPart(
        sales=_against(earlier.to_date(channel, "sales"), days, expected.sales, came.sales),
        receipts=_against(earlier.to_date(channel, "receipts"), days, expected.receipts, came.receipts),
        effects=Effects(**{name: to_yuan(getattr(variance, name)) for name in EFFECTS}),
        revised=to_yuan(variance.revised),
        lines=Lines(**{name: _line(then[name], now[name]) for name in then}),
    )


def _lines_of(one: Course, closed: Mapping[str, int]) -> dict[str, int]:
    """The lines of a course, in fen; what is pending is what else was not deducted."""
    beside = {**closed, "pending": one.undeducted - sum(closed.values())}
    return {line.name: beside[line.name] if line.name in beside else getattr(one, line.name) for line in fields(Lines)}


def _line(forecast: int, actual: int) -> Line:
    return Line(to_yuan(forecast), to_yuan(actual), to_yuan(actual - forecast))


def _against(band: Bands, days: int, forecast: int, actual: int) -> Against:
    """A sum over the days reviewed: forecast, actual, difference, the forecast's interval, and whether it held."""
    line = _line(forecast, actual)
    p05, p50, p95 = (values[days - 1] for values in (band.p05, band.p50, band.p95))
    return Against(line.forecast, line.actual, line.difference, p05, p50, p95, inside=p05 <= line.actual <= p95)


def _total(earlier: Earlier, days: int, parts: Sequence[ReviewPart]) -> ReviewPart:
    """The shop: sums of the channels, with the shop's own intervals."""

    def added(figure: Callable[[ReviewPart], float]) -> int:
        return sum(to_fen(round(figure(part), 2)) for part in parts)

    def line(name: str) -> Line:
        of = attrgetter(f"lines.{name}")
        return _line(added(lambda part: of(part).forecast), added(lambda part: of(part).actual))

    def against(series: Series) -> Against:
        forecast, actual = (added(attrgetter(f"{series}.{name}")) for name in ("forecast", "actual"))
        return _against(earlier.to_date(None, series), days, forecast, actual)

    return ReviewPart(
        sales=against("sales"),
        receipts=against("receipts"),
        effects=Effects(**{name: to_yuan(added(attrgetter(f"effects.{name}"))) for name in EFFECTS}),
        revised=to_yuan(added(lambda one: one.revised)),
        lines=Lines(**{one.name: line(one.name) for one in fields(Lines)}),
    )


def _daily(earlier: Earlier, series: Series, days: int, actual: Floats) -> DailyAgainst:
    """The shop's sums from the first day to each day: the forecast's mean and quantiles, and what came."""
    band = earlier.to_date(None, series)
    mean, p05, p50, p95 = (list(values[:days]) for values in (band.mean, band.p05, band.p50, band.p95))
    return DailyAgainst(mean, p05, p50, p95, np.cumsum(actual.sum(axis=0)).tolist())


def _known(plan: Plan, earlier: Earlier) -> tuple[Ledger, list[Note]]:
    """The ledger as of the last day to review, and a note where it ends before the last one that could be."""
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
        name = plan.ledger.shown
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
    return read_ledger(replace(plan, horizon=replace(plan.horizon, as_of=as_of), judged_on=plan.horizon.as_of))


def _last_order(ledger: Ledger) -> dt.date:
    last: dt.date = ledger.tables.sales["day"].max().date()
    return last


def _on_opening(plan: Plan, earlier: Earlier, opening: Sequence[Line]) -> list[Note]:
    """That what was open before the first day is so different by now that the result may be of another ledger."""
    larger = sum(max(line.forecast, line.actual) for line in opening)
    apart = sum(abs(line.difference) for line in opening)
    day = earlier.to_date(None, "sales").mean[-1] / earlier.days
    if apart < OTHER_LEDGER * larger or apart <= TRIFLE_DAYS * day:
        return []
    values: dict[str, str | float] = {
        "share": apart / larger,
        "as_of": str(earlier.as_of),
        "currency": plan.merchant.currency,
        "then": sum(line.forecast for line in opening),
        "now": sum(line.actual for line in opening),
    }
    return [Note("review_other_ledger", "ledger", values)]


def _on_revised(plan: Plan, variances: Mapping[str, Variance]) -> list[Note]:
    """That orders from before the first day have since entered or left the ledger."""
    return [
        Note("review_revised", f"channels.{name}", {"amount": to_yuan(one.revised), "currency": plan.merchant.currency})
        for name, one in variances.items()
        if one.revised
    ]

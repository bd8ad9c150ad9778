"""Daily sales as joint sample paths by channel: the door to the sales models, open to any daily series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.errors import InputError, Problem
from forecast.notes import Note
from forecast.sales import channels, ensemble, remarks
from forecast.sales.beyond import log_totals_beyond
from forecast.sales.closures import find_closures, start_of_trade
from forecast.sales.design import join
from forecast.sales.events import Ahead, event_block, peak_days
from forecast.sales.history import HISTORY_DAYS, daily_values
from forecast.sales.regressors import calendar_block, day_index, regressor_block

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecast.arrays import Days, Floats
    from forecast.plan.model import Event
    from forecast.sales.closures import Closures
    from forecast.sales.ensemble import Ensemble
    from forecast.sales.model import Fit

_Z95 = 1.6449
"""The 95 % point of the standard normal law."""


@dataclass(frozen=True, slots=True)
class EventEffect:
    """What the forecast expects of one event: its main day's sales as a multiple of an ordinary day.

    ``source`` is ``history``, ``uplift``, ``other_events`` or ``default``.
    """

    name: str
    start: dt.date
    source: str
    mean: float
    p05: float
    p95: float


@dataclass(frozen=True, slots=True)
class SalesForecast:
    """Sample paths of sales, (path, channel, day) in the unit of the input, with what a reader should know.

    ``days`` are the days after as_of; ``parameters`` the fitted variances (see ``forecast.sales.dynamics.PARAMETERS``);
    ``model`` how the models were chosen and calibrated; it, the ``known`` sales that they were fitted to (day, channel)
    and the days without any among these are None where nothing was ever sold.
    """

    paths: Floats
    channels: tuple[str, ...]
    days: Days
    notes: tuple[Note, ...]
    events: tuple[EventEffect, ...]
    parameters: dict[str, float]
    model: Ensemble | None
    known: Floats | None = None
    closures: Closures | None = None


def sales_paths(
    daily: pd.DataFrame | pd.Series[float],
    as_of: dt.date,
    horizon: int,
    events: Sequence[Event] = (),
    regressors: pd.DataFrame | None = None,
    holidays: str | None = None,
    paths: int = 2000,
    seed: int | np.random.Generator = 0,
) -> Floats:
    """Joint sample paths of daily sales: on every path the channels are parts of one total.

    Args:
        daily: Sales by day, a column a channel (or one series), indexed by day; any daily series of non-negative
            numbers. A day without a row, or without any value, is unknown. An empty cell beside others is a day
            without orders, except in a channel that sells on nearly every day, where it is unknown. Rows after as_of
            are ignored.
        as_of: The last day that is known.
        horizon: Days ahead; day 0 of the result is the day after as_of.
        events: Promotions, past and to come (``forecast.plan.model.Event``); repeats share a name.
        regressors: Known-future regressors by day, covering history and horizon, or None.
        holidays: Country code whose public holidays count (``CN``), or None.
        paths: Number of sample paths.
        seed: An integer, or a generator to draw from.

    Returns:
        Array of shape (path, channel, day), channels in the order of the columns, in the unit of ``daily``.

    Raises:
        InputError: Something cannot be used; says what, where, and what to write instead.
    """
    return forecast_sales(daily, as_of, horizon, events, regressors, holidays, paths, seed).paths


def forecast_sales(
    daily: pd.DataFrame | pd.Series[float],
    as_of: dt.date,
    horizon: int,
    events: Sequence[Event] = (),
    regressors: pd.DataFrame | None = None,
    holidays: str | None = None,
    paths: int = 2000,
    seed: int | np.random.Generator = 0,
) -> SalesForecast:
    """As ``sales_paths``, with notes, the events' expected effects, and the fitted parameters."""
    values, names = _checked(daily, as_of, horizon, paths)
    rng = np.random.default_rng(seed)
    days = np.datetime64(as_of, "D") + 1 + np.arange(-len(values), horizon)
    sold = np.nansum(values, axis=0) > 0
    notes = [Note("no_orders", f"channels.{name}") for name, any_sold in zip(names, sold, strict=True) if not any_sold]
    if not sold.any():
        empty = np.zeros((paths, len(names), horizon))
        return SalesForecast(empty, names, days[len(values) :], tuple(notes), (), {}, None)
    start = start_of_trade(values.sum(axis=1))
    if start:
        notes.append(Note("launch_left_out", "sales", {"days": start, "from": str(days[start])}))
    values, days = values[start:], days[start:]
    history = len(values)
    total = values.sum(axis=1)
    closures = find_closures(total, days)
    total = np.where(closures.closed, np.nan, total)
    notes += remarks.on_history(total, closures, days)
    calendar = calendar_block(days, holidays, history)
    own, regressor_notes = regressor_block(days, regressors, history)
    promotion, ahead, event_notes = event_block(days, events, history)
    fitted = ensemble.fit(_logs(total), join([promotion, calendar, own]), horizon, rng)
    log_totals, carried = ensemble.simulate(fitted, horizon, paths, rng)
    notes += [*remarks.on_models(fitted, days, carried), *regressor_notes, *event_notes]
    known = np.where(np.isfinite(total)[:, None], values, np.nan)
    totals = _with_closed_days(log_totals, closures.chance(days[history:]), rng)
    return SalesForecast(
        paths=_by_channel(known, totals, days, peak_days(days, events), rng),
        channels=names,
        days=days[history:],
        notes=tuple(notes),
        events=tuple(_effect(one, fitted.core) for one in ahead),
        parameters=fitted.core.parameters,
        model=fitted,
        known=known,
        closures=closures,
    )


def expected_beyond(
    forecast: SalesForecast,
    days: int,
    events: Sequence[Event] = (),
    holidays: str | None = None,
    seed: int | np.random.Generator = 0,
) -> Floats:
    """Expected sales of so many ``days`` after the horizon, (channel, day): the fitted models carried on.

    ``events`` and ``holidays`` as in the forecast, which no call changes; a forecast with regressors of the user's own
    is carried on without them.
    """
    if forecast.model is None or forecast.known is None or forecast.closures is None or not days:
        return np.zeros((len(forecast.channels), days))
    rng, history = np.random.default_rng(seed), len(forecast.known)
    span = forecast.days[0] + np.arange(-history, len(forecast.days) + days)
    design = join([event_block(span, events, history)[0], calendar_block(span, holidays, history)])
    logs = log_totals_beyond(forecast.model, design, len(forecast.days), rng)
    totals = _with_closed_days(logs, forecast.closures.chance(span[history:]), rng)
    paths = _by_channel(forecast.known, totals, span, peak_days(span, events), rng)
    return np.asarray(paths[:, :, len(forecast.days) :].mean(axis=0))


def _with_closed_days(log_totals: Floats, chance: Floats, rng: np.random.Generator) -> Floats:
    """Totals (path, day) from their logs, some days of them empty by chance (day)."""
    totals = np.exp(log_totals)
    totals[rng.random(totals.shape) < chance] = 0.0
    return totals


def _checked(
    daily: pd.DataFrame | pd.Series[float], as_of: dt.date, horizon: int, paths: int
) -> tuple[Floats, tuple[str, ...]]:
    """Sales (day, channel) up to as_of and the channels' names, once everything can be used."""
    counts = {"horizon": horizon, "paths": paths}
    wrong = [Problem(f"must be at least 1 (got {count})", key=key) for key, count in counts.items() if count < 1]
    if wrong:
        raise InputError(wrong)
    table = daily.to_frame() if isinstance(daily, pd.Series) else daily
    if not isinstance(table, pd.DataFrame):
        message = f"is a {type(daily).__name__}; write a pandas DataFrame, a column a channel, or a Series, by day"
        raise InputError(Problem(message, key="daily"))
    values = daily_values(table, as_of)
    if np.isnan(values).all():
        raise InputError(_nothing_known(table, as_of))
    return values, tuple(str(name) for name in table.columns)


def _logs(total: Floats) -> Floats:
    """The log of daily sales, NaN where nothing was sold or nothing is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, np.log(total), np.nan)


def _by_channel(known: Floats, totals: Floats, days: Days, near_peak: Floats, rng: np.random.Generator) -> Floats:
    """Totals (path, day) split into channels (path, channel, day), as those of the known days (day, channel) were."""
    weekdays, history = np.asarray(day_index(days).day_of_week), len(known)
    split = channels.fit(known, weekdays[:history], near_peak[:history])
    return channels.simulate(split, totals, weekdays[history:], near_peak[history:], rng)


def _nothing_known(table: pd.DataFrame, as_of: dt.date) -> Problem:
    """Why no sales are known up to as_of, and what to write; days without orders would be known: they are 0."""
    if table.empty:
        return Problem("has no row; write one for each day up to as_of, 0 where there were no orders", key="daily")
    first = min(pd.Timestamp(day).date() for day in pd.DatetimeIndex(table.index))
    if first > as_of:
        advice = f"write a day from {first} on, or add earlier rows"
        return Problem(f"is {as_of}, before the first row of daily ({first}); {advice}", key="as_of")
    message = f"holds no number in the {HISTORY_DAYS} days up to {as_of}; write each day's sales, 0 if it had no orders"
    return Problem(message, key="daily")


def _effect(ahead: Ahead, fitted: Fit) -> EventEffect:
    """The event's effect on its main day: log-normal, from the coefficients' posterior."""
    size = ahead.weights.size
    log = float(ahead.weights @ fitted.best.mean[:size])
    sd = float(np.linalg.norm(ahead.weights @ fitted.best.root[:size]))
    low, high = np.exp(log - _Z95 * sd), np.exp(log + _Z95 * sd)
    event = ahead.event
    return EventEffect(event.name, event.start, ahead.source, float(np.exp(log + sd**2 / 2)), float(low), float(high))

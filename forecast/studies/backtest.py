"""Backtest: how the plan's forecasts of sales and receipts would have held on its own history.

At each past as-of day the whole pipeline runs as on that evening: the ledger is read anew with that day as its as_of,
so that later orders are dropped and later events blanked, and nothing else of it is looked at. What then came is taken
from the whole ledger. The plan's own words (dates of promotions, given rates) hold at every as-of day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.input_notes import history_warnings
from forecast.ledger.reading import read_ledger, require_orders
from forecast.money import fen_to_yuan
from forecast.notes import Note
from forecast.pipeline import prepare
from forecast.results.backtest import (
    SERIES,
    Accuracy,
    BacktestResult,
    ChannelLabel,
    DaysForecast,
    LedgerSpan,
    Origin,
    ScoresBeside,
    SeriesAccuracy,
    SumForecast,
)
from forecast.results.distributions import band, bands, day_texts
from forecast.results.inputs import Merchant, notes_shown
from forecast.results.run import SCHEMA
from forecast.scenarios import shocks
from forecast.studies.naive import seasonal_naive, seasonal_naive_paths
from forecast.studies.origins import choose_origins, first_trading_day
from forecast.studies.outcome import dated_flows, history_days
from forecast.studies.scores import Measured, Window, scores
from forecast.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecast.arrays import Days, Floats
    from forecast.ledger.tables import DailyTables
    from forecast.plan.model import Plan
    from forecast.results.backtest import Series

    _Windows = dict[tuple[str, int | None, bool], list[Measured]]
    """What scores are made of, an as-of day after another: by series, channel (None: all), and whether it is naive."""

PATHS = 500
"""Sample paths at each as-of day where none are asked for; quantiles from 0.025 to 0.975 need no more."""

NAIVE_STREAM = 4
"""The random stream of the naive forecast; the pipeline's own are those before it."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that one as-of day's forecast is compared by, by series: arrays are (…, channel, day), in yuan."""

    as_of: np.datetime64
    paths: Mapping[str, Floats]
    naive_paths: Mapping[str, Floats]
    naive: Mapping[str, Floats]
    actual: Mapping[str, Floats]
    history: Mapping[str, Floats]

    def window(self, series: str, channel: int | None, *, naive: bool) -> Window:
        """One series of a channel, or of all channels together (None)."""

        def of(values: Floats) -> Floats:
            return np.asarray(values.sum(axis=-2) if channel is None else values[..., channel, :])

        paths = of((self.naive_paths if naive else self.paths)[series])
        point = of(self.naive[series]) if naive else np.median(paths, axis=0)
        return Window(paths, point, of(self.actual[series]), of(self.history[series]))


def at_most_usual_paths(plan: Plan) -> Plan:
    """The plan with ``PATHS`` sample paths, or its own where it has fewer."""
    return replace(plan, horizon=replace(plan.horizon, paths=min(plan.horizon.paths, PATHS)))


def backtest(
    plan: Plan, *, origins: int | None = None, horizon: int | None = None, progress: Callable[[str], None] | None = None
) -> BacktestResult:
    """Forecasts at past as-of days against what came, as ``backtest.json`` holds them.

    The plan's paths and seed are used at each of ``origins`` as-of days, by default as many as fit one after another,
    at most six. ``horizon`` is in days ahead, by default the plan's, shortened where the history is short.
    ``progress`` is called with ``ledger`` and then ``origin:DAY (n/N)``.

    Raises:
        InputError: The ledger cannot be read, or its history is too short for what is asked.
    """
    say = progress or (lambda _: None)
    say("ledger")
    ledger = read_ledger(plan)
    require_orders(plan, ledger)
    traded = np.unique(ledger.tables.sales["day"].to_numpy().astype("datetime64[D]"))
    # A ledger may end before as_of; what was sold after its end is not known to be nothing.
    first, last = first_trading_day(traded), traded[-1]
    chosen = choose_origins(first, last, plan.horizon.days, horizon, origins)
    channels = list(plan.channels)
    windows: _Windows = {}
    parts = []
    for number, as_of in enumerate(chosen.days, 1):
        say(f"origin:{as_of} ({number}/{len(chosen.days)})")
        one = outlook(plan, as_of, chosen.horizon, ledger.tables)
        _measure(one, len(channels), windows)
        parts.append(_origin(one, channels))
        del one  # its paths are as large as the next one's
    return BacktestResult(
        schema=SCHEMA,
        version=__version__,
        language=plan.language,
        merchant=Merchant(plan.merchant.name),
        as_of=str(plan.horizon.as_of),
        currency=plan.merchant.currency,
        seed=plan.horizon.seed,
        paths=plan.horizon.paths,
        horizon_days=chosen.horizon,
        history=LedgerSpan(str(first), str(last)),
        channels={name: ChannelLabel(channel.label) for name, channel in plan.channels.items()},
        notes=notes_shown([*chosen.notes, *_plan_notes(plan), *history_warnings(plan, ledger)], plan.language),
        accuracy=Accuracy(_accuracy(windows, "sales", channels), _accuracy(windows, "receipts", channels)),
        origins=parts,
    )


def outlook(plan: Plan, as_of: np.datetime64, horizon: int, known: DailyTables) -> Outlook:
    """The pipeline cut at a past as-of day, and what came after it by the tables ``known`` of the whole ledger."""
    day: dt.date = as_of.astype(dt.date)
    cut = replace(plan, horizon=replace(plan.horizon, as_of=day, days=horizon), judged_on=plan.horizon.as_of)
    prepared = prepare(cut, past=True)
    channels = list(plan.channels)
    shape = (plan.horizon.paths, len(channels), len(prepared.days))
    ordered, received = np.empty(shape), np.empty(shape)
    for place, block in enumerate(prepared.engine.blocks(shocks(plan.scenarios["base"], plan, prepared.days))):
        block.check_identity()
        ordered[:, place], received[:, place] = block.sales[:, 0], block.receipts[:, 0]
    then, days = prepared.ledger.tables, prepared.days
    del prepared  # what follows needs as much room
    history = _series(then, channels, history_days(then, as_of))
    rng = np.random.default_rng(plan.horizon.seed).spawn(NAIVE_STREAM + 1)[NAIVE_STREAM]
    drawn = seasonal_naive_paths(np.concatenate(list(history.values())), horizon, plan.horizon.paths, rng)
    sales, receipts = drawn[:, : len(channels)], drawn[:, len(channels) :]
    return Outlook(
        as_of=as_of,
        paths={"sales": ordered, "receipts": received},
        naive_paths={"sales": np.maximum(sales, 0.0, out=sales), "receipts": receipts},
        naive={name: seasonal_naive(values, horizon) for name, values in history.items()},
        actual=_series(known, channels, days),
        history=history,
    )


def _series(tables: DailyTables, channels: Sequence[str], days: Days) -> dict[str, Floats]:
    """Sales and receipts in yuan, (channel, day) each."""
    flows = dated_flows(tables)
    return {
        "sales": fen_to_yuan(flows.sales.by_day(channels, days)),
        "receipts": fen_to_yuan(flows.receipts_by_day(channels, days)),
    }


def _measure(one: Outlook, channels: int, windows: _Windows) -> None:
    """Add what scores are made of at one as-of day: of each series, by channel and for all together."""
    for series in SERIES:
        for channel in (None, *range(channels)):
            for naive in (False, True):
                found = Measured.of(one.window(series, channel, naive=naive))
                windows.setdefault((series, channel, naive), []).append(found)


def _accuracy(windows: _Windows, series: Series, channels: Sequence[str]) -> SeriesAccuracy:
    def both(channel: int | None) -> ScoresBeside:
        return ScoresBeside(*(scores(windows[series, channel, naive]) for naive in (False, True)))

    return SeriesAccuracy(both(None), {name: both(index) for index, name in enumerate(channels)})


def _origin(one: Outlook, channels: Sequence[str]) -> Origin:
    """One as-of day: the total by day with its quantiles, and the sums over the horizon, in all and by channel."""
    horizon = one.actual["sales"].shape[1]
    sales, receipts = (_days_forecast(one, series) for series in SERIES)
    sales_total, receipts_total = (_sum_forecast(one, series, None) for series in SERIES)
    sales_of, receipts_of = (
        {name: _sum_forecast(one, series, index) for index, name in enumerate(channels)} for series in SERIES
    )
    return Origin(
        as_of=str(one.as_of),
        dates=day_texts(one.as_of + 1 + np.arange(horizon)),
        sales=sales,
        sales_total=sales_total,
        sales_by_channel=sales_of,
        receipts=receipts,
        receipts_total=receipts_total,
        receipts_by_channel=receipts_of,
    )


def _days_forecast(one: Outlook, series: Series) -> DaysForecast:
    whole, naive = (one.window(series, None, naive=which) for which in (False, True))
    return DaysForecast(whole.actual.tolist(), bands(whole.paths), naive.point.tolist())


def _sum_forecast(one: Outlook, series: Series, channel: int | None) -> SumForecast:
    window, naive = (one.window(series, channel, naive=which) for which in (False, True))
    spread, actual = band(window.paths.sum(axis=1)), float(window.actual.sum())
    return SumForecast(
        actual=actual,
        forecast=spread,
        error=spread.mean / actual - 1.0 if actual else None,
        inside_90=spread.p05 <= actual <= spread.p95,
        seasonal_naive=float(naive.point.sum()),
    )


def _plan_notes(plan: Plan) -> list[Note]:
    """Figures that the plan gives hold in the past too, where they may not have been so."""
    notes = []
    for name, channel in plan.channels.items():
        given = (channel.fee_rate, channel.failure_rate, channel.settlement_days, channel.refund_rate)
        if any(figure is not None for figure in given):
            notes.append(Note("backtest_plan_figures", f"channels.{name}"))
    return notes

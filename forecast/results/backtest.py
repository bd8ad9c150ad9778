"""The result of a backtest: what ``backtest.json`` and its page show."""

from __future__ import annotations

from forecast.records import Record, money, rate, record, says
from forecast.results.distributions import Band, Bands
from forecast.results.inputs import Merchant, NoteShown


@record
class Scores(Record):
    """Scores over all as-of days; null where their scale is zero."""

    mase: float | None = rate("mean absolute scaled error", "score")
    wape: float | None = rate("weighted absolute percentage error", "share")
    wql: float | None = rate("weighted quantile loss", "score")
    crps: float | None = rate("continuous ranked probability score", "yuan")
    coverage_80: float | None = rate("share of days inside the 80 % interval")
    coverage_90: float | None = rate("share of days inside the 90 % interval")
    sum_error: float | None = rate("mean absolute error of the windows' sums")
    sum_bias: float | None = rate("mean error of the windows' sums; positive: too much was forecast")
    sum_coverage_80: float | None = rate("share of windows whose sum lay inside its 80 % interval")
    sum_coverage_90: float | None = rate("share of windows whose sum lay inside its 90 % interval")


@record
class ScoresBeside(Record):
    """The forecast's scores beside the seasonal naive's."""

    forecast: Scores = says("of the forecast")
    seasonal_naive: Scores = says("of the seasonal naive")


@record
class SeriesAccuracy(Record):
    """Scores of one series."""

    total: ScoresBeside = says("of all channels together")
    by_channel: dict[str, ScoresBeside] = says("by channel")


@record
class Accuracy(Record):
    """Scores of both series."""

    sales: SeriesAccuracy = says("of daily order value")
    receipts: SeriesAccuracy = says("of daily receipts")


@record
class DaysForecast(Record):
    """All channels by day after one as-of day."""

    actual: list[float] = money("what came")
    forecast: Bands = says("the forecast", flat=True)
    seasonal_naive: list[float] = money("the seasonal naive forecast")


@record
class SumForecast(Record):
    """The horizon's sum after one as-of day."""

    actual: float = money("what came")
    forecast: Band = says("the forecast", flat=True)
    error: float | None = rate("mean ÷ actual − 1; null where nothing came")
    inside_90: bool = says("whether the 90 % interval held it")
    seasonal_naive: float = money("the seasonal naive forecast")


@record
class Origin(Record):
    """One past as-of day."""

    as_of: str = says("the as-of day")
    dates: list[str] = says("days forecast")
    sales: DaysForecast = says("order value by day")
    sales_total: SumForecast = says("order value over the horizon")
    sales_by_channel: dict[str, SumForecast] = says("the same by channel")
    receipts: DaysForecast = says("receipts by day")
    receipts_total: SumForecast = says("receipts over the horizon")
    receipts_by_channel: dict[str, SumForecast] = says("the same by channel")


@record
class LedgerSpan(Record):
    """Days of trade in the ledger."""

    first_day: str = says("first day")
    last_day: str = says("last day")


@record
class ChannelLabel(Record):
    """A channel as printed."""

    label: str = says("name as printed")


@record
class BacktestResult(Record):
    """Forecasts at past as-of days against what came."""

    schema: int = says("version of the result's shape")
    version: str = says("version of the program")
    language: str = says("zh or en")
    merchant: Merchant = says("whose plan it is")
    as_of: str = says("the plan's as-of day")
    currency: str = says("ISO 4217 code")
    seed: int = says("seed of the random numbers")
    paths: int = says("sample paths at each as-of day", "paths")
    horizon_days: int = says("days forecast from each", "days")
    history: LedgerSpan = says("what the ledger spans")
    channels: dict[str, ChannelLabel] = says("the plan's channels")
    notes: list[NoteShown] = says("what a reader must know")
    accuracy: Accuracy = says("scores")
    origins: list[Origin] = says("by as-of day")

"""The result of a review: what ``review.json``, its workbook and its page show."""

from __future__ import annotations

from forecast.records import Record, money, record, says
from forecast.results.backtest import ChannelLabel, Series
from forecast.results.inputs import Merchant, NoteShown


@record
class Line(Record):
    """One line that leads from orders to receipts, summed over the days reviewed."""

    forecast: float = money("forecast")
    actual: float = money("what came")
    difference: float = money("actual less forecast")


@record
class Against(Record):
    """A sum over the days reviewed against its forecast."""

    forecast: float = money("mean forecast")
    actual: float = money("what came")
    difference: float = money("actual less forecast")
    p05: float = money("5 % quantile of the forecast")
    p50: float = money("median of the forecast")
    p95: float = money("95 % quantile of the forecast")
    inside: bool = says("whether the 90 % interval held it")


@record
class Effects(Record):
    """What led from forecast to actual receipts; positive where more came in."""

    volume: float = money("more or fewer orders")
    failure: float = money("more or fewer failures, losses and unpaid orders")
    timing: float = money("earlier or later settlement")
    refunds: float = money("fewer or more refunds")
    fees: float = money("lower or higher fees")


@record
class Lines(Record):
    """The lines that lead from orders to receipts."""

    opening: Line = says("outstanding before the first day")
    sales: Line = says("order value")
    undeducted: Line = says("not deducted: lost, never paid and pending together")
    lost: Line = says("given up after a failure")
    never_paid: Line = says("given up without a deduction tried")
    pending: Line = says("failed or awaited on the last evening")
    in_transit: Line = says("deducted and not settled on the last evening")
    refunded_before: Line = says("refunded before settlement")
    fees: Line = says("channel fees")
    settled: Line = says("settled, net of fees")
    refunded_after: Line = says("refunded after settlement")
    receipts: Line = says("settled less refunded after")


@record
class ReviewPart(Record):
    """One channel, or the whole shop."""

    sales: Against = says("order value")
    receipts: Against = says("receipts")
    effects: Effects = says("the effects, which add up to the difference of receipts")
    revised: float = money("part of the volume effect that is no sale of these days: older orders gained or lost since")
    lines: Lines = says("the lines behind the effects")

    def of(self, series: Series) -> Against:
        """One series."""
        return self.sales if series == "sales" else self.receipts


@record
class DailyAgainst(Record):
    """The shop's sum from the first day to each day."""

    mean: list[float] = money("mean forecast")
    p05: list[float] = money("5 % quantile of the forecast")
    p50: list[float] = money("median of the forecast")
    p95: list[float] = money("95 % quantile of the forecast")
    actual: list[float] = money("what came")


@record
class Daily(Record):
    """The course by day."""

    dates: list[str] = says("days reviewed")
    sales: DailyAgainst = says("order value to date")
    receipts: DailyAgainst = says("receipts to date")

    def of(self, series: Series) -> DailyAgainst:
        """One series."""
        return self.sales if series == "sales" else self.receipts


@record
class ForecastReviewed(Record):
    """The run that is reviewed."""

    as_of: str = says("its as-of day")
    horizon_days: int = says("days that it planned", "days")
    paths: int = says("its sample paths", "paths")
    seed: int = says("its seed")
    version: str = says("version of the program that made it")


@record
class ReviewResult(Record):
    """What came against an earlier forecast."""

    schema: int = says("version of the result's shape")
    version: str = says("version of the program")
    language: str = says("zh or en")
    merchant: Merchant = says("whose plan it is")
    currency: str = says("ISO 4217 code")
    as_of: str = says("last day reviewed")
    first_day: str = says("first day reviewed")
    days: int = says("days reviewed", "days")
    forecast: ForecastReviewed = says("the earlier run")
    channels: dict[str, ChannelLabel] = says("the plan's channels")
    notes: list[NoteShown] = says("what a reader must know")
    total: ReviewPart = says("the whole shop")
    by_channel: dict[str, ReviewPart] = says("by channel")
    daily: Daily = says("the course by day")
    costs: dict[str, Line] | None = says(
        "costs that move with sales, by category; actual: the same shares of what was ordered, purchases as planned",
        default=None,
    )

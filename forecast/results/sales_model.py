"""How the forecast of sales was made: models, weights, their past losses, and past coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.notes import note_text
from forecast.records import Record, rate, record, says

if TYPE_CHECKING:
    from forecast.sales.paths import SalesForecast


@record
class BacktestUsed(Record):
    """The backtest that models were weighed by; null where the history was too short for one."""

    origins: int = says("past as-of days", "days")
    window_days: int | None = says("days foretold from each", "days")


@record
class ModelUsed(Record):
    """One sales model; losses are null where the history was too short for a backtest."""

    weight: float = rate("share of the paths that it draws")
    quantile_loss: float | None = rate("past weighted quantile loss of days", "score")
    quantile_loss_of_sum: float | None = rate("past weighted quantile loss of windows' sums", "score")


@record
class Coverage(Record):
    """How often past 80 % intervals held, before any rescaling."""

    days: float | None = rate("of days")
    sums: float | None = rate("of windows' sums")


@record
class Rescaled(Record):
    """By how much the next intervals are scaled."""

    days: float = rate("of the daily noise", "factor")
    level: float = rate("of the level", "factor")


@record
class SalesModel(Record):
    """The models' weights and losses, why they were chosen, and how intervals were rescaled."""

    why: str = says("why these models, in the plan's language")
    backtest: BacktestUsed = says("what they were weighed by")
    models: dict[str, ModelUsed] = says("by model")
    coverage_80: Coverage = says("past coverage")
    rescaled: Rescaled = says("scaling of the intervals")


def sales_model(sales: SalesForecast, language: str) -> SalesModel | None:
    """How a forecast was made; None without any sales."""
    if sales.model is None:
        return None
    choice, calibration = sales.model.choice, sales.model.calibration
    why = next(note for note in sales.notes if note.code == f"sales_model_{choice.why}")
    return SalesModel(
        why=note_text(why, language),
        backtest=BacktestUsed(sales.model.origins, sales.model.window or None),
        models={
            name: ModelUsed(weight, choice.day_loss.get(name), choice.sum_loss.get(name))
            for name, weight in choice.weights.items()
        },
        coverage_80=Coverage(calibration.days, calibration.sums),
        rescaled=Rescaled(calibration.spread.daily, calibration.spread.level),
    )

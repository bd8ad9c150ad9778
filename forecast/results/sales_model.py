"""How the forecast of sales was made, as a plain mapping: models, weights, their past losses, and past coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.texts import note_text

if TYPE_CHECKING:
    from forecast.sales.paths import SalesForecast


def sales_model_part(sales: SalesForecast, language: str) -> dict[str, Any] | None:
    """The models' weights and losses, why they were chosen, and how intervals were rescaled; None without any sales.

    A figure of a backtest is None where the history was too short for one.
    """
    if sales.model is None:
        return None
    choice, calibration = sales.model.choice, sales.model.calibration
    why = next(note for note in sales.notes if note.code == f"sales_model_{choice.why}")
    return {
        "why": note_text(why, language),
        "backtest": {"origins": sales.model.origins, "window_days": sales.model.window or None},
        "models": {
            name: {
                "weight": weight,
                "quantile_loss": choice.day_loss.get(name),
                "quantile_loss_of_sum": choice.sum_loss.get(name),
            }
            for name, weight in choice.weights.items()
        },
        "coverage_80": {"days": calibration.days, "sums": calibration.sums},
        "rescaled": {"days": calibration.spread.daily, "level": calibration.spread.level},
    }

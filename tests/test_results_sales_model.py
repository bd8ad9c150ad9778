"""The result's part on the sales model: weights, losses, coverage, and nulls where there was no backtest."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecast.results.sales_model import BacktestUsed, Coverage, ModelUsed, sales_model
from forecast.sales.paths import SalesForecast, forecast_sales

AS_OF = dt.date(2026, 10, 18)


def _forecast(days: int, level: float = 100.0) -> SalesForecast:
    rng = np.random.default_rng(2)
    sales = level * np.exp(0.1 * rng.standard_normal(days))
    daily = pd.Series(sales, index=pd.date_range(end=pd.Timestamp(AS_OF), periods=days))
    return forecast_sales(daily, AS_OF, 35, paths=50, seed=1)


def test_weights_sum_to_one_and_losses_stand_beside_them() -> None:
    part = sales_model(_forecast(200), "en")
    assert part is not None
    assert sum(one.weight for one in part.models.values()) == pytest.approx(1.0)
    assert all(0 < (one.quantile_loss or 0.0) < 1 for one in part.models.values())
    assert part.backtest == BacktestUsed(13, 28)
    assert 0.5 < (part.coverage_80.days or 0.0) <= 1
    assert str(part.backtest.origins) in part.why


def test_without_a_backtest_figures_are_null_and_the_text_says_so() -> None:
    part = sales_model(_forecast(50), "zh")
    assert part is not None
    assert part.backtest == BacktestUsed(0, None)
    assert part.models["components"] == ModelUsed(1.0, None, None)
    assert part.coverage_80 == Coverage(None, None)
    assert "回测" in part.why


def test_without_any_sales_there_is_no_model() -> None:
    assert sales_model(_forecast(50, level=0.0), "en") is None

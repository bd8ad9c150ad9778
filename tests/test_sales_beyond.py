"""Sales beyond the horizon: the fitted models carried on, beside the forecast of the horizon."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecast.plan.model import Event
from forecast.sales.paths import expected_beyond, forecast_sales

AS_OF = dt.date(2026, 10, 18)
WEEK = np.array([1.1, 1.05, 1.0, 1.0, 0.95, 0.7, 1.2])


def merchant(days: int = 120) -> pd.DataFrame:
    """Two channels, three to one, about 10,000 a day with a weekly pattern."""
    index = pd.date_range(end=pd.Timestamp(AS_OF), periods=days)
    noise = np.exp(0.05 * np.random.default_rng(3).standard_normal(days))
    total = 10_000 * WEEK[np.asarray(index.day_of_week)] * noise
    return pd.DataFrame({"baitiao": 0.75 * total, "card": 0.25 * total}, index=index)


def test_the_level_and_the_week_go_on_by_channel() -> None:
    forecast = forecast_sales(merchant(), AS_OF, 20, paths=100, seed=1)
    beyond = expected_beyond(forecast, 14, seed=2)
    week = WEEK[(AS_OF.weekday() + 21 + np.arange(14)) % 7]
    assert beyond[0] == pytest.approx(7_500 * week, rel=0.06)
    assert beyond[1] == pytest.approx(2_500 * week, rel=0.06)


def test_a_promotion_beyond_the_horizon_has_its_own_past_or_its_prior() -> None:
    past = Event("double11", dt.date(2026, 9, 9), dt.date(2026, 9, 12), dt.date(2026, 9, 10))
    ahead = Event("double11", dt.date(2026, 11, 10), dt.date(2026, 11, 13), dt.date(2026, 11, 11))
    daily = merchant(80)
    daily.loc["2026-09-10"] *= 6
    days = (ahead.peak - AS_OF).days if ahead.peak else 0
    known = forecast_sales(daily, AS_OF, 20, (past, ahead), paths=100, seed=1)
    beyond = expected_beyond(known, 10, (past, ahead), seed=2).sum(axis=0)
    assert 4 < beyond[days - 21] / beyond[days - 23] < 8
    new = forecast_sales(merchant(80), AS_OF, 20, (ahead,), paths=100, seed=1)
    prior = expected_beyond(new, 10, (ahead,), seed=2).sum(axis=0)
    assert 3 < prior[days - 21] / prior[days - 23] < 8


def test_nothing_sold_is_nothing_beyond_and_no_days_are_none() -> None:
    empty = forecast_sales(merchant() * 0, AS_OF, 5, paths=10)
    assert expected_beyond(empty, 7).tolist() == np.zeros((2, 7)).tolist()
    assert expected_beyond(forecast_sales(merchant(30), AS_OF, 5, paths=10), 0).shape == (2, 0)

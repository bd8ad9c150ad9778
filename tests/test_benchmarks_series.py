"""The series that forecasts are compared on: their origins, the calendar the peers are given, and what is left out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from benchmarks.series import ROSSMANN, Study, calendar_columns, every, olist, rossmann

needs_data = pytest.mark.skipif(not ROSSMANN.exists(), reason="the public series do not lie beside the repository")


def study(first: str, days: int) -> Study:
    index = pd.date_range(first, periods=days)
    return Study("one", pd.DataFrame({"a": np.ones(days)}, index=index), None, "DE", (index[-1].date(),), (28,))


def test_origins_are_evenly_spaced_and_leave_the_horizon_known() -> None:
    origins = every(21, 3, dt.date(2017, 10, 31), 28)
    assert origins == (dt.date(2017, 8, 22), dt.date(2017, 9, 12), dt.date(2017, 10, 3))


def test_a_public_holiday_is_a_sunday_in_the_calendar() -> None:
    """German Unity Day 2013 fell on a Thursday."""
    table = calendar_columns(study("2013-09-30", 7))
    thursday = table.loc["2013-10-03"]
    assert (thursday["weekday_3"], thursday["weekday_6"], thursday["holiday"]) == (0.0, 1.0, 1.0)
    assert (table.loc["2013-10-02", "day_before"], table.loc["2013-10-04", "day_after"]) == (1.0, 1.0)
    assert (table.loc["2013-10-06", "weekday_6"], table.loc["2013-10-06", "holiday"]) == (1.0, 0.0)


def test_the_peers_begin_where_trade_begins() -> None:
    index = pd.date_range("2024-01-01", periods=120)
    sales = np.where(np.arange(120) < 40, 0.0, 10.0)
    sales[2] = 1.0
    one = Study("launch", pd.DataFrame({"a": sales}, index=index), None, "CN", (index[-1].date(),), (28,))
    assert one.begins >= index[39]


@needs_data
def test_the_real_series_cover_their_origins_and_horizons() -> None:
    for one in (rossmann(), olist()):
        days = pd.DatetimeIndex(one.daily.index)
        assert (days[1:] - days[:-1] == pd.Timedelta(days=1)).all()
        assert pd.Timestamp(max(one.origins)) + pd.Timedelta(days=max(one.horizons)) <= days[-1]
        assert not calendar_columns(one).isna().to_numpy().any()


@needs_data
def test_the_marketplace_is_read_as_the_planner_reads_it() -> None:
    """Of 32,210 orders the 26 inconsistent ones are left out, and nothing else."""
    daily = olist().daily
    orders = pd.read_parquet(ROSSMANN.parent / "olist_to_2017-10.parquet")
    assert list(daily.columns) == ["credit_card", "boleto", "voucher", "debit_card"]
    left_out = float(orders["amount"].astype(float).sum()) - float(daily.to_numpy().sum())
    assert 0 < left_out < 26 * float(orders["amount"].astype(float).max())
    assert left_out == pytest.approx(26 * float(orders["amount"].astype(float).mean()), rel=1.0)

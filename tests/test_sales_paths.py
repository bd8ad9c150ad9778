"""The whole forecast of sales on merchants whose law is known."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from forecast.errors import InputError
from forecast.notes import Note
from forecast.plan.model import Event
from forecast.sales.paths import forecast_sales, sales_paths

AS_OF = dt.date(2026, 10, 18)
WEEK = np.array([0.1, 0.05, 0.0, 0.0, -0.05, -0.2, 0.1])


def _merchant(seed: int, days: int, after: int = 0, noise: float = 0.08) -> pd.DataFrame:
    """Three channels: a drifting level, a weekly pattern, noise; ``after`` days lie behind as_of."""
    rng = np.random.default_rng(seed)
    index = pd.date_range(end=pd.Timestamp(AS_OF) + pd.Timedelta(days=after), periods=days + after)
    log = np.log(50_000) + np.cumsum(0.006 * rng.standard_normal(len(index))) + WEEK[np.asarray(index.day_of_week)]
    total = np.exp(log + noise * rng.standard_normal(len(index)))
    parts = rng.gamma(total[:, None] * np.array([0.6, 0.3, 0.1]) / 150) * 150
    return pd.DataFrame(parts, index=index, columns=["baitiao", "wechat", "card"])


def _double11(year: int, uplift: float | None = None) -> Event:
    return Event("double11", dt.date(year, 11, 1), dt.date(year, 11, 13), dt.date(year, 11, 11), uplift)


def _with_peaks(daily: pd.DataFrame, multiples: dict[int, float]) -> pd.DataFrame:
    """The plateau, the peak and the day after it, in the years given."""
    factor = pd.Series(1.0, index=daily.index)
    for year, multiple in multiples.items():
        factor[f"{year}-11-01" : f"{year}-11-10"] = 1.3
        factor[f"{year}-11-11"] = multiple
        factor[f"{year}-11-12"] = multiple**0.4
    return daily.mul(factor, axis=0)


def test_shape_and_that_no_value_is_negative_or_absent() -> None:
    paths = sales_paths(_merchant(1, 200), AS_OF, 20, paths=300, seed=1)
    assert paths.shape == (300, 3, 20)
    assert np.isfinite(paths).all()
    assert (paths >= 0).all()


def test_the_same_seed_gives_the_same_array() -> None:
    daily = _merchant(2, 120)
    first, again, other = (sales_paths(daily, AS_OF, 10, paths=50, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(sales_paths(daily, AS_OF, 10, paths=50, seed=np.random.default_rng(7)), first)


LOOK_AHEAD = _merchant(3, 60, after=30)
LOOK_AHEAD_PATHS = sales_paths(LOOK_AHEAD.loc[:"2026-10-18"], AS_OF, 15, paths=20, seed=1)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.0, 1e9), st.integers(0, 29), st.booleans())
def test_rows_after_as_of_change_nothing(value: float, row: int, dropped: bool) -> None:  # noqa: FBT001  # drawn
    changed = LOOK_AHEAD.copy()
    changed.iloc[60 + row :] = value
    if dropped:
        changed = changed.drop(changed.index[60 + row])
    np.testing.assert_array_equal(sales_paths(changed, AS_OF, 15, paths=20, seed=1), LOOK_AHEAD_PATHS)


def test_the_weekly_pattern_is_recovered() -> None:
    total = sales_paths(_merchant(4, 400, noise=0.03), AS_OF, 28, paths=500, seed=1).sum(axis=1)
    weekday = np.asarray(pd.date_range("2026-10-19", periods=28).day_of_week)
    log = np.log(np.median(total, axis=0))
    pattern = np.array([log[weekday == day].mean() for day in range(7)])
    np.testing.assert_allclose(pattern - pattern.mean(), WEEK - WEEK.mean(), atol=0.04)


def test_a_peak_seen_twice_comes_again_at_about_its_height() -> None:
    daily = _with_peaks(_merchant(5, 900), {2024: 7.0, 2025: 9.0})
    found = forecast_sales(daily, AS_OF, 40, [_double11(2024), _double11(2025), _double11(2026)], paths=2000, seed=1)
    total = found.paths.sum(axis=1)
    peak = total[:, 23] / total[:, :13].mean(axis=1)
    low, middle, high = np.quantile(peak, [0.05, 0.5, 0.95])
    assert 5.5 < middle < 10.5
    assert 1.3 < high / middle < 2.5  # neither a copy
    assert 1.3 < middle / low < 2.5  # nor unknown
    assert found.events[0].source == "history"
    assert found.events[0].p05 < 8 < found.events[0].p95
    assert not [note for note in found.notes if note.code.startswith("event_prior")]


@pytest.mark.parametrize(
    ("uplift", "low", "high", "code"), [(10.0, 8, 13, "event_prior_uplift"), (None, 3, 6, "event_prior_default")]
)
def test_a_peak_never_seen_takes_its_prior(uplift: float | None, low: float, high: float, code: str) -> None:
    found = forecast_sales(_merchant(6, 150), AS_OF, 40, [_double11(2026, uplift)], paths=1000, seed=1)
    total = found.paths.sum(axis=1)
    assert low < np.median(total[:, 23] / total[:, :13].mean(axis=1)) < high
    assert Note(code, "events.double11", {"name": "double11", "start": "2026-11-01"}) in found.notes


@pytest.mark.parametrize(
    ("peak", "uplift", "low", "high"),
    [(True, None, 1.2, 14), (False, None, 0.7, 2.9), (True, 6.0, 6 / 1.8, 6 * 1.8), (False, 2.0, 2 / 1.8, 2 * 1.8)],
)
def test_the_priors_of_a_first_promotion_are_those_of_the_readme(
    peak: bool,  # noqa: FBT001  # a case
    uplift: float | None,
    low: float,
    high: float,
) -> None:
    day = dt.date(2026, 11, 11)
    event = Event("first", day, day, day if peak else None, uplift)
    (effect,) = forecast_sales(_merchant(6, 150), AS_OF, 40, [event], paths=20, seed=1).events
    assert (effect.p05, effect.p95) == pytest.approx((low, high), rel=0.04)


def test_regressors_reach_the_horizon() -> None:
    daily = _merchant(7, 200)
    days = pd.date_range(daily.index[0], periods=220)
    promotion = pd.Series((np.arange(220) % 10 < 3).astype(float), index=days)
    daily = daily.mul(1 + promotion.loc[daily.index], axis=0)
    table = promotion.to_frame("promotion")
    table.loc["2026-10-19":, "promotion"] = np.repeat([1.0, 0.0], 10)
    total = np.median(sales_paths(daily, AS_OF, 20, regressors=table, paths=500, seed=1).sum(axis=1), axis=0)
    assert total[:7].mean() / total[-7:].mean() == pytest.approx(2.0, rel=0.2)


@pytest.mark.parametrize("days", [1, 3, 10, 29])
def test_a_short_history_gives_a_wide_forecast_and_says_so(days: int) -> None:
    daily = _merchant(8, days)
    found = forecast_sales(daily, AS_OF, 30, holidays="CN", paths=1000, seed=1)
    total = found.paths.sum(axis=(1, 2))
    expected = float(daily.sum(axis=1).mean()) * 30
    low, high = np.quantile(total, [0.05, 0.95])
    assert low < expected < high
    assert high / low > (1.3 if days < 14 else 1.2)
    assert total.mean() < 2 * expected
    assert Note("short_history", "sales", {"days": days}) in found.notes


def test_a_month_of_collapse_and_recovery_stays_near_its_last_weeks_and_says_so() -> None:
    """Daily sales, in thousands, of a shop through a lock-down of a week and a recovery to ten times the start."""
    thousands = [17, 24, 22, 41, 33, 14, 15, 0, 39, 4, 0.4, 0.02, 0.1, 0.4, 0.1, 0, 33, 95, 88, 141, 214, 195, 215]
    daily = pd.Series(1000.0 * np.array([*thousands, 399, 339, 303, 266, 271, 228]))
    daily.index = pd.date_range(end=pd.Timestamp(AS_OF), periods=len(daily))
    found = forecast_sales(daily, AS_OF, 30, holidays="CN", paths=2000, seed=1)
    total = found.paths.sum(axis=(1, 2))
    low, middle, high = np.quantile(total, [0.05, 0.5, 0.95])
    recent = 30 * float(daily.iloc[-7:].mean())
    assert low < recent < high
    assert middle == pytest.approx(recent, rel=0.5)
    assert total.mean() < 1.5 * middle
    assert 3 < high / low < 12
    assert Note("erratic_history", "sales", {"days": 27}) in found.notes


@pytest.mark.parametrize("gap", [3, 25])
def test_two_days_of_sales_of_which_one_is_absurd_do_not_explode(gap: int) -> None:
    daily = pd.Series(0.0, index=pd.date_range(end=pd.Timestamp(AS_OF), periods=gap + 2))
    daily.iloc[0], daily.iloc[-2] = 3_000.0, 150_000_000.0
    found = forecast_sales(daily, AS_OF, 30, paths=500, seed=1)
    total = found.paths.sum(axis=(1, 2))
    assert total.mean() < daily.sum()
    assert total.mean() < 2 * np.median(total)
    assert "erratic_history" in {note.code for note in found.notes}


@settings(max_examples=25, deadline=None)
@given(
    days=st.integers(1, 40),
    channels=st.integers(1, 5),
    scale=st.sampled_from([0.01, 100.0, 1e9]),
    filled=st.sampled_from([0.0, 0.05, 0.4, 1.0]),
    constant=st.booleans(),
    lag=st.sampled_from([0, 5, 60]),
    seed=st.integers(0, 1000),
)
def test_no_history_however_poor_breaks_the_forecast(
    days: int,
    channels: int,
    scale: float,
    filled: float,
    constant: bool,  # noqa: FBT001  # drawn
    lag: int,
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    values = (np.ones((days, channels)) if constant else rng.gamma(0.3, 1.0, (days, channels))) * scale
    values *= rng.random((days, channels)) < filled
    values[rng.integers(days)] = scale  # at least a day with sales, in all channels
    index = pd.date_range(end=pd.Timestamp(AS_OF), periods=days + lag)
    daily = pd.DataFrame(np.concatenate([values, np.zeros((lag, channels))]), index=index).rename(columns=str)
    paths = sales_paths(daily, AS_OF, 20, paths=20, seed=seed)
    assert np.isfinite(paths).all()
    assert (paths >= 0).all()
    assert paths.sum(axis=1).mean() < 10 * values.sum(axis=1).max()


def test_without_any_order_sales_are_zero() -> None:
    found = forecast_sales(_merchant(9, 50) * 0, AS_OF, 10, paths=20, seed=1)
    assert not found.paths.any()
    assert [(note.code, note.where) for note in found.notes] == [
        ("no_orders", "channels.baitiao"),
        ("no_orders", "channels.wechat"),
        ("no_orders", "channels.card"),
    ]


@pytest.mark.parametrize(
    ("days", "value", "as_of", "message"),
    [
        (50, 1.0, dt.date(2020, 1, 1), "as_of: is 2020-01-01, before the first row of daily (2026-08-30); write a day"),
        (50, np.nan, AS_OF, "daily: holds no number in the 1461 days up to 2026-10-18; write each day's sales, 0 if"),
        (0, 1.0, AS_OF, "daily: has no row; write one for each day up to as_of, 0 where there were no orders"),
    ],
)
def test_a_past_of_which_nothing_is_known_is_refused(days: int, value: float, as_of: dt.date, message: str) -> None:
    daily = pd.DataFrame({"card": value}, index=pd.date_range(end=pd.Timestamp(AS_OF), periods=days))
    for one in (daily, daily["card"]):
        with pytest.raises(InputError, match=re.escape(message)):
            sales_paths(one, as_of, 10, paths=20)


def test_a_bare_array_is_refused_with_what_to_write() -> None:
    with pytest.raises(
        InputError, match="daily: is a ndarray; write a pandas DataFrame, a column a channel, or a Series"
    ):
        sales_paths(np.ones(100), AS_OF, 10, paths=20)  # type: ignore[arg-type]


def test_one_channel_without_orders_is_zero_and_noted() -> None:
    found = forecast_sales(_merchant(10, 90).assign(card=0.0), AS_OF, 10, paths=50, seed=1)
    assert not found.paths[:, 2].any()
    assert [note.where for note in found.notes if note.code == "no_orders"] == ["channels.card"]


@pytest.mark.parametrize("filler", ["absent", "empty", "zero"])
def test_a_feed_that_stopped_is_no_collapse_of_sales(filler: str) -> None:
    daily = _merchant(11, 200)
    expected = float(daily.iloc[-28:].sum(axis=1).mean())
    if filler == "absent":
        daily = daily.iloc[:-5]
    else:
        daily.iloc[-5:] = np.nan if filler == "empty" else 0.0
    found = forecast_sales(daily, AS_OF, 14, paths=500, seed=1)
    assert found.paths.sum(axis=1).mean() == pytest.approx(expected, rel=0.15)
    assert Note("stale_ledger", "sales", {"days": 5, "last": "2026-10-13"}) in found.notes


def test_missing_days_and_one_absurd_day_do_not_wreck_the_forecast() -> None:
    daily = _merchant(12, 250)
    expected = float(daily.iloc[-28:].sum(axis=1).mean())
    daily.iloc[240] *= 40
    daily = daily.drop(daily.index[[100, 101, 200]])
    found = forecast_sales(daily, AS_OF, 14, paths=500, seed=1)
    assert np.median(found.paths.sum(axis=1)) == pytest.approx(expected, rel=0.15)
    assert {"missing_days", "outlier_days"} <= {note.code for note in found.notes}


def test_a_shop_that_shuts_on_sundays_is_shut_on_those_to_come() -> None:
    daily = _merchant(13, 300)
    daily[np.asarray(pd.DatetimeIndex(daily.index).day_of_week) == 6] = 0.0
    total = sales_paths(daily, AS_OF, 14, paths=200, seed=1).sum(axis=1)
    assert ((total == 0).mean(axis=0) > 0.5).tolist() == [False] * 6 + [True] + [False] * 6 + [True]


def test_a_single_series_is_one_channel() -> None:
    series = _merchant(14, 100).sum(axis=1)
    assert sales_paths(series, AS_OF, 5, paths=10, seed=1).shape == (10, 1, 5)


def test_horizon_and_paths_must_be_positive() -> None:
    with pytest.raises(InputError) as caught:
        sales_paths(_merchant(15, 10), AS_OF, 0, paths=0)
    assert [problem.key for problem in caught.value.problems] == ["horizon", "paths"]


def test_intervals_hold_as_often_as_they_say() -> None:
    """10 merchants; days within one share the level's path, so the band is binomial in a sixth of the values."""
    inside, days, sums = 0, 0, 0
    for seed in range(10):
        daily = _merchant(100 + seed, 200, after=14)
        paths = sales_paths(daily, AS_OF, 14, paths=400, seed=seed)
        actual = daily.iloc[-14:].to_numpy().T
        low, high = np.quantile(paths, [0.1, 0.9], axis=0)
        inside += int(((actual >= low) & (actual <= high)).sum())
        days += actual.size
        low, high = np.quantile(paths.sum(axis=(1, 2)), [0.1, 0.9])
        sums += int(low <= actual.sum() <= high)
    effective = days // 6
    band = stats.binom(effective, 0.8)
    assert band.ppf(0.001) <= inside / days * effective <= band.ppf(0.999), inside / days
    assert stats.binom(10, 0.8).ppf(0.001) <= sums

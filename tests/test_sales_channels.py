"""The split: parts of one total, rough where orders are few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.sales import channels

DAYS, AHEAD = 400, 40
WEEKDAYS = np.arange(DAYS + AHEAD) % 7
NO_PEAK = np.zeros(DAYS + AHEAD)


def _orders(rng: np.random.Generator, rates: np.ndarray, mean: float = 100.0) -> np.ndarray:
    """Daily value of Poisson orders of exponential amounts: rates of shape (day, channel)."""
    counts = rng.poisson(rates)
    return np.asarray(np.where(counts > 0, rng.standard_gamma(np.maximum(counts, 1)) * mean, 0.0))


def _split(values: np.ndarray, paths: int = 2000, peaks: np.ndarray = NO_PEAK) -> np.ndarray:
    rng = np.random.default_rng(0)
    fitted = channels.fit(values, WEEKDAYS[:DAYS], peaks[:DAYS])
    total = np.full((paths, AHEAD), values[-60:].sum(axis=1).mean())
    return channels.simulate(fitted, total, WEEKDAYS[DAYS:], peaks[DAYS:], rng)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.0, 200.0), min_size=1, max_size=5), st.integers(0, 1000))
def test_channels_add_up_to_the_total_on_every_path_and_day(rates: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = _orders(rng, np.tile(rates, (100, 1)))
    if values.sum() == 0:
        return
    fitted = channels.fit(values, WEEKDAYS[:100], NO_PEAK[:100])
    total = rng.gamma(1.0, 1000.0, (20, 10)) * (rng.random((20, 10)) > 0.2)
    split = channels.simulate(fitted, total, WEEKDAYS[:10], NO_PEAK[:10], rng)
    assert (split >= 0).all()
    np.testing.assert_allclose(split.sum(axis=1), total, rtol=1e-12)


def test_a_channel_of_one_order_a_day_is_empty_as_often_as_it_was() -> None:
    rng = np.random.default_rng(1)
    values = _orders(rng, np.tile([80.0, 1.0], (DAYS, 1)))
    split = _split(values)
    assert (split[:, 1] == 0).mean() == pytest.approx(np.exp(-1), abs=0.06)  # no order of a Poisson law of rate 1
    assert (split[:, 0] == 0).mean() == 0.0


def test_shares_and_weekday_patterns_return() -> None:
    rng = np.random.default_rng(2)
    rates = np.tile([600.0, 300.0, 100.0], (DAYS, 1))
    rates[WEEKDAYS[:DAYS] >= 5, 1] *= 1.5
    split = _split(_orders(rng, rates))
    share = split.sum(axis=0) / split.sum(axis=(0, 1))
    weekend = WEEKDAYS[DAYS:] >= 5
    assert share[1, weekend].mean() == pytest.approx(450 / 1150, abs=0.02)
    assert share[1, ~weekend].mean() == pytest.approx(0.30, abs=0.02)


def test_a_share_that_drifts_is_followed_and_left_wider() -> None:
    rng = np.random.default_rng(3)
    steady = np.tile([700.0, 300.0], (DAYS, 1))
    moving = steady.copy()
    moving[:, 1] *= np.exp(np.cumsum(0.03 * rng.standard_normal(DAYS)))
    weekly = [
        split[:, 1, -7:].sum(axis=1) / split[:, :, -7:].sum(axis=(1, 2))
        for split in (_split(_orders(rng, steady)), _split(_orders(rng, moving)))
    ]
    assert weekly[1].mean() == pytest.approx(moving[-1, 1] / moving[-1].sum(), abs=0.06)
    assert weekly[1].std() / weekly[1].mean() > 2 * weekly[0].std() / weekly[0].mean()


def test_the_shift_of_shares_near_a_peak_returns_in_part() -> None:
    peaks = NO_PEAK.copy()
    peaks[[100, 101, 102, 300, 301, 302, 420]] = 1.0
    rates = np.tile([700.0, 300.0], (DAYS, 1))
    rates[peaks[:DAYS] > 0] = [4000.0, 4000.0]
    split = _split(_orders(np.random.default_rng(4), rates), peaks=peaks)
    share = split[:, 1].mean(axis=0) / split.sum(axis=1).mean(axis=0)
    assert share[19] == pytest.approx(0.30, abs=0.02)
    assert 0.40 < share[20] < 0.50


def test_a_channel_without_sales_stays_without() -> None:
    values = _orders(np.random.default_rng(5), np.tile([50.0, 20.0, 0.0], (DAYS, 1)))
    assert _split(values, 50)[:, 2].max() == 0.0


def test_sales_on_the_days_of_peaks_alone_are_split_too() -> None:
    peaks = NO_PEAK.copy()
    peaks[[380, 381, 382, 420]] = 1.0
    values = _orders(np.random.default_rng(7), np.tile([70.0, 30.0], (DAYS, 1)) * peaks[:DAYS, None])
    split = _split(values, 200, peaks)
    assert split[:, 1].sum() / split.sum() == pytest.approx(0.3, abs=0.15)


def test_days_that_are_unknown_are_passed_over() -> None:
    values = _orders(np.random.default_rng(6), np.tile([700.0, 300.0], (DAYS, 1)))
    values[50:60] = np.nan
    split = _split(values, 200)
    assert split[:, 1].sum() / split.sum() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("gap", [1, 16, 96])
def test_all_sales_on_one_day_weeks_ago_are_split_as_they_were(gap: int) -> None:
    values = np.zeros((gap + 1, 2))
    values[0] = [100.0, 90.0]
    fitted = channels.fit(values, WEEKDAYS[: gap + 1], NO_PEAK[: gap + 1])
    split = channels.simulate(fitted, np.full((500, 10), 190.0), WEEKDAYS[:10], NO_PEAK[:10], np.random.default_rng(0))
    assert np.isfinite(split).all()
    assert split[:, 1].sum() / split.sum() == pytest.approx(90 / 190, abs=0.15)


def _share_of_history(values: np.ndarray) -> float:
    """The second channel's simulated share of a total like the past, relative to its share of history."""
    rng = np.random.default_rng(0)
    fitted = channels.fit(values, WEEKDAYS[:DAYS], NO_PEAK[:DAYS])
    total = np.full((300, 100), values.sum(axis=1).mean())
    split = channels.simulate(fitted, total, np.arange(DAYS, DAYS + 100) % 7, np.zeros(100), rng)
    return float(split[:, 1].sum() / split.sum() * values.sum() / values[:, 1].sum())


@pytest.mark.parametrize("sold", [0.05, 0.15, 0.5])
def test_a_channel_that_sells_rarely_keeps_its_share(sold: float) -> None:
    ratios = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rare = np.where(rng.random(DAYS) < sold, 1000 * np.exp(0.3 * rng.standard_normal(DAYS)), 0.0)
        ratios.append(_share_of_history(np.stack([10_000 * np.exp(0.2 * rng.standard_normal(DAYS)), rare], axis=1)))
    assert 0.8 < np.mean(ratios) < 1.25


@pytest.mark.parametrize("first", [0, 12, 24])
@pytest.mark.parametrize("amount", [1_000.0, 50_000.0])
def test_one_sale_in_25_days_keeps_its_share_be_it_smaller_or_larger_than_a_day(amount: float, first: int) -> None:
    values = np.tile([10_000.0, 0.0], (DAYS, 1))
    values[first::25, 1] = amount
    assert _share_of_history(values) == pytest.approx(1.0, abs=0.15)


def test_an_absurd_week_hardly_moves_the_share_of_a_channel_that_sells_daily() -> None:
    values = _orders(np.random.default_rng(8), np.tile([700.0, 300.0], (DAYS, 1)))
    values[300:307, 1] *= 40
    split = _split(values, 500)
    assert split[:, 1].sum() / split.sum() == pytest.approx(0.3, abs=0.04)


def test_few_large_orders_take_their_weight_of_a_total() -> None:
    paths, days = 4000, 10
    weights = np.tile([[0.6], [0.3], [0.1]], (paths, 1, days))
    order_mean, order_shape = np.array([100.0, 1000.0, 20_000.0]), np.array([1.0, 0.5, 5.0])
    for total in (100.0, 10_000.0, 1e6):
        shares = channels.rough_shares(
            weights, np.full((paths, days), total), order_mean, order_shape, np.random.default_rng(1)
        )
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)
        np.testing.assert_allclose(shares.mean(axis=(0, 2)), [0.6, 0.3, 0.1], atol=0.01)

"""Empty days: a habit returns, a closed shop does not, and a launch is no history."""

from __future__ import annotations

import numpy as np

from forecast.calendar import days_between
from forecast.sales.closures import find_closures, start_of_trade

DAYS = days_between(np.datetime64("2025-01-01"), np.datetime64("2026-12-31"))


def _weekday(days: np.ndarray) -> np.ndarray:
    return np.array([day.astype(object).weekday() for day in days])


def test_a_shop_that_shuts_on_sundays_will_again() -> None:
    total = np.where(_weekday(DAYS[:200]) == 6, 0.0, 100.0)
    closures = find_closures(total, DAYS)
    chance = closures.chance(DAYS[200:207])
    assert not closures.closed.any()
    assert (chance[_weekday(DAYS[200:207]) == 6] > 0.9).all()
    assert (chance[_weekday(DAYS[200:207]) != 6] < 0.02).all()


def test_two_weeks_without_any_sale_are_a_closure() -> None:
    total = np.full(200, 100.0)
    total[90:104] = 0.0
    closures = find_closures(total, DAYS)
    assert np.flatnonzero(closures.closed).tolist() == list(range(90, 104))
    assert (closures.by_weekday == 0).all()


def test_chance_empty_days_of_a_small_shop_are_no_closure() -> None:
    total = np.where(np.random.default_rng(1).random(300) < 0.4, 0.0, 50.0)
    closures = find_closures(total, DAYS)
    assert not closures.closed.any()
    assert abs(closures.by_weekday.mean() - 0.4) < 0.08


def test_history_starts_after_a_trial_and_the_launch() -> None:
    trial, pause = np.full(6, 500.0), np.zeros(80)
    launch = 1000.0 * 1.15 ** np.arange(20)  # sixteenfold in three weeks
    trade = np.full(200, launch[-1])
    start = start_of_trade(np.concatenate([trial, pause, launch, trade]))
    assert 86 + 7 <= start <= 86 + 20


def test_steady_growth_and_short_histories_are_kept_whole() -> None:
    assert start_of_trade(np.exp(0.005 * np.arange(400))) == 0  # sevenfold in a year
    assert start_of_trade(np.exp(0.14 * np.arange(50))) == 0


def test_a_gap_in_an_established_trade_is_no_launch() -> None:
    trade = np.full(150, 100.0)
    for absent in (0.0, np.nan):
        assert start_of_trade(np.concatenate([trade, np.full(40, absent), trade])) == 0


def test_a_trifle_in_a_closure_does_not_open_the_shop() -> None:
    total = np.full(200, 10_000.0)
    total[90:104] = 0.0
    total[97] = 5.0
    assert np.flatnonzero(find_closures(total, DAYS).closed).tolist() == list(range(90, 104))

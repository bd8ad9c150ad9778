"""Lags behind monthly payouts: filled in where payouts tell nothing, followed where they move, and never overrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.calendar import Calendar
from forecast.receivables.drift import drawn_hazards
from forecast.receivables.hazards import MAX_AGE, hazard_with_tail
from forecast.receivables.monthly import Payouts, due_ages
from forecast.receivables.payout import month_days
from forecast.receivables.settlement import SettlementGrid, fit_settlement

if TYPE_CHECKING:
    from forecast.arrays import Floats

CHINA = Calendar("CN")
COUNT = 420
ORDER = 10.0
AGES = np.arange(MAX_AGE)


def falls_due(mean: float, shape: float = 4.0) -> Floats:
    """Chance of falling due by each age (age), of a log-logistic lag with this median."""
    return np.asarray(1.0 / (1.0 + (np.maximum(AGES, 1e-9) / mean) ** -shape))


def paid_monthly(medians: Floats, as_of: str) -> SettlementGrid:
    """1,000 yuan a day whose lags have these medians (day), paid on the last working day of a month."""
    days = np.arange(np.datetime64(as_of) - COUNT + 1, np.datetime64(as_of) + 1)
    pays = np.flatnonzero(month_days("last_working_day", days, CHINA))
    settled, still_open = np.zeros((2, COUNT, MAX_AGE + 1))
    for day, median in enumerate(medians):
        reached = 0.0
        for age in pays[pays >= day] - day:
            if age < MAX_AGE:
                by_then = 1000.0 * falls_due(median)[age]
                settled[day, age], reached = by_then - reached, by_then
        still_open[day, min(COUNT - 1 - day, MAX_AGE)] = 1000.0 - reached
    return SettlementGrid(days, settled, np.zeros_like(settled), still_open)


@pytest.mark.parametrize("as_of", ["2024-07-20", "2024-09-15", "2024-11-22"])
@pytest.mark.parametrize("growth", [-0.4, 0.0])
def test_a_lag_that_moves_is_followed_through_monthly_payouts(as_of: str, growth: float) -> None:
    years = (np.arange(COUNT) - COUNT) / 365.0
    grid = paid_monthly(8.0 * np.exp(growth * years), as_of)
    law = fit_settlement(grid, CHINA, ORDER)
    assert law.payout.month_rule == "last_working_day"
    place, prior = (np.arange(24) + 0.5) / 24, np.full((1, MAX_AGE), 1 / 7)
    hazards = drawn_hazards(law.counts, prior, ORDER, 4.0, place, np.random.default_rng(1), moves=True)[:, 0]
    lags = np.cumprod(1.0 - hazards, axis=1).sum(axis=1)
    # Mean lag in the middle of the weeks ahead; a year ago lags were half as long again.
    true = float((1.0 - falls_due(8.0 * np.exp(growth * 30 / 365))).sum())
    assert lags.mean() == pytest.approx(true, abs=0.5)


def test_a_week_tells_as_much_as_its_payouts_show() -> None:
    grid = paid_monthly(np.full(COUNT, 8.0), "2024-11-29")
    counts = fit_settlement(grid, CHINA, ORDER).counts
    # The payout is on the last day. Of the last week's deductions few had fallen due by then: how many says nearly all
    # there is to know. Three weeks ago nearly all had: when they did, no payout tells.
    told = counts.at_risk[:, 0] / 7000.0
    assert told[0] > 0.9
    assert told[3] < 0.4
    # All weeks together still say what the law is.
    hazard = hazard_with_tail(counts.events.sum(0)[None], counts.at_risk.sum(0)[None], ORDER)[0, 0]
    assert 1.0 - np.cumprod(1.0 - hazard)[[5, 10, 20]] == pytest.approx(falls_due(8.0)[[5, 10, 20]], abs=0.03)


def test_payouts_of_every_day_tell_everything() -> None:
    rng = np.random.default_rng(4)
    settled = np.concatenate([rng.uniform(0, 500, (28, 20)), np.zeros((28, MAX_AGE - 19))], axis=1)
    week = np.arange(28)[::-1] // 7
    every = Payouts(settled, 0 * settled, np.ones_like(settled, dtype=bool), week, np.ones(28))
    found = due_ages(every, np.full(MAX_AGE + 1, 1.0), ORDER)
    assert found.events == pytest.approx(settled)
    assert found.told == pytest.approx(1.0)


def test_filling_in_neither_makes_nor_loses_money() -> None:
    settled, censored = np.zeros((2, 14, MAX_AGE + 1))
    opened = np.zeros(settled.shape, dtype=bool)
    for day in range(14):
        for payout in (20 - day, 50 - day):
            opened[day, payout] = True
        settled[day, 20 - day], settled[day, 50 - day] = 300.0 + 20.0 * day, 100.0
        settled[day, 30 - day] = 7.0  # a payment on a day that is none of the rule's
        censored[day, 50 - day] = 50.0
    week = np.arange(14)[::-1] // 7
    found = due_ages(Payouts(settled, censored, opened, week, np.ones(14)), np.full(MAX_AGE + 1, 1.0), ORDER)
    assert found.events.sum(axis=1) == pytest.approx(settled.sum(axis=1))
    # What the second payout paid fell due after the first.
    assert found.events[0, :21].sum() == pytest.approx(300.0)
    assert (found.told > 0).all()
    assert (found.told < 1).all()

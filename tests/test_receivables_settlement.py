"""The settlement lag with payout days."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.calendar import Calendar
from forecast.receivables.hazards import MAX_AGE, hazard_with_tail
from forecast.receivables.payout import PayoutDays, month_days
from forecast.receivables.settlement import SettlementGrid, evolve, fit_settlement

CHINA = Calendar("CN")
DAYS = np.arange(np.datetime64("2025-06-01"), np.datetime64("2026-06-01"))
WORKING = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0])


def grid_of(lags: dict[int, float]) -> SettlementGrid:
    """1,000 yuan deducted a day, due after these lags, rolled to the next working day; cut on the last day."""
    settled, open_value = np.zeros((2, len(DAYS), MAX_AGE + 1))
    for index, day in enumerate(DAYS):
        for lag, share in lags.items():
            paid_on = CHINA.working_day_on_or_after(day + lag)
            age = int((paid_on - day).astype(int))
            if paid_on <= DAYS[-1]:
                settled[index, age] += 1000.0 * share
            else:
                open_value[index, int((DAYS[-1] - day).astype(int))] += 1000.0 * share
    return SettlementGrid(DAYS, settled, np.zeros_like(settled), open_value)


@pytest.mark.parametrize("lags", [{7: 1.0}, {1: 1.0}, {2: 0.5, 5: 0.3, 11: 0.2}])
def test_a_lag_rolled_over_weekends_and_holidays_is_found_again(lags: dict[int, float]) -> None:
    law = fit_settlement(grid_of(lags), CHINA, order_size=10.0)
    assert law.payout.openness.tolist() == WORKING.tolist()
    assert law.mode == "rolled"
    hazard = hazard_with_tail(law.counts.events.sum(0)[None], law.counts.at_risk.sum(0)[None], 10.0)[:, 0]
    # On a horizon that holds the Spring Festival of 2027 the kernel pays what the rule pays, day by day.
    start, cohorts = np.datetime64("2027-01-25"), 21
    openness = PayoutDays(WORKING).on(np.arange(start, start + cohorts + MAX_AGE), CHINA)
    paid = evolve(hazard, np.zeros_like(hazard), "rolled", openness, cohorts)[0][0]
    wanted = np.zeros_like(paid)
    for cohort in range(cohorts):
        for lag, share in lags.items():
            paid_on = CHINA.working_day_on_or_after(start + cohort + lag)
            wanted[cohort, int((paid_on - start).astype(int)) - cohort] += share
    assert np.abs(np.cumsum(paid - wanted, axis=1)).max() < 0.06


def test_a_lag_that_does_not_run_on_closed_days_is_read_as_paused() -> None:
    # Deliveries: each open day settles a fifth of what is open; Saturdays half as fast, Sundays not at all.
    pace = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0, 1.0, 1.0, 1.0, 1.0])
    openness = PayoutDays(pace).on(np.arange(DAYS[0], DAYS[-1] + 1 + MAX_AGE), CHINA)
    hazard = np.full((1, MAX_AGE), 0.2)
    paid = evolve(hazard, 0 * hazard, "paused", openness, len(DAYS))[0][0] * 1000.0
    settled, open_value = np.zeros((2, len(DAYS), MAX_AGE + 1))
    for index in range(len(DAYS)):
        known = len(DAYS) - index
        settled[index, : min(known, MAX_AGE)] = paid[index, :known]
        open_value[index, min(known - 1, MAX_AGE)] = 1000.0 - paid[index, :known].sum()
    law = fit_settlement(SettlementGrid(DAYS, settled, 0 * settled, open_value), CHINA, order_size=10.0)
    assert law.mode == "paused"
    assert law.payout.openness[[5, 6]] == pytest.approx([0.5, 0.0], abs=0.02)


@pytest.mark.parametrize("rule", ["last_working_day", "last_day", "first_working_day"])
def test_a_channel_that_pays_once_a_month_is_found(rule: str) -> None:
    settled, open_value = np.zeros((2, len(DAYS), MAX_AGE + 1))
    pays = np.flatnonzero(month_days(rule, DAYS, CHINA))
    for index in range(len(DAYS)):
        after = pays[pays >= index + 5]
        if len(after):
            settled[index, after[0] - index] = 1000.0
        else:
            open_value[index, len(DAYS) - 1 - index] = 1000.0
    law = fit_settlement(SettlementGrid(DAYS, settled, 0 * settled, open_value), CHINA, order_size=10.0)
    assert law.payout.month_rule == rule
    hazard = hazard_with_tail(law.counts.events.sum(0)[None], law.counts.at_risk.sum(0)[None], 10.0)[:, 0]
    openness = law.payout.on(np.arange(DAYS[-1] + 1, DAYS[-1] + 62 + MAX_AGE), CHINA)
    paid = evolve(hazard, 0 * hazard, law.mode, openness, 60)[0][0]
    # What is deducted at the horizon's start arrives on the first payout day that lies five days off or more.
    first = np.flatnonzero(openness)
    assert paid[0, first[first >= 5][0]] > 0.8


def test_refunds_before_settlement_leave_less_to_settle() -> None:
    due, refund = np.zeros((2, 1, MAX_AGE))
    due[0, 2], refund[0, 1] = 1.0, 0.25
    settled, refunded = evolve(due, refund, "rolled", np.ones(MAX_AGE + 1), 1)
    assert refunded[0, 0, :3].tolist() == [0.0, 0.25, 0.0]
    assert settled[0, 0, :3].tolist() == [0.0, 0.0, 0.75]


def test_open_cohorts_run_off_given_their_age() -> None:
    due = np.zeros((1, MAX_AGE))
    due[0, 1], due[0, 3] = 0.5, 1.0
    settled, _ = evolve(due, 0 * due, "rolled", np.ones(MAX_AGE + 4), 4, known_day=3)
    # Known day 3: the cohort of day 1 has reached age 2 and pays all at age 3; that of day 3 pays half at age 1.
    assert settled[0, 1, :5].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0]
    assert settled[0, 3, :5].tolist() == [0.0, 0.5, 0.0, 0.5, 0.0]
    # The cohort of day 0 should have settled by age 3, yet is open: it is due on the next payout day.
    assert settled[0, 0, :6].tolist() == [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]

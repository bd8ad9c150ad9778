"""The settlement lag with payout days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from forecast.calendar import Calendar
from forecast.receivables.hazards import MAX_AGE, hazard_with_tail
from forecast.receivables.payout import PayoutDays, month_days
from forecast.receivables.settlement import (
    SettlementGrid,
    evolve,
    fit_settlement,
    open_age,
    settlement_grid,
)

if TYPE_CHECKING:
    from forecast.arrays import Days, Floats

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


def delivered(hazard: Floats, pace: Floats) -> SettlementGrid:
    """1,000 yuan deducted a day, settled by age in open days; cut on the last day."""
    openness = PayoutDays(pace).on(np.arange(DAYS[0], DAYS[-1] + 1 + MAX_AGE), CHINA)
    paid = evolve(hazard, 0 * hazard, "paused", openness, len(DAYS))[0][0] * 1000.0
    settled, open_value = np.zeros((2, len(DAYS), MAX_AGE + 1))
    for index in range(len(DAYS)):
        known = len(DAYS) - index
        settled[index, : min(known, MAX_AGE)] = paid[index, :known]
        open_value[index, min(known - 1, MAX_AGE)] = 1000.0 - paid[index, :known].sum()
    return SettlementGrid(DAYS, settled, 0 * settled, open_value)


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
    law = fit_settlement(delivered(np.full((1, MAX_AGE), 0.2), pace), CHINA, order_size=10.0)
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
    # What is deducted arrives on the first payout day that lies five days off or more, and nothing on one before.
    first = np.flatnonzero(openness)
    for cohort in range(60):
        pays_on = first[first >= cohort + 5][0] - cohort
        assert paid[cohort, pays_on] == pytest.approx(1.0, abs=0.1)
        assert paid[cohort, :pays_on].sum() == pytest.approx(0.0, abs=0.1)


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
    # A single cohort that is known to a day after its own.
    settled, _ = evolve(due, 0 * due, "rolled", np.ones(MAX_AGE + 2), 1, known_day=1)
    assert settled[0, 0, :5].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0]


def grid_on(
    days: Days, settled: Floats, left: Floats | None = None, still_open: Floats | None = None
) -> SettlementGrid:
    """A grid of (day, age), ages that are not given left empty."""

    def whole(yuan: Floats | None) -> Floats:
        out = np.zeros((len(days), MAX_AGE + 1))
        if yuan is not None:
            out[:, : yuan.shape[1]] = yuan
        return out

    return SettlementGrid(days, whole(settled), whole(left), whole(still_open))


def test_a_grid_holds_money_net_of_earlier_refunds_by_day_of_deduction_and_age() -> None:
    rows = [
        ("2026-05-29", "settled", 2, 100_00, 20_00),
        ("2026-05-29", "refunded", 1, 50_00, 0),
        ("2026-05-31", "in_transit", 0, 30_00, 5_00),
        ("2025-12-01", "in_transit", 181, 40_00, 0),
        ("2025-04-07", "settled", 3, 60_00, 0),
        ("2025-04-06", "settled", 3, 70_00, 0),
    ]
    table = pd.DataFrame(rows, columns=["day", "outcome", "age", "value", "refunded_before"])
    grid = settlement_grid(table.assign(day=pd.to_datetime(table["day"])), np.datetime64("2026-05-31"))
    # 420 days of deduction, as_of among them: what was deducted earlier is too old
    assert (str(grid.days[0]), str(grid.days[-1]), len(grid.days)) == ("2025-04-07", "2026-05-31", 420)
    assert (grid.settled[417, 2], grid.left[417, 1], grid.open_value[419, 0]) == (80.0, 50.0, 25.0)
    assert grid.open_value[grid.days == np.datetime64("2025-12-01"), MAX_AGE] == 40.0
    assert (grid.settled.sum(), grid.left.sum(), grid.open_value.sum()) == (140.0, 50.0, 65.0)
    assert (grid.arrivals[3], grid.arrivals[419], grid.arrivals.sum()) == (60.0, 80.0, 140.0)


def test_every_order_is_followed_until_it_settles_is_refunded_or_is_open_on_as_of() -> None:
    """Of 1,000 yuan a day half settles at once, a fifth is refunded unpaid a day later, the rest settles after three.

    Every day pays, so nothing waits: as_of cuts off the last days at their age.
    """
    count = len(DAYS)
    settled, left, still_open = np.zeros((3, count, 4))
    settled[:, 0], left[:-1, 1], settled[:-3, 3] = 500.0, 200.0, 300.0
    still_open[-3, 2] = still_open[-2, 1] = 300.0
    still_open[-1, 0] = 500.0
    promotion = np.datetime64("2026-05-28") <= DAYS
    law = fit_settlement(grid_on(DAYS, settled, left, still_open), CHINA, 10.0, promotion)
    assert law.mode == "rolled"
    weeks = law.counts
    assert weeks.at_risk[1, :5] == pytest.approx([7000.0, 3500.0, 2100.0, 2100.0, 0.0])
    assert weeks.events[1, 0, :5] == pytest.approx([3500.0, 0.0, 0.0, 2100.0, 0.0])
    # of the last week's days the last was followed to age 0, the one before to age 1, the third to age 2
    assert weeks.at_risk[0, :5] == pytest.approx([7000.0, 3000.0, 1500.0, 1200.0, 0.0])
    assert weeks.events[0, 0, :5] == pytest.approx([3500.0, 0.0, 0.0, 1200.0, 0.0])
    assert weeks.weeks.tolist() == list(range(-(-count // 7)))
    assert weeks.events.sum() == pytest.approx(settled.sum())
    # the four days of a promotion are the last week's
    assert law.promotion_counts.at_risk[0, :5] == pytest.approx([4000.0, 1500.0, 600.0, 300.0, 0.0])
    assert law.promotion_counts.events[0, 0, :4] == pytest.approx([2000.0, 0.0, 0.0, 300.0])
    assert law.promotion_counts.at_risk[1:].sum() == 0.0


def test_what_is_open_on_a_closed_day_was_not_due_by_the_last_open_one() -> None:
    """Seven days' lag, as_of a Sunday: the week's days are known to Friday, when Monday's was four days old.

    What was deducted on the weekend was open on no payout day yet and tells nothing.
    """
    law = fit_settlement(grid_of({7: 1.0}), CHINA, order_size=10.0)
    assert law.counts.at_risk[0, :6] == pytest.approx([5000.0, 4000.0, 3000.0, 2000.0, 1000.0, 0.0])
    assert law.counts.events[0].sum() == 0.0


def test_a_slow_delivery_that_rests_on_closed_days_is_read_as_paused_though_nothing_of_late_has_settled() -> None:
    hazard = np.where(np.arange(MAX_AGE) < 8, 0.0, 0.3)[None]
    grid = delivered(hazard, WORKING)
    assert grid.settled[-7:].sum() == 0.0
    law = fit_settlement(grid, CHINA, 10.0, np.datetime64("2026-05-15") <= DAYS)
    assert law.mode == "paused"
    assert law.payout.openness.tolist() == WORKING.tolist()
    found = hazard_with_tail(law.counts.events.sum(0)[None], law.counts.at_risk.sum(0)[None], 10.0)[0, 0]
    assert found[:20] == pytest.approx(hazard[0, :20], abs=1e-6)
    by_week = grid.settled[::-1].sum(axis=1)
    weekly = [by_week[begin : begin + 7].sum() for begin in range(0, len(DAYS), 7)]
    assert law.counts.events[:, 0].sum(axis=1) == pytest.approx(weekly)
    # of the 17 days of a promotion the first three are the third last week's
    promoted = law.promotion_counts.events[:, 0].sum(axis=1)
    assert promoted[:3] == pytest.approx([weekly[0], weekly[1], by_week[14:17].sum()])
    assert promoted[3:].sum() == 0.0


def test_age_in_open_days_passes_as_the_days_are_open() -> None:
    openness = np.ones(MAX_AGE + 4)
    openness[1:5] = 0.0, 0.6, 0.6, 1.0
    # from day 0: closed, 0.6, 1.2, 2.2 open days after; from the closed day 1: 0.6, 1.2, 2.2
    assert open_age(openness, 2)[:, :5].tolist() == [[0, 0, 1, 1, 2], [0, 1, 1, 2, 3]]
    assert open_age(2.0 * np.ones(MAX_AGE + 1), 1).max() == MAX_AGE - 1


def test_what_waits_for_a_half_open_day_is_paid_by_half_and_may_still_be_refunded() -> None:
    due, refund = np.zeros((2, 1, MAX_AGE))
    due[0, 0], refund[0, 1] = 1.0, 0.2
    openness = np.ones(MAX_AGE + 1)
    openness[:2] = 0.5
    settled, refunded = evolve(due, refund, "rolled", openness, 1)
    assert settled[0, 0, :4] == pytest.approx([0.5, 0.2, 0.2, 0.0])
    assert refunded[0, 0, :4] == pytest.approx([0.0, 0.1, 0.0, 0.0])


def test_a_paused_lag_runs_at_the_pace_of_each_day_and_takes_at_most_all() -> None:
    hazard = np.full((1, MAX_AGE), 0.4)
    openness = np.ones(MAX_AGE + 2)
    openness[:3] = 1.0, 0.0, 0.5
    settled, _ = evolve(hazard, 0 * hazard, "paused", openness, 2)
    assert settled[0, 0, :4] == pytest.approx([0.4, 0.0, 0.6 * 0.2, 0.6 * 0.8 * 0.4])
    assert settled[0, 1, :3] == pytest.approx([0.0, 0.2, 0.8 * 0.4])
    openness[0] = 3.0
    assert evolve(hazard, 0 * hazard, "paused", openness, 1)[0][0, 0, :2].tolist() == [1.0, 0.0]


def test_open_cohorts_of_a_paused_lag_run_off_from_what_is_open() -> None:
    hazard, refund = np.full((1, MAX_AGE), 0.4), np.zeros((1, MAX_AGE))
    refund[0, 2] = 0.5
    settled, refunded = evolve(hazard, refund, "paused", np.ones(MAX_AGE + 2), 2, known_day=1)
    # one and two days later: half of what is open is refunded at age 2, two fifths of the rest settle each day
    assert settled[0, 0, :4] == pytest.approx([0.0, 0.0, 0.2, 0.3 * 0.4])
    assert settled[0, 1, :3] == pytest.approx([0.0, 0.4, 0.6 * 0.5 * 0.4])
    assert refunded[0, :, 2] == pytest.approx([0.5, 0.3])


def test_what_is_open_though_a_paused_lag_has_passed_is_due_on_the_next_day() -> None:
    hazard = np.ones((1, MAX_AGE))
    settled, _ = evolve(hazard, 0 * hazard, "paused", np.ones(MAX_AGE + 2), 2, known_day=1)
    assert settled[0, :, :4].tolist() == [[0.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0]]

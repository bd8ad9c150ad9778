"""Rates of a run against hand calculation and published figures; the days by which money must be asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, FRIDAY, OVERDRAFT, case_of

from forecast.financing.bound import lower_bound
from forecast.financing.desk import Desk, Proposal
from forecast.financing.measures import NO_DAYS, LastDays, earliest, last_days, measure, simple_rate
from forecast.financing.rates import annualised, xirr
from forecast.plan.model import Facility


def test_an_overdraft_for_thirty_days_costs_its_rate() -> None:
    flows = [[-1000.0, *[0.0] * 29, 2000.0, 0.0]]
    desk = Desk.of(case_of(flows), [replace(OVERDRAFT, annual_rate=0.073, interest_due="maturity")], 0.95)
    outcome = desk.run(Proposal(desk.items, (1_000_000.0,)))
    found = measure(outcome.accounts, 0.95)
    # 1000 × 0.0002 a day, thirty nights, paid with the close-out a day later
    interest = 6.0
    assert float(outcome.cost.mean()) == pytest.approx(interest)
    assert found.mean_drawn == pytest.approx(1000 * 30 / 32)
    assert found.days_drawn == 30
    assert found.peak_drawn == 1000
    assert found.cost_on_balance_rate == pytest.approx(0.073)
    day = dt.date(2026, 10, 17)
    dates = [day, day + dt.timedelta(days=30), day + dt.timedelta(days=31)]
    assert found.compound_rate == pytest.approx(xirr(dates, [1000.0, -1000.0, -interest]), abs=1e-9)
    assert found.simple_rate is not None
    assert found.compound_rate is not None
    assert found.simple_rate < found.compound_rate


def test_the_all_in_cost_of_a_revolver_over_its_average_drawing() -> None:
    # 400,000 of a million drawn for a year of 365 nights at 8 % act/360, 0.5 % on the undrawn, 0.5 % up front
    line = Facility(
        "line",
        "revolver",
        1_000_000.0,
        annual_rate=0.08,
        day_count="act/360",
        arrangement_fee=0.005,
        commitment_fee=0.005 * 360 / 365,
        interest_due="maturity",
    )
    flows = np.zeros((1, 366))
    flows[0, 0] = -395_000.0  # and the fee of 5,000 is drawn, too
    desk = Desk.of(case_of(flows), [line], 0.95)
    found = measure(desk.run(Proposal(desk.items, (1_000_000.0,))).accounts, 0.95)
    assert found.cost_on_balance_rate == pytest.approx(0.101111111, abs=1e-8)


def test_simple_and_compound_are_one_rate_a_day() -> None:
    # the rate a day of `annualised` with 365 periods
    found = annualised(1000.0, [0.0] * 89 + [1020.0], 365)
    assert simple_rate(found.compound) == pytest.approx(found.simple, rel=1e-12)


def test_nothing_drawn_has_no_rate() -> None:
    desk = Desk.of(case_of([[1.0, 1.0]]), [OVERDRAFT], 0.95)
    found = measure(desk.run(Proposal(desk.items, (100.0,))).accounts, 0.95)
    assert (found.compound_rate, found.simple_rate, found.cost_on_balance_rate) == (None, None, None)
    assert measure([], 0.95).mean_drawn == 0.0


def test_facilities_together_are_measured_on_the_sum_of_their_balances() -> None:
    cheap, dear = replace(OVERDRAFT, annual_rate=0.05), replace(OVERDRAFT, name="dear", annual_rate=0.15)
    desk = Desk.of(case_of([[-100.0, 0.0, -100.0, 0.0]]), [cheap, dear], 0.95)
    accounts = desk.run(Proposal(desk.items, (100.0, 1000.0))).accounts
    both = measure(accounts, 0.95)
    assert both.mean_drawn == pytest.approx(sum(measure([one], 0.95).mean_drawn for one in accounts))
    assert both.peak_drawn == pytest.approx(200.0, abs=0.1)
    assert both.cost_on_balance_rate == pytest.approx((300 * 0.05 + 100 * 0.15) / 400, rel=1e-3)


def test_the_last_days_to_begin_to_sign_and_to_ask() -> None:
    # Friday; flows from Saturday; the money is needed on Thursday of the week after (day 5), asked for the day before
    flows = [[0.0, 0.0, 0.0, 0.0, 0.0, -1000.0]]
    line = replace(BANK_LINE, minimum_draw=0.0, arrangement_fee=0.0, commitment_fee=0.0, signing_days=2)
    desk = Desk.of(case_of(flows), [line], 0.95)
    outcome = desk.run(Proposal(desk.items, (2000.0,)))
    assert not outcome.short.any()
    found = last_days(outcome, outcome.accounts[0], FRIDAY, 0.95)
    assert found == LastDays(dt.date(2026, 10, 19), dt.date(2026, 10, 21), dt.date(2026, 10, 21))
    signed = Desk.of(case_of(flows), [replace(line, signed=True)], 0.95)
    outcome = signed.run(Proposal(signed.items, (2000.0,)))
    assert last_days(outcome, outcome.accounts[0], FRIDAY, 0.95) == LastDays(None, None, dt.date(2026, 10, 21))


def test_asking_a_day_later_than_the_last_day_falls_short() -> None:
    flows = [[0.0, 0.0, 0.0, 0.0, 0.0, -1000.0]]
    line = replace(BANK_LINE, minimum_draw=0.0, arrangement_fee=0.0, commitment_fee=0.0)
    for late, short in ((5, False), (6, True)):  # evenings after Friday: the fifth is Wednesday's
        desk = Desk.of(case_of(flows), [replace(line, signing_days=late)], 0.95)
        assert bool(desk.run(Proposal(desk.items, (2000.0,))).short.any()) is short


def test_a_facility_that_is_never_drawn_has_no_last_day() -> None:
    desk = Desk.of(case_of([[1.0, 1.0]]), [BANK_LINE], 0.95)
    outcome = desk.run(Proposal(desk.items, (100.0,)))
    assert last_days(outcome, outcome.accounts[0], FRIDAY, 0.95) == NO_DAYS


def test_the_last_day_leaves_as_many_paths_to_chance_as_the_confidence_does() -> None:
    # twenty paths need money one a day; at 90 % the first two may be late, at 95 % one, at 99 % none
    flows = np.zeros((20, 22))
    flows[np.arange(20), np.arange(20)] = -100.0
    desk = Desk.of(case_of(flows, opening=0.0), [replace(OVERDRAFT, signing_days=1)], 0.95)
    outcome = desk.run(Proposal(desk.items, (2000.0,)))
    for confidence, later in ((0.9, 3), (0.95, 2), (0.99, 1)):
        day = FRIDAY + dt.timedelta(days=later)
        found = last_days(outcome, outcome.accounts[0], FRIDAY, confidence)
        assert found == LastDays(day - dt.timedelta(days=1), day, day)


def test_paths_that_fall_short_anyway_use_up_what_may_be_late() -> None:
    flows = np.zeros((20, 22))
    flows[np.arange(20), np.arange(20)] = -100.0
    flows[[0, 19], [0, 19]] = -5000.0
    desk = Desk.of(case_of(flows, opening=0.0), [OVERDRAFT], 0.9)
    outcome = desk.run(Proposal(desk.items, (2000.0,)))
    assert int(outcome.short.sum()) == 2
    # of the others none may be late: the first of them draws on the second day
    day = FRIDAY + dt.timedelta(days=2)
    assert last_days(outcome, outcome.accounts[0], FRIDAY, 0.9).latest_notice_day == day
    assert last_days(outcome, outcome.accounts[0], FRIDAY, 0.8).latest_notice_day == day + dt.timedelta(days=2)


def test_the_peak_counts_the_evening_of_as_of_for_what_is_repaid_on_the_first_day() -> None:
    owing = replace(OVERDRAFT, annual_rate=0.073, drawn=1000.0, signed=True)
    desk = Desk.of(case_of([[2000.0, 0.0]]), [owing], 0.95)
    accounts = desk.run(Proposal(desk.items, (1000.0,))).accounts
    found = measure(accounts, 0.95)
    assert (found.mean_drawn, found.days_drawn) == (0.0, 0.0)
    assert found.peak_drawn == 1000.0
    # one night from the evening of as_of: 1000 × 0.0002
    assert found.cost_on_balance_rate == pytest.approx(0.073)
    assert found.simple_rate == pytest.approx(0.073, rel=1e-3)  # paid with the close-out a day later


def test_of_several_the_earliest_of_each_last_day_counts() -> None:
    first, second = dt.date(2026, 10, 20), dt.date(2026, 10, 22)
    found = earliest([LastDays(second, second, None), LastDays(first, None, None), NO_DAYS])
    assert found == LastDays(first, second, None)
    assert earliest([]) == NO_DAYS


def test_the_peak_is_that_of_a_share_of_the_paths_and_the_mean_that_of_all() -> None:
    flows = np.zeros((20, 3))
    flows[:, 0], flows[:, 1] = -10.0 * np.arange(1, 21), 10.0 * np.arange(1, 21)
    desk = Desk.of(case_of(flows, opening=0.0), [replace(OVERDRAFT, annual_rate=0.0)], 0.95)
    found = measure(desk.run(Proposal(desk.items, (1000.0,))).accounts, 0.9)
    assert found.peak_drawn == 180.0
    assert found.mean_drawn == pytest.approx(105.0 / 3)
    assert found.days_drawn == 1.0
    assert (found.compound_rate, found.cost_on_balance_rate) == (0.0, 0.0)


def test_what_is_owed_on_as_of_comes_in_and_is_closed_out_with_what_is_unpaid() -> None:
    # 1,000 owed for the night after as_of and ten more, at 0.1 % simple
    owing = replace(OVERDRAFT, annual_rate=0.365, drawn=1000.0, signed=True, interest_due="maturity")
    desk = Desk.of(case_of([[0.0] * 11], opening=0.0), [owing], 0.95)
    found = measure(desk.run(Proposal(desk.items, (1000.0,))).accounts, 0.95)
    assert found.compound_rate == pytest.approx(1.011 ** (365 / 11) - 1)
    assert found.cost_on_balance_rate == pytest.approx(0.365)


def test_ten_days_of_an_overdraft_cost_its_own_rate() -> None:
    owing = replace(OVERDRAFT, annual_rate=0.12, drawn=1000.0, signed=True, commitment_fee=0.01, limit=3000.0)
    desk = Desk.of(case_of([[0.0] * 10], opening=0.0), [owing], 0.95)
    outcome = desk.run(Proposal(desk.items, (3000.0,)))
    account = outcome.accounts[0]
    assert account.interest[0] == pytest.approx(1000 * 0.12 * 10 / 365)
    assert account.committed[0] == pytest.approx(2000 * 0.01 * 10 / 365)
    free = Desk.of(desk.case, [replace(owing, commitment_fee=0.0)], 0.95)
    outcome = free.run(Proposal(free.items, (3000.0,)))
    found = measure(outcome.accounts, 0.95)
    assert found.cost_on_balance_rate == pytest.approx(0.12)
    assert found.compound_rate == pytest.approx((1 + 0.12 * 10 / 365) ** (365 / 10) - 1)
    assert lower_bound(outcome)[0] == pytest.approx(1000 * 0.12 * 10 / 365)

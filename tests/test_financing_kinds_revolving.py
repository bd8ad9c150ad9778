"""Lines that any surplus repays, and the owner's loan, whose drawings come back after its tenor."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, OWNER, case_of

from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.table import line, terms

CASE = case_of(np.zeros((1, 6)))


def test_only_what_is_drawn_and_repaid_without_a_fee_to_the_end_is_freely_repaid() -> None:
    line_at_once = replace(BANK_LINE, notice_days=0, minimum_draw=0.0)
    for facility in (line_at_once, OVERDRAFT, replace(OWNER, tenor_days=None)):
        assert terms(CASE, facility).freely_repaid
        assert not terms(CASE, replace(facility, service_fee=0.01)).freely_repaid
        assert not terms(CASE, replace(facility, available_to=dt.date(2026, 12, 1))).freely_repaid
        assert not terms(CASE, replace(facility, notice_days=1)).freely_repaid
        assert not terms(CASE, replace(facility, minimum_draw=100.0)).freely_repaid
        assert not terms(CASE, replace(facility, tenor_days=20)).freely_repaid


def test_each_drawing_of_an_owner_falls_due_after_its_tenor_and_early_repayment_counts() -> None:
    owner = line(Arrangement(terms(CASE, replace(OWNER, tenor_days=2)), 100.0), (6, 1))
    for day, (lack, surplus) in enumerate([(10.0, 0.0), (20.0, 4.0), (0.0, 0.0), (0.0, 0.0)]):
        owner.begin(day)
        owner.repay(day, np.array([surplus]))
        owner.draw(day, np.array([lack]))
        owner.end(day)
    # of the 10 of day 0, 4 came back on day 1 and the rest on day 2; the 20 of day 1 on day 3
    assert owner.account().repayments[:4, 0].tolist() == [0.0, 4.0, 6.0, 20.0]
    assert owner.scheduled is not None
    assert owner.scheduled[:4, 0].tolist() == [0.0, 0.0, 6.0, 20.0]


def test_an_owners_loan_without_a_tenor_outlasts_the_horizon() -> None:
    owner = line(Arrangement(terms(CASE, replace(OWNER, tenor_days=None, drawn=50.0)), 100.0), (6, 1))
    assert [float(owner.begin(day)) for day in range(6)] == [0.0] * 6


def test_what_an_owner_lent_before_falls_due_a_tenor_after_as_of() -> None:
    owner = line(Arrangement(terms(CASE, replace(OWNER, tenor_days=3, drawn=50.0)), 100.0), (6, 1))
    brought = []
    for day in range(5):
        brought.append(float(np.sum(owner.begin(day))))
        owner.draw(day, np.array([7.0 if day == 1 else 0.0]))
        owner.end(day)
    # the third day is three days after as_of, the fifth three days after the second
    assert brought == [0.0, 0.0, -50.0, 0.0, -7.0]


def test_what_an_owner_is_repaid_early_counts_for_the_oldest_drawing() -> None:
    owner = line(Arrangement(terms(CASE, replace(OWNER, tenor_days=2)), 100.0), (6, 1))
    for day, (lack, surplus) in enumerate([(10.0, 0.0), (20.0, 15.0), (0.0, 0.0), (0.0, 0.0)]):
        owner.begin(day)
        owner.draw(day, np.array([lack]))
        owner.repay(day, np.array([surplus]))
        owner.end(day)
    assert owner.account().repayments[:4, 0].tolist() == [0.0, 15.0, 0.0, 15.0]


def test_what_is_drawn_today_is_foreseen_to_fall_due_as_well() -> None:
    owner = line(Arrangement(terms(CASE, replace(OWNER, tenor_days=2)), 100.0), (6, 1))
    owner.begin(0)
    owner.draw(0, np.array([10.0]))
    # before the evening is over: nothing on day 1, the whole on day 2
    assert owner.expected_repayment(1, 1) == 0.0
    assert owner.expected_repayment(1, 2) == pytest.approx([10.0])


def test_interest_at_maturity_of_what_is_drawn_today_is_foreseen_and_paid_after_early_repayment_too() -> None:
    daily = replace(OWNER, tenor_days=2, annual_rate=0.365, interest_due="maturity")
    owner = line(Arrangement(terms(CASE, daily), 1000.0), (6, 1))
    owner.begin(0)
    owner.draw(0, np.array([1000.0]))
    assert owner.expected_charges(1, 2) == pytest.approx([2.0])
    owner.end(0)
    owner.begin(1)
    owner.repay(1, np.array([600.0]))
    owner.end(1)
    # a night of 1,000 and one of 400, at 0.1 %
    assert owner.begin(2) == pytest.approx([-400 - 1.4])
    assert owner.unpaid == pytest.approx([0.0])

"""The limit to ask for, and the stock that cash and facilities carry."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from financing_cases import BANK_LINE, OVERDRAFT, RECEIVABLES, STOCK_LOAN, TERM_LOAN, case_of, shop

from forecast.errors import InputError
from forecast.financing.solve import solve_limit, solve_stock
from forecast.plan.model import Facility

DAY = dt.date(2026, 10, 19)
FREE = replace(OVERDRAFT, annual_rate=0.0)


def test_the_limit_is_what_the_flows_lack() -> None:
    case = case_of([[-40, -30, -50, 20, 60, 80]], opening=50.0, minimum=10.0)
    # 120 − 50 + 10, whatever limit the plan names or whether it is signed
    assert solve_limit(case, replace(FREE, limit=1.0, signed=True), 0.95) == 80.0


def test_interest_and_fees_on_the_limit_are_carried_too() -> None:
    case = case_of([[-1000.0, 0.0, 2000.0]], opening=0.0)
    # limit × 1 % is drawn as well: limit = 1000 ÷ 0.99
    assert solve_limit(case, replace(FREE, arrangement_fee=0.01), 0.95) == pytest.approx(1000 / 0.99, abs=0.02)


def test_what_no_limit_cures_and_what_is_not_calculated_have_none() -> None:
    assert solve_limit(shop(100), RECEIVABLES, 0.95) is None
    assert solve_limit(shop(100), Facility("later", "payables_extension", 1.0), 0.95) is None


def test_without_facilities_stock_is_bought_from_the_lowest_balance_after_it() -> None:
    case = case_of([[100.0, -20.0, -30.0, 50.0]], opening=10.0, minimum=5.0)
    # balances 110 90 60 110 against 5; bought on day 2 it must leave 5 on the evening of day 2
    assert solve_stock(case, [], 0.95, DAY) == 55.0


def test_a_facility_adds_its_limit() -> None:
    case = case_of([[100.0, -20.0, -30.0, 50.0]], opening=10.0, minimum=5.0)
    assert solve_stock(case, [replace(FREE, limit=200.0)], 0.95, DAY) == 255.0
    # half of the purchase is lent: 55 ÷ 0.5
    assert solve_stock(case, [STOCK_LOAN], 0.95, DAY) == pytest.approx(110.0, abs=0.05)


def test_a_term_loan_that_would_harm_is_left_out() -> None:
    case = case_of([[100.0] + [0.0] * 20], opening=0.0)
    harmful = replace(TERM_LOAN, limit=1000.0, tenor_days=10)
    assert solve_stock(case, [harmful], 0.95, DAY) == 100.0


def test_stock_that_holds_on_the_sample_shop() -> None:
    day = dt.date(2026, 10, 31)
    alone = solve_stock(shop(200, opening=8e6), [], 0.95, day)
    lined = solve_stock(shop(200, opening=8e6), [BANK_LINE], 0.95, day)
    assert alone is not None
    assert lined is not None
    assert alone + 4.5e6 < lined < alone + 5e6


def test_nothing_holds_where_cash_falls_short_already() -> None:
    assert solve_stock(case_of([[-1.0]], opening=0.0), [], 0.95, dt.date(2026, 10, 17)) is None


def test_a_day_outside_the_horizon_is_refused() -> None:
    with pytest.raises(InputError, match="outside the horizon"):
        solve_stock(case_of([[1.0]]), [], 0.95, dt.date(2027, 1, 1))

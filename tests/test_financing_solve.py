"""The limit to ask for, and the stock that cash and facilities carry."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, RECEIVABLES, STOCK_LOAN, TERM_LOAN, case_of, shop

from forecast.errors import InputError
from forecast.financing.solve import ask_limit, carries, solve_stock, with_purchase
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.cash import CashCase

DAY = dt.date(2026, 10, 19)
FREE = replace(OVERDRAFT, annual_rate=0.0)


def limit_of(case: CashCase, facility: Facility) -> float | None:
    asked = ask_limit(case, facility, 0.95)
    return None if asked is None else asked.limit


def test_the_limit_is_what_the_flows_lack() -> None:
    case = case_of([[-40, -30, -50, 20, 60, 80]], opening=50.0, minimum=10.0)
    # 120 − 50 + 10, whatever limit the plan names or whether it is signed
    assert limit_of(case, replace(FREE, limit=1.0, signed=True)) == 80.0


def test_interest_and_fees_on_the_limit_are_carried_too() -> None:
    case = case_of([[-1000.0, 0.0, 2000.0]], opening=0.0)
    # limit × 1 % is drawn as well: limit = 1000 ÷ 0.99
    assert limit_of(case, replace(FREE, arrangement_fee=0.01)) == pytest.approx(1000 / 0.99, abs=0.02)


def test_what_no_limit_cures_has_none() -> None:
    assert limit_of(shop(100), RECEIVABLES) is None
    assert limit_of(shop(100), Facility("later", "payables_extension", 1.0)) is None


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


def short_paths(flows: np.ndarray, opening: float, limit: float, advance: float, bought: np.ndarray, tenor: int) -> int:
    """Count the paths that fall below 0, day by day in plain Python: free money up to a limit and on stock bought."""
    count = 0
    for path in flows:
        cash = opening
        for day, flow in enumerate(path):
            cash += flow
            base = advance * bought[max(0, day - tenor + 1) : day + 1].sum()
            if cash < -(limit + base) - 1e-9:
                count += 1
                break
    return count


@pytest.mark.parametrize("seed", range(8))
def test_stock_and_limits_agree_with_bisection_in_plain_python(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flows = rng.normal(20.0, 120.0, (40, 12))
    flows[:, 5] -= 300.0
    bought = np.zeros(12)
    bought[5] = 300.0
    opening, limit, place = 300.0, float(rng.uniform(500, 900)), int(rng.integers(1, 10))
    pledge = Facility("pledge", "inventory", 1e9, advance_rate=0.4, tenor_days=3)
    facilities = [replace(FREE, limit=limit), pledge]
    allowed = 2  # of 40 paths at 95 %

    def holds(extra: float, limit: float, advance: float) -> bool:
        more, paid = bought.copy(), flows.copy()
        more[place] += extra
        paid[:, place] -= extra
        return short_paths(paid, opening, limit, advance, more, 3) <= allowed

    def largest(test: Callable[[float], bool]) -> float:
        low, high = 0.0, 1e5
        while high - low > 1e-4:
            middle = (low + high) / 2
            low, high = (middle, high) if test(middle) else (low, middle)
        return low

    case = case_of(flows, opening=opening, purchases={"stock": bought})
    found = solve_stock(case, facilities, 0.95, case.days[place].astype(object))
    if holds(0.0, limit, 0.4):
        assert found == pytest.approx(largest(lambda extra: holds(extra, limit, 0.4)), abs=0.02)
    else:
        assert found is None
    asked = limit_of(case, FREE)
    assert asked == pytest.approx(1e5 - largest(lambda less: holds(0.0, 1e5 - less, 0.0)), abs=0.02)


def test_on_the_sample_shop_a_yuan_more_falls_short_and_the_limit_less_a_yuan_too() -> None:
    case, day = shop(200, opening=8e6), dt.date(2026, 10, 31)
    lines = [BANK_LINE, OVERDRAFT, STOCK_LOAN]
    found = solve_stock(case, lines, 0.95, day)
    assert found is not None
    place = (day - case.as_of).days - 1
    assert carries(with_purchase(case, place, found), lines, 0.95)
    assert not carries(with_purchase(case, place, found + 1.0), lines, 0.95)
    line = replace(BANK_LINE, minimum_draw=0.0)
    asked = ask_limit(shop(200), line, 0.95)
    assert asked is not None
    assert carries(shop(200), [replace(line, limit=asked.limit)], 0.95)
    assert not carries(shop(200), [replace(line, limit=asked.limit - 1.0)], 0.95)


def test_a_smaller_term_loan_than_the_full_one_may_carry_the_purchase() -> None:
    # 100 come in on the day before the loan falls due: no more than that can be repaid
    case = case_of([[0.0, 0.0, 0.0, 60.0, *[0.0] * 8]], opening=40.0)
    loan = replace(TERM_LOAN, limit=1e6, annual_rate=0.05, tenor_days=8, interest_due="maturity")
    found = solve_stock(case, [loan], 0.95, dt.date(2026, 10, 18))
    assert found == pytest.approx(100.0, abs=0.5)
    assert found is not None
    assert found < 100.0  # the interest


def test_a_purchase_that_is_lent_in_full_has_no_bound() -> None:
    lent = Facility("lent", "inventory", None, advance_rate=1.0, tenor_days=400)
    assert solve_stock(case_of([[10.0, 10.0]]), [lent], 0.95, dt.date(2026, 10, 17)) == float("inf")


def test_the_limit_comes_with_the_days_by_which_to_ask_and_sign() -> None:
    flows = [[0.0, 0.0, 0.0, 0.0, 0.0, -1000.0]]
    line = replace(BANK_LINE, minimum_draw=0.0, arrangement_fee=0.0, signing_days=2, signed=True)
    asked = ask_limit(case_of(flows), line, 0.95)
    assert asked is not None
    assert asked.days.latest_signing_day == dt.date(2026, 10, 21)
    assert asked.days.latest_start_day == dt.date(2026, 10, 19)

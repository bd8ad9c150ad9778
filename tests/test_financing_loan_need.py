"""流动资金贷款需求量测算: the published worked example, unit 10,000 yuan."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import IdentityError, InputError
from forecast.financing.loan_need import BRIDGE, REQUIRED, bridge, check_bridge, loan_need

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "loan_need.json"
ACCOUNTS = {
    "revenue": 20315.74,
    "cost_of_goods_sold": 19178.09,
    "profit": 903.12,
    "next_revenue": 36500.0,
    "receivables": 1222.43,
    "inventory": 1029.655,
    "payables": 1.00,
    "prepaid": 1845.39,
    "advances": 79.55,
    "funds_available": 3001.22,
}


def test_each_step_of_the_worked_example() -> None:
    found = loan_need(ACCOUNTS)
    assert found.inventory_days == pytest.approx(19.328, abs=5e-4)
    assert found.receivable_days == pytest.approx(21.662, abs=5e-4)
    assert found.payable_days == pytest.approx(0.019, abs=5e-4)
    assert found.prepaid_days == pytest.approx(34.641, abs=5e-4)
    assert found.advance_days == pytest.approx(1.410, abs=5e-4)
    assert found.cycle_days == pytest.approx(74.202, abs=5e-4)
    assert found.turns == pytest.approx(4.8516, abs=5e-5)
    assert found.need == pytest.approx(7188.82, abs=0.005)
    assert found.new_loan == pytest.approx(4187.60, abs=0.005)


def test_funds_above_the_need_leave_no_loan() -> None:
    assert loan_need({**ACCOUNTS, "funds_available": 9000.0}).new_loan == 0.0


def test_all_missing_keys_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        loan_need({"revenue": 0.0})
    assert {problem.key for problem in caught.value.problems} == {f"accounts.{key}" for key in REQUIRED}


def test_a_business_that_its_suppliers_carry_has_no_figure() -> None:
    with pytest.raises(InputError, match="cash cycle"):
        loan_need({**ACCOUNTS, "payables": 9000.0})


@pytest.mark.skipif(not SHARED.exists(), reason="the folder of published cases is not beside the repository")
def test_published_cases() -> None:
    for case in json.loads(SHARED.read_text(encoding="utf-8"))["cases"]:
        found = loan_need({key: value for key, value in case.items() if key in {*REQUIRED, "funds_available"}})
        assert found.turns == pytest.approx(case["turns"], abs=5e-5)
        assert found.need == pytest.approx(case["need"], abs=0.005)
        assert found.new_loan == pytest.approx(case["new_loan"], abs=0.005)


def test_the_bridge_by_hand() -> None:
    found = loan_need(ACCOUNTS)
    steps = bridge(
        found,
        sales_of_a_year=73_000.0,  # twice the year's pace
        next_revenue=36_500.0,
        expected=np.array([-1_000.0, -500.0, 3_000.0]),
        expected_without_failures=np.array([-950.0, -450.0, 3_100.0]),
        minimum_balance=100.0,
        opening_balance=600.0,
        buffer=1_900.0,
    )
    assert tuple(steps) == BRIDGE
    assert steps["new_loan"] == pytest.approx(4187.60, abs=0.005)
    assert steps["own_funds"] == pytest.approx(3001.22 - 600.0)
    assert steps["season"] == pytest.approx(7188.82, abs=0.005)
    assert steps["tied_up"] == pytest.approx(1_400.0 - 2 * 7188.82, abs=0.01)
    assert steps["failures"] == 100.0
    assert steps["confidence"] == 1_900.0 - 100.0 - 1_500.0
    assert sum(steps.values()) == pytest.approx(1_900.0 - 600.0)


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.floats(0, 1e6), st.floats(1e3, 1e6), st.integers(0, 2**31))
def test_the_bridge_adds_up_whatever_the_figures(
    buffer: float, opening: float, minimum: float, pace: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    expected = rng.normal(0, 1e5, 20)
    steps = bridge(
        loan_need(ACCOUNTS),
        sales_of_a_year=pace,
        next_revenue=36_500.0,
        expected=expected,
        expected_without_failures=expected + rng.uniform(0, 1e4, 20),
        minimum_balance=minimum,
        opening_balance=opening,
        buffer=buffer,
    )
    assert sum(steps.values()) == pytest.approx(max(0.0, buffer - opening), abs=0.01)


def test_steps_that_do_not_add_up_are_a_fault() -> None:
    with pytest.raises(IdentityError, match="the bridge leads to"):
        check_bridge({"new_loan": 1.0}, 2.0)


@pytest.mark.parametrize("key", ["receivables", "inventory", "payables", "prepaid", "advances", "funds_available"])
def test_a_business_may_hold_none_of_a_balance(key: str) -> None:
    assert loan_need(ACCOUNTS | {key: 0.0}).need > 0
    with pytest.raises(InputError, match=rf"accounts\.{key}.*at least 0"):
        loan_need(ACCOUNTS | {key: -1.0})


@pytest.mark.parametrize("key", ["revenue", "cost_of_goods_sold", "next_revenue"])
def test_a_business_without_revenue_or_cost_has_no_figure(key: str) -> None:
    with pytest.raises(InputError, match=rf"accounts\.{key}.*above 0"):
        loan_need(ACCOUNTS | {key: 0.0})

"""流动资金贷款需求量测算: the published worked example, unit 10,000 yuan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forecast.errors import InputError
from forecast.financing.loan_need import REQUIRED, loan_need

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

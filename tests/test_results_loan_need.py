"""The loan need in the result: steps, bridge, and notes where there is no figure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from result_example import ACCOUNTS

from forecast.drivers import Drivers
from forecast.plan.reading import load_plan
from forecast.results.loan_need import loan_need_shown

TINY = load_plan(Path(__file__).resolve().parents[1] / "data" / "tiny" / "plan.toml")
DRIVERS = Drivers(5_500.0, (), np.array([-3000.0, 100.0]), np.array([-2900.0, 100.0]))


def test_steps_and_a_bridge_that_leads_to_the_gap() -> None:
    part, notes = loan_need_shown(replace(TINY, accounts=ACCOUNTS), DRIVERS, 12_000.0)
    assert notes == []
    assert part is not None
    # 52 + 10.2 − 16.4 + 4.4 − 1.2 days
    assert part.steps.cycle_days == pytest.approx(49.0, abs=0.01)
    assert part.bridge is not None
    steps = {step.key: step.amount for step in part.bridge}
    assert steps["failures"] == 100.0
    assert steps["minimum_balance"] == 1_000.0
    # the tiny shop opens with 4,000
    assert sum(steps.values()) == pytest.approx(1_500.0)
    assert all(step.label and step.text for step in part.bridge)


def test_without_accounts_there_is_nothing_to_say() -> None:
    assert loan_need_shown(TINY, DRIVERS, 1.0) == (None, [])


def test_missing_accounts_are_named_in_a_note() -> None:
    part, (note,) = loan_need_shown(replace(TINY, accounts={"revenue": 1.0, "inventory": 2.0}), DRIVERS, 1.0)
    assert part is None
    assert note.code == "loan_need_incomplete"
    assert "cost_of_goods_sold, profit, next_revenue" in str(note.values["missing"])


def test_a_business_carried_by_its_suppliers_has_a_note() -> None:
    part, (note,) = loan_need_shown(replace(TINY, accounts={**ACCOUNTS, "payables": 9e7}), DRIVERS, 1.0)
    assert part is None
    assert note.code == "loan_need_no_cycle"


def test_without_drivers_there_is_no_bridge() -> None:
    part, _ = loan_need_shown(replace(TINY, accounts=ACCOUNTS), None, 1.0)
    assert part is not None
    assert part.bridge is None

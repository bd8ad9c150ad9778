"""What idle cash costs in the cross-checks: what the plan says, or what repaying the cheapest facility would save."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from financing_cases import case_of

from forecast.plan.model import Cash, Facility
from forecast.plan.reading import load_plan
from forecast.second_opinions import second_opinions

PLAN = load_plan(Path(__file__).resolve().parents[1] / "data" / "tiny" / "plan.toml")
CASE = case_of(np.array([[100.0, -300.0, 50.0], [-100.0, 200.0, 0.0]]))


def test_idle_cash_could_repay_the_cheapest_facility() -> None:
    lines = tuple(
        Facility(name, "overdraft", 1e6, annual_rate=rate) for name, rate in (("dear", 0.12), ("cheap", 0.05))
    )
    found = second_opinions(replace(PLAN, facilities=lines, cash=replace(PLAN.cash, surplus_rate=0.01)), CASE)
    stated = second_opinions(replace(PLAN, facilities=(), cash=replace(PLAN.cash, idle_cost=0.04)), CASE)
    assert found == stated
    assert second_opinions(replace(PLAN, facilities=(), cash=Cash(0.0)), CASE) != stated

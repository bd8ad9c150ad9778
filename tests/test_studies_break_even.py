"""Break-evens: found by halving on made-up choices, and on the tiny shop, whose overdraft runs out as volume rises."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from forecast.pipeline import prepare
from forecast.plan.model import Facility
from forecast.plan.reading import load_plan
from forecast.studies.break_even import FAILURE_LEVELS, VOLUME_LEVELS, Choice, break_even, stretches

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny" / "plan.toml"


def test_changes_are_found_to_within_the_tolerance() -> None:
    calls = []

    def choose(level: float) -> Choice:
        calls.append(level)
        name = "line" if level < 0.123 else "loan" if level < 0.4567 else "both"
        return Choice((name,), feasible=level < 0.9, cheapest=name, expected_cost=100 * level)

    found = stretches((0.0, 0.5, 1.0), choose, 0.001)
    assert [(one.mix, one.feasible) for one in found] == [
        (("line",), True),
        (("loan",), True),
        (("both",), True),
        (("both",), False),
    ]
    for (before, after), truth in zip(pairwise(found), (0.123, 0.4567, 0.9), strict=True):
        assert before.high < truth <= after.low
        assert after.low - before.high <= 0.001
    assert found[0].cost_low == 0.0
    assert found[-1].cost_high == pytest.approx(100.0)
    assert len(calls) == len(set(calls)) < 50


def test_one_choice_throughout_is_one_stretch() -> None:
    (only,) = stretches((0.0, 1.0), lambda level: Choice((), feasible=True, cheapest=None, expected_cost=level), 0.1)
    assert (only.low, only.high, only.cost_low, only.cost_high) == (0.0, 1.0, 0.0, 1.0)


def test_break_evens_of_the_tiny_shop() -> None:
    plan = load_plan(TINY, paths=60)
    # dearer, and the only one that lends more than 1,400 on the Sunday on which 1,500 are short
    second = Facility("owner", "owner_loan", 10_000.0, annual_rate=0.2)
    plan = replace(plan, facilities=(replace(plan.facilities[0], limit=1_400.0), second))
    steps: list[str] = []
    rate, volume = break_even(prepare(plan), plan.scenarios["base"], steps.append)
    assert (rate.key, volume.key) == ("failure_rate.baitiao", "volume")
    assert rate.present == 0.0
    assert volume.present == 1.0
    assert (rate.stretches[0].low, rate.stretches[-1].high) == (FAILURE_LEVELS[0], FAILURE_LEVELS[-1])
    assert (volume.stretches[0].low, volume.stretches[-1].high) == (VOLUME_LEVELS[0], VOLUME_LEVELS[-1])
    assert all(one.cheapest == "owner" for one in (*rate.stretches, *volume.stretches))
    assert steps[0] == "level:failure_rate.baitiao = 0"


def test_without_facilities_there_is_nothing_to_choose() -> None:
    plan = replace(load_plan(TINY, paths=20), facilities=())
    assert break_even(prepare(plan), plan.scenarios["base"]) == []

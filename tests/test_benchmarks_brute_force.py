"""The recommended mix against every mix on a grid: three small plans of the benchmark, and what it counts."""

from __future__ import annotations

import pytest

from benchmarks.brute_force import ALLOWED, Judgement, judge, random_plan


@pytest.mark.parametrize("seed", [2, 7])
def test_nothing_on_a_grid_is_more_than_a_hundredth_cheaper_at_equal_risk(seed: int) -> None:
    found = judge(*random_plan(seed, 80, facilities=2), levels=7)
    assert found.feasible
    assert found.tried >= 49
    assert found.excess <= ALLOWED


def test_a_plan_is_the_same_whenever_it_is_drawn() -> None:
    (case, offered), (again, same) = random_plan(7, 20), random_plan(7, 20)
    assert offered == same
    assert (case.flows == again.flows).all()
    assert 2 <= len(offered) <= 4


def test_the_excess_is_a_share_of_the_best() -> None:
    found = Judgement(
        offered=("line",),
        feasible=True,
        cost=101.5,
        best=100.0,
        short=0.05,
        tried=9,
        mixes=({"line": 1.0}, {"line": 1.0}),
    )
    assert found.excess == pytest.approx(0.015)
    assert not found.passes

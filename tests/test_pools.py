"""Pools of open receivables, channel after channel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import RECEIVABLES

from forecast.pools import Pool, PoolRule, PoolSum


def added(rule: PoolRule, young: float = 0.0) -> Pool:
    """A pool of 900 open and 40 settled on baitiao, 100 and 10 on card, on one path and day."""
    one = np.ones((1, 1))
    pool = PoolSum.empty(rule, (1, 1))
    pool.add("baitiao", 900.0 * one, 40.0 * one, {31: young * one})
    pool.add("card", 100.0 * one, 10.0 * one, {31: 200.0 * one})
    return pool.pool()


def test_a_facility_tells_which_receivables_it_rests_on() -> None:
    rule = PoolRule.of(replace(RECEIVABLES, channels=("baitiao",), max_age_days=30, concentration=0.5))
    assert rule == PoolRule(("baitiao",), 30, 0.5)
    assert rule == PoolRule.of(replace(RECEIVABLES, channels=("baitiao",), max_age_days=30, concentration=0.5, limit=1))
    assert PoolRule((), None, 1.0).counts("card")
    assert not PoolRule(("baitiao",), None, 1.0).counts("card")


@pytest.mark.parametrize(
    ("rule", "whole", "eligible", "settled"),
    [
        (PoolRule((), None, 1.0), 1000.0, 1000.0, 50.0),
        (PoolRule(("card",), None, 1.0), 100.0, 100.0, 10.0),
        # of the channels together one makes no more than half: 500 of 900, and all 100
        (PoolRule((), None, 0.5), 1000.0, 600.0, 50.0),
        # 300 are young enough on baitiao; no more than is open can be, on card
        (PoolRule((), 30, 1.0), 1000.0, 400.0, 50.0),
        (PoolRule((), 30, 0.5), 1000.0, 300.0, 50.0),
    ],
)
def test_age_and_concentration_bound_what_is_eligible(
    rule: PoolRule, whole: float, eligible: float, settled: float
) -> None:
    pool = added(rule, young=300.0)
    assert (pool.open.item(), pool.eligible.item(), pool.settled.item()) == (whole, eligible, settled)

"""Open receivables by age: shares by hand, and a shop whose orders settle after a fixed lag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledgers import shop_plan

from forecast.pipeline import prepare
from forecast.plan.model import Facility
from forecast.scenarios import shocks
from forecast.simulation.ageing import ages_of, young_share

if TYPE_CHECKING:
    from pathlib import Path


def test_each_days_deductions_are_young_until_they_reach_the_age() -> None:
    # 100 deducted on each of three days, of which half settles the next day and the rest never; nothing open on as_of
    deducted = np.full((1, 1, 3), 100.0)
    left = np.array([[[1.0, 0.5, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]]])
    expected = np.array([[[100.0, 150.0, 200.0]]])
    nothing = np.zeros((5, 3))
    assert young_share(1, [(deducted, left)], nothing, expected)[0, 0] == pytest.approx([1.0, 100 / 150, 100 / 200])
    assert young_share(2, [(deducted, left)], nothing, expected)[0, 0] == pytest.approx([1.0, 1.0, 150 / 200])
    assert young_share(3, [(deducted, left)], nothing, expected)[0, 0] == pytest.approx([1.0, 1.0, 1.0])


def test_what_is_open_on_as_of_goes_on_ageing() -> None:
    nothing = np.zeros((1, 1, 3))
    # 60 deducted on as_of (age 0) and 40 the day before, none of which settles
    open_left = np.array([[60.0] * 3, [40.0] * 3])
    expected = np.full((1, 1, 3), 100.0)
    share = young_share(3, [(nothing, np.zeros((1, 3, 3)))], open_left, expected)
    assert share[0, 0].tolist() == [1.0, 0.6, 0.0]


def test_without_receivables_the_share_is_whole() -> None:
    nothing = np.zeros((1, 1, 2))
    assert young_share(3, [], np.zeros((1, 2)), nothing)[0, 0].tolist() == [1.0, 1.0]


def test_receivables_of_a_shop_that_settles_on_the_second_day_are_all_young_by_then(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path, paths=100)
    aged = tuple(
        Facility(
            f"to {age} days", "receivables", 1e6, annual_rate=0.06, channels=tuple(plan.channels), max_age_days=age
        )
        for age in (1, 2)
    )
    prepared = prepare(replace(plan, facilities=aged))
    flows = prepared.engine.run(shocks(plan.scenarios["base"], plan, prepared.days))
    assert set(flows.young) == {2, 3}
    # two days' orders are in transit in the evening, those of the day and those of the day before: of one day at most
    pool, one_day = (values.sum(axis=(0, 1)) for values in (flows.receivables, flows.young[2]))
    assert one_day == pytest.approx(pool, rel=0.05)
    assert (flows.young[2] <= flows.young[3] + 1e-6).all()
    assert (flows.young[3] <= flows.receivables + 1e-6).all()


def test_the_ages_are_those_that_facilities_name_each_once() -> None:
    pools = [Facility(f"pool_{age}", "receivables", None, max_age_days=age) for age in (60, 30, None, 60)]
    # one of thirty days still counts: it is older than no limit
    assert ages_of(pools) == (31, 61)

"""The desk: when a run is given up, on how many paths limits are sized, and every other path of a scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import EVERY_KIND, OVERDRAFT, case_of, shop

from forecast.financing.desk import FURTHER, QUANTILES, Desk, Proposal, ranks

if TYPE_CHECKING:
    from forecast.plan.model import Facility


@pytest.mark.parametrize("facility", EVERY_KIND, ids=lambda one: one.name)
def test_a_run_is_given_up_where_it_falls_short_or_costs_too_much_and_nowhere_else(facility: Facility) -> None:
    desk = Desk.of(shop(40), [facility, replace(OVERDRAFT, name="behind", limit=1e7, commitment_fee=0.01)], 0.95)
    for limits in ((facility.limit or 1e7, 1e7), (2e6, 1e7), (1e6, 4e5), (0.0, 0.0)):
        ordered = tuple(limits[item.facility.name == "behind"] for item in desk.items)
        proposal = Proposal(desk.items, ordered)
        whole = desk.run(proposal)
        holds, cost = desk.holds(whole), float(whole.cost.mean())
        assert desk.carries(proposal) is holds
        for ceiling, below in ((cost * 0.3, False), (cost, False), (np.nextafter(cost, np.inf), True)):
            found = desk.run_that_holds(proposal, ceiling=ceiling)
            assert (found is not None) is (holds and below)
            assert found is None or np.array_equal(found.cost, whole.cost)


def test_few_paths_are_sized_on_the_confidence_itself() -> None:
    assert ranks(Desk.of(shop(20), [], 0.95)) == [19]
    assert ranks(Desk.of(shop(500), [], 0.95)) == [484, 475]


def test_reserves_beyond_the_largest_fall_are_tried_where_few_paths_may_fall_short() -> None:
    few, many = (Desk.of(shop(paths), [OVERDRAFT], 0.95) for paths in (380, 420))
    assert few.reserves == QUANTILES + FURTHER
    assert many.reserves == QUANTILES
    assert many.every(2).reserves == QUANTILES + FURTHER
    assert few.every(2, planning=many).reserves == QUANTILES, "known from those of another"
    assert replace(few, margin=False).reserves == QUANTILES, "judged by nothing else: none passes the largest"


def test_paths_that_share_a_law_are_worth_fewer() -> None:
    # of their own each, the upper limit is that of 1,920; alike within 64 blocks, almost the largest
    rng = np.random.default_rng(3)
    own = rng.normal(0.0, 1.0, (1920, 1))
    alike = np.repeat(rng.normal(0.0, 1.0, (64, 1)), 30, axis=0) + 0.01 * own
    upper = [ranks(Desk.of(replace(case_of(values), draws=64), [], 0.95))[0] for values in (own, alike)]
    free = ranks(Desk.of(case_of(own), [], 0.95))[0]
    assert free <= upper[0] <= free + 15
    assert upper[1] > 1900


def test_every_other_path_keeps_its_own_flows_and_its_own_minimum() -> None:
    desk = Desk.of(case_of(-np.arange(12.0).reshape(4, 3), opening=100.0), [replace(OVERDRAFT, annual_rate=0.0)], 0.95)
    floors = np.arange(12.0).reshape(3, 4)
    halved = replace(desk, days=replace(desk.days, minimum=floors)).every(2, 1)
    assert halved.paths == 2
    assert np.array_equal(halved.days.minimum, floors[:, 1::2])
    assert np.array_equal(halved.days.flows, desk.days.flows[:, 1::2])
    assert np.array_equal(halved.days.cumulated, desk.days.cumulated[:, 1::2])
    assert desk.every(2).days.minimum == 0.0


def test_what_is_out_of_reach_falls_short_without_a_run_unless_a_surplus_earns() -> None:
    case = case_of([[-100.0, 0.0], [-90.0, 0.0]], opening=0.0)
    desk = Desk.of(case, [OVERDRAFT], 0.5)
    assert desk.surely_short(Proposal(desk.items, (95.0,))) == 1
    assert desk.surely_short(Proposal((), ())) == 2
    earning = Desk.of(replace(case, surplus_rate=0.02), [OVERDRAFT], 0.5)
    assert earning.surely_short(Proposal((), ())) == 0

"""Whether any mix holds, and what it costs: the comparison's own answer; see also the stress tests' breaking points."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from financing_cases import case_of
from stress_shop import questions

from forecast.financing.desk import Proposal
from forecast.financing.halves import cannot_hold
from forecast.financing.selection import select, single
from forecast.financing.verdict import (
    Verdict,
    cost_resized,
    holds_in_full,
    holds_in_full_or_ahead,
    lay_out,
    verdict,
)
from forecast.liquidity import case_buffer
from forecast.plan.model import Facility


def test_what_holds_in_full_is_feasible_and_what_does_not_may_be() -> None:
    asked = questions()
    for volume in (1.0, 1.6, 1.7, 3.0):
        answer = asked.whatif(f"volume={volume}")
        assert answer.verdict().feasible or not answer.holds_in_full()
    assert asked.whatif("volume=1.6").holds_in_full()
    assert not asked.whatif("volume=3").holds_in_full()


def test_the_same_mix_sized_anew_costs_about_what_is_chosen_anew() -> None:
    asked = questions()
    mix = asked.whatif().verdict().proposal
    changed = asked.whatif("settlement_delay.baitiao=1")
    assert changed.cost_resized(mix) == pytest.approx(changed.verdict().expected_cost, rel=0.1)


def test_what_cannot_hold_with_all_that_may_be_owed_is_told_without_a_search() -> None:
    asked = questions()
    for level in (1.6, 1.7, 2.0, 3.0):
        halves = asked.whatif(f"volume={level}").halves
        assert not (
            cannot_hold(halves) and select(halves, [single(halves, one) for one in halves.seen.items], None).holds
        )
    far = asked.whatif("volume=3")
    assert cannot_hold(far.halves)
    assert far.verdict() == Verdict(feasible=False)
    assert not cannot_hold(asked.whatif("volume=1.6").halves)


def test_what_just_fails_has_no_cost_either() -> None:
    asked = questions()
    levels = [1 + step / 100 for step in range(75, 95)]
    just = next(one for one in map(asked.whatif, (f"volume={level}" for level in levels)) if not one.holds_in_full())
    assert just.verdict().feasible == (just.verdict().expected_cost is not None)
    assert (just.cost_resized(asked.whatif().verdict().proposal) is None) == (not just.verdict().feasible)


def test_a_mix_that_cannot_carry_a_scenario_is_chosen_anew() -> None:
    flop = questions().whatif("flop=0.5")
    assert flop.cost_resized(Proposal((), ())) == flop.verdict().expected_cost


def test_what_holds_with_its_last_lot_drawn_ahead_alone_is_feasible_and_keeps_that_use() -> None:
    # 25,000 are lacking from the third day on, 5,000 more from the fourth; of 30,000 a lot is 20,000
    case = case_of([[0.0, 0.0, -25_000.0, -5_000.0, 0.0, 0.0, 0.0, 40_000.0, 0.0, 0.0]], as_of=dt.date(2026, 3, 1))
    line = Facility("line", "revolver", 30_000.0, annual_rate=0.1, minimum_draw=20_000.0)
    halves = lay_out(case, [line], 0.95, case_buffer(case, 0.95).buffer)
    assert not holds_in_full(halves)
    assert holds_in_full_or_ahead(halves)
    found = verdict(halves, None)
    assert found.feasible
    assert found.expected_cost == pytest.approx(30_000 * 5 * 0.1 / 365)
    assert found.proposal is not None
    assert [item.use.ahead for item in found.proposal.items] == [True]
    assert cost_resized(halves, None, found.proposal) == pytest.approx(found.expected_cost)
    narrow = lay_out(case, [replace(line, limit=29_000.0)], 0.95, case_buffer(case, 0.95).buffer)
    assert not holds_in_full_or_ahead(narrow)
    assert not verdict(narrow, None).feasible

"""Whether any mix holds, and what it costs: the comparison's own answer; see also the stress tests' breaking points."""

from __future__ import annotations

import pytest
from stress_shop import questions

from forecast.financing.sizing import Proposal


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


def test_a_mix_that_cannot_carry_a_scenario_is_chosen_anew() -> None:
    flop = questions().whatif("flop=0.5")
    assert flop.cost_resized(Proposal((), ())) == flop.verdict().expected_cost

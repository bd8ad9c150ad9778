"""An answer with base's mix: where it is one, and where only a choice of its own is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from whatif_example import prepared

from forecast.commands.mix_kept import Kept, with_mix_kept
from forecast.financing.uses import Use
from forecast.pipeline import Answer, compared, run_scenarios
from forecast.plan.reading import scenario_from_settings
from forecast.simulated import Simulated, simulate


@cache
def base() -> Answer:
    """The answer on base, of a small shop."""
    shop = prepared()
    return run_scenarios(shop, scenarios={"base": shop.plan.scenarios["base"]}).known.answers["base"]


def asked(*settings: str) -> Simulated:
    """A what-if of it before financing."""
    return simulate(prepared(), scenario_from_settings(prepared().plan, settings), base=False)


def test_figures_but_for_financing_are_those_of_a_what_if() -> None:
    one = asked("volume=0.9")
    found = with_mix_kept(base(), prepared().plan, one)
    assert found is not None
    answer, kept = found
    assert kept is Kept.MIX
    scenario = scenario_from_settings(prepared().plan, ["volume=0.9"], name="whatif")
    own = compared(prepared().plan, scenario, one, []).result
    after = own.cash_after_financing
    assert replace(answer.result, financing=own.financing, cash_after_financing=after) == own
    assert answer.result.financing is not None
    assert own.financing is not None
    assert answer.result.financing.recommended.feasible
    assert answer.result.financing.recommended.expected_cost == pytest.approx(
        own.financing.recommended.expected_cost, rel=0.05
    )


def test_where_no_money_moves_the_financing_is_that_of_base() -> None:
    found = with_mix_kept(base(), prepared().plan, asked("settlement_delay.card=1"))
    assert found is not None
    assert found[0].result.financing is base().result.financing


def test_the_mix_is_used_as_base_uses_it() -> None:
    uses = base().uses
    assert uses
    assert set(uses.values()) == {Use()}
    longer = {**uses, "line": Use(notice_longer=1)}
    found = with_mix_kept(replace(base(), uses=longer), prepared().plan, asked("volume=0.9"))
    assert found is not None
    assert found[0].uses["line"] == longer["line"]


def test_facilities_are_added_as_needed_and_where_all_are_too_little_nothing_is_claimed() -> None:
    more = with_mix_kept(base(), prepared().plan, asked("minimum_balance=45000"))
    assert more is not None
    assert more[1] is Kept.MORE
    none = with_mix_kept(base(), prepared().plan, asked("minimum_balance=900000"))
    assert none is not None
    assert (none[1], none[0].result.financing) == (Kept.NONE, None)


def test_terms_of_facilities_and_a_base_that_must_hold_elsewhere_want_a_choice() -> None:
    plan = prepared().plan
    assert with_mix_kept(base(), plan, asked("facilities.owner.annual_rate=1%")) is None
    must = replace(plan, horizon=replace(plan.horizon, stress_scenarios_must_hold=True))
    assert with_mix_kept(base(), must, asked("volume=0.9")) is None
    assert with_mix_kept(base(), replace(plan, facilities=plan.facilities[:1]), asked("volume=0.9")) is None

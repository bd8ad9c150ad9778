"""The choice among what holds: fewest facilities, then limits that a bank would write, each for little cost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from financing_cases import BANK_LINE, OVERDRAFT, shop

from forecast.financing.desk import Desk, Proposal
from forecast.financing.halves import Costed, Halves
from forecast.financing.simplest import CERTAINTY, SEARCH_TOLERANCE, SIMPLER, Choice, chosen, round_up, to_arrange

FREE = replace(OVERDRAFT, name="free", limit=5e6, annual_rate=0.1)
CHARGED = replace(FREE, name="charged", annual_rate=0.06, arrangement_fee=0.01)


def halves_of(*facilities: object) -> Halves:
    return Halves.of(Desk.of(shop(60), facilities, 0.95))  # type: ignore[arg-type]


def costed(halves: Halves, *names: str, cost: float, limit: float = 3_000_000.0) -> Costed:
    items = tuple(item for item in halves.seen.items if item.facility.name in names)
    return Costed(Proposal(items, (limit,) * len(items)), cost, cost)


def none_broken(proposal: Proposal) -> int:
    del proposal
    return 0


@pytest.mark.parametrize(
    ("amount", "digits", "rounded"),
    [
        (2149.3, 2, 2200.0),
        (8122.0, 2, 8500.0),
        (100_001.0, 2, 110_000.0),
        (161_000.0, 2, 170_000.0),
        (161_000.0, 3, 161_000.0),
        (300.0, 2, 300.0),
        (300.01, 2, 320.0),
        (99.5, 2, 100.0),
        (101.01, 4, 101.1),
        (0.07, 2, 0.07),
    ],
)
def test_a_limit_is_rounded_up_to_so_many_digits(amount: float, digits: int, rounded: float) -> None:
    assert round_up(amount, digits) == rounded


def test_of_what_costs_nearly_the_same_the_fewest_facilities_are_taken() -> None:
    halves = halves_of(FREE, CHARGED)
    both = costed(halves, "free", "charged", cost=1000.0)
    for cost, names in ((1000.0 * (1 + SIMPLER), ("free",)), (1000.0 * (1 + SIMPLER) + 0.01, ("charged", "free"))):
        choice = chosen(halves, [both, costed(halves, "free", cost=cost)], none_broken)
        assert choice.taken.names == names
        assert choice.cheapest == 1000.0
        assert choice.fewer is (len(names) == 1)
        assert choice.runner_up is not None
        assert choice.runner_up.names != names


def test_the_runner_up_is_the_cheapest_of_another_set_and_there_may_be_none() -> None:
    halves = halves_of(FREE, CHARGED)
    pool = [
        costed(halves, "free", cost=cost, limit=limit) for cost, limit in ((10.0, 3_000_000.0), (11.0, 4_000_000.0))
    ]
    assert chosen(halves, pool, none_broken).runner_up is None
    second = costed(halves, "charged", cost=12.0)
    runner_up = chosen(halves, [*pool, second, costed(halves, "free", "charged", cost=13.0)], none_broken).runner_up
    assert runner_up is not None
    assert runner_up.names == second.names


def test_the_runner_up_is_no_other_order_of_the_same_facilities_nor_one_that_runs_anyway() -> None:
    halves = halves_of(replace(FREE, drawn=100_000.0), CHARGED)
    both = costed(halves, "free", "charged", cost=10.0)
    turned = replace(both, proposal=replace(both.proposal, items=both.proposal.items[::-1]), cost=10.5)
    alone = costed(halves, "charged", cost=10.6)
    assert chosen(halves, [both, turned, alone], none_broken).runner_up is None


def test_the_runner_up_has_round_limits_too_and_no_facility_that_serves_nothing() -> None:
    halves = halves_of(FREE, CHARGED)
    start = halves.costed(costed(halves, "free", cost=0.0, limit=3_141_592.65).proposal)
    dusty = costed(halves, "free", "charged", cost=start.cost)
    dusty = replace(dusty, proposal=replace(dusty.proposal, limits=(0.04, 3_141_592.65)))
    second = halves.costed(costed(halves, "charged", cost=0.0, limit=3_141_592.65).proposal)
    choice = chosen(halves, [start, dusty, second], none_broken)
    assert choice.runner_up is not None
    assert choice.runner_up.names == ("charged",)
    assert choice.runner_up.proposal.limits == (round_up(3_141_592.65, 3),)
    assert second.cost <= choice.runner_up.cost <= second.cost * (1 + SIMPLER)


def test_limits_are_rounded_as_far_as_their_cost_allows() -> None:
    halves = halves_of(FREE, CHARGED)
    for name, digits in (("free", 2), ("charged", 3)):
        start = halves.costed(costed(halves, name, cost=0.0, limit=3_141_592.65).proposal)
        choice = chosen(halves, [start], none_broken)
        (limit,) = choice.taken.proposal.limits
        assert limit == round_up(3_141_592.65, digits)
        assert start.cost <= choice.taken.cost <= start.cost * (1 + SIMPLER)
        assert choice.rounded
        assert halves.holds(choice.taken.proposal)


def test_no_limit_is_rounded_above_what_is_offered_and_those_signed_stay() -> None:
    signed = replace(BANK_LINE, signed=True, limit=1_234_567.0)
    halves = halves_of(replace(FREE, limit=3_345_678.0), signed)
    items = halves.seen.items
    limits = {"free": 3_333_333.0, "bank_line": 1_234_567.0}
    start = halves.costed(Proposal(items, tuple(limits[item.facility.name] for item in items)))
    taken = chosen(halves, [start], none_broken).taken.proposal
    assert dict(zip((item.facility.name for item in items), taken.limits, strict=True)) == limits | {
        "free": 3_345_678.0
    }
    assert to_arrange(taken) == 1


def test_a_limit_that_would_break_a_covenant_is_not_rounded() -> None:
    halves = halves_of(FREE)
    start = halves.costed(costed(halves, "free", cost=0.0, limit=3_141_592.65).proposal)
    choice = chosen(halves, [start], lambda proposal: int(proposal.limits[0] > 3_141_592.65))
    assert choice.taken is start
    assert not choice.rounded


def test_reasons_say_each_step_away_from_the_cheapest() -> None:
    halves = halves_of(FREE, CHARGED)
    start = halves.costed(costed(halves, "free", cost=0.0, limit=3_141_592.65).proposal)
    both = costed(halves, "free", "charged", cost=start.cost * 0.999)
    fewer, rounded = chosen(halves, [both, start], none_broken).reasons
    assert (fewer.code, rounded.code) == ("chosen_fewer", "chosen_rounded")
    assert fewer.values["more"] == pytest.approx(start.cost * 0.001)
    assert rounded.values["more"] == pytest.approx(0.0, abs=start.cost * SIMPLER)
    free = Choice(start, holds=True, cheapest=start.cost, simple=start.cost, fewer=True, rounded=True).reasons
    assert [note.code for note in free] == ["chosen_fewer_free", "chosen_rounded_free"]
    nothing = Costed(Proposal((), ()), 0.0, 0.0)
    assert [note.code for note in chosen(halves, [nothing, start], none_broken).reasons] == ["chosen_nothing"]
    (cheapest, _) = chosen(halves, [start], none_broken).reasons
    assert cheapest.code == "chosen_cheapest"


def test_what_is_given_up_is_within_the_tolerance_that_is_stated() -> None:
    assert pytest.approx(SEARCH_TOLERANCE, rel=0.01) == (1 + SIMPLER) * (1 + CERTAINTY) - 1

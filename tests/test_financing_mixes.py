"""Mixes: the steps from one to others, and the limit that covers what the others leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, TERM_LOAN, case_of, shop

from benchmarks.brute_force import random_plan
from forecast.financing import mixes
from forecast.financing.desk import Desk, Proposal, Sized, ranks, with_limit
from forecast.financing.mixes import (
    SAME,
    add,
    covering,
    drop,
    hand_over,
    keep,
    move,
    quantiles,
    sized_mix,
    swap,
    tightened,
)
from forecast.financing.sizing import size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.cash import CashCase
    from forecast.financing.mixes import Mix
    from forecast.plan.model import Facility


def limits_of(found: Sized) -> dict[str, float]:
    names = [item.facility.name for item in found.proposal.items]
    return dict(zip(names, found.proposal.limits, strict=True))


def test_reserves_are_small_where_a_facility_without_notice_stands_behind() -> None:
    desk = Desk.of(shop(20), (BANK_LINE, OVERDRAFT), 0.95)
    bank, overdraft = desk.items
    assert quantiles((overdraft,)) == (1.0,)
    assert max(quantiles((bank, overdraft))) < min(quantiles((bank,)))


SIGNED = replace(OVERDRAFT, name="signed", annual_rate=0.01, limit=70.0, signed=True)
A, B, C = (replace(OVERDRAFT, name=name, annual_rate=rate) for name, rate in (("a", 0.05), ("b", 0.06), ("c", 0.07)))
NOTICED = replace(BANK_LINE, name="on notice", annual_rate=0.05)


def proposed(case: CashCase, *facilities: Facility, **limits: float) -> tuple[Desk, Proposal]:
    """A desk of these facilities and a proposal of those of them that are given limits."""
    desk = Desk.of(case, facilities, 0.95)
    items = tuple(item for item in desk.items if item.facility.name in limits)
    return desk, Proposal(items, tuple(limits[item.facility.name] for item in items))


def told(mixes: Iterable[Mix]) -> list[dict[str, float]]:
    return [dict(zip((one.facility.name for one in items), limits, strict=True)) for items, limits, _ in mixes]


def test_a_facility_is_dropped_and_its_limit_left_or_handed_on() -> None:
    desk, proposal = proposed(shop(20), SIGNED, A, B, C, signed=70.0, a=300.0, b=200.0, c=100.0)
    assert told(drop(desk, proposal)) == [
        {"signed": 70.0, "b": 200.0, "c": 100.0},
        {"signed": 70.0, "b": 500.0, "c": 100.0},
        {"signed": 70.0, "a": 300.0, "c": 100.0},
        {"signed": 70.0, "a": 500.0, "c": 100.0},
        # without the last one the one before it covers the rest, whatever its limit
        {"signed": 70.0, "a": 300.0, "b": 200.0},
        {"signed": 70.0, "a": 400.0, "b": 200.0},
    ]
    narrow, tight = proposed(shop(20), replace(A, limit=350.0), B, C, a=300.0, b=200.0, c=100.0)
    assert {"a": 350.0, "c": 100.0} in told(drop(narrow, tight))
    assert told(drop(*proposed(shop(20), A, a=300.0))) == []


def test_a_facility_is_exchanged_for_each_that_the_mix_lacks_at_the_same_limit() -> None:
    desk, proposal = proposed(shop(20), SIGNED, A, replace(B, limit=150.0), C, signed=70.0, a=300.0)
    assert told(swap(desk, proposal)) == [{"signed": 70.0, "b": 150.0}, {"signed": 70.0, "c": 300.0}]


def test_a_set_limit_moves_down_and_up_as_far_as_it_is_offered() -> None:
    desk, proposal = proposed(shop(20), SIGNED, replace(A, limit=400.0), B, C, signed=70.0, a=300.0, b=200.0, c=100.0)
    moved = told(move(desk, proposal, 1.25))
    rest = {"signed": 70.0, "c": 100.0}
    assert moved == [
        rest | {"a": 240.0, "b": 200.0},
        rest | {"a": 375.0, "b": 200.0},
        rest | {"a": 300.0, "b": 160.0},
        rest | {"a": 300.0, "b": 250.0},
    ]
    assert [mix["a"] for mix in told(move(desk, proposal, 1.5))] == [200.0, 400.0, 300.0, 300.0]
    full = replace(proposal, limits=(70.0, 400.0, 200.0, 100.0))
    assert [mix["a"] for mix in told(move(desk, full, 1.5))] == [400.0 / 1.5, 400.0, 400.0]


def test_what_is_used_of_a_signed_line_is_handed_to_another_limit_and_back() -> None:
    line = replace(BANK_LINE, name="signed", limit=100.0, signed=True)
    desk, proposal = proposed(shop(20), line, A, B, signed=80.0, a=300.0, b=200.0)
    handed = told(hand_over(desk, proposal, 2.0))
    assert handed == [{"signed": 40.0, "a": 340.0, "b": 200.0}, {"signed": 100.0, "a": 280.0, "b": 200.0}]
    assert told(hand_over(*proposed(shop(20), SIGNED, A, B, signed=70.0, a=300.0, b=200.0), 2.0)) == []


def test_a_facility_is_added_at_shares_of_all_limits_and_the_others_give_way() -> None:
    desk, proposal = proposed(shop(20), SIGNED, A, B, replace(C, limit=100.0), signed=70.0, a=330.0, b=100.0)
    added = told(add(desk, proposal))
    assert [mix["c"] for mix in added] == [100.0, 100.0, 50.0]
    assert [mix["a"] for mix in added] == pytest.approx([330 * 0.4, 330 * 0.7, 330 * 0.9])
    assert [mix["b"] for mix in added] == pytest.approx([40.0, 70.0, 90.0])
    assert {mix["signed"] for mix in added} == {70.0}


def test_the_next_smaller_and_larger_reserve_are_tried_where_one_is_kept() -> None:
    _, proposal = proposed(shop(20), NOTICED, C, **{"on notice": 300.0, "c": 100.0})
    for quantile, near in ((0.9, [0.8, 0.95]), (0.5, [0.8]), (1.0, [0.999, 1.2]), (2.0, [1.5])):
        desk = Desk.of(shop(20), (NOTICED, C), 0.95)
        assert [kept for *_, kept in keep(desk, replace(proposal, quantile=quantile))] == near
    assert list(keep(*proposed(shop(20), A, B, a=300.0, b=100.0))) == []


def test_the_last_that_is_drawn_and_not_signed_covers_the_rest() -> None:
    loan = replace(TERM_LOAN, annual_rate=0.09)
    for facilities, last in (
        ((A, B), "b"),
        ((A, replace(SIGNED, annual_rate=0.2)), "a"),
        ((A, loan), "a"),
        ((replace(loan, name="x", annual_rate=0.01), loan), "term_loan"),
    ):
        desk = Desk.of(shop(20), facilities, 0.95)
        assert desk.items[covering(desk.items)].facility.name == last


def test_the_covering_limit_is_what_the_others_leave_whatever_was_said() -> None:
    # 900 are lacking on the worst day, 300 of them from the first line
    case = case_of([[-900.0, 0.0, 900.0]], opening=0.0)
    first, last = replace(A, annual_rate=0.0), replace(B, annual_rate=0.0, arrangement_fee=0.01)
    desk = Desk.of(case, (first, last), 0.95)
    for said in (0.0, 5.0, 1e9):
        sized = sized_mix(desk, desk.items, (300.0, said), 1.0, np.inf)
        assert sized is not None
        assert limits_of(sized) == {"a": 300.0, "b": pytest.approx(606.06, abs=1.0)}
        assert sized.cost == pytest.approx(6.06, abs=0.02)
    assert sized_mix(desk, desk.items, (300.0, 0.0), 1.0, 6.0) is None
    # what the first covers alone needs no second
    alone = sized_mix(desk, desk.items, (900.0, 0.0), 1.0, np.inf)
    assert alone is not None
    assert limits_of(alone) == {"a": 900.0}


def test_a_covering_line_on_notice_is_squeezed_where_the_others_carry_its_reserve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, facilities = random_plan(25, 80)
    desk = Desk.of(case, facilities, 0.95)
    items = tuple(item for item in desk.items if item.facility.name in {"stock_loan", "line"})
    squeezed = sized_mix(desk, items, (282_000.0, 0.0), 0.5, np.inf)
    monkeypatch.setattr(mixes, "SQUEEZED", ())
    reached = sized_mix(desk, items, (282_000.0, 0.0), 0.5, np.inf)
    assert squeezed is not None
    assert reached is not None
    assert desk.holds(desk.run(squeezed.proposal))
    assert squeezed.cost < reached.cost * 0.99
    assert squeezed.proposal.limits[1] < reached.proposal.limits[1] * 0.95


NEED, REST = replace(BANK_LINE, name="dear", annual_rate=0.15, notice_days=2), replace(OVERDRAFT, name="cheap")


def two_needs() -> CashCase:
    flows = np.zeros((1, 40))
    flows[0, [6, 18, 19, 38]] = -33_000.0, -33_000.0, 13_000.0, 90_000.0
    return case_of(flows, opening=200.0)


def test_a_line_on_notice_left_as_it_was_squeezed_is_tried_where_all_of_it_is_too_dear() -> None:
    # all of the dear line is asked for what the cheap one, drawn for a fee and so for no dearer debt, could bring
    dear = replace(NEED, limit=150_000.0, arrangement_fee=0.0, commitment_fee=0.0, minimum_draw=0.0)
    cheap = replace(REST, annual_rate=0.04, limit=60_000.0, service_fee=1e-9)
    desk = Desk.of(two_needs(), [cheap, dear], 0.95)
    assert sized_mix(desk, desk.items, (60_000.0, 8_000.0), 1.0, 300.0) is None
    left = sized_mix(desk, desk.items, (60_000.0, 8_000.0), 1.0, 300.0, as_squeezed=True)
    assert left is not None
    assert limits_of(left)["dear"] == 8_000.0
    # in the end no more of it is taken than holds beside all of the cheap one
    tight = tightened(desk, replace(left, proposal=with_limit(left.proposal, 0, 60_000.0)))
    assert tight.cost < left.cost
    assert desk.holds(desk.run(tight.proposal))
    least = limits_of(tight)["dear"]
    assert not desk.holds(desk.run(Proposal(desk.items, (60_000.0, least * 0.99))))
    nothing = Sized(Proposal((), ()), 0.0)
    assert tightened(desk, nothing) is nothing


def test_of_limits_in_lots_that_cost_the_same_the_least_is_taken() -> None:
    flows = np.zeros((1, 30))
    flows[0, [3, 6, 11, 12, 13, 19, 20]] = 8_000.0, 3_000.0, -16_000.0, -5_000.0, 8_000.0, -5_000.0, 5_000.0
    desk = Desk.of(case_of(flows, opening=4_000.0), [replace(NOTICED, notice_days=2, minimum_draw=7_000.0)], 0.95)
    item = replace(desk.items[0])
    wide = size(desk, Proposal((item,), (item.most,)), 0, ranks(desk))
    assert wide is not None
    assert wide.proposal.limits[0] > 10_000, "what is kept in reserve is drawn by the lot"
    tight = tightened(desk, wide)
    assert tight.proposal.limits == (7_000.0,)
    assert tight.cost <= wide.cost + SAME
    assert desk.run(tight.proposal).cost.mean() == pytest.approx(tight.cost)


def test_a_limit_of_two_fen_is_found_in_the_end() -> None:
    flows = np.zeros((1, 10))
    flows[0, [5, 7]] = -0.02, 0.02
    line = replace(NOTICED, minimum_draw=0.0, arrangement_fee=0.0, commitment_fee=0.0)
    desk = Desk.of(case_of(flows, opening=0.0), [line], 0.95)
    tight = tightened(desk, Sized(Proposal(desk.items, (1.0,)), float(desk.run(Proposal(desk.items, (1.0,))).cost[0])))
    assert 0.01 <= tight.proposal.limits[0] <= 0.03


def test_a_limit_in_lots_is_given_with_what_the_rule_asks_for_by_it_not_with_what_it_then_reaches() -> None:
    flows = np.zeros((1, 30))
    flows[0, [3, 4, 5, 10, 14, 17, 18, 19]] = 1e3, -2e3, -20e3, 3e3, 4e3, 5e3, 2e3, -3e3
    flows[0, 20:] = 4e3, 2e3, 4e3, 4e3, 3e3, 4e3, 6e3, 4e3, 4e3, 4e3
    line = replace(NOTICED, notice_days=2, minimum_draw=14_000.0, day_count="act/365", limit=200_000.0)
    line = replace(line, arrangement_fee=0.0, commitment_fee=0.0)
    desk = Desk.of(case_of(flows, opening=8_000.0), [line], 0.95)
    wide = Sized(
        Proposal(desk.items, (24_000.0,), 0.5), float(desk.run(Proposal(desk.items, (24_000.0,), 0.5)).cost[0])
    )
    tight = tightened(desk, wide)
    assert tight.proposal.limits[0] < 16_000.0
    assert desk.run(tight.proposal).cost[0] == pytest.approx(tight.cost)
    assert tight.cost <= wide.cost + SAME


def test_of_a_covering_line_only_so_much_is_arranged_as_is_cheaper_than_the_signed_one_behind() -> None:
    flows = np.zeros((1, 20))
    flows[0, [2, 5, 6, 15]] = -10_000.0, -60_000.0, 60_000.0, 10_000.0
    case = case_of(flows, opening=0.0)
    dear = replace(OVERDRAFT, name="signed", annual_rate=0.12, limit=400_000.0, signed=True)
    new = replace(OVERDRAFT, name="new", annual_rate=0.06, limit=150_000.0, arrangement_fee=0.001)
    desk = Desk.of(case, [new, dear], 0.95)
    found = sized_mix(desk, desk.items, (0.0, 0.0), 1.0, np.inf)
    assert found is not None
    costs = [float(desk.run(Proposal(desk.items, (limit, 400_000.0))).cost[0]) for limit in range(1_000, 150_000, 500)]
    assert found.cost <= 1.01 * min(costs)
    assert limits_of(found)["new"] < 20_000, "the day's peak is left to what is signed"

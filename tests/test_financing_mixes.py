"""Mixes: facilities that are too small alone, or cheaper together; and brute force on small instances."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing import mixes
from forecast.financing.mixes import (
    _add,
    _covering,
    _drop,
    _keep,
    _move,
    _Search,
    _searches,
    _swap,
    best_mix,
    quantiles,
    sized_mix,
)
from forecast.financing.sizing import Desk, Proposal, Sized, ranks, size_single

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.cash import CashCase
    from forecast.financing.mixes import Mix
    from forecast.plan.model import Facility

CHEAP = replace(OVERDRAFT, name="cheap", annual_rate=0.04, limit=2_000_000.0)
DEAR = replace(OVERDRAFT, name="dear", annual_rate=0.12, limit=2_000_000.0)


def mix_of(case: CashCase, *facilities: Facility, confidence: float = 0.95) -> tuple[Desk, Sized | None]:
    desk = Desk.of(case, facilities, confidence)
    singles = [size_single(desk, item, item.most, ranks(desk)) for item in desk.items]
    return desk, best_mix(desk, singles, np.inf)


def limits_of(found: Sized) -> dict[str, float]:
    names = [item.facility.name for item in found.proposal.items]
    return dict(zip(names, found.proposal.limits, strict=True))


def test_limits_that_are_each_too_small_hold_together() -> None:
    desk, found = mix_of(shop(300), CHEAP, DEAR)
    assert found is not None
    assert desk.holds(desk.run(found.proposal))
    limits = limits_of(found)
    assert limits["cheap"] == pytest.approx(2_000_000.0, rel=0.03)
    assert 500_000 < limits["dear"] < 2_000_000


def test_more_than_two_are_mixed_where_two_are_too_small() -> None:
    third = replace(OVERDRAFT, name="third", annual_rate=0.2, limit=2_000_000.0)
    desk, found = mix_of(shop(300), replace(CHEAP, limit=1_200_000.0), replace(DEAR, limit=1_200_000.0), third)
    assert found is not None
    assert set(limits_of(found)) == {"cheap", "dear", "third"}
    assert desk.holds(desk.run(found.proposal))


def test_searched_on_fewer_paths_the_mix_still_holds_on_all() -> None:
    desk, found = mix_of(shop(1200), CHEAP, DEAR)
    assert found is not None
    assert desk.holds(desk.run(found.proposal))


def test_facilities_on_receivables_are_laid_out_on_the_searched_paths() -> None:
    desk = Desk.of(shop(1200), (RECEIVABLES, BANK_LINE), 0.95)
    singles = [size_single(desk, item, item.most, ranks(desk)) for item in desk.items]
    held = [single.cost for single in singles if single is not None]
    assert held
    found = best_mix(desk, singles, min(held))
    assert found is None or found.cost < min(held)


def test_a_term_loan_carries_what_lasts_and_a_line_the_peak() -> None:
    _, found = mix_of(shop(200), replace(TERM_LOAN, annual_rate=0.01), DEAR)
    assert found is not None
    assert set(limits_of(found)) == {"term_loan", "dear"}


def test_no_mix_where_all_together_are_too_small() -> None:
    assert mix_of(shop(100), replace(CHEAP, limit=1e5), replace(DEAR, limit=1e5))[1] is None


def test_a_fee_on_the_limit_leaves_the_peak_to_a_dear_fallback_without_one() -> None:
    # 100 for 22 nights save 15 % a year, more than a fee of 0.5 %; the peak of one night does not
    case = case_of([[-100.0] + [0.0] * 20 + [-900.0, 900.0, 100.0]], opening=0.0)
    line = replace(OVERDRAFT, name="line", annual_rate=0.05, limit=2000.0, arrangement_fee=0.005)
    fallback = replace(OVERDRAFT, name="fallback", annual_rate=0.20, limit=2000.0)
    _, found = mix_of(case, line, fallback)
    assert found is not None
    assert limits_of(found)["line"] == pytest.approx(100.5, abs=1.5)
    assert limits_of(found)["fallback"] == pytest.approx(900.0, abs=5.0)


def test_reserves_are_small_where_a_facility_without_notice_stands_behind() -> None:
    desk = Desk.of(shop(20), (BANK_LINE, OVERDRAFT), 0.95)
    bank, overdraft = desk.items
    assert quantiles((overdraft,)) == (1.0,)
    assert max(quantiles((bank, overdraft))) < min(quantiles((bank,)))


def brute_force(desk: Desk, steps: int) -> float:
    """Give the least expected cost over a grid of limits for all, of those that hold on the rank sized on."""
    top = float(-(desk.days.opening - desk.days.minimum + desk.days.cumulated).min())
    grid = [min(share * top, 1e12) for share in np.linspace(0.0, 1.05, steps)]
    best = np.inf
    for limits in itertools.product(grid, repeat=len(desk.items)):
        outcome = desk.run(Proposal(desk.items, limits))
        if int(outcome.short.sum()) <= desk.paths - ranks(desk)[0]:
            best = min(best, float(outcome.cost.mean()))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_on_small_instances_nothing_on_a_grid_of_limits_is_cheaper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flows = rng.normal(0.0, 40.0, (30, 12)).round()
    flows[:, :3] -= 60.0
    flows[:, 8:] += 50.0
    case = case_of(flows, opening=20.0)
    facilities = [
        replace(
            OVERDRAFT,
            name=f"line {number}",
            limit=1e6,
            annual_rate=float(rng.uniform(0.03, 0.25)),
            arrangement_fee=float(rng.choice([0.0, 0.0005, 0.002])),
            commitment_fee=float(rng.choice([0.0, 0.01])),
        )
        for number in range(3)
    ]
    desk = Desk.of(case, facilities, 0.9)
    singles = [size_single(desk, item, item.most, ranks(desk)) for item in desk.items]
    held = [single.cost for single in singles if single is not None]
    mix = best_mix(desk, singles, min(held))
    chosen = min(held) if mix is None else mix.cost
    assert chosen <= brute_force(desk, 9) * 1.005


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
    assert told(_drop(desk, proposal)) == [
        {"signed": 70.0, "b": 200.0, "c": 100.0},
        {"signed": 70.0, "b": 500.0, "c": 100.0},
        {"signed": 70.0, "a": 300.0, "c": 100.0},
        {"signed": 70.0, "a": 500.0, "c": 100.0},
        # without the last one the one before it covers the rest, whatever its limit
        {"signed": 70.0, "a": 300.0, "b": 200.0},
        {"signed": 70.0, "a": 400.0, "b": 200.0},
    ]
    narrow, tight = proposed(shop(20), replace(A, limit=350.0), B, C, a=300.0, b=200.0, c=100.0)
    assert {"a": 350.0, "c": 100.0} in told(_drop(narrow, tight))
    assert told(_drop(*proposed(shop(20), A, a=300.0))) == []


def test_a_facility_is_exchanged_for_each_that_the_mix_lacks_at_the_same_limit() -> None:
    desk, proposal = proposed(shop(20), SIGNED, A, replace(B, limit=150.0), C, signed=70.0, a=300.0)
    assert told(_swap(desk, proposal)) == [{"signed": 70.0, "b": 150.0}, {"signed": 70.0, "c": 300.0}]


def test_a_set_limit_moves_down_and_up_but_not_beyond_what_is_offered() -> None:
    desk, proposal = proposed(shop(20), SIGNED, replace(A, limit=400.0), B, C, signed=70.0, a=300.0, b=200.0, c=100.0)
    moved = told(_move(desk, proposal, 1.25))
    rest = {"signed": 70.0, "c": 100.0}
    assert moved == [
        rest | {"a": 240.0, "b": 200.0},
        rest | {"a": 375.0, "b": 200.0},
        rest | {"a": 300.0, "b": 160.0},
        rest | {"a": 300.0, "b": 250.0},
    ]
    assert [mix["a"] for mix in told(_move(desk, proposal, 1.5))] == [200.0, 300.0, 300.0]


def test_a_facility_is_added_at_shares_of_all_limits_and_the_others_give_way() -> None:
    desk, proposal = proposed(shop(20), SIGNED, A, B, replace(C, limit=100.0), signed=70.0, a=330.0, b=100.0)
    added = told(_add(desk, proposal))
    assert [mix["c"] for mix in added] == [100.0, 100.0, 50.0]
    assert [mix["a"] for mix in added] == pytest.approx([330 * 0.4, 330 * 0.7, 330 * 0.9])
    assert [mix["b"] for mix in added] == pytest.approx([40.0, 70.0, 90.0])
    assert {mix["signed"] for mix in added} == {70.0}


def test_the_next_smaller_and_larger_reserve_are_tried_where_one_is_kept() -> None:
    _, proposal = proposed(shop(20), NOTICED, C, **{"on notice": 300.0, "c": 100.0})
    for quantile, near in ((0.9, [0.8, 0.95]), (0.5, [0.8]), (1.0, [0.999])):
        desk = Desk.of(shop(20), (NOTICED, C), 0.95)
        assert [kept for *_, kept in _keep(desk, replace(proposal, quantile=quantile))] == near
    assert list(_keep(*proposed(shop(20), A, B, a=300.0, b=100.0))) == []


def test_the_last_that_is_drawn_and_not_signed_covers_the_rest() -> None:
    loan = replace(TERM_LOAN, annual_rate=0.09)
    for facilities, covering in (
        ((A, B), "b"),
        ((A, replace(SIGNED, annual_rate=0.2)), "a"),
        ((A, loan), "a"),
        ((replace(loan, name="x", annual_rate=0.01), loan), "term_loan"),
    ):
        desk = Desk.of(shop(20), facilities, 0.95)
        assert desk.items[_covering(desk.items)].facility.name == covering


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


def test_a_search_ends_much_cheaper_than_a_poor_start() -> None:
    desk = Desk.of(shop(100), (replace(CHEAP, limit=5e6), replace(DEAR, limit=5e6)), 0.95)
    start = sized_mix(desk, desk.items, (300_000.0, 0.0), 1.0, np.inf)
    alone = size_single(desk, desk.items[0], 5e6, ranks(desk))
    assert start is not None
    assert alone is not None
    search = _Search(desk, start.cost, start)
    search.improve()
    assert search.best is not None
    assert alone.cost * 0.999 <= search.best.cost <= alone.cost * 1.02 < start.cost / 2


def test_a_search_keeps_what_saves_enough_and_sizes_no_more_than_it_may() -> None:
    desk = Desk.of(shop(50), (replace(CHEAP, limit=5e6), replace(DEAR, limit=5e6)), 0.95)
    search = _Search(desk, np.inf, left=3)
    assert search.offer(desk.items, (1_000_000.0, 0.0), 1.0)
    first = search.best
    assert first is not None
    assert search.ceiling == pytest.approx(first.cost * 0.9999, rel=1e-12)
    assert not search.offer(desk.items, (900_000.0, 0.0), 1.0)
    assert search.best is first
    assert search.offer(desk.items, (1_500_000.0, 0.0), 1.0)
    assert search.best.cost < first.cost
    assert not search.offer(desk.items, (2_000_000.0, 0.0), 1.0)


def test_of_what_the_searches_find_the_cheapest_is_taken_and_one_facility_is_no_mix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk.of(shop(50), (CHEAP, DEAR), 0.95)
    more, less = (sized_mix(desk, desk.items, (limit, 0.0), 1.0, np.inf) for limit in (1_900_000.0, 1_500_000.0))
    assert more is not None
    assert less is not None
    ended = [_Search(desk, 0.0, one, 0) for one in (less, None, more)]
    monkeypatch.setattr(mixes, "_searches", lambda *_: ended)
    found = best_mix(desk, [], np.inf)
    assert found is not None
    assert found.cost == pytest.approx(more.cost)
    assert best_mix(desk, [], more.cost * 0.9) is None
    ended[:] = [_Search(desk, 0.0, Sized(replace(more.proposal, items=desk.items[:1], limits=(2e6,)), 1.0), 0)]
    assert best_mix(desk, [], np.inf) is None


def test_a_search_starts_from_the_cheapest_single_where_there_is_one() -> None:
    desk = Desk.of(shop(50), (replace(CHEAP, limit=5e6), replace(DEAR, limit=5e6)), 0.95)
    singles = [size_single(desk, item, 5e6, ranks(desk)) for item in desk.items]
    cheapest, dearest = singles
    assert cheapest is not None
    assert dearest is not None
    programme, single = _searches(desk, [dearest, None, cheapest], np.inf)
    assert single.best is not None
    assert single.best.proposal == cheapest.proposal
    assert single.best.cost == pytest.approx(cheapest.cost)
    assert single.ceiling == pytest.approx(cheapest.cost * 0.9999, rel=1e-12)
    # 50 paths of 60 days are a tenth of the work at which 80 mixes are tried: 400 are the most, half for each search
    assert single.left == 200
    assert programme.left < 200
    (alone,) = _searches(desk, [None], np.inf)
    assert alone.left == programme.left
    (wide,) = _searches(Desk.of(shop(400), (CHEAP,), 0.95), [None], np.inf)
    # 400 × 60 of 400 × 75: a hundred mixes, less the two proposals of one facility without a reserve
    assert wide.left == 50 - 2

"""Mixes: facilities that are too small alone, or cheaper together; and brute force on small instances."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.mixes import best_mix, quantiles
from forecast.financing.sizing import Desk, Proposal, Sized, ranks, size_single

if TYPE_CHECKING:
    from forecast.cash import CashCase
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

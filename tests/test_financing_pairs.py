"""Pairs: two facilities where one is too small, or where two are cheaper than one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from financing_cases import BANK_LINE, OVERDRAFT, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.pairs import best_pair
from forecast.financing.sizing import Desk, ranks, size_single

if TYPE_CHECKING:
    from forecast.plan.model import Facility

CHEAP = replace(OVERDRAFT, name="cheap", annual_rate=0.04, limit=2_000_000.0)
DEAR = replace(OVERDRAFT, name="dear", annual_rate=0.12, limit=2_000_000.0)


def pair_of(paths: int, *facilities: Facility) -> tuple[dict[str, float], float] | None:
    desk = Desk.of(shop(paths), facilities, 0.95)
    singles = [size_single(desk, item, item.facility.limit, ranks(desk)) for item in desk.items]
    found = best_pair(desk, singles, np.inf)
    if found is None:
        return None
    assert desk.holds(desk.run(found.proposal))
    names = [item.facility.name for item in found.proposal.items]
    return dict(zip(names, found.proposal.limits, strict=True)), found.cost


def test_two_limits_that_are_each_too_small_hold_together() -> None:
    found = pair_of(300, CHEAP, DEAR)
    assert found is not None
    limits, _ = found
    assert limits["cheap"] == 2_000_000.0
    assert 500_000 < limits["dear"] < 2_000_000


def test_screened_on_fewer_paths_the_pair_still_holds_on_all() -> None:
    assert pair_of(1200, CHEAP, DEAR) is not None


def test_screening_lays_facilities_on_receivables_out_on_its_own_paths() -> None:
    desk = Desk.of(shop(1200), (RECEIVABLES, BANK_LINE), 0.95)
    singles = [size_single(desk, item, item.facility.limit, ranks(desk)) for item in desk.items]
    held = [single.cost for single in singles if single is not None]
    assert held
    found = best_pair(desk, singles, min(held))
    assert found is None or found.cost < min(held)


def test_a_term_loan_carries_what_lasts_and_a_line_the_peak() -> None:
    found = pair_of(200, replace(TERM_LOAN, annual_rate=0.01), DEAR)
    assert found is not None
    assert set(found[0]) == {"term_loan", "dear"}


def test_no_pair_where_both_together_are_too_small() -> None:
    assert pair_of(100, replace(CHEAP, limit=1e5), replace(DEAR, limit=1e5)) is None


def test_a_fee_on_the_limit_makes_a_costless_fallback_worth_its_dear_rate() -> None:
    # the peak lasts one day: a line with 2 % of its limit up front is dearer for it than a day at 20 %
    case = case_of([[-100.0] + [0.0] * 20 + [-900.0, 900.0, 100.0]], opening=0.0)
    line = replace(OVERDRAFT, name="line", annual_rate=0.05, limit=2000.0, arrangement_fee=0.02)
    fallback = replace(OVERDRAFT, name="fallback", annual_rate=0.20, limit=2000.0)
    desk = Desk.of(case, [line, fallback], 0.95)
    singles = [size_single(desk, item, 2000.0, ranks(desk)) for item in desk.items]
    costs = [single.cost for single in singles if single is not None]
    found = best_pair(desk, singles, np.inf)
    assert found is not None
    assert len(costs) == 2
    assert found.cost < costs[0]

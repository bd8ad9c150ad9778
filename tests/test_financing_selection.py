"""The selection: paths that judge are others than those seen; scenarios to withstand; covenants kept where one can."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from financing_cases import BANK_LINE, OVERDRAFT, case_of, shop

from forecast.financing.covenants import check_covenants
from forecast.financing.selection import Halves, select, single
from forecast.financing.sizing import Desk
from forecast.plan.model import Covenants

WIDE = replace(OVERDRAFT, limit=1e7)


def test_the_halves_share_no_path_and_reserves_are_known_from_the_seen_one() -> None:
    desk = Desk.of(shop(400), [BANK_LINE], 0.95)
    halves = Halves.of(desk)
    assert halves.split
    assert np.array_equal(halves.seen.days.flows, desk.days.flows[:, ::2])
    assert np.array_equal(halves.judging.days.flows, desk.days.flows[:, 1::2])
    kept = [each.reserve(each.items[0], 0.9) for each in (halves.seen, halves.judging, halves.whole)]
    assert kept[0] is kept[1] is kept[2]


def test_too_few_paths_are_not_split() -> None:
    halves = Halves.of(Desk.of(shop(100), [BANK_LINE], 0.95))
    assert not halves.split
    assert halves.judging.paths == 100


def test_a_limit_that_the_judging_paths_refuse_is_raised() -> None:
    # the paths that judge need a tenth more than those seen: the largest seen need is not enough for them
    needs = 100.0 + np.arange(400.0)
    needs[1::2] *= 1.1
    case = case_of(-needs[:, None] * np.array([[1.0, 0.0]]), opening=0.0)
    halves = Halves.of(Desk.of(case, [WIDE], 0.95))
    sized = single(halves, halves.seen.items[0])
    assert sized is not None
    assert halves.chance(sized.proposal) <= 0.05
    assert sized.proposal.limits[0] >= np.sort(needs[1::2])[189]


def test_a_full_limit_that_holds_where_it_is_judged_is_feasible_whatever_the_seen_paths_say() -> None:
    needs = np.where(np.arange(400) % 2, 100.0, 200.0)
    case = case_of(-needs[:, None] * np.array([[1.0, 0.0]]), opening=0.0)
    halves = Halves.of(Desk.of(case, [replace(WIDE, limit=150.0)], 0.95))
    sized = single(halves, halves.seen.items[0])
    assert sized is not None
    assert halves.chance(sized.proposal) == 0.0
    assert select(halves, [None], None)[1]


def test_what_a_stress_scenario_needs_is_arranged_where_it_must_hold() -> None:
    calm, hard = shop(200), shop(200, opening=2_000_000.0)
    desk = Desk.of(calm, [WIDE], 0.95)
    alone, withstanding = (Halves.of(desk, stresses) for stresses in ((), (hard,)))
    needed = single(alone, alone.seen.items[0])
    more = single(withstanding, withstanding.seen.items[0])
    assert needed is not None
    assert more is not None
    assert more.proposal.limits[0] > needed.proposal.limits[0] + 500_000
    assert withstanding.holds(more.proposal)
    assert not withstanding.holds(needed.proposal)
    small = Halves.of(Desk.of(calm, [replace(WIDE, limit=needed.proposal.limits[0] + 100)], 0.95), (hard,))
    assert single(small, small.seen.items[0]) is None


def test_a_mix_that_keeps_the_covenants_goes_before_a_cheaper_one() -> None:
    covenants = Covenants(maximum_utilisation=0.7)
    line = replace(BANK_LINE, limit=1e7)
    halves = Halves.of(Desk.of(shop(200), [line], 0.95))
    singles = [single(halves, item) for item in halves.seen.items]
    cheap, _ = select(halves, singles, None)
    kept, holds = select(halves, singles, covenants)
    assert holds
    assert kept.limits[0] > cheap.limits[0] * 1.2
    whole = halves.whole
    for proposal, good in ((cheap, False), (kept, True)):
        (check,) = check_covenants(whole.case, whole.run(whole.on(proposal)), covenants, 0.95)
        assert check.kept is good


def test_where_nothing_holds_it_says_so() -> None:
    halves = Halves.of(Desk.of(shop(200), [OVERDRAFT], 0.95))
    proposal, holds = select(halves, [None], None)
    assert not holds
    assert len(proposal.items) == 1

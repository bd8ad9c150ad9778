"""Halves: paths that judge are others than those seen; what is carried through all paths is carried once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, case_of, shop

from forecast.financing.desk import Desk, with_limit
from forecast.financing.halves import Halves
from forecast.financing.sizing import widest

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


def test_costs_rest_on_all_paths_and_are_known_once() -> None:
    halves = Halves.of(Desk.of(shop(400), [WIDE], 0.95))
    proposal = widest(halves.seen, list(halves.seen.items))
    costed = halves.costed(proposal)
    assert costed.names == ("overdraft",)
    assert costed.seen_cost == pytest.approx(halves.seen.run(proposal).cost.mean())
    assert costed.cost == pytest.approx(halves.whole.run(halves.whole.on(proposal)).cost.mean())
    assert costed.cost != costed.seen_cost
    assert halves.costed(replace(proposal)) is costed
    alone = Halves.of(Desk.of(shop(100), [WIDE], 0.95))
    one = alone.costed(widest(alone.seen, list(alone.seen.items)))
    assert one.cost == one.seen_cost


def test_how_often_the_judge_falls_short_is_known_from_his_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    halves = Halves.of(Desk.of(shop(400), [WIDE], 0.95))
    full = widest(halves.seen, list(halves.seen.items))
    tight = with_limit(full, 0, 1.0)
    chances = [halves.chance(full), halves.chance(tight)]
    assert chances[0] <= 0.05 < chances[1]
    assert [halves.holds(full), halves.holds(tight)] == [True, False]
    assert [halves.chance(full), halves.chance(tight)] == chances
    monkeypatch.setattr(Desk, "run_that_holds", None)
    monkeypatch.setattr(Desk, "run", None)
    assert [halves.holds(full), halves.holds(tight), halves.chance(full)] == [True, False, chances[0]]


def test_what_holds_holds_on_each_half_and_a_run_of_all_paths_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = np.where(np.arange(400) % 2, 100.0, 200.0)
    for swapped in (needs, needs[::-1]):
        case = case_of(-swapped[:, None] * np.array([[1.0, 0.0]]), opening=0.0)
        halves, known = (Halves.of(Desk.of(case, [WIDE], 0.95)) for _ in range(2))
        full = widest(halves.seen, list(halves.seen.items))
        limits = [with_limit(full, 0, limit) for limit in (99.0, 150.0, 201.0)]
        assert [halves.holds(one) for one in limits] == [False, False, True]
        with monkeypatch.context() as patched:
            for one in limits:
                known.costed(one)
            for name in ("run_that_holds", "run", "short_paths"):
                patched.setattr(Desk, name, None)
            assert [known.holds(one) for one in limits] == [False, False, True]


def test_where_only_the_paths_seen_fall_short_they_are_what_is_told() -> None:
    for swapped, failing in ((slice(None), "seen"), (slice(None, None, -1), "judging")):
        needs = np.where(np.arange(400) % 2, 100.0, 200.0)[swapped]
        case = case_of(-needs[:, None] * np.array([[1.0, 0.0]]), opening=0.0)
        halves = Halves.of(Desk.of(case, [WIDE], 0.95))
        full = widest(halves.seen, list(halves.seen.items))
        assert halves.worst(with_limit(full, 0, 150.0))[0] is getattr(halves, failing)
        assert halves.worst(with_limit(full, 0, 99.0))[0] is halves.judging

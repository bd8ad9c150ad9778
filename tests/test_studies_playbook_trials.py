"""What comes of an incident: the arranged mix turns where it is said to, and all facilities where a what-if does."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from playbook_shop import base_run, ground, questions

from forecast.financing.verdict import Verdict
from forecast.plan.changes import Outage
from forecast.studies.playbook.trials import STEPS, Ground, Trials, between, confirmed, crossing, least_step, near_step
from forecast.studies.stress.questions import Answer

PEAK = dt.date(2026, 10, 29)


def trials(days: int = 3, start: dt.date = PEAK) -> Trials:
    """An incident on baitiao."""
    return Trials(questions(), ground(), Outage(channel="baitiao", start=start, days=days, cause="validation"))


def test_the_arranged_mix_turns_at_the_least_step() -> None:
    found = trials()
    step = least_step(0, lambda one: found.arranged(one).holds)
    assert (found.arranged(step - 1).holds, found.arranged(step).holds) == (True, False)
    assert 0 < step < STEPS
    assert 0 < found.arranged(step).lack < found.arranged(STEPS).lack
    assert found.arranged(step - 1).lack == 0


def test_nothing_fails_at_no_step() -> None:
    found = trials()
    assert found.arranged(0).holds
    assert found.answer(0).receipts == questions().whatif().receipts


def test_all_facilities_fall_short_where_a_what_if_has_no_feasible_mix() -> None:
    step = trials(days=9).every()
    assert step is not None
    settings = f'outages=[{{channel="baitiao",start={PEAK},days=9,cause="validation",share=%s}}]'
    whatif = questions().whatif
    assert whatif(settings % ((step - 1) / STEPS)).verdict().feasible
    assert not whatif(settings % (step / STEPS)).verdict().feasible
    assert trials(days=1).every() is None


def test_the_day_by_which_cash_falls_short_is_that_of_the_paths() -> None:
    found = trials().arranged(STEPS)
    days, paths = ground().days, base_run().prepared.plan.horizon.paths
    assert found.short_day is not None
    assert str(days[found.short_day]) >= PEAK.isoformat()
    assert 0.05 * paths < found.short <= paths


def test_where_no_mix_holds_all_there_is_counts_as_arranged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answer, "verdict", lambda _: Verdict(feasible=False))
    plan = questions().plan
    assert Ground.of(questions()).arranged == {one.name: one.limit for one in plan.facilities}


def test_halving_finds_the_first_that_does_not_hold() -> None:
    for turn in (1, 37, STEPS):
        assert least_step(0, turn.__gt__) == turn
    assert least_step(5, lambda _: False) == 5


@pytest.mark.parametrize("near", [0, 1, 30, 36, 37, 38, 60, STEPS])
def test_wherever_it_is_likely_the_first_that_does_not_hold_is_found(near: int) -> None:
    for low, turn in ((0, 37), (0, 1), (0, STEPS), (5, 6), (5, 3)):
        asked: list[int] = []

        def holds(step: int, turn: int = turn, asked: list[int] = asked) -> bool:
            asked.append(step)
            return step < turn

        assert near_step(low, near, holds) == max(turn, low)
        assert near != turn or low > turn or len(set(asked)) <= 2, "where the guess is right two tries are enough"


@pytest.mark.parametrize("turn", [1, 2, 37, 99, STEPS])
@pytest.mark.parametrize("bend", [0.3, 1.0, 4.0])
def test_a_bent_line_is_crossed_at_its_step_in_few_looks(turn: int, bend: float) -> None:
    asked: list[int] = []

    def shortness(step: int) -> float:
        asked.append(step)
        return float(step**bend - (turn - 0.5) ** bend)

    assert crossing(0, STEPS, shortness) == turn
    assert len(asked) <= 12


@pytest.mark.parametrize("wrong", [-6.0, -0.6, 0.0, 0.6, 6.0])
def test_where_the_guess_is_wrong_it_is_moved_to_what_was_found(wrong: float) -> None:
    asked: list[int] = []

    def found(step: int) -> float:
        asked.append(step)
        return step - 36.5

    assert confirmed(0, 37 + round(wrong), found, lambda step: step - 36.5 - wrong) == 37
    assert len(asked) <= 2


def test_what_is_not_clear_is_tried() -> None:
    assert confirmed(0, 60, lambda step: 0.001 * (step - 36.5), lambda step: 0.001 * (step - 59.5)) == 37
    asked: list[int] = []

    def flat(step: int) -> float:
        asked.append(step)
        return 0.001 if step >= 37 else -0.001

    assert confirmed(0, 40, flat, lambda step: 0.001 if step >= 40 else -0.001) == 37
    assert len(asked) <= 12


def test_the_straight_line_comes_near_the_turn() -> None:
    found = trials()
    exact = least_step(0, lambda step: found.arranged(step).holds)
    assert found.first_short() == exact
    assert abs(least_step(0, lambda step: found.likely_arranged(step).holds) - exact) <= 3
    base, whole = found.ends
    halfway = between(base[0], whole[0], 0.5)
    assert np.allclose(halfway.receipts, (base[0].receipts + whole[0].receipts) / 2)
    assert all(np.allclose(halfway.young[age], (base[0].young[age] + whole[0].young[age]) / 2) for age in halfway.young)

"""The conversation of a quiz: the screen first, numbers alone are answers, hints are counted, and why comes last."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from drill_shop import kept_drill, rehearsal_of
from playbook_shop import playbook

from forecast.commands.drill_quiz import Quiz
from forecast.errors import InputError
from forecast.plan.changes import CAUSES

if TYPE_CHECKING:
    from forecast.outputs.training import Training
    from forecast.results.quiz import QuizShown

STEPS = {cause: [f"first of {cause}"] for cause in CAUSES}


def quiz(monkeypatch: pytest.MonkeyPatch, typed: str) -> tuple[QuizShown, Training, str]:
    """What a quiz comes to on these lines, and all that it told."""
    told: list[str] = []
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    answers, kept = Quiz(kept_drill(), rehearsal_of(), playbook(), STEPS, told.append).ask("Ann")
    return answers, kept, "\n".join(told)


def place_of_right(monkeypatch: pytest.MonkeyPatch) -> int:
    """The number under which the right first step stands."""
    _, _, told = quiz(monkeypatch, "1\n1\n")
    line = next(one for one in told.splitlines() if one.endswith(". first of clearing"))
    return int(line[0])


def test_right_answers_are_scored_and_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, kept, told = quiz(monkeypatch, f"4\n{place_of_right(monkeypatch)}\n")
    assert [one.right for one in answers.answers] == [True, True]
    assert (kept.name, kept.incident, kept.answered, kept.right, kept.asked, kept.hints) == (
        "Ann",
        "clearing",
        "clearing",
        2,
        2,
        0,
    )
    assert "Score: 2 of 2" in told
    assert "What the numbers showed" in told
    assert all(sign in told for sign in playbook().causes["clearing"].signs)
    before, _, after = told.partition("What is the cause?")
    assert "By channel" in before
    assert "clearing" not in before.casefold(), "the screen says no cause"
    assert after.index("What do you do first?") < after.index("Score")


def test_wrong_answers_a_hint_and_what_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = place_of_right(monkeypatch) % 4 + 1
    answers, kept, told = quiz(monkeypatch, f"clearing\n9\n？\n１\n{wrong}\n")
    assert [one.right for one in answers.answers] == [False, False]
    assert (answers.answers[0].answered, answers.answers[0].true) == ("integration", "clearing")
    assert (kept.right, kept.hints, answers.hints) == (0, 1, 1)
    assert f"A message to those on duty: {playbook().causes['clearing'].signs[-1]}" in told
    assert "Cause: wrong, it is Clearing" in told
    assert "First step: wrong, it is first of clearing" in told


@pytest.mark.parametrize("typed", ["", "1\n", "?\n", "no\n"])
def test_an_end_of_input_scores_nothing(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    with pytest.raises(InputError, match="nothing is scored"):
        quiz(monkeypatch, typed)


def test_a_drill_of_another_number_has_its_options_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = set()
    for number in range(1, 7):
        told: list[str] = []
        monkeypatch.setattr(sys, "stdin", io.StringIO("1\n1\n"))
        Quiz(replace(kept_drill(), number=number), rehearsal_of(), playbook(), STEPS, told.append).ask("")
        orders.add(next(one for one in "\n".join(told).splitlines() if ". first of" in one))
    assert len(orders) > 1

"""The shared options: their words are those of the plan and of the command line's reference."""

from __future__ import annotations

from forecast.commands.options import Solve, Speech
from forecast.texts import LANGUAGES


def test_the_languages_are_those_that_have_texts() -> None:
    assert sorted(speech.value for speech in Speech) == sorted(LANGUAGES)


def test_what_can_be_solved_for() -> None:
    assert [solve.value for solve in Solve] == ["limit", "stock"]

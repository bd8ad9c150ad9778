"""Where an answer turns: held against a look at every step."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.studies.stress.turning import PARTS, Turn, turn


@given(steps=st.integers(1, 300), last=st.integers(-1, 320), blind=st.integers(0, 40))
@settings(max_examples=60)
def test_a_turn_once_is_found_to_the_step(steps: int, last: int, blind: int) -> None:
    """``quick`` says no up to ``blind`` steps too early: what it does not see is asked of ``sure``."""
    found = turn(steps, lambda step: step <= last - blind, lambda step: step <= last)
    if last < 0:
        assert found == Turn("always")
    elif last >= steps:
        assert found == Turn("never")
    else:
        assert found == Turn("found", last + 1)


def test_the_expensive_answer_is_asked_for_once_where_the_quick_one_is_right() -> None:
    asked = []

    def sure(step: int) -> bool:
        asked.append(step)
        return step < 137

    assert turn(400, lambda step: step < 137, sure) == Turn("found", 137)
    assert asked == [137]


def test_a_level_that_holds_again_is_told() -> None:
    holds = [step < 30 or step >= 60 for step in range(101)]
    found = turn(100, holds.__getitem__, holds.__getitem__)
    assert (found.status, found.step, found.monotone) == ("found", 30, False)
    assert PARTS == 4, "the first look at 50 sees the gap"

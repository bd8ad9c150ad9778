"""The commands' own texts, filled in."""

from __future__ import annotations

import pytest

from forecast.commands.texts import say, step_text


def test_a_field_that_is_not_given_is_a_fault() -> None:
    with pytest.raises(KeyError):
        say("en", "written")


def test_steps_bear_the_scenarios_names_as_printed() -> None:
    assert step_text("zh", "sales") == "预测下单"
    assert step_text("zh", "scenario:双11爆量") == "情景：双11爆量"
    assert step_text("en", "scenario:Failure rate: 8 %") == "scenario: Failure rate: 8 %"

"""The commands' own texts say the same in both languages."""

from __future__ import annotations

from string import Formatter

import pytest

from forecast.commands.texts import TEXTS, say, step_text


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(TEXTS["en"]))
def test_both_languages_have_the_key_with_the_same_fields(key: str) -> None:
    assert fields(TEXTS["zh"][key]) == fields(TEXTS["en"][key])


def test_no_key_is_in_one_language_alone() -> None:
    assert TEXTS["zh"].keys() == TEXTS["en"].keys()


def test_a_field_that_is_not_given_is_a_fault() -> None:
    with pytest.raises(KeyError):
        say("en", "written")


def test_steps_bear_the_scenarios_names_as_printed() -> None:
    assert step_text("zh", "sales") == "预测下单"
    assert step_text("zh", "scenario:双11爆量") == "情景：双11爆量"
    assert step_text("en", "scenario:Failure rate: 8 %") == "scenario: Failure rate: 8 %"

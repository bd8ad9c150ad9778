"""The cards of a scenario: its own figures, and a rate that misleads explained."""

from __future__ import annotations

from dataclasses import replace

from result_example import example_result, financing_of

from forecast.outputs.figures import Figures
from forecast.outputs.pages.cards import cards
from forecast.outputs.tables.run import mix_text

RESULT = example_result("en")
FIGURES = Figures.of(RESULT)


def test_each_scenario_has_cards_of_its_own() -> None:
    for one in RESULT.scenarios.values():
        receipts, _, buffer, _ = cards(RESULT, one, FIGURES)
        assert receipts.figure == FIGURES.amount(one.receipts_total.mean)
        assert buffer.figure == FIGURES.amount(one.buffer.amount)


def test_fees_on_a_limit_that_is_hardly_drawn_are_told_as_a_rate_of_the_limit() -> None:
    found = financing_of(RESULT)
    best = replace(found.recommended, fees=40.0, interest=1.0, rates=replace(found.recommended.rates, mean_drawn=10.0))
    scenario = replace(RESULT.base, financing=replace(found, recommended=best))
    assert any("a year of the limit" in line for line in cards(RESULT, scenario, FIGURES)[3].lines)
    assert not any("a year of the limit" in line for line in cards(RESULT, RESULT.base, FIGURES)[3].lines)


def test_a_plan_without_facilities_is_not_said_to_have_some_that_do_not_suffice() -> None:
    without = replace(RESULT, facilities=[])
    card = cards(without, RESULT.scenarios["peak_outage"], FIGURES)[3]
    assert card.figure == "no facilities in the plan"
    assert "no facilities" not in " ".join(card.lines)
    found = replace(financing_of(RESULT, "peak_outage"), options=[])
    assert mix_text(replace(RESULT.base, financing=found), Figures.of(without)) == "no facilities in the plan"
    assert mix_text(RESULT.scenarios["peak_outage"], FIGURES) == "no facilities suffice"

"""The comparison of financing alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from result_example import example_result

from forecast.commands.finance import finance_result, finance_text, short_scenarios
from forecast.outputs.figures import Figures
from forecast.records import plain

if TYPE_CHECKING:
    from forecast.plan.model import Language


def test_the_result_keeps_what_concerns_financing() -> None:
    whole = example_result("en")
    part = finance_result(whole)
    values, all_values = plain(part), plain(whole)
    assert part.scenarios["base"].financing == whole.scenarios["base"].financing
    assert set(part.scenarios) == set(whole.scenarios)
    assert "sales" not in values["scenarios"]["base"]
    assert not {"solve", "break_even"} & set(values)
    assert all(values[key] == all_values[key] for key in values if key != "scenarios")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_text_has_the_needs_then_the_options_of_every_scenario(language: Language) -> None:
    result = example_result(language)
    blocks = finance_text(result).split("\n\n")
    # after the base scenario's options: costs, the schedule, covenants, limits, a day of faster settlement
    more = 5
    assert len(blocks) == 1 + len(result.scenarios) + more
    for block, scenario in zip([blocks[1], *blocks[2 + more :]], result.scenarios.values(), strict=True):
        lines = block.splitlines()
        assert lines[0] == scenario.label
        assert scenario.financing is not None
        runner_up = scenario.financing.recommended.runner_up
        assert len(lines) == 3 + len(result.facilities) + (runner_up is not None)
    base = result.scenarios["base"].financing
    assert base is not None
    assert base.marginal is not None
    costs, schedule, covenants, limits, settlement = blocks[2 : 2 + more]
    assert "XIRR" in costs.splitlines()[0]
    assert [line[:10] for line in schedule.splitlines()[2:4]] == ["2026-10-19", "2026-11-01"]
    assert str(base.recommended.days.latest_signing_day) in costs
    assert "90.0%" in covenants, "the agreed utilisation"
    assert Figures.of(result).facility(base.marginal.limits[0].facility) in limits
    assert Figures.of(result).money(base.marginal.settlement_day[0].buffer) in settlement


def test_scenarios_fall_short_where_no_mix_is_feasible() -> None:
    assert short_scenarios(example_result()) == ["peak_outage"]

"""The comparison of financing alone."""

from __future__ import annotations

import pytest
from result_example import example_result

from forecast.commands.finance import finance_result, finance_text, short_scenarios


def test_the_result_keeps_what_concerns_financing() -> None:
    whole = example_result("en")
    part = finance_result(whole)
    assert part["scenarios"]["base"]["financing"] == whole["scenarios"]["base"]["financing"]
    assert set(part["scenarios"]) == set(whole["scenarios"])
    assert "sales" not in part["scenarios"]["base"]
    assert all(part[key] == whole[key] for key in part if key != "scenarios")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_text_has_the_needs_then_the_options_of_every_scenario(language: str) -> None:
    result = example_result(language)
    blocks = finance_text(result).split("\n\n")
    # after the base scenario's options: costs, covenants, limits, a day of faster settlement
    more = 4
    assert len(blocks) == 1 + len(result["scenarios"]) + more
    for block, scenario in zip([blocks[1], *blocks[2 + more :]], result["scenarios"].values(), strict=True):
        lines = block.splitlines()
        assert lines[0] == scenario["label"]
        assert len(lines) == 3 + len(result["facilities"])
    costs, covenants, limits, settlement = blocks[2 : 2 + more]
    assert "XIRR" in costs.splitlines()[0]
    assert "2026-10-28" in costs
    assert "72.0%" in covenants
    assert "-0.00097" in limits
    assert "120,000" in settlement


def test_scenarios_fall_short_where_no_mix_is_feasible() -> None:
    result = example_result()
    assert short_scenarios(result) == []
    result["scenarios"]["peak_outage"]["financing"]["recommended"]["feasible"] = False
    assert short_scenarios(result) == ["peak_outage"]

"""The table of base and changed scenario."""

from __future__ import annotations

from typing import Any

import pytest
from result_example import example_result

from forecast.commands.whatif import whatif_text


@pytest.fixture
def result() -> dict[str, Any]:
    """The example with its second scenario as the changed one."""
    made = example_result("en")
    made["scenarios"] = {"base": made["scenarios"]["base"], "whatif": made["scenarios"]["baitiao_10pct"]}
    return made


def line(text: str, name: str) -> list[str]:
    (found,) = [row for row in text.splitlines() if row.startswith(name)]
    return found.removeprefix(name).split()


def test_amounts_stand_side_by_side_with_their_difference(result: dict[str, Any]) -> None:
    text = whatif_text(result)
    before, after = (
        sum(channel["lost_total"]["mean"] for channel in result["scenarios"][name]["by_channel"].values())
        for name in ("base", "whatif")
    )
    assert line(text, "Lost in the end") == [f"{before:,.0f}", f"{after:,.0f}", f"+{after - before:,.0f}"]


def test_every_difference_bears_its_sign(result: dict[str, Any]) -> None:
    base, changed = (result["scenarios"][name]["financing"]["recommended"] for name in ("base", "whatif"))
    base["expected_cost"], changed["expected_cost"] = 10.0, 10.25
    assert line(whatif_text(result), "Expected cost")[-1] == "+0.25"
    changed["expected_cost"] = 10.0
    assert line(whatif_text(result), "Expected cost")[-1] == "0"


def test_the_head_names_the_scenarios_and_the_unit(result: dict[str, Any]) -> None:
    head = whatif_text(result).splitlines()[0]
    assert head.startswith("Item (CNY)")
    assert "Baitiao failure rate 10%" in head


def test_a_figure_that_is_absent_is_a_dash_and_so_is_its_difference(result: dict[str, Any]) -> None:
    result["scenarios"]["whatif"]["buffer"]["upper"] = None
    assert line(whatif_text(result), "Buffer, upper limit (95 %)")[-2:] == ["–", "–"]


def test_facts_follow_without_a_difference(result: dict[str, Any]) -> None:
    text = whatif_text(result)
    assert line(text, "Tightest day") == ["2026-11-05", "2026-11-05"]
    assert line(text, "Recommended") == ["bank_line", "bank_line"]


def test_it_speaks_chinese() -> None:
    made = example_result("zh")
    made["scenarios"]["whatif"] = made["scenarios"]["peak_outage"]
    text = whatif_text(made)
    assert text.splitlines()[0].startswith("项目 (元)")
    assert "资金缺口" in text

"""The table of base and changed scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from result_example import example_result

from forecast.commands.whatif import whatif_text
from forecast.outputs.figures import Figures

if TYPE_CHECKING:
    from forecast.results.run import Result

RESULT = replace(example_result("en"), notes=[])
BASE, CHANGED = RESULT.scenarios["base"], RESULT.scenarios["baitiao_10pct"]
PAIR = replace(RESULT, scenarios={"base": BASE, "whatif": CHANGED})


def line(text: str, name: str) -> list[str]:
    (found,) = [row for row in text.splitlines() if row.startswith(name)]
    return found.removeprefix(name).split()


def at_cost(before: float, after: float) -> Result:
    """The pair with other expected costs."""
    scenarios = {}
    for name, one, cost in (("base", BASE, before), ("whatif", CHANGED, after)):
        assert one.financing is not None
        recommended = replace(one.financing.recommended, expected_cost=cost)
        scenarios[name] = replace(one, financing=replace(one.financing, recommended=recommended))
    return replace(RESULT, scenarios=scenarios)


def test_amounts_stand_side_by_side_with_their_difference() -> None:
    before, after = (sum(one.lost_total.mean for one in scenario.by_channel.values()) for scenario in (BASE, CHANGED))
    money = Figures.of(RESULT).money
    found = line(whatif_text(PAIR), "Lost in the end")
    assert found == [money(before), money(after), f"+{money(after - before)}"]


def test_every_difference_bears_its_sign() -> None:
    assert line(whatif_text(at_cost(10.0, 10.25)), "Expected cost")[-1] == "+0.25"
    assert line(whatif_text(at_cost(10.25, 10.0)), "Expected cost")[-1] == "-0.25"
    assert line(whatif_text(at_cost(10.0, 10.0)), "Expected cost")[-1] == "0"


def test_the_head_names_the_scenarios_and_the_unit() -> None:
    head = whatif_text(PAIR).splitlines()[0]
    assert head.startswith("Item (CNY)")
    assert "Baitiao failure rate 10%" in head


def test_a_figure_that_is_absent_is_a_dash_and_so_is_its_difference() -> None:
    changed = replace(CHANGED, buffer=replace(CHANGED.buffer, upper=None))
    text = whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": changed}))
    assert line(text, "Buffer, upper limit (95 %)")[-2:] == ["–", "–"]
    uncompared = replace(RESULT, scenarios={"base": BASE, "whatif": replace(CHANGED, financing=None)})
    assert line(whatif_text(uncompared), "Effective annual rate")[-1] == "–"


def test_facts_follow_without_a_difference() -> None:
    text = whatif_text(PAIR)
    assert line(text, "Tightest day") == [BASE.buffer.peak_day, CHANGED.buffer.peak_day]
    assert BASE.financing is not None
    assert line(text, "Recommended")[0].rstrip(",") == BASE.financing.recommended.mix[0].facility


def test_it_speaks_chinese() -> None:
    made = replace(example_result("zh"), notes=[])
    text = whatif_text(replace(made, scenarios={**made.scenarios, "whatif": made.scenarios["peak_outage"]}))
    assert text.splitlines()[0].startswith("项目 (元)")
    assert "资金缺口" in text

"""The table of base and changed scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from result_example import example_result

from forecast.commands.whatif import side_by_side, whatif_text
from forecast.errors import InputError
from forecast.outputs.figures import Figures
from forecast.results.inputs import NoteShown
from forecast.results.scenario import Unmoved

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


def test_a_warning_on_a_scenario_names_its_column_and_its_key_beside_other_places_of_the_same() -> None:
    notes = [
        NoteShown("amount_too_large", "warning", f"{where}minimum_balance", "too large")
        for where in ("scenarios.whatif.", "cash.")
    ]
    told = whatif_text(replace(PAIR, notes=notes)).splitlines()[0]
    assert f"({CHANGED.label} › minimum_balance, cash.minimum_balance)" in told


def test_a_figure_that_is_absent_is_a_dash_and_so_is_its_difference() -> None:
    changed = replace(CHANGED, buffer=replace(CHANGED.buffer, upper=None))
    text = whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": changed}))
    assert line(text, "Buffer, upper limit (95 %)")[-2:] == ["–", "–"]
    uncompared = replace(RESULT, scenarios={"base": BASE, "whatif": replace(CHANGED, financing=None)})
    assert line(whatif_text(uncompared), "Effective annual rate")[-1] == "–"


def test_what_does_not_suffice_has_no_cost_that_reads_as_a_price() -> None:
    assert CHANGED.financing is not None
    short = replace(CHANGED.financing.recommended, feasible=False, shortfall_probability=1.0)
    changed = replace(CHANGED, financing=replace(CHANGED.financing, recommended=short))
    text = whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": changed}))
    assert line(text, "Expected cost")[-2:] == ["–", "–"]
    assert line(text, "Effective annual rate")[-1] == "–"
    assert line(text, "Chance of still falling short")[-1] == "100.0%"


def test_facts_follow_without_a_difference() -> None:
    text = whatif_text(PAIR)
    assert line(text, "Tightest day") == [BASE.buffer.peak_day, CHANGED.buffer.peak_day]
    assert BASE.financing is not None
    first = Figures.of(PAIR).facility(BASE.financing.recommended.mix[0].facility)
    assert any(row.startswith(f"Recommended: {BASE.label} – {first}") for row in text.splitlines())


def test_several_changes_stand_side_by_side() -> None:
    hot, other = replace(CHANGED, label="10%"), replace(RESULT.scenarios["peak_outage"], label="peak")
    text = whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": hot, "whatif_2": other}))
    assert text.splitlines()[0].count("Against base") == 2
    money = Figures.of(RESULT).money
    first, second, third = (one.buffer.amount for one in (BASE, CHANGED, other))
    differences = [f"{'+' if one > first else ''}{money(one - first)}" for one in (second, third)]
    wanted = [money(first), money(second), differences[0], money(third), differences[1]]
    assert line(text, "Liquidity buffer") == wanted
    assert line(text, "Tightest day") == [str(one.buffer.peak_day) for one in (BASE, CHANGED, other)]


def test_a_table_too_wide_for_a_terminal_becomes_one_a_scenario() -> None:
    wide = replace(CHANGED, label="outages=[{clearing=jd_pay,start=2026-11-11,days=3}] of the whole channel, and more")
    text = whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": wide, "whatif_2": wide}))
    lines = text.splitlines()
    assert lines.count(wide.label) == 2
    assert sum(row.startswith("Liquidity buffer") for row in lines) == 2
    assert max(len(row) for row in lines if row.startswith(("Item", "Liquidity"))) <= 110


def test_the_lowest_cash_and_its_day_are_shown() -> None:
    text, money = whatif_text(PAIR), Figures.of(RESULT).money
    lowest, changed = BASE.lowest_cash, CHANGED.lowest_cash
    assert line(text, "Lowest expected cash")[:2] == [money(lowest.amount), money(changed.amount)]
    assert line(text, "Lowest cash at 95%")[:2] == [money(lowest.at_confidence), money(changed.at_confidence)]
    assert line(text, "Day of lowest expected cash") == [lowest.day, changed.day]
    assert line(text, "Day of lowest cash at 95%") == [lowest.day_at_confidence, changed.day_at_confidence]


def test_what_does_not_move_is_told_with_its_reason_under_the_table() -> None:
    still = [Unmoved(["sales", "lowest_cash_at"], "not_touched", "what was changed does not bear on these")]
    one, moved = replace(CHANGED, unmoved=still), replace(CHANGED, unmoved=[])
    text = whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": one}))
    told = "  Sales, Lowest cash at 95%: what was changed does not bear on these"
    assert text.endswith(f"\n\nUnmoved, and why:\n{told}")
    both = whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": moved, "whatif_2": one}))
    assert both.endswith(f"\n\nUnmoved, and why – {CHANGED.label}:\n{told}")
    assert "Unmoved" not in whatif_text(replace(RESULT, scenarios={"base": BASE, "whatif": moved}))


def test_settings_are_parted_where_vs_stands() -> None:
    assert side_by_side(["a=1", "b=2"]) == {"whatif": ["a=1", "b=2"]}
    parted = side_by_side(["a=1", "b=2", "--vs", "a=2", "--vs", "c=3"])
    assert parted == {"whatif": ["a=1", "b=2"], "whatif_2": ["a=2"], "whatif_3": ["c=3"]}


@pytest.mark.parametrize("settings", [["--vs", "a=1"], ["a=1", "--vs"], ["a=1", "--vs", "--vs", "b=1"], ["--vs"]])
def test_a_vs_without_a_change_on_both_sides_is_refused(settings: list[str]) -> None:
    with pytest.raises(InputError, match="--vs: stands without a change on one side"):
        side_by_side(settings)


def test_it_speaks_chinese() -> None:
    made = replace(example_result("zh"), notes=[])
    text = whatif_text(replace(made, scenarios={"base": made.base, "whatif": made.scenarios["baitiao_10pct"]}))
    assert text.splitlines()[0].startswith("项目 (元)")
    assert "资金缺口" in text

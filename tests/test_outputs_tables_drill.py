"""The tables of a drill: its timeline, delays at even distances, cash in three cases, and whom to ask."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drill_shop import kept_drill

from forecast.outputs.figures import Figures
from forecast.outputs.tables import drill as tables
from forecast.results.drill import DelayCost, DrillCall, Moved, Short
from forecast.results.monitor import ScopeShown
from forecast.results.playbook import FacilityKnown

RESULT = kept_drill()
FIGURES = Figures.of(RESULT)


def test_the_alarm_stands_out_in_the_timeline() -> None:
    table = tables.timeline(RESULT, FIGURES)
    assert [table.rows[place][1] for place in table.strong_rows] == ["Alarm"]
    assert table.rows[0][:2] == [RESULT.timeline[0].at[:16].replace("T", " "), "Start"]


def test_of_many_hours_of_delay_some_are_shown_and_the_last() -> None:
    costs = [DelayCost(hour, 10.0 * hour, 1_000.0 * hour) for hour in range(1, 21)]
    table = tables.delay(replace(RESULT, cost_of_delay=costs), FIGURES)
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4", "5", "6", "12", "18", "20"]
    assert table.rows[-1] == ["20", "200", "20,000", "20,200"]
    assert RESULT.started is not None
    assert f"later than {tables.clock(RESULT.started.acted_at)}" in table.caption
    idle = replace(RESULT, started=None)
    assert "Nobody acted" in tables.delay(idle, FIGURES).caption
    assert "No alarm rang" in tables.delay(replace(idle, alarm=None), FIGURES).caption


@pytest.mark.parametrize(
    ("holds", "without", "said"),
    [(True, True, "even without"), (True, False, "with it cash holds"), (False, False, "short even")],
)
def test_whether_cash_holds_is_a_sentence(holds: bool, without: bool, said: str) -> None:  # noqa: FBT001  # cases
    cash = replace(RESULT.cash, holds=holds, holds_without_plan=without)
    assert said in tables.verdict(replace(RESULT, cash=cash), FIGURES)[0]


def test_whether_cash_holds_stands_beside_the_paths_on_which_it_does_not() -> None:
    cash = replace(RESULT.cash, holds=True, holds_without_plan=False, short=Short(0.05, 0.06, 0.012))
    table = tables.cash(replace(RESULT, cash=cash, confidence=0.95), FIGURES)
    assert [row[-1] for row in table.rows] == ["yes (5.0%)", "no (6.0%)", "yes (1.2%)"]
    assert table.caption.endswith("before the peak too: 5.0% may")
    earlier = tables.cash(replace(RESULT, cash=replace(cash, short=None)), FIGURES)
    assert [row[-1] for row in earlier.rows] == ["–", "no", "yes"]


def test_a_plan_by_which_more_is_missing_for_a_time_says_why() -> None:
    cash = RESULT.cash
    moved = replace(RESULT, moved=[Moved("baitiao", "wechat", "2024-11-04T10:25:00", 0.9, 0.2, 0.05)])
    more = replace(cash.missed_without_plan, amount=cash.missed_without_plan.amount + 1)
    later = replace(moved, cash=replace(cash, missed_with_plan=more))
    assert any("pays out later" in line for line in tables.verdict(later, FIGURES))
    usual = cash.before_financing.usual
    for without, told in ((usual, True), (usual - 1, False)):
        own = replace(RESULT, cash=replace(cash, before_financing=replace(cash.before_financing, without_plan=without)))
        assert any("not due yet" in line for line in tables.verdict(own, FIGURES)) == told
    same = replace(RESULT, moved=[], cash=replace(cash, missed_with_plan=cash.missed_without_plan))
    assert any("No orders move" in line for line in tables.verdict(same, FIGURES))
    assert tables.no_delay(same, FIGURES).startswith("A delay costs nothing more")
    assert not list(tables.kept(same, FIGURES))
    saving = replace(same, cost_of_delay=[DelayCost(1, 5.0, 100.0), DelayCost(2, 10.0, 200.0)])
    assert not any("No orders move" in line for line in tables.verdict(saving, FIGURES))
    assert tables.no_delay(saving, FIGURES) == ""
    assert "210 of it from failing" in next(tables.kept(saving, FIGURES))
    assert tables.no_delay(replace(saving, started=None), FIGURES) == "", "what fails where nobody acts is shown"
    less = replace(cash.missed_without_plan, amount=cash.missed_without_plan.amount - 1)
    better = replace(moved, cash=replace(cash, missed_with_plan=less))
    assert not any("move" in line for line in tables.verdict(better, FIGURES))


def test_facilities_are_named_by_whether_they_come_in_time() -> None:
    calls = [
        DrillCall("line", 1_000.0, "2026-10-28", "2026-10-29"),
        DrillCall("loan", None, "2026-10-20", None),
        DrillCall("stock", 500.0, None, None),
    ]
    cash = replace(RESULT.cash, calls=calls)
    *_, line, loan, stock = tables.verdict(replace(RESULT, cash=cash), FIGURES)
    asked = (line, loan, stock)
    assert [one.partition(" (")[0] for one in asked] == ["Ask line by 2026-10-28", "loan", "stock"]
    assert "any amount" in asked[1]
    assert "arrange it before the peak, ask by 2026-10-20" in asked[1]
    assert "cannot come in time" in asked[2]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (ScopeShown(("baitiao",), "jd_pay", (), ()), "baitiao"),
        (ScopeShown(("baitiao", "wechat"), None, ("A", "B"), ()), "goods A, B"),
        (ScopeShown(("baitiao", "wechat"), None, (), ()), "all channels"),
        (ScopeShown(("baitiao", "wechat"), "jd_pay", (), ()), "all channels of jd_pay"),
        (ScopeShown(("wechat",), None, (), ("North",)), "wechat, regions North"),
    ],
)
def test_a_scope_is_told_in_words(found: ScopeShown, said: str) -> None:
    assert tables.scope(replace(RESULT, incident=replace(RESULT.incident, scope=found)), FIGURES) == said


def test_the_alarm_is_told_right_wrong_or_missing() -> None:
    alarm = RESULT.alarm
    assert alarm is not None
    assert "named Clearing (right)" in tables.alarm(RESULT, FIGURES)
    wrong = replace(RESULT, alarm=replace(alarm, cause="integration"))
    assert "named Integration (wrong, it was Clearing)" in tables.alarm(wrong, FIGURES)
    assert tables.alarm(replace(RESULT, alarm=None), FIGURES).startswith("No alarm rang")


def test_cash_is_shown_in_three_cases() -> None:
    table = tables.cash(RESULT, FIGURES)
    assert [row[0] for row in table.rows] == ["Without the incident", "Incident, no plan", "Incident, with the plan"]
    missed = RESULT.cash.missed_without_plan
    assert table.rows[1][1] == f"{missed.amount:,.0f} ({missed.day[5:]})"
    assert {len(row) for row in table.rows} == {len(table.heads)}


def test_facilities_to_ask_bear_the_names_that_readers_know() -> None:
    cash = replace(RESULT.cash, calls=[DrillCall("bank_line", 500.0, "2026-10-28", "2026-10-29")])
    result = replace(RESULT, cash=cash, facilities=[FacilityKnown("bank_line", "revolver")])
    assert tables.verdict(result, Figures.of(result))[-1].startswith("Ask Revolver")

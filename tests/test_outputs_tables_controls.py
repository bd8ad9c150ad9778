"""Controls in sentences: with an emergency plan beside the plan, and without one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from forecast.errors import Problem
from forecast.outputs.figures import Figures
from forecast.outputs.tables.controls import controls
from forecast.plan.playbook_file import Basics, Contact, Faulty, Guide, Person, Playbook
from forecast.texts import Texts

FIGURES = Figures(Texts("en"), "CNY")
GUIDE = Guide(["signs"], ["look"], ["desk"], "refund", "instalments", "customers")


def playbook(alarm_rate: float | None = None) -> Playbook:
    return Playbook(
        path=Path("playbook.toml"),
        basics=Basics(reviewed=dt.date(2026, 9, 1)),
        people={"desk": Person("Li", "1", "calls")},
        providers={},
        lenders={"bank_line": Contact("Wang", "2")},
        causes={"clearing": replace(GUIDE, alarm_rate=alarm_rate)},
        rules=(),
    )


def test_without_an_emergency_plan_it_says_what_one_would_name() -> None:
    assert "no emergency plan beside the plan yet" in controls(None, FIGURES)[1]


def test_an_emergency_plan_is_told_by_its_day_and_by_its_own_alarms() -> None:
    lines = controls(playbook(0.12), FIGURES)
    assert "last gone through on 2026-09-01; 1 causes, 1 people who act, 1 contacts at lenders, 0 entries" in lines[1]
    assert lines[2] == "Its own alarm rates: Clearing 12.0%"
    assert controls(playbook(), FIGURES)[2].startswith("Its alarm rates are calculated")


def test_a_faulty_emergency_plan_is_told_as_there_and_not_as_missing() -> None:
    lines = controls(Faulty((Problem("bad"), Problem("worse"))), FIGURES)
    assert "(playbook.toml) has 2 errors and could not be read" in lines[1]
    assert len(lines) == 2

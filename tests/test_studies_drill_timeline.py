"""The timeline: first failure, alarm, people, steps ten minutes apart, orders moved, cures and the money, in order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from drill_shop import rehearsal_of

from forecast.results.drill import DrillCall, Moved
from forecast.studies.drill.timeline import STEP, Staff, Told, acted_at, timeline
from forecast.texts import Texts
from forecast.watch.feed import NEVER
from forecast.watch.telling import Names, moment_text, seconds

NAMES = Names(Texts("en"), {"baitiao": "JD Baitiao", "wechat": "WeChat Pay"})
LAGS = {"baitiao": 2.5, "wechat": 1.0}
STAFF = Staff(
    people=[("Ann", "1"), ("Bob", "2")],
    steps=["look", "call", "hide"],
    moved=[Moved("baitiao", "wechat", 0.2, 0.05)],
    calls=[DrillCall("overdraft", 1_000.0, "2026-10-28", "2026-10-29")],
)


def test_the_staff_act_step_by_step_once_the_alarm_has_rung() -> None:
    one = rehearsal_of()
    alarm = one.replay.alarm
    assert alarm is not None
    found = timeline(one.sown, one.incident, [Told(alarm, STAFF)], NAMES, LAGS)
    assert [each.what for each in found] == ["start", "alarm", *["step"] * 6, *["cured"] * 3, "settled"]
    rang = alarm.detected_at
    steps = [each for each in found if each.what == "step"]
    assert [seconds(each.at) - rang for each in steps] == [0, STEP, STEP, 2 * STEP, 3 * STEP, 3 * STEP]
    assert steps[0].text == "Called: Ann 1, Bob 2"
    assert steps[1].text.startswith(
        f"Orders move from JD Baitiao to WeChat Pay: {alarm.failure_rate:.0%} fails, and moving pays from 20.0%"
    )
    assert [each.text for each in steps[2:5]] == ["Step 1: look", "Step 2: call", "Step 3: hide"]
    assert "overdraft by 2026-10-28" in steps[5].text
    assert acted_at(alarm) == rang + STEP


def test_wrong_goods_are_taken_off_where_the_alarm_names_them() -> None:
    one = rehearsal_of()
    alarm = one.replay.alarm
    assert alarm is not None
    told = [Told(replace(alarm, sku=("A", "B")), replace(STAFF, moved=[]))]
    found = timeline(one.sown, one.incident, told, NAMES, LAGS)
    assert [each.text for each in found[3:5]] == [
        "Taken off until they are corrected: A, B; their orders are placed again then",
        "Step 1: look",
    ]


def test_the_steps_of_the_right_cause_follow_once_it_is_named() -> None:
    one = rehearsal_of()
    alarm = one.replay.alarm
    assert alarm is not None
    later = replace(alarm, detected_at=alarm.detected_at + 2 * STEP)
    right = Told(later, Staff([("Cy", "3")], ["ask", "wait"], [], []))
    found = timeline(one.sown, one.incident, [Told(alarm, replace(STAFF, moved=[])), right], NAMES, LAGS)
    texts = [each.text for each in found if each.what == "step"]
    assert texts == ["Called: Ann 1, Bob 2", "Step 1: look", "Called: Cy 3", "Step 1: ask", "Step 2: wait"]
    assert [each.text[:21] for each in found if each.what == "alarm"][1] == "The monitor now names"


def test_cures_are_told_by_halves_and_their_money_by_the_lag() -> None:
    one = rehearsal_of()
    found = timeline(one.sown, one.incident, [], NAMES, LAGS)
    assert [each.what for each in found] == ["start", "cured", "cured", "cured", "settled"], "nobody acts unalarmed"
    assert found[0].at == moment_text(one.replay.first)
    assert found[1].at == moment_text(one.incident.end)
    cured = np.sort(one.sown.feed.deducted_at[one.sown.struck])
    cured = cured[cured < NEVER]
    assert (cured <= seconds(found[2].at)).sum() == -(-len(cured) // 2)
    assert (cured <= seconds(found[3].at)).mean() >= 0.95
    assert seconds(found[4].at) - seconds(found[3].at) == 2.5 * 86_400
    unknown = timeline(one.sown, one.incident, [], NAMES, {"baitiao": None, "wechat": None})
    assert [each.what for each in unknown] == ["start", "cured", "cured", "cured"]

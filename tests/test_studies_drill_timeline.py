"""The timeline: first failure, alarm, people, steps ten minutes apart, orders moved, cures and the money, in order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drill_shop import rehearsal_of

from forecast.results.drill import DrillCall, Moved
from forecast.studies.drill.acting import STEP, Acts, Reached, Stays
from forecast.studies.drill.timeline import Response, Staff, timeline
from forecast.texts import Texts
from forecast.watch.feed import HOUR, NEVER
from forecast.watch.telling import Names, moment_text, seconds

NAMES = Names(Texts("en"), {"baitiao": "JD Baitiao", "wechat": "WeChat Pay"}, {"overdraft": "Overdraft"})
LAGS = {"baitiao": 2.5, "wechat": 1.0}


def handled(
    later: int = 0, *, goods: tuple[str, ...] = (), moves: bool = True, corrected: tuple[int, Staff] | None = None
) -> tuple[Response, int]:
    """What three steps and one move come to where the plan starts so long after the alarm, and the alarm's moment."""
    alarm = rehearsal_of().replay.alarm
    assert alarm is not None
    rang = alarm.detected_at
    at = rang + later
    calls = [DrillCall("overdraft", 1_000.0, "2026-10-28", "2026-10-29")]
    staff = [Staff(at, [("Ann", "1"), ("Bob", "2")], ["look", "call", "hide"], calls)]
    moved = Moved("baitiao", "wechat", moment_text(at + STEP), 0.9, 0.2, 0.05)
    started = Reached(at, "clearing", "baitiao", 0.91, 0.125, 3, 9)
    acts = Acts(
        started,
        started,
        (moved,) if moves else (),
        {"baitiao": at + STEP} if moves else {},
        {("baitiao", one): at + STEP for one in goods},
    )
    alerts = [alarm]
    if corrected is not None:
        alerts.append(replace(alarm, detected_at=corrected[0]))
        staff.append(corrected[1])
    return Response(alerts, staff, acts), rang


def test_the_staff_act_step_by_step_once_the_plan_is_started() -> None:
    one = rehearsal_of()
    told, rang = handled(later=3 * STEP)
    found = timeline(one.sown, one.incident, told, NAMES, LAGS)
    assert [each.what for each in found] == ["start", "alarm", *["step"] * 7, *["cured"] * 3, "settled"]
    steps = [each for each in found if each.what == "step"]
    assert [(seconds(each.at) - rang) // STEP for each in steps] == [3, 3, 4, 4, 5, 6, 6]
    since = moment_text(rang + 3 * STEP - 3 * HOUR)[5:16].replace("T", " ")
    assert steps[0].text == (
        f"JD Baitiao: 91% of the alert's orders failed in the last 3 h (since {since},"
        " other hours than the alarm counts), and the plan for Clearing starts from 12.5% on"
    )
    alike = replace(told, alerts=[replace(told.alerts[0], started_at=rang + 3 * STEP - 3 * HOUR)])
    texts = [each.text for each in timeline(one.sown, one.incident, alike, NAMES, LAGS)]
    assert any(f"in the last 3 h (since {since}), and" in text for text in texts)
    assert steps[1].text == "Called: Ann 1, Bob 2"
    assert steps[2].text.startswith("Orders move from JD Baitiao to WeChat Pay: 90% fails, and moving pays from 20.0%")
    assert [each.text for each in steps[3:6]] == ["Step 1: look", "Step 2: call", "Step 3: hide"]
    assert "Overdraft by 2026-10-28" in steps[6].text


def test_that_orders_move_no_longer_is_told_in_its_place() -> None:
    one = rehearsal_of()
    told, rang = handled()
    back = replace(told, acts=replace(told.acts, back_at={"baitiao": rang + 4 * STEP}))
    texts = {each.text: each.at for each in timeline(one.sown, one.incident, back, NAMES, LAGS)}
    said = "WeChat Pay is in the alert itself now: orders of JD Baitiao no longer move there"
    assert texts[said] == moment_text(rang + 4 * STEP)


@pytest.mark.parametrize(
    ("least", "to", "fails", "why"),
    [
        (None, "wechat", False, "moving to WeChat Pay loses more at any failed share"),
        (0.95, "wechat", False, "91% fails at most, and moving to WeChat Pay pays from 95.0% on"),
        (0.2, "wechat", True, "WeChat Pay, which would take them, is in the alert itself"),
        (None, None, False, "no other channel takes them"),
    ],
)
def test_that_orders_stay_is_told_with_its_reason(
    least: float | None,
    to: str | None,
    fails: bool,  # noqa: FBT001  # cases
    why: str,
) -> None:
    one = rehearsal_of()
    told, rang = handled(moves=False)
    stays = Stays("baitiao", rang + STEP, 0.91, least, to, fails)
    found = timeline(one.sown, one.incident, replace(told, acts=replace(told.acts, stays=(stays,))), NAMES, LAGS)
    (line,) = (each for each in found if each.text.startswith("Orders of JD Baitiao stay"))
    assert why in line.text
    assert line.text.endswith("steps of the playbook that hide this channel are left out")
    assert (line.at, line.what) == (moment_text(rang + STEP), "step")


def test_nobody_acts_where_the_plan_is_not_started() -> None:
    one = rehearsal_of()
    told, _ = handled()
    idle = replace(told, staff=[], acts=Acts(None, told.acts.nearest, (), {}, {}))
    found = timeline(one.sown, one.incident, idle, NAMES, LAGS)
    assert [each.what for each in found] == ["start", "alarm", *["cured"] * 3, "settled"]


def test_wrong_goods_are_taken_off_where_the_alarm_names_them() -> None:
    one = rehearsal_of()
    told, _ = handled(goods=("A", "B"), moves=False)
    found = timeline(one.sown, one.incident, told, NAMES, LAGS)
    assert [each.text for each in found[4:6]] == [
        "Taken off until they are corrected: A, B; their orders are placed again then",
        "Step 1: look",
    ]


def test_the_steps_of_the_right_cause_follow_once_it_is_named() -> None:
    one = rehearsal_of()
    _, rang = handled()
    later = rang + 2 * STEP
    told, _ = handled(moves=False, corrected=(later, Staff(later, [("Cy", "3")], ["ask", "wait"], [])))
    found = timeline(one.sown, one.incident, told, NAMES, LAGS)
    texts = [each.text for each in found if each.what == "step"][1:]
    assert texts == ["Called: Ann 1, Bob 2", "Step 1: look", "Called: Cy 3", "Step 1: ask", "Step 2: wait"]
    assert [each.text[:21] for each in found if each.what == "alarm"][1] == "The monitor now names"


def test_cures_are_told_by_halves_and_their_money_by_the_lag() -> None:
    one = rehearsal_of()
    found = timeline(one.sown, one.incident, None, NAMES, LAGS)
    assert [each.what for each in found] == ["start", "cured", "cured", "cured", "settled"], "nobody acts unalarmed"
    assert found[0].at == moment_text(one.replay.first)
    assert found[1].at == moment_text(one.incident.end)
    cured = np.sort(one.sown.feed.deducted_at[one.sown.struck])
    cured = cured[cured < NEVER]
    assert (cured <= seconds(found[2].at)).sum() == -(-len(cured) // 2)
    assert (cured <= seconds(found[3].at)).mean() >= 0.95
    assert seconds(found[4].at) - seconds(found[3].at) == 2.5 * 86_400
    unknown = timeline(one.sown, one.incident, None, NAMES, {"baitiao": None, "wechat": None})
    assert [each.what for each in unknown] == ["start", "cured", "cured", "cured"]

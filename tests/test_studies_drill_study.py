"""A drill, composed: what was planted, alarm, steps and money fit each other; its notes say what a reader must know."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drill_shop import orders, rehearsal_of, shop_drill
from playbook_shop import base_run, playbook

from forecast.plan.changes import CAUSES
from forecast.studies.drill.acting import STEP, acts
from forecast.studies.drill.choosing import Asked
from forecast.studies.drill.study import (
    SLOW,
    Rehearsed,
    acting_notes,
    drill_notes,
    expected_on_peak,
    rehearsed,
    steps_by_cause,
)
from forecast.studies.playbook.channels import thresholds
from forecast.watch.telling import seconds


@cache
def silent() -> Rehearsed:
    return rehearsed(base_run(), orders(), Asked(cause="integration", channel="wechat", hours=8.0, share=0.9))


def test_an_incident_is_planted_and_found() -> None:
    one = silent()
    assert one.replay.alarm is not None
    assert (one.replay.alarm.cause, one.replay.alarm.channels) == ("integration", ("wechat",))
    assert list(drill_notes(one)) == []


def test_the_parts_of_a_result_fit_each_other() -> None:
    found = shop_drill()
    incident, alarm = found.incident, found.alarm
    assert alarm is not None
    assert (incident.cause, incident.scope.channels, incident.scope.clearing) == ("clearing", ("baitiao",), "jd_pay")
    assert incident.loss + incident.delayed == pytest.approx(incident.amount)
    assert incident.amount == 100.0 * incident.orders
    start = next(one.at for one in found.timeline if one.what == "start")
    assert alarm.minutes == (seconds(alarm.at) - seconds(start)) // 60
    assert [one.at for one in found.timeline] == sorted(one.at for one in found.timeline)
    assert (found.day, found.peak) == ("2024-11-04", "2026-10-29")
    assert found.cost_of_delay[-1].loss <= incident.loss
    assert found.started is not None
    assert seconds(found.started.acted_at) == seconds(found.started.at) + STEP
    assert found.started.at >= alarm.at
    assert found.started.failure_rate >= found.started.alarm_rate
    assert len(found.course.at) == len(found.course.planted) == len(found.course.seen) == len(found.course.usual)
    assert "playbook_unfilled" in {note.code for note in found.notes}
    assert expected_on_peak(base_run()) > 2_000


def test_notes_tell_a_made_day_and_an_alarm_that_was_late_wrong_or_missing() -> None:
    one = rehearsal_of()
    alarm = one.replay.alarm
    assert alarm is not None
    few = replace(one, sown=replace(one.sown, struck=one.sown.struck & (np.cumsum(one.sown.struck) <= 20)))
    heavy = replace(one, incident=replace(one.incident, heavier=2.25))
    made = replace(one, day=replace(one.day, repeated=2.5))
    late = replace(one, incident=replace(one.incident, end=alarm.detected_at))
    slow = replace(one, replay=replace(one.replay, alarm=replace(alarm, detected_at=one.replay.first + SLOW + 1)))
    wrong = replace(one, replay=replace(one.replay, alarm=replace(alarm, cause="integration")))
    corrected = replace(alarm, detected_at=alarm.detected_at + 900)
    righted = replace(wrong, replay=replace(wrong.replay, corrected=corrected))
    missed = replace(one, replay=replace(one.replay, alarm=None))
    at_last = replace(one, replay=replace(one.replay, alarm=replace(alarm, detected_at=one.incident.end + SLOW)))
    cases = {
        "drill_day_made": made,
        "drill_alarm_late": late,
        "drill_alarm_slow": slow,
        "drill_cause_mistaken": wrong,
        "drill_cause_corrected": righted,
        "drill_missed": missed,
        "drill_heavier": heavy,
        "drill_small": few,
    }
    for code, case in cases.items():
        assert [note.code for note in drill_notes(case)] == [code]
    assert not list(drill_notes(one))
    assert [note.code for note in drill_notes(at_last)] == ["drill_alarm_late", "drill_alarm_slow"]


def test_a_threshold_that_is_never_reached_is_told() -> None:
    run = base_run()
    limits = {cause: thresholds(run.prepared, playbook(), cause) for cause in CAUSES}
    assert not list(acting_notes(acts(silent().replay, limits, 0.05), run.plan))
    high = {cause: [replace(one, alarm_rate=0.999, alarm_hours=24) for one in found] for cause, found in limits.items()}
    (note,) = acting_notes(acts(silent().replay, high, 0.05), run.plan)
    assert (note.code, note.level) == ("drill_not_started", "warning")
    assert (note.values["key"], note.values["least"]) == ("causes.integration.alarm_rate", "99.9%")


def test_steps_are_filled_for_every_cause() -> None:
    found = steps_by_cause(base_run(), playbook(("note the moment", "{usual}: note the moment")))
    assert list(found) == list(CAUSES)
    assert found["integration"][0].startswith("baitiao ")
    assert not any("{" in step for steps in found.values() for step in steps)

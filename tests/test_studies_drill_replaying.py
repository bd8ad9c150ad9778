"""The replay: the planted scope is found for every cause, soon, and a quiet monitor is told as none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike

from forecast.studies.drill.planting import Planted, plant
from forecast.studies.drill.replaying import course, replayed
from forecast.watch.feed import HOUR
from forecast.watch.incidents import GRID

CURED = np.tile([0.4, 0.2], (3, 1))
SINCE = at(12)
FEED = shop(orders_a_day=600)
INCIDENTS = [
    Planted("integration", ("baitiao",), at(12, 9), at(12, 17), 0.8),
    Planted("validation", (), at(12, 9), at(13, 1), 0.9, sku=("sku3",)),
    Planted("risk_control", ("wechat",), at(12, 9), at(13, 3), 0.9, region=("region2",)),
    Planted("clearing", ("baitiao", "gold"), at(12, 9), at(12, 15), 0.6),
]


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda one: one.cause)
def test_the_planted_scope_is_found_and_named(incident: Planted) -> None:
    sown = plant(FEED, incident, CURED, np.random.default_rng(1))
    found = replayed(sown, incident, SINCE)
    alarm = found.alarm
    assert alarm is not None
    assert alarm.cause == incident.cause
    assert set(alarm.channels) == set(incident.channels or FEED.channels)
    assert (alarm.sku, alarm.region) == (incident.sku, incident.region)
    assert found.first == sown.feed.tried_at[sown.struck].min()
    assert 0 < alarm.detected_at - found.first <= 6 * HOUR
    assert (alarm.detected_at - SINCE) % GRID == 0


def test_an_alarm_for_something_else_is_not_the_drills() -> None:
    incident = Planted("clearing", ("wechat",), at(12, 9), at(12, 9.2), 0.5)
    real = strike(FEED, "validation", at(12, 7), 12, sku="sku1", rate=0.9)
    found = replayed(plant(real, incident, CURED, np.random.default_rng(1)), incident, SINCE)
    assert found.alarm is None


def test_the_course_shows_what_failed_before_it_could_be_seen() -> None:
    incident = replace(INCIDENTS[0], share=1.0)
    sown = plant(FEED, incident, CURED, np.random.default_rng(1))
    shown = course(replayed(sown, incident, SINCE), incident)
    at_ = np.array(shown.at)
    planted, seen, usual = (np.array(one) for one in (shown.planted, shown.seen, shown.usual))
    inside = (at_ > incident.start + HOUR) & (at_ <= incident.end)
    assert planted[inside].min() > 0.9
    assert planted[at_ <= incident.start].max() < 0.2
    young = (at_ > incident.start) & (at_ <= incident.start + HOUR / 2)
    assert (seen[young] < planted[young]).all(), "silence is seen only once deductions are overdue"
    assert usual[inside].max() < 0.1
    assert (np.diff(at_) == GRID).all()

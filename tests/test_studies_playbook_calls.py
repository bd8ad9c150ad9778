"""Which facility can still be called: asked on the last day, money is there in time, and a day later it is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from playbook_shop import ground, questions

from forecast.financing.desk import Desk
from forecast.plan.changes import Outage
from forecast.studies.playbook.calls import arrival, calls, latest_request
from forecast.studies.playbook.trials import STEPS, Ground, Trials

WEEKEND = 12
"""The index of Saturday 2026-10-31 in a horizon that begins on Monday 2026-10-19."""


def on_notice(days: int) -> Ground:
    """The shop's ground, its overdraft asked for some banking days ahead."""
    asked = questions().whatif()
    facilities = [replace(one, notice_days=days) if one.name == "overdraft" else one for one in asked.plan.facilities]
    desk = Desk.of(asked.case, facilities, asked.plan.horizon.confidence)
    return replace(ground(), planning=desk)


def test_without_notice_money_comes_the_same_day() -> None:
    item = next(one for one in ground().planning.items if one.facility.name == "overdraft")
    assert (arrival(item, 3), latest_request(item, 3)) == (3, 3)


def test_notice_counts_banking_days() -> None:
    item = next(one for one in on_notice(2).planning.items if one.facility.name == "overdraft")
    friday = WEEKEND - 1
    assert arrival(item, friday) == friday + 4, "two banking days after a Friday evening: Tuesday"
    last = latest_request(item, friday + 4)
    assert last is not None
    assert int(item.calendar.arrival[last + 1]) <= friday + 4 < int(item.calendar.arrival[last + 2])


def test_a_call_on_the_first_day_is_too_late_from_the_rate_on_that_is_told() -> None:
    late = on_notice(3)
    start = dt.date(2026, 10, 29)
    found = Trials(questions(), late, Outage(channel="baitiao", start=start, days=3, cause="validation"))
    short = found.arranged(STEPS).short_day
    assert short is not None
    (call,) = [one for one in calls(found, 1, short) if one.facility == "overdraft"]
    assert (call.notice_days, call.call_by is not None) == (3, True)
    assert call.arrives is not None
    assert call.too_late_from is not None
    step, arrives = round(call.too_late_from * STEPS), np.datetime64(call.arrives)
    assert late.days[found.arranged(step).short_day] < arrives
    before = found.arranged(step - 1).short_day
    assert step == 1 or before is None or late.days[before] >= arrives


def test_what_is_wholly_arranged_cannot_be_called() -> None:
    incident = Outage(channel="baitiao", start=dt.date(2026, 10, 29), days=7, cause="validation")
    mix = ground().mix
    for name in ("overdraft", "receivables_finance"):
        limits = [item.most if item.facility.name == name else 600.0 for item in mix.items]
        found = Trials(questions(), replace(ground(), mix=replace(mix, limits=tuple(limits))), incident)
        short = found.arranged(STEPS).short_day
        assert short is not None
        assert name not in {one.facility for one in calls(found, 1, short)}

"""The incidents of a cause: each scope, length and beginning, on the worst day at least as bad as on the peak."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from playbook_shop import ground, questions

from forecast.studies.playbook import incidents as module
from forecast.studies.playbook.incidents import Beginnings, Scope, days_between, incidents, measured, scopes
from forecast.studies.playbook.trials import STEPS, Trials

if TYPE_CHECKING:
    import pytest

BAITIAO = Scope("baitiao", None)


def test_clearing_strikes_clearing_names_and_every_other_cause_channels() -> None:
    asked = questions()
    assert scopes(asked, "validation") == [BAITIAO, Scope("wechat", None)]
    assert scopes(asked, "clearing") == [Scope(None, "baitiao"), Scope(None, "wechat")]


def test_the_worst_day_is_the_worst_of_all_that_are_tried() -> None:
    asked = questions()
    found = Beginnings(asked, ground())
    worst = found.worst(BAITIAO, 7)
    first, last = dt.date(2026, 10, 19), dt.date(2026, 10, 29)

    def shortness(start: dt.date) -> tuple[float, int]:
        tried = Trials(asked, ground(), found.outage(BAITIAO, 7, start, "validation")).arranged(STEPS)
        return tried.lack, tried.short

    assert shortness(worst) == max(shortness(day) for day in days_between(first, last, 1))
    assert worst <= found.worst(BAITIAO, 3) <= worst + dt.timedelta(days=4), "a shorter one lies within the longer"


def test_an_incident_that_the_mix_survives_calls_nobody() -> None:
    asked = questions()
    late = Beginnings.outage(BAITIAO, 1, dt.date(2026, 11, 6), "validation")
    calm = measured(Trials(asked, ground(), late), "peak")
    assert (calm.arranged_rate, calm.every_rate, calm.short_day, calm.calls, calm.lack) == (None, None, None, [], 0.0)


def test_every_scope_and_length_begins_on_the_peak_and_on_the_worst_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LENGTHS", (1,))
    found = Beginnings(questions(), ground())
    for scope in scopes(questions(), "validation"):
        for days in module.LENGTHS:
            found.known[scope, days] = dt.date(2026, 11, 6)
    got = [(one.channel, one.days, one.when, one.start) for one in incidents(found, "validation")]
    assert got[:2] == [("baitiao", 1, "peak", "2026-10-29"), ("baitiao", 1, "worst", "2026-11-06")]
    assert len(got) == 4, "two channels"

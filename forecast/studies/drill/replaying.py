"""A planted incident replayed through the monitor: when it rang, and what the failures looked like until then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.evidence import known
from forecast.watch.feed import HOUR, NONE
from forecast.watch.incidents import GRID
from forecast.watch.monitor import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.studies.drill.planting import Planted, Sown
    from forecast.watch.incidents import Incident
    from forecast.watch.monitor import Alert

LISTENED = 24 * HOUR
"""Seconds after an incident's end for which the alarm is waited for."""

FEWEST_HELD = 3
"""Orders of the planted incident that an alert holds at least to be its alarm."""

BESIDE = 3 * HOUR
"""Seconds before the first failure and after the end or the alarm that the course shows."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A feed with an incident as the monitor saw it; ``alarm`` is the alert as it rang, None where none did.

    ``first`` is the moment at which the first struck order was due; ``corrected`` the alert as it was when it named the
    planted cause, where the alarm named another and it ever did. ``later`` is the alert at each quarter of an hour from
    the alarm on, as known then, its scope as it had grown.
    """

    watch: Watch
    first: int
    alarm: Alert | None
    corrected: Alert | None = None
    later: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The failed share of the scope's orders by quarter of an hour, each of the hour up to the moment ``at``.

    ``planted`` is what failed in truth, ``seen`` what was known at the moment to have failed or to be overdue, of what
    was decided by then; NaN where the hour has no order. ``usual`` is the usual chance. All are (moment,).
    """

    at: tuple[int, ...]
    planted: tuple[float, ...]
    seen: tuple[float, ...]
    usual: tuple[float, ...]


def replayed(sown: Sown, incident: Planted, since: int) -> Replay:
    """Let the monitor look every quarter of an hour from ``since`` on, until it names the incident and its cause.

    And on to the end of the incident.
    """
    watch = Watch.of(sown.feed, sown.feed, since)
    first = int(sown.feed.tried_at[sown.struck].min())
    rows = np.sort(sown.feed.row[sown.struck])
    asked = list(range(since + GRID, incident.end + LISTENED + 1, GRID))
    alarm: Alert | None = None
    corrected: Alert | None = None
    later: list[Alert] = []
    for now, there in zip(asked, watch.replay(asked), strict=True):
        if alarm is None:
            alarm = _alarm(watch, there, now, rows, (first, incident.start))
            later += [] if alarm is None else [replace(alarm, detected_at=now)]
        else:
            found = replace(watch.alert(alarm.number, there, now), detected_at=now)
            later.append(found)
            if corrected is None and found.cause == incident.cause != alarm.cause:
                corrected = found
        if alarm is not None and now >= incident.end and (alarm.cause == incident.cause or corrected is not None):
            break
    return Replay(watch, first, alarm, corrected, tuple(later))


def _alarm(watch: Watch, there: Sequence[Incident], now: int, rows: Ints, began: tuple[int, int]) -> Alert | None:
    """The first alert at a moment that holds the incident, whose first failure and start ``began`` has."""
    first, start = began
    if now <= first:
        return None
    for number, one in enumerate(there):
        if one.lasts or one.ended >= start:
            places = watch.affected(number, there, now)
            if _is_of(watch, places, rows, start):
                return _rung_at(watch.alert(number, there, now), now, first)
    return None


def _rung_at(alert: Alert, now: int, first: int) -> Alert:
    """The alert at the moment at which it holds the incident: one that rang before it, for another, has grown."""
    return replace(alert, detected_at=now) if alert.detected_at < first else alert


def _is_of(watch: Watch, places: Ints, rows: Ints, start: int) -> bool:
    """Whether what an alert counts as failed since the incident began is for the greater part the incident's."""
    feed = watch.view.feed
    places = places[feed.tried_at[places] >= start]
    held = int(np.isin(feed.row[places], rows).sum())
    return held >= max(FEWEST_HELD, len(places) / 2)


def course(replay: Replay, incident: Planted) -> Course:
    """How the failed share of the scope went, in truth and as it could be seen."""
    watch = replay.watch
    feed, end = watch.view.feed, incident.end
    last = max(end, end if replay.alarm is None else replay.alarm.detected_at) + BESIDE
    begin = max(watch.since, (replay.first - BESIDE) // GRID * GRID)
    inside = incident.within(feed)
    moments = list(range(begin + GRID, last + 1, GRID))
    rows = [_at(watch, inside, now) for now in moments]
    planted, seen, usual = (tuple(one) for one in zip(*rows, strict=True))
    return Course(tuple(moments), planted, seen, usual)


def _at(watch: Watch, inside: Bools, now: int) -> tuple[float, float, float]:
    """The failed share of the last hour in truth, as known then, and the usual one."""
    there = known(watch.view, now - HOUR, now)
    part = slice(there.first, there.first + len(there.good))
    mine, feed = inside[part], watch.view.feed
    in_truth = (feed.cause[part] != NONE) | (feed.deducted_at[part] - feed.tried_at[part] > watch.view.patience[part])
    decided = mine & (there.good | there.bad[0])
    return _mean(in_truth[mine]), _mean(there.bad[0][decided]), _mean(there.chance[0][decided])


def _mean(values: Floats | Bools) -> float:
    return float(values.mean()) if len(values) else float("nan")

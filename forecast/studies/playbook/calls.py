"""Which facilities can still be called in an incident: by when, and from which failed share on it would be too late."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from forecast.results.playbook import Call
from forecast.studies.playbook.trials import STEPS

if TYPE_CHECKING:
    from forecast.financing.kinds.terms import Terms
    from forecast.studies.playbook.trials import Trials

LEAST_ROOM = 1.0
"""Yuan of a limit that at least must be left for a facility to be called."""


def calls(trials: Trials, first: int, short: int) -> list[Call]:
    """Every facility with room left.

    The arranged mix falls short from the step ``first`` on; where all fails, by the day of index ``short``.
    """
    ground, start = trials.ground, trials.incident.start
    began = int((np.datetime64(start) - ground.days[0]).astype(np.int64))
    found = []
    for item in ground.planning.items:
        room = item.most - ground.arranged.get(item.facility.name, 0.0)
        if room < LEAST_ROOM:
            continue
        arrives, asked = arrival(item, began), latest_request(item, short)
        late = first if arrives is None else None
        if arrives is not None and short < arrives:
            late = trials.turn(first, arrives)
        found.append(
            Call(
                facility=item.facility.name,
                notice_days=item.facility.notice_days,
                room=None if math.isinf(room) else room,
                call_by=None if asked is None else str(ground.days[0] + np.timedelta64(asked, "D")),
                arrives=None if arrives is None else str(ground.days[arrives]),
                too_late_from=None if late is None else late / STEPS,
            )
        )
    return found


def arrival(item: Terms, day: int) -> int | None:
    """The index of the day on which money asked for on a day arrives: the same one without notice; None where none."""
    calendar = item.calendar
    if item.facility.notice_days == 0:
        ready = np.flatnonzero(calendar.open[day:])
        return day + int(ready[0]) if ready.size else None
    arrives = int(calendar.arrival[day + 1])
    return arrives if arrives >= 0 else None


def latest_request(item: Terms, needed: int) -> int | None:
    """The index of the last day on which to ask for money that must be there on a day (−1: as_of); None where none."""
    calendar = item.calendar
    if item.facility.notice_days == 0:
        ready = np.flatnonzero(calendar.open[: needed + 1])
        return int(ready[-1]) if ready.size else None
    in_time = np.flatnonzero((calendar.arrival >= 0) & (calendar.arrival <= needed))
    return int(in_time[-1]) - 1 if in_time.size else None

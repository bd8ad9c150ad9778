"""The timeline of a drill: first failure, alarm, the playbook's steps, cures, and the money at last on the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.results.drill import Moment
from forecast.watch.feed import DAY, MINUTE, NEVER
from forecast.watch.telling import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.plan.playbook_file import Playbook
    from forecast.results.drill import DrillCall, Moved
    from forecast.studies.drill.planting import Planted, Sown
    from forecast.watch.monitor import Alert
    from forecast.watch.telling import Names

STEP = 10 * MINUTE
"""Seconds that each step of the playbook takes, and after the alarm until the first is done and orders are moved."""

NEARLY_ALL = 0.95
"""Share of what is cured by which a cure counts as over."""


@dataclass(frozen=True, slots=True)
class Staff:
    """What the playbook tells staff to do about the cause that was told: who is called, the steps, the orders moved.

    ``calls`` are facilities that must be asked for.
    """

    people: Sequence[tuple[str, str]]
    steps: Sequence[str]
    moved: Sequence[Moved]
    calls: Sequence[DrillCall]

    @classmethod
    def of(
        cls, playbook: Playbook, cause: str, steps: Sequence[str], moved: Sequence[Moved], calls: Sequence[DrillCall]
    ) -> Staff:
        """The people whom the playbook has for a cause, with steps whose figures are filled in."""
        people = [(playbook.people[one].name, playbook.people[one].phone) for one in playbook.causes[cause].acts]
        return cls(people, steps, moved, calls)


def acted_at(alarm: Alert) -> int:
    """The moment from which on orders are moved, or no longer taken: a step after the alarm."""
    return alarm.detected_at + STEP


@dataclass(frozen=True, slots=True)
class Told:
    """An alert of the monitor as it was at ``detected_at``, and what staff do about the cause that it names."""

    alert: Alert
    staff: Staff


def timeline(
    sown: Sown, incident: Planted, told: Sequence[Told], names: Names, lags: Mapping[str, float | None]
) -> list[Moment]:
    """Every moment in its order; ``lags`` are mean days from deduction to the account, by channel (None: not known).

    ``told`` is the alarm, and after it the same alert once it named the planted cause where it did so later only: from
    then on the staff follow that cause's steps. Without any nobody acts.
    """
    found = [_start(sown, incident, names)]
    for place, one in enumerate(told):
        until = [moment_text(each.alert.detected_at) for each in told[place + 1 :]]
        found += [each for each in _told(one, names, corrects=place > 0) if not until or each.at < until[0]]
    found += _cured(sown, incident, names, lags)
    return sorted(found, key=lambda one: one.at)


def _start(sown: Sown, incident: Planted, names: Names) -> Moment:
    feed, texts = sown.feed, names.texts
    place = int(np.flatnonzero(sown.struck)[feed.tried_at[sown.struck].argmin()])
    silent = "drill.first_silent" if feed.failed_at[place] == NEVER else "drill.first_failed"
    channel = feed.channels[feed.channel[place]]
    words = {"channel": names.labels.get(channel, channel), "cause": texts(f"causes.{incident.cause}")}
    return Moment(moment_text(int(feed.tried_at[place])), "start", texts(silent, **words))


def _told(told: Told, names: Names, *, corrects: bool) -> Iterator[Moment]:
    """The alarm with what the staff do, or its correction with the steps that follow from there."""
    alarm, staff = told.alert, told.staff
    texts, at = names.texts, alarm.detected_at
    yield Moment(
        moment_text(at),
        "alarm",
        texts(
            "drill.corrected" if corrects else "drill.alarm",
            scope=names.scope(alarm),
            cause=texts(f"causes.{alarm.cause}"),
            chance=f"{alarm.probabilities[alarm.cause]:.0%}",
            failed=alarm.failed,
            tried=alarm.tried,
            rate=f"{alarm.failure_rate:.0%}",
            usual=f"{alarm.usual_rate:.1%}",
        ),
    )
    people = texts("language.list_comma").join(
        texts("drill.person", name=name, phone=phone) for name, phone in staff.people
    )
    yield Moment(moment_text(at), "step", texts("drill.people", people=people))
    if alarm.sku and not corrects:
        goods = texts("language.list_comma").join(alarm.sku)
        yield Moment(moment_text(acted_at(alarm)), "step", texts("drill.taken_off", goods=goods))
    for one in staff.moved:
        words = {"channel": names.labels[one.channel], "target": names.labels[one.to]}
        rates = {"rate": f"{alarm.failure_rate:.0%}", "least": f"{one.least_rate:.1%}"}
        yield Moment(moment_text(acted_at(alarm)), "step", texts("drill.moved", **words, **rates))
    for number, step in enumerate(staff.steps, 1):
        text = texts("drill.step", number=number, step=step)
        yield Moment(moment_text(at + number * STEP), "step", text)
    after = moment_text(at + len(staff.steps) * STEP)
    for call in staff.calls:
        none = texts("amount.none")
        words = {"facility": call.facility, "day": call.call_by or none, "arrives": call.arrives or none}
        yield Moment(after, "step", texts("drill.call", **words))


def _cured(sown: Sown, incident: Planted, names: Names, lags: Mapping[str, float | None]) -> Iterator[Moment]:
    """The end of the fault, when half and nearly all of what is cured has been, and when its money has come."""
    feed, texts = sown.feed, names.texts
    struck = int(sown.struck.sum())
    cured = sown.struck & (feed.deducted_at < NEVER)
    count = int(cured.sum())
    words = {"count": f"{count:,}", "struck": f"{struck:,}"}
    yield Moment(moment_text(incident.end), "cured", texts("drill.over", **words))
    if not count:
        return
    moments = np.sort(feed.deducted_at[cured])
    half, last = (int(moments[int(np.ceil(share * count)) - 1]) for share in (0.5, NEARLY_ALL))
    yield Moment(moment_text(half), "cured", texts("drill.half", **words))
    yield Moment(moment_text(last), "cured", texts("drill.nearly", **words))
    channels = feed.channel[cured]
    known = [lag for one in channels if (lag := lags[feed.channels[one]]) is not None]
    if not known:
        return
    lag = float(np.mean(known))
    settled = last + round(lag * DAY)
    yield Moment(moment_text(settled), "settled", texts("drill.settled", days=f"{lag:.1f}", **words))

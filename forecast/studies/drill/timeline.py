"""The timeline of a drill: first failure, alarm, the playbook's steps, cures, and the money at last on the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.results.drill import Moment
from forecast.studies.drill.acting import STEP
from forecast.watch.feed import DAY, HOUR, NEVER
from forecast.watch.telling import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.plan.playbook_file import Playbook
    from forecast.results.drill import DrillCall
    from forecast.studies.drill.acting import Acts, Reached, Stays
    from forecast.studies.drill.planting import Planted, Sown
    from forecast.watch.monitor import Alert
    from forecast.watch.telling import Names

NEARLY_ALL = 0.95
"""Share of what is cured by which a cure counts as over."""


@dataclass(frozen=True, slots=True)
class Staff:
    """What the playbook has people do about a cause from a moment on (seconds): who is called, and the steps.

    ``calls`` are facilities that must be asked for.
    """

    at: int
    people: Sequence[tuple[str, str]]
    steps: Sequence[str]
    calls: Sequence[DrillCall]

    @classmethod
    def of(cls, playbook: Playbook, cause: str, at: int, steps: Sequence[str], calls: Sequence[DrillCall]) -> Staff:
        """The people whom the playbook has for a cause, with steps whose figures are filled in."""
        people = [(playbook.people[one].name, playbook.people[one].phone) for one in playbook.causes[cause].acts]
        return cls(at, people, steps, calls)


@dataclass(frozen=True, slots=True)
class Response:
    """What the monitor told and what staff did: the alarm, and where it came later the alert that corrects its cause.

    ``staff`` follow the plan from its start on, and that of the corrected cause from its correction on.
    """

    alerts: Sequence[Alert]
    staff: Sequence[Staff]
    acts: Acts


def timeline(
    sown: Sown, incident: Planted, told: Response | None, names: Names, lags: Mapping[str, float | None]
) -> list[Moment]:
    """Every moment in its order; ``lags`` are mean days from deduction to the account, by channel (None: not known).

    Nobody acts where nothing was told (``told`` is None).
    """
    found = [_start(sown, incident, names)]
    if told is not None:
        found += [_alarm(alert, names, corrects=place > 0) for place, alert in enumerate(told.alerts)]
        found += _acted(told, names)
    found += _cured(sown, incident, names, lags)
    return sorted(found, key=lambda one: one.at)


def _start(sown: Sown, incident: Planted, names: Names) -> Moment:
    feed, texts = sown.feed, names.texts
    place = int(np.flatnonzero(sown.struck)[feed.tried_at[sown.struck].argmin()])
    silent = "drill.first_silent" if feed.failed_at[place] == NEVER else "drill.first_failed"
    channel = feed.channels[feed.channel[place]]
    words = {"channel": names.labels.get(channel, channel), "cause": texts(f"causes.{incident.cause}")}
    return Moment(moment_text(int(feed.tried_at[place])), "start", texts(silent, **words))


def _alarm(alarm: Alert, names: Names, *, corrects: bool) -> Moment:
    """The alarm, or its correction."""
    texts = names.texts
    text = texts(
        "drill.corrected" if corrects else "drill.alarm",
        scope=names.scope(alarm),
        since=_clock(alarm.started_at),
        cause=texts(f"causes.{alarm.cause}"),
        chance=f"{alarm.probabilities[alarm.cause]:.0%}",
        failed=alarm.failed,
        tried=alarm.tried,
        rate=f"{alarm.failure_rate:.0%}",
        usual=f"{alarm.usual_rate:.1%}",
    )
    return Moment(moment_text(alarm.detected_at), "alarm", text)


def _clock(at: int) -> str:
    """A moment as a sentence names it, without year and seconds."""
    return moment_text(at)[5:16].replace("T", " ")


def _acted(told: Response, names: Names) -> Iterator[Moment]:
    """What staff do: the plan started, goods off, orders moved, and the steps as far as no other cause's follow."""
    texts, acts, counted = names.texts, told.acts, told.alerts[0].started_at
    if acts.started is None:
        return
    yield Moment(moment_text(acts.started.at), "step", _started(acts.started, counted, names))
    off: dict[int, list[str]] = {}
    for (_, sku), at in acts.goods.items():
        off[at] = list(dict.fromkeys([*off.get(at, []), sku]))
    for at, goods in off.items():
        named = texts("language.list_comma").join(goods)
        yield Moment(moment_text(at), "step", texts("drill.taken_off", goods=named))
    for one in acts.moved:
        words = {"channel": names.labels[one.channel], "target": names.labels[one.to]}
        rates = {"rate": f"{one.failure_rate:.0%}", "least": f"{one.least_rate:.1%}"}
        yield Moment(one.at, "step", texts("drill.moved", **words, **rates))
        if one.channel in acts.back_at:
            yield Moment(moment_text(acts.back_at[one.channel]), "step", texts("drill.moved_back", **words))
    yield from (Moment(moment_text(one.at), "step", _stays(one, names)) for one in acts.stays)
    for place, staff in enumerate(told.staff):
        until = [moment_text(each.at) for each in told.staff[place + 1 :]]
        yield from (each for each in _steps(staff, names) if not until or each.at < until[0])


def _stays(one: Stays, names: Names) -> str:
    """That a channel's orders stay, and why, which the playbook's own texts may not know."""
    texts, channel = names.texts, names.labels[one.channel]
    if one.to is None:
        return texts("drill.stays_alone", channel=channel)
    words = {"channel": channel, "target": names.labels[one.to]}
    if one.least is None:
        return texts("drill.stays", **words)
    if one.fails:
        return texts("drill.stays_both", **words)
    return texts("drill.stays_below", **words, rate=f"{one.rate:.0%}", least=f"{one.least:.1%}")


def _started(found: Reached, counted: int, names: Names) -> str:
    """By what the plan was started; that its hours are others than those since ``counted``, as the alarm has them."""
    words = {"channel": names.labels[found.channel], "cause": names.texts(f"causes.{found.cause}")}
    rates = {"rate": f"{found.rate:.0%}", "least": f"{found.least:.1%}"}
    since = _clock(found.at - found.hours * HOUR)
    apart = "" if since == _clock(counted) else names.texts("drill.other_hours")
    return names.texts("drill.started", **words, **rates, hours=found.hours, since=since, apart=apart)


def _steps(staff: Staff, names: Names) -> Iterator[Moment]:
    """Who is called, the steps ten minutes apart, and facilities to be asked for."""
    texts = names.texts
    people = texts("language.list_comma").join(
        texts("drill.person", name=name, phone=phone) for name, phone in staff.people
    )
    yield Moment(moment_text(staff.at), "step", texts("drill.people", people=people))
    for number, step in enumerate(staff.steps, 1):
        yield Moment(moment_text(staff.at + number * STEP), "step", texts("drill.step", number=number, step=step))
    after = moment_text(staff.at + len(staff.steps) * STEP)
    for call in staff.calls:
        none = texts("amount.none")
        words = {
            "facility": names.facilities.get(call.facility, call.facility),
            "day": call.call_by or none,
            "arrives": call.arrives or none,
        }
        yield Moment(after, "step", texts("drill.call", **words))


def _cured(sown: Sown, incident: Planted, names: Names, lags: Mapping[str, float | None]) -> Iterator[Moment]:
    """The end of the fault, when half and nearly all of what is cured has been, and when its money has come."""
    feed, texts = sown.feed, names.texts
    struck = int(sown.struck.sum())
    cured = sown.struck & (feed.deducted_at < NEVER)
    count = int(cured.sum())
    words = {"count": f"{count:,}", "struck": f"{struck:,}"}
    over = texts("drill.over", **words, lost=f"{struck - count:,}")
    yield Moment(moment_text(incident.end), "cured", over)
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

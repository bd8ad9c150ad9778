"""A drill, composed: a day, an incident planted into it, the monitor's replay, the playbook's steps, and the money."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Named, Note
from forecast.outputs.names import facility_names
from forecast.plan.changes import CAUSES
from forecast.plan.short_keys import first_peak
from forecast.results.drill import CourseShown, DrillAlarm, DrillIncident, DrillResult, DrillStart
from forecast.results.inputs import notes_shown
from forecast.results.monitor import ScopeShown
from forecast.results.playbook import FacilityKnown
from forecast.studies.drill.acting import acts
from forecast.studies.drill.choosing import FEWEST_FAILURES, chosen
from forecast.studies.drill.days import rehearsal
from forecast.studies.drill.money import CLEARING, Placed, Struck, cash_beside, cost_of_delay, parts
from forecast.studies.drill.replaying import course, replayed
from forecast.studies.drill.timeline import Response, Staff, timeline
from forecast.studies.playbook.channels import thresholds
from forecast.studies.playbook.filling import filled
from forecast.studies.playbook.study import language_note, playbook_notes
from forecast.studies.playbook.trials import Ground
from forecast.studies.stress.questions import Questions
from forecast.texts import Texts
from forecast.watch.feed import HOUR, MINUTE
from forecast.watch.telling import Names, moment_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.arrays import Floats
    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.plan.playbook_file import Playbook
    from forecast.results.drill import CashBeside, DelayCost
    from forecast.studies.drill.acting import Acts
    from forecast.studies.drill.choosing import Asked
    from forecast.studies.drill.days import Rehearsal
    from forecast.studies.drill.planting import Planted, Sown
    from forecast.studies.drill.replaying import Course, Replay
    from forecast.watch.feed import Feed
    from forecast.watch.monitor import Alert

SLOW = 2 * HOUR
"""Seconds from the first failure after which an alarm is late."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An incident in a day of orders, and how the monitor saw it."""

    day: Rehearsal
    incident: Planted
    sown: Sown
    replay: Replay


def rehearsed(done: Run, feed: Feed, asked: Asked) -> Rehearsed:
    """Plant an incident into a day of the plan's own orders, and replay it.

    Raises:
        InputError: The orders have no day that can be rehearsed, or no incident is large enough in it.
    """
    plan, engine = done.plan, done.prepared.engine
    rng = np.random.default_rng([plan.horizon.seed, asked.number])
    day = rehearsal(plan, feed, expected_on_peak(done), rng)
    cured = [cured_by_channel(done, cause) for cause in CAUSES]
    incident, sown = chosen(plan, engine.assumptions.channels, cured, day, asked)
    return Rehearsed(day, incident, sown, replayed(sown, incident, day.since))


def expected_on_peak(done: Run) -> float:
    """The expected order value of the horizon's first peak, yuan."""
    engine, days = done.prepared.engine, done.prepared.days
    place = int((np.datetime64(first_peak(done.plan)) - days[0]).astype(int))
    return float(engine.sales[:, :, engine.gap + place].mean(axis=0).sum())


def cured_by_channel(done: Run, cause: str) -> Floats:
    """The share of a cause's failures that is cured at each age in days, (channel, age)."""
    return np.stack([kernel.cured[cause].mean(axis=0) for kernel in done.prepared.engine.kernels])


@dataclass(frozen=True, slots=True)
class Judged:
    """What the staff make of the alarm (None: none rang), and what the incident costs."""

    told: Response | None
    struck: Struck
    delay: Sequence[DelayCost]
    cash: CashBeside


def judged(done: Run, playbook: Playbook, one: Rehearsed) -> Judged:
    """Act by the playbook's thresholds for the causes that the alert names, and weigh what that saves."""
    incident, replay = one.incident, one.replay
    struck = Struck.of(one.sown, cured_by_channel(done, incident.cause))
    questions = Questions.on(done.prepared, next(iter(done.cases.values())))
    lost = playbook.basics.moved_orders_lost
    did = acts(replay, {cause: thresholds(done.prepared, playbook, cause) for cause in CAUSES}, lost)
    placed = [Placed(each.channel, each.to, each.lost) for each in did.moved]
    placed += [Placed(name, name, lost) for name in dict.fromkeys(name for name, _ in did.goods)]
    goes_at = did.goes_at(one.sown.feed)
    taken = parts(one.sown, incident, goes_at)
    cash = cash_beside(questions, Ground.of(questions), incident.cause, taken, placed)
    if did.acted_at is None:  # nobody acts: all that fails, hour by hour
        delay = cost_of_delay(struck, np.full(len(struck.tried), replay.first), replay.first, incident.end)
    else:
        delay = cost_of_delay(struck, goes_at[one.sown.struck], did.acted_at, incident.end)
    if replay.alarm is None:
        return Judged(None, struck, delay, cash)
    alerts = [replay.alarm, *([] if replay.corrected is None else [replay.corrected])]
    return Judged(Response(alerts, _staff(done, playbook, did, alerts[1:], cash), did), struck, delay, cash)


def _staff(done: Run, playbook: Playbook, did: Acts, corrections: Sequence[Alert], cash: CashBeside) -> list[Staff]:
    """Who follows which steps from when on: those of the cause that started the plan, then those of a corrected one."""
    if did.started is None:
        return []
    steps, calls = steps_by_cause(done, playbook), [each for each in cash.calls if each.arrives is not None]
    turns = [(did.started.at, did.started.cause)]
    turns += [(each.detected_at, each.cause) for each in corrections if each.detected_at > did.started.at]
    return [Staff.of(playbook, cause, at, steps[cause], calls) for at, cause in turns]


def steps_by_cause(done: Run, playbook: Playbook) -> dict[str, list[str]]:
    """The playbook's steps by cause, their figures filled in."""
    found = {}
    for cause in CAUSES:
        fill = filled(thresholds(done.prepared, playbook, cause), done.plan, done.plan.language)
        found[cause] = [fill(step) for step in playbook.causes[cause].steps]
    return found


def drill_of(done: Run, playbook: Playbook, one: Rehearsed, number: int) -> DrillResult:
    """The whole drill on a finished run, whose ``cases`` hold base's."""
    plan, result = done.plan, done.result
    weighed = judged(done, playbook, one)
    texts = Texts(plan.language)
    channels = {name: channel.label for name, channel in plan.channels.items()}
    names = Names(texts, channels, facility_names(plan.facilities, texts))
    lags = {name: known.settlement_days.mean for name, known in done.prepared.estimates.items()}
    did = None if weighed.told is None else weighed.told.acts
    own = [*drill_notes(one), *([] if did is None else acting_notes(did, plan)), *playbook_notes(plan, playbook)]
    own += language_note(playbook, plan.language, "drill")
    notes = notes_shown(own, plan.language)
    return DrillResult(
        schema=result.schema,
        version=result.version,
        language=result.language,
        merchant=result.merchant,
        as_of=result.as_of,
        horizon_days=result.horizon_days,
        paths=result.paths,
        seed=result.seed,
        number=number,
        confidence=result.confidence,
        currency=result.currency,
        channels=result.channels,
        notes=[*notes, *result.notes],
        day=one.day.day.isoformat(),
        peak=first_peak(plan).isoformat(),
        incident=_incident(one, weighed.struck),
        alarm=_alarm(one.replay),
        started=None if did is None else _started(did),
        timeline=timeline(one.sown, one.incident, weighed.told, names, lags),
        cost_of_delay=list(weighed.delay),
        moved=[] if did is None else list(did.moved),
        cash=weighed.cash,
        facilities=[FacilityKnown(one.name, one.kind) for one in plan.facilities],
        course=_course(course(one.replay, one.incident)),
    )


def drill_notes(one: Rehearsed) -> Iterator[Note]:
    """What a reader of a drill must know of it."""
    alarm, incident = one.replay.alarm, one.incident
    if one.day.repeated > 1:
        values = {"day": one.day.day.isoformat(), "times": f"{one.day.repeated:.1f}"}
        yield Note("drill_day_made", "drill", values)
    if incident.heavier > 1:
        yield Note("drill_heavier", "drill", {"times": f"{incident.heavier:.3g}"})
    if (failed := int(one.sown.struck.sum())) < FEWEST_FAILURES:
        yield Note("drill_small", "drill", {"orders": failed, "fewest": FEWEST_FAILURES})
    if alarm is None:
        yield Note("drill_missed", "drill", {"orders": int(one.sown.struck.sum())})
        return
    if alarm.detected_at >= incident.end:
        hours = f"{(incident.end - incident.start) / HOUR:.1f}"
        yield Note("drill_alarm_late", "drill", {"hours": hours})
    if alarm.detected_at - one.replay.first > SLOW:
        failed = int((one.sown.struck & (one.sown.feed.tried_at <= alarm.detected_at)).sum())
        minutes = (alarm.detected_at - one.replay.first) // MINUTE
        yield Note("drill_alarm_slow", "drill", {"minutes": minutes, "failed": failed, "most": SLOW // HOUR})
    if alarm.cause != incident.cause:
        named, true = Named("causes", alarm.cause), Named("causes", incident.cause)
        words = {"named": named, "true": true}
        if one.replay.corrected is None:
            yield Note("drill_cause_mistaken", "drill", {}, words)
        else:
            minutes = (one.replay.corrected.detected_at - alarm.detected_at) // MINUTE
            yield Note("drill_cause_corrected", "drill", {"minutes": minutes}, words)


def acting_notes(did: Acts, plan: Plan) -> Iterator[Note]:
    """That staff did nothing, where the playbook's threshold was never reached."""
    near = did.nearest
    if did.started is None and near is not None:
        values: dict[str, str | int | float] = {
            "channel": plan.channels[near.channel].label,
            "hours": near.hours,
            "rate": f"{near.rate:.0%}",
            "least": f"{near.least:.1%}",
            "key": f"causes.{near.cause}.alarm_rate",
        }
        yield Note("drill_not_started", "drill", values, {"cause": Named("causes", near.cause)})


def _started(did: Acts) -> DrillStart | None:
    found, acted = did.started, did.acted_at
    if found is None or acted is None:
        return None
    return DrillStart(
        at=moment_text(found.at),
        acted_at=moment_text(acted),
        cause=found.cause,
        channel=found.channel,
        failure_rate=found.rate,
        alarm_rate=found.least,
        hours=found.hours,
    )


def _incident(one: Rehearsed, struck: Struck) -> DrillIncident:
    incident = one.incident
    loss, delayed = struck.between(-math.inf, math.inf)
    channels = incident.channels or one.sown.feed.channels
    clearing = one.sown.feed.clearing[channels[0]] if incident.cause == CLEARING else None
    return DrillIncident(
        cause=incident.cause,
        scope=ScopeShown(channels, clearing, incident.sku, incident.region),
        started_at=moment_text(incident.start),
        ended_at=moment_text(incident.end),
        share=incident.share,
        orders=int(one.sown.struck.sum()),
        amount=float(struck.amount.sum()),
        loss=loss,
        delayed=delayed,
    )


def _alarm(replay: Replay) -> DrillAlarm | None:
    alarm = replay.alarm
    if alarm is None:
        return None
    return DrillAlarm(
        at=moment_text(alarm.detected_at),
        cause=alarm.cause,
        minutes=(alarm.detected_at - replay.first) // MINUTE,
        orders=alarm.orders,
        failure_rate=alarm.failure_rate,
        usual_rate=alarm.usual_rate,
    )


def _course(found: Course) -> CourseShown:
    """The course as a result shows it."""
    planted, seen, usual = (
        [None if math.isnan(share) else share for share in shares]
        for shares in (found.planted, found.seen, found.usual)
    )
    return CourseShown([moment_text(at) for at in found.at], planted, seen, usual)

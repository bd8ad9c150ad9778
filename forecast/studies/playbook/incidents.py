"""The incidents of a cause: where they strike, when they begin and how long they last, and what they do to the cash."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.liquidity import case_buffer
from forecast.plan.changes import Outage
from forecast.plan.playbook_file import clearing_names
from forecast.plan.short_keys import first_peak
from forecast.results.playbook import Incident
from forecast.studies.playbook.calls import calls
from forecast.studies.playbook.trials import STEPS, Ground, Trials, least_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.financing.sizing import Proposal
    from forecast.results.playbook import When
    from forecast.studies.stress.questions import Questions

LENGTHS = (1, 3, 7)
"""Days that incidents last."""

CLEARING = "clearing"
"""The cause that strikes all channels of a clearing name, and holds settlements under way."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an incident strikes: one channel, or all of a clearing name; ``lag``: days until its money is missed."""

    channel: str | None
    clearing: str | None
    lag: int


def incidents(questions: Questions, mix: Proposal, cause: str) -> Iterator[Incident]:
    """The incidents of a cause: every scope, beginning and length; ``mix`` is what is arranged."""
    ground = Ground.of(questions, mix)
    for scope in scopes(questions, cause):
        for when, days, start in beginnings(questions, scope):
            outage = Outage(channel=scope.channel, clearing=scope.clearing, start=start, days=days, cause=cause)
            yield measured(Trials(questions, ground, outage), when)


def measured(trials: Trials, when: When) -> Incident:
    """What an incident does to the cash, at the failed shares at which the answer turns."""
    whole, incident = trials.arranged(STEPS), trials.incident
    first = None if whole.holds else least_step(0, lambda step: trials.arranged(step).holds)
    every = None if first is None else trials.every()
    short = whole.short_day
    return Incident(
        channel=incident.channel,
        clearing=incident.clearing,
        when=when,
        start=incident.start.isoformat(),
        days=incident.days,
        arranged_rate=None if first is None else first / STEPS,
        every_rate=None if every is None else every / STEPS,
        lack=whole.lack,
        short_day=None if short is None else str(trials.ground.days[short]),
        calls=[] if first is None or short is None else calls(trials, first, short),
    )


def scopes(questions: Questions, cause: str) -> list[Scope]:
    """Every channel; of clearing every clearing name, which holds up at once what is about to arrive."""
    plan, known = questions.plan, questions.prepared.estimates
    if cause == CLEARING:
        return [Scope(None, name, 0) for name in clearing_names(plan)]
    return [Scope(name, None, math.ceil(known[name].settlement_days.mean or 0.0)) for name in plan.channels]


def beginnings(questions: Questions, scope: Scope) -> Iterator[tuple[When, int, dt.date]]:
    """When incidents of each length begin: on the first peak, and so that their money lacks on base's tightest day."""
    plan = questions.plan
    first, peak, tightest = plan.horizon.as_of + dt.timedelta(days=1), first_peak(plan), tightest_day(questions)
    for days in LENGTHS:
        yield "peak", days, peak
        if tightest is not None:
            start = max(first, tightest - dt.timedelta(days=scope.lag + days - 1))
            if start != peak:
                yield "tightest", days, start


def tightest_day(questions: Questions) -> dt.date | None:
    """The day on which base's cash is tightest; None where it needs nothing beyond the minimum."""
    return case_buffer(questions.whatif().case, questions.plan.horizon.confidence).peak_day

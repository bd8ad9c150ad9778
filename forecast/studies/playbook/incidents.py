"""The incidents of a cause: where they strike, when they begin and how long they last, and what they do to the cash."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecast.liquidity import case_buffer
from forecast.plan.changes import CAUSES, Outage
from forecast.plan.playbook_file import clearing_names
from forecast.plan.short_keys import first_peak
from forecast.results.playbook import Incident
from forecast.studies.playbook.calls import calls
from forecast.studies.playbook.trials import STEPS, Trials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forecast.results.playbook import When
    from forecast.studies.playbook.trials import Ground, Trial
    from forecast.studies.stress.questions import Questions

LENGTHS = (1, 3, 7)
"""Days that incidents last."""

FIRST_TRIED = 12
"""Days on which the longest incident is tried first, about."""

Shortness = tuple[float, int]
"""What cash lacks at the plan's confidence in yuan, and the number of paths on which it falls short."""

CLEARING = "clearing"
"""The cause that strikes all channels of a clearing name, and holds settlements under way."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an incident strikes: one channel, or all of a clearing name."""

    channel: str | None
    clearing: str | None


@dataclass(slots=True, eq=False)
class Beginnings:
    """On which days incidents begin; the worst day of each scope and length is sought once for all causes.

    A channel's money is missed alike under any cause but clearing: the day is sought with ``probe``, that of which
    least is cured, and holds for the others.
    """

    questions: Questions
    ground: Ground
    known: dict[tuple[Scope, int], dt.date] = field(default_factory=dict)
    whole: dict[Outage, Trial] = field(default_factory=dict)

    def trials(self, outage: Outage) -> Trials:
        """An incident at failed shares; what comes of it where all fails is kept."""
        found = Trials(self.questions, self.ground, outage)
        if outage not in self.whole:
            self.whole[outage] = found.arranged(STEPS)
        found.tried[STEPS] = self.whole[outage]
        return found

    def worst(self, scope: Scope, days: int) -> dt.date:
        """The first day of the incident with which what is arranged lacks most, every first deduction failing.

        Of the longest incident every second day or so is tried up to base's tightest day and the first peak, then
        those beside the two worst; of a shorter one the days within the next longer one's worst.
        """
        if (scope, days) not in self.known:
            tried = {day: self._shortness(scope, days, day) for day in self._candidates(scope, days)}
            if days == LENGTHS[-1]:
                tried |= self._beside(scope, days, tried)
            self.known[scope, days] = max(tried, key=lambda one: tried[one])
        return self.known[scope, days]

    def _candidates(self, scope: Scope, days: int) -> list[dt.date]:
        """The days that are tried first."""
        if days == LENGTHS[-1]:
            return days_between(*self._window(), self._step())
        longer = LENGTHS[LENGTHS.index(days) + 1]
        first = self.worst(scope, longer)
        return days_between(first, first + dt.timedelta(days=longer - days), 1)

    def _beside(self, scope: Scope, days: int, tried: Mapping[dt.date, Shortness]) -> dict[dt.date, Shortness]:
        """The days around the two worst of those tried."""
        first, _ = self._window()
        reach = dt.timedelta(days=self._step() - 1)
        two = sorted(tried, key=lambda one: tried[one], reverse=True)[:2]
        near = {day for one in two for day in days_between(max(first, one - reach), one + reach, 1)}
        return {day: self._shortness(scope, days, day) for day in sorted(near - set(tried))}

    def _step(self) -> int:
        """Days between those that are tried first."""
        first, last = self._window()
        return max(2, (last - first).days // FIRST_TRIED)

    def _shortness(self, scope: Scope, days: int, start: dt.date) -> Shortness:
        found = self.trials(self.outage(scope, days, start, self._probe(scope))).arranged(STEPS)
        return found.lack, found.short

    def _probe(self, scope: Scope) -> str:
        """The cause with which a scope's worst day is sought."""
        if scope.channel is None:
            return CLEARING
        cured = self.questions.prepared.engine.kernels[list(self.questions.plan.channels).index(scope.channel)].cured
        return min((one for one in CAUSES if one != CLEARING), key=lambda one: float(cured[one].sum()))

    def _window(self) -> tuple[dt.date, dt.date]:
        """The horizon's first day, and the later of base's tightest day and the first peak."""
        plan = self.questions.plan
        found = case_buffer(self.questions.whatif().case, plan.horizon.confidence).peak_day
        peak = first_peak(plan)
        return plan.horizon.as_of + dt.timedelta(days=1), peak if found is None else max(peak, found)

    @staticmethod
    def outage(scope: Scope, days: int, start: dt.date, cause: str) -> Outage:
        """An incident of a scope."""
        return Outage(channel=scope.channel, clearing=scope.clearing, start=start, days=days, cause=cause)


def days_between(first: dt.date, last: dt.date, step: int) -> list[dt.date]:
    """Every ``step``-th day from the first to the last, both included where the steps meet it."""
    return [first + dt.timedelta(days=count) for count in range(0, (last - first).days + 1, step)]


def incidents(beginnings: Beginnings, cause: str) -> Iterator[Incident]:
    """The incidents of a cause: every scope and length, from the first peak and from the worst day."""
    questions, peak = beginnings.questions, first_peak(beginnings.questions.plan)
    usual: When = "peak" if any(one.peak == peak for one in questions.plan.events) else "first"
    for scope in scopes(questions, cause):
        for days in LENGTHS:
            starts: list[tuple[When, dt.date]] = [(usual, peak), ("worst", beginnings.worst(scope, days))]
            for when, start in starts:
                if when == usual or start != peak:
                    outage = beginnings.outage(scope, days, start, cause)
                    yield measured(beginnings.trials(outage), when)


def measured(trials: Trials, when: When) -> Incident:
    """What an incident does to the cash, at the failed shares at which the answer turns."""
    whole, incident = trials.arranged(STEPS), trials.incident
    first = trials.first_short()
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
    """Every channel; of clearing every clearing name."""
    if cause == CLEARING:
        return [Scope(None, name) for name in clearing_names(questions.plan)]
    return [Scope(name, None) for name in questions.plan.channels]

"""One incident at any failed share: whether what is arranged suffices, and whether all there is does.

An incident is an outage of a scenario: on some days a share of a scope's first deductions fails with a cause and is
cured as that cause is. What is arranged is base's recommended mix with the reserves that base's paths ask for: nobody
knew of the incident when they were chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.sizing import Desk, Proposal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forecast.arrays import Days
    from forecast.plan.changes import Outage
    from forecast.studies.stress.questions import Answer, Questions

STEPS = 100
"""Failed shares are sought to a hundredth."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What every incident of a plan is judged on: base's mix, the desk that its reserves are known from, the days."""

    mix: Proposal
    planning: Desk
    days: Days

    @classmethod
    def of(cls, questions: Questions) -> Ground:
        """Lay out base, and the mix recommended in it; where none holds, every facility at its full limit."""
        base = questions.whatif()
        seen, found = base.halves.seen, base.verdict().proposal
        mix = found or Proposal(tuple(seen.items), tuple(item.most for item in seen.items))
        return cls(mix, seen, questions.prepared.days)

    @property
    def arranged(self) -> Mapping[str, float]:
        """The limits that are arranged, yuan by facility."""
        return dict(zip((item.facility.name for item in self.mix.items), self.mix.limits, strict=True))


@dataclass(frozen=True, slots=True)
class Trial:
    """What comes of the arranged mix: the index of the day by which it falls short (None: in no day), its lack in yuan.

    It falls short by a day when it has on more paths than the plan's confidence allows; ``lack`` is at that confidence.
    ``short``: number of paths on which it falls short on any day.
    """

    holds: bool
    short: int
    short_day: int | None
    lack: float


@dataclass(slots=True, eq=False)
class Trials:
    """One incident at failed shares in hundredths, each tried once."""

    questions: Questions
    ground: Ground
    incident: Outage
    tried: dict[int, Trial] = field(default_factory=dict)

    def answer(self, step: int) -> Answer:
        """The answer to the incident with a failed share of so many hundredths, as a what-if gives it."""
        base = self.questions.base
        if not step:
            return self.questions.whatif()
        struck = replace(self.incident, share=step / STEPS)
        return self.questions.answer(replace(base, outages=(*base.outages, struck)))

    def arranged(self, step: int) -> Trial:
        """What comes of the arranged mix."""
        if step not in self.tried:
            self.tried[step] = trial(self.answer(step), self.ground)
        return self.tried[step]

    def every(self) -> int | None:
        """The least step at which no mix holds with every facility; None where some does to the end.

        A yes of the full limits is one of the choice of a mix, which takes twenty times as long; a no may not be.
        """

        @cache
        def full(step: int) -> bool:
            return self.answer(step).holds_in_full()

        @cache
        def some(step: int) -> bool:
            return full(step) or self.answer(step).verdict().feasible

        if full(STEPS):
            return None
        first = least_step(0, full)
        if not some(first):
            return first
        return None if some(STEPS) else least_step(first, some)


def trial(answer: Answer, ground: Ground) -> Trial:
    """Carry the arranged mix through a scenario of which its reserves know nothing."""
    plan = answer.plan
    desk = replace(Desk.of(answer.case, plan.facilities, plan.horizon.confidence), planning=ground.planning)
    outcome = desk.run(desk.on(ground.mix))
    short = int(outcome.short.sum())
    if desk.holds(outcome):
        return Trial(holds=True, short=short, short_day=None, lack=0.0)
    fallen = np.logical_or.accumulate(outcome.shortage > 0, axis=0).sum(axis=1)
    days = np.flatnonzero(fallen > desk.most_short)
    lack = np.sort(outcome.deepest)[desk.paths - desk.most_short - 1]
    return Trial(holds=False, short=short, short_day=int(days[0]) if days.size else None, lack=float(lack))


def least_step(low: int, holds: Callable[[int], bool]) -> int:
    """The least step from ``low`` on at which something no longer holds, by halving; the last one does not hold."""
    if not holds(low):
        return low
    high = STEPS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high

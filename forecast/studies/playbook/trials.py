"""One incident at any failed share: whether what is arranged suffices, and whether all there is does.

An incident is an outage of a scenario: on some days a share of a scope's first deductions fails with a cause and is
cured as that cause is. What is arranged is base's recommended mix with the reserves that base's paths ask for: nobody
knew of the incident when they were chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.sizing import Desk, Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Days, Floats
    from forecast.plan.changes import Outage
    from forecast.plan.model import Scenario
    from forecast.studies.stress.questions import Answer, ChannelMoney, Questions

STEPS = 100
"""Failed shares are sought to a hundredth."""

Holds = Callable[[int], bool]
"""Whether something holds at a step."""


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
    """One incident at failed shares in hundredths, each tried once.

    ``likely`` answers what lies between no failure and all without a simulation: money is all but linear in the share.
    It says where to look; what is told is tried.
    """

    questions: Questions
    ground: Ground
    incident: Outage
    tried: dict[int, Trial] = field(default_factory=dict)
    ends: list[list[ChannelMoney]] = field(default_factory=list)

    def answer(self, step: int) -> Answer:
        """The answer to the incident with a failed share of so many hundredths, as a what-if gives it."""
        return self.questions.answer(self.scenario(step))

    def scenario(self, step: int) -> Scenario:
        """Base with the incident at a failed share of so many hundredths."""
        base = self.questions.base
        struck = replace(self.incident, share=step / STEPS)
        return replace(base, outages=(*base.outages, struck)) if step else base

    def likely(self, step: int) -> Answer:
        """About the answer to the incident, on the straight line between none of it and all."""
        if not self.ends:
            self.ends += [self.questions.channels(self.scenario(end)) for end in (0, STEPS)]
        mixed = [
            one if one is other else between(one, other, step / STEPS) for one, other in zip(*self.ends, strict=True)
        ]
        return self.questions.of(mixed, self.scenario(step))

    def likely_arranged(self, step: int) -> Trial:
        """About what comes of the arranged mix."""
        return trial(self.likely(step), self.ground)

    def first_short(self) -> int | None:
        """The least step at which the arranged mix falls short; None where it holds to the end."""
        if self.arranged(STEPS).holds:
            return None
        return least_step(0, lambda step: self.arranged(step).holds, lambda step: self.likely_arranged(step).holds)

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
        first = least_step(0, full, lambda step: self.likely(step).holds_in_full())
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


def between(low: ChannelMoney, high: ChannelMoney, share: float) -> ChannelMoney:
    """A channel's cash and receivables on the line between two scenarios; the rest is ``low``'s."""

    def mixed(one: Floats, other: Floats) -> Floats:
        return one + (other - one) * share

    return replace(
        low,
        receipts=mixed(low.receipts, high.receipts),
        settled=mixed(low.settled, high.settled),
        fees=mixed(low.fees, high.fees),
        receivables=mixed(low.receivables, high.receivables),
        young={age: mixed(values, high.young[age]) for age, values in low.young.items()},
    )


def least_step(low: int, holds: Holds, likely: Holds | None = None) -> int:
    """The least step from ``low`` on at which something no longer holds; the last one does not.

    By halving; where ``likely`` tells about where, from there on in steps that double.
    """
    if likely is not None:
        return _from(low, least_step(low, likely), holds)
    return _halved(low, STEPS, holds) if holds(low) else low


def _from(low: int, near: int, holds: Holds) -> int:
    """The least step from ``low`` on that does not hold, which is likely to be ``near``."""
    wide, high = 1, min(near, STEPS)
    if high < STEPS and holds(high):
        while (further := min(high + wide, STEPS)) < STEPS and holds(further):
            high, wide = further, 2 * wide
        return _halved(high, further, holds)
    while (before := max(high - wide, low)) > low and not holds(before):
        high, wide = before, 2 * wide
    return _halved(before, high, holds) if holds(before) else before


def _halved(low: int, high: int, holds: Holds) -> int:
    """The least step that does not hold, between one that does and one that does not."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high

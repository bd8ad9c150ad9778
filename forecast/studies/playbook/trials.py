"""One incident at any failed share: whether what is arranged suffices, and whether all there is does.

An incident is an outage of a scenario: on some days a share of a scope's first deductions fails with a cause and is
cured as that cause is. What is arranged is base's recommended mix with the reserves that base's paths ask for: nobody
knew of the incident when they were chosen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from forecast.financing.desk import Desk, Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Days, Floats, Ints
    from forecast.plan.changes import Outage
    from forecast.plan.model import Scenario
    from forecast.studies.stress.questions import Answer, ChannelMoney, Questions

STEPS = 100
"""Failed shares are sought to a hundredth."""

CLEAR = 0.03
"""Standard deviations of a normal law by which something is clearly short, or is not, though it was not tried."""

Holds = Callable[[int], bool]
"""Whether something holds at a step."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What comes of the arranged mix: the index of the day by which it falls short (None: in no day), its lack in yuan.

    It falls short by a day when it has on more paths than the plan's confidence allows (``allowed``); ``lack`` is at
    that confidence. ``fallen`` is the number of paths on which it has fallen short by each evening, and last at all.
    """

    allowed: int
    fallen: Ints
    lack: float

    @property
    def short(self) -> int:
        """Number of paths on which it falls short on any day, or for what falls due after the last."""
        return int(self.fallen[-1])

    @property
    def short_day(self) -> int | None:
        """The index of the day by which it falls short; None where it does in no day."""
        days = np.flatnonzero(self.fallen[:-1] > self.allowed)
        return int(days[0]) if days.size else None

    @property
    def holds(self) -> bool:
        """Whether it does not fall short."""
        return self.holds_before(None)

    def holds_before(self, day: int | None) -> bool:
        """Whether it does not fall short before a day; None: at all."""
        return self._fallen_before(day) <= self.allowed

    def shortness(self, day: int | None, paths: int) -> float:
        """How much more often it falls short before a day than it may, in standard deviations of a normal law."""
        often, most = (float(ndtri((count + 0.5) / (paths + 1))) for count in (self._fallen_before(day), self.allowed))
        return often - most

    def _fallen_before(self, day: int | None) -> int:
        return int(self.fallen[-1 if day is None else day - 1])


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What every incident of a plan is judged on: base's mix, the desk that its reserves are known from, the days.

    ``calm`` is what comes of the mix without an incident.
    """

    mix: Proposal
    planning: Desk
    days: Days
    calm: Trial

    @classmethod
    def of(cls, questions: Questions) -> Ground:
        """Lay out base, and the mix recommended in it; where none holds, every facility at its full limit."""
        base = questions.whatif()
        seen, found = base.halves.seen, base.verdict().proposal
        mix = found or Proposal(tuple(seen.items), tuple(item.most for item in seen.items))
        return cls(mix, seen, questions.prepared.days, _trial(base, mix, seen))

    @property
    def arranged(self) -> Mapping[str, float]:
        """The limits that are arranged, yuan by facility."""
        return dict(zip((item.facility.name for item in self.mix.items), self.mix.limits, strict=True))


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
    guessed: dict[int, Trial] = field(default_factory=dict)
    ends: list[list[ChannelMoney]] = field(default_factory=list)

    def answer(self, step: int) -> Answer:
        """The answer to the incident with a failed share of so many hundredths, as a what-if gives it."""
        if self.ends and step in {0, STEPS}:
            return self.questions.of(self.ends[step // STEPS], self.scenario(step))
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
        if step not in self.guessed:
            self.guessed[step] = trial(self.likely(step), self.ground)
        return self.guessed[step]

    def arranged(self, step: int) -> Trial:
        """What comes of the arranged mix."""
        if step not in self.tried:
            self.tried[step] = trial(self.answer(step), self.ground) if step else self.ground.calm
        return self.tried[step]

    def first_short(self) -> int | None:
        """The least step at which the arranged mix falls short; None where it holds to the end."""
        return None if self.arranged(STEPS).holds else self.turn(0)

    def turn(self, low: int, day: int | None = None) -> int:
        """The least step from ``low`` on at which the arranged mix falls short before a day (None: at all).

        With every first deduction failing it does. At the step that is given it was tried; that it holds at the one
        before follows where the straight line is moved to what was tried.
        """
        paths = self.questions.plan.horizon.paths

        def found(step: int) -> float:
            return self.arranged(step).shortness(day, paths)

        def likely(step: int) -> float:
            return self.likely_arranged(step).shortness(day, paths)

        if found(low) > 0:
            return low
        near = crossing(low, STEPS, lambda step: found(step) if step in self.tried else likely(step))
        return confirmed(low, near, found, likely)

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
        first = near_step(0, least_step(0, lambda step: self.likely(step).holds_in_full()), full)
        if not some(first):
            return first
        return None if some(STEPS) else least_step(first, some)


def trial(answer: Answer, ground: Ground) -> Trial:
    """Carry the arranged mix through a scenario of which its reserves know nothing."""
    return _trial(answer, ground.mix, ground.planning)


def _trial(answer: Answer, mix: Proposal, planning: Desk) -> Trial:
    plan = answer.plan
    desk = replace(Desk.of(answer.case, plan.facilities, plan.horizon.confidence), planning=planning)
    outcome = desk.run(desk.on(mix))
    short = int(outcome.short.sum())
    if not short:
        return Trial(desk.most_short, np.zeros(len(outcome.cash) + 1, dtype=np.int64), 0.0)
    by_day = np.logical_or.accumulate(outcome.shortage > 0, axis=0).sum(axis=1)
    lack = 0.0 if desk.holds(outcome) else np.sort(outcome.deepest)[desk.paths - desk.most_short - 1]
    return Trial(desk.most_short, np.append(by_day, short), float(lack))


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


def crossing(low: int, high: int, shortness: Callable[[int], float]) -> int:
    """The least step at which something is short (above 0), between one at which it is not and one at which it is.

    Each look is where a straight line between the two ends crosses 0; every other time in the middle, where that has
    left more than half.
    """
    ends = shortness(low), shortness(high)
    halved = False
    while high - low > 1:
        before, part = high - low, 0.5 if halved else ends[0] / (ends[0] - ends[1])
        step = min(max(low + math.ceil(part * before), low + 1), high - 1)
        found = shortness(step)
        low, high, ends = (low, step, (ends[0], found)) if found > 0 else (step, high, (found, ends[1]))
        halved = not halved and 2 * (high - low) > before
    return high


def confirmed(low: int, near: int, found: Callable[[int], float], likely: Callable[[int], float]) -> int:
    """The least step after ``low`` at which something is ``found`` short, ``near`` being where it is ``likely`` to be.

    What is likely of the steps beside one that was tried is moved by as much as it was wrong there, and believed where
    it is ``CLEAR``.
    """
    held, short, step, wide = low, STEPS, near, 1
    while True:
        tried = found(step)
        wrong = tried - likely(step)
        if tried > 0:
            short = step
            while step - 1 > held and likely(step - 1) + wrong > 0:
                step -= 1
        else:
            held = step
            step += 1
            while step < short and likely(step) + wrong <= 0:
                step += 1
        if step == short:
            if short - 1 == held or likely(short - 1) + wrong <= -CLEAR:
                return short
            step, wide = max(held + 1, short - wide), 2 * wide


def least_step(low: int, holds: Holds) -> int:
    """The least step from ``low`` on at which something no longer holds, by halving; at the last one it does not."""
    return _halved(low, STEPS, holds) if holds(low) else low


def near_step(low: int, near: int, holds: Holds) -> int:
    """The least step from ``low`` on that does not hold, which is likely to be ``near``: in steps that double."""
    wide, high = 1, max(low, min(near, STEPS))
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

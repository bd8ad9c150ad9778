"""What a planted incident costs: by hours of delay, and in the cash of the horizon's first peak, with the plan or not.

On the first peak the incident is an outage of so much of each channel's orders as failed on the rehearsed day. With the
plan, orders that were due in it after the staff acted are placed through other channels, or, of wrong goods, again once
these are corrected, all but those that are lost on the way; and facilities that are asked for on its first day and come
in time are drawn to their limits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.financing.desk import Desk, Proposal
from forecast.plan.changes import Outage
from forecast.plan.short_keys import first_peak
from forecast.results.drill import CashBeside, DelayCost, DrillCall, Lowest, Missed, Short
from forecast.scenarios import shocks
from forecast.studies.playbook.calls import LEAST_ROOM, arrival, latest_request
from forecast.studies.stress.questions import read_channel
from forecast.watch.feed import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.plan.model import Plan, Scenario
    from forecast.studies.drill.planting import Planted, Sown
    from forecast.studies.playbook.trials import Ground
    from forecast.studies.stress.questions import Answer, Questions

CLEARING = "clearing"

ERRORS = 3.0
"""Standard errors of its mean over paths that a change is above, or it is chance."""


@dataclass(frozen=True, slots=True)
class Struck:
    """The orders that failed: when their deduction was due (seconds), their amounts and what of it is lost, yuan.

    All are (order,).
    """

    tried: Floats
    amount: Floats
    lost: Floats

    @classmethod
    def of(cls, sown: Sown, cured: Floats) -> Struck:
        """Those of a planted incident; ``cured`` (channel, age) as it was planted."""
        feed, struck = sown.feed, sown.struck
        amount = feed.amount[struck] / 100
        recovered = cured.sum(axis=1)[feed.channel[struck]]
        return cls(feed.tried_at[struck].astype(np.float64), amount, amount * (1.0 - recovered))

    def between(self, first: float, last: float) -> tuple[float, float]:
        """What of the orders due from one moment to before another is lost, and what comes later, yuan."""
        return self.of_these((self.tried >= first) & (self.tried < last))

    def of_these(self, there: Bools) -> tuple[float, float]:
        """What of some of the orders, marked, is lost, and what comes later, yuan."""
        lost = float(self.lost[there].sum())
        return lost, float(self.amount[there].sum()) - lost


def cost_of_delay(struck: Struck, goes_at: Ints, acted: int, end: int) -> list[DelayCost]:
    """What a delay of one hour, of two, and so on to the end of the incident costs, from the moment of acting on.

    Only what acting keeps from failing is at stake: orders due from the moment ``goes_at`` on, (order,) of those
    struck. With what fails in spite of the staff, the longest delay makes up the whole incident.
    """
    hours = range(1, -(-max(end - acted, 0) // HOUR) + 1)
    kept = struck.tried >= goes_at
    found = [(hour, *struck.of_these(kept & (struck.tried < goes_at + hour * HOUR))) for hour in hours]
    return [DelayCost(hours=hour, loss=lost, delayed=later) for hour, lost, later in found]


@dataclass(frozen=True, slots=True)
class Placed:
    """Orders due after the staff acted: of channel ``source``, placed through ``target``, but for their part ``lost``.

    Of wrong goods both are the same channel: the orders are placed again once the goods are corrected.
    """

    source: str
    target: str
    lost: float


@dataclass(frozen=True, slots=True)
class Parts:
    """Shares of each channel's order value on the rehearsed days, (channel,).

    ``failed`` in the whole incident; ``failed_before`` what of it failed in spite of the staff; ``moved``: due in its
    scope after they acted, and placed elsewhere or again.
    """

    failed: Floats
    failed_before: Floats
    moved: Floats
    days: int


def parts(sown: Sown, incident: Planted, goes_at: Ints) -> Parts:
    """What a planted incident takes of each channel; orders due from ``goes_at`` on (order,) are placed otherwise.

    An incident of up to 24 hours counts within the day on which it begins.
    """
    feed = sown.feed
    days = -(-(incident.end - incident.start) // DAY)
    midnight = incident.start // DAY * DAY
    whole = _by_channel(sown, (feed.tried_at >= midnight) & (feed.tried_at < midnight + days * DAY))
    moved = incident.during(feed) & (feed.tried_at >= goes_at)

    def share(chosen: Bools) -> Floats:
        value = _by_channel(sown, chosen)
        return np.minimum(np.divide(value, whole, out=np.zeros_like(value), where=whole > 0), 1.0)

    return Parts(share(sown.struck), share(sown.struck & ~moved), share(moved), days)


def _by_channel(sown: Sown, chosen: Bools) -> Floats:
    feed = sown.feed
    return np.bincount(feed.channel[chosen], feed.amount[chosen] / 100, len(feed.channels)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Carried:
    """What comes of some limits on a scenario's paths.

    ``lowest`` cash in yuan from the first peak on, kept on a share ``confidence`` of the paths, and ``own``: the same
    before any financing; ``expected`` (day) is the mean of that by day. ``day`` is the index of the day on which cash
    is lowest, ``short_day`` of that by which too many paths fall short (None: on none). ``lows`` and ``own_lows`` are
    the lowest of each path (path,); ``short`` is the share of paths on which cash falls short on any day at all.
    """

    holds: bool
    lowest: float
    own: float
    expected: Floats
    day: int
    short_day: int | None
    lows: Floats
    own_lows: Floats
    short: float

    def beside(self, usual: Carried) -> Carried:
        """The same without what sets it apart from the usual case by chance alone.

        Which single orders of a path fail is drawn, and that moves its lowest cash by some yuan even where that is on a
        day on which none of the money that is missing was due.
        """
        if self.holds != usual.holds:
            return self
        return replace(
            self,
            lowest=apart(self.lowest, usual.lowest, self.lows - usual.lows),
            own=apart(self.own, usual.own, self.own_lows - usual.own_lows),
        )


def apart(found: float, usual: float, change: Floats) -> float:
    """A quantile over paths; the usual one where ``change`` (path,) is within its mean's error or points elsewhere."""
    mean, error = float(change.mean()), float(change.std() / np.sqrt(change.size))
    return found if abs(mean) > ERRORS * error and mean * (found - usual) > 0 else usual


def carried(answer: Answer, ground: Ground, limits: Mapping[str, float]) -> Carried:
    """Carry limits, by facility, through a scenario of which the reserves know nothing."""
    plan = answer.plan
    desk = replace(Desk.of(answer.case, plan.facilities, plan.horizon.confidence), planning=ground.planning)
    outcome, first = desk.run(_proposal(desk, ground, limits)), peak_place(plan, ground)
    cash = outcome.cash[first:]
    lows = cash.min(axis=0)
    own = answer.case.opening_balance + np.cumsum(answer.case.flows, axis=1).T[first:]
    own_lows = own.min(axis=0)
    fallen = np.logical_or.accumulate(outcome.shortage > 0, axis=0).sum(axis=1)
    short = np.flatnonzero(fallen > desk.most_short)
    by_day, own_by_day = (np.sort(one, axis=1)[:, desk.most_short] for one in (cash, own))
    tightest = by_day <= by_day.min() + FEN_TOLERANCE
    return Carried(
        holds=desk.holds(outcome),
        lowest=float(np.sort(lows)[desk.most_short]),
        own=float(np.sort(own_lows)[desk.most_short]),
        expected=own.mean(axis=1),
        day=first + int(np.where(tightest, own_by_day, np.inf).argmin()),
        short_day=int(short[0]) if short.size else None,
        lows=lows,
        own_lows=own_lows,
        short=float(outcome.short.mean()),
    )


def _proposal(desk: Desk, ground: Ground, limits: Mapping[str, float]) -> Proposal:
    """Base's mix with other limits, further facilities after it."""
    first = [one.facility.name for one in ground.mix.items]
    further = [one for one in desk.items if one.facility.name not in first and limits.get(one.facility.name, 0.0) > 0]
    items = (*desk.on(ground.mix).items, *further)
    return Proposal(items, tuple(limits.get(one.facility.name, 0.0) for one in items), ground.mix.quantile)


def peak_place(plan: Plan, ground: Ground) -> int:
    """The index of the first peak among the days of the horizon."""
    return int((np.datetime64(first_peak(plan)) - ground.days[0]).astype(np.int64))


def cash_beside(questions: Questions, ground: Ground, cause: str, taken: Parts, placed: Sequence[Placed]) -> CashBeside:
    """The lowest cash without the incident, with it, and with the plan; and which facilities that asks for."""
    arranged = {name: limit for name, limit in ground.arranged.items() if limit > 0}
    usual = carried(questions.whatif(), ground, arranged)
    without = carried(questions.answer(_struck(questions, cause, taken.failed, taken.days)), ground, arranged)
    without = without.beside(usual)
    answer = _placed(questions, ground, cause, taken, placed)
    with_plan = carried(answer, ground, arranged)
    calls: list[DrillCall] = []
    if with_plan.short_day is not None:
        calls = _calls(questions, ground, with_plan.short_day)
        limits = arranged | {one.facility: _most(ground, one.facility) for one in calls if one.arrives is not None}
        with_plan = carried(answer, ground, limits)
    with_plan = with_plan.beside(usual)
    days = ground.days
    return CashBeside(
        lowest_without_plan=without.lowest,
        lowest_with_plan=with_plan.lowest,
        day=str(days[without.day]),
        holds=with_plan.holds,
        holds_without_plan=without.holds,
        usual=usual.lowest,
        before_financing=Lowest(usual.own, without.own, with_plan.own),
        missed_without_plan=_missed(usual, without, ground),
        missed_with_plan=_missed(usual, with_plan, ground),
        calls=calls,
        short=Short(usual.short, without.short, with_plan.short),
    )


def _missed(usual: Carried, struck: Carried, ground: Ground) -> Missed:
    """The day on which an incident leaves expected cash lowest beside the usual one, and by how much."""
    below = usual.expected - struck.expected
    place = int(below.argmax())
    day = ground.days[len(ground.days) - len(below) + place]
    return Missed(max(float(below[place]), 0.0), str(day))


def _struck(questions: Questions, cause: str, shares: Floats, days: int) -> Scenario:
    """Base with the incident on the first peak."""
    start = first_peak(questions.plan)
    struck = [
        Outage(channel=name, start=start, days=days, share=float(share), cause=cause)
        for name, share in zip(questions.plan.channels, shares, strict=True)
        if share > 0
    ]
    return replace(questions.base, outages=(*questions.base.outages, *struck))


def _placed(questions: Questions, ground: Ground, cause: str, taken: Parts, placed: Sequence[Placed]) -> Answer:
    """The answer where orders due after the staff acted are placed through other channels, or again.

    The rest of a channel's orders fail as they did before it.
    """
    prepared, names = questions.prepared, list(questions.plan.channels)
    again = np.array([sum(1.0 - one.lost for one in placed if one.source == one.target == name) for name in names])
    stays = 1.0 - taken.moved * (1.0 - again)
    failed = np.minimum(np.divide(taken.failed_before, stays, out=np.zeros_like(stays), where=stays > 0), 1.0)
    scenario = _struck(questions, cause, failed, taken.days)
    if not taken.moved.any():
        return questions.answer(scenario)
    changes = shocks(scenario, questions.plan, prepared.days)
    volume, first = changes.volume.copy(), peak_place(questions.plan, ground)
    there = slice(first, first + taken.days)
    sales = prepared.engine.sales[:, :, prepared.engine.gap :].mean(axis=0)
    touched = {one.source for one in placed} | {one.target for one in placed}
    for one in placed:
        source, target = names.index(one.source), names.index(one.target)
        share = taken.moved[source]
        gained = share * (1.0 - one.lost) * sales[source, there] * changes.volume[source, there]
        volume[source, there] -= share * changes.volume[source, there]
        base = sales[target, there]
        volume[target, there] += np.divide(gained, base, out=np.zeros_like(gained), where=base > 0)
    changes = replace(changes, volume=volume)
    channels = [
        read_channel(prepared, place, changes) if name in touched else questions.channel(place, scenario)
        for place, name in enumerate(names)
    ]
    return questions.of(channels, scenario)


def _calls(questions: Questions, ground: Ground, short: int) -> list[DrillCall]:
    """Facilities with room: by when to ask, and when money asked for on the incident's first day comes, if in time."""
    began = peak_place(questions.plan, ground)
    found = []
    for item in ground.planning.items:
        name = item.facility.name
        room = item.most - ground.arranged.get(name, 0.0)
        arrives, asked = arrival(item, began), latest_request(item, short)
        if room >= LEAST_ROOM:
            found.append(
                DrillCall(
                    facility=name,
                    room=None if np.isinf(room) else room,
                    call_by=None if asked is None else str(ground.days[0] + np.timedelta64(asked, "D")),
                    arrives=None if arrives is None or arrives > short else str(ground.days[arrives]),
                )
            )
    return found


def _most(ground: Ground, name: str) -> float:
    return next(item.most for item in ground.planning.items if item.facility.name == name)

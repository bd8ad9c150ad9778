"""The frontier over channels: what moving a share of a channel's orders to another costs, against the buffer it leaves.

Moved orders fail, settle, come back and pay fees as those of the other channel; episodes strike each channel as they
do in base, those of one clearing name together. A part of what moves is not placed at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import Shift
from forecast.results.stress import FrontierPoint
from forecast.studies.stress.fixes import difference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.plan.model import Plan
    from forecast.studies.stress.questions import Questions

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of a channel's orders that are moved."""

LOST = 0.05
"""The part of the moved orders that is not placed at all, where the user does not say."""

CREDIT = ("白条", "花呗", "月付", "先用后付", "分期", "baitiao", "huabei", "credit", "later", "instal")
"""Words by which a channel is known to lend to the customer."""

SAME = 0.005
"""Yuan by which two amounts are one."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One shift and what comes of it; ``cost`` against base."""

    shift: Shift
    cost: float
    buffer: float
    receipts: float
    expected_cost: float | None


def credit_channels(plan: Plan) -> list[str]:
    """The channels that lend to the customer, by key or label; all, where none is known to."""
    known = [
        name
        for name, channel in plan.channels.items()
        if any(word in f"{name} {channel.label}".casefold() for word in CREDIT)
    ]
    return known or list(plan.channels)


def frontier(
    questions: Questions, lost: float, wanted: float | None, say: Callable[[str], None]
) -> list[FrontierPoint]:
    """Every share of every credit channel's orders moved to every other channel, each financed as a what-if is.

    Recommended is the cheapest point whose buffer is at most ``wanted``; none where no point keeps to it, or nothing is
    wanted: what brings most would be to move all of a channel, on the strength of its rates alone. Where a share keeps
    to ``wanted`` and the one before does not, the least that does is found to a point.
    """
    points: list[Moved] = []

    def buffer_of(move: Shift) -> float:
        return questions.answer(replace(questions.base, shift=(move,))).buffer.amount

    ask = _asking(questions)
    for source, target in product(credit_channels(questions.plan), questions.plan.channels):
        if source == target:
            continue
        say(f"shift:{source} → {target}")
        found = [ask(Shift(source, target, share, lost)) for share in SHARES]
        least = [] if wanted is None else [least_share(*ends, wanted, buffer_of, ask) for ends in pairwise(found)]
        points += sorted([*found, *(one for one in least if one)], key=lambda one: one.shift.share)
    best = recommended(points, wanted)
    return [
        FrontierPoint(
            source=one.shift.source,
            target=one.shift.target,
            share=one.shift.share,
            cost=one.cost,
            buffer=one.buffer,
            receipts=one.receipts,
            expected_cost=one.expected_cost,
            efficient=efficient(one, points),
            recommended=one is best,
        )
        for one in points
    ]


def _asking(questions: Questions) -> Callable[[Shift], Moved]:
    """What comes of a shift, against base."""
    base = questions.whatif()
    spent = base.verdict().expected_cost

    def ask(move: Shift) -> Moved:
        if not move.share:
            return Moved(move, 0.0, base.buffer.amount, base.receipts, spent)
        answer = questions.answer(replace(questions.base, shift=(move,)))
        financed = answer.verdict().expected_cost
        cost = base.worth - answer.worth + (difference(financed, spent) or 0.0)
        return Moved(move, cost, answer.buffer.amount, answer.receipts, financed)

    return ask


def least_share(
    low: Moved, high: Moved, wanted: float, buffer_of: Callable[[Shift], float], ask: Callable[[Shift], Moved]
) -> Moved | None:
    """The least whole per cent between two shares with which the buffer is at most ``wanted``, by halving.

    None where both keep to it or neither does, or where moving more costs less.
    """
    if not high.buffer <= wanted < low.buffer or high.cost <= low.cost:
        return None
    first, end = round(100 * low.shift.share), round(100 * high.shift.share)
    last = end
    while last - first > 1:
        middle = (first + last) // 2
        keeps = buffer_of(replace(high.shift, share=middle / 100)) <= wanted
        first, last = (first, middle) if keeps else (middle, last)
    return None if last == end else ask(replace(high.shift, share=last / 100))


def recommended(points: Sequence[Moved], wanted: float | None) -> Moved | None:
    """The cheapest point that keeps to the buffer wanted, if any; of equals the one that moves least."""
    kept = [one for one in points if wanted is not None and one.buffer <= wanted + SAME]
    return min(kept, key=lambda one: (round(one.cost, 2), one.shift.share), default=None)


def efficient(one: Moved, points: Sequence[Moved]) -> bool:
    """Whether no other point is both cheaper and of a lower buffer, one of them at least by more than rounding."""
    cost, buffer = (np.array([getattr(point, key) for point in points]) for key in ("cost", "buffer"))
    no_worse = (cost <= one.cost + SAME) & (buffer <= one.buffer + SAME)
    better = (cost < one.cost - SAME) | (buffer < one.buffer - SAME)
    return not bool((no_worse & better).any())

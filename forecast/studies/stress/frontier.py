"""The frontier over channels: what moving a share of a channel's orders to another costs, against the buffer it leaves.

Moved orders fail, settle, come back and pay fees as those of the other channel; episodes strike each channel as they
do in base, those of one clearing name together. A part of what moves is not placed at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import Shift
from forecast.results.stress import FrontierPoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forecast.financing.sizing import Proposal
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
    expected_cost: float


def credit_channels(plan: Plan) -> list[str]:
    """The channels that lend to the customer, by key or label; all, where none is known to."""
    known = [
        name
        for name, channel in plan.channels.items()
        if any(word in f"{name} {channel.label}".casefold() for word in CREDIT)
    ]
    return known or list(plan.channels)


def frontier(
    questions: Questions, mix: Proposal, lost: float, wanted: float | None, say: Callable[[str], None]
) -> list[FrontierPoint]:
    """Every share of every credit channel's orders moved to every other channel; ``mix`` is base's.

    Recommended is the cheapest point whose buffer is at most ``wanted``, of all points without one; none where no
    point keeps to it.
    """
    points = list(_moved(questions, mix, lost, say))
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


def _moved(questions: Questions, mix: Proposal, lost: float, say: Callable[[str], None]) -> Iterator[Moved]:
    base = questions.whatif()
    spent = base.cost_resized(mix)
    for source, target in product(credit_channels(questions.plan), questions.plan.channels):
        if source == target:
            continue
        say(f"shift:{source} → {target}")
        for share in SHARES:
            move = Shift(source, target, share, lost)
            if not share:
                yield Moved(move, 0.0, base.buffer.amount, base.receipts, spent)
                continue
            answer = questions.answer(replace(questions.base, shift=(move,)))
            financed = answer.cost_resized(mix)
            cost = base.worth - answer.worth + financed - spent
            yield Moved(move, cost, answer.buffer.amount, answer.receipts, financed)


def recommended(points: Sequence[Moved], wanted: float | None) -> Moved | None:
    """The cheapest point that keeps to the buffer; of equals the one that moves least."""
    kept = [one for one in points if wanted is None or one.buffer <= wanted + SAME]
    return min(kept, key=lambda one: (round(one.cost, 2), one.shift.share), default=None)


def efficient(one: Moved, points: Sequence[Moved]) -> bool:
    """Whether no other point is both cheaper and of a lower buffer, one of them at least by more than rounding."""
    cost, buffer = (np.array([getattr(point, key) for point in points]) for key in ("cost", "buffer"))
    no_worse = (cost <= one.cost + SAME) & (buffer <= one.buffer + SAME)
    better = (cost < one.cost - SAME) | (buffer < one.buffer - SAME)
    return not bool((no_worse & better).any())

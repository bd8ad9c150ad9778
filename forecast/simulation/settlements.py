"""Deductions become money on the account: streams of orders that settle alike, their refunds, delays and holds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from forecast.simulation.failure_rates import NO_MONEY
from forecast.simulation.kernels import convolve_sum, planned_taken, refund_factors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from forecast.arrays import Floats
    from forecast.simulation.deductions import Deducted, Late
    from forecast.simulation.kernels import Kernels, SettlementKernels

PAYS_OUT = 0.1
"""A day that pays at least this share of what is due counts as a payout day for delays and outages."""


@dataclass(frozen=True, slots=True)
class Aged:
    """Deductions (draw, path, day) of a stream, and what leaves of each day's, by which they can be told apart by age.

    ``settle`` and ``refund`` (draw, day of deduction, day) are the shares settled, and refunded before, without delay.
    """

    deducted: Floats
    settle: Floats
    refund: Floats

    def left(self, settled_map: Floats | None) -> Floats:
        """Share (draw, day of deduction, day) that is still in transit on each evening from the deduction on."""
        settle = self.settle if settled_map is None else self.settle @ settled_map
        return 1.0 - np.cumsum(settle + self.refund, axis=2)


@dataclass(frozen=True, slots=True)
class Settled:
    """A stream of deductions settled: ``settled`` (draw, path, day), its refunds' kernel by age, and what was deducted.

    ``aged`` is None where nobody asks for the age of receivables: it is as large as the rest.
    """

    settled: Floats
    taken_back: Floats
    aged: Aged | None


@dataclass(frozen=True, slots=True)
class Settlements:
    """All that settles in a channel, what was in transit on as_of included, before the noise of single orders.

    ``settled`` and ``refunded`` before settlement (draw, path, day), ``squared`` as in ``Settled``; ``open_settled``
    (draw, day): the part of ``settled`` that was in transit on as_of, ``open_taken_back`` its refunds' kernel.
    """

    streams: list[Settled]
    settled: Floats
    refunded: Floats
    squared: Floats
    open_settled: Floats
    open_taken_back: Floats

    def expected_refunds(self) -> Floats:
        """What is expected to be taken back in all over the horizon (draw, path)."""
        days = self.settled.shape[2]
        flows = [
            (self.open_settled[:, None], self.open_taken_back),
            *((one.settled, one.taken_back) for one in self.streams),
        ]
        found = np.zeros(self.settled.shape[:2])
        for flow, kernel in flows:
            by_age = np.cumsum(kernel[:, :days], axis=1)
            by_day = by_age[:, np.minimum(np.arange(days)[::-1], by_age.shape[1] - 1)]
            found += (flow @ by_day[:, :, None])[:, :, 0]
        return found

    def taken_back(self, noise: Floats) -> Floats:
        """What is taken back of the settlements times their ``noise`` (draw, path, day); one kernel, one step."""
        kernels, flows = [self.open_taken_back], [self.open_settled[:, None]]
        for one in self.streams:
            alike = [place for place, kernel in enumerate(kernels) if np.array_equal(kernel, one.taken_back)]
            if alike:
                flows[alike[0]] = flows[alike[0]] + one.settled
            else:
                kernels.append(one.taken_back)
                flows.append(one.settled)
        return convolve_sum([flow * noise for flow in flows], [[kernel] for kernel in kernels])[0]


def all_settlements(
    old: Deducted,
    new: Deducted,
    kernel: Kernels,
    target: float | None,
    settled_map: Floats | None,
    *,
    aged: bool = True,
) -> Settlements:
    """Settlements of deductions of orders placed by as_of and after it, and of what was in transit.

    ``target`` is the share of new deductions that is refunded in the end, None as the law has it; ``settled_map`` of
    ``arrival_map``; ``aged``: keep what tells receivables apart by age.
    """
    earlier = [_Part.of(old.in_time, kernel.usual), *(_Part.late(one, kernel) for one in old.late)]
    parts = list(_new_parts(new, kernel))
    as_usual = _by_law(earlier + parts if target is None else earlier)
    steps: Iterator[_Step] = (_settle(part, None, settled_map) for part in as_usual)
    if target is not None:
        steps = chain(steps, _to_target(_by_law(parts), target, settled_map))
    streams: list[Settled] = []
    settled, refunded = np.zeros((2, *new.in_time.shape))
    squared = np.zeros(new.in_time.shape[2])
    for step in steps:
        streams.append(Settled(step.settled, step.taken_back, step.aged if aged else None))
        settled += step.settled
        refunded += step.refunded
        squared += step.squared
        del step  # before the next is made
    open_settled, open_squared = kernel.open.settled, kernel.open.settled_squared
    if settled_map is not None:
        open_settled, open_squared = open_settled @ settled_map, open_squared @ settled_map**2
    settled += open_settled[:, None]
    refunded += kernel.open.refunded[:, None]
    return Settlements(streams, settled, refunded, open_squared + squared, open_settled, kernel.usual.taken_back)


@dataclass(frozen=True, slots=True)
class _Part:
    """Deductions (draw, path, day) of one law: those that ``settling`` and ``refunding`` are made of.

    Each is scaled such that a late order is refunded before settlement as often as on the day on which it would have
    been deducted, but later; what that day's law leaves no time for is refunded ``at_once``.
    """

    deducted: Floats
    law: SettlementKernels
    settling: Floats
    refunding: Floats
    at_once: Floats | None = None

    @classmethod
    def of(cls, deducted: Floats, law: SettlementKernels) -> _Part:
        return cls(deducted, law, deducted, deducted)

    @classmethod
    def late(cls, one: Late, kernel: Kernels) -> _Part:
        law = kernel.promotion if one.promoted and kernel.promotion is not None else kernel.usual
        now = law.refund_by_day[:, None]
        struck = one.struck.sum(axis=2, keepdims=True)
        then = (one.struck * now).sum(axis=2, keepdims=True) / np.maximum(struck, NO_MONEY)
        refunding = one.deducted * np.divide(then, now, out=np.zeros_like(one.deducted), where=now > 0)
        settling = one.deducted * (1.0 - then) / np.maximum(1.0 - now, 1e-9)
        return cls(one.deducted, law, settling, refunding, one.deducted * then * (now <= 0))

    def __add__(self, other: _Part) -> _Part:
        """Both as one, where the law is the same."""
        at_once = [one.at_once for one in (self, other) if one.at_once is not None]
        deducted = self.deducted + other.deducted
        if all(one.settling is one.refunding is one.deducted for one in (self, other)):
            return _Part(deducted, self.law, deducted, deducted)
        return _Part(
            deducted,
            self.law,
            self.settling + other.settling,
            self.refunding + other.refunding,
            sum(at_once[1:], at_once[0]),
        )


def _by_law(parts: Iterable[_Part]) -> list[_Part]:
    """The parts with those of one law put together."""
    found: list[_Part] = []
    for part in parts:
        place = next((place for place, one in enumerate(found) if one.law is part.law), None)
        if place is None:
            found.append(part)
        else:
            found[place] += part
    return found


@dataclass(frozen=True, slots=True)
class _Step:
    """A stream as it is settled: also ``refunded`` before it (draw, path, day), and Σ deducted × share² (day)."""

    settled: Floats
    refunded: Floats
    squared: Floats
    taken_back: Floats
    aged: Aged


def _new_parts(deducted: Deducted, kernel: Kernels) -> Iterator[_Part]:
    """Orders placed after as_of, those deducted in promotions apart where they behave otherwise."""
    flow = deducted.in_time
    if kernel.promotion is None:
        yield _Part.of(flow, kernel.usual)
    else:
        yield _Part.of(flow * ~kernel.promotion_days, kernel.usual)
        yield _Part.of(flow * kernel.promotion_days, kernel.promotion)
    yield from (_Part.late(one, kernel) for one in deducted.late)


def _to_target(parts: Sequence[_Part], target: float, settled_map: Floats | None) -> Iterator[_Step]:
    """The parts settled, all scaled by one factor so that together they are refunded as often as the target says."""
    # With nothing deducted the parts weigh the same, and the factor touches no money.
    weights = [part.deducted.sum(axis=(1, 2)) + NO_MONEY for part in parts]
    shares = [part.law.refunded_in_the_end for part in parts]
    usual = sum(weight * share for weight, share in zip(weights, shares, strict=True)) / sum(weights)
    factor = np.divide(target, usual, out=np.ones_like(usual), where=usual > 0)
    return (
        _settle(part, np.where(usual > 0, factor * share, target), settled_map)
        for part, share in zip(parts, shares, strict=True)
    )


def _settle(part: _Part, target: Floats | None, settled_map: Floats | None) -> _Step:
    """Settlements and refunds of a stream; ``target`` (draw) is the share refunded in the end, None leaves it."""
    kernel = part.law
    before, taken_back = np.ones_like(kernel.refund_share), kernel.taken_back
    if target is not None:
        before, after = refund_factors(kernel.refund_share, kernel.taken_share, target)
        taken_back = planned_taken(kernel.taken_back, after, float(target.mean()))
    rest = (1.0 - kernel.refund_share * before) / np.maximum(1.0 - kernel.refund_share, 1e-9)
    settling, refunding = kernel.by_day(rest, before)
    settled, refunded = part.settling @ settling, part.refunding @ refunding
    if part.at_once is not None:
        refunded = refunded + part.at_once * before[:, None, None]
    squared = part.deducted.mean(axis=(0, 1)) @ kernel.settle_squared
    if settled_map is not None:
        settled = settled @ settled_map
        squared = squared @ settled_map**2
    return _Step(settled, refunded, squared, taken_back, Aged(part.deducted, settling, refunding))


def arrival_map(
    openness: Floats, horizon: int, delay: int, holds: list[tuple[int, int, float]], gap: int = 0
) -> Floats | None:
    """Matrix (day, day) that moves arrivals: ``delay`` payout days later, and out of held spans; None if neither.

    ``openness``: by day from the first day of the horizon, beyond its end; ``holds``: spans (first index, index after
    the last, share held) whose arrivals wait for the first payout day after; ``gap``: days up to the plan's as_of: what
    arrived on them has arrived, whatever the scenario.
    """
    if not delay and not holds:
        return None
    payout = np.flatnonzero(openness >= PAYS_OUT)
    result = np.eye(horizon)
    if delay:
        position = np.searchsorted(payout, np.arange(horizon), side="left") + delay
        targets = np.where(position < len(payout), payout[np.minimum(position, len(payout) - 1)], horizon)
        result = (targets[:, None] == np.arange(horizon)).astype(float)
    for start, stop, share in holds:
        after = payout[payout >= stop]
        release = int(after[0]) if len(after) else horizon
        matrix = np.eye(horizon)
        for day in range(max(start, 0), min(stop, horizon)):
            matrix[day, day] -= share
            if release < horizon:
                matrix[day, release] += share
        result = result @ matrix
    result[:gap] = np.eye(horizon)[:gap]
    return np.asarray(result)


def brought_to(flow: Floats, total: Floats, first: int, *, evenly: bool = False) -> Floats:
    """The flow (path, day) that comes to ``total`` (path) in all, brought there by its days from ``first`` on alone.

    Where these days hold nothing to be raised, they stay so, or bear what lacks ``evenly``.
    """
    before, later = flow[:, :first], flow[:, first:]
    after = later.sum(axis=1)
    if evenly:
        later = np.where((after > NO_MONEY)[:, None], later, 1.0)
        after = later.sum(axis=1)
    wanted = np.maximum(total - before.sum(axis=1), 0.0)
    factor = np.divide(wanted, after, out=np.ones_like(after), where=after > NO_MONEY)
    return np.concatenate([before, later * factor[:, None]], axis=1)

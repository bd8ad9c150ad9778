"""First deductions and what becomes of them: deducted at once or later, or lost, outages included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.simulation.kernels import convolve_sum, draw_blocks
from forecast.simulation.outages import CLEARING

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.simulation.kernels import Kernels
    from forecast.simulation.outages import Strikes, Struck
    from forecast.simulation.recoveries import Recoveries

NO_SHARE = 1e-6
"""A cause that cures less than this share of its failures has no delays to hold deductions up by."""


@dataclass(frozen=True, slots=True)
class Late:
    """Yuan of an outage by day on which it is deducted after all, and by day on which it would have been, ``struck``.

    Both (draw, path, day); ``promoted`` where the latter are days of promotions. Orders come back as often as on the
    day on which they would have been deducted, however late an outage makes them.
    """

    deducted: Floats
    struck: Floats
    promoted: bool


@dataclass(frozen=True, slots=True)
class Deducted:
    """Yuan by day on which it is deducted, recoveries included, or lost, (draw, path, day).

    ``in_time`` is what no outage held up, ``late`` the rest.
    """

    in_time: Floats
    lost: Floats
    late: tuple[Late, ...] = ()

    @property
    def deducted(self) -> Floats:
        """All that is deducted."""
        return self.in_time + sum(one.deducted for one in self.late)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What becomes of orders by their day, (path, day): failed at first, lost in the end; ``by_cause`` (path, cause).

    ``by_cause`` sums what failed after the gap.
    """

    by_cause: Floats
    failed: Floats
    lost: Floats


def deduct(
    tried: Floats,
    rates: Floats,
    kernel: Kernels,
    recovery: Recoveries,
    strikes: Strikes,
    calm: Deducted | None = None,
) -> Deducted:
    """Deductions and losses of what was tried, (draw, path, day), at rates (cause, draw, path, day).

    What an outage of clearing holds up is what would have been deducted: it is late, and orders that fail for other
    reasons fail all the same. Another outage takes the place of every other reason. ``calm``: what comes of the same
    without outages, where that is known.
    """
    if not strikes.outages:
        return _ordinary(tried, rates, recovery)
    succeeding = 1.0 - rates.sum(axis=0)
    lost, late = np.zeros_like(tried), []
    for outage in strikes.outages:
        if outage.stop < tried.shape[2]:
            struck = tried * outage.taken * (succeeding if outage.cause == CLEARING else 1.0)
            for part, promoted in _parts(struck, kernel):
                after = _after(outage, part, recovery)
                late.append(Late(after.in_time, part, promoted))
                lost += after.lost
    calm = _ordinary(tried, rates, recovery) if calm is None else calm
    found = _less(calm, tried * strikes.stopped, rates, recovery)
    return Deducted(found.in_time - tried * strikes.held * succeeding, lost + found.lost, tuple(late))


def _ordinary(working: Floats, rates: Floats, recovery: Recoveries) -> Deducted:
    """Deductions and losses of what no outage stops, those at once and those after a failure."""
    deducted, lost, failing = (np.zeros_like(working) for _ in range(3))
    causes = [index for index in range(len(ALL_CAUSES)) if rates[index].any()]
    steps = [(recovery.cured[ALL_CAUSES[index]], recovery.lost[ALL_CAUSES[index]]) for index in causes]
    for block in draw_blocks(*working.shape[:2]) if causes else ():
        failed = [working[block] * rates[index, block] for index in causes]
        failing[block] = sum(failed, failing[block])
        deducted[block], lost[block] = convolve_sum(failed, [[cured[block], gone[block]] for cured, gone in steps])
    deducted += working
    deducted -= failing
    return Deducted(deducted, lost)


def _less(calm: Deducted, stopped: Floats, rates: Floats, recovery: Recoveries) -> Deducted:
    """The calm case's deductions and losses without what is stopped of its first deductions (draw, path, day)."""
    days = np.flatnonzero(stopped.any(axis=(0, 1)))
    if not days.size:
        return calm
    in_time, lost = calm.in_time.copy(), calm.lost.copy()
    span = slice(int(days[0]), int(days[-1]) + 1)
    of_days, later = stopped[:, :, span], stopped.shape[2] - span.start
    in_time[:, :, span] -= of_days
    for index, cause in enumerate(ALL_CAUSES):
        failed = of_days * rates[index, :, :, span]
        if failed.any():
            in_time[:, :, span] += failed
            for flow, shares in ((in_time, recovery.cured[cause]), (lost, recovery.lost[cause])):
                flow[:, :, span.start :] -= failed @ _by_day(shares, failed.shape[2], later)
    return Deducted(np.maximum(in_time, 0.0), np.maximum(lost, 0.0))


def _by_day(shares: Floats, days: int, later: int) -> Floats:
    """Shares (draw, age) as (draw, day, later day), both from the same day on."""
    age = np.arange(later) - np.arange(days)[:, None]
    inside = (age >= 0) & (age < shares.shape[1])
    return np.asarray(shares[:, np.where(inside, age, 0)] * inside)


def _parts(struck: Floats, kernel: Kernels) -> list[tuple[Floats, bool]]:
    """What would have been deducted on days of promotions apart from the rest, where its law is another."""
    if kernel.promotion is None:
        return [(struck, False)]
    inside = kernel.promotion_days
    return [(part, promoted) for part, promoted in ((struck * ~inside, False), (struck * inside, True)) if part.any()]


def _after(outage: Struck, struck: Floats, recovery: Recoveries) -> Deducted:
    """What an outage struck, deducted or lost from its end on; clearing loses nothing of it."""
    total = struck.sum(axis=2)
    if outage.cause != CLEARING:
        cured, lost = recovery.cured[outage.cause], recovery.lost[outage.cause]
        return Deducted(_from_day(outage.stop, total, cured, struck), _from_day(outage.stop, total, lost, struck))
    whole = recovery.after_outage.sum(axis=1, keepdims=True)
    at_once = np.zeros_like(recovery.after_outage)
    at_once[:, 0] = 1.0
    late = np.where(whole > NO_SHARE, recovery.after_outage / np.maximum(whole, NO_SHARE), at_once)
    return Deducted(_from_day(outage.stop, total, late, struck), np.zeros_like(struck))


def _from_day(first: int, total: Floats, shares: Floats, like: Floats) -> Floats:
    """A total (draw, path) spread over the days from the ``first`` on by shares (draw, age); the rest is nothing."""
    spread = np.zeros_like(like)
    later = shares[:, None, : like.shape[2] - first]
    spread[:, :, first : first + later.shape[2]] = total[:, :, None] * later
    return spread


def order_outcomes(tried: Floats, rates: Floats, lost_shares: Floats, strikes: Strikes, gap: int) -> Outcomes:
    """What becomes of orders.

    ``tried``: yuan of the day's orders (path, day); ``rates``: share of it that fails (path, cause, day);
    ``lost_shares``: share of failures that is lost in the end (path, cause); ``gap``: days up to the plan's as_of.
    """
    outage_failed = np.zeros(rates.shape[1:])
    lost, losing, failed = np.zeros_like(tried), np.zeros_like(tried), np.zeros_like(tried)
    for outage in strikes.outages:
        if outage.cause != CLEARING:
            cause = ALL_CAUSES.index(outage.cause)
            outage_failed[cause] += outage.taken
            lost += tried * outage.taken * lost_shares[:, cause, None]
    working, by_cause = tried * (1.0 - strikes.stopped), np.empty(rates.shape[:2])
    for index, cause_name in enumerate(ALL_CAUSES):
        ordinary = working * rates[:, index]
        losing += ordinary * lost_shares[:, index, None]
        if outage_failed[index].any():
            ordinary += tried * outage_failed[index]
        if cause_name == CLEARING and strikes.held.any():
            ordinary += tried * strikes.held * (1.0 - rates.sum(axis=1))
        by_cause[:, index] = ordinary[:, gap:].sum(axis=1)
        failed += ordinary
    return Outcomes(by_cause, failed, lost + losing)

"""First deductions and what becomes of them: deducted at once or later, or lost, outages included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.simulation.kernels import convolve, convolve_sum
from forecast.simulation.outages import CLEARING

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.simulation.outages import Strikes, Struck
    from forecast.simulation.recoveries import Recoveries

NO_SHARE = 1e-6
"""A cause that cures less than this share of its failures has no delays to hold deductions up by."""


@dataclass(frozen=True, slots=True)
class Deducted:
    """Yuan by day on which it is deducted, recoveries included, or lost, (draw, path, day)."""

    deducted: Floats
    lost: Floats


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What becomes of orders by their day, (path, day): failed at first, lost in the end; ``by_cause`` (path, cause).

    ``by_cause`` sums what failed after the gap.
    """

    by_cause: Floats
    failed: Floats
    lost: Floats


def deduct(tried: Floats, rates: Floats, recovery: Recoveries, strikes: Strikes) -> Deducted:
    """Deductions and losses of what was tried, (draw, path, day), at rates (cause, draw, path, day).

    What an outage of clearing holds up is what would have been deducted: it is late, and orders that fail for other
    reasons fail all the same. Another outage takes the place of every other reason.
    """
    deducted, lost = np.zeros_like(tried), np.zeros_like(tried)
    succeeding = 1.0 - rates.sum(axis=0)
    for outage in strikes.outages:
        if outage.stop < tried.shape[2]:
            after = _after(outage, tried * outage.taken * (succeeding if outage.cause == CLEARING else 1.0), recovery)
            deducted += after.deducted
            lost += after.lost
    working = tried * (1.0 - strikes.stopped)
    failing = np.zeros_like(tried)
    failed = {cause: working * rates[index] for index, cause in enumerate(ALL_CAUSES) if rates[index].any()}
    if failed:
        failing = sum(failed.values(), failing)
        kernels = [[recovery.cured[cause], recovery.lost[cause]] for cause in failed]
        back, out = convolve_sum(list(failed.values()), kernels)
        deducted += back
        lost += out
    return Deducted(deducted + working - failing - tried * strikes.held * succeeding, lost)


def _after(outage: Struck, struck: Floats, recovery: Recoveries) -> Deducted:
    """What an outage struck, deducted or lost from its end on; clearing loses nothing of it."""
    pulse = np.zeros_like(struck)
    pulse[:, :, outage.stop] = struck.sum(axis=2)
    if outage.cause != CLEARING:
        return Deducted(*convolve(pulse, [recovery.cured[outage.cause], recovery.lost[outage.cause]]))
    total = recovery.after_outage.sum(axis=1, keepdims=True)
    at_once = np.zeros_like(recovery.after_outage)
    at_once[:, 0] = 1.0
    late = np.where(total > NO_SHARE, recovery.after_outage / np.maximum(total, NO_SHARE), at_once)
    return Deducted(convolve(pulse, [late])[0], np.zeros_like(pulse))


def order_outcomes(tried: Floats, rates: Floats, lost_shares: Floats, strikes: Strikes, gap: int) -> Outcomes:
    """What becomes of orders.

    ``tried``: yuan of the day's orders (path, day); ``rates``: share of it that fails (path, cause, day);
    ``lost_shares``: share of failures that is lost in the end (path, cause); ``gap``: days up to the plan's as_of.
    """
    outage_failed = np.zeros(rates.shape[1:])
    lost = np.zeros_like(tried)
    for outage in strikes.outages:
        if outage.cause != CLEARING:
            cause = ALL_CAUSES.index(outage.cause)
            outage_failed[cause] += outage.taken
            lost += tried * outage.taken * lost_shares[:, cause, None]
    ordinary = tried[:, None] * (1.0 - strikes.stopped) * rates
    lost += (ordinary * lost_shares[:, :, None]).sum(axis=1)
    failed = ordinary + tried[:, None] * outage_failed[None]
    failed[:, ALL_CAUSES.index(CLEARING)] += tried * strikes.held * (1.0 - rates.sum(axis=1))
    return Outcomes(failed[:, :, gap:].sum(axis=2), failed.sum(axis=1), lost)

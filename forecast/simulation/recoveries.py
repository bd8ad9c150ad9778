"""Recovery as a scenario has it: the share of failed value that is cured in the end, when as the laws have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.hazards import run_off
from forecast.simulation.outages import CLEARING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats
    from forecast.plan.model import StatedRate
    from forecast.receivables.assumptions import ChannelLaw
    from forecast.simulation.kernels import Kernels

NEVER = 1e-9
"""A kind of end of which there is less than this share has no delays of its own."""


@dataclass(frozen=True, slots=True)
class Recoveries:
    """What becomes of failures, by cause: shares (draw, age) cured and lost since the failure, lost in the end (draw).

    ``open_cured`` and ``open_lost`` (draw, day), yuan: what had failed by as_of. ``after_outage`` (draw, age): when
    clearing's law cures, whatever share, which is how what its outages held up comes in.
    """

    cured: Mapping[str, Floats]
    lost: Mapping[str, Floats]
    lost_share: Mapping[str, Floats]
    open_cured: Floats
    open_lost: Floats
    after_outage: Floats


def recoveries(law: ChannelLaw, kernel: Kernels, target: StatedRate | None) -> Recoveries:
    """The law's recoveries, those of the causes that the target names brought to it on every draw.

    What is not cured is lost, failures that are open on as_of included; cures and losses keep their delays.
    """
    late = kernel.cured[CLEARING]
    if target is None:
        return Recoveries(kernel.cured, kernel.lost, kernel.lost_share, kernel.open.cured, kernel.open.lost, late)
    cured, lost, shares = dict(kernel.cured), dict(kernel.lost), dict(kernel.lost_share)
    horizon = kernel.open.cured.shape[1]
    open_cured, open_lost = kernel.open.cured.copy(), kernel.open.lost.copy()
    for causes, share in target.parts():
        for cause in causes:
            steps = _brought_to(kernel.cured[cause], kernel.lost[cause], share)
            cured[cause], lost[cause] = steps[:, 0], steps[:, 1]
            shares[cause] = np.full(len(steps), 1.0 - share)
            opened = law.open_orders.failed[cause]
            if opened.any():
                change = run_off(_hazards(steps), opened, horizon) - run_off(law.recovery[cause], opened, horizon)
                open_cured += change[:, 0]
                open_lost += change[:, 1]
    return Recoveries(cured, lost, shares, np.maximum(open_cured, 0.0), np.maximum(open_lost, 0.0), late)


def _brought_to(cured: Floats, lost: Floats, share: float) -> Floats:
    """Steps (draw, 2, age) of which ``share`` is cured and the rest lost, each with its delays.

    An end that the law never has takes the delays of the other; where it has neither, both come at once.
    """
    at_once = np.zeros_like(cured)
    at_once[:, 0] = 1.0
    both = cured + lost
    usual = _shape(both, at_once)
    return np.stack([share * _shape(cured, usual), (1.0 - share) * _shape(lost, usual)], axis=1)


def _shape(steps: Floats, other: Floats) -> Floats:
    total = steps.sum(axis=1, keepdims=True)
    return np.where(total > NEVER, steps / np.maximum(total, NEVER), other)


def _hazards(steps: Floats) -> Floats:
    """The hazards (draw, 2, age) that make these steps."""
    total = steps.sum(axis=1)
    before = np.concatenate([np.zeros((len(total), 1)), np.cumsum(total, axis=1)[:, :-1]], axis=1)
    hazards = steps / np.maximum(1.0 - before, 1e-12)[:, None, :]
    return np.asarray(hazards / np.maximum(hazards.sum(axis=1, keepdims=True), 1.0))

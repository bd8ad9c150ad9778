"""What orders bring in the end: the expected net receipts of all that is ordered in the horizon, whenever they come.

Neither the horizon's end nor the noise of single orders has a part in it, so that what only comes sooner or later is
worth the same, and two scenarios differ by what they lose, refund and pay in fees alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.scenarios import Shocks
    from forecast.simulated import Forecast
    from forecast.simulation.engine import Engine
    from forecast.simulation.flows import Flows


def brought_in_the_end(prepared: Forecast, place: int, changes: Shocks, block: Flows) -> float:
    """Yuan that a channel's orders of the horizon bring in the end, the mean over the paths.

    Of what is deducted, the share refunded before settlement pays no fee; the rest pays it, refunded later or not.
    ``block`` is the channel simulated under ``changes``.
    """
    law = prepared.engine.assumptions.channels[place]
    deducted = deducted_in_the_end(prepared.engine, place, block)
    before, whole = refunded_shares(prepared.engine, place, deducted, changes.refund_rate.get(law.name))
    stated = changes.fee_rate.get(law.name)
    fee = _each_path(law.fee_rate, len(deducted)) if stated is None else np.full(len(deducted), stated)
    kept = deducted * (1.0 - whole - fee[:, None] * (1.0 - before))
    return float(kept.sum()) / len(deducted)


def deducted_in_the_end(engine: Engine, place: int, block: Flows) -> Floats:
    """Yuan of each day's orders that are deducted, at first or after failures (path, day)."""
    tried = float(engine.kernels[place].tried.sum(axis=1).mean())
    return np.asarray(block.sales[:, 0] * tried - block.lost_in_the_end[:, 0])


def refunded_shares(engine: Engine, place: int, deducted: Floats, target: float | None = None) -> tuple[Floats, Floats]:
    """The shares of each day's deductions that are refunded before settlement, and at all, in the end (path, day).

    ``target`` is the share of all of them that a scenario has refunded: each day's shares are scaled alike to meet it;
    where none was ever refunded, it comes after settlement.
    """
    kernels, paths = engine.kernels[place], len(deducted)
    laws = [kernels.usual] if kernels.promotion is None else [kernels.usual, kernels.promotion]
    before, whole = (
        np.where(kernels.promotion_days[engine.gap :], of_law[-1], of_law[0])
        for of_law in (
            [_each_path(law.refund_share, paths)[:, None] for law in laws],
            [_each_path(law.refunded_in_the_end, paths)[:, None] for law in laws],
        )
    )
    if target is None:
        return before, whole
    refunded = float((deducted * whole).sum())
    if refunded <= 0:
        return np.zeros_like(before), np.full_like(whole, target)
    factor = target * float(deducted.sum()) / refunded
    return before * factor, whole * factor


def refunded_in_the_end(engine: Engine, place: int, deducted: Floats) -> Floats:
    """The refunded share of all that the horizon's orders deduct, by draw of the laws (draw)."""
    _, whole = refunded_shares(engine, place, deducted)
    draws = engine.assumptions.draws
    each = -(-len(deducted) // draws)
    of_draw = np.arange(len(deducted)) // each
    weights, refunds = (np.bincount(of_draw, one.sum(axis=1)) for one in (deducted, deducted * whole))
    return np.asarray(refunds[weights > 0] / weights[weights > 0])


def _each_path(values: Floats, paths: int) -> Floats:
    """(draw) → (path), as the engine deals paths out over the draws."""
    return np.asarray(np.repeat(values, -(-paths // len(values)))[:paths])

"""Recovery: which share of failed value is deducted in the end, and when, by channel and cause.

The final shares are a Dirichlet law: what the channel's own failures became (cured, lost, or open long after others
are resolved), with the cause's shares over all channels as a prior of a few orders, so that ten failures do not look
like a thousand. The delays of cures and losses are hazards by age, pooled where a channel has shown few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.hazards import draw_hazards, hazard_with_tail, incidence, pooled_hazard, week_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.receivables.hazards import CohortCounts

HALF_LIFE_WEEKS = 104.0
"""A failure this many weeks older has half the weight: failures are few and come in episodes."""

DELAY_PRIOR_ORDERS = 2.0
"""Weight of all channels' delays in a channel's own, in failed orders at each age."""

SHARE_PRIOR_ORDERS = 4.0
"""Weight of all channels' recovered share in a channel's own, in failed orders."""

DESIGN_EFFECT = 2.0
"""Failures of one episode share their fate: so many orders count as one."""

PRIOR_SHARE = {"clearing": 0.95}
"""The recovered share of a cause before anything was seen; clearing makes money late rather than lost."""

RESOLVED_BETWEEN = (7, 60)
"""Bounds, in days, of the age past which an open failure counts as unlikely to be resolved."""

JEFFREYS = 0.5
"""Weight of each outcome in the share of all channels together."""


def final_shares(counts: CohortCounts, order_size: float, settled_age: int) -> tuple[Floats, float]:
    """Shares (cured, lost, neither) that failures come to in the end, and the number of orders that tell.

    Unfinished failures are censored; one still open past ``settled_age``, by which others are resolved, tells as much
    as a resolved one: it may never be.
    """
    recency = 0.5 ** (counts.weeks / HALF_LIFE_WEEKS)
    events = np.einsum("w,wka->ka", recency, counts.events)
    at_risk = recency @ counts.at_risk
    telling = float(events[:, :settled_age].sum() + at_risk[settled_age]) / order_size
    if telling <= 0:
        return np.array([0.0, 0.0, 1.0]), 0.0
    steps = incidence(hazard_with_tail(events[None], at_risk[None], order_size))[0]
    cured, lost = float(steps[0].sum()), float(steps[1].sum())
    return np.array([cured, lost, max(1.0 - cured - lost, 0.0)]), telling


def usual_age(pooled: Floats) -> int:
    """The age by which nearly all failures that are resolved at all have been, within ``RESOLVED_BETWEEN``."""
    steps = incidence(pooled[None])[0].sum(axis=0)
    low, high = RESOLVED_BETWEEN
    if steps.sum() <= 0:
        return high
    return int(np.clip(np.searchsorted(np.cumsum(steps) / steps.sum(), 0.98) + 1, low, high))


def draw_recovery(
    own: CohortCounts,
    all_channels: Sequence[CohortCounts],
    default: Floats,
    order_size: float,
    draws: int,
    rng: np.random.Generator,
    cause: str = "",
    *,
    losses_seen: bool = True,
) -> Floats:
    """Hazards (draw, 2, age) of a cure and of a loss since the failure.

    Learnt from a channel's ``own`` failures of the cause and those of ``all_channels``, this one included;
    ``default`` hazards (2, age) stand in where the cause was never resolved anywhere. ``cause`` gives the prior share.
    Where no losses can be seen all that was resolved was cured, which says nothing of the share: it is the prior's.
    """
    start = PRIOR_SHARE.get(cause, float(default[0].sum() / max(float(default.sum()), 1e-12)))
    pooled = pooled_hazard(list(all_channels), order_size)
    if not pooled.any():
        pooled = default
    weights = week_weights(own.weeks, draws, rng, HALF_LIFE_WEEKS)
    delays = incidence(draw_hazards(own, weights, pooled, order_size, DELAY_PRIOR_ORDERS, HALF_LIFE_WEEKS))
    usual = incidence(pooled[None])[0]
    shape = delays / np.maximum(delays.sum(axis=2, keepdims=True), 1e-12)
    none = delays.sum(axis=2) <= 1e-9  # noqa: PLR2004  # a kind that was never seen: the other kind's delays
    fallback = usual.sum(axis=0) / max(float(usual.sum()), 1e-12)
    shape = np.where(none[:, :, None], fallback[None, None, :], shape)
    told = (own, *all_channels) if losses_seen else ()
    share = _draw_shares(told, start, order_size, usual_age(pooled), (draws, rng))
    steps = share[:, :2, None] * shape
    total = steps.sum(axis=1)
    alive = np.maximum(1.0 - np.concatenate([np.zeros((draws, 1)), np.cumsum(total, axis=1)[:, :-1]], axis=1), 1e-12)
    hazards = steps / alive[:, None, :]
    return np.asarray(hazards / np.maximum(hazards.sum(axis=1, keepdims=True), 1.0))


def _draw_shares(
    told: Sequence[CohortCounts],
    start: float,
    order_size: float,
    settled_age: int,
    drawing: tuple[int, np.random.Generator],
) -> Floats:
    """Draws (draw, 3) of the shares cured, lost and neither, from a Dirichlet law.

    ``told``: what tells of them, first the channel's own failures and then those of all channels; none is the prior.
    """
    parts = [shares * orders for shares, orders in (final_shares(one, order_size, settled_age) for one in told)]
    nothing = np.zeros(3)
    seen = sum(parts[1:], nothing) / DESIGN_EFFECT
    prior = seen + 2.0 * JEFFREYS * np.array([start, 1.0 - start, 0.0])
    weights = sum(parts[:1], nothing) / DESIGN_EFFECT + SHARE_PRIOR_ORDERS * prior / prior.sum()
    draws, rng = drawing
    gammas = rng.standard_gamma(np.maximum(weights, 0.02), (draws, 3)) * (weights > 0)
    return np.asarray(gammas / np.maximum(gammas.sum(axis=1, keepdims=True), 1e-300))

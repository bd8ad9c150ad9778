"""Recovery: which share of failed value is deducted in the end, and when, by channel and cause.

The final share is a beta law: what the channel's own failures became, with the cause's share over all channels as a
prior of a few orders, so that ten failures do not look like a thousand. The delays of cures and losses are hazards by
age, pooled where a channel has shown few.
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

JEFFREYS = 0.5
"""Weight of each outcome in the share of all channels together."""


def recovered_share(counts: CohortCounts, order_size: float) -> tuple[float, float]:
    """Share of what was resolved that was cured, unfinished failures censored, and the number of orders resolved."""
    recency = 0.5 ** (counts.weeks / HALF_LIFE_WEEKS)
    events = np.einsum("w,wka->ka", recency, counts.events)
    resolved = float(events.sum()) / order_size
    if resolved <= 0:
        return 0.5, 0.0
    steps = incidence(hazard_with_tail(events[None], (recency @ counts.at_risk)[None], order_size))[0]
    return float(steps[0].sum() / steps.sum()), resolved


def draw_recovery(
    own: CohortCounts,
    all_channels: Sequence[CohortCounts],
    default: Floats,
    order_size: float,
    draws: int,
    rng: np.random.Generator,
    cause: str = "",
) -> Floats:
    """Hazards (draw, 2, age) of a cure and of a loss since the failure.

    Args:
        own: the channel's failures of the cause, kinds cured and lost.
        all_channels: those of every channel, this one included.
        default: hazards (2, age) where the cause was never resolved anywhere.
        order_size: yuan of a typical order.
        draws: how many.
        rng: random numbers.
        cause: for its prior share.
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
    share = _draw_share(own, all_channels, start, order_size, draws, rng)
    steps = np.stack([share[:, None] * shape[:, 0], (1.0 - share)[:, None] * shape[:, 1]], axis=1)
    total = steps.sum(axis=1)
    alive = np.maximum(1.0 - np.concatenate([np.zeros((draws, 1)), np.cumsum(total, axis=1)[:, :-1]], axis=1), 1e-12)
    hazards = steps / alive[:, None, :]
    return np.asarray(hazards / np.maximum(hazards.sum(axis=1, keepdims=True), 1.0))


def _draw_share(
    own: CohortCounts,
    all_channels: Sequence[CohortCounts],
    start: float,
    order_size: float,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Draws of the share recovered in the end."""
    parts = [recovered_share(one, order_size) for one in all_channels]
    everywhere = sum(orders for _, orders in parts) / DESIGN_EFFECT
    cured = sum(share * orders for share, orders in parts) / DESIGN_EFFECT
    pooled = (cured + 2.0 * JEFFREYS * start) / (everywhere + 2.0 * JEFFREYS)
    share, orders = recovered_share(own, order_size)
    orders /= DESIGN_EFFECT
    good = orders * share + SHARE_PRIOR_ORDERS * pooled
    bad = orders * (1.0 - share) + SHARE_PRIOR_ORDERS * (1.0 - pooled)
    return np.asarray(rng.beta(max(good, 0.02), max(bad, 0.02), draws))

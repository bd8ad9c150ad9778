"""Small laws for the tests: every figure of a channel set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.assumptions import Assumptions, ChannelLaw, OpenOrders
from forecast.receivables.episodes import Episode, EpisodeLaw
from forecast.receivables.failures import FailureLaw
from forecast.receivables.hazards import MAX_AGE
from forecast.receivables.payout import DAY_TYPES, PayoutDays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats

DRAWS = 4


def hazard(*shares: float) -> Floats:
    """Hazards (draw, age) that give these shares of a cohort at ages 0, 1, 2 and on."""
    out = np.zeros((DRAWS, MAX_AGE))
    alive = 1.0
    for age, share in enumerate(shares):
        out[:, age] = share / alive if alive > 0 else 0.0
        alive -= share
    return out


def both(first: Floats, second: Floats) -> Floats:
    """Two kinds of hazard as (draw, 2, age)."""
    return np.stack([first, second], axis=1)


def failure_law(base: float = 0.0, spread: float = 0.0, episodes: tuple[Episode, ...] = ()) -> FailureLaw:
    """A failure law known almost for certain, seen over a thousand days; without episodes none are possible."""
    load = sum(one.load for one in episodes) / len(episodes) if episodes else 0.0
    own = EpisodeLaw(episodes, 1000.0, usual_load=load, possible=1.0 if episodes else 0.0)
    return FailureLaw(base, 1e9, spread, 0.0, 0.0, 1e-6, episodes=own, cause_seen=base > 0 or bool(episodes))


def open_orders(
    awaiting: Mapping[int, float] | None = None,
    in_transit: Mapping[int, float] | None = None,
    settled: Mapping[int, float] | None = None,
) -> OpenOrders:
    """Yuan on its way by age."""

    def by_age(values: Mapping[int, float] | None) -> Floats:
        out = np.zeros(MAX_AGE)
        for age, value in (values or {}).items():
            out[age] = value
        return out

    waiting, transit = by_age(awaiting), by_age(in_transit)
    none = {cause: np.zeros(MAX_AGE) for cause in ALL_CAUSES}
    return OpenOrders(waiting, none, transit, by_age(settled), waiting.sum(), 0.0, transit.sum())


def channel_law(  # a law has that many parts
    name: str = "baitiao",
    *,
    clearing: str = "jd_pay",
    failures: Mapping[str, FailureLaw] | None = None,
    cured: Floats | None = None,
    lost: Floats | None = None,
    due: Floats | None = None,
    openness: tuple[float, ...] = (1.0,) * len(DAY_TYPES),
    refund_before: Floats | None = None,
    refund_after: Floats | None = None,
    fee_rate: float = 0.0,
    still_open: OpenOrders | None = None,
    order_size: float = 1e-6,
) -> ChannelLaw:
    """A channel that deducts at once and settles the day after, without failures, refunds or fees, unless told."""
    nothing = np.zeros((DRAWS, MAX_AGE))
    recovery = both(hazard(0.0, 1.0) if cured is None else cured, nothing if lost is None else lost)
    return ChannelLaw(
        name=name,
        clearing=clearing,
        first=both(hazard(1.0), nothing),
        recovery=dict.fromkeys(ALL_CAUSES, recovery),
        failures={cause: failure_law() for cause in ALL_CAUSES} | dict(failures or {}),
        due=hazard(0.0, 1.0) if due is None else due,
        mode="rolled",
        payout=PayoutDays(np.array(openness)),
        refund_before=nothing if refund_before is None else refund_before,
        refund_after=nothing if refund_after is None else refund_after,
        fee_rate=np.full(DRAWS, fee_rate),
        order_size=order_size,
        dispersion=0.0,
        open_orders=still_open or open_orders(),
        usual_sales=100.0,
    )


def assumptions(*laws: ChannelLaw) -> Assumptions:
    """Assumptions of these channels."""
    return Assumptions(laws, DRAWS, ())

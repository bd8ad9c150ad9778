"""What the simulation assumes of a channel."""

from __future__ import annotations

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.assumptions import OpenOrders


def test_outstanding_is_what_awaits_failed_or_is_in_transit_stuck_orders_included() -> None:
    nothing = np.zeros(3)
    by_age = np.array([10.0, 20.0, 0.0])
    still_open = OpenOrders(
        awaiting=by_age,
        failed=dict.fromkeys(ALL_CAUSES, nothing),
        in_transit=nothing,
        settled=np.array([500.0, 0.0, 0.0]),
        awaiting_total=37.0,
        failed_total=5.0,
        in_transit_total=8.0,
    )
    # 7 of the 37 awaiting are older than the laws reach: they run off no more, and stay outstanding. Settled is not.
    assert still_open.awaiting.sum() == 30.0
    assert still_open.outstanding == 50.0

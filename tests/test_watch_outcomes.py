"""What has become of failed orders: by channel the shares deducted and closed, and how late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from feeds import at, shop

from forecast.watch.accounts import NOTHING, Counts
from forecast.watch.feed import DAY, NEVER
from forecast.watch.outcomes import OPEN, outcomes, sums

if TYPE_CHECKING:
    from forecast.arrays import Ints
    from forecast.watch.feed import Feed


def by(feed: Feed, failed: Ints, now: int) -> Counts:
    whole, came, lost, waited, due = sums(feed, failed, now)
    return Counts(whole=whole, came=came, lost=lost, waited=waited, due=due)


def test_shares_are_those_of_the_amount_and_add_up() -> None:
    feed = shop(days=2, rate=0.0)
    failed = np.flatnonzero((feed.channel == 0) & (feed.tried_at < at(0, 12)))[:4]
    amount, deducted, closed = feed.amount.copy(), np.full(len(feed), NEVER), np.full(len(feed), NEVER)
    amount[failed] = [100, 300, 400, 200]
    deducted[failed[0]], deducted[failed[1]] = feed.tried_at[failed[:2]] + [DAY // 2, DAY // 4]
    closed[failed[2]] = at(1)
    feed = replace(feed, amount=amount, deducted_at=deducted, closed_at=closed)
    (name, found), *others = outcomes(feed.channels, by(feed, failed, at(1, 18))).items()
    assert (name, others) == ("baitiao", [])
    assert (found.deducted, found.closed, found.left_open) == pytest.approx((0.4, 0.4, 0.2))
    assert found.days == pytest.approx(0.5 * 0.25 + 0.25 * 0.75)
    assert found.due == pytest.approx(feed.tried_at[failed[3]] / DAY)
    young = outcomes(feed.channels, by(feed, failed, int(feed.tried_at[failed[0]])))
    mean = (feed.tried_at[failed] * np.array([0.1, 0.3, 0.4, 0.2])).sum() / DAY
    assert young["baitiao"].due == pytest.approx(mean)
    assert replace(young["baitiao"], due=None) == OPEN
    assert outcomes(feed.channels, by(feed, failed[:3], at(1, 18)))["baitiao"].due is None  # nothing is open
    assert outcomes(feed.channels, NOTHING) == {}

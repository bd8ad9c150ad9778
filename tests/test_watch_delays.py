"""How long deductions take: patience, the share that still waits, and how they lengthen in a surge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop

from forecast.watch.delays import PATIENCE, SOONEST, learn_delays
from forecast.watch.feed import HOUR, NEVER


def test_fast_channels_are_given_some_minutes() -> None:
    feed = shop()
    delays = learn_delays(feed, np.ones(len(feed)), at(14))
    assert delays.patience.tolist() == [SOONEST] * 3
    assert delays.usual == pytest.approx(np.full(3, 30.0), abs=3)
    assert delays.waiting[:, 0].min() > 10
    assert delays.waiting[:, -1].tolist() == [1.0] * 3


def test_slow_channels_are_given_three_times_the_delay_of_nine_in_ten() -> None:
    feed = shop(rate=0.0)
    slow = np.where(feed.deducted_at < NEVER, feed.tried_at + (np.arange(len(feed)) % 10 + 1) * HOUR, NEVER)
    delays = learn_delays(replace(feed, deducted_at=slow), np.ones(len(feed)), at(20))
    assert delays.patience == pytest.approx(np.full(3, PATIENCE * 9 * HOUR), rel=0.12)


def test_delays_that_grow_with_the_surge_are_found_to() -> None:
    feed = shop(days=30, rate=0.0)
    day = (feed.tried_at - at(0)) // 86_400
    surge = np.where(day % 5 == 0, 4.0, 1.0)
    delay = np.where(surge > 1, 600, 300)
    delays = learn_delays(
        replace(feed, deducted_at=np.where(feed.tried_at < NEVER, feed.tried_at + delay, NEVER)), surge, at(30)
    )
    assert delays.slowness == pytest.approx(np.full(3, 0.5), abs=0.05)
    assert delays.patience_of(np.array([0]), np.array([4.0]))[0] == pytest.approx(2 * delays.patience[0], rel=0.1)

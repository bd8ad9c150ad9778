"""Channels that are new: their delays are learnt from the feed's own last days, and a batch of theirs rings nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop

from forecast.watch.delays import SOONEST, learn_delays
from forecast.watch.feed import DAY, HOUR, NEVER, Feed, in_order
from forecast.watch.monitor import Alert, Watch
from forecast.watch.newcomers import FEWEST, GRANTED, granted, unknown

SINCE, BEGINS = at(30), at(34)
"""The watch begins on a Sunday; on Thursday the second channel has its first order."""


def joined(*, late: tuple[float, float] | None = None, seed: int = 1) -> Feed:
    """A shop whose second channel is new; its deductions take so many hours, from the first up to the second."""
    feed = shop(days=50, orders_a_day=400, seed=seed)
    feed = feed.take((feed.channel != 1) | (feed.ordered_at >= BEGINS))
    if late is None:
        return feed
    hours = np.random.default_rng(3).uniform(*late, len(feed))
    slow = (feed.channel == 1) & (feed.deducted_at < NEVER)
    after = feed.tried_at + (hours * HOUR).astype(np.int64)
    return in_order(replace(feed, deducted_at=np.where(slow, after, feed.deducted_at)))


def told(feed: Feed, until: int = at(50)) -> tuple[Alert, ...]:
    return Watch.of(feed, feed, SINCE).alerts(until)


@pytest.mark.parametrize("late", [(0.1, 3.0), (2.0, 26.0)])
def test_a_new_channel_that_takes_its_time_rings_nothing(late: tuple[float, float]) -> None:
    assert told(joined(late=late)) == ()


def test_a_new_channel_that_waits_for_working_days_rings_nothing() -> None:
    feed = joined()
    day = (feed.tried_at - at(0)) // DAY + 1
    for _ in range(3):
        day += ((day % 7 == 1) | (day % 7 == 2)) & (feed.tried_at < NEVER)
    slow = (feed.channel == 1) & (feed.tried_at < NEVER)
    assert told(in_order(replace(feed, deducted_at=np.where(slow, at(0) + day * DAY, feed.deducted_at)))) == ()


def test_its_incidents_ring_once_its_delays_are_known() -> None:
    feed = joined()
    struck = (feed.channel == 1) & (feed.tried_at >= at(40, 9)) & (feed.tried_at < at(40, 15))
    silent = replace(feed, deducted_at=np.where(struck, NEVER, feed.deducted_at))
    (alert,) = told(silent)
    assert alert.channels == ("gold",)
    assert at(40, 9) < alert.detected_at < at(40, 12)


def test_one_that_never_deducts_rings_after_a_day_and_some_hours() -> None:
    feed = joined()
    dead = replace(
        feed,
        deducted_at=np.where(feed.channel == 1, NEVER, feed.deducted_at),
        cause=np.where(feed.channel == 1, -1, feed.cause),
        failed_at=np.where(feed.channel == 1, NEVER, feed.failed_at),
    )
    (alert,) = told(dead, at(37))
    assert BEGINS + GRANTED < alert.detected_at < BEGINS + GRANTED + 8 * HOUR


def test_what_came_later_has_no_say_in_what_is_granted() -> None:
    feed = joined(late=(0.1, 3.0))
    chosen = np.array([False, True, False])
    whole = granted(feed, chosen, SOONEST)
    cut = granted(feed.known_at(at(38)), chosen, SOONEST)
    by_row = dict(zip(feed.row.tolist(), whole.tolist(), strict=True))
    known = feed.known_at(at(38))
    due = known.tried_at < NEVER
    assert [by_row[row] for row in known.row[due].tolist()] == cut[due].tolist()
    assert set(whole[feed.channel != 1]) == {0.0}
    later = (feed.channel == 1) & (feed.tried_at < NEVER) & (feed.tried_at > at(36))
    assert whole[later].max() < 6 * HOUR
    first = (feed.channel == 1) & (feed.tried_at < at(35))
    assert whole[first].min() >= GRANTED


def test_a_channel_is_known_by_so_many_deductions() -> None:
    feed = shop().take(np.arange(FEWEST - 1))
    feed = replace(feed, channel=np.zeros(len(feed), dtype=np.int64))
    assert unknown(feed, np.ones(len(feed), dtype=bool)).tolist() == [True] * 3
    assert learn_delays(shop(), np.ones(len(shop())), at(14)).unknown.tolist() == [False] * 3

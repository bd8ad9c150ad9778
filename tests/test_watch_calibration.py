"""The threshold rises where a merchant's past would have rung day after day, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from feeds import at, shop, strike, unnamed

from forecast.watch.calibration import HIGHEST, threshold
from forecast.watch.feed import DAY, HOUR, Feed
from forecast.watch.scan import THRESHOLD
from forecast.watch.usual import learn


def least(feed: Feed) -> float:
    return threshold(feed, learn(feed, at(14)), at(14))


def test_a_calm_past_leaves_it_as_it_is() -> None:
    assert least(shop()) == THRESHOLD


def test_so_does_an_episode() -> None:
    assert least(strike(shop(), "clearing", at(8), 40, channels=("wechat",))) == THRESHOLD


def test_a_bank_that_answers_in_batches_raises_it() -> None:
    feed = unnamed(shop(rate=0.0, orders_a_day=480))
    day, second = feed.tried_at // DAY, feed.tried_at % DAY
    begin = day * 7 % 19 * HOUR  # at another hour each day, so that no hour of the week is usually slow
    batch = (feed.channel == 0) & (second >= begin) & (second < begin + 2 * HOUR)
    slow = np.where(batch, day * DAY + begin + 5 * HOUR, feed.deducted_at)
    assert THRESHOLD < least(replace(feed, deducted_at=slow)) <= HIGHEST

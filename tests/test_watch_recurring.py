"""What fails at the same time day after day is usual then, and there alone; what happened on few days is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike

from forecast.watch.feed import CAUSES, DAY, HOUR, MINUTE, NEVER, Feed
from forecast.watch.monitor import Watch
from forecast.watch.recurring import QUARTER, QUARTERS
from forecast.watch.usual import learn

CLEARING = CAUSES.index("clearing")


def nightly(
    feed: Feed,
    begin: int,
    end: int,
    *,
    channels: tuple[int, ...] = (0,),
    share: float = 0.8,
    weekdays: tuple[int, ...] = tuple(range(7)),
    seed: int = 3,
) -> Feed:
    """The feed with a maintenance from a second of the day to another, on some weekdays (0 is Monday)."""
    rng, second = np.random.default_rng(seed), feed.tried_at % DAY
    hit = (feed.tried_at < NEVER) & (second >= begin) & (second < end) & np.isin(feed.channel, channels)
    hit &= np.isin((feed.tried_at // DAY + 3) % 7, weekdays) & (rng.random(len(feed)) < share)
    return replace(
        feed,
        cause=np.where(hit, CLEARING, feed.cause),
        failed_at=np.where(hit, feed.tried_at + 60, feed.failed_at),
        deducted_at=np.where(hit, feed.tried_at + 3 * HOUR, feed.deducted_at),
    )


def busy() -> Feed:
    """A shop whose first channel has an order every ninety seconds: two or three an hour usually fail."""
    return shop(days=44, orders_a_day=2_400, rate=0.06)


MAINTENANCE = (2 * HOUR + 20 * MINUTE, 3 * HOUR + 30 * MINUTE)


def rate_at(feed: Feed, day: int, channel: int = 0) -> list[float]:
    """The usual rate of failures of a channel by quarters of an hour of a kind of day."""
    usual = learn(feed, at(30))
    cells = (day * 3 + channel) * QUARTERS + np.arange(QUARTERS)
    return list(usual.recurring.risen(0, np.full(QUARTERS, usual.rate[0, channel]), cells))


def told(feed: Feed) -> list[tuple[int, str]]:
    watch = Watch.of(feed, feed, at(30))
    return [(one.detected_at, one.cause) for one in watch.alerts(at(44))]


def test_a_busy_channels_nightly_maintenance_is_usual_by_quarters_of_an_hour() -> None:
    quarters = rate_at(nightly(busy(), *MAINTENANCE), 0)
    begin, end = MAINTENANCE[0] // QUARTER, MAINTENANCE[1] // QUARTER
    assert quarters[begin + 1 : end] == pytest.approx([0.81] * (end - begin - 1), abs=0.08)
    assert quarters[begin] == pytest.approx(0.81 * 2 / 3 + 0.02, abs=0.08)
    assert quarters[:begin] + quarters[end:] == pytest.approx([0.06] * (QUARTERS - end + begin), abs=0.03)


def test_it_does_not_ring_and_what_lies_beyond_it_does() -> None:
    calm = nightly(busy(), *MAINTENANCE)
    assert told(calm) == []
    longer = strike(calm, "clearing", at(36, 3.5), 2.0, channels=("baitiao",), rate=0.8)
    ((moment, _),) = told(longer)
    assert at(36, 3.5) < moment <= at(36, 4.5)


def test_that_of_workdays_is_not_usual_at_weekends() -> None:
    feed = nightly(busy(), *MAINTENANCE, weekdays=(0, 1, 2, 3, 4))
    middle = 3 * HOUR // QUARTER
    assert rate_at(feed, 0)[middle] == pytest.approx(0.81, abs=0.05)
    assert rate_at(feed, 1)[middle] < 0.2


def test_channels_of_few_orders_show_it_together() -> None:
    few = shop(days=44, orders_a_day=260, rate=0.06)
    together = nightly(few, *MAINTENANCE, channels=(0, 1))
    assert rate_at(together, 0, channel=1)[3 * HOUR // QUARTER] > 0.5
    assert rate_at(together, 0, channel=2)[3 * HOUR // QUARTER] < 0.1


def test_of_few_orders_a_night_any_failure_counts() -> None:
    few = nightly(shop(days=44, orders_a_day=120, rate=0.06), *MAINTENANCE, share=0.7)
    assert rate_at(few, 0)[3 * HOUR // QUARTER] > 0.4


def test_incidents_of_the_past_are_not_usual() -> None:
    feed = busy()
    for day in (3, 6, 10, 13, 19, 22, 27):
        feed = strike(feed, "clearing", at(day, 2), 2.0, channels=("baitiao",), rate=0.6, seed=day)
    assert (learn(feed, at(30)).recurring.odds == 1.0).all()


def test_what_fails_at_no_other_time_is_usual_at_its_own() -> None:
    quarters = rate_at(nightly(shop(days=44, orders_a_day=2_400, rate=0.0), *MAINTENANCE), 0)
    assert quarters[3 * HOUR // QUARTER] == pytest.approx(0.8, abs=0.08)
    assert quarters[12 * HOUR // QUARTER] < 0.001

"""The evidence of single orders: failed, in time, overdue or not known yet, and how much each tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, unnamed

from forecast.watch import evidence
from forecast.watch.evidence import SHARES, evidence_of_failure, known, outlook, usually_slow
from forecast.watch.feed import DAY, HOUR, NEVER, NONE, Feed
from forecast.watch.hourly import hour_of_week
from forecast.watch.monitor import Watch
from forecast.watch.usual import SURGE_HOURS, SURGE_PRIOR, learn


def test_failures_and_deductions_in_time_are_told_apart_as_known_then() -> None:
    feed = shop()
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(10), at(11))
    part = slice(seen.first, seen.first + len(seen.good))
    failed = feed.failed_at[part] <= at(11)
    assert (seen.bad[0] == failed).all()
    assert not (seen.good & seen.bad[0]).any()
    assert (seen.bad[1:].sum(axis=0) == failed).all()
    young = feed.tried_at[part] > at(11) - 30
    assert not (seen.good | seen.bad[0])[young & (feed.deducted_at[part] > at(11))].any()


def test_silence_is_a_failure_as_soon_as_it_is_unusual() -> None:
    feed = unnamed(shop())
    quiet = replace(feed, deducted_at=np.where(feed.tried_at > at(10), NEVER, feed.deducted_at))
    view = outlook(quiet, learn(quiet, at(10)))
    seen = known(view, at(10), at(10, 6))
    old = quiet.tried_at[seen.first : seen.first + len(seen.good)] <= at(10, 6) - 480
    assert seen.bad[0][old].all()
    assert not seen.bad[0][~old].any()


def test_the_log_likelihood_ratio_is_that_of_a_mixture() -> None:
    feed = shop()
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(10), at(12))
    bad, good = int(np.flatnonzero(seen.bad[0])[0]), int(np.flatnonzero(seen.good)[0])
    odds = seen.odds(0, np.array([bad, good]))
    chance = seen.chance[0, bad]
    assert odds[:, 0] == pytest.approx(np.log((SHARES + (1 - SHARES) * chance) / chance))
    assert odds[:, 1] == pytest.approx(np.log(1 - SHARES))


def test_deductions_that_take_longer_at_present_are_not_overdue() -> None:
    feed = unnamed(shop(orders_a_day=1_000, rate=0.0))
    now = at(12)
    slow = replace(feed, deducted_at=np.where(feed.tried_at > now - DAY, feed.deducted_at + 600, feed.deducted_at))
    view = outlook(slow, learn(slow, at(10)))
    seen = known(view, now - 6 * 3_600, now)
    assert seen.bad[0].mean() < 0.1
    assert view.slowed(np.array([0]), now)[0] > 4


def test_what_comes_in_time_but_later_than_all_else_is_slow_and_not_failed() -> None:
    feed = shop(rate=0.0)
    mine = np.flatnonzero((feed.channel == 0) & (feed.tried_at < NEVER))
    delays = np.random.default_rng(1).integers(600, 1_800, len(mine))
    delays[-1] = 2 * 1_800  # patience is three times the delay of nine in ten
    deducted = feed.deducted_at.copy()
    deducted[mine] = feed.tried_at[mine] + delays
    late = replace(feed, deducted_at=deducted)
    view = outlook(late, learn(late, at(10)))
    seen = known(view, at(10), at(20))
    assert np.flatnonzero(seen.slow).tolist() == [mine[-1] - seen.first]
    assert seen.good[seen.slow].all()
    assert not seen.bad[0].any()
    assert usually_slow(view, seen).max() == pytest.approx(0.0, abs=0.02)
    assert seen.struck(0).sum() == 1
    assert not seen.struck(1).any()


@pytest.mark.parametrize("seconds_an_order", [0, 10**9], ids=["sorted", "second by second"])
def test_a_surge_counts_the_orders_of_the_hours_before_however_they_are_counted(
    monkeypatch: pytest.MonkeyPatch, seconds_an_order: int
) -> None:
    monkeypatch.setattr(evidence, "SECONDS_AN_ORDER", seconds_an_order)
    feed = shop(orders_a_day=96)
    feed = replace(feed, tried_at=np.where(np.arange(len(feed)) % 50 == 0, NEVER, feed.tried_at))
    feed = feed.take(np.argsort(feed.tried_at, kind="stable"))
    usual = learn(feed, at(12))
    view = outlook(feed, usual)
    for place in range(0, len(feed), 97):
        moment = min(int(feed.tried_at[place]), evidence.FAR)
        came = (feed.ordered_at >= moment - SURGE_HOURS * HOUR) & (feed.ordered_at <= moment)
        hours = np.array([moment // HOUR - before for before in range(SURGE_HOURS)])
        usually = usual.orders_an_hour[hour_of_week(hours, feed)]
        mine = came & (feed.channel == feed.channel[place])
        assert view.surge[place] == pytest.approx((came.sum() + SURGE_PRIOR) / (usually.sum() + SURGE_PRIOR))
        own = usually[:, feed.channel[place]].sum()
        assert view.own_surge[place] == pytest.approx((mine.sum() + SURGE_PRIOR) / (own + SURGE_PRIOR))


def halted(feed: Feed, begin: int, hours: float) -> Feed:
    """The feed with hours in which nothing of the first channel is deducted, and no failure told, for a day."""
    hit = (feed.channel == 0) & (feed.tried_at >= begin) & (feed.tried_at < begin + hours * HOUR)
    return replace(
        feed,
        cause=np.where(hit, NONE, feed.cause),
        failed_at=np.where(hit, NEVER, feed.failed_at),
        deducted_at=np.where(hit, begin + DAY, feed.deducted_at),
    )


def test_silence_is_told_as_soon_where_the_feed_tells_other_failures() -> None:
    feed = halted(shop(orders_a_day=480, rate=0.08), at(11, 6), 8)
    moments = []
    for one in (feed, unnamed(feed)):
        watch = Watch.of(one, one, at(10))
        ((alert, *_),) = (watch.alerts(at(11, 14)),)
        assert alert.channels == ("baitiao",)
        moments.append(alert.detected_at)
    assert moments[0] <= moments[1]


def test_an_overdue_order_tells_as_much_where_its_failure_would_have_been_told() -> None:
    feed = halted(shop(rate=0.08), at(11, 6), 8)
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(10), at(11, 10))
    silent, young = seen.bad[0] & (seen.cause == NONE), (seen.told > 0) & ~seen.bad[0]
    assert silent.sum() >= 20
    assert seen.odds(0, silent) == pytest.approx(evidence_of_failure(seen.chance[0, silent]))
    assert young.any()
    for kind in (0, 1):
        assert (seen.odds(kind, young) < 0).all()

"""The watch as a whole: what rings, once, with which scope and cause; and that no moment knows what came later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike, unnamed

from forecast.watch.feed import HOUR, MINUTE, NEVER, Feed, aligned
from forecast.watch.monitor import Alert, Learnt, Watch, asked_moments

SINCE, END = at(12), at(14)


def alerts(feed: Feed, now: int = END) -> tuple[Alert, ...]:
    return Watch.of(feed, feed, SINCE).alerts(now)


def test_a_quiet_feed_tells_nothing() -> None:
    assert alerts(shop(seed=5)) == ()


def test_what_was_learnt_apart_tells_the_same_though_the_feed_has_other_names() -> None:
    feed = strike(shop(orders_a_day=600), "validation", at(12, 9), 20, sku="sku3", rate=0.9)
    history = feed.take((feed.sku != 2) & (feed.ordered_at <= SINCE))
    fewer = np.array([0, 1, -1, *range(2, 7), -1])
    history = replace(history, skus=tuple(x for x in feed.skus if x != "sku2"), sku=fewer[history.sku])
    together = Watch.of(*aligned(history, feed), SINCE).alerts(END)
    apart = Watch.by(Learnt.of(history, SINCE), feed, SINCE).alerts(END)
    assert apart == together
    assert [one.sku for one in apart] == [("sku3",)]


@pytest.mark.parametrize("told", [True, False], ids=["causes told", "no causes"])
def test_a_channel_that_goes_silent_is_one_incident_of_integration(told: bool) -> None:  # noqa: FBT001  # a case
    feed = strike(shop(), "integration", at(12, 9), 10, channels=("baitiao",))
    (one,) = alerts(feed if told else unnamed(feed))
    assert (one.cause, one.channels, one.sku, one.region, one.clearing) == ("integration", ("baitiao",), (), (), None)
    assert abs(one.started_at - at(12, 9)) < HOUR
    assert one.ended_at is not None
    assert abs(one.ended_at - at(12, 19)) < 2 * HOUR
    assert one.detected_at - one.started_at < 4 * HOUR
    assert one.failure_rate == pytest.approx(0.7, abs=0.15)
    assert one.usual_rate < 0.05
    assert one.amount == pytest.approx(100.0 * one.orders, rel=0.1)
    assert sum(one.probabilities.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("told", [True, False], ids=["causes told", "no causes"])
def test_all_channels_of_a_clearing_name_are_clearing(told: bool) -> None:  # noqa: FBT001  # a case
    feed = strike(shop(), "clearing", at(12, 9), 12, channels=("baitiao", "gold"))
    (one,) = alerts(feed if told else unnamed(feed))
    assert (one.cause, one.channels, one.clearing) == ("clearing", ("baitiao", "gold"), "jd_pay")


@pytest.mark.parametrize("told", [True, False], ids=["causes told", "no causes"])
def test_goods_that_fail_on_every_channel_are_validation(told: bool) -> None:  # noqa: FBT001  # a case
    feed = strike(shop(), "validation", at(12, 9), 20, sku="sku3", rate=0.9)
    (one,) = alerts(feed if told else unnamed(feed))
    assert (one.cause, one.sku, one.channels) == ("validation", ("sku3",), ("baitiao", "gold", "wechat"))


def test_a_region_is_risk_control_though_the_feed_names_no_cause() -> None:
    feed = strike(
        shop(orders_a_day=600), "risk_control", at(12, 9), 20, channels=("wechat",), region="region2", rate=0.8
    )
    (one,) = alerts(unnamed(feed))
    assert (one.cause, one.region) == ("risk_control", ("region2",))


def test_two_incidents_are_two_alerts() -> None:
    feed = strike(shop(), "integration", at(12, 3), 6, channels=("wechat",))
    feed = strike(feed, "validation", at(13, 0), 20, sku="sku1", rate=0.9, seed=3)
    assert [one.cause for one in alerts(feed)] == ["integration", "validation"]


def test_what_was_deducted_since_is_counted_as_such() -> None:
    feed = strike(shop(), "integration", at(12, 9), 10, channels=("baitiao",))
    (early,), (late,) = alerts(feed, at(13)), alerts(feed, at(15))
    assert early.since_deducted == 0
    assert late.since_deducted == late.failed > 20
    assert late.outcomes["baitiao"].deducted == 1.0
    assert late.outcomes["baitiao"].days == pytest.approx(2.0)


def test_what_ran_before_the_watch_began_says_so() -> None:
    (before,) = alerts(strike(shop(), "integration", at(11, 20), 12, channels=("baitiao",)))
    (after,) = alerts(strike(shop(), "integration", at(12, 0.5), 12, channels=("baitiao",)))
    assert before.started_at < at(12, 1)
    assert (before.ran_before, after.ran_before) == (True, False)


def test_an_incident_that_lasts_has_no_end() -> None:
    feed = strike(shop(), "integration", at(12, 9), 15, channels=("baitiao",))
    (one,) = alerts(feed, at(12, 20))
    assert one.ended_at is None


def test_a_replay_tells_at_each_step_what_a_watch_tells_of_a_feed_cut_there() -> None:
    feed = strike(shop(orders_a_day=150), "integration", at(12, 3), 6, channels=("baitiao",))
    feed = strike(feed, "validation", at(12, 12), 14, sku="sku1", rate=0.9, seed=3)
    whole = Watch.of(feed, feed, SINCE)
    asked = [at(12, 4.1), at(12, 6), at(12, 12.6), at(12, 21), at(13, 3)]
    for now, there in zip(asked, whole.replay(asked), strict=True):
        told = tuple(whole.alert(number, there, now) for number in range(len(there)))
        cut = feed.known_at(now)
        assert told == Watch.of(cut, cut, SINCE).alerts(now)
    assert whole.alerts_of_replay(asked)[0].detected_at in asked


def test_what_comes_later_changes_nothing_that_was_told() -> None:
    feed = strike(shop(), "integration", at(12, 4), 8, channels=("baitiao",))
    now = at(12, 11)
    later = (feed.ordered_at > now) | (feed.tried_at > now)
    other = replace(feed, amount=np.where(later, 99, feed.amount), sku=np.where(later, 0, feed.sku))
    assert alerts(feed, now) == alerts(other, now) != ()


def test_orders_are_counted_from_since_to_now() -> None:
    feed = shop()
    watch = Watch.of(feed, feed, SINCE)
    assert watch.orders(at(13)) == int(((feed.ordered_at > SINCE) & (feed.ordered_at <= at(13))).sum())
    assert SINCE < watch.last_event(at(13)) <= at(13)


def test_the_last_moment_asked_for_is_now() -> None:
    assert asked_moments(0, 100, 30) == [30, 60, 90, 100]


@pytest.mark.parametrize("minutes", [60, 90])
def test_orders_that_a_halt_held_up_still_count_when_they_have_come_after_all(minutes: int) -> None:
    """A channel that takes ten to thirty minutes stands still, and then catches up: most come before they are late."""
    feed, rng = shop(orders_a_day=1_200, rate=0.0), np.random.default_rng(1)
    slow = np.where(feed.channel == 0, feed.tried_at + rng.integers(600, 1_800, len(feed)), feed.deducted_at)
    end = at(12) + minutes * MINUTE
    held = (feed.channel == 0) & (slow > at(12)) & (slow < end)
    slow = np.where(held, end + rng.integers(1, 60, len(feed)), slow)
    feed = replace(feed, deducted_at=np.where(feed.tried_at < NEVER, slow, NEVER))
    watch = Watch.of(feed, feed, at(11))
    (during,) = watch.alerts(end)
    (after,), (later,) = (watch.alerts(end + wait * HOUR) for wait in (1, 24))
    assert during.channels == after.channels == ("baitiao",)
    assert 0.8 * during.orders <= after.orders == later.orders <= 1.2 * during.orders
    assert later.since_deducted == later.failed > 0
    assert later.ended_at is not None
    assert abs(later.ended_at - end) < HOUR

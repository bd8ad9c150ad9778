"""A watch that goes on tells what one over the whole feed tells, however its rows come, and keeps no more than that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike
from test_watch_incidents import told_at_night

from forecast.watch import following, incidents
from forecast.watch.feed import DAY, HOUR, NEVER, NONE, Feed
from forecast.watch.following import Following
from forecast.watch.monitor import Alert, Watch

SINCE = at(12)


@pytest.fixture(scope="module")
def feed() -> Feed:
    struck = strike(shop(orders_a_day=150, days=17), "integration", at(12, 3), 6, channels=("baitiao",))
    return strike(struck, "validation", at(14, 12), 14, sku="sku1", rate=0.9, seed=3)


@pytest.fixture
def watch(feed: Feed) -> Following:
    return Following.of(feed, SINCE)


def come(feed: Feed, before: int, now: int) -> Feed:
    """The rows that tell of what happened in between, each of its order as known at the moment."""
    seen = feed.known_at(now)
    moments = np.stack([seen.ordered_at, seen.tried_at, seen.failed_at, seen.deducted_at, seen.closed_at])
    return seen.take(np.flatnonzero(((moments > before) & (moments <= now)).any(axis=0)))


def followed(watch: Following, feed: Feed, moments: list[int]) -> tuple[Alert, ...]:
    alerts: tuple[Alert, ...] = ()
    for before, now in zip([0, *moments], moments, strict=False):
        watch.take(come(feed, before, now), anew=False)
        alerts = watch.look().alerts
    return alerts


def test_rows_that_come_one_after_another_tell_what_all_of_them_tell_at_once(feed: Feed, watch: Following) -> None:
    moments = [at(12, hour) for hour in (1, 4.1, 4.2, 6.5, 11, 20)]
    for before, now in zip([0, *moments], moments, strict=False):
        watch.take(come(feed, before, now), anew=False)
        look = watch.look()
        whole = Watch.of(feed.known_at(now), feed.known_at(now), SINCE)
        end = feed.known_at(now).last_moment
        assert look.alerts == whole.alerts(end)
        assert (look.now, look.watch.orders(end)) == (end, whole.orders(end))
    assert len(look.alerts) == 1


def test_rows_that_come_late_are_looked_at_as_if_they_had_come_in_time(feed: Feed, watch: Following) -> None:
    seen = feed.known_at(at(12, 20))
    late = seen.channel == 0
    watch.take(seen.take(~late), anew=False)
    assert watch.look().alerts == ()
    watch.take(seen.take(late), anew=False)
    assert watch.look().alerts == Watch.of(seen, seen, SINCE).alerts(seen.last_moment) != ()


def test_another_process_carries_on_from_what_the_first_has_kept(feed: Feed, watch: Following) -> None:
    followed(watch, feed, [at(13), at(14, 14), at(16)])
    other = Following.of(feed, SINCE)
    assert other.carry_on(watch.base)
    assert other.walked[0].at > SINCE
    seen = feed.known_at(at(16))
    other.take(seen, anew=True)
    assert other.look().alerts == watch.look().alerts != ()
    assert not Following.of(feed.take(feed.channel > 0), SINCE).carry_on(watch.base)


def test_orders_older_than_the_window_are_let_go(feed: Feed, watch: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LATE", 6 * HOUR)
    alerts = followed(watch, feed, [at(day) for day in (13, 14, 15, 16, 17)])
    look = watch.look()
    whole = Watch.of(feed, feed, SINCE)
    assert watch.feed.ordered_at.min() > SINCE + DAY
    assert look.watch.orders(look.now) == whole.orders(look.now)
    assert [one.cause for one in whole.alerts(look.now)] == ["integration", "validation"]
    assert alerts == whole.alerts(look.now)[1:]
    assert len(watch.walked) <= 6 * 4 + 2


def test_of_an_incident_that_lasts_only_the_last_orders_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it lasts; and what is told is what a watch over the whole feed tells."""
    monkeypatch.setattr(following, "LATE", 6 * HOUR)
    monkeypatch.setattr(incidents, "MOST_FOLLOWED", 200)
    feed = strike(shop(orders_a_day=600, days=17), "clearing", at(12, 3), 100, channels=("baitiao", "gold"))
    feed = strike(feed, "validation", at(12, 5), 90, sku="sku1", rate=0.9, seed=3)
    feed = strike(feed, "integration", at(13, 5), 6, channels=("wechat",), seed=5)
    watch, whole, kept = Following.of(feed, SINCE), Watch.of(feed, feed, SINCE), []
    moments = [at(12, 20), at(13, 9), at(14), at(15), at(16)]
    for before, now in zip([0, *moments], moments, strict=False):
        watch.take(come(feed, before, now), anew=False)
        look = watch.look()
        there = whole.alerts(look.now)
        assert [figures(one) for one in look.alerts] == [figures(there[one.number]) for one in look.alerts]
        kept.append(len(watch.feed))
    assert {"clearing", "validation"} <= {one.cause for one in look.alerts}
    assert look.alerts[0].failed > 900
    assert max(kept) < 1.2 * kept[0]
    other = Following.of(feed, SINCE)
    assert other.carry_on(watch.base)
    other.take(feed.known_at(at(16)), anew=True)
    assert [figures(one) for one in other.look().alerts] == [figures(one) for one in watch.look().alerts]


def figures(alert: Alert) -> list[object]:
    """What is told of an alert, of figures the first digits."""
    rates = (alert.amount, alert.failure_rate, alert.usual_rate, *alert.probabilities.values())
    counts = (alert.failed, alert.tried, alert.orders, alert.silent, alert.since_deducted, alert.ran_before)
    scope = (alert.channels, alert.sku, alert.region, alert.started_at, alert.detected_at, alert.ended_at)
    return [*scope, *counts, *(f"{one:.9g}" for one in rates)]


def test_orders_of_two_incidents_are_parted_as_by_one_look_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Goods that fail for days, beside a channel whose incident is long over and crossed them."""
    monkeypatch.setattr(following, "LATE", 6 * HOUR)
    feed = strike(shop(orders_a_day=600, days=17), "integration", at(12, 3), 6, channels=("baitiao",))
    feed = strike(feed, "validation", at(12, 5), 90, sku="sku1", rate=0.9, seed=3)
    watch, whole = Following.of(feed, SINCE), Watch.of(feed, feed, SINCE)
    moments = [at(12, 8), at(13), at(14), at(15), at(15, 12)]
    for before, now in zip([0, *moments], moments, strict=False):
        watch.take(come(feed, before, now), anew=False)
        look = watch.look()
        told = Watch.of(feed.known_at(now), feed.known_at(now), SINCE).alerts(look.now)
        assert look.alerts == told[-len(look.alerts) :]
    assert len(look.alerts) == 1
    both = (feed.channel == 0) & (feed.sku == 1) & (feed.tried_at >= at(12, 5)) & (feed.tried_at < at(12, 9))
    assert both.sum() >= 5
    assert len(whole.alerts(look.now)) == 2


def test_names_that_come_later_move_no_scope(feed: Feed, watch: Following) -> None:
    followed(watch, feed, [at(16)])
    rows = come(feed, at(16), at(16, 3))
    watch.take(replace(rows, skus=("new", *rows.skus), sku=rows.sku + 1), anew=False)
    (one,) = [each for each in watch.look().alerts if each.cause == "validation"]
    assert one.sku == ("sku1",)
    assert watch.feed.skus[0] == "new"
    assert len(watch.usual.sku) == len(watch.feed.skus) + 1


def test_an_order_read_anew_is_what_it_now_says(feed: Feed, watch: Following) -> None:
    seen = feed.known_at(at(12, 20))
    watch.take(seen, anew=False)
    assert len(watch.look().alerts) == 1
    mended = replace(
        seen, cause=np.full(len(seen), NONE), failed_at=np.full(len(seen), NEVER), deducted_at=seen.tried_at
    )
    watch.take(mended, anew=True)
    assert watch.look().alerts == ()


def test_what_a_batch_tells_of_an_alert_that_was_over_is_told_as_by_one_look_over_all() -> None:
    feed = told_at_night()
    watch, moments = Following.of(feed, at(40)), [at(41), at(42, 16), at(42, 22), at(43, 1), at(43, 3), at(43, 8)]
    for before, now in zip([0, *moments], moments, strict=False):
        watch.take(come(feed, before, now), anew=False)
        look = watch.look()
        seen = feed.known_at(now)
        assert look.alerts == Watch.of(seen, seen, at(40)).alerts(look.now)
    (one,) = look.alerts
    assert "baitiao" in one.channels
    assert one.ended_at is not None

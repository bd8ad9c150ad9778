"""Orders that lie in two alerts at once are counted in one: that of the cause which the feed tells, else the first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import SKUS, at, shop, strike, unnamed

from forecast.watch.affected import affected_orders
from forecast.watch.crossing import named_for_others, of_others
from forecast.watch.evidence import known, outlook
from forecast.watch.feed import CAUSES, HOUR, NEVER, NONE, Feed
from forecast.watch.incidents import GRID, Incident, step
from forecast.watch.monitor import Watch
from forecast.watch.scan import THRESHOLD
from forecast.watch.scopes import Scope
from forecast.watch.usual import learn

NOW = at(12, 12)


def crossing() -> Feed:
    """A channel that fails for hours, and goods that fail on all channels beside it."""
    feed = strike(shop(orders_a_day=1_200), "integration", at(12, 2), 8, channels=("wechat",), rate=0.6)
    return strike(feed, "validation", at(12, 3), 7, sku="sku2", rate=0.7)


def struck(feed: Feed) -> int:
    """The orders that failed, of those that either incident holds from its first moment on."""
    failed = (feed.failed_at < NEVER) | (feed.deducted_at > feed.tried_at + HOUR)
    wechat = (feed.channel == 2) & (feed.tried_at >= at(12, 2))
    goods = (feed.sku == SKUS.index("sku2")) & (feed.tried_at >= at(12, 3))
    return int((failed & (feed.tried_at < at(12, 10)) & (wechat | goods)).sum())


@pytest.mark.parametrize("told", [True, False])
def test_an_order_in_two_alerts_is_counted_once(*, told: bool) -> None:
    feed = crossing() if told else unnamed(crossing())
    watch = Watch.of(feed, feed, at(12))
    alerts = watch.alerts(NOW)
    assert {one.cause for one in alerts} == {"integration", "validation"}
    rows = affected_orders(watch, [(one.cause, one) for one in alerts], np.arange(len(feed)).astype(object), NOW)
    assert not rows["order_id"].duplicated().any()
    assert len(rows) == sum(one.failed for one in alerts) == struck(feed)


def test_the_cause_that_the_feed_tells_decides_and_else_the_first() -> None:
    feed = crossing()
    view = outlook(feed, learn(feed, at(12)))
    seen = known(view, at(12), NOW)
    there = [
        Incident(0, scope, at(12, 2), at(12, 2), at(12, 10), 0.6, at(12, 3)) for scope in (Scope((2,)), Scope(sku=(2,)))
    ]
    causes = ["integration", "validation"]
    away = [of_others(view, seen, number, there, causes.__getitem__) for number in range(2)]
    both = (feed.channel == 2) & (feed.sku == 2) & (feed.tried_at >= at(12, 2)) & (feed.tried_at <= NOW)
    both = both[seen.first : seen.first + len(seen.good)] & seen.bad[0]
    assert (away[0] ^ away[1]).tolist() == both.tolist()
    assert set(seen.cause[away[0]]) == {CAUSES.index("validation")}
    assert CAUSES.index("validation") not in set(seen.cause[away[1]])
    silent = replace(seen, cause=np.full(len(seen.cause), NONE))
    away = [of_others(view, silent, number, there, causes.__getitem__) for number in range(2)]
    assert (away[0].sum(), away[1].tolist()) == (0, both.tolist())


def test_goods_whose_cause_is_told_are_not_kept_from_a_channel_that_was_silent_first() -> None:
    feed = strike(shop(orders_a_day=1_200), "integration", at(12, 2), 8, channels=("wechat",), rate=0.6)
    feed = strike(feed, "validation", at(12, 3), 7, channels=("baitiao", "wechat"), sku="sku2", rate=0.9)
    view = outlook(feed, learn(feed, at(12)))
    kind, now = 1 + CAUSES.index("validation"), at(12, 8)
    silent = Incident(0, Scope((2,)), at(12, 2), at(12, 2), at(12, 3), 0.6, at(12, 3))
    goods = Incident(kind, Scope((0,), sku=(2,)), at(12, 3), at(12, 3), at(12, 8), 0.9, at(12, 4))
    there: tuple[Incident, ...] = (silent, goods)
    for moment in range(at(12, 6), now + 1, GRID):
        there = step(view, there, at(12), moment, THRESHOLD)
    assert 2 in (there[1].scope.channel or range(3))
    seen = known(view, at(12), now)
    named = named_for_others(view, seen, 0, there)
    failed = seen.bad[kind] & (feed.sku[seen.first : seen.first + len(named)] == 2)
    failed &= feed.tried_at[seen.first : seen.first + len(named)] >= there[1].started
    assert named.tolist() == failed.tolist()
    watch = Watch(view, at(12), THRESHOLD)
    assert watch.alert(0, there, now).cause == "integration"
    assert set(feed.sku[watch.affected(0, there, now)]) > {2}
    told = feed.cause[watch.affected(0, there, now)], feed.sku[watch.affected(0, there, now)]
    assert not ((told[0] == kind - 1) & (told[1] == 2)).any()


def test_of_an_incident_of_silence_what_is_named_for_another_is_that_ones() -> None:
    feed = crossing()
    view = outlook(feed, learn(feed, at(12)))
    seen = known(view, at(12), NOW)
    kind = 1 + CAUSES.index("validation")
    there = [
        Incident(one, scope, at(12, 2), at(12, 2), at(12, 10), 0.6, at(12, 3))
        for one, scope in ((0, Scope((2,))), (kind, Scope(sku=(2,))), (0, Scope(sku=(2,))))
    ]
    named = named_for_others(view, seen, 0, there)
    assert set(seen.cause[named]) == {CAUSES.index("validation")}
    assert set(feed.sku[seen.first : seen.first + len(named)][named]) == {2}
    assert not named_for_others(view, seen, 1, there).any()


def test_causes_are_not_asked_for_where_incidents_hold_no_order_in_common() -> None:
    feed = crossing()
    view = outlook(feed, learn(feed, at(12)))
    seen = known(view, at(12), NOW)
    there = [
        Incident(0, scope, at(12, 2), at(12, 2), at(12, 10), 0.6, at(12, 3)) for scope in (Scope((2,)), Scope((0,)))
    ]

    def never(number: int) -> str:
        raise AssertionError(number)

    assert not of_others(view, seen, 0, there, never).any()

"""Causes: as the feed tells them; before it does, by signature, a surge of one channel being risk control's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from feeds import at, shop, strike, unnamed

from forecast.watch.causes import clearing_of, probabilities
from forecast.watch.evidence import known, outlook
from forecast.watch.feed import DAY, HOUR, NEVER, NONE, Feed, in_order
from forecast.watch.incidents import Incident, members
from forecast.watch.monitor import Watch
from forecast.watch.scopes import Scope
from forecast.watch.usual import learn


def chances(feed: Feed, scope: Scope) -> dict[str, float]:
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(12), at(12, 12))
    one = Incident(0, scope, at(12), at(12), at(12, 12), 0.7, at(12, 1))
    found = probabilities(view, seen, one, members(view, seen, one))
    assert sum(found.values()) == pytest.approx(1.0)
    return found


def test_a_cause_that_the_feed_names_is_the_cause() -> None:
    feed = strike(shop(), "risk_control", at(12), 12, channels=("baitiao",))
    assert chances(feed, Scope((0,)))["risk_control"] > 0.99


def test_without_causes_the_scope_tells() -> None:
    feed = unnamed(strike(shop(), "integration", at(12), 12))
    told = {scope: chances(feed, scope) for scope in SCOPES}
    likeliest = {scope: max(found, key=found.__getitem__) for scope, found in told.items()}
    assert likeliest == SCOPES


SCOPES = {
    Scope((0,)): "integration",
    Scope((0, 1)): "clearing",
    Scope(sku=(2,)): "validation",
    Scope((2,), region=(1,)): "risk_control",
}


def test_healthy_channels_of_a_clearing_name_speak_against_clearing() -> None:
    """Also while they are taken for a part of the scope, as when little is known of them."""
    one, both = (
        chances(unnamed(strike(shop(), "clearing", at(12), 12, channels=channels)), Scope((0, 1)))
        for channels in (("gold",), ("baitiao", "gold"))
    )
    assert one["clearing"] < 0.3
    assert one["integration"] > 0.5
    assert both["clearing"] > 0.9


def test_a_surge_of_one_channel_alone_speaks_for_risk_control() -> None:
    feed = unnamed(strike(shop(), "integration", at(12), 12, channels=("wechat",)))
    more = np.flatnonzero((feed.channel == 2) & (feed.tried_at >= at(12)) & (feed.tried_at < NEVER))
    surging = in_order(feed.take(np.concatenate([np.arange(len(feed)), more, more])))
    assert chances(surging, Scope((2,)))["risk_control"] > 0.7 > chances(feed, Scope((2,)))["risk_control"]


def test_the_usual_busy_hour_of_one_channel_is_no_surge_of_its_own() -> None:
    even = shop(days=40, orders_a_day=480)
    hour = (even.tried_at - at(0)) % DAY // HOUR
    evenings = in_order(even.take((even.channel != 2) | (hour >= 20) | (hour < 2)))
    feed = unnamed(strike(evenings, "integration", at(32, 20.5), 2.5, channels=("wechat",)))
    view = outlook(feed, learn(feed, at(30)))
    seen = known(view, at(32), at(32, 23))
    one = Incident(0, Scope((2,)), at(32, 20.5), at(32, 20.5), at(32, 22.5), 0.7, at(32, 21))
    assert probabilities(view, seen, one, members(view, seen, one))["integration"] > 0.65


_LATER = ("failed_at", "deducted_at", "closed_at")


def surging(feed: Feed, begin: int, times: int) -> Feed:
    """The feed with so many times the orders of every channel for a day."""
    more = np.flatnonzero((feed.tried_at >= begin) & (feed.tried_at < begin + DAY))
    again = feed.take(np.repeat(more, times - 1))
    rng = np.random.default_rng(3)
    shift = rng.integers(0, DAY, len(again)) - (again.tried_at - begin)
    columns: dict[str, Any] = {
        x: np.where((one := getattr(again, x)) < NEVER, one + shift, NEVER)
        for x in ("ordered_at", "tried_at", "deducted_at")
    }
    columns |= {"failed_at": np.full(len(again), NEVER), "cause": np.full(len(again), NONE)}
    again = replace(again, **columns)
    names = ("channel", "sku", "region", "cause", "amount", "row", "ordered_at", "tried_at", *_LATER)
    both: dict[str, Any] = {x: np.concatenate([getattr(feed, x), getattr(again, x)]) for x in names}
    return in_order(replace(feed, **both | {"row": np.arange(len(feed) + len(again))}))


def begun_with_surge(cause: str, hour: float, orders_a_day: int) -> dict[str, float]:
    """The chances two hours after one channel began to fail, so long after all channels rose to eight times as many."""
    calm = surging(shop(orders_a_day=orders_a_day), at(12), 8)
    feed = unnamed(strike(calm, cause, at(12, hour), 3, channels=("baitiao",), rate=0.5))
    (alert,) = Watch.of(feed, feed, at(11)).alerts(at(12, hour + 2))
    assert alert.channels == ("baitiao",)
    return dict(alert.probabilities)


def test_failures_that_begin_with_the_surge_of_all_channels_are_likelier_risk_control_than_a_fault() -> None:
    first, few, later = (begun_with_surge("risk_control", hour, n) for hour, n in ((0, 2_000), (0, 240), (6, 2_000)))
    assert max(first, key=first.__getitem__) == "risk_control"
    assert first["integration"] > 0.2  # a peak breaks interfaces, too
    assert 0.2 < few["risk_control"] < 0.7 > few["integration"]  # ten orders in the first quarter of an hour
    assert max(later, key=later.__getitem__) == "integration"


def test_a_failure_by_chance_before_the_surge_does_not_hide_that_the_others_begin_with_it() -> None:
    calm = surging(shop(orders_a_day=2_000), at(12), 8)
    feed = strike(calm, "risk_control", at(12), 3, channels=("baitiao",), rate=0.5)
    before = np.flatnonzero((feed.channel == 0) & (feed.tried_at < at(12)))
    usual = learn(feed, at(11))

    def likeliest(failing: int) -> str:
        """The cause where of the last eight orders before the surge so many failed."""
        early = np.isin(np.arange(len(feed)), before[-8:][:failing]) | (feed.failed_at < NEVER)
        view = outlook(unnamed(replace(feed, deducted_at=np.where(early, NEVER, feed.deducted_at))), usual)
        started = int(feed.tried_at[before[-8]])
        one = Incident(0, Scope((0,)), started, started, at(12, 1), 0.5, at(12, 1))
        seen = known(view, at(11), at(12, 1))
        chances = probabilities(view, seen, one, members(view, seen, one))
        return max(chances, key=chances.__getitem__)

    assert [likeliest(failing) for failing in (1, 2, 8)] == ["risk_control", "risk_control", "integration"]


def test_a_clearing_name_is_told_where_all_its_channels_fail_and_no_others() -> None:
    view = outlook(feed := shop(days=3), learn(feed, at(2)))

    def clearing(scope: Scope) -> str | None:
        return clearing_of(view, Incident(0, scope, 0, 0, 0, 0.5, 0))

    assert clearing(Scope((0, 1))) == "jd_pay"
    assert clearing(Scope((2,))) == "tenpay"
    assert [clearing(one) for one in (Scope((0,)), Scope((0, 1, 2)), Scope(), Scope((2,), (1,)))] == [None] * 4

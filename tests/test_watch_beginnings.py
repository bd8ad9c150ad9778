"""Incidents of two clearing names beside each other are told apart by their beginnings, and by their causes."""

from __future__ import annotations

from feeds import CHANNELS, at, shop, strike, unnamed

from forecast.watch.feed import HOUR, Feed
from forecast.watch.monitor import Alert, Watch

JD, TENPAY = ("baitiao", "gold"), ("wechat",)


def told(feed: Feed) -> list[Alert]:
    return list(Watch.of(feed, feed, at(12)).alerts(at(13)))


def test_what_begins_later_on_another_clearing_name_is_an_incident_of_its_own() -> None:
    feed = strike(shop(orders_a_day=400), "integration", at(12, 9), 6, channels=TENPAY, seed=1)
    feed = strike(feed, "clearing", at(12, 10.5), 6, channels=JD, seed=6)
    for known in (feed, unnamed(feed)):
        first, second = told(known)
        assert (first.channels, second.channels) == (TENPAY, JD)
        assert abs(first.started_at - at(12, 9)) < HOUR / 2
        assert abs(second.started_at - at(12, 10.5)) < HOUR / 2
        assert second.clearing == "jd_pay"
    first, second = told(feed)
    assert (first.cause, second.cause) == ("integration", "clearing")


def test_what_begins_together_is_one_incident() -> None:
    (one,) = told(unnamed(strike(shop(orders_a_day=600), "integration", at(12, 2), 6)))
    assert one.channels == CHANNELS


def test_what_begins_together_and_is_told_to_have_other_causes_is_two() -> None:
    feed = strike(shop(orders_a_day=600), "integration", at(12, 2), 6, channels=TENPAY)
    feed = strike(feed, "clearing", at(12, 2), 6, channels=JD, seed=3)
    assert sorted((one.channels, one.cause) for one in told(feed)) == [(JD, "clearing"), (TENPAY, "integration")]


def test_goods_that_fail_on_every_channel_stay_one_incident() -> None:
    feed = strike(shop(orders_a_day=900), "validation", at(12, 2), 3, channels=TENPAY, sku="sku3", rate=0.9)
    feed = strike(feed, "validation", at(12, 5), 8, channels=CHANNELS, sku="sku3", rate=0.9, seed=3)
    assert [one.sku for one in told(feed)] == [("sku3",)]

"""What a reader of alerts must know of the feed."""

from __future__ import annotations

from feeds import at, shop, strike

from forecast.watch.feed import HOUR, Feed, without_confirmations
from forecast.watch.money import Loss
from forecast.watch.monitor import Watch
from forecast.watch.reading import ReadFeed
from forecast.watch.remarks import remarks


def codes(feed: Feed, now: int, *, unusable: int = 0, repeated: int = 0, since: int = at(12)) -> list[str]:
    watch = Watch.of(feed, feed, since)
    return [note.code for note in remarks(watch, ReadFeed(feed, unusable, repeated), (), (), now)]


def test_a_healthy_feed_has_no_notes() -> None:
    assert codes(shop(), at(13)) == []


def test_rows_left_out_few_orders_and_a_feed_that_stopped_are_told() -> None:
    assert codes(shop(), at(13), unusable=2) == ["feed_rows_left_out"]
    assert codes(shop(), at(13), repeated=2) == ["feed_rows_repeated"]
    assert codes(shop(), at(2), since=at(1)) == ["usual_from_few"]
    assert codes(shop(), at(14) + 90 * HOUR) == ["feed_stopped"]
    assert codes(shop(), at(16), since=at(15)) == ["feed_without_orders"]


def test_that_unconfirmed_orders_count_is_told() -> None:
    bare = without_confirmations(shop())
    assert codes(bare, at(13)) == ["feed_without_confirmations"]
    read = ReadFeed(bare, 0, 0, unlearnt=True)
    (note,) = remarks(Watch.of(bare, bare, at(12)), read, (), (), at(13))
    assert note.code == "ledger_without_confirmations"


def test_an_incident_whose_money_is_known_and_whose_cash_is_not_is_told() -> None:
    feed = strike(shop(), "clearing", at(12, 9), 12, channels=("baitiao", "gold"))
    watch = Watch.of(feed, feed, at(12))
    alerts = watch.alerts(at(12, 18))
    read = ReadFeed(feed, 0, 0)
    assert [one.code for one in remarks(watch, read, alerts, [Loss(1.0, 2.0)], at(12, 18))] == [
        "incident_before_horizon"
    ]
    assert remarks(watch, read, alerts, [Loss()], at(12, 18)) == []

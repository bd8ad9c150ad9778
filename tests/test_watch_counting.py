"""What is counted of an incident is the same whether its first orders are looked at or in its account."""

from __future__ import annotations

import numpy as np
import pytest
from feeds import at, shop, strike

from forecast.watch import counting, incidents
from forecast.watch.accounts import EMPTY
from forecast.watch.counting import put_to_account
from forecast.watch.feed import HOUR, Feed
from forecast.watch.incidents import followed_after
from forecast.watch.monitor import Alert, Watch

SINCE, NOW = at(12), at(12, 20)
SAME = ("failed", "tried", "orders", "silent", "since_deducted", "channels", "sku", "cause", "started_at", "ended_at")


def struck() -> Feed:
    feed = strike(shop(orders_a_day=900, days=15), "clearing", at(12, 2), 16, channels=("baitiao", "gold"))
    return strike(feed, "validation", at(12, 4), 14, sku="sku1", rate=0.9, seed=3)


def alerts(now: int) -> tuple[Alert, ...]:
    return Watch.of(struck(), struck(), SINCE).alerts(now)


def test_an_alert_tells_the_same_whether_orders_are_in_its_account(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = alerts(NOW)
    assert len(whole) == 2
    assert all(one.incident.account == EMPTY for one in whole)
    monkeypatch.setattr(incidents, "MOST_FOLLOWED", 100)
    put = alerts(NOW)
    for one, other in zip(whole, put, strict=True):
        assert other.incident.account.until > other.started_at + 4 * HOUR
        assert other.incident.account.counts.failed >= 50
        assert [getattr(one, name) for name in SAME] == [getattr(other, name) for name in SAME]
        assert other.probabilities == pytest.approx(one.probabilities)
        assert other.amounts == pytest.approx(one.amounts)
        assert (other.failure_rate, other.usual_rate) == pytest.approx((one.failure_rate, one.usual_rate))
        assert other.ran_before is one.ran_before


def test_the_account_of_one_that_is_over_reaches_its_end_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch.of(struck(), struck(), SINCE)
    (*_, there) = watch.replay([at(13, 12)])
    monkeypatch.setattr(incidents, "MOST_FOLLOWED", 100)
    put = put_to_account(watch.view, there, SINCE, at(13, 12))
    assert [one.account.until for one in put] == [followed_after(watch.view, at(13, 12))] * 2
    assert all(one.ended < one.account.until for one in put)
    assert put_to_account(watch.view, put, SINCE, at(14)) == put
    assert watch.alert(0, put, at(13, 12)).failed == watch.alert(0, there, at(13, 12)).failed


def test_the_orders_in_an_account_are_listed_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incidents, "MOST_FOLLOWED", 100)
    watch = Watch.of(struck(), struck(), SINCE)
    (*_, there) = watch.replay([NOW])
    for number in range(len(there)):
        assert len(watch.affected(number, there, NOW)) == watch.alert(number, there, NOW).failed


def test_no_more_than_ten_days_of_an_incident_are_counted() -> None:
    watch = Watch.of(struck(), struck(), SINCE)
    (*_, there) = watch.replay([NOW])
    assert counting.seen_of(watch.view, there[0], SINCE, NOW + 1_000 * HOUR).now == there[0].last + counting.LONGEST
    assert np.all(np.diff([one.rang_at for one in there]) >= 0)

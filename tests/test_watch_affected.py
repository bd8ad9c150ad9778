"""The orders that alerts tell of: those that failed or are overdue in the scope, with how they stand."""

from __future__ import annotations

import numpy as np
from feeds import FIRST, shop, strike

from forecast.watch.affected import COLUMNS, affected_orders
from forecast.watch.feed import DAY, HOUR
from forecast.watch.monitor import Watch


def test_affected_orders_are_those_that_the_alert_counts_and_no_event_to_come_is_known() -> None:
    since = FIRST + 20 * DAY
    feed = strike(shop(days=22), "clearing", since + 10 * HOUR, 6.0, channels=("baitiao",), rate=0.8)
    watch, now = Watch.of(feed, feed, since), since + 14 * HOUR
    (alert,) = watch.alerts(now)
    ids = np.array([f"O{place}" for place in range(len(feed))], dtype=object)
    orders = affected_orders(watch, [("A", alert)], ids, now)
    assert tuple(orders.columns) == COLUMNS
    assert len(orders) == alert.failed >= 12
    assert set(orders["channel"]) == {"baitiao"}
    assert set(orders["alert_id"]) == {"A"}
    assert set(orders["state"]) <= {"failed", "overdue"}
    assert orders["order_id"].is_unique
    places = orders["order_id"].str[1:].astype(int)
    assert (feed.ordered_at[np.argsort(feed.row)][places] <= now).all()


def test_without_alerts_the_table_is_empty() -> None:
    feed = shop(days=21)
    watch = Watch.of(feed, feed, FIRST + 20 * DAY)
    assert affected_orders(watch, [], np.zeros(0, dtype=object), FIRST + 21 * DAY).empty

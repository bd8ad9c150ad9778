"""The scan: a cell stands out, or none does, whatever the length of its trouble."""

from __future__ import annotations

import numpy as np
import pytest
from feeds import at, shop, strike

from forecast.watch.evidence import known, outlook
from forecast.watch.feed import HOUR
from forecast.watch.scan import THRESHOLD, strongest
from forecast.watch.usual import learn


@pytest.mark.parametrize("hours", [4, 12])
def test_an_incident_stands_out_from_its_beginning_on(hours: int) -> None:
    feed = strike(shop(orders_a_day=600), "clearing", at(13) - hours * HOUR, hours, channels=("wechat",))
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(11), at(13))
    found = strongest(view, seen, np.ones(len(seen.good), dtype=bool), at(13) - HOUR)
    assert found is not None
    assert found.score > THRESHOLD
    assert abs(found.started - (at(13) - hours * HOUR)) < HOUR


def test_nothing_stands_out_where_all_is_usual_or_held_already() -> None:
    feed = strike(shop(orders_a_day=600), "clearing", at(12, 12), 12)
    view = outlook(feed, learn(feed, at(10)))
    calm, struck = known(view, at(11), at(12)), known(view, at(12), at(13))
    usual = strongest(view, calm, np.ones(len(calm.good), dtype=bool), at(11))
    assert usual is None or usual.score < THRESHOLD
    assert strongest(view, struck, np.zeros(len(struck.good), dtype=bool), at(12)) is None


def test_what_has_not_been_heard_of_lately_is_not_looked_at_again() -> None:
    feed = strike(shop(orders_a_day=600, rate=0.0), "clearing", at(12), 3)
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(11), at(13))
    assert strongest(view, seen, np.ones(len(seen.good), dtype=bool), at(12, 23)) is None

"""The walk tells what a look at every moment tells, from wherever it begins."""

from __future__ import annotations

import numpy as np
import pytest
from feeds import at, shop, strike

from forecast.watch.evidence import Outlook, outlook
from forecast.watch.feed import DAY
from forecast.watch.incidents import MOST_ORDERS, WINDOW, Incident, moments, step, window_begin
from forecast.watch.scan import THRESHOLD
from forecast.watch.usual import learn
from forecast.watch.walking import AHEAD, walk, windows

SINCE, END = at(11), at(14)

Walked = list[tuple[int, tuple[Incident, ...]]]


@pytest.fixture(scope="module")
def view() -> Outlook:
    feed = strike(shop(orders_a_day=300), "integration", at(11, 20), 5, channels=("wechat",))
    feed = strike(feed, "validation", at(13, 2), 8, sku="sku1", rate=0.9, seed=3)
    return outlook(feed, learn(feed, at(11)))


@pytest.fixture(scope="module")
def one_by_one(view: Outlook) -> Walked:
    found: Walked = []
    there: tuple[Incident, ...] = ()
    for now in moments(SINCE, END):
        there = step(view, there, SINCE, now, THRESHOLD)
        found.append((now, there))
    return found


def test_it_tells_what_a_look_at_every_moment_tells(view: Outlook, one_by_one: Walked) -> None:
    assert list(walk(view, (), SINCE, SINCE, END, THRESHOLD)) == one_by_one
    assert len(one_by_one) > AHEAD
    assert len(one_by_one[-1][1]) == 2


@pytest.mark.parametrize("begin", [84, 150, 280])
def test_so_it_does_from_a_moment_in_between_on(view: Outlook, one_by_one: Walked, begin: int) -> None:
    reached, there = one_by_one[begin]
    assert list(walk(view, there, SINCE, reached, END, THRESHOLD)) == one_by_one[begin + 1 :]


def test_an_incident_that_begins_while_another_lasts_is_told_as_a_look_at_every_moment_tells_it() -> None:
    feed = strike(shop(orders_a_day=400), "clearing", at(12), 40, channels=("baitiao", "gold"), rate=0.9)
    feed = strike(feed, "validation", at(12, 12), 6, channels=("wechat",), rate=0.9, seed=3)
    view = outlook(feed, learn(feed, at(11)))
    found: Walked = []
    there: tuple[Incident, ...] = ()
    for now in moments(SINCE, END):
        there = step(view, there, SINCE, now, THRESHOLD)
        found.append((now, there))
    assert max(sum(one.lasts for one in there) for _, there in found) == 2
    assert list(walk(view, (), SINCE, SINCE, END, THRESHOLD)) == found


def test_the_windows_reach_back_to_an_incident_that_lasts() -> None:
    feed = shop(days=3, orders_a_day=20_000)
    now, view = np.array([at(2), at(2, 6)]), outlook(feed, learn(feed, at(0)))
    back = windows(view, at(1), now, at(1, 3))
    assert back.first.tolist() == [int(np.searchsorted(feed.tried_at, at(1, 3), side="right"))] * 2
    assert windows(view, at(1, 6), now, at(1, 3)).first[0] == np.searchsorted(feed.tried_at, at(1, 6), side="right")


@pytest.mark.parametrize("orders_a_day", [100, 10_000])
def test_the_windows_are_those_of_the_scan(orders_a_day: int) -> None:
    feed = shop(days=3, orders_a_day=orders_a_day)
    now, view = np.arange(at(0), at(3), DAY // 7), outlook(feed, learn(feed, at(0)))
    spans = windows(view, at(0, 5), now)
    begins = [max(window_begin(view, int(one)), at(0, 5)) for one in now]
    first = np.searchsorted(feed.tried_at, begins, side="right")
    last = np.searchsorted(feed.tried_at, now, side="right")
    assert spans.first.tolist() == np.minimum(first, last).tolist()
    assert spans.last.tolist() == last.tolist()
    assert (feed.tried_at[spans.first[-1]] > now[-1] - WINDOW) == (orders_a_day > 100 or spans.first[-1] > 0)
    assert (spans.last - spans.first).max() <= MOST_ORDERS

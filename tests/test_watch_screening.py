"""Screening passes over no moment at which the scan would find anything, and over most of the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike, unnamed

from forecast.watch import screening
from forecast.watch.evidence import known, outlook
from forecast.watch.feed import HOUR, NEVER, Feed
from forecast.watch.incidents import GRID
from forecast.watch.scan import THRESHOLD, strongest
from forecast.watch.screening import Spans, may_ring
from forecast.watch.usual import learn
from forecast.watch.walking import windows


def struck(*, slow: bool = False) -> Feed:
    feed = strike(shop(orders_a_day=480), "clearing", at(12, 6), 4, channels=("baitiao", "gold"))
    feed = strike(feed, "validation", at(13, 2), 5, sku="sku3", seed=5)
    if slow:
        waits = (feed.channel == 2) & (feed.deducted_at < NEVER)
        lag = np.random.default_rng(1).integers(300, 5_000, len(feed))
        feed = replace(feed, deducted_at=np.where(waits, feed.deducted_at + lag, feed.deducted_at))
    return feed


@pytest.mark.parametrize(
    "feed", [struck(), struck(slow=True), unnamed(struck(slow=True))], ids=["told", "slow", "silent"]
)
def test_nothing_that_would_ring_is_passed_over(feed: Feed) -> None:
    view = outlook(feed, learn(feed, at(11)))
    moments = np.arange(at(11) + GRID, at(14), 3 * GRID)
    spans = windows(view, at(11), moments)
    free = np.ones(spans.last[-1] - spans.first[0], dtype=bool)
    asked = may_ring(view, free, spans, THRESHOLD)
    rings = 0
    for place, now in enumerate(moments.tolist()):
        seen = known(view, max(now - 36 * HOUR, at(11)), now)
        assert len(seen.good) == spans.last[place] - spans.first[place]
        whole = np.ones(len(seen.good), dtype=bool)
        found = strongest(view, seen, whole, now - GRID, THRESHOLD)
        assert found == strongest(view, seen, whole, now - GRID, THRESHOLD, asked[place])
        rings += found is not None
    assert rings > 5
    assert asked.any(axis=(1, 2)).sum() < len(moments)


@pytest.mark.parametrize("enough", [1, 3])
def test_what_follows_on_enough_moments_in_a_row_is_left_out(enough: int) -> None:
    feed = struck(slow=True)
    view = outlook(feed, learn(feed, at(11)))
    spans = windows(view, at(11), np.arange(at(11) + GRID, at(14), GRID))
    free = np.ones(spans.last[-1] - spans.first[0], dtype=bool)
    whole, part = may_ring(view, free, spans, THRESHOLD), may_ring(view, free, spans, THRESHOLD, enough)
    assert np.array_equal(part, whole[: len(part)])
    rings = np.asarray(whole.any(axis=(1, 2)))
    runs = [place for place in range(len(rings)) if rings[place : place + enough].sum() == enough]
    assert len(part) == runs[0] + enough < len(whole)


def test_orders_that_are_held_count_for_nothing() -> None:
    feed = struck()
    view = outlook(feed, learn(feed, at(11)))
    spans = windows(view, at(11), np.array([at(12, 9)]))
    free = np.ones(spans.last[-1] - spans.first[0], dtype=bool)
    assert may_ring(view, free, spans, THRESHOLD).any()
    assert not may_ring(view, ~free, spans, THRESHOLD).any()


def test_no_moment_is_screened_for_nothing() -> None:
    feed = shop(days=3)
    view = outlook(feed, learn(feed, at(2)))
    nothing = np.zeros(0, dtype=np.int64)
    assert not len(may_ring(view, np.zeros(0, dtype=bool), Spans(nothing, nothing, nothing), THRESHOLD))
    early = windows(view, at(5), np.array([at(5, 1)]))
    assert not may_ring(view, np.zeros(0, dtype=bool), early, THRESHOLD).any()


@pytest.mark.parametrize("enough", [None, 2])
def test_it_says_the_same_however_many_families_are_looked_at_at_once(
    monkeypatch: pytest.MonkeyPatch, enough: int | None
) -> None:
    feed = struck(slow=True)
    view = outlook(feed, learn(feed, at(11)))
    spans = windows(view, at(11), np.arange(at(11) + GRID, at(14), GRID))
    free = np.ones(spans.last[-1] - spans.first[0], dtype=bool)
    found = []
    for count, many in ((1, 10**9), (2, 0), (8, 0)):
        monkeypatch.setattr(screening, "_AT_ONCE", count)
        monkeypatch.setattr(screening, "_MANY", many)
        found.append(may_ring(view, free, spans, THRESHOLD, enough))
    assert found[0].any()
    assert all(np.array_equal(one.any(axis=(1, 2)), found[0].any(axis=(1, 2))) for one in found[1:])
    assert all(np.array_equal(one, found[0]) for one in found[1:])

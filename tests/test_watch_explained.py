"""What explains failures is told where it is clear, from the first moment on from which it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from feeds import CHANNELS, at, shop, strike

from forecast.watch.evidence import known, outlook
from forecast.watch.explained import explained
from forecast.watch.feed import CAUSES, Feed, in_order
from forecast.watch.scopes import Scope
from forecast.watch.usual import learn

if TYPE_CHECKING:
    from forecast.watch.scopes import Explained

COLUMNS = ("channel", "sku", "region", "cause", "amount", "ordered_at", "tried_at", "failed_at", "deducted_at")
KIND = 1 + CAUSES.index("clearing")
WECHAT = Scope(channel=(CHANNELS.index("wechat"),))
BEFORE, BEGIN, NOW = at(12, 9), at(12, 10), at(12, 11)


def struck(busy: int = 0, rate: float = 0.7) -> Feed:
    """An hour in which wechat fails, behind an hour in which ``busy`` times as many orders come and none fails."""
    feed = strike(shop(orders_a_day=2_400), "clearing", BEGIN, 1, channels=("wechat",), rate=rate)
    if not busy:
        return feed
    more = shop(orders_a_day=2_400 * busy, seed=9, rate=0.0)
    more = more.take((more.ordered_at >= BEFORE) & (more.tried_at < BEGIN))
    both: dict[str, Any] = {
        name: np.concatenate([getattr(feed, name), getattr(more, name)]) for name in (*COLUMNS, "closed_at")
    }
    return in_order(replace(feed, **both, row=np.arange(len(feed) + len(more))))


def told(feed: Feed, *begins: int) -> Explained | None:
    view = outlook(feed, learn(feed, at(11)))
    seen = known(view, BEFORE, NOW)
    return explained(view, seen, KIND, np.ones(len(seen.good), dtype=bool), begins)


def test_what_fails_is_told_with_its_scope_and_its_beginning() -> None:
    found = told(struck(), BEFORE, BEGIN)
    assert found is not None
    assert found.scope == WECHAT
    assert BEGIN <= found.started < BEGIN + 600
    assert found.share == pytest.approx(0.7, abs=0.15)


def test_a_short_incident_behind_a_busy_hour_is_told_from_its_own_beginning() -> None:
    feed = struck(busy=16)
    assert told(feed, BEFORE) is None
    found = told(feed, BEFORE, BEGIN)
    assert found is not None
    assert found.scope == WECHAT
    assert BEGIN <= found.started < BEGIN + 600


def test_few_failures_and_a_small_share_are_not_told() -> None:
    assert told(struck(rate=0.1), BEFORE, BEGIN) is None
    assert told(shop(orders_a_day=2_400), BEFORE, BEGIN) is None

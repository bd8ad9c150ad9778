"""Scopes: the one that explains the failures best, and two of goods or regions as one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import at, shop, strike

from forecast.watch.evidence import known, outlook
from forecast.watch.scopes import ALL, Scope, channels_meet, explain, joined, price
from forecast.watch.usual import learn


@pytest.mark.parametrize(
    ("where", "scope"),
    [
        ({"channels": ("wechat",)}, Scope(channel=(2,))),
        ({"channels": ("baitiao", "gold")}, Scope(channel=(0, 1))),
        ({"sku": "sku5"}, Scope(sku=(5,))),
        ({"channels": ("baitiao",), "region": "region1"}, Scope(channel=(0,), region=(1,))),
        ({}, Scope()),
    ],
)
def test_the_scope_is_what_the_failures_have_in_common(where: dict[str, str], scope: Scope) -> None:
    feed = strike(shop(orders_a_day=1_000), "validation", at(12), 12, **where)  # type: ignore[arg-type]  # a case's
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(12), at(12, 13))
    found = explain(view, seen, 0, np.ones(len(seen.good), dtype=bool), at(12))
    assert found is not None
    assert found.scope == scope
    assert found.share == pytest.approx(0.7, abs=0.1)
    assert at(12) <= found.started < at(12, 2)


def test_goods_with_one_failure_of_their_own_do_not_join() -> None:
    feed = strike(shop(orders_a_day=1_000, rate=0.0), "validation", at(12), 6, sku="sku5", rate=0.95)
    other = np.flatnonzero((feed.sku == 2) & (feed.tried_at > at(12, 1)))[:2]
    for failures, goods in ((1, (5,)), (2, (2, 5))):
        cause, failed_at = feed.cause.copy(), feed.failed_at.copy()
        cause[other[:failures]], failed_at[other[:failures]] = 1, feed.tried_at[other[:failures]] + 30
        struck = replace(feed, cause=cause, failed_at=failed_at)
        alone = (feed.sku != 2) | np.isin(np.arange(len(feed)), other[:failures])
        view = outlook(struck.take(alone), learn(feed, at(10)))
        seen = known(view, at(12), at(12, 5))
        found = explain(view, seen, 0, np.ones(len(seen.good), dtype=bool), at(12))
        assert found is not None
        assert found.scope == Scope(sku=goods)


def test_nothing_explains_what_is_usual() -> None:
    feed = shop(rate=0.0)
    view = outlook(feed, learn(feed, at(10)))
    seen = known(view, at(12), at(13))
    assert explain(view, seen, 0, np.ones(len(seen.good), dtype=bool), at(12)) is None


def test_goods_join_goods_and_regions_each_other_on_one_channel_or_where_they_are_the_same() -> None:
    assert joined(Scope(sku=(1,)), Scope((0,), (4,))) == Scope(ALL, (1, 4))
    assert joined(Scope((0,), region=(1,)), Scope((0,), region=(2,))) == Scope((0,), region=(1, 2))
    assert joined(Scope((0,), region=(1,)), Scope((1,), region=(2,))) is None
    assert joined(Scope((0,), region=(1,)), Scope((1,), region=(1, 2))) == Scope((0, 1), region=(1, 2))
    assert joined(Scope((0,), sku=(1,)), Scope((1,), region=(1,))) is None
    assert not channels_meet(Scope((0,)), Scope((1,), sku=(1,)))
    assert channels_meet(Scope((0,)), Scope(sku=(1,)))
    assert joined(Scope(sku=(1,)), Scope((0,))) is None


def test_a_narrower_scope_costs_more() -> None:
    feed = shop(days=3)
    view = outlook(feed, learn(feed, at(2)))
    assert price(view, Scope((0,))) < price(view, Scope((0,), (1,))) < price(view, Scope((0,), (1, 2)))

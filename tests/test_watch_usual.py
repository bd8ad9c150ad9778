"""What is usual: rates by channel, deductions' delays and the effect of a surge, episodes left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from feeds import CHANNELS, at, shop, strike
from scipy.stats import poisson

from forecast.watch.feed import HOUR
from forecast.watch.recurring import QUARTERS
from forecast.watch.usual import CHANCE, _is_rare, learn, under_more_names


def test_rates_are_those_of_the_history_with_a_prior_of_a_hundred_orders() -> None:
    feed = shop(days=30, rate=0.04, seed=4)
    usual = learn(feed, at(30))
    assert usual.rate[0] == pytest.approx(np.full(3, 0.04), abs=0.01)
    assert usual.rate[1:].sum(axis=0) == pytest.approx(usual.rate[0], rel=0.05)
    assert usual.orders == int((feed.tried_at <= at(30)).sum())


def test_an_episode_is_not_usual() -> None:
    calm = shop(days=30)
    struck = strike(calm, "integration", at(10), 24, channels=("baitiao",), rate=0.9)
    assert learn(struck, at(30)).rate[0, 0] == pytest.approx(learn(calm, at(30)).rate[0, 0], abs=0.003)


def test_nothing_after_since_is_learnt() -> None:
    feed = shop(days=20)
    later = replace(feed, cause=np.where(feed.tried_at > at(10), 0, feed.cause))
    assert np.array_equal(learn(feed, at(10)).rate, learn(later, at(10)).rate)


def test_a_sku_that_often_fails_has_a_factor_of_its_own() -> None:
    feed = shop(days=30)
    rng = np.random.default_rng(3)
    often = (feed.sku == 2) & (rng.random(len(feed)) < 0.1) & (feed.cause < 0)
    feed = replace(
        feed, cause=np.where(often, 1, feed.cause), failed_at=np.where(often, feed.tried_at + 60, feed.failed_at)
    )
    factor = learn(feed, at(30)).sku
    assert factor[2] > 2
    assert factor[[0, 1, 3, 4, 5, 6, 7]].max() < 1.3
    assert factor[-1] == 1.0


def test_an_hour_at_which_a_channel_fails_every_night_is_usual() -> None:
    feed = shop(days=60)
    rng = np.random.default_rng(3)
    nightly = (feed.channel == 1) & (feed.tried_at // HOUR % 24 == 3) & (rng.random(len(feed)) < 0.9)
    cause = np.where(nightly, 3, feed.cause)
    failing = replace(feed, cause=cause, failed_at=np.where(nightly, feed.tried_at + 60, feed.failed_at))
    usual = learn(failing, at(60))
    night = (np.arange(2)[:, None] * len(feed.channels) + 1) * QUARTERS + np.arange(12, 16)
    for kind in (0, 4):
        chance = usual.recurring.risen(kind, np.full(8, usual.rate[kind, 1]), night.ravel())
        assert chance == pytest.approx(np.full(8, 0.9), abs=0.15)
    assert np.count_nonzero(usual.recurring.odds != 1) == 2 * 8
    assert usual.rate[0] == pytest.approx(learn(feed, at(60)).rate[0], rel=0.05)
    once = strike(feed, "clearing", at(40), 24, channels=("gold",), rate=0.9)
    assert (learn(once, at(60)).recurring.odds == 1).all()


def test_the_usual_orders_add_up_to_a_day() -> None:
    usual = learn(shop(days=30, orders_a_day=240), at(30))
    assert usual.orders_an_hour[:24].sum() == pytest.approx(240 * 0.95, rel=0.05)
    assert usual.orders_an_hour.shape == (168, len(CHANNELS))


def test_an_empty_history_teaches_nothing() -> None:
    feed = shop(days=2)
    usual = learn(feed, at(-1))
    assert (usual.orders, usual.wanders) == (0, 0.0)
    assert not usual.orders_an_hour.any()


def test_names_that_were_not_learnt_are_usual() -> None:
    feed = shop()
    usual = learn(feed, at(10))
    sku = np.array([1, 3, 4, 5, 6, 7, 8, 9, -1])
    wider = under_more_names(usual, sku, np.array([*range(len(feed.regions)), -1]), 10, len(feed.regions))
    assert wider.sku[sku].tolist() == usual.sku.tolist()
    assert wider.sku[[0, 2]].tolist() == [1.0, 1.0]
    assert wider.region.tolist() == usual.region.tolist()


def test_an_episode_is_told_by_poissons_law() -> None:
    rng = np.random.default_rng(1)
    for scale in (0.01, 1.0, 10.0, 300.0, 20_000.0):
        mean = rng.exponential(scale, 4_000)
        count = np.floor(mean + rng.uniform(-1, 9, 4_000) * np.sqrt(mean + 1)).clip(0)
        expected = np.asarray(poisson.sf(count - 1, mean) < CHANCE)
        assert 100 < expected.sum() < 3_900
        assert np.array_equal(_is_rare(count, mean), expected)
    assert _is_rare(np.array([[0, 1], [3, 0]]), np.array([[0.0, 0.0], [0.0, 2.0]])).tolist() == [
        [False, True],
        [True, False],
    ]
    assert not len(_is_rare(np.zeros(0), np.zeros(0)))

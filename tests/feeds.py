"""Small order feeds for tests of the watch: an even shop of three channels, and incidents planted into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import CAUSES, DAY, HOUR, NEVER, NONE, Feed, in_order

if TYPE_CHECKING:
    from forecast.arrays import Ints

CHANNELS = ("baitiao", "gold", "wechat")
CLEARING = {"baitiao": "jd_pay", "gold": "jd_pay", "wechat": "tenpay"}
SKUS = tuple(f"sku{place}" for place in range(8))
REGIONS = tuple(f"region{place}" for place in range(6))

FIRST = 20_000 * DAY
"""The first moment of a feed: midnight of 2024-10-04."""


def at(day: float, hour: float = 0.0) -> int:
    """The moment of an hour of a day, days counted from 0."""
    return int(FIRST + day * DAY + hour * HOUR)


def shop(days: int = 14, orders_a_day: int = 240, seed: int = 1, rate: float = 0.02) -> Feed:
    """Orders spread evenly over the day, of which ``rate`` fail for a random cause and are cured next day."""
    rng = np.random.default_rng(seed)
    count = days * orders_a_day
    ordered = np.sort(rng.integers(FIRST, FIRST + days * DAY, count))
    paid = np.where(rng.random(count) < 0.95, ordered + rng.integers(5, 300, count), NEVER)
    failed = (paid < NEVER) & (rng.random(count) < rate)
    cause = np.where(failed, rng.integers(0, 4, count), NONE)
    failed_at = np.where(failed, paid + 60, NEVER)
    deducted = np.where(paid < NEVER, paid + np.where(failed, DAY, rng.integers(1, 60, count)), NEVER)
    return in_order(
        Feed(
            channels=CHANNELS,
            skus=SKUS,
            regions=REGIONS,
            clearing=CLEARING,
            confirms=True,
            channel=rng.choice(3, count, p=[0.4, 0.25, 0.35]),
            sku=rng.integers(0, len(SKUS), count),
            region=rng.integers(0, len(REGIONS), count),
            cause=cause,
            amount=np.full(count, 10_000),
            ordered_at=ordered,
            tried_at=paid,
            failed_at=failed_at,
            deducted_at=deducted,
            closed_at=np.full(count, NEVER),
            row=np.arange(count),
        )
    )


def strike(
    feed: Feed,
    cause: str,
    begin: int,
    hours: float,
    *,
    channels: tuple[str, ...] = CHANNELS,
    sku: str | None = None,
    region: str | None = None,
    rate: float = 0.7,
    seed: int = 2,
) -> Feed:
    """The feed with an incident: ``rate`` of the orders in its scope fail, and are cured two days later."""
    rng = np.random.default_rng(seed)
    hit = (feed.tried_at >= begin) & (feed.tried_at < begin + hours * HOUR) & (rng.random(len(feed)) < rate)
    hit &= np.isin(feed.channel, [CHANNELS.index(name) for name in channels])
    if sku is not None:
        hit &= feed.sku == SKUS.index(sku)
    if region is not None:
        hit &= feed.region == REGIONS.index(region)
    return replace(
        feed,
        cause=np.where(hit, CAUSES.index(cause), feed.cause),
        failed_at=np.where(hit, feed.tried_at + 30, feed.failed_at),
        deducted_at=np.where(hit, feed.tried_at + 2 * DAY, feed.deducted_at),
    )


def unnamed(feed: Feed) -> Feed:
    """The feed as one that tells no failures."""
    return replace(feed, cause=_all(feed, NONE), failed_at=_all(feed, int(NEVER)))


def _all(feed: Feed, value: int) -> Ints:
    return np.full(len(feed), value, dtype=np.int64)

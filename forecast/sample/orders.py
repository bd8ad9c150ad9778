"""The sample shop's orders, a week at a time, to the end of every order's life; and what of them is known when."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.sample.episodes import SECONDS_A_DAY, SECONDS_AN_HOUR
from forecast.sample.lifecycle import amounts, failures, outcomes, pick, refunds, settlements
from forecast.sample.world import ABSENT, BLOCK_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.arrays import Bools, Ints
    from forecast.sample.world import World

_HOURS = np.array([2, 1, 1, 1, 1, 1, 2, 3, 5, 6, 7, 6, 6, 5, 5, 5, 5, 5, 5, 6, 8, 9, 7, 4], dtype=np.float64)
_PROMOTION_HOURS = np.array(
    [9, 4, 2, 1, 1, 1, 2, 3, 5, 6, 6, 5, 5, 4, 4, 4, 4, 4, 5, 6, 14, 10, 7, 5], dtype=np.float64
)


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders as columns (order,): moments in seconds and days since 1970 (local time), money in fen, or ``ABSENT``.

    ``cause`` indexes ``TRIED``, ``channel``, ``sku`` and ``region`` the law's lists.
    """

    channel: Ints
    sku: Ints
    region: Ints
    ordered_at: Ints
    amount: Ints
    paid_at: Ints
    cause: Ints
    failed_at: Ints
    deducted_at: Ints
    closed_at: Ints
    settled_on: Ints
    settled_amount: Ints
    refunded_on: Ints
    refunded_amount: Ints

    def __len__(self) -> int:
        """Return the number of orders."""
        return len(self.amount)

    def take(self, chosen: Ints | Bools) -> Orders:
        """Those orders, in that order."""
        return Orders(**{column.name: getattr(self, column.name)[chosen] for column in fields(self)})


def join(parts: list[Orders]) -> Orders:
    """All parts in one."""
    return Orders(**{c.name: np.concatenate([getattr(part, c.name) for part in parts]) for c in fields(Orders)})


def orders_by_block(world: World) -> Iterator[Orders]:
    """All orders of the world, a block at a time, by the moment of order."""
    for block in range(world.blocks):
        orders = join([_block(world, block, channel) for channel in range(len(world.law.channels))])
        yield orders.take(np.argsort(orders.ordered_at, kind="stable"))


def known_on_as_of(orders: Orders, as_of: int) -> Orders:
    """What is known on the evening of ``as_of``: later orders left out, later events of earlier orders absent."""
    end = (as_of + 1) * SECONDS_A_DAY
    orders = orders.take(orders.ordered_at < end)
    failed, settled, refunded = orders.failed_at < end, orders.settled_on <= as_of, orders.refunded_on <= as_of
    return replace(
        orders,
        paid_at=np.where(orders.paid_at < end, orders.paid_at, ABSENT),
        cause=np.where(failed, orders.cause, ABSENT),
        failed_at=np.where(failed, orders.failed_at, ABSENT),
        deducted_at=np.where(orders.deducted_at < end, orders.deducted_at, ABSENT),
        closed_at=np.where(orders.closed_at < end, orders.closed_at, ABSENT),
        settled_on=np.where(settled, orders.settled_on, ABSENT),
        settled_amount=np.where(settled, orders.settled_amount, ABSENT),
        refunded_on=np.where(refunded, orders.refunded_on, ABSENT),
        refunded_amount=np.where(refunded, orders.refunded_amount, ABSENT),
    )


def _block(world: World, block: int, index: int) -> Orders:
    """One channel's orders of one block, to the end of their lives."""
    law, channel = world.law, world.law.channels[index]
    rng = np.random.default_rng(np.random.SeedSequence(world.seed, spawn_key=(1, block, index)))
    numbers = np.arange(block * BLOCK_DAYS, min((block + 1) * BLOCK_DAYS, len(world.counts)))
    day = np.repeat(numbers, world.counts[numbers, index])
    count = len(day)
    promotion = world.demand.surge[day] > law.promotion_surge
    hour = np.where(promotion, pick(_PROMOTION_HOURS, rng, count), pick(_HOURS, rng, count))
    ordered_at = (world.first + day) * SECONDS_A_DAY + hour * SECONDS_AN_HOUR + rng.integers(0, 3600, count)
    sku = pick(law.sku_popularity(), rng, count)
    amount = amounts(law, channel, sku, rng)
    confirmed = rng.random(count) >= law.never_paid
    waited = 5 + rng.exponential(np.where(rng.random(count) < law.slow_confirmations, 9_000.0, 150.0))
    paid_at = np.where(confirmed, ordered_at + np.minimum(waited, 72_000.0).astype(np.int64), ABSENT)
    region = pick(np.array(law.region_share), rng, count)
    tried_at = np.where(confirmed, paid_at + rng.integers(1, 9, count), ABSENT)
    cause, fixed_at = failures(world, channel, day, sku, region, tried_at, rng)
    failed_at, deducted_at, closed_at = outcomes(law, cause, fixed_at, tried_at, rng)
    closed_at = np.where(confirmed, closed_at, ordered_at + rng.integers(24 * 3600, 48 * 3600, count))
    refund_rate = channel.refund_rate * np.where(promotion, law.refund_after_promotion, 1.0)
    refunded_on, refunded_amount = refunds(law, refund_rate, amount, deducted_at, rng)
    refunded = np.maximum(refunded_amount, 0)
    settled_on, settled_amount = settlements(world, index, deducted_at, amount, refunded_on, refunded, rng)
    return Orders(
        channel=np.full(count, index, dtype=np.int64),
        sku=sku,
        region=region,
        ordered_at=ordered_at,
        amount=amount,
        paid_at=paid_at,
        cause=cause,
        failed_at=failed_at,
        deducted_at=deducted_at,
        closed_at=closed_at,
        settled_on=settled_on,
        settled_amount=settled_amount,
        refunded_on=refunded_on,
        refunded_amount=refunded_amount,
    )

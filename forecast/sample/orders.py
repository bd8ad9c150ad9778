"""The world of the sample shop, and its orders a week and channel at a time, to the end of every order's life."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.sample.demand import draw_demand
from forecast.sample.episodes import SECONDS_A_DAY, SECONDS_AN_HOUR, draw_episodes, held_days
from forecast.sample.law import TRIED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from forecast.arrays import Bools, Days, Floats, Ints
    from forecast.sample.demand import Demand
    from forecast.sample.episodes import Episode
    from forecast.sample.law import ChannelLaw, Law

FUTURE_DAYS = 90
"""The world runs on for so many days after as_of."""

BLOCK_DAYS = 7
"""Orders are drawn in blocks of so many days, each channel with a random stream of its own."""

ABSENT = -1
"""Stands for an event that has not happened, in every integer array here."""

_CALENDAR_DAYS = 150
"""Days after the world's last order on which its settlements may still fall."""

_HOURS = np.array([2, 1, 1, 1, 1, 1, 2, 3, 5, 6, 7, 6, 6, 5, 5, 5, 5, 5, 5, 6, 8, 9, 7, 4], dtype=np.float64)
_PROMOTION_HOURS = np.array(
    [9, 4, 2, 1, 1, 1, 2, 3, 5, 6, 6, 5, 5, 4, 4, 4, 4, 4, 5, 6, 14, 10, 7, 5], dtype=np.float64
)
_ENDINGS = np.array([0, 0, 0, 0, 90, 90, 90, 50, 80, 99], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class World:
    """All that the orders share; ``counts`` (day, channel) orders, ``first`` the first day in days since 1970.

    ``working_number`` counts working days up to each calendar day, ``working_day`` lists them, ``payout`` (channel,
    day) is the first day on which money due on a day arrives.
    """

    law: Law
    seed: int
    as_of: int
    first: int
    demand: Demand
    episodes: tuple[Episode, ...]
    counts: Ints
    working_number: Ints
    working_day: Ints
    payout: Ints

    @property
    def blocks(self) -> int:
        """Number of blocks of ``BLOCK_DAYS`` days."""
        return -(-len(self.counts) // BLOCK_DAYS)

    @property
    def orders_a_unit(self) -> float:
        """Orders for one unit of ``demand.actual``."""
        known = self.as_of - self.first + 1
        return float(self.counts[:known].sum() / self.demand.actual[:known].sum())


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


def make_world(law: Law, orders: int, seed: int, start: dt.date, as_of: dt.date) -> World:
    """Draw the days, promotions, episodes and daily numbers of orders.

    Exactly ``orders`` are placed from ``start`` to ``as_of``, and a random number at the same rate afterwards.
    """
    days = np.arange(np.datetime64(start), np.datetime64(as_of) + FUTURE_DAYS + 1)
    known = (as_of - start).days + 1
    demand_rng, episode_rng, count_rng, future_rng = np.random.default_rng(
        np.random.SeedSequence(seed, spawn_key=(0,))
    ).spawn(4)
    demand = draw_demand(law, days, demand_rng)
    episodes = draw_episodes(law, days, episode_rng)
    weight = demand.actual[:, None] * demand.shares
    past = weight[:known].ravel()
    counts = np.concatenate(
        [
            count_rng.multinomial(orders, past / past.sum()).reshape(known, -1),
            future_rng.poisson(orders * weight[known:] / past.sum()),
        ]
    )
    calendar = np.arange(days[0], days[-1] + _CALENDAR_DAYS)
    working = Calendar("CN").is_working_day(calendar)
    first = int(days[0].astype(np.int64))
    return World(
        law=law,
        seed=seed,
        as_of=int(np.datetime64(as_of).astype(np.int64)),
        first=first,
        demand=demand,
        episodes=episodes,
        counts=counts.astype(np.int64),
        working_number=np.cumsum(working).astype(np.int64),
        working_day=np.flatnonzero(working) + first,
        payout=np.stack([_payout_days(channel, calendar, working, episodes) for channel in law.channels]),
    )


def _payout_days(channel: ChannelLaw, calendar: Days, working: Bools, episodes: tuple[Episode, ...]) -> Ints:
    """The first day at or after each day on which the channel pays out (day,)."""
    closed = held_days(episodes, channel.name, calendar)
    if channel.payout == "working_days":
        closed |= ~working
    number = calendar.astype(np.int64)
    never = number[-1] + 1
    return np.asarray(np.minimum.accumulate(np.where(closed, never, number)[::-1])[::-1])


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


def _pick(shares: Floats, rng: np.random.Generator, count: int) -> Ints:
    """``count`` indices drawn with the given shares."""
    edges = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(edges, rng.random(count), side="right")


def _block(world: World, block: int, index: int) -> Orders:
    """One channel's orders of one block, to the end of their lives."""
    law, channel = world.law, world.law.channels[index]
    rng = np.random.default_rng(np.random.SeedSequence(world.seed, spawn_key=(1, block, index)))
    numbers = np.arange(block * BLOCK_DAYS, min((block + 1) * BLOCK_DAYS, len(world.counts)))
    day = np.repeat(numbers, world.counts[numbers, index])
    count = len(day)
    promotion = world.demand.surge[day] > law.promotion_surge
    hour = np.where(promotion, _pick(_PROMOTION_HOURS, rng, count), _pick(_HOURS, rng, count))
    ordered_at = (world.first + day) * SECONDS_A_DAY + hour * SECONDS_AN_HOUR + rng.integers(0, 3600, count)
    sku = _pick(law.sku_popularity(), rng, count)
    amount = _amounts(law, channel, sku, rng)
    confirmed = rng.random(count) >= law.never_paid
    waited = 5 + rng.exponential(np.where(rng.random(count) < law.slow_confirmations, 9_000.0, 150.0))
    paid_at = np.where(confirmed, ordered_at + np.minimum(waited, 72_000.0).astype(np.int64), ABSENT)
    region = _pick(np.array(law.region_share), rng, count)
    tried_at = np.where(confirmed, paid_at + rng.integers(1, 9, count), ABSENT)
    cause, fixed_at = _failures(world, channel, day, sku, region, tried_at, rng)
    failed_at, deducted_at, closed_at = _outcomes(law, cause, fixed_at, tried_at, rng)
    closed_at = np.where(confirmed, closed_at, ordered_at + rng.integers(24 * 3600, 48 * 3600, count))
    refund_rate = channel.refund_rate * np.where(promotion, law.refund_after_promotion, 1.0)
    refunded_on, refunded_amount = _refunds(law, refund_rate, amount, deducted_at, rng)
    settled_on, settled_amount = _settlements(
        world, index, deducted_at, amount, refunded_on, np.maximum(refunded_amount, 0), rng
    )
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


def _amounts(law: Law, channel: ChannelLaw, sku: Ints, rng: np.random.Generator) -> Ints:
    """Amounts in fen: list price × channel × variant × pieces, cut to whole yuan with a usual ending."""
    variant = np.exp(law.order_spread * rng.standard_normal(len(sku)) - law.order_spread**2 / 2)
    pieces = 1 + (rng.random(len(sku)) < law.pairs)
    yuan = np.floor(law.sku_price()[sku] * channel.price * variant * pieces).astype(np.int64)
    return np.asarray(np.maximum(yuan, 1) * 100 + _ENDINGS[rng.integers(0, len(_ENDINGS), len(sku))])


def _failures(
    world: World, channel: ChannelLaw, day: Ints, sku: Ints, region: Ints, tried_at: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Cause of each first deduction that fails and the end of the episode behind it, if one is."""
    law = world.law
    cause = np.full(len(day), ABSENT, dtype=np.int64)
    fixed_at = np.full(len(day), ABSENT, dtype=np.int64)
    if not len(day):
        return cause, fixed_at
    tried = tried_at != ABSENT
    begin, end = (world.first + day[0]) * SECONDS_A_DAY, (world.first + day[-1] + 2) * SECONDS_A_DAY
    for episode in world.episodes:
        if channel.name not in episode.channels or episode.end <= begin or episode.start >= end:
            continue
        scope = tried & (cause == ABSENT) & (tried_at >= episode.start) & (tried_at < episode.end)
        if episode.sku is not None:
            scope &= sku == episode.sku
        if episode.region is not None:
            scope &= region == episode.region
        struck = np.flatnonzero(scope)
        struck = struck[rng.random(len(struck)) < episode.severity]
        cause[struck] = TRIED.index(episode.cause)
        fixed_at[struck] = episode.end
    draw = rng.random(len(day))
    edges = np.cumsum([channel.base[name] for name in TRIED[:3]])
    surge = np.maximum(world.demand.surge, 1.0) ** law.risk_elasticity
    risk = channel.base["risk_control"] * surge[day] * law.sku_risk()[sku]
    ordinary = np.searchsorted(edges, draw, side="right")
    fails = tried & (cause == ABSENT) & (draw < edges[-1] + risk)
    return np.where(fails, ordinary, cause), fixed_at


def _outcomes(
    law: Law, cause: Ints, fixed_at: Ints, tried_at: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Moments of failure, of the deduction that succeeds, and of giving up."""
    failed_at = np.full(len(cause), ABSENT, dtype=np.int64)
    closed_at = failed_at.copy()
    deducted_at = np.where(cause == ABSENT, tried_at, ABSENT)
    for index, name in enumerate(TRIED):
        failed = np.flatnonzero(cause == index)
        count, fixed = len(failed), fixed_at[failed]
        notice, until = _NOTICE_SECONDS[name]
        noticed = tried_at[failed] + rng.integers(notice, until, count)
        cured = rng.random(count) < law.recovery[name]
        hours, spread = rng.random(count), rng.exponential(1.0, count)
        if name == "clearing":
            next_day = (fixed // SECONDS_A_DAY + 1) * SECONDS_A_DAY
            cure = np.where(fixed == ABSENT, noticed + 3600 * (1 + 23 * hours), next_day + 3600 * (0.5 + 5 * spread))
            loss = cure
        elif name == "integration":
            fix = np.maximum(fixed, noticed)
            cure = np.where(fixed == ABSENT, noticed + 3600 * (2 + 46 * hours), fix + 3600 * (0.5 + 10 * spread))
            loss = cure + 3600 * (24 + 48 * hours)
        elif name == "validation":
            cure = noticed + 3600 * np.minimum(0.2 + 36 * spread, 144)
            loss = noticed + 3600 * (72 + 96 * hours)
        else:
            cure = loss = noticed + 3600 * (24 + 48 * hours)
        failed_at[failed] = noticed
        deducted_at[failed] = np.where(cured, np.maximum(cure, noticed + 60).astype(np.int64), ABSENT)
        closed_at[failed] = np.where(cured, ABSENT, loss.astype(np.int64))
    return failed_at, deducted_at, closed_at


_NOTICE_SECONDS = {
    "clearing": (300, 900),
    "integration": (600, 4 * 3600),
    "validation": (1, 20),
    "risk_control": (10, 1200),
}
"""From the try to the recorded failure: a time-out, a silent fault found later, at once, a few minutes."""


def _refunds(law: Law, rate: Floats, amount: Ints, deducted_at: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Day and amount of each refund: cancelled within two days, or 3 to 30 days after the deduction."""
    refunded_on = np.full(len(amount), ABSENT, dtype=np.int64)
    refunded_amount = refunded_on.copy()
    chosen = np.flatnonzero((rng.random(len(amount)) < rate) & (deducted_at != ABSENT))
    count = len(chosen)
    late = 3 + np.minimum(rng.gamma(2.5, 2.6, count), 27.0).astype(np.int64)
    lag = np.where(rng.random(count) < law.early_refunds, rng.integers(0, 3, count), late)
    part = np.where(rng.random(count) < law.partial_refunds, rng.uniform(*law.partial_part, count), 1.0)
    refunded_on[chosen] = deducted_at[chosen] // SECONDS_A_DAY + lag
    refunded_amount[chosen] = np.maximum(np.floor(amount[chosen] * part), 1).astype(np.int64)
    return refunded_on, refunded_amount


def _settlements(
    world: World,
    index: int,
    deducted_at: Ints,
    amount: Ints,
    refunded_on: Ints,
    refunded: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Day and amount of each settlement, less earlier refunds and the fee, rounded half up to the fen."""
    channel = world.law.channels[index]
    lags, shares = (np.array(list(values)) for values in (channel.lag.keys(), channel.lag.values()))
    lag = lags[_pick(shares, rng, len(amount))]
    deducted = deducted_at != ABSENT
    day = np.where(deducted, deducted_at // SECONDS_A_DAY, world.first)
    if channel.lag_unit == "working_days":
        due = world.working_day[world.working_number[day - world.first] + lag - 1]
    else:
        due = day + lag
    settled_on = world.payout[index, due - world.first]
    before = (refunded_on != ABSENT) & (refunded_on < settled_on)
    net = amount - np.where(before, refunded, 0)
    settled = deducted & (net > 0)
    fee = (net * channel.fee + 5_000) // 10_000
    return np.where(settled, settled_on, ABSENT), np.where(settled, net - fee, ABSENT)

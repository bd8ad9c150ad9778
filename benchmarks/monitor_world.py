"""Simulated order feeds with known incidents: laws of their own, so that the watch is judged from outside.

A merchant has two to six channels, some of them behind one clearing name, its goods, regions and hours; 200 days of
history with a few incidents, then 30 days with Double 11 in them (4 to 8 times the usual orders, an honest rise of risk
control's refusals, slower deductions, orders in the evening) and five incidents over all causes, or none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import CAUSES, DAY, HOUR, NEVER, NONE, Feed, in_order

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints

HISTORY, AHEAD = 200, 30
"""Days of history, and days that are watched."""

INCIDENTS = 5
"""Incidents of a feed that is not quiet."""

QUIET_SHARE = 0.1
"""Share of feeds without any incident."""

PEAK = 14
"""The day of Double 11, counted from the first that is watched."""

FIRST_DAY = 20_752 - HISTORY
"""Days since 1970 of the first day of history: what is watched begins on 2026-10-26 or so."""

PROMOTION = 2.0
"""Multiple of an ordinary day from which on orders come at midnight and in the evening."""

LEAD, TRAIL = 18, 2
"""Days of a promotion before its peak and after it."""

SLOW_SHARE = 0.15
"""Share of channels whose deductions take twenty minutes."""

REGIONAL = 0.5
"""Share of risk control's incidents that strike a few regions alone."""

WANDERS = 0.3
"""Standard deviation of the logarithm of a channel's rates of failure around their long-run level."""

SLOWER = 0.6
"""Power of the surge with which deductions take longer on days of many orders."""

_PEAK_HOURS = np.array([14, 6, 3, 1, 0.5, 0.5, 1.5, 3, 4, 5, 5, 5, 4, 4, 4, 4, 4, 4, 5, 7, 16, 12, 9, 7])
_HOURS = np.array([3, 1.5, 0.8, 0.5, 0.4, 0.6, 1.5, 3, 5, 6.5, 7, 6.5, 6, 6, 6, 5.5, 5.5, 5.5, 6, 8, 10, 10, 8, 5])
_NAMES = ("baitiao", "wechat", "huabei", "card", "paylater", "wallet")


@dataclass(frozen=True, slots=True)
class Struck:
    """One planted incident: from ``start`` to ``end`` (seconds) ``rate`` of the orders in its scope fail.

    Empty ``skus`` or ``regions`` are all; a ``surge`` above 1 multiplies the orders of its channels meanwhile.
    """

    cause: str
    channels: tuple[int, ...]
    start: int
    end: int
    rate: float
    skus: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()
    surge: float = 1.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """A feed with its truth: ``struck`` (order,) is the incident that failed an order, or -1; ``since`` seconds."""

    feed: Feed
    since: int
    end: int
    incidents: tuple[Struck, ...]
    struck: Ints

    def without_causes(self) -> Feed:
        """The feed as one that tells no failures: only what was confirmed, deducted and closed."""
        never = np.full(len(self.feed), NEVER)
        return in_order(replace(self.feed, cause=np.full(len(self.feed), NONE), failed_at=never))


@dataclass(frozen=True, slots=True)
class _Merchant:
    channels: tuple[str, ...]
    clearing: dict[str, str]
    share: Floats
    base: Floats
    delay: Floats
    skus: Floats
    sku_risk: Floats
    regions: Floats
    elasticity: float
    orders: float
    never_paid: float
    drift: Floats


def simulate(seed: int, orders: float | None = None) -> Simulated:
    """The feed of a seed, of its own size or with so many ``orders`` on an ordinary day."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(16,)))
    shop = _merchant(rng)
    if orders is not None:
        shop = replace(shop, orders=orders)
    volume = _volume(rng)
    since = (FIRST_DAY + HISTORY) * DAY
    end = since + AHEAD * DAY
    past = _incidents(shop, rng, FIRST_DAY * DAY, since - 2 * DAY, int(rng.poisson(6)))
    planted = () if rng.random() < QUIET_SHARE else _incidents(shop, rng, since + 6 * HOUR, end - 30 * HOUR, INCIDENTS)
    feed, struck = _orders(shop, volume, (*past, *planted), rng)
    order = np.lexsort((feed.ordered_at, feed.tried_at))
    feed, struck = feed.take(order), struck[order]
    struck = np.where(struck >= len(past), struck - len(past), NONE)
    return Simulated(feed, since - 1, end, planted, struck)


def _merchant(rng: np.random.Generator) -> _Merchant:
    count = int(rng.integers(3, 7))
    channels = _NAMES[:count]
    clearing = {name: f"bank_{name}" for name in channels}
    for pair in range(int(rng.integers(1, 3))):
        if 2 * pair + 1 < count:
            clearing[channels[2 * pair + 1]] = clearing[channels[2 * pair]]
    skus = (np.arange(int(rng.integers(15, 120))) + 1.0) ** -rng.uniform(0.5, 1.1)
    regions = rng.dirichlet(np.full(int(rng.integers(8, 31)), 2.0))
    middle = np.array([0.003, 0.004, 0.010, 0.002])
    base = middle * np.exp(0.5 * rng.standard_normal((count, 4)))
    delay = np.where(rng.random(count) < SLOW_SHARE, 1_200.0, rng.uniform(3.0, 60.0, count))
    return _Merchant(
        channels=channels,
        clearing=clearing,
        share=rng.dirichlet(np.full(count, 5.0)),
        base=base,
        delay=delay,
        skus=skus / skus.sum(),
        sku_risk=np.exp(0.4 * rng.standard_normal(len(skus))),
        regions=regions,
        elasticity=float(rng.uniform(0.2, 0.7)),
        orders=float(np.exp(rng.uniform(np.log(250), np.log(2500)))),
        never_paid=float(rng.uniform(0.04, 0.14)),
        drift=_drift(rng, count),
    )


def _drift(rng: np.random.Generator, count: int) -> Floats:
    """How far each channel's rates of failure stand from their long-run level (day, channel): they wander for weeks."""
    level, found = np.zeros(count), []
    for shock in rng.standard_normal((HISTORY + AHEAD, count)):
        level = 0.9 * level + WANDERS * (1 - 0.9**2) ** 0.5 * shock
        found.append(np.exp(level))
    return np.array(found)


def _volume(rng: np.random.Generator) -> Floats:
    """Multiples of an ordinary day (day,)."""
    days = np.arange(HISTORY + AHEAD)
    weekday = np.exp(0.08 * np.sin(2 * np.pi * (days % 7) / 7))
    noise = np.exp(0.1 * rng.standard_normal(len(days)))
    surge = np.ones(len(days))
    for peak, height in ((HISTORY - 130, rng.uniform(2, 5)), (HISTORY + PEAK, rng.uniform(4, 8))):
        before, after = peak - days, days - peak
        surge += np.where(before >= 0, (height - 1.4) * 0.5 ** (before / 1.5), (height - 1.4) * 0.5 ** (after / 0.6))
        surge += 0.4 * ((before <= LEAD) & (after <= TRAIL))
    return np.asarray(weekday * noise * surge)


def _incidents(shop: _Merchant, rng: np.random.Generator, begin: int, end: int, count: int) -> tuple[Struck, ...]:
    """Incidents of random causes and scopes, no two within a day and a half of each other's start."""
    starts: list[int] = []
    while len(starts) < count:
        start = int(rng.integers(begin, end))
        if all(abs(start - other) > 40 * HOUR for other in starts):
            starts.append(start)
    return tuple(_incident(shop, rng, start) for start in sorted(starts))


def _incident(shop: _Merchant, rng: np.random.Generator, start: int) -> Struck:
    cause = CAUSES[int(rng.integers(4))]
    hours = float(np.exp(rng.uniform(np.log(1.0), np.log(30.0))))
    end, rate = start + int(hours * HOUR), float(rng.uniform(0.2, 0.95))
    every, one = tuple(range(len(shop.channels))), (int(rng.integers(len(shop.channels))),)
    if cause == "clearing":
        name = shop.clearing[shop.channels[one[0]]]
        behind = tuple(place for place in every if shop.clearing[shop.channels[place]] == name)
        return Struck(cause, behind, start, end, rate)
    if cause == "validation":
        skus = rng.choice(len(shop.skus), size=int(rng.integers(1, 4)), replace=False, p=shop.skus)
        return Struck(cause, every, start, end, rate, skus=tuple(map(int, skus)))
    if cause == "risk_control":
        some = rng.choice(len(shop.regions), size=int(rng.integers(1, 4)), replace=False)
        regions = tuple(map(int, some)) if rng.random() < REGIONAL else ()
        return Struck(cause, one, start, end, rate, regions=regions, surge=float(rng.uniform(2.0, 4.0)))
    return Struck(cause, one, start, end, rate)


def _orders(
    shop: _Merchant, volume: Floats, incidents: tuple[Struck, ...], rng: np.random.Generator
) -> tuple[Feed, Ints]:
    channel, ordered = _placed(shop, volume, incidents, rng)
    count = len(channel)
    sku = rng.choice(len(shop.skus), count, p=shop.skus)
    region = rng.choice(len(shop.regions), count, p=shop.regions)
    confirmed = rng.random(count) >= shop.never_paid
    paid = np.where(confirmed, ordered + (5 + rng.exponential(90.0, count)).astype(np.int64), NEVER)
    cause, struck = _failures(shop, volume, incidents, channel, sku, region, paid, rng)
    day = np.clip(ordered // DAY - FIRST_DAY, 0, len(volume) - 1)
    delay = shop.delay[channel] * np.maximum(volume[day], 1.0) ** SLOWER * np.exp(0.6 * rng.standard_normal(count))
    deducted = np.where(confirmed & (cause == NONE), paid + 1 + delay.astype(np.int64), NEVER)
    closed = np.where(confirmed, NEVER, ordered + rng.integers(DAY, 2 * DAY, count))
    failed, deducted, closed = _aftermath(incidents, cause, struck, paid, deducted, closed, rng)
    amount = (100 * np.exp(5.0 + 0.8 * rng.standard_normal(count))).astype(np.int64)
    feed = Feed(
        channels=shop.channels,
        skus=tuple(f"sku{place:03d}" for place in range(len(shop.skus))),
        regions=tuple(f"region{place:02d}" for place in range(len(shop.regions))),
        clearing=shop.clearing,
        confirms=True,
        channel=channel,
        sku=sku,
        region=region,
        cause=cause,
        amount=amount,
        ordered_at=ordered,
        tried_at=paid,
        failed_at=failed,
        deducted_at=deducted,
        closed_at=closed,
        row=np.arange(count),
    )
    return feed, struck


def _placed(
    shop: _Merchant, volume: Floats, incidents: tuple[Struck, ...], rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Channel and moment of each order, by hours; a surge of an incident adds orders to its channels."""
    shape = np.where(volume[:, None] > PROMOTION, _PEAK_HOURS / _PEAK_HOURS.sum(), _HOURS / _HOURS.sum())
    hours = (volume[:, None] * shape).ravel() * shop.orders
    mean = hours[:, None] * shop.share[None, :]
    begin = FIRST_DAY * 24 + np.arange(len(hours))
    for one in incidents:
        if one.surge > 1:
            part = np.clip((one.end / HOUR) - begin, 0, 1) * np.clip(begin + 1 - one.start / HOUR, 0, 1)
            mean[:, list(one.channels)] *= 1 + (one.surge - 1) * part[:, None]
    counts = rng.poisson(mean)
    hour, channel = np.nonzero(counts)
    many = counts[hour, channel]
    return np.repeat(channel, many), (FIRST_DAY * 24 + np.repeat(hour, many)) * HOUR + rng.integers(0, HOUR, many.sum())


def _failures(
    shop: _Merchant,
    volume: Floats,
    incidents: tuple[Struck, ...],
    channel: Ints,
    sku: Ints,
    region: Ints,
    paid: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """The cause of each failed first deduction, and the incident behind it."""
    tried = paid < NEVER
    day = np.clip(np.where(tried, paid, 0) // DAY - FIRST_DAY, 0, len(volume) - 1)
    rate = shop.base[channel] * shop.drift[day, channel][:, None]
    rate[:, 2] *= np.maximum(volume[day], 1.0) ** shop.elasticity * shop.sku_risk[sku]
    edges = np.cumsum(rate, axis=1)
    draw = rng.random(len(paid))
    cause = np.where(tried & (draw < edges[:, -1]), (draw[:, None] > edges).sum(axis=1), NONE)
    struck = np.full(len(paid), NONE)
    for place, one in enumerate(incidents):
        within = tried & (paid >= one.start) & (paid < one.end) & np.isin(channel, one.channels)
        within &= _within(one, sku, region)
        hit = within & (rng.random(len(paid)) < one.rate)
        cause[hit], struck[hit] = CAUSES.index(one.cause), place
    return cause, struck


def _within(one: Struck, sku: Ints, region: Ints) -> Bools:
    found = np.ones(len(sku), dtype=bool)
    if one.skus:
        found &= np.isin(sku, one.skus)
    if one.regions:
        found &= np.isin(region, one.regions)
    return found


def _aftermath(
    incidents: tuple[Struck, ...],
    cause: Ints,
    struck: Ints,
    paid: Ints,
    deducted: Ints,
    closed: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """When failures are told, cured or given up: clearing late, integration silent for hours."""
    failed = np.full(len(cause), NEVER)
    ends = np.array([one.end for one in incidents] or [0])
    laws = {0: (600, 3 * HOUR, 0.85), 1: (1, 30, 0.5), 2: (5, 900, 0.65), 3: (60, 900, 1.0)}
    for place, (soonest, latest, cured) in laws.items():
        mine = np.flatnonzero(cause == place)
        told = paid[mine] + rng.integers(soonest, latest, len(mine))
        fixed = np.where(struck[mine] == NONE, told, np.maximum(ends[struck[mine]], told))
        later = fixed + (HOUR * (0.3 + 12 * rng.exponential(1.0, len(mine)))).astype(np.int64)
        healed = rng.random(len(mine)) < cured
        failed[mine] = told
        deducted[mine] = np.where(healed, later, NEVER)
        closed[mine] = np.where(healed, NEVER, later + 2 * DAY)
    return failed, deducted, closed

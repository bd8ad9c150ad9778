"""What becomes of orders: their amounts, first deductions, recoveries, refunds and settlements, as whole columns.

Moments are seconds and days are days since 1970 (local time), money is in fen; ``ABSENT`` is what never happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.money import FEN_PER_YUAN
from forecast.sample.episodes import SECONDS_A_DAY
from forecast.sample.law import TRIED
from forecast.sample.world import ABSENT

if TYPE_CHECKING:
    from forecast.arrays import Floats, Ints
    from forecast.sample.law import ChannelTruth, Law
    from forecast.sample.world import World

_ENDINGS = np.array([0, 0, 0, 0, 90, 90, 90, 50, 80, 99], dtype=np.int64)
"""The fen in which prices end, each as likely as the others."""

_NOTICE_SECONDS = {
    "clearing": (300, 900),
    "integration": (600, 4 * 3600),
    "validation": (1, 20),
    "risk_control": (10, 1200),
}
"""From the try to the recorded failure: a time-out, a silent fault found later, at once, a few minutes."""


def pick(shares: Floats, rng: np.random.Generator, count: int) -> Ints:
    """``count`` indices drawn with the given shares."""
    edges = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(edges, rng.random(count), side="right")


def amounts(law: Law, channel: ChannelTruth, sku: Ints, rng: np.random.Generator) -> Ints:
    """Amounts in fen: list price × channel × variant × pieces, cut to whole yuan with a usual ending."""
    variant = np.exp(law.order_spread * rng.standard_normal(len(sku)) - law.order_spread**2 / 2)
    pieces = 1 + (rng.random(len(sku)) < law.pairs)
    yuan = np.floor(law.sku_price()[sku] * channel.price * variant * pieces).astype(np.int64)
    return np.asarray(np.maximum(yuan, 1) * FEN_PER_YUAN + _ENDINGS[rng.integers(0, len(_ENDINGS), len(sku))])


def failures(
    world: World, channel: ChannelTruth, day: Ints, sku: Ints, region: Ints, tried_at: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Cause of each first deduction that fails and the end of the episode behind it, if one is."""
    law = world.law
    cause, fixed_at = (np.full(len(day), ABSENT, dtype=np.int64) for _ in range(2))
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


def outcomes(
    law: Law, cause: Ints, fixed_at: Ints, tried_at: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Moments of failure, of the deduction that succeeds, and of giving up."""
    failed_at, closed_at = (np.full(len(cause), ABSENT, dtype=np.int64) for _ in range(2))
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


def refunds(law: Law, rate: Floats, amount: Ints, deducted_at: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Day and amount of each refund: cancelled within two days, or 3 to 30 days after the deduction."""
    refunded_on, refunded_amount = (np.full(len(amount), ABSENT, dtype=np.int64) for _ in range(2))
    chosen = np.flatnonzero((rng.random(len(amount)) < rate) & (deducted_at != ABSENT))
    count = len(chosen)
    late = 3 + np.minimum(rng.gamma(2.5, 2.6, count), 27.0).astype(np.int64)
    lag = np.where(rng.random(count) < law.early_refunds, rng.integers(0, 3, count), late)
    part = np.where(rng.random(count) < law.partial_refunds, rng.uniform(*law.partial_part, count), 1.0)
    refunded_on[chosen] = deducted_at[chosen] // SECONDS_A_DAY + lag
    refunded_amount[chosen] = np.maximum(np.floor(amount[chosen] * part), 1).astype(np.int64)
    return refunded_on, refunded_amount


def settlements(
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
    lag = lags[pick(shares, rng, len(amount))]
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

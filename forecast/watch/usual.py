"""What is usual for a merchant: how often first deductions fail and how long they take, learnt from the past alone.

The rate of an order's failure is the product of its channel's own rate, how its sku, its region and its hour of the
week stand to the others, and the surge of orders at that moment to a power learnt for risk control. Days of a channel,
sku or region on which far more failed than chance allows are episodes, and are left out of what is usual. Every factor
is drawn towards 1 by some orders' worth of failures, so that few failures say little. Where a channel fails at the same
time day after day (a provider's nightly maintenance), this is usual, too; see ``recurring``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.receivables.surges import usual_level
from forecast.watch.delays import PRIOR_ORDERS, PRIOR_RATE, learn_delays
from forecast.watch.feed import CAUSES, DAY, HISTORY_DAYS, HOUR, KNOWN_CAUSES, NEVER, NONE
from forecast.watch.hourly import hour_of_week, orders_an_hour
from forecast.watch.recurring import Days, Recurring

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.delays import Delays
    from forecast.watch.feed import Feed

RISK_CAUSE = CAUSES.index("risk_control")

PRIOR_FAILURES = 15.0
"""Failures that a factor's 1 weighs."""

SURGE_HOURS = 3
"""Hours before an order whose number of orders is its surge."""

SURGE_PRIOR = 12.0
"""Orders that a surge of 1 weighs."""

ELASTICITY = (0.4, 0.3)
"""Mean and standard deviation of the prior of the power with which failures rise with a surge."""

_POWERS = np.linspace(0.0, 1.2, 25)

MOST_CHANCE = 0.9
"""The usual chance of a failure is never taken for more, but where failures recur."""

CHANCE = 1e-5
"""A day's failures that are less likely than this are an episode."""

_LEAST_MEAN, _EXACT = 1e-300, 1e-15

FEWEST = 4
"""Failures of a day that may be one, at least."""

_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual, by place: ``channel`` etc. as in the feed that it was learnt from.

    ``rate`` (1 + cause, channel): share of first deductions that fail, of any cause (0) and of each of the four; with
    the factors ``sku``, ``region`` and ``hour`` (of the week), and where a channel fails day after day at the same time
    the odds that are ``recurring``. ``power`` (1 + cause,) is the surge's.
    ``delays`` says how long deductions take. ``wanders`` is the relative standard deviation of a channel's rate from
    week to week beyond chance. ``orders_an_hour`` (hour of the week, channel) is the usual number of orders. ``since``
    is the moment up to which it was learnt; ``orders`` how many taught it, of how many ``skus`` and ``regions``.
    """

    since: int
    orders: int
    skus: int
    regions: int
    rate: Floats
    sku: Floats
    region: Floats
    hour: Floats
    recurring: Recurring
    power: Floats
    delays: Delays
    wanders: float
    orders_an_hour: Floats


def under_more_names(usual: Usual, sku: Ints, region: Ints, skus: int, regions: int) -> Usual:
    """What is usual, the factors of skus and regions at their places among so many names: 1 for names not learnt.

    ``sku`` and ``region`` are the places of the names learnt; last, as in ``feed.places``, that of none.
    """
    return replace(usual, sku=_spread(usual.sku, sku, skus), region=_spread(usual.region, region, regions))


def _spread(factors: Floats, where: Ints, names: int) -> Floats:
    found = np.ones(names + 1)
    found[where] = factors
    return found


def learn(feed: Feed, since: int) -> Usual:
    """What is usual by what was known at ``since``, in seconds."""
    known = feed.known_at(since)
    known = known.take((known.tried_at <= since) & (known.tried_at > since - HISTORY_DAYS * DAY))
    surge = _daily_surge(known)
    delays = learn_delays(known, surge, since)
    bad, decided = _first_outcomes(known, delays.patience_of(known, surge), since)
    known, bad, surge = known.take(decided), bad[decided], surge[decided]
    ordinary = np.ones(len(known), dtype=bool)
    for _ in range(_ROUNDS):
        ordinary = ~episodes(known, bad, _expected(known, bad, surge, ordinary))
    kept, failed, risen = known.take(ordinary), bad[ordinary], surge[ordinary]
    flags = [failed, *(failed & (kept.cause == cause) for cause in range(len(KNOWN_CAUSES)))]
    power = np.array(
        [_power(kept, flag, risen) if place in (0, RISK_CAUSE + 1) else 0.0 for place, flag in enumerate(flags)]
    )
    lifts = [risen**p if p else np.ones(len(kept)) for p in power]
    rate, recurring = _rates_and_recurring(kept, flags, lifts)
    expected = np.minimum(rate[0][kept.channel] * lifts[0], MOST_CHANCE)
    expected = recurring.risen(0, expected, recurring.cells(kept))
    return Usual(
        since=since,
        orders=len(known),
        skus=len(np.unique(known.sku[known.sku != NONE])),
        regions=len(np.unique(known.region[known.region != NONE])),
        rate=rate,
        sku=_factor(kept.sku, failed, expected, len(feed.skus)),
        region=_factor(kept.region, failed, expected, len(feed.regions)),
        hour=_factor(hour_of_week(kept.tried_at // HOUR, kept), failed, expected, 168),
        recurring=recurring,
        power=power,
        delays=delays,
        wanders=_wanders(kept, failed, expected),
        orders_an_hour=orders_an_hour(known, since),
    )


def _first_outcomes(known: Feed, late: Floats, since: int) -> tuple[Bools, Bools]:
    """Whether each first deduction failed, and whether that is decided."""
    failed = (known.cause != NONE) | (known.deducted_at - known.tried_at > late)
    decided = (known.cause != NONE) | (known.deducted_at < NEVER) | (known.tried_at <= since - late)
    return np.asarray(failed), np.asarray(decided)


def _daily_surge(known: Feed) -> Floats:
    """By order, the orders of its day over the usual number, as ``receivables/surges.py`` has it."""
    if not len(known):
        return np.ones(0)
    day = known.tried_at // DAY - known.tried_at.min() // DAY
    counts = np.bincount(day).astype(np.float64)
    return np.asarray((counts / np.maximum(usual_level(counts), 1.0))[day])


def _rates(known: Feed, failed: Bools, lift: Floats) -> Floats:
    """Rates of failure by channel, drawn towards that of all."""
    count = len(known.channels)
    total = (failed.sum() + PRIOR_RATE * PRIOR_ORDERS) / (lift.sum() + PRIOR_ORDERS) if failed.any() else 0.0
    fails, tried = (np.bincount(known.channel, x, minlength=count) for x in (failed.astype(float), lift))
    return np.asarray((fails + total * PRIOR_ORDERS) / (tried + PRIOR_ORDERS))


def _rates_and_recurring(known: Feed, flags: Sequence[Bools], lifts: Sequence[Floats]) -> tuple[Floats, Recurring]:
    """Rates by channel (1 + cause, channel), as they are where nothing recurs, and what recurs beside them."""
    days, usual = Days.of(known), np.ones(len(known), dtype=bool)
    for _ in range(_ROUNDS):
        part = known.take(usual)
        rate = np.stack([_rates(part, flag[usual], lift[usual]) for flag, lift in zip(flags, lifts, strict=True)])
        recurring = Recurring(np.stack([days.recurring(*one) for one in zip(flags, rate, lifts, strict=True)]))
        if not np.any(recurring.odds != 1.0):
            break
        usual = recurring.is_usual(recurring.cells(known))
    return rate, recurring


def _expected(known: Feed, bad: Bools, surge: Floats, ordinary: Bools) -> Floats:
    """The chance of failure by order, of those outside episodes."""
    kept = known.take(ordinary)
    return np.asarray(
        _rates(kept, bad[ordinary], surge[ordinary] ** ELASTICITY[0])[known.channel] * surge ** ELASTICITY[0]
    )


def episodes(known: Feed, bad: Bools, expected: Floats) -> Bools:
    """Orders of the days on which a channel, a sku or a region failed far more often than chance has it."""
    found = np.zeros(len(known), dtype=bool)
    if not len(known):
        return found
    day = known.tried_at // DAY
    day -= day.min()
    for label, count in cells_of(known):
        key = day * (count + 1) + label + 1
        fails, mean = np.bincount(key, bad), np.bincount(key, expected)
        struck = (fails >= FEWEST) & _is_rare(fails, 1.5 * mean)
        found |= struck[key]
    return found


def _is_rare(count: npt.NDArray[Any], mean: npt.NDArray[Any]) -> Bools:
    """Whether the chance of so many or more where a mean is usual is below ``CHANCE``, by Poisson's law.

    Its terms are added up here: ``scipy.special`` takes longer to load than all of this takes.
    """
    count, mean = count.astype(np.int64), np.asarray(mean, dtype=np.float64)
    found = count > mean  # of fewer the chance is a third or more
    count, mean = count[found], mean[found]
    factorials = np.cumsum(np.log(np.maximum(np.arange(int(count.max(initial=0)) + 1), 1)))
    first = np.exp(count * np.log(np.maximum(mean, _LEAST_MEAN)) - mean - factorials[count])
    rare = np.flatnonzero(first < CHANCE)
    ratio, nth = np.ones(len(rare)), count[rare].astype(np.float64)
    total = np.ones(len(rare))
    while ratio.max(initial=0.0) > _EXACT:
        nth += 1
        ratio *= mean[rare] / nth
        total += ratio
    tails = np.ones(len(count))
    tails[rare] = first[rare] * total
    found[found] = tails < CHANCE
    return np.asarray(found)


def cells_of(known: Feed) -> Sequence[tuple[Ints, int]]:
    """The single attributes and the pairs of channel with another, as numbers from -1 on, and how many there are."""
    skus, regions = len(known.skus) + 1, len(known.regions) + 1
    return (
        (known.channel, len(known.channels)),
        (known.sku, skus),
        (known.region, regions),
        (known.channel * skus + known.sku + 1, len(known.channels) * skus),
        (known.channel * regions + known.region + 1, len(known.channels) * regions),
    )


def _power(known: Feed, failed: Bools, surge: Floats) -> float:
    """The power of the surge with which failures rise: the likeliest, by days, with a normal prior."""
    mean, deviation = ELASTICITY
    if not failed.any():
        return mean
    key = (known.tried_at // DAY - known.tried_at.min() // DAY) * len(known.channels) + known.channel
    tried, fails = np.bincount(key).astype(float), np.bincount(key, failed)
    level = np.log(np.maximum(np.bincount(key, surge) / np.maximum(tried, 1), 0.1))
    channel = np.arange(len(tried)) % len(known.channels)
    scores = []
    for power in _POWERS:
        lifted = tried * np.exp(power * level)
        base = np.bincount(channel, fails) / np.maximum(np.bincount(channel, lifted), 1e-9)
        expected = np.maximum(base[channel] * lifted, 1e-12)
        scores.append(
            float((fails * np.log(expected) - expected)[tried > 0].sum()) - (power - mean) ** 2 / (2 * deviation**2)
        )
    return float(_POWERS[int(np.argmax(scores))])


def _factor(label: Ints, failed: Bools, expected: Floats, count: int) -> Floats:
    """How the failures of each label stand to those expected; the last place is for orders without one."""
    place = np.where(label == NONE, count, label)
    fails, mean = np.bincount(place, failed, count + 1), np.bincount(place, expected, count + 1)
    return np.asarray((fails + PRIOR_FAILURES) / (mean + PRIOR_FAILURES))


def _wanders(known: Feed, failed: Bools, expected: Floats) -> float:
    """By how much weekly failures of channels differ from those expected, beyond chance: a relative deviation."""
    if not failed.any():
        return 0.0
    key = (known.tried_at - known.tried_at.min()) // (7 * DAY) * len(known.channels) + known.channel
    fails, mean = np.bincount(key, failed), np.bincount(key, expected)
    seen = mean >= 1
    beyond = float(((fails[seen] - mean[seen]) ** 2 - mean[seen]).sum())
    return float(np.sqrt(np.clip(beyond / max(float((mean[seen] ** 2).sum()), 1e-9), 0.0, 1.0)))

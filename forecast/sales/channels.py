"""The split of the total into channels, so that on every path the channels add up to the total.

A channel's weight is its sales relative to the largest channel's. The log of the weight drifts as a random walk from
week to week (estimated from weekly sums), has a weekday pattern and a shift near events' peaks, each drawn with its
uncertainty. On a day, a channel then sells a compound Poisson amount around its weight: few orders make a rough day
and sometimes an empty one, many orders hardly a ripple. The amounts are scaled to the total of the path and day, so
drawn that a channel's mean share is its weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints

WEEKS = 104
"""Weeks of history from which shares and their drift are learnt."""
WEEKDAY_SD = 0.15
"""Prior standard deviation of a weekday's log weight against the channel's mean."""
PEAK_SD = 0.2
"""Prior standard deviation of the log weight near an event's peak, and of one peak against the others half of it."""
_DRIFT = np.array([0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3])
"""Standard deviations of a week's drift that are weighed against each other."""
_DRIFT_PRIOR = (np.log(0.02), 1.0)
_EXCESS = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
"""Variance of a week's log weight as a multiple of what the days' roughness explains."""


@dataclass(frozen=True, slots=True)
class Split:
    """How the total is split; arrays by channel.

    ``drift``, ``level`` and ``level_sd`` have the shape (channel, candidate), ``chance`` is each candidate's posterior
    probability: the log weight at the end of history given that drift. ``weekday`` and ``peak`` are means of log
    weights with their standard deviations. ``order_mean`` (yuan) and ``order_shape`` (of a gamma law) describe an
    order as the roughness of the days shows it, not the ledger's orders.
    """

    sold: Bools
    drift: Floats
    chance: Floats
    level: Floats
    level_sd: Floats
    weekday: Floats
    weekday_sd: Floats
    peak: Floats
    peak_sd: Floats
    order_mean: Floats
    order_shape: Floats


def fit(values: Floats, weekdays: Ints, peaks: Floats) -> Split:
    """Learns the split from daily values.

    ``values``: sales (day, channel), a day NaN in all channels where unknown; ``weekdays``: 0 (Monday) to 6 of each
    day; ``peaks``: 1.0 near an event's peak.
    """
    start = max(0, len(values) - 7 * WEEKS)
    values, weekdays, peaks = values[start:], weekdays[start:], peaks[start:]
    known: Bools = np.asarray(np.isfinite(values).all(axis=1))
    filled = np.where(known[:, None], values, 0.0)
    sold: Bools = np.asarray(filled.sum(axis=0) > 0)
    count = values.shape[1]
    regular = known & (peaks == 0)
    if not filled[regular].any():  # sales on the days of peaks alone
        regular = known
    ordinary = np.where(regular[:, None], filled, 0.0)
    recent = ordinary[-91:].sum(axis=0)
    largest = int(np.argmax(recent if recent.any() else ordinary.sum(axis=0)))
    smooth = _smooth(ordinary)
    share = smooth / np.maximum(smooth.sum(axis=1, keepdims=True), 1e-12)
    total = filled.sum(axis=1)
    roughness = np.array([_roughness(filled[regular, c], total[regular], share[regular, c]) for c in range(count)])
    drift = np.tile(_DRIFT, (count, 1))
    level, level_sd = np.zeros((2, *drift.shape))
    chance = np.full(drift.shape, 1.0 / _DRIFT.size)
    weekday, weekday_sd = np.zeros((2, count, 7))
    peak, peak_sd = np.zeros((2, count))
    order_mean, order_shape = np.ones((2, count))
    for c in np.flatnonzero(sold).tolist():
        order_mean[c], order_shape[c] = _orders(filled[known, c], total[known] * share[known, c], roughness[c])
        if c == largest:
            continue
        pair, rough = [c, largest], roughness[[c, largest]]
        level[c], level_sd[c], chance[c] = _drifting_level(filled[:, pair], regular, rough)
        expected = (total[:, None] * share)[:, pair]
        for day in range(7):
            chosen = regular & (weekdays == day)
            came = filled[chosen][:, pair]
            weekday[c, day], weekday_sd[c, day] = _shift(came, expected[chosen], rough, WEEKDAY_SD, 0.0)
        chosen = known & (peaks > 0)
        peak[c], peak_sd[c] = _shift(filled[chosen][:, pair], expected[chosen], rough, PEAK_SD, PEAK_SD / 2)
    return Split(sold, drift, chance, level, level_sd, weekday, weekday_sd, peak, peak_sd, order_mean, order_shape)


def simulate(split: Split, total: Floats, weekdays: Ints, peaks: Floats, rng: np.random.Generator) -> Floats:
    """Splits each path's total, shape (path, day), into channels: (path, channel, day)."""
    paths, days = total.shape
    sold = np.flatnonzero(split.sold)
    result = np.zeros((paths, split.sold.size, days))
    if sold.size == 1:
        result[:, sold[0], :] = total
        return result
    logs = np.empty((paths, sold.size, days))
    for place, c in enumerate(sold):
        chosen = rng.choice(split.chance.shape[1], size=paths, p=split.chance[c])
        level = _mean_one(split.level_sd[c, chosen], rng.standard_normal(paths)) + split.level[c, chosen]
        fixed = split.level_sd[c, 0] == 0.0  # the largest channel, to which the others are relative
        steps = np.zeros((paths, 1)) if fixed else split.drift[c, chosen][:, None] / np.sqrt(7.0)
        drift = np.cumsum(_mean_one(steps, rng.standard_normal((paths, days))), axis=1)
        weekday = split.weekday[c] + _mean_one(split.weekday_sd[c], rng.standard_normal((paths, 7)))
        peak = split.peak[c] + _mean_one(split.peak_sd[[c]], rng.standard_normal(paths))
        logs[:, place] = level[:, None] + drift + weekday[:, weekdays] + peak[:, None] * peaks
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    shares = rough_shares(weights, total, split.order_mean[sold], split.order_shape[sold], rng)
    result[:, sold, :] = total[:, None, :] * shares
    return result


def rough_shares(
    weights: Floats, total: Floats, order_mean: Floats, order_shape: Floats, rng: np.random.Generator
) -> Floats:
    """Rough shares of each day's total, (path, channel, day), whose means are the weights exactly.

    One order is drawn by size, its channel by weight, and compound Poisson sums for the rest of the total are added to
    it: so drawn, vectors come as often as their sum is large, and the mean of a part over its sum is the ratio of the
    means (Mecke's formula). Sums alone would give a channel of few large orders too little.
    """
    mean, shape = order_mean[:, None], order_shape[:, None]
    by_size = weights.cumsum(axis=1)[:, :-1] < rng.random((len(total), 1, total.shape[1]))
    first = (by_size.sum(axis=1, keepdims=True) == np.arange(len(mean))[:, None]).astype(np.float64)
    rest = np.maximum(total[:, None, :] - (weights * mean * (1 + 1 / shape)).sum(axis=1, keepdims=True), 0.0)
    orders = rng.poisson(np.minimum(rest * weights / mean, 1e12)) + first
    amounts = rng.standard_gamma(np.maximum(orders * shape + first, 1e-12)) * mean / shape
    amounts[orders == 0] = 0.0
    return np.asarray(amounts / amounts.sum(axis=1, keepdims=True))


def _mean_one(sd: Floats, normal: Floats | float) -> Floats:
    """Log of a log-normal factor of mean 1, so that uncertainty about a weight does not raise it."""
    return sd * normal - sd**2 / 2


def _smooth(values: Floats) -> Floats:
    """Sums over the eight weeks around each day, (day, channel)."""
    padded = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    days = np.arange(len(values))
    first, end = np.maximum(days - 28, 0), np.minimum(days + 29, len(values))
    return np.asarray(padded[end] - padded[first])


def _roughness(value: Floats, total: Floats, share: Floats) -> float:
    """Variance of a day's value round its share of the total, per yuan expected: mean order times (1 + cv squared)."""
    expected = total * share
    used = (expected > 0) & (share < 1)
    if not used.any():
        return 1.0
    excess = (value[used] - expected[used]) ** 2 / (expected[used] * (1 - share[used]))
    return float(max(excess[-365:].mean(), 1e-9 * expected[used].mean(), 1e-9))


def _orders(value: Floats, expected: Floats, roughness: float) -> tuple[float, float]:
    """The mean and the gamma shape of an order that give the days' roughness and as many empty days as there were.

    A day around ``expected`` is empty with the chance exp(-expected / mean); roughness = mean x (1 + 1 / shape).
    """
    value, expected = value[-365:], expected[-365:]
    empty = max(float((value == 0).sum()), 0.3)
    low, high = roughness / 11, roughness / 1.05
    for _ in range(40):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if np.exp(-expected / middle).sum() < empty else (low, middle)
    mean = float(low)
    if empty < 1:
        mean = min(mean, roughness / 2)
    return mean, mean / (roughness - mean)


def _drifting_level(values: Floats, regular: Bools, roughness: Floats) -> tuple[Floats, Floats, Floats]:
    """The log weight at the end of history for each candidate drift, and the candidates' probabilities.

    A filter of the log ratio over weekly sums, for all candidates at once: each week moves it by the relative error of
    the expected sum, as the score of a Poisson law does (Durbin and Koopman 2012, ch. 10), so that weeks without
    orders need no exception. The variance of that error is the weeks' roughness, times an excess that is weighed too.
    """
    kept = np.where(regular[:, None], values, 0.0)
    ends = np.arange(len(values) % 7 + 7, len(values), 7)  # the first week has the days that are left over as well
    sums = np.stack([week.sum(axis=0) for week in np.split(kept, ends)])
    seen = sums[:, 1] > 0
    drift, excess = (grid.ravel() for grid in np.meshgrid(_DRIFT, _EXCESS, indexing="ij"))
    overall = np.log(max(sums[:, 0].sum(), roughness[0] / 4) / sums[:, 1].sum())
    mean, spread = np.full(drift.size, overall), np.full(drift.size, 1.0)
    likelihood = -0.5 * ((np.log(drift) - _DRIFT_PRIOR[0]) / _DRIFT_PRIOR[1]) ** 2 - 0.5 * np.log(excess) ** 2
    for week in range(len(sums)):
        spread = spread + drift**2
        if not seen[week]:
            continue
        expected = np.exp(mean) * sums[week, 1]
        rough = roughness[0] / expected + roughness[1] / sums[week, 1]
        noise = rough * excess
        error = np.minimum(sums[week, 0] / expected - 1.0, _largest_error(rough))
        likelihood -= 0.5 * (np.log(spread + noise) + error**2 / (spread + noise))
        gain = spread / (spread + noise)
        mean, spread = mean + gain * error, spread * (1 - gain)
    chance = np.exp(likelihood - likelihood.max()).reshape(_DRIFT.size, _EXCESS.size)
    mean, spread = mean.reshape(chance.shape), spread.reshape(chance.shape)
    weight = chance / chance.sum(axis=1, keepdims=True)
    middle = (weight * mean).sum(axis=1)
    deviation = np.sqrt((weight * (spread + (mean - middle[:, None]) ** 2)).sum(axis=1))
    return middle, deviation, chance.sum(axis=1) / chance.sum()


def _largest_error(variance: Floats) -> Floats:
    """The relative error of a week's sum beyond which it moves the level no further.

    Thrice the expected sum; but more where orders are few, since cutting weeks that have an order, and none that have
    not, would make the level too low: a Poisson law exceeds the bound in one week of 3,000 (Bernstein's inequality).
    """
    return np.asarray(np.maximum(2.0, 4 * np.sqrt(variance) + 8 / 3 * variance))


def _shift(values: Floats, expected: Floats, roughness: Floats, prior_sd: float, own_sd: float) -> tuple[float, float]:
    """Posterior mean and deviation of what some days add to the log weight; ``own_sd`` is one occasion's own."""
    sums, base = values.sum(axis=0), expected.sum(axis=0)
    if not (base > 0).all():
        return 0.0, float(np.hypot(prior_sd, own_sd))
    half = roughness / 4
    observed = np.log((sums[0] + half[0]) / (base[0] + half[0])) - np.log((sums[1] + half[1]) / (base[1] + half[1]))
    variance = float((roughness / (sums + 2 * half)).sum()) + own_sd**2
    shrink = prior_sd**2 / (prior_sd**2 + variance)
    return float(shrink * observed), float(np.sqrt(prior_sd**2 * (1 - shrink) + own_sd**2))

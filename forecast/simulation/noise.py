"""The noise of single orders: who pays, sends back or settles on which day is chance, however well laws are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Floats


def gamma_noise(mean: Floats, variance: Floats, normal: Floats) -> Floats:
    """Gamma values of the given mean and variance from standard normals (Wilson and Hilferty 1931), never negative.

    The approximation keeps the mean within a few per cent for shapes above one half; below that, where a day holds
    less than one order, its mean is restored on average over the paths.
    """
    if not variance.any():
        return mean.copy()
    shape = np.divide(mean**2, variance, out=np.full_like(mean, np.inf), where=variance > 0)
    inverse = np.divide(1.0, 9.0 * shape, out=np.zeros_like(mean), where=shape > 0)
    del shape
    drawn = np.sqrt(inverse)
    drawn *= normal
    drawn += 1.0 - inverse
    np.maximum(drawn, 0.0, out=drawn)
    drawn **= 3
    drawn *= mean
    expected = mean.mean(axis=0)
    reached = drawn.mean(axis=0)
    coarse = (mean.max(axis=0) > 0) & (inverse.max(axis=0) > 0.2) & (reached > 0)  # noqa: PLR2004
    correction = np.where(coarse, np.divide(expected, reached, out=np.ones_like(expected), where=reached > 0), 1.0)
    drawn *= correction
    return drawn


def parted(amount: Floats, share: Floats, grain: float, normal: Floats) -> tuple[Floats, Floats]:
    """The two parts that chance makes of each day's orders, as amounts whose expected shares would be just these parts.

    Which order leaves is chance: a ``share`` of independent orders has the binomial variance share × (1 − share) ×
    Σ amount². Over the paths each day's mean stays as expected, so that chance alone neither makes nor loses money.

    Args:
        amount: yuan of orders (path, day).
        share: of it that leaves, as expected (path).
        grain: yuan of a typical order, Σ amount² ÷ Σ amount.
        normal: standard normals (path, day).

    Returns:
        What stays ÷ (1 − share), and what leaves ÷ share, both (path, day); the amount itself where nothing is chance.
    """
    share = share[:, None]
    if not grain or not share.any():
        return amount, amount
    expected = amount * share
    left = _within(gamma_noise(expected, grain * (1.0 - share) * expected, normal), amount, expected)
    stays = np.divide(amount - left, 1.0 - share, out=amount.copy(), where=share < 1.0)
    return stays, np.divide(left, share, out=amount.copy(), where=share > 0)


def _within(drawn: Floats, most: Floats, expected: Floats) -> Floats:
    """What was drawn (path, day), no more than there is ``most``, its mean over the paths as expected on each day."""
    drawn = np.minimum(drawn, most)
    wanted, reached = expected.mean(axis=0), drawn.mean(axis=0)
    drawn *= np.where(reached > wanted, np.divide(wanted, reached, out=np.ones_like(wanted), where=reached > 0), 1.0)
    lacking = np.maximum(wanted - reached, 0.0)
    if lacking.any():
        room = np.maximum(most - drawn, 0.0)
        free = room.mean(axis=0)
        drawn += room * np.divide(lacking, free, out=np.zeros_like(free), where=free > 0)
    return drawn


def excess_refunds(refunded: Floats, settled: Floats, pool: Floats, grain: float, normal: Floats) -> Floats:
    """Refunds before settlement beyond those expected (path, day), negative where there are fewer: 0 on average.

    Which order is sent back is chance. ``refunded``: as expected (path, day); ``settled`` and ``pool``: as
    ``noisy_settlements`` takes them; ``grain``: yuan of a typical order; ``normal``: standard normals (path, day).
    """
    total, kept = float(refunded.sum()), float(pool[:, -1].sum())
    if not grain or total <= 0.0 or kept <= 0.0:
        return np.zeros_like(refunded)
    drawn = gamma_noise(refunded, grain * (kept / (total + kept)) * refunded, normal)
    most = pool - np.cumsum(settled, axis=1)
    most += settled
    most += refunded
    drawn = _within(drawn, most, refunded)
    drawn -= refunded
    return drawn


def noisy_settlements(
    settled: Floats, pool: Floats, squared: Floats, grain: float, normal: Floats, excess: Floats
) -> tuple[Floats, Floats]:
    """Daily settlements (path, day) with the noise of single orders, conserving money, and what of ``excess`` is there.

    What settles too early does not settle later: the excess so far is worked off at the rate at which the pool of open
    receivables settles, and no more is settled than is open. So is what was refunded beyond what is expected.

    ``settled``: as expected, given the path's sales, failures and laws; ``pool``: receivables from which they settle,
    if they settled as expected from the start on: opening + deducted less refunded before, cumulated (path, day);
    ``squared``: mean over paths of Σ value × share² by day, the part of the variance that certainty takes away;
    ``grain``: yuan of a typical order times the dispersion of past days; ``normal``: standard normals (path, day);
    ``excess``: as of ``excess_refunds``.
    """
    if not grain and not excess.any() and _is_there(settled, pool):
        return settled.copy(), excess
    average = settled.mean(axis=0)
    variance = grain * np.maximum(average - squared, 0.0)
    variance[variance <= 1e-9 * grain * np.maximum(average, 1.0)] = 0.0
    # A day's paths lie apart in memory; side by side they are read and written several times as fast.
    expecting, open_by_day, chance, more = (np.ascontiguousarray(one.T) for one in (settled, pool, normal, excess))
    out, back = np.empty_like(expecting), np.empty_like(expecting)
    ahead, done = np.zeros((2, len(settled)))
    for day, expected in enumerate(expecting):
        # What was refunded beyond expectation is missing from the pool as if it had settled early.
        np.minimum(more[day], np.maximum(open_by_day[day] - done - ahead, 0.0), out=back[day])
        ahead += back[day]
        open_now = np.maximum(open_by_day[day] - done, 0.0)
        rate = np.clip(np.divide(expected, open_now, out=np.zeros_like(expected), where=open_now > 0), 0.0, 1.0)
        value = np.clip(expected - rate * ahead, 0.0, None)
        if variance[day] > 0 and average[day] > 0:
            value = gamma_noise(value, variance[day] * value / average[day], chance[day])
        value = np.minimum(value, np.maximum(open_by_day[day] - done - ahead, 0.0))
        out[day] = value
        ahead += value - expected
        done += expected
    return np.ascontiguousarray(out.T), np.ascontiguousarray(back.T)


def _is_there(settled: Floats, pool: Floats) -> bool:
    """Tell whether what settles, (path, day), is never negative and never more than is open by then of a pool."""
    left = pool.copy()
    left[:, 1:] -= np.cumsum(settled[:, :-1], axis=1)
    return bool((settled >= 0).all() and (settled <= np.maximum(left, 0.0)).all())

"""How much more a channel's daily settlements scatter than independent orders would, whatever its lag has done since.

Past days are measured against the law of their own weeks, which is that of the weeks around each: against today's law
every day before a change of terms would be a miss, and what has changed once would count as what chance does daily,
though the draws of the law know of it already. For the same reason orders of promotions, which have lags of their own,
are left out: they would all be misses of the others' law.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

from forecast.receivables.drift import NEAR_WEEKS
from forecast.receivables.hazards import MAX_AGE, PRIOR_ORDERS
from forecast.receivables.settlement import evolve

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.calendar import Calendar
    from forecast.receivables.hazards import CohortCounts
    from forecast.receivables.settlement import SettlementGrid, SettlementLaw

DAYS = 180
"""Days of arrivals that the scatter is measured on."""

RANGE = (0.3, 50.0)
"""What is believed of it."""

BOUND = 2.0
"""A day counts as no further out than so many deviations (Huber 1964, proposal 2): a payout that came a day late once
in half a year would else be most of what is measured, and widen every day."""

BOUNDED = 0.9205
"""Mean of the square of a standard normal number that is cut at ``BOUND``."""


def dispersion(grid: SettlementGrid, law: SettlementLaw, mean: Floats, calendar: Calendar, order_size: float) -> float:
    """Squared misses of past daily settlements over the variance that independent orders would give them.

    Single days far out hardly count. 0 where all settles on one sure day. ``mean``: the hazard (age) of the channel's
    mean law, worth some orders in the law of each week; ``order_size``: yuan of a typical order.
    """
    number = len(grid.days)
    week = ((grid.days[-1] - grid.days).astype(np.int64)) // 7
    window = slice(max(number - DAYS, number // 4), number)
    kept = ~law.promotion
    counts = law.counts.less(law.promotion_counts)
    if not grid.settled[window][kept[window]].any():  # nothing but promotions
        kept, counts = np.ones(number, dtype=bool), law.counts
    grid = replace(grid, settled=grid.settled * kept[:, None], open_value=grid.open_value * kept[:, None])
    hazard = around(counts, mean, order_size)[week][None]
    openness = law.payout.on(grid.span, calendar)
    paid = evolve(hazard, np.zeros((1, MAX_AGE)), law.mode, openness, number)[0][0]
    cohort = (grid.settled + grid.open_value).sum(axis=1)
    expected, variance = np.zeros(number), np.zeros(number)
    for age in range(min(MAX_AGE, number)):
        share = paid[: number - age, age]
        expected[age:] += cohort[: number - age] * share
        variance[age:] += cohort[: number - age] * share * (1.0 - share)
    spread = order_size * variance[window].sum()
    if spread <= 1e-6 * expected[window].sum() * order_size:  # settles on one sure day
        return 0.0
    return scatter((grid.arrivals - expected)[window] ** 2, order_size * variance[window])


def scatter(misses: Floats, variance: Floats) -> float:
    """The multiple of the ``variance`` (day) that squared ``misses`` (day) have, but for a few days far out."""
    known = variance > 0
    misses, variance = misses[known], variance[known]

    def excess(log: float) -> float:
        bounded = np.minimum(misses, BOUND**2 * np.exp(log) * variance).sum() / np.exp(log)
        return float(bounded - BOUNDED * variance.sum())

    low, high = np.log(RANGE)
    if excess(low) <= 0.0:
        return RANGE[0]
    return RANGE[1] if excess(high) >= 0.0 else float(np.exp(optimize.brentq(excess, low, high)))


def around(counts: CohortCounts, mean: Floats, order_size: float) -> Floats:
    """The hazard (week, age) of the weeks around each, itself left out: what is judged by it must not have taught it.

    ``mean``: a hazard (age) that counts as some orders; a week ``NEAR_WEEKS`` off has half the weight of the next.
    """
    near = 0.5 ** (np.abs(counts.weeks[:, None] - counts.weeks[None, :]) / NEAR_WEEKS)
    np.fill_diagonal(near, 0.0)
    weight = PRIOR_ORDERS * order_size
    return np.asarray(np.minimum((near @ counts.events[:, 0] + weight * mean) / (near @ counts.at_risk + weight), 1.0))

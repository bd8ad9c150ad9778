"""Days without any sales: a weekly habit or chance that will return, or a closed shop that will not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import weekday_of

if TYPE_CHECKING:
    from forecast.arrays import Bools, Days, Floats, Ints

SHORTEST_RUN = 3
"""Fewer empty days in a row are never called a closure."""
RECENT_DAYS = 182
"""Empty days are counted over the last half year."""
PRIOR_DAYS = 2.0
"""How many days the chance over all weekdays counts as in that of one weekday."""

GAP_DAYS, GAP_SALES = 28, 2
"""A stretch of so many days with at most so many days of sales separates a trial from the trade that follows."""
TRIFLE = 0.001
"""A day that sells less than this part of a usual one is as good as empty where a closure is looked for."""
USUAL_DAYS = 28
"""So many days of sales must show what a usual day is."""
LAUNCH_SHARE = 0.6
"""A launch is over once a week's median day reaches this share of the median day of the four weeks after it."""
ESTABLISHED_DAYS = 60
"""An early part is left out of the history only where so many days of sales remain; with as many it was no trial."""


@dataclass(frozen=True, slots=True)
class Closures:
    """The chance that a weekday (0 = Monday) has no sales at all, and which days of the history are closures."""

    by_weekday: Floats
    closed: Bools

    def chance(self, days: Days) -> Floats:
        """The chance of each day to be empty."""
        return self.by_weekday[weekday_of(days)]


def find_closures(total: Floats, days: Days) -> Closures:
    """Reads the empty days of a history, ``total`` by day with NaN where unknown, which begins with ``days``.

    A run of n empty days is a closure (or the end of a feed) when such a run had less than one chance in a hundred to
    occur anywhere in the history, given how often the other days of the same weekdays were empty.
    """
    weekday = weekday_of(days[: len(total)])
    closed = np.zeros(len(total), dtype=bool)
    if (total > 0).sum() >= USUAL_DAYS:
        total = np.where(total < TRIFLE * np.median(total[total > 0]), 0.0, total)
    for first, end in _empty_runs(total):
        rest = np.ones(len(total), dtype=bool)
        rest[first:end] = False
        chance = _by_weekday(total[rest], weekday[rest])[weekday[first:end]]
        if np.log(np.maximum(chance, 1e-9)).sum() + np.log(len(total)) < np.log(0.01):
            closed[first:end] = True
    recent = slice(max(0, len(total) - RECENT_DAYS), None)
    return Closures(_by_weekday(np.where(closed, np.nan, total)[recent], weekday[recent]), closed)


def start_of_trade(total: Floats) -> int:
    """The day from which the history speaks of the trade as it is now: after a trial, a long pause and a launch.

    Sales that multiply within weeks would otherwise be taken for the shop's usual unrest.
    """
    selling = (total > 0).astype(np.int64)
    start = 0
    for day in range(GAP_DAYS, len(total)):
        pause = selling[day - GAP_DAYS : day].sum() <= GAP_SALES
        if pause and selling[start:day].sum() < ESTABLISHED_DAYS <= selling[day:].sum():
            start = day
    while selling[start + 1 :].sum() >= ESTABLISHED_DAYS:
        week, after = total[start : start + 7], total[start + 7 : start + 35]
        if np.isfinite(week).any() and np.nanmedian(week) >= LAUNCH_SHARE * np.nanmedian(after):
            break
        start += 1
    return start


def _by_weekday(total: Floats, weekday: Ints) -> Floats:
    """Share of empty days among the known days of each weekday, drawn a little to that of all."""
    known, empty = np.isfinite(total), total == 0
    overall = empty.sum() / max(known.sum(), 1)
    count = np.bincount(weekday[known], minlength=7)
    return np.asarray((np.bincount(weekday[empty], minlength=7) + PRIOR_DAYS * overall) / (count + PRIOR_DAYS))


def _empty_runs(total: Floats) -> list[tuple[int, int]]:
    """First and one past the last place of every run of at least ``SHORTEST_RUN`` empty days."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (total == 0).astype(np.int8), [0]])))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(first, end) for first, end in runs if end - first >= SHORTEST_RUN]

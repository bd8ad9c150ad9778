"""The scan: whether, among orders that no incident holds yet, some cell fails more than chance and many looks allow.

Cells are channels, clearing names, skus, regions and pairs of them. For each the likeliest moment from which a share of
its orders fails for one reason is found over all moments of the window, so that incidents of every length are seen;
the price of looking at many cells is the logarithm of their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.evidence import KINDS, SHARES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.evidence import Known, Outlook

FEWEST_FAILURES = 7
"""Failed or overdue orders of a cell below which nothing rings."""

THRESHOLD = 8.0
"""Log-likelihood ratio, less the price of the choice of the cell, from which on an incident is told."""

CALM = np.log1p(-SHARES)
"""What an order deducted in time says, by share."""

ROUNDING = 1e-6
"""More than sums of the same numbers in another order differ by."""

_FAMILIES = 8
"""Families of cells, at most."""

_SHORT = 1 << 15
"""Cells that short numbers tell apart, which are sorted faster."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A cell that stands out: the kind of its failures, its score, and the moment from which it fails."""

    kind: int
    score: float
    started: int


def strongest(
    view: Outlook,
    seen: Known,
    free: Bools,
    before: int,
    least: float = -np.inf,
    asked: Bools | None = None,
) -> Trigger | None:
    """The cell that stands out most among the ``free`` orders; None where none has enough failures and the ``least``.

    Only cells that something bad has been heard of since the moment ``before`` are looked at: the others stand out no
    more than they did then. ``asked`` are the kinds and families (kind, family) that any can be of, if that is known.
    """
    part = slice(seen.first, seen.first + seen.good.shape[0])
    quiet = np.flatnonzero(free & seen.good)
    asked = np.ones((KINDS, _FAMILIES), dtype=bool) if asked is None else asked
    families: list[_Family] = []
    best: Trigger | None = None
    for kind in np.flatnonzero(asked.any(axis=1)).tolist():
        failing = seen.bad[kind] & free
        bad = np.flatnonzero(failing)
        fresh = seen.settled_at[bad] > before
        if len(bad) < FEWEST_FAILURES or not fresh.any():
            continue
        families = families or [_Family(*one, quiet) for one in families_of(view, part)]
        loud = np.flatnonzero(failing | (free & (seen.told > 0)))
        chosen = [one for one, wanted in zip(families, asked[kind], strict=False) if wanted]
        found = _strongest_of(view, seen, kind, chosen, (bad, fresh), loud, least)
        if found is not None and (best is None or found.score > best.score):
            best, least = found, found.score
    return best


def _strongest_of(
    view: Outlook,
    seen: Known,
    kind: int,
    families: Sequence[_Family],
    heard: tuple[Ints, Bools],
    loud: Ints,
    least: float,
) -> Trigger | None:
    """The cell of some families that stands out most by a kind of failures, which were ``heard`` of, lately or not."""
    odds = seen.odds(kind, loud)
    best: Trigger | None = None
    for family in families:
        for cell in family.above(family.cells(*heard), loud, odds, least):
            members, calm = family.of(cell, loud)
            found = _score(view, seen, kind, odds[:, members], loud[members], calm, family.price)
            if found.score >= least and (best is None or found.score > best.score):
                best, least = found, found.score
    return best


@dataclass(frozen=True, eq=False)
class _Family:
    """Cells of one kind: their numbers by order, how many there are, and the orders that were deducted in time."""

    labels: Ints
    count: int
    quiet: Ints

    @property
    def price(self) -> float:
        """The price of the choice among them."""
        return float(np.log(self.count))

    @cached_property
    def calm(self) -> Ints:
        """The orders deducted in time, by cell; see ``grouped``."""
        return grouped(self.labels[self.quiet], self.quiet, len(self.labels))

    def of(self, cell: int, loud: Ints) -> tuple[Ints, Ints]:
        """Which of the loud orders are of a cell, and the orders deducted in time that are."""
        return np.flatnonzero(self.labels[loud] == cell), self.quiet[self.labels[self.quiet] == cell]

    def cells(self, bad: Ints, fresh: Bools) -> Ints:
        """Those with enough failures, some of them fresh."""
        failed = self.labels[bad]
        cells, counts = np.unique(failed, return_counts=True)
        return np.asarray(cells[np.isin(cells, failed[fresh]) & (cells >= 0) & (counts >= FEWEST_FAILURES)])

    def above(self, cells: Ints, loud: Ints, odds: Floats, least: float) -> Ints:
        """Those of some cells whose score reaches the least, but for rounding."""
        if not len(cells):
            return cells
        order = np.argsort(self.labels[loud], kind="stable")
        cell, place, count = self.labels[loud][order], loud[order], len(self.labels)
        after = np.searchsorted(self.calm, (cell + 1) * count) - np.searchsorted(self.calm, cell * count + place)
        starts, best = greatest(cell, odds[:, order], after)
        return np.asarray(cells[np.isin(cells, cell[starts[best >= least + self.price - ROUNDING]])])


def grouped(labels: Ints, rising: Ints, count: int) -> Ints:
    """Labels with numbers below ``count`` that rise, as one number each, rising."""
    order = sorted_labels(labels)
    return np.asarray(labels[order] * count + rising[order])


def sorted_labels(labels: Ints) -> Ints:
    """The order in which labels, from -1 on, rise; equal ones as they stand."""
    return np.argsort(labels.astype(np.int16) if labels.max(initial=0) < _SHORT else labels, kind="stable")


def greatest(group: Ints, odds: Floats, after: Ints) -> tuple[Ints, Floats]:
    """The greatest evidence of each group from one of its orders on: the place of its first order, and how much.

    Orders stand group by group, each with what it says (share, order) and how many deducted in time stand behind it.
    """
    starts = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    many = np.diff(starts, append=len(group))
    total = np.cumsum(odds, axis=1)
    score = np.repeat(total[:, starts + many - 1], many, axis=1) - total + odds + CALM[:, None] * after
    return starts, np.asarray(np.maximum.reduceat(score, starts, axis=1).max(axis=0))


def _score(view: Outlook, seen: Known, kind: int, odds: Floats, members: Ints, calm: Ints, price: float) -> Trigger:
    """The likeliest beginning in a cell, which is at one of its ``members`` that speak for failures or are young.

    Those deducted in time (``calm``) all say the same, and need but be counted.
    """
    after = len(calm) - np.searchsorted(calm, members)
    suffix = np.cumsum(odds[:, ::-1], axis=1)[:, ::-1] + CALM[:, None] * after
    share, begin = np.unravel_index(int(np.argmax(suffix)), suffix.shape)
    started = int(view.feed.tried_at[seen.first + members[begin]])
    return Trigger(kind, float(suffix[share, begin]) - price, started)


def families_of(view: Outlook, part: slice) -> Iterator[tuple[Ints, int]]:
    """The cells of each family as numbers by order, below 0 where an order is in none, and how many there are."""
    feed = view.feed
    channel, sku, region = feed.channel[part], feed.sku[part], feed.region[part]
    names = sorted({feed.clearing.get(name, name) for name in feed.channels})
    behind = np.array([names.index(feed.clearing.get(name, name)) for name in feed.channels], dtype=np.int64)
    skus, regions = max(view.usual.skus, 1), max(view.usual.regions, 1)
    yield np.zeros(len(channel), dtype=np.int64), 1
    yield channel, len(feed.channels)
    if len(names) < len(feed.channels):
        yield behind[channel], len(names)
    if feed.skus:
        yield sku, skus
        yield np.where(sku >= 0, channel * len(feed.skus) + sku, -1), skus * len(feed.channels)
    if feed.regions:
        yield region, regions
        yield np.where(region >= 0, channel * len(feed.regions) + region, -1), regions * len(feed.channels)
    if feed.skus and feed.regions:
        yield np.where((sku >= 0) & (region >= 0), sku * len(feed.regions) + region, -1), skus * regions

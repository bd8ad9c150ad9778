"""The scan: whether, among orders that no incident holds yet, some cell fails more than chance and many looks allow.

Cells are channels, clearing names, skus, regions and pairs of them. For each the likeliest moment from which a share of
its orders fails for one reason is found over all moments of the window, so that incidents of every length are seen;
the price of looking at many cells is the logarithm of their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.evidence import KINDS, SHARES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.arrays import Bools, Floats, Ints
    from forecast.watch.evidence import Known, Outlook

FEWEST_FAILURES = 7
"""Failed or overdue orders of a cell below which nothing rings."""

THRESHOLD = 8.0
"""Log-likelihood ratio, less the price of the choice of the cell, from which on an incident is told."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A cell that stands out: the kind of its failures, its score, and the moment from which it fails."""

    kind: int
    score: float
    started: int


def strongest(view: Outlook, seen: Known, free: Bools, before: int) -> Trigger | None:
    """The cell that stands out most among the ``free`` orders; None where none has enough failures.

    Only cells that something bad has been heard of since the moment ``before`` are looked at: the others stand out no
    more than they did then.
    """
    part = slice(seen.first, seen.first + seen.good.shape[0])
    quiet = np.flatnonzero(free & seen.good)
    families: list[_Family] = []
    best: Trigger | None = None
    for kind in range(KINDS):
        failing = seen.bad[kind] & free
        bad = np.flatnonzero(failing)
        fresh = seen.settled_at[bad] > before
        if len(bad) < FEWEST_FAILURES or not fresh.any():
            continue
        families = families or [_Family(labels, labels[quiet], count) for labels, count in families_of(view, part)]
        loud = np.flatnonzero(failing | (free & (seen.told > 0)))
        odds = seen.odds(kind, loud)
        for family in families:
            failed = family.labels[bad]
            cells, counts = np.unique(failed, return_counts=True)
            lately = np.isin(cells, failed[fresh]) & (cells >= 0) & (counts >= FEWEST_FAILURES)
            mine = family.labels[loud]
            for cell in cells[lately]:
                members = np.flatnonzero(mine == cell)
                calm = quiet[family.quiet == cell]
                found = _score(view, seen, kind, odds[:, members], loud[members], calm, float(np.log(family.count)))
                if best is None or found.score > best.score:
                    best = found
    return best


@dataclass(frozen=True, slots=True)
class _Family:
    """Cells of one kind: their numbers by order and by order deducted in time, and how many there are."""

    labels: Ints
    quiet: Ints
    count: int


def _score(view: Outlook, seen: Known, kind: int, odds: Floats, members: Ints, calm: Ints, price: float) -> Trigger:
    """The likeliest beginning in a cell, which is at one of its ``members`` that speak for failures or are young.

    Those deducted in time (``calm``) all say the same, and need but be counted.
    """
    after = len(calm) - np.searchsorted(calm, members)
    suffix = np.cumsum(odds[:, ::-1], axis=1)[:, ::-1] + np.log1p(-SHARES)[:, None] * after
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

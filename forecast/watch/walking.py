"""The walk over the grid: from moment to moment, those at which nothing can ring passed over at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.incidents import MOST_ORDERS, WINDOW, held, moments, step
from forecast.watch.screening import Spans, still

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.arrays import Bools, Ints
    from forecast.watch.evidence import Outlook
    from forecast.watch.feed import Feed
    from forecast.watch.incidents import Incident

AHEAD = 192
"""Moments that are screened together."""

FEWEST = 8
"""Moments below which looking at each takes no longer."""


def walk(
    view: Outlook, incidents: tuple[Incident, ...], since: int, reached: int, until: int, least: float
) -> Iterator[tuple[int, tuple[Incident, ...]]]:
    """Each moment of the grid after the one that is ``reached``, up to ``until``, with the incidents as known there.

    ``incidents`` are those at the moment that is reached, ``since`` the first moment that is watched.
    """
    ahead = np.array(list(moments(reached, until)), dtype=np.int64)
    passed: Bools = np.zeros(len(ahead), dtype=bool)
    screened = 0
    for place, now in enumerate(ahead.tolist()):
        if place >= screened and len(ahead) - place >= FEWEST and not any(one.lasts for one in incidents):
            screened = min(place + AHEAD, len(ahead))
            passed[place:screened] = _passed(view, incidents, since, ahead[place:screened], least)
        if not passed[place]:
            there = step(view, incidents, since, now, least)
            if there != incidents:
                incidents, screened = there, 0
                passed[place + 1 :] = False
        yield now, incidents


def _passed(view: Outlook, incidents: tuple[Incident, ...], since: int, now: Ints, least: float) -> Bools:
    """Which of some moments nothing can ring at, as long as no incident begins that is not among these ended ones."""
    spans = windows(view.feed, since, now)
    part = slice(int(spans.first[0]), int(spans.last[-1]))
    return still(view, ~held(view, part, incidents), spans, least)


def windows(feed: Feed, since: int, now: Ints) -> Spans:
    """The orders that are looked at for a new incident at each moment; see ``incidents.window_begin``."""
    last = np.searchsorted(feed.tried_at, now, side="right")
    begin, full = now - WINDOW, np.flatnonzero(last >= MOST_ORDERS)
    begin[full] = np.maximum(begin[full], feed.tried_at[last[full] - MOST_ORDERS])
    first = np.searchsorted(feed.tried_at, np.maximum(begin, since), side="right")
    return Spans(now, np.minimum(first, last), last)

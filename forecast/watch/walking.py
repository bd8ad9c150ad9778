"""The walk over the grid: from moment to moment, those at which nothing can ring passed over at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.counting import put_to_account
from forecast.watch.feed import NEVER
from forecast.watch.incidents import MOST_ORDERS, held, looked_back, moments, same_held, step, window
from forecast.watch.screening import Spans, may_ring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.arrays import Bools, Ints
    from forecast.watch.evidence import Outlook
    from forecast.watch.incidents import Incident

AHEAD = 192
"""Moments that are screened together …"""

AHEAD_AT_TROUBLE = 24
"""… and while an incident lasts, whose scope may soon be another."""

IN_A_ROW = 4
"""Moments in a row at which something may ring, behind which none is screened: likely it rings, and changes all."""

FEWEST = 8
"""Moments below which looking at each takes no longer."""


def walk(
    view: Outlook, incidents: tuple[Incident, ...], since: int, reached: int, until: int, least: float
) -> Iterator[tuple[int, tuple[Incident, ...]]]:
    """Each moment of the grid after the one that is ``reached``, up to ``until``, with the incidents as known there.

    ``incidents`` are those at the moment that is reached, ``since`` the first moment that is watched.
    """
    ahead = np.array(list(moments(reached, until)), dtype=np.int64)
    screened: dict[int, Bools] = {}
    for place, now in enumerate(ahead.tolist()):
        lasts = any(one.lasts for one in incidents)
        if place not in screened and len(ahead) - place >= FEWEST:
            together = ahead[place : place + (AHEAD_AT_TROUBLE if lasts else AHEAD)]
            screened = dict(enumerate(_can_ring(view, incidents, since, together, least), start=place))
        if lasts or place not in screened or screened[place].any():
            there = step(view, incidents, since, now, least, screened.get(place))
            if not same_held(there, incidents):
                screened = {}
            incidents = there
        incidents = put_to_account(view, incidents, since, now)
        yield now, incidents


def _can_ring(view: Outlook, incidents: tuple[Incident, ...], since: int, now: Ints, least: float) -> Bools:
    """What can ring at the first of some moments, as long as incidents hold the same orders."""
    spans = windows(view, since, now, looked_back(view, incidents, int(now[0])))
    part = slice(int(spans.first[0]), int(spans.last[-1]))
    return may_ring(view, ~held(view, part, incidents), spans, least, IN_A_ROW)


def windows(view: Outlook, since: int, now: Ints, back: int = int(NEVER)) -> Spans:
    """The orders that are looked at for a new incident at each moment; see ``incidents.window_begin``.

    Those from the moment ``back`` on are looked at in any case.
    """
    feed = view.feed
    last = np.searchsorted(feed.tried_at, now, side="right")
    begin, full = now - window(view), np.flatnonzero(last >= MOST_ORDERS)
    begin[full] = np.maximum(begin[full], feed.tried_at[last[full] - MOST_ORDERS])
    first = np.searchsorted(feed.tried_at, np.clip(begin, since, max(back, since)), side="right")
    return Spans(now, np.minimum(first, last), last)

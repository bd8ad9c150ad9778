"""How far a cell must stand out before it rings, held against the merchant's own past.

The scan is run over the last weeks of the history, episodes left out. Where it would have rung there on several days,
something there is usual that the law of usual failures does not know (a bank that answers in batches, say), and the
threshold rises to what the days with least have seldom seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.evidence import BEFORE_DAYS, known, outlook
from forecast.watch.feed import DAY, HOUR
from forecast.watch.incidents import window_begin
from forecast.watch.scan import THRESHOLD, strongest
from forecast.watch.screening import may_ring
from forecast.watch.usual import episodes
from forecast.watch.walking import windows

if TYPE_CHECKING:
    from forecast.watch.feed import Feed
    from forecast.watch.usual import Usual

DAYS = 28
"""Days before ``since`` on which the scan is tried."""

EVERY = 2 * HOUR
"""Seconds between the moments of the trial."""

ALLOWED = 2
"""Days of the trial on which the scan may ring: remnants of episodes."""

MARGIN = 1.0
"""What the threshold stands above the scores of the past."""

HIGHEST = 3 * THRESHOLD
"""What the threshold rises to, at most: an incident of some size still rings."""


def threshold(history: Feed, usual: Usual, since: int) -> float:
    """The score from which on an incident is told, by what was known at ``since``."""
    recent = history.take(history.ordered_at > since - (DAYS + 2 * BEFORE_DAYS) * DAY)
    view = outlook(recent.known_at(since), usual)
    whole = known(view, since - (DAYS + 2) * DAY, since)
    part = slice(whole.first, whole.first + len(whole.good))
    if not len(whole.good):
        return THRESHOLD
    ordinary = ~episodes(view.feed.take(np.arange(part.start, part.stop)), whole.bad[0], whole.chance[0])
    greatest = np.zeros(DAYS)
    asked = np.arange(since - DAYS * DAY + EVERY, since + 1, EVERY)
    spans = windows(view, since - (DAYS + 2) * DAY, asked)
    free = ordinary[spans.first[0] - whole.first : spans.last[-1] - whole.first]
    can_ring = may_ring(view, free, spans, THRESHOLD - MARGIN)
    for place in np.flatnonzero(can_ring.any(axis=(1, 2))).tolist():
        now = int(asked[place])
        seen = known(view, max(window_begin(view, now), since - (DAYS + 2) * DAY), now)
        first = seen.first - whole.first
        here = ordinary[first : first + len(seen.good)]
        found = strongest(view, seen, here, now - EVERY, THRESHOLD - MARGIN, can_ring[place])
        if found is not None:
            day = place * EVERY // DAY
            greatest[day] = max(greatest[day], found.score)
    return float(np.clip(np.sort(greatest)[-1 - ALLOWED] + MARGIN, THRESHOLD, HIGHEST))

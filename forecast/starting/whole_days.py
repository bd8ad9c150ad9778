"""The last day that a file knows wholly (one made at noon knows half of its last day), and how often money moves."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RHYTHM_DAYS = 56
"""Days before the last one on which it is read how late the shop's last order usually comes …"""

_EARLY_SHARE = 0.05
"""… and of these the share that may end earlier than a day that counts as whole."""

FEWEST_DAYS = 3
"""Days on which money moved without which a bill has no rhythm."""

_USUAL_SHARE = 0.95
"""Of a bill's pauses the share that the usual one is not shorter than: the longest holidays are no measure."""

_EARLIEST_END, _LATEST_END = dt.time(17), dt.time(23, 30)
"""A day that ends before the first was cut off, one that goes on to the second was not, whatever the others did."""


@dataclass(frozen=True, slots=True)
class DayOfOrders:
    """A day on which orders were placed, and the time of the last one."""

    day: dt.date
    last: dt.time


def last_whole_day(days: Sequence[DayOfOrders], latest: dt.datetime, earliest_end: dt.time = _EARLIEST_END) -> dt.date:
    """The last day that is wholly known, of days in their order, at least one.

    ``latest`` is the last moment of any event in the file: where it lies on a later day, the last day of orders was
    over when the file was made. Orders without a time of day tell nothing, and their last day is taken as whole; so is
    a day before which none is known. A day that ends before ``earliest_end`` was cut off, whatever the others did.
    """
    *before, last = days
    if not before or latest.date() > last.day or all(one.last == dt.time() for one in days):
        return last.day
    ends = sorted(one.last for one in before[-_RHYTHM_DAYS:])
    usual = ends[int(len(ends) * _EARLY_SHARE)]
    if last.last >= min(max(usual, earliest_end), _LATEST_END):
        return last.day
    return last.day - dt.timedelta(days=1)


def usual_pause(days: Sequence[dt.date]) -> int | None:
    """Days from one movement to the next that are usual of late, of days in their order; None for too few of them."""
    late = [day for day in days if (days[-1] - day).days < _RHYTHM_DAYS]
    if len(late) < FEWEST_DAYS:
        return None
    pauses = sorted((later - day).days for day, later in itertools.pairwise(late))
    return pauses[min(int(len(pauses) * _USUAL_SHARE), len(pauses) - 1)]

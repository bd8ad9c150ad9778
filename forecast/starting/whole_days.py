"""The last day that a file of orders knows wholly: an export made at noon knows half of its last day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RHYTHM_DAYS = 56
"""Days before the last one on which it is read how late the shop's last order usually comes …"""

_EARLY_SHARE = 0.05
"""… and of these the share that may end earlier than a day that counts as whole."""

_EARLIEST_END, _LATEST_END = dt.time(17), dt.time(23, 30)
"""A day that ends before the first was cut off, one that goes on to the second was not, whatever the others did."""


@dataclass(frozen=True, slots=True)
class DayOfOrders:
    """A day on which orders were placed, and the time of the last one."""

    day: dt.date
    last: dt.time


def last_whole_day(days: Sequence[DayOfOrders], latest: dt.datetime) -> dt.date:
    """The last day that is wholly known, of days in their order, at least one.

    ``latest`` is the last moment of any event in the file: where it lies on a later day, the last day of orders was
    over when the file was made. Orders without a time of day tell nothing, and their last day is taken as whole; so is
    a day before which none is known.
    """
    *before, last = days
    if not before or latest.date() > last.day or all(one.last == dt.time() for one in days):
        return last.day
    ends = sorted(one.last for one in before[-_RHYTHM_DAYS:])
    usual = ends[int(len(ends) * _EARLY_SHARE)]
    if last.last >= min(max(usual, _EARLIEST_END), _LATEST_END):
        return last.day
    return last.day - dt.timedelta(days=1)

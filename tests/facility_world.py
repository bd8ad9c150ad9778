"""What the plain simulator of facilities is given: a world before any financing, on days that are plain numbers.

Day 0 is as_of, day 1 the day after it, and so on to the last; a list by day has that of as_of first. Yuan, floats.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.model import OtherFlow


@dataclass(frozen=True)
class Receivable:
    """An amount that a channel has deducted and not settled; what is refunded before, as (day, amount).

    When it settles the channel keeps a fee: the amount is settled whole, and no longer open.
    """

    channel: str
    deducted: int
    settles: int
    amount: float
    refunds: tuple[tuple[int, float], ...] = ()

    def open_on(self, evening: int) -> float:
        """Give what is open on an evening."""
        if not self.deducted <= evening < self.settles:
            return 0.0
        return self.amount - sum(amount for day, amount in self.refunds if day <= evening)

    def settled_on(self, day: int) -> float:
        """Give what settles on a day."""
        return self.open_on(day - 1) if day == self.settles else 0.0


@dataclass(frozen=True)
class World:
    """What happens before any financing; purchases may lie before as_of, the flow of as_of itself is nothing."""

    as_of: dt.date
    opening: float
    minimum: float
    surplus_rate: float
    flows: Sequence[float]
    banking: Sequence[bool]
    holiday: Sequence[bool]
    receivables: Sequence[Receivable] = ()
    purchases: dict[str, dict[int, float]] = field(default_factory=dict)
    payments: Sequence[OtherFlow] = ()

    @property
    def last(self) -> int:
        """The last day."""
        return len(self.flows) - 1

    def date(self, day: int) -> dt.date:
        """Give the date of a day."""
        return self.as_of + dt.timedelta(days=day)

    def day(self, date: dt.date) -> int:
        """Give the day of a date."""
        return (date - self.as_of).days

    def is_month_end(self, day: int) -> bool:
        """Tell whether a day is the last of its month."""
        return self.date(day + 1).day == 1

    def night(self, day: int, day_count: str) -> float:
        """Give the years from the evening of a day to the next: nothing on the last, when all is closed out."""
        return 0.0 if day >= self.last else years(self.date(day), self.date(day + 1), day_count)


def years(start: dt.date, end: dt.date, day_count: str) -> float:
    """Give the years between two dates: actual days over 360 or 365, or months of thirty days (30E/360)."""
    if day_count == "30/360":
        months = 12 * (end.year - start.year) + end.month - start.month
        return (30 * months + min(end.day, 30) - min(start.day, 30)) / 360
    return (end - start).days / (365 if day_count == "act/365" else 360)


def months_later(date: dt.date, months: int) -> dt.date:
    """Give the same day of a later month, or its last day where it has no such day."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    for day in range(date.day, 27, -1):
        try:
            return dt.date(year, month + 1, day)
        except ValueError:
            continue
    return dt.date(year, month + 1, date.day)

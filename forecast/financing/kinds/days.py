"""A facility's days as the daily rule reads them: lists, of which one day is had at once, and rows of amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.financing.timing import Calendar


@dataclass(frozen=True, slots=True, eq=False)
class ByDay:
    """What the calendar and the terms say of each day: see ``timing.Calendar`` and ``Terms``."""

    opens: list[bool]
    dues: list[bool]
    due_by: list[int]  # by day the last due day up to it, −1 where none is
    arrival: list[int]
    cover: list[int]
    near: list[int]
    accrual: list[float]
    commitment: list[float]
    kept_back: list[float]

    @classmethod
    def of(cls, calendar: Calendar, accrual: Floats, kept_back: Floats) -> Self:
        """Lay out a calendar's days, what a yuan owed costs each night, and what is kept back of a drawing."""
        due = np.where(calendar.due, np.arange(calendar.due.size), -1)
        return cls(
            opens=calendar.open.tolist(),
            dues=calendar.due.tolist(),
            due_by=np.maximum.accumulate(due).tolist(),
            arrival=calendar.arrival.tolist(),
            cover=calendar.cover.tolist(),
            near=calendar.near.tolist(),
            accrual=accrual.tolist(),
            commitment=calendar.commitment.tolist(),
            kept_back=kept_back.tolist(),
        )


class Rows:
    """Amounts by day and path, yuan, of which most days have none; laid out as (day, path) when that is asked for.

    An amount that was added is the row's own: who added it must not change it in place.
    """

    __slots__ = ("rows", "shape", "whole")

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.rows: dict[int, Floats] = {}
        self.whole: Floats | None = None

    def add(self, day: int, amount: Floats) -> None:
        """Add an amount, (path,), on a day."""
        known = self.rows.get(day)
        self.rows[day] = amount if known is None else known + amount
        self.whole = None

    def total(self) -> Floats:
        """Give the sum over all days, (path,)."""
        total = np.zeros(self.shape[1])
        for day in sorted(self.rows):
            total += self.rows[day]
        return total

    def laid_out(self) -> Floats:
        """Give all of it, 0 on the other days, (day, path)."""
        if self.whole is None:
            self.whole = np.zeros(self.shape)
            for day, row in self.rows.items():
                self.whole[day] += row
        return self.whole

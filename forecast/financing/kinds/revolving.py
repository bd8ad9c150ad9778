"""Lines drawn to the limit and repaid from any surplus: revolver, overdraft, and the owner's loan with its tenor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.terms import Carriage, Terms
from forecast.financing.timing import reach_beyond

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.financing.kinds.lines import Arrangement


class Revolving(Terms):
    """A revolver (循环授信): drawn to the limit, repaid from any surplus."""

    only_interest: ClassVar[bool] = True
    cleaned_down: ClassVar[bool] = True


class Overdraft(Revolving):
    """An overdraft (透支): a revolver of the account itself, which needs no bank to work on the day."""

    on_holidays: ClassVar[bool] = True


class OwnerLoan(Revolving):
    """An owner's loan (股东借款): each drawing is repaid after ``tenor_days`` at the latest, the oldest first."""

    refillable: ClassVar[bool] = False
    cleaned_down: ClassVar[bool] = False

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give the balance as drawings that are younger than the tenor."""
        plain, tenor = super().carriage(path, in_use=in_use), self.facility.tenor_days
        if tenor is None:
            return plain
        days = np.arange(plain.kept.size)
        age = days[:, None] - days[None, :]
        return replace(
            plain,
            within=((age >= 0) & (age < tenor)).astype(np.float64),
            within_opening=(days + 1 < tenor).astype(np.float64),
        )


class OwnerLine(Line):
    """An owner's loan while the days pass."""

    by_contract: ClassVar[bool] = True

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        super().__init__(arrangement, shape)
        self.drawn_so_far = np.zeros((shape[0] + 1, shape[1]))
        self.drawn_so_far[0] = self.facility.drawn
        self.repaid = np.zeros(shape[1])

    def _due_by(self, day: int) -> Floats | None:
        """Give what falls due up to the day of what is owed now; None before any tenor ends."""
        tenor = self.facility.tenor_days
        if tenor is None or day + 1 < tenor:
            return None
        known = day + 1 - tenor
        drawn = self.drawn_so_far[known] if known <= self.tonight else self.repaid + self.balance
        return np.asarray(np.clip(drawn - self.repaid, 0.0, self.balance))

    def _fall_due(self, day: int) -> Floats | float:
        amount = self._due_by(day)
        if amount is None:
            return 0.0
        self._note_due(day, amount)
        return self._take(day, amount)

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what falls due from the evening to day ``last``."""
        amount = self._due_by(last) if self.owing and last >= evening else None
        return 0.0 if amount is None else amount

    def due_beyond(self) -> Floats | None:
        """Give what falls due by each day after the horizon."""
        tenor, count = self.facility.tenor_days, self.days.open.size
        if tenor is None:
            return None
        days = count + np.arange(reach_beyond(count)) + 1 - tenor
        drawn = np.where((days >= 0)[:, None], self.drawn_so_far[np.clip(days, 0, count)], 0.0)
        due = np.clip(drawn - self.repaid, 0.0, self.balance)
        return due if due.any() else None

    def days_beyond(self) -> int | None:
        """Give the days from the horizon's end to that of the last drawing's tenor; 0 without one."""
        tenor, count = self.facility.tenor_days, self.days.open.size
        drawn = np.flatnonzero(self.draws.any(axis=1))
        last = int(drawn[-1]) if drawn.size else -1
        return 0 if tenor is None else max(0, last + tenor - (count - 1))

    def _take(self, day: int, amount: Floats) -> Floats:
        self.repaid = self.repaid + amount
        return super()._take(day, amount)

    def end(self, day: int) -> None:
        """Accrue the night, and keep what has been drawn up to the evening."""
        self.drawn_so_far[day + 1] = self.drawn_so_far[day] + self.draws[day]
        super().end(day)

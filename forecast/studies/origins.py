"""The as-of days of a backtest, and how far it looks ahead from each: chosen by the length of the history alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem
from forecast.notes import Note

if TYPE_CHECKING:
    from forecast.arrays import Days

LEAST_HISTORY = 90
"""Days of trade before the first as-of day."""

LEAST_HORIZON = 7
"""Days ahead at least: one of each weekday."""

USUAL_ORIGINS = 6
"""As-of days where none are asked for and the history allows as many."""

LEAST_ORIGINS = 3
"""A horizon that was not asked for is shortened until as many windows fit, for one window is no measure."""

TRADING_SPAN = 28
"""Trade has begun on the first day from which half of so many days have orders: a trial order long before is none."""


@dataclass(frozen=True, slots=True)
class Origins:
    """As-of days, the earliest first, each with ``horizon`` known days after it."""

    days: Days
    horizon: int
    notes: tuple[Note, ...]


def first_trading_day(days: Days) -> np.datetime64:
    """The day on which regular trade began, of the distinct days with orders in ascending order, at least one.

    Where no span of ``TRADING_SPAN`` days has orders on half of its days, the first day with an order.
    """
    within = np.searchsorted(days, days + TRADING_SPAN) - np.arange(len(days))
    return np.datetime64(days[int(np.argmax(2 * within >= TRADING_SPAN))], "D")


def choose_origins(
    first: np.datetime64, last: np.datetime64, planned: int, horizon: int | None = None, count: int | None = None
) -> Origins:
    """The as-of days: the last one leaves just the horizon before ``last``; windows do not overlap unless asked to.

    Trade began on ``first``, and ``last`` is wholly known. The ``planned`` horizon in days is shortened where the
    history is short; a ``horizon`` given in its place is not. Where ``count`` as-of days do not fit one after another
    they overlap evenly; by default they are up to ``USUAL_ORIGINS``.

    Raises:
        InputError: The history is too short for what is asked; says how much would do.
    """
    known = int((last - first).astype(np.int64)) + 1
    room = known - LEAST_HISTORY
    ahead = horizon if horizon is not None else min(planned, max(room // LEAST_ORIGINS, LEAST_HORIZON))
    if room < ahead:
        raise InputError(_too_short(first, last, known, horizon))
    notes = []
    if horizon is None and ahead < planned:
        notes.append(Note("backtest_shorter", "plan.horizon_days", {"days": ahead, "planned": planned}))
    fitting = room // ahead
    if count is None or count <= fitting:
        chosen, step = min(count or USUAL_ORIGINS, fitting), ahead
    else:
        chosen, step = count, (room - ahead) // (count - 1)
        if step < 1:
            message = f"is {count}, and the history allows {room - ahead + 1} at most; write fewer"
            raise InputError(Problem(message, key="--origins"))
        notes.append(Note("backtest_overlap", "--origins", {"step": step, "days": ahead}))
    days = last - ahead - step * np.arange(chosen - 1, -1, -1)
    return Origins(days, ahead, tuple(notes))


def _too_short(first: np.datetime64, last: np.datetime64, known: int, horizon: int | None) -> Problem:
    most = known - LEAST_HISTORY
    if horizon is not None and most >= 1:
        return Problem(
            f"is {horizon}, and the history of {known} days ({first} to {last}) leaves {most} days to compare after"
            f" {LEAST_HISTORY} to learn from; write --horizon {most} or less",
            key="--horizon",
        )
    return Problem(
        f"has {known} days of trade ({first} to {last}), and a backtest needs {LEAST_HISTORY + LEAST_HORIZON}:"
        f" {LEAST_HISTORY} to learn from and {LEAST_HORIZON} to compare with; bring in older orders",
        key="ledger.orders",
    )

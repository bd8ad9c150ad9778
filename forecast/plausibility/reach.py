"""Whether the ledger reaches as_of: days missing at its end are told, more than a fortnight of them refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem, said
from forecast.ledger.freshness import FEWEST_DAYS, event_days, is_rare_trade
from forecast.notes import Note

if TYPE_CHECKING:
    from forecast.calendar import Calendar
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

LONGEST_GAP = 14
"""More missing days than these are refused: no forecast bridges them."""

LONG_HOLIDAY, WORKING_DAYS = 5, 10
"""A silence that holds so many days off in a row beyond a weekend is refused only above so many working days."""


def missing_end(plan: Plan, ledger: Ledger, gap: int) -> list[Note]:
    """The note on ``gap`` missing days, see ``freshness.missing_days``, up to the plan's as_of."""
    last = str(np.datetime64(plan.horizon.as_of) - gap)
    return [Note("stale_ledger", "ledger", {"days": gap, "last": last})] if gap and ledger.counts.orders else []


def require_reach(plan: Plan, ledger: Ledger, gap: int, calendar: Calendar, *, past: bool = False) -> None:
    """Refuse a ledger that ends more than a fortnight before as_of.

    ``gap`` counts the days missing by the shop's own rhythm; a ledger too short to have one is refused by the days
    since its last entry, unless its entries come so rarely that such a silence is none. A shop that is closed over a
    long holiday, and not for longer, is let through; so is any at a ``past`` as-of day, where a pause is no ledger that
    ends.

    Raises:
        InputError: Names the last day known, which is the as_of to write.
    """
    events = event_days(ledger.tables)
    as_of = np.datetime64(plan.horizon.as_of, "D")
    silent = gap
    if len(events) and not gap and len(events) < FEWEST_DAYS:
        silent = int((as_of - events[-1]).astype(np.int64))
        silent = 0 if is_rare_trade(events, silent) else silent
    if past or silent <= LONGEST_GAP or is_long_holiday(calendar, as_of, silent):
        return
    last = str(as_of - silent)
    message = said("inputs.ledger_ends", last=last, days=silent, as_of=str(as_of))
    raise InputError(plan.places.located(Problem(message, key="plan.as_of")))


def is_long_holiday(calendar: Calendar, last: np.datetime64, silent: int) -> bool:
    """Whether a silence up to a last day is a long holiday with little around it."""
    working = calendar.is_working_day(np.arange(last - silent + 1, last + 1))
    off = longest = 0
    for works in working:
        off = 0 if works else off + 1
        longest = max(longest, off)
    return longest >= LONG_HOLIDAY and int(working.sum()) <= WORKING_DAYS

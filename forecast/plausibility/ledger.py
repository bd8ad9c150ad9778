"""What the ledger alone gives away: a short span, stray dates, shifted clocks, swapped columns, money never seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Note
from forecast.plausibility.amounts import on_amounts
from forecast.plausibility.completeness import on_completeness
from forecast.plausibility.silences import on_silences
from forecast.plausibility.waiting import on_waiting

if TYPE_CHECKING:
    from forecast.ledger.tables import Ledger
    from forecast.notes import Values
    from forecast.plan.model import Plan

SHORT_DAYS, SHORT_HORIZON = 56, 14
"""A ledger of fewer days is too short to plan more days ahead: receipts of the next fortnight are mostly under way."""

FEWEST_ORDERS = 30
"""A ledger of fewer orders is too small to learn from, however long it is."""

STRAY_DAYS, STRAY_SHARE = 180, 0.05
"""Orders before a pause of so many days that are at most this share of all are dated wrongly, or left over."""

CLOCK_ORDERS, CLOCK_HOURS, QUIET_HOURS, QUIET = 500, 18, 5, 0.5
"""So many orders in so many hours of the day show when customers sleep: so many hours with half the usual orders."""

NIGHT_ENDS = 10
"""The middle of the quiet hours lies before this hour where clocks are right."""

TIMED, SWAPPED = 20, 0.5
"""Of so many orders with both moments, more than this share deducted before being confirmed: swapped columns."""

CALENDAR_DAYS, LAST_SWAPPED = 60, 12
"""Orders on so many days, none after this day of a month, mean that day and month are swapped."""


def on_ledger(plan: Plan, ledger: Ledger) -> list[Note]:
    """All that the ledger alone gives away."""
    if not ledger.counts.orders:
        return []
    return [
        *_span(plan, ledger),
        *_dates(ledger),
        *_clock(ledger),
        *on_waiting(ledger),
        *on_silences(plan, ledger),
        *on_amounts(ledger),
        *on_completeness(plan, ledger),
    ]


def _span(plan: Plan, ledger: Ledger) -> list[Note]:
    days = (ledger.tables.as_of - ledger.tables.first_day).days + 1
    orders = ledger.counts.orders
    if days >= SHORT_DAYS and orders < FEWEST_ORDERS:
        return [Note("few_orders_at_all", "ledger", {"orders": orders, "days": days, "wanted": FEWEST_ORDERS})]
    if days >= SHORT_DAYS or plan.horizon.days <= SHORT_HORIZON:
        return []
    return [Note("short_ledger", "ledger", {"days": days, "wanted": SHORT_DAYS, "ahead": plan.horizon.days})]


def _dates(ledger: Ledger) -> list[Note]:
    """Orders long before all others, and days of the month that stop at the twelfth."""
    by_day = ledger.tables.sales.groupby("day")["orders"].sum()
    days, notes = by_day.index.to_numpy().astype("datetime64[D]"), []
    pauses = np.diff(days).astype(np.int64)
    before = np.cumsum(by_day.to_numpy())[:-1]
    stray = np.flatnonzero((pauses >= STRAY_DAYS) & (before <= STRAY_SHARE * int(by_day.sum())))
    if len(stray):
        place = int(stray[-1])
        values: Values = {"count": int(before[place]), "until": str(days[place]), "from": str(days[place + 1])}
        notes.append(Note("orders_long_before", "ledger", values))
    last_day = int((days - days.astype("datetime64[M]")).astype(np.int64).max()) + 1
    if len(days) >= CALENDAR_DAYS and last_day <= LAST_SWAPPED:
        notes.append(Note("days_and_months_swapped", "ledger", {"days": len(days)}))
    return notes


def _clock(ledger: Ledger) -> list[Note]:
    """Clocks of another zone, told by the hours in which customers sleep; and moments in the wrong order."""
    notes, signs = [], ledger.signs
    orders = np.array(signs.by_hour, dtype=float)
    if orders.sum() >= CLOCK_ORDERS and (orders > 0).sum() >= CLOCK_HOURS:
        sums = np.array([np.roll(orders, -hour)[:QUIET_HOURS].sum() for hour in range(24)])
        quietest = int(sums.argmin())
        middle = (quietest + QUIET_HOURS // 2) % 24
        if sums[quietest] < QUIET * QUIET_HOURS * orders.mean() and middle >= NIGHT_ENDS:
            values: Values = {"first": f"{quietest:02d}:00", "last": f"{(quietest + QUIET_HOURS) % 24:02d}:00"}
            notes.append(Note("hours_shifted", "ledger", values))
    if signs.timed >= TIMED and signs.backwards > SWAPPED * signs.timed:
        notes.append(Note("deducted_before_paid", "ledger", {"share": signs.backwards / signs.timed}))
    return notes

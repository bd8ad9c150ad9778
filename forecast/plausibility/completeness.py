"""Whether the ledger holds all orders, and each once: doubled rows, channels, weeks or unsettled orders left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.notes import Note
from forecast.plausibility.reach import is_long_holiday
from forecast.receivables.rows import (
    ages_of,
    days_of,
    has_outcome,
    orders_in,
    orders_of,
    rows_of,
    total_fen,
    with_outcome,
)

if TYPE_CHECKING:
    import pandas as pd

    from forecast.arrays import Days
    from forecast.ledger.tables import Ledger
    from forecast.notes import Values
    from forecast.plan.model import Plan

WEEK, KINDS_OF_WEEK, KINDS, ODD = 7, 10, 20, 0.1
"""So many kinds of orders in a week, and in all, of which at most this share has an odd number: read twice.

By chance half of all kinds and more have an odd number.
"""

KINDS_ANYWHERE, KINDRED = 50, 0.005
"""So many kinds over the whole ledger tell the same; and so many orders, as a share, of which the number has kin."""

LATER = 5
"""So many events half a year and more after as_of are no slip of a single line."""

RHYTHM_DAYS, LEAST_SILENCE, UNLIKELY, FEWEST = 180, 7, 1e-4, 20
"""A channel's days of orders are counted over so many days; a silence of at least so many is told if so unlikely."""

RECENT_DAYS, SLOW_DAYS, EXPECTED = 60, 2.0, 20.0
"""From the settlements of so many days, if they take so long, it is told how many orders should be on their way."""

FEWEST_FAILED = 20
"""Of so many failed orders one or other is lost."""

LONG_PAUSE, LONG_SHARE, TRADING_DAYS = 45, 0.05, 40
"""So long a pause amid so many days with orders, this share of them at least on either side, is rather a lost file."""

DAILY, DAILY_ORDERS, LEAST_AFTER = 0.97, 3, 2
"""With this share of its days in a row, and so many orders on most, a shop sells daily; days that a pause ends with."""

LARGE_FEE, EVIDENCE = 0.08, 30
"""Fees of a ledger above this share, on so many orders, are rather a column that leaves something else out."""


def on_completeness(plan: Plan, ledger: Ledger) -> list[Note]:
    """All that looks left out of the ledger, or there twice."""
    return [
        *_twice(ledger),
        *_much_later(ledger),
        *_pause(plan, ledger),
        *_stopped(ledger),
        *_only_settled(ledger),
        *_fees(plan, ledger),
    ]


def _twice(ledger: Ledger) -> list[Note]:
    """Weeks or days in which orders, by all but their numbers, come in pairs; or orders of kindred numbers."""
    alike, signs = ledger.signs.alike, ledger.signs
    if alike is None or alike.empty:
        return []
    days = days_of(alike)
    week = (np.datetime64(ledger.tables.as_of, "D") - days).astype(np.int64) // WEEK
    begins = alike.assign(week=week, begin=days, end=days)
    for by in (["channel", "week"], ["begin", "week"]):
        sums = begins.groupby(by).agg(
            kinds=("kinds", "sum"), odd=("odd", "sum"), first=("day", "min"), last=("day", "max")
        )
        paired = sums[(sums.odd <= ODD * sums.kinds) & (sums.kinds >= KINDS_OF_WEEK)]
        if paired.kinds.sum() >= KINDS:
            values: Values = {"weeks": len(set(paired.index.get_level_values("week")))}
            values |= {"first": str(paired["first"].min())[:10], "last": str(paired["last"].max())[:10]}
            return [Note("orders_twice", "ledger", values)]
    if signs.kinds >= KINDS_ANYWHERE and signs.odd <= ODD * signs.kinds:
        values = {"weeks": len(set(week)), "first": str(days.min()), "last": str(days.max())}
        return [Note("orders_twice", "ledger", values)]
    kin = signs.kin
    if kin is None or kin.orders < max(KINDS, KINDRED * ledger.counts.orders):
        return []
    told: Values = {"count": kin.orders, "example": kin.example, "first": kin.first, "last": kin.last}
    return [Note("orders_of_one_number", "ledger", told)]


def _much_later(ledger: Ledger) -> list[Note]:
    """Events in bulk so long after as_of that their year is a slip."""
    count = ledger.signs.later
    return [Note("events_much_later", "ledger", {"count": count})] if count >= LATER else []


def _pause(plan: Plan, ledger: Ledger) -> list[Note]:
    """Weeks without a single order amid others; a week is enough where the shop sells every day."""
    by_day = ledger.tables.sales.groupby("day").orders.sum()
    days, orders = by_day.index.to_numpy().astype("datetime64[D]"), by_day.to_numpy()
    if len(days) < TRADING_DAYS:
        return []
    pauses, before = np.diff(days).astype(np.int64), np.cumsum(orders)[:-1] / orders.sum()
    usual = 10 * float(np.median(pauses))
    amid = (before >= LONG_SHARE) & (before <= 1 - LONG_SHARE)
    found = (pauses > max(LONG_PAUSE, usual)) & amid
    daily = (pauses == 1).mean() >= DAILY and np.median(orders) >= DAILY_ORDERS
    calendar = Calendar(plan.merchant.holidays)
    between = (np.arange(len(pauses)) >= WEEK) & (np.arange(len(pauses)) < len(pauses) - LEAST_AFTER)
    for place in np.flatnonzero(between & (pauses > WEEK) & ~found) if daily else ():
        found[place] = not is_long_holiday(calendar, days[place + 1] - 1, int(pauses[place]) - 1)
    return [
        Note("weeks_missing", "ledger", {"from": str(days[place] + 1), "until": str(days[place + 1] - 1)})
        for place in np.flatnonzero(found)
    ]


def _stopped(ledger: Ledger) -> list[Note]:
    """Channels without orders for longer than by their own rhythm, while others sell on."""
    sales = ledger.tables.sales
    days = np.unique(days_of(sales))
    notes = []
    for name, rows in sales.groupby("channel", sort=True):
        own = np.unique(days_of(rows))
        silent = int((days > own[-1]).sum())
        if orders_in(rows) >= FEWEST and silent >= LEAST_SILENCE and _is_stop(own, days, silent):
            values: Values = {"last": str(own[-1]), "days": int((days[-1] - own[-1]).astype(np.int64))}
            notes.append(Note("channel_stopped", f"channels.{name}", values))
    return notes


def _is_stop(own: Days, days: Days, silent: int) -> bool:
    """Whether so many last days of trade without a channel are unlikely, by its days in the time before."""
    recent = own[own > own[-1] - RHYTHM_DAYS]
    places = np.searchsorted(days, recent)
    trading = int(places[-1] - places[0]) + 1
    if len(recent) > 1 and int(np.diff(places).max()) - 1 >= silent:
        return False
    share = (len(recent) - 0.5) / trading
    return bool((1 - min(share, 0.99)) ** silent < UNLIKELY)


def _only_settled(ledger: Ledger) -> list[Note]:
    """Nothing on its way though settlement takes days; or no order that ended unpaid or lost."""
    tables, as_of = ledger.tables, np.datetime64(ledger.tables.as_of)
    settlement = tables.settlement
    notes, expected = [], 0.0
    for name in settlement.channel.unique():
        expected += _expected_on_the_way(rows_of(settlement, name), as_of)
    if expected >= EXPECTED and not has_outcome(settlement, "in_transit").any():
        notes.append(Note("only_settled", "ledger", {"expected": round(expected)}))
    failed = orders_in(with_outcome(tables.first, "failed"))
    ended = has_outcome(tables.first, "never_paid", "awaiting").any() or has_outcome(tables.recovery, "lost").any()
    if failed >= FEWEST_FAILED and not ended:
        notes.append(Note("only_deducted", "ledger"))
    return notes


def _expected_on_the_way(rows: pd.DataFrame, as_of: np.datetime64) -> float:
    """How many of a channel's orders should wait for settlement, by how many it settles and how long that takes."""
    settled = with_outcome(rows[days_of(rows) > as_of - RECENT_DAYS], "settled")
    if settled.empty:
        return 0.0
    orders = orders_in(settled)
    lag = float(ages_of(settled) @ orders_of(settled)) / orders
    silent = int((as_of - days_of(settled).max()).astype(np.int64))
    return lag * orders / RECENT_DAYS if lag >= SLOW_DAYS and silent <= lag + 1 else 0.0


def _fees(plan: Plan, ledger: Ledger) -> list[Note]:
    """Fees of the ledger that are far above what a payment channel takes, where the plan does not confirm them."""
    if ledger.joined is not None:
        return []
    notes = []
    for name, channel in plan.channels.items():
        settled = with_outcome(rows_of(ledger.tables.settlement, name), "settled")
        fees = total_fen(settled, "fees")
        base = total_fen(settled, "settled") + fees
        if channel.fee_rate is None and orders_in(settled) >= EVIDENCE and fees > LARGE_FEE * base:
            notes.append(Note("ledger_fee_very_large", f"channels.{name}", {"rate": fees / base, "channel": name}))
    return notes

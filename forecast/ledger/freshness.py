"""Whether a ledger reaches as_of: the last day on which anything happened in it, and whether the silence since is news.

A shop that is closed over Spring Festival is not a feed that has stopped. What counts as a stop is told by the shop's
own rhythm: so many silent days in a row must be unlikely given how often such weekdays were silent before, must not be
public holidays alone, and must not have occurred before.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.calendar import weekday_of

if TYPE_CHECKING:
    from forecast.arrays import Bools, Days
    from forecast.calendar import Calendar
    from forecast.ledger.tables import DailyTables
    from forecast.plan.model import Plan

RHYTHM_DAYS = 364
"""Days up to the last event on which the shop's rhythm is read …"""

FEWEST_DAYS = 28
"""… and the fewest of them with events; a ledger of less has no rhythm, and no silence of it is called a stop."""

UNLIKELY = 0.01
"""A silence with less chance than this is a stop."""

FEWEST_EVENTS, RARE_DAYS, LONGEST = 5, 3.0, 2
"""So many days with events, so many days apart on average, are rare trade: it comes in clusters, and its silences may
last so many times the longest one before."""

OPEN = ("awaiting", "failed", "in_transit", "open")
"""Outcomes that tell of a state on as_of, not of an event."""


def missing_days(tables: DailyTables, calendar: Calendar) -> int:
    """Days between the last event of the ledger and as_of, where its silence is a stop; otherwise 0."""
    events = event_days(tables)
    if not len(events):
        return 0
    as_of, last = np.datetime64(tables.as_of, "D"), events[-1]
    silent = np.arange(last + 1, as_of + 1)
    events = events[events > last - RHYTHM_DAYS]
    if not len(silent) or len(events) < FEWEST_DAYS:
        return 0
    longest = int(np.diff(events).max().astype(np.int64)) - 1
    if longest >= len(silent) or is_rare_trade(events, len(silent)) or not calendar.is_working_day(silent).any():
        return 0
    days = np.arange(events[0], last + 1)
    known = np.bincount(weekday_of(days), minlength=7)
    empty = known - np.bincount(weekday_of(events), minlength=7)
    chance = (empty + 0.5) / (known + 1.0)
    return len(silent) if float(np.prod(chance[weekday_of(silent)])) < UNLIKELY else 0


def is_rare_trade(events: Days, silent: int) -> bool:
    """Whether the days with events lie so far apart that so many silent days after them are no news."""
    if len(events) < FEWEST_EVENTS:
        return False
    gaps = np.diff(events).astype(np.int64)
    return bool(gaps.mean() >= RARE_DAYS and silent <= LONGEST * gaps.max())


def event_days(tables: DailyTables) -> Days:
    """The days on which anything is known to have happened to any order, in order; what the plan completes is not."""
    found = [tables.sales["day"]]
    for table in (tables.first, tables.recovery, tables.settlement, tables.refund_before, tables.refund_after):
        rows = table[~table["outcome"].isin(OPEN)] if "outcome" in table else table
        if table is tables.first:
            # A failure whose own moment is not recorded falls on the day of its order.
            rows = table[table["outcome"] != "awaiting"]
        rows = rows[~_by_plan(rows, tables, refunds=table is tables.refund_before or table is tables.refund_after)]
        found.append(rows["day"] + pd.to_timedelta(rows["age"], unit="D"))
    days = pd.concat([pd.Series(one).dropna() for one in found]).to_numpy().astype("datetime64[D]")
    return np.asarray(np.unique(days))


def plan_as_known(plan: Plan, gap: int) -> Plan:
    """The plan as of the last day of the ledger, which lies ``gap`` days before its as_of; its last day stays."""
    horizon = plan.horizon
    as_of = horizon.as_of - dt.timedelta(days=gap)
    return replace(plan, horizon=replace(horizon, as_of=as_of, days=horizon.days + gap))


def _by_plan(rows: pd.DataFrame, tables: DailyTables, *, refunds: bool) -> Bools:
    """Which rows are events on days that the plan gives: they go on after a feed has stopped."""
    names, by_plan = tables.completion, np.zeros(len(rows), dtype=bool)
    if refunds:
        return np.asarray(rows["channel"].isin(names.refunded | names.settled | set(names.refunded_after)))
    completed = {
        "settled": names.settled,
        "refunded": names.refunded | set(names.refunded_after),
        "never_paid": names.closed | set(names.lost_after),
        "lost": set(names.lost_after),
    }
    for outcome, channels in completed.items():
        by_plan |= np.asarray((rows["outcome"] == outcome) & rows["channel"].isin(channels))
    return by_plan

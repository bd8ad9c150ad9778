"""Promotions against the sales of the past: days without a peak, peaks without a promotion, and multiples."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, groupby
from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Note, Values
from forecast.receivables.rows import days_of, orders_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.arrays import Floats
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Event, Plan

AROUND, USUAL = 28, 3.0
"""An ordinary day has the median orders of so many days before and after it; fewer tell no peak."""

PEAK, FLAT = 2.5, 1.3
"""A day of so many times its ordinary orders is a peak; one of at most so many is none."""

NEAR, ELSEWHERE = 20, 45
"""Days by which a promotion may move from year to year; and within which a peak belongs to one dated wrongly."""

CONTRADICTED = 3.0
"""Multiples so many times apart exclude each other."""

YEAR = 365

MOSTLY = 0.5
"""Promotions that share this part of all their days, or more, are one under two names."""


def on_events(plan: Plan, ledger: Ledger) -> list[Note]:
    """What the sales of past days say of the promotions, and past promotions of coming ones."""
    days = _Days(ledger)
    events = sorted(plan.events, key=lambda event: (event.name, event.start))
    notes = []
    for name, repeats in groupby(events, key=lambda event: event.name):
        same = list(repeats)
        past = [event for event in same if event.end <= plan.horizon.as_of]
        ahead = [event for event in same if event.end > plan.horizon.as_of]
        found = [note for event in past for note in _past(days, event, plan.events)]
        notes += found or [note for event in ahead for note in _ahead(days, name, event, past, plan.events)]
    return [*notes, *_under_two_names(plan, ledger)]


def _under_two_names(plan: Plan, ledger: Ledger) -> list[Note]:
    """Pairs of names that mean one promotion: the same peak, or nearly the same days, in history or horizon."""
    first, last = ledger.tables.first_day, plan.horizon.as_of + dt.timedelta(days=plan.horizon.days)
    seen = sorted((one for one in plan.events if first <= one.end and one.start <= last), key=lambda one: one.start)
    pairs: dict[tuple[str, str], Event] = {}
    for one, other in combinations(seen, 2):
        if one.name != other.name and _are_one(one, other):
            pairs.setdefault((min(one.name, other.name), max(one.name, other.name)), other)
    return [
        Note("event_twice", f"events.{other}", {"name": name, "other": other, "start": str(event.start)})
        for (name, other), event in pairs.items()
    ]


def _are_one(one: Event, other: Event) -> bool:
    peaks = {event.peak or (event.start if event.start == event.end else None) for event in (one, other)}
    if len(peaks) == 1 and None not in peaks:
        return True
    shared = (min(one.end, other.end) - max(one.start, other.start)).days + 1
    whole = (max(one.end, other.end) - min(one.start, other.start)).days + 1
    return shared >= MOSTLY * whole


class _Days:
    """Orders of each day of the ledger against an ordinary day around it."""

    def __init__(self, ledger: Ledger) -> None:
        self.first = ledger.tables.first_day
        start = np.datetime64(self.first, "D")
        length = (ledger.tables.as_of - self.first).days + 1
        places = (days_of(ledger.tables.sales) - start).astype(np.int64)
        self.orders: Floats = np.bincount(places, orders_of(ledger.tables.sales), length)[:length].astype(np.float64)

    def usual(self, day: dt.date) -> float | None:
        """The orders of an ordinary day around one; None where the ledger does not reach around it."""
        place = (day - self.first).days
        if not AROUND <= place < len(self.orders) - NEAR:
            return None
        return float(np.median(self.orders[place - AROUND : place + AROUND + 1]))

    def multiple(self, day: dt.date, around: int = 1) -> float | None:
        """The most orders of a day and its neighbours as a multiple of an ordinary day's."""
        usual, place = self.usual(day), (day - self.first).days
        if usual is None or usual < USUAL:
            return None
        return float(self.orders[place - around : place + around + 1].max()) / usual

    def on(self, day: dt.date) -> float:
        """The orders of a day."""
        return float(self.orders[(day - self.first).days])

    def highest(self, day: dt.date, around: int) -> dt.date:
        """The day with most orders among those around one."""
        place = (day - self.first).days
        begin = max(0, place - around)
        return self.first + dt.timedelta(days=begin + int(self.orders[begin : place + around + 1].argmax()))


def _past(days: _Days, event: Event, events: Iterable[Event]) -> list[Note]:
    """A past promotion whose peak day has no order, or is an ordinary day while a peak stands elsewhere."""
    peak = event.peak
    if peak is None or (multiple := days.multiple(peak)) is None:
        return []
    where, values = f"events.{event.name}", {"name": event.name, "peak": str(peak)}
    if days.on(peak) == 0:
        return [Note("event_days_missing", where, values)]
    day = days.highest(peak, ELSEWHERE)
    if multiple > FLAT or (days.multiple(day, 0) or 0.0) < PEAK or _covered(day, events):
        return []
    return [Note("event_elsewhere", where, {**values, "day": str(day)})]


def _covered(day: dt.date, events: Iterable[Event]) -> bool:
    return any(event.start <= day <= event.end for event in events)


def _ahead(days: _Days, name: str, event: Event, past: list[Event], events: Iterable[Event]) -> list[Note]:
    """A coming promotion against those of its name that came, or against a peak of last year that none names."""
    peaks = [one.peak for one in past if one.peak is not None]
    if not past:
        return _unnamed(days, event, events)
    if not peaks:
        return []
    where, values = f"events.{name}", Values({"name": name, "past": str(max(peaks))})
    if event.peak is None:
        return [Note("event_peak_missing", where, values)]
    apart = min((event.peak - peak).days % YEAR for peak in peaks)
    moved = min(apart, YEAR - apart) > NEAR
    notes = [Note("event_moved", where, {**values, "peak": str(event.peak)})] if moved else []
    return notes + _uplift(days, event, peaks)


def _uplift(days: _Days, event: Event, peaks: Iterable[dt.date]) -> list[Note]:
    """A multiple of the plan that the promotions of the name contradict."""
    multiples = [found for peak in peaks if (found := days.multiple(peak))]
    if event.uplift is None or not multiples:
        return []
    found = float(np.mean(multiples))
    if max(event.uplift / found, found / event.uplift) <= CONTRADICTED:
        return []
    values: Values = {"name": event.name, "stated": event.uplift, "found": found}
    return [Note("uplift_contradicts_ledger", f"events.{event.name}.uplift", values)]


def _unnamed(days: _Days, event: Event, events: Iterable[Event]) -> list[Note]:
    """A peak of sales a year before a coming promotion, which the plan does not name."""
    if event.peak is None or days.usual(before := event.peak - dt.timedelta(days=YEAR)) is None:
        return []
    day = days.highest(before, NEAR)
    if (days.multiple(day, 0) or 0.0) < PEAK or _covered(day, events):
        return []
    return [Note("event_past_missing", f"events.{event.name}", {"name": event.name, "day": str(day)})]

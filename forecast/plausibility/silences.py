"""Spans in which a channel settles, deducts, closes or refunds next to nothing, though its own past says it should.

The law by age is the channel's own: the share of its orders to which something happens so many days after. What it
expects of a day is the sum over the orders of all days before. A span is told where what came is a small part of what
was expected, and where the channel has no such silence otherwise, such as between the days on which it pays out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.calendar import Calendar
from forecast.notes import Note
from forecast.receivables.rows import ages_of, days_of, event_days_of, has_outcome, orders_of, rows_of, with_outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.arrays import Bools, Days, Floats
    from forecast.ledger.tables import DailyTables, Ledger
    from forecast.notes import Values
    from forecast.plan.model import Plan

NEXT_TO_NOTHING, NEXT_TO_NOTHING_OF_FEW, EXPECTED = 0.2, 0.1, 20.0
"""What came in a span is at most this part of what was expected, less where few orders have it; so many events were."""

SURE, EXPECTED_SURE = 0.6, 10.0
"""What happens to this share of all orders and more is missed sooner: fewer need to be expected."""

LONGEST_AGE = 150
"""Later events are too few to be missed."""

LEAST_DAYS, LEAST_OF_LAG = 5, 0.5
"""A span has so many days at least, and this part of the usual age at the event."""

BEYOND, MORE, OTHERS = 1.7, 4, 3
"""A span has so many times the working days of the so many longest other one, and so many more at least."""

FEWEST_DAYS = 10
"""Days with events that a channel needs to have a rhythm."""

DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to orders: how many by day of the event, and how many were expected, from the first order on."""

    what: str
    came: Floats
    expected: Floats
    share: float
    """The share of all orders to which it happens sooner or later."""
    age: float
    """The mean age at which it happens, in days."""

    def __add__(self, other: Happening) -> Happening:
        """Both together."""
        came, expected = self.came + other.came, self.expected + other.expected
        return Happening(self.what, came, expected, min(self.share, other.share), max(self.age, other.age))


@dataclass(frozen=True, slots=True)
class Span:
    """Days, by their places, in which next to nothing came."""

    first: int
    last: int
    came: float
    expected: float


def on_silences(plan: Plan, ledger: Ledger) -> list[Note]:
    """The spans in which settlements, deductions, closings or refunds are missing, of all channels or of one."""
    tables = ledger.tables
    names = sorted(tables.sales["channel"].unique())
    days = _days(tables)
    works = np.asarray(Calendar(plan.merchant.holidays).is_working_day(days))
    by_channel = {name: _happenings(tables, name, len(days)) for name in names}
    notes = []
    for place, first in enumerate(by_channel[names[0]]):
        every = [by_channel[name][place] for name in names]
        whole = _silent(sum(every[1:], first), works)
        found = {"": whole} if whole and len(names) > 1 else {}
        if not found:
            found = {name: span for name, one in zip(names, every, strict=True) if (span := _silent(one, works))}
        notes += [_note(first.what, name, span, days) for name, span in found.items()]
    return notes


def _note(what: str, name: str, span: Span, days: Days) -> Note:
    values: Values = {"first": str(days[span.first]), "last": str(days[span.last])}
    values |= {"came": round(span.came), "expected": round(span.expected)}
    where = f"channels.{name}" if name else "ledger"
    return Note(f"no_{what}_in_span", where, values)


def _days(tables: DailyTables) -> Days:
    """The days from the first order to the last on which anything happened."""
    ends = [days_of(tables.sales).max()]
    for table in (tables.first, tables.settlement, tables.refund_after, tables.recovery):
        known = table[~has_outcome(table, "awaiting", "in_transit", "open", "failed")]
        ends += [event_days_of(known).max()] if len(known) else []
    return np.arange(np.datetime64(tables.first_day, "D"), max(ends) + DAY)


def _happenings(tables: DailyTables, name: str, length: int) -> tuple[Happening, ...]:
    """What happened to the orders of a channel, in the order in which it is told."""
    sales, first, settlement, recovery, refunds_before, collected = (
        rows_of(table, name)
        for table in (
            tables.sales,
            tables.first,
            tables.settlement,
            tables.recovery,
            tables.refund_before,
            tables.collected,
        )
    )
    start = np.datetime64(tables.first_day, "D")

    def happened(what: str, orders: pd.DataFrame, *events: pd.DataFrame) -> Happening:
        return _happening(what, _by_day(orders, start, length), [_by_age(one, start) for one in events])

    back = with_outcome(collected, "refunded")
    own = _by_day(sales, start, length)
    never, lost = with_outcome(first, "never_paid"), with_outcome(recovery, "lost")
    return (
        _orders(own, _by_day(tables.sales, start, length)),
        happened("settlements", settlement, with_outcome(settlement, "settled")),
        happened("deductions", sales, with_outcome(first, "deducted")),
        happened("closings", sales, never) + happened("closings", recovery, lost),
        happened("refunds", sales, refunds_before, back),
    )


def _orders(own: Floats, every: Floats) -> Happening:
    """A channel's orders from its first to its last day, as its share of all orders of those days expects them."""
    places = np.flatnonzero(own)
    inside = np.zeros_like(own)
    inside[places[0] : places[-1] + 1] = 1.0
    beside = inside * every
    share = own.sum() / beside.sum()
    return Happening("orders", own, beside * share, float(share), 0.0)


def _by_day(rows: pd.DataFrame, start: np.datetime64, length: int) -> Floats:
    """Orders by the day that their ages count from."""
    places = (days_of(rows) - start).astype(np.int64)
    return np.bincount(places, orders_of(rows), length)[:length].astype(np.float64)


def _by_age(rows: pd.DataFrame, start: np.datetime64) -> pd.DataFrame:
    """Events by the day of the order and its age."""
    return pd.DataFrame(
        {"day": (days_of(rows) - start).astype(np.int64), "age": ages_of(rows), "orders": orders_of(rows)}
    )


def _happening(what: str, orders: Floats, events: Iterable[pd.DataFrame]) -> Happening:
    """Events as they came, and as the law by age over all orders expects them."""
    length = len(orders)
    table = pd.concat(list(events))
    came = np.bincount(table.day + table.age, table.orders, length)[:length].astype(np.float64)
    ages = min(LONGEST_AGE, length)
    young = table[table.age < ages]
    by_age = np.bincount(young.age, young.orders, ages)
    old_enough = np.cumsum(orders)[::-1][:ages]
    law = by_age / np.maximum(old_enough, 1.0)
    age = float(by_age @ np.arange(ages)) / max(by_age.sum(), 1.0)
    return Happening(what, came, np.convolve(orders, law)[:length], float(law.sum()), age)


def _silent(one: Happening, works: Bools) -> Span | None:
    """The most telling span in which next to nothing came, if the rhythm of the rest does not explain it."""
    if (one.came > 0).sum() < FEWEST_DAYS:
        return None
    # The likelihood of the expected rate against that of a small part of it: negative where much came.
    scores = one.expected * (1 - NEXT_TO_NOTHING) + one.came * np.log(NEXT_TO_NOTHING)
    spans: list[slice] = []
    while len(spans) <= OTHERS and (span := _heaviest(scores)):
        spans.append(span)
        scores[span] = -one.expected.sum()
    if not spans:
        return None
    found, *others = spans
    came, expected = float(one.came[found].sum()), float(one.expected[found].sum())
    sure = one.share >= SURE
    # Money moves on working days: only what these would bring is surely missed.
    due, fewest = (float((one.expected * works)[found].sum()), EXPECTED_SURE) if sure else (expected, EXPECTED)
    part = NEXT_TO_NOTHING if sure else NEXT_TO_NOTHING_OF_FEW
    if due < fewest or came > part * expected:
        return None
    worked, usual = int(works[found].sum()), min((int(works[other].sum()) for other in others), default=0)
    long = found.stop - found.start >= max(LEAST_DAYS, LEAST_OF_LAG * one.age)
    if not long or worked < max(BEYOND * usual, usual + MORE):
        return None
    return Span(found.start, found.stop - 1, came, expected)


def _heaviest(scores: Floats) -> slice | None:
    """The stretch with the largest sum, or none where no score is above 0."""
    sums = np.concatenate(([0.0], np.cumsum(scores)))
    above = sums[1:] - np.minimum.accumulate(sums)[:-1]
    last = int(above.argmax())
    return slice(int(sums[: last + 1].argmin()), last + 1) if above[last] > 0 else None

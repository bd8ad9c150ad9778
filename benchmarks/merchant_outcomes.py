"""What becomes of orders under a merchant's laws, stage by stage, on whole columns; known facts are never redrawn.

Moments are float days since the first day of the history, days are whole numbers of it, money is in fen; NaN is what
never happens. Every stage can be conditioned on nothing having happened up to a moment: what happened earlier is drawn
again until it has not, which is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.merchant_laws import VALIDATION
from benchmarks.merchant_world import struck

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.merchant_laws import ChannelTruth, Law
    from benchmarks.merchant_world import Frame, Surroundings
    from forecast.arrays import Bools, Floats, Ints

NOTHING = -1
"""The cause of an order that has not failed."""

ROUNDS = 60
"""Times that a draw is repeated to agree with what is known; what then still does not is taken as never happening."""

NOTICE = (0.004, 0.03, 0.0001, 0.005)
"""Mean days from the try to the recorded failure, by cause."""


@dataclass(slots=True)
class Orders:
    """Columns of one channel's orders (order,)."""

    ordered: Floats
    amount: Floats
    sku: Ints
    paid: Floats
    cause: Ints
    failed: Floats
    fixed: Floats
    deducted: Floats
    closed: Floats
    settled_on: Floats
    settled: Floats
    refunded_on: Floats
    refunded: Floats

    @classmethod
    def placed(cls, ordered: Floats, amount: Floats, sku: Ints) -> Orders:
        """Orders to which nothing has happened yet."""
        count = len(ordered)
        absent = [np.full(count, np.nan) for _ in range(9)]
        return cls(ordered, amount, sku, absent[0], np.full(count, NOTHING), *absent[1:])

    def take(self, rows: Ints) -> Orders:
        """A copy of some rows."""
        return Orders(*(getattr(self, name)[rows] for name in self.__slots__))


def until(
    draw: Callable[[Ints], tuple[Floats, ...]],
    known_to: float,
    count: int,
    happens: Callable[[tuple[Floats, ...]], Floats],
) -> tuple[Floats, ...]:
    """Columns drawn by rows until ``happens`` (NaN: never) lies after ``known_to`` in each."""
    columns = draw(np.arange(count))
    if known_to < 0:
        return columns
    for _ in range(ROUNDS):
        again = np.flatnonzero(happens(columns) < known_to)
        if not len(again):
            return columns
        for column, drawn in zip(columns, draw(again), strict=True):
            column[again] = drawn
    wrong = happens(columns) < known_to
    for column in columns:
        column[wrong] = np.nan
    return columns


def pay(law: ChannelTruth, orders: Orders, rng: np.random.Generator, known_to: float = -1.0) -> None:
    """Confirm each order or close it unpaid."""

    def draw(rows: Ints) -> tuple[Floats, ...]:
        unpaid = rng.random(len(rows)) < law.never_paid
        paid = orders.ordered[rows] + law.paying.draw(rng, len(rows))
        closed = np.full(len(rows), np.nan)
        if law.closing is not None:
            closed = orders.ordered[rows] + law.closing.draw(rng, len(rows))
        return np.where(unpaid, np.nan, paid), np.where(unpaid, closed, np.nan)

    orders.paid, orders.closed = until(draw, known_to, len(orders.ordered), lambda one: np.fmin(one[0], one[1]))


def attempt(law: Law, index: int, around: Surroundings, orders: Orders, rng: np.random.Generator) -> None:
    """Try the first deduction of what is confirmed: by what it fails, if at all."""
    channel = law.channels[index]
    tried = np.isfinite(orders.paid)
    at = np.where(tried, orders.paid, 0.0)
    day = np.minimum(at.astype(np.int64), around.base.shape[2] - 1)
    none = np.empty((0, 3))
    for cause, rows in enumerate(
        (around.clearing.get(channel.clearing, none), around.integration.get(channel.name, none), around.batches, none)
    ):
        severity, end, row = struck(rows, at)
        if cause == VALIDATION and len(rows):
            severity = severity * (around.batch_sku[row] == orders.sku) * channel.sensitivity
        chance = rng.random((2, len(at)))
        open_rows = tried & (orders.cause == NOTHING)
        by_episode = open_rows & (chance[0] < severity)
        by_base = open_rows & ~by_episode & (chance[1] < around.base[index, cause, day])
        orders.cause[by_episode | by_base] = cause
        orders.fixed[by_episode] = end[by_episode]
    failed = orders.cause != NOTHING
    notice = np.array(NOTICE)[orders.cause[failed]]
    orders.failed[failed] = at[failed] + notice * rng.standard_exponential(int(failed.sum()))
    done = tried & ~failed
    orders.deducted[done] = at[done] + 1e-4


def recover(law: ChannelTruth, frame: Frame, orders: Orders, rng: np.random.Generator, known_to: float = -1.0) -> None:
    """Cure or close each failed deduction that is neither yet."""
    for cause, one in enumerate(law.recovery):
        rows = np.flatnonzero((orders.cause == cause) & np.isnan(orders.deducted) & np.isnan(orders.closed))
        if not len(rows):
            continue

        def draw(some: Ints, cause: int = cause, rows: Ints = rows) -> tuple[Floats, ...]:
            one, chosen = law.recovery[cause], rows[some]
            failed = orders.failed[chosen]
            start = np.fmax(failed, orders.fixed[chosen]) if one.after_fix else failed
            cure = start + one.cure.draw(rng, len(some)) + 1e-3
            if one.office:
                cure = _on_working_day(cure, frame)
            cured = rng.random(len(some)) < one.share
            loss = start + one.loss.draw(rng, len(some)) + 1e-3
            return np.where(cured, cure, np.nan), np.where(cured, np.nan, loss)

        cured, lost = until(draw, known_to, len(rows), lambda two: np.fmin(two[0], two[1]))
        orders.deducted[rows], orders.closed[rows] = cured, lost


def _on_working_day(at: Floats, frame: Frame) -> Floats:
    """The same hour of the next working day."""
    count = len(frame.working)
    position = np.where(frame.working, np.arange(count), count - 1)
    following = np.minimum.accumulate(position[::-1])[::-1]
    day = np.minimum(at.astype(np.int64), count - 1)
    return np.asarray(following[day] + at - day)


def settle(
    law: ChannelTruth,
    frame: Frame,
    payout: Ints,
    promoted: Bools,
    orders: Orders,
    rng: np.random.Generator,
    known_to: float = -1.0,
) -> None:
    """Pay out what is deducted and not settled yet."""
    rows = np.flatnonzero(np.isfinite(orders.deducted) & np.isnan(orders.settled_on))
    terms = law.settlement

    def draw(some: Ints) -> tuple[Floats, ...]:
        deducted = orders.deducted[rows[some]]
        years = (deducted - frame.history) / 365.0
        stretch = np.exp(terms.drift * years) * np.where(deducted >= terms.jump_day, terms.jump, 1.0)
        ordered = np.minimum(orders.ordered[rows[some]].astype(np.int64), len(promoted) - 1)
        stretch = stretch * np.where(promoted[ordered], terms.promotion, 1.0)
        start = deducted + (24.0 - terms.cutoff) / 24.0
        if terms.payout in {"working_count", "delivery"}:
            count = terms.lag.draw(rng, len(some)) * stretch
            if terms.payout == "working_count":
                # One order in thirty is held over for a day.
                count = np.rint(terms.count * stretch) + (rng.random(len(some)) < 1 / 30)
            due = _after(start.astype(np.int64), np.floor(count).astype(np.int64), payout, frame, terms.payout)
        else:
            due = (start + terms.lag.draw(rng, len(some)) * stretch).astype(np.int64)
        day = payout[np.minimum(due, len(payout) - 1)].astype(float)
        return (np.where(rng.random(len(some)) < terms.stuck, np.nan, day),)

    (orders.settled_on[rows],) = until(draw, known_to, len(rows), lambda one: one[0])


def _after(day: Ints, count: Ints, payout: Ints, frame: Frame, kind: str) -> Ints:
    """The day that lies ``count`` counted days after ``day``: working days, or days on which carriers deliver."""
    counted = frame.working if kind == "working_count" else frame.delivering
    days = np.flatnonzero(counted)
    number = np.cumsum(counted)
    place = np.minimum(number[np.minimum(day, len(payout) - 1)] + count - 1, len(days) - 1)
    return np.asarray(np.maximum(days[np.maximum(place, 0)], day))


def refund(
    law: ChannelTruth, promoted: Bools, orders: Orders, rng: np.random.Generator, known_to: float = -1.0
) -> None:
    """Refund part of what is deducted and has no refund yet; then what settles, net of earlier refunds and the fee."""
    rows = np.flatnonzero(np.isfinite(orders.deducted) & np.isnan(orders.refunded_on))

    def draw(some: Ints) -> tuple[Floats, ...]:
        chosen = rows[some]
        ordered = np.minimum(orders.ordered[chosen].astype(np.int64), len(promoted) - 1)
        rate = law.refund_rate * np.where(promoted[ordered], law.refund_promotion, 1.0)
        day = np.floor(orders.deducted[chosen] + law.refund_delay.draw(rng, len(some)))
        return (np.where(rng.random(len(some)) < rate, day, np.nan),)

    (day,) = until(draw, known_to, len(rows), lambda one: one[0])
    part = np.where(rng.random(len(rows)) < law.partial, rng.uniform(0.05, 0.7, len(rows)), 1.0)
    back = np.maximum(np.floor(orders.amount[rows] * part), 1.0)
    orders.refunded_on[rows] = day
    orders.refunded[rows] = np.where(np.isfinite(day), np.minimum(back, orders.amount[rows]), np.nan)
    before = np.where(orders.refunded_on < orders.settled_on, orders.refunded, 0.0)
    net = orders.amount - before
    fresh = np.isfinite(orders.settled_on) & np.isnan(orders.settled)
    orders.settled[fresh] = (net - np.floor(net * law.fee + 0.5))[fresh]
    nothing_left = fresh & (net <= 0)
    orders.settled_on[nothing_left] = np.nan
    orders.settled[nothing_left] = np.nan


def become(
    law: Law, index: int, frame: Frame, around: Surroundings, promoted: Bools, orders: Orders, rng: np.random.Generator
) -> Orders:
    """All stages of freshly placed orders, in place."""
    channel = law.channels[index]
    pay(channel, orders, rng)
    attempt(law, index, around, orders, rng)
    recover(channel, frame, orders, rng)
    settle(channel, frame, around.payout[index], promoted, orders, rng)
    refund(channel, promoted, orders, rng)
    return orders


def receipts(orders: Orders, begin: int, days: int) -> Floats:
    """Settlements less refunds after them, in yuan by day from ``begin`` on (day,)."""
    out = np.zeros(days)
    after = np.isfinite(orders.refunded_on) & np.isfinite(orders.settled_on) & ~(orders.refunded_on < orders.settled_on)
    for day, fen in (
        (orders.settled_on, orders.settled),
        (np.where(after, orders.refunded_on, np.nan), -orders.refunded),
    ):
        known = np.isfinite(day)
        at = day[known].astype(np.int64) - begin
        inside = (at >= 0) & (at < days)
        out += np.bincount(at[inside], fen[known][inside], days)[:days] / 100.0
    return out

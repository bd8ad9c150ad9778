"""Sample orders as a whole: events in order, nothing known before it happened."""

from __future__ import annotations

import dataclasses

import numpy as np
from sample_world import small_orders, small_world

from forecast.sample.episodes import SECONDS_A_DAY
from forecast.sample.orders import known_on_as_of, orders_by_block
from forecast.sample.world import ABSENT


def test_orders_come_in_the_order_of_time_and_in_the_drawn_numbers() -> None:
    orders, world = small_orders(), small_world()
    assert np.all(np.diff(orders.ordered_at) >= 0)
    day = orders.ordered_at // SECONDS_A_DAY - world.first
    for index in range(len(world.law.channels)):
        found = np.bincount(day[orders.channel == index], minlength=len(world.counts))
        assert np.array_equal(found, world.counts[:, index])


def test_the_times_of_an_order_are_in_order() -> None:
    o = small_orders()
    paid, failed, deducted, closed = (
        column != ABSENT for column in (o.paid_at, o.failed_at, o.deducted_at, o.closed_at)
    )
    assert np.all(o.paid_at[paid] > o.ordered_at[paid])
    assert np.array_equal(failed, o.cause != ABSENT)
    assert np.all(o.failed_at[failed] > o.paid_at[failed])
    assert np.all(deducted ^ closed)  # every order ends one way
    settled = o.settled_on != ABSENT
    assert np.all(o.settled_on[settled] > o.deducted_at[settled] // SECONDS_A_DAY)
    refunded = o.refunded_on != ABSENT
    assert np.all(deducted[refunded])
    assert np.all(o.refunded_on[refunded] >= o.deducted_at[refunded] // SECONDS_A_DAY)
    assert np.all((o.refunded_amount[refunded] > 0) & (o.refunded_amount[refunded] <= o.amount[refunded]))


def test_what_is_wholly_refunded_before_settlement_never_settles() -> None:
    o = small_orders()
    whole = (o.refunded_amount == o.amount) & (o.settled_on == ABSENT)
    assert whole.any()
    assert np.all(o.settled_amount[whole] == ABSENT)
    deducted = o.deducted_at != ABSENT
    assert np.all((o.settled_on != ABSENT)[deducted & ~whole])


def test_nothing_after_as_of_is_known() -> None:
    world = small_world()
    known = known_on_as_of(small_orders(), world.as_of)
    end = (world.as_of + 1) * SECONDS_A_DAY
    for name in ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at"):
        assert getattr(known, name).max() < end
    assert known.settled_on.max() <= world.as_of
    assert known.refunded_on.max() <= world.as_of
    assert np.array_equal(known.cause == ABSENT, known.failed_at == ABSENT)
    assert np.array_equal(known.settled_on == ABSENT, known.settled_amount == ABSENT)


def test_on_a_later_day_more_is_known_of_the_same_orders() -> None:
    world = small_world()
    earlier, later = (known_on_as_of(small_orders(), world.as_of - back) for back in (10, 0))
    shared = later.take(np.arange(len(earlier)))
    for field in dataclasses.fields(earlier):
        before, after = getattr(earlier, field.name), getattr(shared, field.name)
        assert np.all((before == after) | (before == ABSENT))


def test_drawing_again_gives_the_same_orders() -> None:
    first = next(iter(orders_by_block(small_world())))
    again = small_orders().take(np.arange(len(first)))
    assert np.array_equal(first.amount, again.amount)
    assert np.array_equal(first.settled_on, again.settled_on)


def test_promotion_nights_fill_the_first_hour() -> None:
    world, orders = small_world(), small_orders()
    peak = int(np.datetime64("2025-11-11").astype(np.int64))
    hours = orders.ordered_at % SECONDS_A_DAY // 3600
    on_peak = orders.ordered_at // SECONDS_A_DAY == peak
    assert (hours[on_peak] == 0).mean() > 2 * (hours[~on_peak] == 0).mean()
    assert world.demand.surge[peak - world.first] > 5

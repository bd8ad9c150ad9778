"""The sample shop's world: numbers of orders, payout days, repeatable by seed."""

from __future__ import annotations

import numpy as np
import pytest
from sample_world import AS_OF, START, small_world

from forecast.sample.law import standard_law
from forecast.sample.world import FUTURE_DAYS, make_world


def test_exactly_the_orders_asked_for_are_placed_by_as_of() -> None:
    world = small_world()
    known = world.as_of - world.first + 1
    assert world.counts[:known].sum() == 40_000
    assert len(world.counts) == known + FUTURE_DAYS
    assert world.counts[known:].sum() == pytest.approx(
        world.orders_a_unit * world.demand.actual[known:].sum(), rel=0.03
    )


def test_the_seed_alone_decides() -> None:
    again = make_world(standard_law(), 40_000, 5, START, AS_OF)
    other = make_world(standard_law(), 40_000, 6, START, AS_OF)
    assert np.array_equal(small_world().counts, again.counts)
    assert small_world().episodes == again.episodes
    assert not np.array_equal(small_world().counts, other.counts)


def test_money_due_on_a_weekend_waits_where_the_channel_pays_on_working_days() -> None:
    world = make_world(standard_law(), 100, 1, START, AS_OF)
    saturday = int(np.datetime64("2026-03-07").astype(np.int64)) - world.first
    held = {channel for e in world.episodes if e.cause == "clearing" for channel in e.channels}
    for index, channel in enumerate(world.law.channels):
        if channel.name not in held:
            wait = world.payout[index, saturday] - (saturday + world.first)
            assert wait == (2 if channel.payout == "working_days" else 0)


def test_make_up_workdays_pay_out_and_public_holidays_do_not() -> None:
    world = make_world(standard_law(), 100, 1, START, AS_OF)
    working = set(world.working_day.tolist())
    # State Council, holidays of 2026: Spring Festival 15 to 23 February, work on 14 and 28 February.
    assert int(np.datetime64("2026-02-14").astype(np.int64)) in working
    assert int(np.datetime64("2026-02-18").astype(np.int64)) not in working

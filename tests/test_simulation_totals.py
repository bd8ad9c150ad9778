"""A scenario's channels together, summed one after another."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from laws import channel_law, failure_law
from test_simulation_engine import engine, shock

from forecast.plan.model import Shift
from forecast.receivables.episodes import Episode
from forecast.simulation.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.simulation.engine import Engine

DAYS = 30


def shop(channels: int, paths: int) -> Engine:
    """So many channels with failures and fees."""
    failures = {"validation": failure_law(0.05, 0.3, (Episode((0.5,)),)), "clearing": failure_law(0.01, 0.3)}
    laws = [channel_law(f"channel {place}", fee_rate=0.01, failures=failures) for place in range(channels)]
    return engine(*laws, days=DAYS, paths=paths)


def peak(work: Callable[[], object]) -> int:
    """Bytes held at once while something is done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_one_channel_at_a_time_gives_the_same_sums_as_all_at_once() -> None:
    shifted = shock(4, DAYS, volume=1.3, shift=(Shift("channel 1", "channel 3", 0.4, 0.1),))
    shop_of_four = shop(4, 50)
    by_turns, at_once = Totals.over(shop_of_four.blocks(shifted)), Totals.of(shop_of_four.run(shifted))
    for name in (one.name for one in fields(Totals) if one.name != "failed"):
        np.testing.assert_array_equal(getattr(by_turns, name), getattr(at_once, name), err_msg=name)
    # these are summed over the paths as well, in another order
    assert by_turns.failed == pytest.approx(at_once.failed, rel=1e-12)


def test_sums_are_those_of_the_channels() -> None:
    flows = shop(2, 20).run(shock(2, DAYS))
    totals = Totals.of(flows)
    assert totals.receipts == pytest.approx(
        flows.settled[:, 0] + flows.settled[:, 1] - flows.refunded_after.sum(axis=1)
    )
    assert totals.failed == pytest.approx(flows.failed_by_cause.sum(axis=(0, 1)))
    assert totals.opening_outstanding == flows.opening_outstanding.sum()


def test_more_channels_take_no_more_memory_while_they_are_summed() -> None:
    def summed(channels: int) -> int:
        made = shop(channels, 300)
        return peak(lambda: Totals.over(made.blocks(shock(channels, DAYS))))

    few, many = summed(2), summed(8)
    assert many < 1.2 * few
    made = shop(8, 300)
    assert many < 0.6 * peak(lambda: made.run(shock(8, DAYS)))

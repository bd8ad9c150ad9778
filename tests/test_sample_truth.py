"""The truth of the sample shop: money to the fen, realised rates near the law, the future from the same orders."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sample_world import small_orders, small_world

from forecast.sample.episodes import SECONDS_A_DAY
from forecast.sample.law import TRIED
from forecast.sample.orders import known_on_as_of
from forecast.sample.truth import MONEY, Tally, parts
from forecast.sample.world import ABSENT


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    tally = Tally(small_world())
    tally.add_whole(small_orders())
    tally.add_known(known_on_as_of(small_orders(), small_world().as_of))
    return tally.truth()


def test_every_order_adds_up_to_the_fen() -> None:
    world = small_world()
    for as_of in (world.as_of - 40, world.as_of, world.as_of + 80):
        money = parts(known_on_as_of(small_orders(), as_of))
        names = ("settled", "fees", "refunded_before", "lost", "never_paid", "outstanding")
        assert np.array_equal(money["gross"], sum(money[name] for name in names))
        assert all((money[name] >= 0).all() for name in MONEY)


def test_fees_are_the_channels_rate_on_what_was_not_refunded_before() -> None:
    known = known_on_as_of(small_orders(), small_world().as_of)
    money = parts(known)
    rate = np.array([channel.fee for channel in small_world().law.channels])[known.channel] / 10_000
    settled = known.settled_on != ABSENT
    exact = rate * (known.amount - money["refunded_before"])
    assert np.abs(money["fees"] - exact)[settled].max() <= 0.5 + 1e-6


def test_the_truth_is_plain_json(truth: dict[str, Any]) -> None:
    assert json.loads(json.dumps(truth)) == truth


def test_future_sums_are_those_of_the_orders(truth: dict[str, Any]) -> None:
    world, orders = small_world(), small_orders()
    day = world.as_of + 40
    assert truth["future"]["dates"][39] == str(np.datetime64(day, "D"))
    for index, channel in enumerate(world.law.channels):
        mine = orders.take(orders.channel == index)
        sales = mine.amount[mine.ordered_at // SECONDS_A_DAY == day].sum() / 100
        arrived = mine.settled_amount[mine.settled_on == day].sum()
        after = (mine.settled_on != ABSENT) & (mine.refunded_on >= mine.settled_on) & (mine.refunded_on == day)
        assert truth["future"]["sales"][channel.name][39] == pytest.approx(sales)
        assert truth["future"]["receipts"][channel.name][39] == pytest.approx(
            (arrived - mine.refunded_amount[after].sum()) / 100
        )


def test_the_ledgers_sums_add_up(truth: dict[str, Any]) -> None:
    for channel in truth["channels"].values():
        ledger = channel["ledger"]
        names = ("settled", "fees", "refunded_before", "lost", "never_paid", "outstanding")
        assert round(sum(ledger[name] for name in names), 2) == ledger["gross"]
    assert sum(channel["ledger"]["orders"] for channel in truth["channels"].values()) == truth["orders"] == 40_000


def test_base_failures_are_realised_at_their_rate() -> None:
    """Outside episodes failures are independent: within four standard errors of the law, by value."""
    world, o = small_world(), small_orders()
    outside = (o.deducted_at != ABSENT) | (o.cause != ABSENT)
    for episode in world.episodes:
        channels = [i for i, channel in enumerate(world.law.channels) if channel.name in episode.channels]
        inside = np.isin(o.channel, channels) & (o.paid_at > episode.start - 60) & (o.paid_at < episode.end + 60)
        outside &= ~inside
    for index, channel in enumerate(world.law.channels):
        mine = o.take(outside & (o.channel == index))
        value = mine.amount.sum()
        effective = value**2 / (mine.amount.astype(float) ** 2).sum()
        for cause in ("clearing", "integration", "validation"):
            failed = mine.amount[mine.cause == TRIED.index(cause)].sum() / value
            rate = channel.base[cause]
            assert failed == pytest.approx(rate, abs=4 * (rate / effective) ** 0.5)


def test_long_run_rates_are_the_mean_over_many_worlds() -> None:
    """Episodes are few: only many worlds show the law's rate; here eight, in total over channels and causes."""
    expected, found = [], []
    for seed in range(8):
        world, o = small_world(8_000, 100 + seed), small_orders(8_000, 100 + seed)
        tally = Tally(world)
        tally.add_known(known_on_as_of(o, world.as_of))
        truth = tally.truth()["channels"]["baitiao"]["failure_rate"]["total"]
        expected.append(truth["mean"])
        found.append(truth["ledger"])
    assert np.mean(found) == pytest.approx(np.mean(expected), abs=4 * np.std(found, ddof=1) / 8**0.5)


def test_shares_of_what_is_finished_are_near_the_law(truth: dict[str, Any]) -> None:
    for channel in truth["channels"].values():
        refund = channel["refund_rate"]
        assert refund["ledger"] == pytest.approx(refund["mean"], abs=0.02)
        assert channel["recovery_rate"]["clearing"]["ledger"] in {1.0, None}
    baitiao = truth["channels"]["baitiao"]
    assert baitiao["recovery_rate"]["risk_control"]["ledger"] == pytest.approx(0.70, abs=0.15)
    assert 7.1 <= baitiao["settlement_lag"]["ledger_mean_days"] <= 9.5

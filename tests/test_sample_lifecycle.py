"""What becomes of sample orders, step by step, against the law's own figures."""

from __future__ import annotations

import numpy as np
import pytest
from sample_world import small_orders, small_world

from forecast.sample.episodes import SECONDS_A_DAY
from forecast.sample.law import TRIED, standard_law
from forecast.sample.lifecycle import amounts, outcomes, pick, refunds
from forecast.sample.world import ABSENT


def test_pick_follows_the_shares() -> None:
    found = np.bincount(pick(np.array([0.5, 0.3, 0.2]), np.random.default_rng(1), 40_000)) / 40_000
    assert found == pytest.approx([0.5, 0.3, 0.2], abs=4 * 0.5 / 200)


def test_amounts_have_the_expected_mean_and_usual_endings() -> None:
    law = standard_law()
    rng = np.random.default_rng(1)
    sku = pick(law.sku_popularity(), rng, 100_000)
    fen = amounts(law, law.channels[0], sku, rng)
    assert set((fen % 100).tolist()) == {0, 50, 80, 90, 99}
    assert fen.mean() / 100 == pytest.approx(law.mean_price() * law.channels[0].price, rel=0.02)


@pytest.mark.parametrize("cause", TRIED)
def test_recovery_by_cause(cause: str) -> None:
    law = standard_law()
    count = 20_000
    tried = np.full(count, 1_790_000_000)
    failed, deducted, closed = outcomes(
        law, np.full(count, TRIED.index(cause)), np.full(count, ABSENT), tried, np.random.default_rng(1)
    )
    cured = deducted != ABSENT
    assert cured.mean() == pytest.approx(law.recovery[cause], abs=4 * 0.5 / count**0.5)
    assert np.array_equal(cured, closed == ABSENT)
    assert np.all(failed > tried)
    assert np.all(deducted[cured] > failed[cured])
    assert np.all(closed[~cured] > failed[~cured])


def test_risk_control_holds_one_to_three_days_and_clearing_is_cured_from_the_day_after() -> None:
    law = standard_law()
    tried = np.full(500, 20_000 * SECONDS_A_DAY + 3600)
    failed, deducted, closed = outcomes(
        law, np.full(500, TRIED.index("risk_control")), np.full(500, ABSENT), tried, np.random.default_rng(1)
    )
    held = np.maximum(deducted, closed) - failed
    assert held.min() >= SECONDS_A_DAY
    assert held.max() <= 3 * SECONDS_A_DAY
    end = np.full(500, 20_001 * SECONDS_A_DAY + 5)
    _, late, _ = outcomes(law, np.full(500, TRIED.index("clearing")), end, tried, np.random.default_rng(1))
    assert np.all(late >= 20_002 * SECONDS_A_DAY)


def test_refunds_are_partial_as_often_as_stated() -> None:
    law = standard_law()
    amount = np.full(40_000, 10_000)
    day, fen = refunds(law, np.full(40_000, 0.5), amount, amount * 0 + 10**9, np.random.default_rng(1))
    refunded = day != ABSENT
    assert refunded.mean() == pytest.approx(0.5, abs=0.01)
    assert (fen[refunded] < 10_000).mean() == pytest.approx(law.partial_refunds, abs=0.015)
    assert fen[refunded].mean() / 10_000 == pytest.approx(law.refunded_part(), abs=0.01)


def test_settlements_arrive_on_payout_days_after_their_lag() -> None:
    world, orders = small_world(), small_orders()
    working = set(world.working_day.tolist())
    for index, channel in enumerate(world.law.channels):
        mine = orders.take((orders.channel == index) & (orders.settled_on != ABSENT))
        lag = mine.settled_on - mine.deducted_at // SECONDS_A_DAY
        assert lag.min() >= min(channel.lag)
        if channel.payout == "working_days":
            assert set(mine.settled_on.tolist()) <= working

"""What orders bring in the end: recomputed by hand, and the same whenever the money comes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stress_shop import questions, shop_run

from forecast.scenarios import shocks
from forecast.studies.stress.ultimate import (
    brought_in_the_end,
    deducted_in_the_end,
    refunded_in_the_end,
    refunded_shares,
)

PROMOTION = 0.3
"""Of deductions in the promotion, the share refunded after settlement."""


def test_a_channel_brings_what_is_deducted_less_refunds_and_fees() -> None:
    asked = questions()
    engine, changes = asked.prepared.engine, shocks(asked.base, asked.plan, asked.prepared.days)
    block = engine.block(0, changes)
    usual = engine.kernels[0].usual
    refunded = float(usual.refunded_in_the_end.mean())
    ordered = float(block.sales.sum()) / len(block.sales)
    brought = brought_in_the_end(asked.prepared, 0, changes, block)
    assert brought == pytest.approx(ordered * (1.0 - refunded - 0.01), rel=0.01), "all failures are cured; a fee of 1 %"
    twice = replace(changes, fee_rate={"baitiao": 0.02})
    assert brought - brought_in_the_end(asked.prepared, 0, twice, block) == pytest.approx(0.01 * ordered, rel=0.01)


def test_refunds_of_promotions_weigh_by_what_they_deduct_and_a_level_holds_for_all() -> None:
    engine = shop_run().prepared.engine
    first = engine.kernels[0]
    after = np.zeros_like(first.usual.taken_back)
    after[:, 0] = PROMOTION
    more = replace(
        first.usual, taken_back=after, taken_share=after.sum(axis=1), refund_share=np.zeros(engine.assumptions.draws)
    )
    inside = np.arange(len(first.promotion_days)) % 2 == 0
    kernels = replace(first, promotion=more, promotion_days=inside)
    engine = replace(engine, kernels=(kernels, *engine.kernels[1:]))
    deducted = np.ones((len(engine.sales), len(inside)))
    usual = first.usual.refunded_in_the_end[: len(deducted)]
    assert refunded_in_the_end(engine, 0, deducted) == pytest.approx((usual + PROMOTION) / 2)
    _, whole = refunded_shares(engine, 0, deducted, 0.05)
    assert float(whole.mean()) == pytest.approx(0.05)
    assert whole[0, 0] / whole[0, 1] == pytest.approx(PROMOTION / usual[0]), "both are scaled alike"


def test_where_none_is_refunded_a_level_is_met_after_settlement() -> None:
    engine = shop_run().prepared.engine
    usual = engine.kernels[0].usual
    none = replace(usual, refund_share=usual.refund_share * 0.0, taken_share=usual.taken_share * 0.0)
    engine = replace(engine, kernels=(replace(engine.kernels[0], usual=none, promotion=None), *engine.kernels[1:]))
    before, whole = refunded_shares(engine, 0, np.ones((len(engine.sales), 20)), 0.04)
    assert (float(before.max()), float(whole.min()), float(whole.max())) == (0.0, 0.04, 0.04)


def test_what_is_lost_in_the_end_is_not_deducted() -> None:
    asked = questions()
    block = asked.prepared.engine.block(0, shocks(asked.base, asked.plan, asked.prepared.days))
    lost = replace(block, lost_in_the_end=block.lost_in_the_end + 7.0)
    engine = asked.prepared.engine
    assert deducted_in_the_end(engine, 0, block) - deducted_in_the_end(engine, 0, lost) == pytest.approx(7.0)

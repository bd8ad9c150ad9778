"""Deductions become money on the account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from laws import DRAWS, channel_law, hazard, open_orders

from forecast.calendar import Calendar
from forecast.receivables.assumptions import PromotionLaw
from forecast.receivables.hazards import MAX_AGE
from forecast.receivables.payout import DAY_TYPES, PayoutDays
from forecast.simulation.deductions import Deducted, Late
from forecast.simulation.kernels import build_kernels
from forecast.simulation.settlements import all_settlements, arrival_map

if TYPE_CHECKING:
    from forecast.arrays import Floats


def timely(deducted: Floats) -> Deducted:
    """Deductions that no outage held up."""
    return Deducted(deducted, np.zeros_like(deducted))


def test_a_delay_moves_arrivals_by_payout_days() -> None:
    # Open, open, closed, closed, open, open: one payout day later.
    moved = arrival_map(np.array([1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0]), 6, 1, [])
    assert moved is not None
    assert (np.array([10.0, 20.0, 0.0, 0.0, 30.0, 40.0]) @ moved).tolist() == [0.0, 10.0, 0.0, 0.0, 20.0, 30.0]


def test_an_outage_holds_its_share_until_the_first_payout_day_after_it() -> None:
    moved = arrival_map(np.array([1.0, 1.0, 1.0, 0.0, 1.0]), 5, 0, [(1, 3, 0.5)])
    assert moved is not None
    assert (np.array([8.0, 8.0, 8.0, 0.0, 8.0]) @ moved).tolist() == [8.0, 4.0, 4.0, 0.0, 16.0]


def test_nothing_to_move_is_no_matrix() -> None:
    assert arrival_map(np.ones(5), 5, 0, []) is None


def test_what_arrived_by_the_plans_as_of_is_moved_by_no_scenario() -> None:
    moved = arrival_map(np.ones(8), 5, 2, [(0, 2, 1.0)], gap=2)
    assert moved is not None
    assert moved[:2].tolist() == np.eye(5)[:2].tolist()
    assert (np.full(5, 10.0) @ moved).tolist() == [10.0, 10.0, 0.0, 0.0, 10.0]


def test_old_and_new_orders_settle_beside_what_was_in_transit() -> None:
    law = channel_law(
        due=hazard(0.0, 1.0), refund_after=hazard(0.2), still_open=open_orders(in_transit={0: 40.0}, settled={1: 9.0})
    )
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 4, Calendar("CN"))
    old, new = np.zeros((DRAWS, 1, 4)), np.full((DRAWS, 1, 4), 100.0)
    old[:, :, 0] = 10.0
    money = all_settlements(timely(old), timely(new), kernel, None, None)
    assert money.settled[0, 0].tolist() == [40.0, 110.0, 100.0, 100.0]
    # A fifth of each day's settlements is taken back on the day, of a day that the noise has doubled twice as much.
    noise = np.ones_like(money.settled)
    noise[:, :, 1] = 2.0
    assert money.taken_back(noise)[0, 0] == pytest.approx([8.0, 44.0, 20.0, 20.0])
    aimed = all_settlements(timely(old), timely(new), kernel, 0.5, None)
    assert aimed.taken_back(np.ones_like(noise))[0, 0] == pytest.approx([8.0, 2.0 + 50.0, 50.0, 50.0])


def test_refunds_to_come_are_those_taken_back_without_noise() -> None:
    law = channel_law(due=hazard(0.0, 1.0), refund_after=hazard(0.2, 0.1), still_open=open_orders(in_transit={0: 40.0}))
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 6, Calendar("CN"))
    flow = np.random.default_rng(1).uniform(50.0, 100.0, (DRAWS, 2, 6))
    money = all_settlements(timely(flow), timely(flow), kernel, None, None)
    even = money.taken_back(np.ones_like(money.settled)).sum(axis=2)
    assert np.allclose(money.expected_refunds(), even)
    assert even.min() > 0


def test_what_is_left_in_transit_falls_as_deductions_settle() -> None:
    kernel = build_kernels(channel_law(due=hazard(0.25, 0.75)), np.datetime64("2026-11-30"), 3, Calendar("CN"))
    flow = np.ones((DRAWS, 1, 3))
    (both,) = all_settlements(timely(flow), timely(flow), kernel, None, None).streams
    assert both.aged is not None
    assert both.aged.left(None)[0].tolist() == [[0.75, 0.0, 0.0], [1.0, 0.75, 0.0], [1.0, 1.0, 0.75]]


def test_a_payout_day_pays_at_least_a_tenth_of_what_is_due() -> None:
    moved = arrival_map(np.array([1.0, 0.09, 0.1, 1.0]), 4, 1, [])
    assert moved is not None
    # one payout day later; what would arrive after the horizon's end is not in it
    assert (np.array([8.0, 4.0, 2.0, 1.0]) @ moved).tolist() == [0.0, 0.0, 8.0, 6.0]


def test_an_outage_that_began_before_or_ends_after_the_horizon_holds_what_lies_in_it() -> None:
    flow = np.full(4, 8.0)
    begun = arrival_map(np.ones(6), 4, 0, [(-2, 1, 0.25)])
    assert begun is not None
    assert (flow @ begun).tolist() == [6.0, 10.0, 8.0, 8.0]
    lasting = arrival_map(np.ones(6), 4, 0, [(2, 9, 0.25)])
    assert lasting is not None
    assert (flow @ lasting).tolist() == [8.0, 8.0, 6.0, 6.0]


def test_two_outages_and_a_delay_move_money_one_after_the_other() -> None:
    moved = arrival_map(np.ones(8), 6, 1, [(1, 2, 0.5), (2, 4, 1.0)])
    assert moved is not None
    # a day later 8 a day arrive from the second day on; half of the first is held a day, then all until the fifth
    assert (np.full(6, 8.0) @ moved).tolist() == [0.0, 4.0, 0.0, 0.0, 8.0 + 4.0 + 16.0, 8.0]


def test_certainty_is_known_of_each_stream_and_moves_with_its_money() -> None:
    """Of 100 old and 60 new yuan a quarter settles at once, the rest a day later; 40 in transit settle today."""
    law = channel_law(due=hazard(0.25, 0.75), still_open=open_orders(in_transit={0: 40.0}))
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 3, Calendar("CN"))
    old, new = np.zeros((2, DRAWS, 1, 3))
    old[:, :, 0], new[:, :, 0] = 100.0, 60.0
    plain = all_settlements(timely(old), timely(new), kernel, None, None)
    assert plain.settled[0, 0] == pytest.approx([80.0, 120.0, 0.0])
    assert plain.open_settled[0] == pytest.approx([40.0, 0.0, 0.0])
    assert plain.squared == pytest.approx([40 + 160 / 16, 160 * 9 / 16, 0.0])
    # half of the first day is held until the third: a quarter of the square on each
    held = arrival_map(np.ones(4), 3, 0, [(0, 2, 0.5)])
    moved = all_settlements(timely(old), timely(new), kernel, None, held)
    assert moved.settled[0, 0] == pytest.approx([40.0, 60.0, 100.0])
    assert moved.open_settled[0] == pytest.approx([20.0, 0.0, 20.0])
    assert moved.squared == pytest.approx([12.5, 22.5, 12.5 + 22.5])
    aged = moved.streams[0].aged
    assert aged is not None
    assert aged.left(held)[0, 0] == pytest.approx([1 - 0.125, 1 - 0.125 - 0.375, 0.0])


def test_refunds_before_settlement_are_those_of_all_streams() -> None:
    law = channel_law(
        due=hazard(0.0, 1.0), refund_before=hazard(0.1, 0.1), still_open=open_orders(in_transit={0: 40.0})
    )
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 3, Calendar("CN"))
    old, new = np.zeros((2, DRAWS, 1, 3))
    old[:, :, 0], new[:, :, 1] = 100.0, 60.0
    money = all_settlements(timely(old), timely(new), kernel, None, None)
    of_open = kernel.open.refunded[0]
    assert of_open[0] > 0
    gone = money.refunded[0, 0] - of_open
    assert gone[0] == pytest.approx(10.0)
    assert gone.sum() + (money.settled - kernel.open.settled[:, None])[0, 0].sum() == pytest.approx(160.0)
    assert money.settled[0, 0].sum() + money.refunded[0, 0].sum() == pytest.approx(200.0)


def test_a_planned_refund_rate_scales_usual_and_promotion_orders_alike() -> None:
    """A tenth of usual and three tenths of promotion orders come back, half of the money each: planned is a tenth."""
    law = channel_law(due=hazard(1.0), refund_after=hazard(0.1))
    promotion = PromotionLaw(hazard(1.0), np.zeros((DRAWS, MAX_AGE)), hazard(0.3))
    inside = np.array([True, False, True, False])
    kernel = build_kernels(replace(law, promotion=promotion), np.datetime64("2026-11-30"), 4, Calendar("CN"), inside)
    nothing, new = np.zeros((DRAWS, 1, 4)), np.full((DRAWS, 1, 4), 100.0)
    as_the_law = all_settlements(timely(nothing), timely(new), kernel, None, None)
    assert as_the_law.taken_back(np.ones_like(new))[0, 0] == pytest.approx([30.0, 10.0, 30.0, 10.0])
    for target, usual in ((0.1, 5.0), (0.3, 15.0)):
        planned = all_settlements(timely(nothing), timely(new), kernel, target, None)
        assert planned.taken_back(np.ones_like(new))[0, 0] == pytest.approx([3 * usual, usual] * 2)
    weighted = new * np.array([3.0, 1.0, 3.0, 1.0])  # three quarters of the money in promotions: a quarter comes back
    planned = all_settlements(timely(nothing), timely(weighted), kernel, 0.125, None)
    assert planned.taken_back(np.ones_like(new))[0, 0] == pytest.approx([45.0, 5.0] * 2)


def test_a_late_order_comes_back_as_often_as_on_the_day_it_was_to_be_deducted() -> None:
    """Only Fridays pay out: 30 % of Tuesday's order is refunded while it waits, 10 % of one deducted on Friday itself.

    Tuesday's order, held up until Friday, comes back by 30 % all the same, on the one day that it still waits.
    """
    law = channel_law(due=hazard(1.0), refund_before=hazard(0.1, 0.1, 0.1), refund_after=hazard(0.5))
    law = replace(law, payout=PayoutDays(np.array([float(kind == "friday") for kind in DAY_TYPES])))
    kernel = build_kernels(law, np.datetime64("2026-11-30"), 5, Calendar("CN"))
    tuesday, friday = np.zeros((2, DRAWS, 1, 5))
    tuesday[:, :, 0], friday[:, :, 3] = 100.0, 100.0
    nothing = timely(0.0 * friday)
    usual = all_settlements(nothing, timely(friday), kernel, None, None)
    assert (usual.settled[0, 0, 3], usual.refunded[0, 0].sum()) == pytest.approx((90.0, 10.0))
    held = replace(nothing, late=(Late(friday, tuesday, promoted=False),))
    late = all_settlements(nothing, held, kernel, None, None)
    assert late.settled[0, 0].tolist() == pytest.approx([0.0, 0.0, 0.0, 70.0, 0.0])
    assert late.refunded[0, 0].tolist() == pytest.approx([0.0, 0.0, 0.0, 30.0, 0.0])
    assert late.taken_back(np.ones_like(late.settled))[0, 0, 3] == pytest.approx(35.0)
    # A law by which nothing waits on Friday leaves no day for the refund but that of the deduction.
    none = replace(law, refund_before=hazard(0.0, 0.1, 0.2))
    kernel = build_kernels(none, np.datetime64("2026-11-30"), 5, Calendar("CN"))
    late = all_settlements(nothing, held, kernel, None, None)
    assert (late.settled[0, 0, 3], late.refunded[0, 0, 3]) == pytest.approx((70.0, 30.0))

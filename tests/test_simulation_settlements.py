"""Deductions become money on the account."""

from __future__ import annotations

import numpy as np
import pytest
from laws import DRAWS, channel_law, hazard, open_orders

from forecast.calendar import Calendar
from forecast.simulation.kernels import build_kernels
from forecast.simulation.settlements import all_settlements, arrival_map


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
    money = all_settlements(old, new, kernel, None, None)
    assert money.settled[0, 0].tolist() == [40.0, 110.0, 100.0, 100.0]
    # A fifth of each day's settlements is taken back on the day, of a day that the noise has doubled twice as much.
    noise = np.ones_like(money.settled)
    noise[:, :, 1] = 2.0
    assert money.taken_back(noise)[0, 0] == pytest.approx([8.0, 44.0, 20.0, 20.0])
    aimed = all_settlements(old, new, kernel, 0.5, None)
    assert aimed.taken_back(np.ones_like(noise))[0, 0] == pytest.approx([8.0, 2.0 + 50.0, 50.0, 50.0])


def test_what_is_left_in_transit_falls_as_deductions_settle() -> None:
    kernel = build_kernels(channel_law(due=hazard(0.25, 0.75)), np.datetime64("2026-11-30"), 3, Calendar("CN"))
    flow = np.ones((DRAWS, 1, 3))
    old, _ = all_settlements(flow, flow, kernel, None, None).streams
    assert old.left(None)[0].tolist() == [[0.75, 0.0, 0.0], [1.0, 0.75, 0.0], [1.0, 1.0, 0.75]]

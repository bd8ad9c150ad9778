"""Reserves by hand: the deepest fall on the way, over paths, and what the plan expects."""

from __future__ import annotations

import numpy as np

from forecast.financing.kinds.reserves import Reserve

CUMULATED = np.array([[0.0, 0.0], [-10.0, 5.0], [20.0, 5.0], [-5.0, -30.0]])


def test_the_reserve_is_the_deepest_fall_on_the_way_of_the_path_at_its_rank() -> None:
    covered, half = Reserve(CUMULATED, 1), Reserve(CUMULATED, 0)
    assert [covered.until(0, last) for last in range(3)] == [10.0, 10.0, 30.0]
    assert half.until(0, 2) == 10.0
    assert covered.until(2, 2) == 35.0
    assert covered.until(2, 1) == 0.0


def test_a_reserve_beyond_the_largest_fall_lies_so_many_times_as_far_from_the_median() -> None:
    falls = np.array([[0.0, 0.0, 0.0], [-10.0, -30.0, -40.0], [5.0, 2.0, -1.0]])
    beyond = Reserve(falls, 2, times=1.5)
    assert [beyond.until(0, last) for last in range(2)] == [45.0, 45.0]
    assert beyond.until(1, 1) == 0.0, "all paths gain"
    assert beyond.lost(0, 1) == 1.0 + 0.5 * 3.0, "also where the median path gains"
    assert beyond.largest is beyond


def test_what_is_expected_is_the_mean_over_the_paths() -> None:
    assert Reserve(CUMULATED, 1).expected(0, 1) == 12.5


def test_what_is_lost_by_a_day_is_that_of_the_path_at_its_rank_and_negative_where_cash_gains() -> None:
    assert [Reserve(CUMULATED, 1).lost(0, day) for day in range(3)] == [10.0, -5.0, 30.0]
    assert [Reserve(CUMULATED, 0).lost(0, day) for day in range(3)] == [-5.0, -20.0, 5.0]
    assert Reserve(CUMULATED, 0).lost(1, 1) == -30.0

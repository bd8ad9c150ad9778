"""The grid: each cell is a what-if of both changes."""

from __future__ import annotations

import pytest
from stress_shop import kept_stress, questions, shop_run

from forecast.studies.stress.grid import FAILURE_RATES, VOLUMES, main_channel


def test_a_cell_is_a_whatif_of_both() -> None:
    grid = kept_stress().grid
    assert (grid.failure_rate.channel, grid.failure_rate.values, grid.volume) == (
        main_channel(shop_run().prepared),
        list(FAILURE_RATES),
        list(VOLUMES),
    )
    told = questions().whatif("failure_rate.baitiao=0.1", "volume=1.4")
    verdict = told.verdict()
    found = (grid.buffer[3][4], grid.receipts[3][4], grid.expected_cost[3][4])
    assert found == pytest.approx((told.buffer.amount, told.receipts, verdict.expected_cost), abs=0.01)
    assert grid.feasible[3][4] is verdict.feasible


def test_more_failures_never_lower_the_buffer() -> None:
    for column in zip(*kept_stress().grid.buffer, strict=True):
        assert list(column) == sorted(column)

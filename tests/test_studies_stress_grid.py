"""The grid: each cell is a what-if of both changes."""

from __future__ import annotations

from stress_shop import questions, shop_run, shop_stress

from forecast.studies.stress.grid import FAILURE_RATES, VOLUMES, main_channel


def test_a_cell_is_a_whatif_of_both() -> None:
    grid = shop_stress().grid
    assert (grid.failure_rate.channel, grid.failure_rate.values, grid.volume) == (
        main_channel(shop_run().prepared),
        list(FAILURE_RATES),
        list(VOLUMES),
    )
    told = questions().whatif("failure_rate.baitiao=0.1", "volume=1.4")
    verdict = told.verdict()
    assert (grid.buffer[3][4], grid.receipts[3][4]) == (told.buffer.amount, told.receipts)
    assert (grid.expected_cost[3][4], grid.feasible[3][4]) == (verdict.expected_cost, verdict.feasible)


def test_more_failures_never_lower_the_buffer() -> None:
    for column in zip(*shop_stress().grid.buffer, strict=True):
        assert list(column) == sorted(column)

"""Columns with priors, collected and joined."""

from __future__ import annotations

import numpy as np

from forecast.sales.design import Columns, join


def test_a_column_that_is_zero_everywhere_is_left_out() -> None:
    columns = Columns(3)
    columns.add("promotion", np.zeros(3), sd=0.5)
    assert columns.block().names == ()
    assert columns.block().matrix.shape == (3, 0)


def test_joined_blocks_keep_the_places_of_an_events_repeats() -> None:
    weekday, event = Columns(2), Columns(2)
    weekday.add("sat", np.array([1.0, 0.0]), sd=0.5)
    event.add("2024", np.array([1.0, 0.0]), sd=0.2, repeat_of="double11")
    event.add("2025", np.array([0.0, 1.0]), sd=0.2, mean=0.1, repeat_of="double11")
    block = join([weekday.block(), event.block()])
    assert block.names == ("sat", "2024", "2025")
    assert block.repeats == {"double11": (1, 2)}
    np.testing.assert_array_equal(block.matrix, [[1, 1, 0], [0, 0, 1]])
    np.testing.assert_array_equal(block.mean, [0, 0, 0.1])

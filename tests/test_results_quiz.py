"""What a quiz shows: a cell's failed share, and none where nothing is known."""

from __future__ import annotations

from forecast.results.quiz import Cell


def test_the_share_of_a_cell_is_of_what_is_known() -> None:
    assert Cell("card", 8, 2, 1, 0.01).rate == 0.25
    assert Cell("card", 0, 0, 0, 0.01).rate == 0.0

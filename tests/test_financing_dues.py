"""What falls due after the horizon, by facility and together."""

from __future__ import annotations

import numpy as np

from forecast.financing.dues import Dues, due_days

FIRST = Dues.of([3, 10], np.array([[100.0, 0.0], [150.0, 50.0]]), np.array([2.0, 4.0]))
SECOND = Dues.of([10, 40], np.array([[7.0, 7.0], [8.0, 8.0]]), np.zeros(2))


def test_what_has_fallen_due_by_a_day_stays_so_until_more_does() -> None:
    assert FIRST is not None
    by = FIRST.by(np.array([1, 3, 9, 10, 500]))
    # what has accrued is paid with the first principal of each path
    assert by.tolist() == [[0.0, 0.0], [102.0, 0.0], [102.0, 0.0], [152.0, 54.0], [152.0, 54.0]]


def test_the_days_of_several_are_those_of_each() -> None:
    assert due_days([FIRST, None, SECOND]).tolist() == [3, 10, 40]
    assert due_days([None]).size == 0


def test_where_nothing_falls_due_there_are_no_dues() -> None:
    assert Dues.of([5], np.zeros((1, 2)), np.ones(2)) is None
    assert Dues.of([], np.zeros((0, 2)), np.ones(2)) is None

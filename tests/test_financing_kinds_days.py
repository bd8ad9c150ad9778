"""A facility's days as lists, and amounts by day as rows."""

from __future__ import annotations

import numpy as np
from financing_cases import OVERDRAFT, case_of

from forecast.financing.kinds.days import Rows
from forecast.financing.kinds.table import terms


def test_amounts_of_a_day_add_up_and_other_days_have_none() -> None:
    rows = Rows((3, 2))
    first = np.array([1.0, 2.0])
    rows.add(1, first)
    rows.add(1, np.array([0.5, 0.5]))
    assert rows.laid_out().tolist() == [[0, 0], [1.5, 2.5], [0, 0]]
    rows.add(0, first)
    assert rows.laid_out().tolist() == [[1, 2], [1.5, 2.5], [0, 0]]
    assert rows.total().tolist() == [2.5, 4.5]
    assert first.tolist() == [1.0, 2.0]


def test_days_are_the_calendars() -> None:
    case = case_of([[0.0] * 20], opening=0.0)
    laid = terms(case, OVERDRAFT)
    days, calendar = laid.by_day, laid.calendar
    assert (days.opens, days.near, days.dues) == (calendar.open.tolist(), calendar.near.tolist(), calendar.due.tolist())
    # the end of October, from Saturday 17 October on, is the fifteenth day
    assert (days.due_by[13], days.due_by[14], days.due_by[19]) == (-1, 14, 14)
    assert laid.accrued_over(2, 5) == sum(days.accrual[2:5]) == laid.accrued_over(2, 5)

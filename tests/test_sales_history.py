"""A series at the door: absent is not zero, except where only zero can be meant."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecast.errors import InputError
from forecast.sales.history import daily_values

AS_OF = dt.date(2026, 10, 18)
NAN = float("nan")


def _daily(start: str, **columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns, index=pd.date_range(start, periods=len(next(iter(columns.values())))))


def test_days_without_a_row_are_unknown_up_to_as_of() -> None:
    daily = _daily("2026-10-14", card=[1.0, 2.0, 3.0]).drop(pd.Timestamp("2026-10-15"))
    np.testing.assert_array_equal(daily_values(daily, AS_OF)[:, 0], [1.0, NAN, 3.0, NAN, NAN])


def test_rows_after_as_of_are_not_looked_at_even_where_they_are_wrong() -> None:
    daily = _daily("2026-10-17", card=[1.0, 2.0, -5.0])
    np.testing.assert_array_equal(daily_values(daily, AS_OF)[:, 0], [1.0, 2.0])


def test_an_empty_cell_of_an_intermittent_channel_is_a_day_without_orders() -> None:
    daily = _daily("2026-10-15", card=[9.0, 9.0, 9.0, 9.0], debit=[NAN, 1.0, NAN, 2.0])
    np.testing.assert_array_equal(daily_values(daily, AS_OF)[:, 1], [0.0, 1.0, 0.0, 2.0])


def test_a_gap_of_a_channel_that_sells_daily_is_unknown() -> None:
    daily = _daily("2026-09-19", card=[9.0] * 30, wechat=[NAN, *[5.0] * 15, NAN, *[5.0] * 13])
    found = daily_values(daily, AS_OF)[:, 1]
    assert found[0] == 0.0  # not yet opened
    assert np.isnan(found[16])


@pytest.mark.parametrize("index", [["2026-10-17", "2026-10-18"], [dt.date(2026, 10, 17), dt.date(2026, 10, 18)]])
def test_days_may_be_texts_or_dates(index: list[object]) -> None:
    assert daily_values(pd.DataFrame({"card": [1.0, 2.0]}, index=pd.Index(index)), AS_OF).tolist() == [[1.0], [2.0]]


def test_wrong_values_are_named_with_day_and_channel() -> None:
    daily = _daily("2026-10-17", card=[1.0, -2.0], wechat=[float("inf"), 1.0])
    with pytest.raises(InputError) as caught:
        daily_values(daily, AS_OF)
    assert [str(problem) for problem in caught.value.problems] == [
        "daily.card: 2026-10-18: sales must be numbers of at least 0 (got -2.0)",
        "daily.wechat: 2026-10-17: sales must be numbers of at least 0 (got inf)",
    ]


def test_a_day_twice_and_an_index_without_days_are_errors() -> None:
    daily = _daily("2026-10-18", card=[1.0])
    with pytest.raises(InputError, match="2026-10-18 stands in the index twice"):
        daily_values(pd.concat([daily, daily]), AS_OF)
    with pytest.raises(InputError, match="must be indexed by day"):
        daily_values(daily.reset_index(drop=True), AS_OF)

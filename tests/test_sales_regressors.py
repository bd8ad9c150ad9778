"""Calendar columns against the published calendars of China and Germany."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from forecast.calendar import days_between
from forecast.errors import InputError
from forecast.sales.regressors import (
    WEEKDAYS,
    calendar_block,
    day_index,
    is_of_year,
    regressor_block,
)

if TYPE_CHECKING:
    from forecast.sales.design import Block

D = np.datetime64


def _row(block: Block, days: np.ndarray, day: str) -> dict[str, float]:
    values = block.matrix[int(np.flatnonzero(days == D(day))[0])]
    return {name: float(value) for name, value in zip(block.names, values, strict=True) if value}


def test_a_make_up_workday_on_a_sunday_is_a_working_day() -> None:
    # The State Council's notice for 2025: 26 January (a Sunday) is worked, 28 January to 4 February are off.
    days = days_between(D("2025-01-01"), D("2025-03-31"))
    row = _row(calendar_block(days, "CN", 60), days, "2025-01-26")
    weekdays = {name: value for name, value in row.items() if name.startswith("weekday")}
    assert weekdays == {f"weekday:{day}": 0.2 for day in ("mon", "tue", "wed", "thu", "fri")}


def test_the_yearly_shape_needs_more_than_a_year() -> None:
    days = days_between(D("2024-01-01"), D("2025-12-31"))
    assert not any(name.startswith("year") for name in calendar_block(days, None, 365).names)
    assert any(name.startswith("year") for name in calendar_block(days, None, 600).names)


def test_regressors_are_standardised_over_the_history() -> None:
    days = days_between(D("2025-01-01"), D("2025-01-06"))
    table = pd.DataFrame({"promotion": [0.0, 2.0, 0.0, 2.0, 9.0, 1.0]}, index=pd.to_datetime(days))
    block, notes = regressor_block(days, table, history=4)
    np.testing.assert_allclose(block.matrix[:, 0], [-1, 1, -1, 1, 8, 0])
    assert notes == []


def test_a_regressor_that_never_varied_is_left_out_with_a_note() -> None:
    days = days_between(D("2025-01-01"), D("2025-01-03"))
    table = pd.DataFrame({"promotion": [0.1, 0.1, 1.0]}, index=pd.to_datetime(days))
    block, notes = regressor_block(days, table, history=2)
    assert block.names == ()
    assert [(note.code, note.where) for note in notes] == [("regressor_constant", "regressors.promotion")]


def test_a_regressor_that_stops_before_the_horizon_ends_is_an_error() -> None:
    days = days_between(D("2025-01-01"), D("2025-01-03"))
    table = pd.DataFrame({"promotion": [0.0, 1.0]}, index=pd.to_datetime(days[:2]))
    with pytest.raises(InputError, match=r"regressors.promotion: no number for 2025-01-03"):
        regressor_block(days, table, history=2)


def test_a_regressor_may_draw_more_on_one_weekday_than_on_another() -> None:
    days = np.datetime64("2026-01-05") + np.arange(28)  # a Monday
    values = (np.arange(28) < 14).astype(float)
    block, _ = regressor_block(days, pd.DataFrame({"promotion": values}, index=day_index(days)), 28)
    monday = block.matrix[:, block.names.index("regressor:promotion:mon")]
    assert np.flatnonzero(monday).tolist() == [0, 7, 14, 21]
    whole = block.matrix[:, block.names.index("regressor:promotion")]
    own = [block.names.index(f"regressor:promotion:{label}") for label in WEEKDAYS]
    np.testing.assert_allclose(block.matrix[:, own].sum(axis=1), whole)
    assert block.sd[own[0]] < block.sd[block.names.index("regressor:promotion")]


def test_columns_of_the_year_are_known_by_name() -> None:
    names = calendar_block(days_between(D("2023-09-01"), D("2025-03-31")), "CN", 420).names
    assert [name for name in names if is_of_year(name)] == ["year:sin1", "year:cos1", "year:sin2", "year:cos2"]

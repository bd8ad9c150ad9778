"""Holidays' columns against the published calendars of China, Germany, Brazil and Britain."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.calendar import Calendar, days_between
from forecast.plan.model import Event
from forecast.sales.events import event_block
from forecast.sales.public_holidays import holiday_names, is_of_holidays, regional_holidays
from forecast.sales.regressors import calendar_block

if TYPE_CHECKING:
    from forecast.sales.design import Block

D = np.datetime64


def _row(block: Block, days: np.ndarray, day: str) -> dict[str, float]:
    values = block.matrix[int(np.flatnonzero(days == D(day))[0])]
    return {name: float(value) for name, value in zip(block.names, values, strict=True) if value}


def test_the_golden_week_bears_one_name_its_weekend_and_substituted_days_included() -> None:
    days = days_between(D("2025-01-20"), D("2025-02-10"))
    names = dict(zip(days, holiday_names(days, Calendar("CN")), strict=True))
    off = [day for day, name in names.items() if name is not None]
    assert off == list(days_between(D("2025-01-28"), D("2025-02-04")))
    assert names[D("2025-02-02")] == names[D("2025-02-04")] == "Chinese New Year"


def test_a_holiday_behaves_as_a_sunday_plus_its_own_effect() -> None:
    days = days_between(D("2025-04-01"), D("2025-05-31"))
    row = _row(calendar_block(days, "DE", 40), days, "2025-05-01")  # a Thursday
    assert row["weekday:sun"] == 1.0
    assert "weekday:thu" not in row
    assert row["holiday"] == row["holiday:Labor Day"] == 1.0


def test_easter_monday_does_not_swallow_the_saturday_before() -> None:
    days = days_between(D("2025-04-10"), D("2025-04-30"))
    names = dict(zip(days, holiday_names(days, Calendar("DE")), strict=True))
    assert names[D("2025-04-18")] == "Good Friday"
    assert names[D("2025-04-19")] is None
    assert names[D("2025-04-21")] == "Easter Monday"


def test_the_fortnight_before_a_holiday_rises() -> None:
    days = days_between(D("2025-12-01"), D("2025-12-31"))
    block = calendar_block(days, "DE", 31)
    lead = block.matrix[:, block.names.index("holiday_before:Christmas Day")]
    assert lead[9] == 0.0  # 10 December
    assert np.all(np.diff(lead[10:24]) > 0)
    assert lead[23] == 1.0
    assert lead[24] == 0.0


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [("2026-02-15", "2026-02-23", "Chinese New Year"), ("2025-10-01", "2025-10-08", "National Day")],
)
def test_a_long_holiday_is_one_throughout_whatever_its_days_are_called(first: str, last: str, name: str) -> None:
    days = days_between(D("2025-01-01"), D("2026-03-31"))
    block = calendar_block(days, "CN", 400)
    own = block.matrix[:, block.names.index(f"holiday:{name}")]
    at = (days >= D(first)) & (days <= D(last))
    assert own[at].all()
    assert own[at][-1] == 1.0
    others = [column for column in block.names if column.startswith("holiday:") and column != f"holiday:{name}"]
    assert all(block.matrix[at, block.names.index(column)].sum() == 0 for column in others)


def test_a_second_day_of_a_short_holiday_has_an_effect_of_its_own() -> None:
    days = days_between(D("2025-12-01"), D("2025-12-31"))
    row = _row(calendar_block(days, "GB", 31), days, "2025-12-26")
    assert row["holiday:Boxing Day"] == row["holiday"] == 1.0


def test_columns_of_holidays_are_known_by_name() -> None:
    days = days_between(D("2024-09-01"), D("2025-03-31"))
    names = calendar_block(days, "CN", 150).names
    of_holidays = {name.split(":")[0] for name in names if is_of_holidays(name)}
    assert of_holidays == {"holiday", "holiday_eve", "holiday_before", "holiday_after"}
    assert {name.split(":")[0] for name in names if not is_of_holidays(name)} == {"weekday", "month"}


def test_a_holidays_eve_has_an_effect_of_its_own_beside_the_lead_up() -> None:
    days = days_between(D("2024-12-01"), D("2025-01-10"))
    block = calendar_block(days, "DE", 31)
    for eve, name in (("2024-12-24", "Christmas Day"), ("2024-12-31", "New Year's Day")):
        column = block.matrix[:, block.names.index(f"holiday_eve:{name}")]
        assert days[column != 0].tolist() == [D(eve)]
    assert _row(block, days, "2024-12-24")["holiday_before:Christmas Day"] == 1.0


def test_the_eve_of_a_golden_week_is_the_last_day_before_it() -> None:
    days = days_between(D("2025-09-01"), D("2025-10-31"))
    block = calendar_block(days, "CN", 30)
    column = block.matrix[:, block.names.index("holiday_eve:National Day")]
    assert days[column != 0].tolist() == [D("2025-09-30")]


@pytest.mark.parametrize(
    ("country", "name", "days_of"),
    [
        ("DE", "Corpus Christi", ["2024-05-30", "2025-06-19"]),  # in six of sixteen states
        ("BR", "Carnival", ["2024-02-12", "2024-02-13", "2025-03-03", "2025-03-04"]),  # left to each employer
        ("US", "Good Friday", ["2024-03-29", "2025-04-18"]),
    ],
)
def test_holidays_of_regions_are_columns_of_their_own(country: str, name: str, days_of: list[str]) -> None:
    days = days_between(D("2024-01-01"), D("2025-12-31"))
    block = calendar_block(days, country, 600)
    column = block.matrix[:, block.names.index(f"holiday_regional:{name}")]
    assert [str(day) for day in days[column != 0]] == days_of
    row = _row(block, days, days_of[0])
    assert "holiday" not in row, "it rests only some of the shops' customers, and keeps its weekday"
    assert sum(value for one, value in row.items() if one.startswith("weekday:")) == 1.0


def test_a_holiday_of_few_regions_or_on_the_usual_day_of_rest_is_no_column() -> None:
    days = days_between(D("2025-01-01"), D("2026-12-31"))
    found = regional_holidays(days, Calendar("DE"))
    assert "Assumption Day" not in found  # in two states
    assert days[found["All Saints' Day"] != 0].tolist() == [D("2025-11-01")]  # a Sunday in 2026
    assert regional_holidays(days, Calendar("CN")) == {}


def test_the_days_after_a_promotion_are_none_of_a_holidays() -> None:
    days = days_between(D("2025-09-01"), D("2025-12-31"))
    sale = Event("double11", dt.date(2025, 10, 20), dt.date(2025, 11, 14), dt.date(2025, 11, 11))
    names = event_block(days, [sale], 100)[0].names
    assert "after:double11" in names
    assert not any(is_of_holidays(name) for name in names)


def test_a_horizon_that_ends_in_or_before_a_long_holiday_knows_it_as_a_longer_one_does() -> None:
    days = days_between(D("2024-11-01"), D("2026-04-30"))
    whole = calendar_block(days, "CN", 400)
    for end in ("2026-02-10", "2026-02-16", "2026-02-18"):
        cut = calendar_block(days[days <= D(end)], "CN", 400)
        common = [name for name in cut.names if is_of_holidays(name)]
        there = whole.matrix[days <= D(end)]
        shown = [name for name, one in zip(whole.names, there.T, strict=True) if is_of_holidays(name) and one.any()]
        assert common == shown
        np.testing.assert_array_equal(
            cut.matrix[:, [cut.names.index(name) for name in common]],
            there[:, [whole.names.index(name) for name in common]],
        )


def test_regions_that_call_a_day_otherwise_keep_it_together() -> None:
    days = days_between(D("2024-01-01"), D("2025-12-31"))
    found = regional_holidays(days, Calendar("US"))
    assert [str(day) for day in days[found["Day After Thanksgiving"] != 0]] == ["2024-11-29", "2025-11-28"]
    pongal = regional_holidays(days, Calendar("IN"))
    assert not any(";" in name or "(" in name for name in pongal)

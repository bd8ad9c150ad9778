"""Working days against the State Council's notices, and what holds of every calendar."""

from __future__ import annotations

import datetime as dt
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.calendar import (
    PUBLIC_HOLIDAY,
    SATURDAY,
    SUNDAY,
    WORKING_DAY,
    Calendar,
    check_country,
    days_between,
    to_date,
    weekday_of,
)
from forecast.errors import InputError

CHINA = Calendar("CN")
COUNTRIES = {code: Calendar(code) for code in ("CN", "BR", "US", "SA")}
DAY = st.dates(dt.date(2015, 1, 1), dt.date(2030, 12, 31))


def types_of(*days: str, calendar: Calendar = CHINA) -> list[int]:
    types: list[int] = calendar.day_types(np.array(days, dtype="datetime64[D]")).tolist()
    return types


def test_national_day_2026_as_the_state_council_announced_it() -> None:
    # Notice of the General Office on holidays in 2026, Gazette of the State Council 2025 no. 32: 1 to 7 October off,
    # 20 September (Sunday) and 10 October (Saturday) worked.
    assert types_of("2026-09-19", "2026-09-20", "2026-09-30") == [SATURDAY, WORKING_DAY, WORKING_DAY]
    assert not CHINA.is_working_day(days_between(dt.date(2026, 10, 1), dt.date(2026, 10, 7))).any()
    assert types_of("2026-10-03", "2026-10-04") == [PUBLIC_HOLIDAY, SUNDAY]
    assert types_of("2026-10-08", "2026-10-10", "2026-10-11") == [WORKING_DAY, WORKING_DAY, SUNDAY]


def test_a_workday_in_december_that_makes_up_for_january() -> None:
    # Notice on New Year 2006: Saturday 31 December 2005 is worked for Tuesday 3 January 2006.
    assert types_of("2005-12-31") == [WORKING_DAY]


def test_t_plus_n_over_national_day() -> None:
    assert CHINA.add_working_days(dt.date(2026, 9, 30), 1) == np.datetime64("2026-10-08")
    assert CHINA.add_working_days(dt.date(2026, 10, 8), -1) == np.datetime64("2026-09-30")
    assert CHINA.add_working_days(np.datetime64("2026-10-03"), 0) == np.datetime64("2026-10-08")
    assert CHINA.working_day_on_or_after(dt.date(2026, 10, 1)) == np.datetime64("2026-10-08")
    assert CHINA.working_day_on_or_after(dt.date(2026, 10, 8)) == np.datetime64("2026-10-08")


def test_another_weekend() -> None:
    # Saudi Arabia rests on Friday and Saturday.
    assert types_of("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", calendar=COUNTRIES["SA"]) == [
        WORKING_DAY,
        SATURDAY,
        SUNDAY,
        WORKING_DAY,
    ]


def test_brazil_keeps_its_own_holidays() -> None:
    assert types_of("2017-09-07", "2017-10-02", calendar=COUNTRIES["BR"]) == [PUBLIC_HOLIDAY, WORKING_DAY]


def test_a_year_is_official_once_it_is_announced() -> None:
    assert CHINA.is_official(2025)
    assert CHINA.is_official(2026)
    assert not CHINA.is_official(2050)
    assert COUNTRIES["US"].is_official(2050)
    assert not Calendar("SG").is_official(2050), "Hari Raya of 2050 is an estimate"


def test_ranges_of_days() -> None:
    assert weekday_of(days_between(dt.date(2026, 10, 18), dt.date(2026, 10, 20))).tolist() == [6, 0, 1]
    assert days_between(dt.date(2026, 2, 28), dt.date(2026, 3, 1)).astype(str).tolist() == ["2026-02-28", "2026-03-01"]
    assert days_between(dt.date(2026, 3, 1), dt.date(2026, 2, 28)).size == 0
    assert to_date(np.datetime64("2026-10-19T08:30")) == dt.date(2026, 10, 19)
    assert to_date(dt.datetime(2026, 10, 19, 8, 30)) == dt.date(2026, 10, 19)  # noqa: DTZ001  # days are local


def test_types_keep_the_shape_of_the_days() -> None:
    assert CHINA.day_types(days_between(dt.date(2026, 1, 1), dt.date(2026, 1, 6)).reshape(2, 3)).shape == (2, 3)
    assert CHINA.day_types(np.empty((0, 2), dtype="datetime64[D]")).shape == (0, 2)


def test_an_absent_day_has_no_type() -> None:
    with pytest.raises(ValueError, match="absent"):
        types_of("NaT")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("China", '"China" is not a country code; write "CN" (china)'),
        ("Brasil", '"Brasil" is not a country code; write "BR" (brazil)'),
        ("cn", '"cn" is not a country code; write "CN"'),
        ("??", '"??" is not a country code; write a code of ISO 3166 such as "CN" (china)'),
    ],
)
def test_an_unknown_country_is_told_with_the_nearest_code(code: str, message: str) -> None:
    assert str(check_country(code)) == message
    with pytest.raises(InputError) as raised:
        Calendar(code)
    assert str(raised.value) == message


@given(st.sampled_from(sorted(COUNTRIES)), DAY, st.integers(-60, 60))
@settings(deadline=None)
def test_n_working_days_on_lie_n_working_days_between(country: str, day: dt.date, n: int) -> None:
    calendar = COUNTRIES[country]
    reached = to_date(calendar.add_working_days(day, n))
    assert calendar.is_working_day(days_between(reached, reached)).all()
    tomorrow, yesterday = day + dt.timedelta(days=1), day - dt.timedelta(days=1)
    if n > 0:
        passed = days_between(tomorrow, reached)
    else:
        passed = days_between(reached, yesterday) if n < 0 else days_between(day, reached)
    assert calendar.is_working_day(passed).sum() == max(abs(n), 1)


@given(st.sampled_from(sorted(COUNTRIES)), DAY)
@settings(deadline=None)
def test_a_working_day_is_no_holiday_and_the_library_agrees(country: str, day: dt.date) -> None:
    calendar, days = COUNTRIES[country], days_between(day, day + dt.timedelta(days=9))
    assert not (calendar.is_working_day(days) & calendar.is_holiday(days)).any()
    with patch.dict("forecast.calendar._LOOKED_UP", clear=True):
        fresh = Calendar(country)
    assert fresh.day_types(days).tolist() == calendar.day_types(days).tolist(), "types depend on what was asked before"


def test_days_far_apart_are_looked_up_without_all_the_years_between() -> None:
    """As one calendar's turn follows another's in a process; ten thousand years would take a minute."""
    with patch.dict("forecast.calendar._LOOKED_UP", clear=True), patch("forecast.calendar._LookedUp._type") as asked:
        asked.return_value = WORKING_DAY
        for year in (2026, 9998, 2027, 2025):
            Calendar("CN").day_types(np.array([f"{year}-05-05"], dtype="datetime64[D]"))
    assert asked.call_count == 5 * 365, "those four and 2026 again, which lies between"


@given(DAY)
def test_the_next_working_day_is_its_own_next(day: dt.date) -> None:
    reached = CHINA.working_day_on_or_after(day)
    assert CHINA.working_day_on_or_after(reached) == reached
    assert to_date(reached) - day < dt.timedelta(days=12), "the longest Chinese holiday is nine days"

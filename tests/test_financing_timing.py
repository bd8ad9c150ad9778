"""Notice in banking days, month ends, and repayment schedules."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from forecast.financing.timing import arrivals, cover, month_ends, principal, settled_on
from forecast.plan.model import Facility

# as_of is Friday 16 October 2026; day 0 is Saturday, day 2 Monday
DAYS = np.datetime64("2026-10-17") + np.arange(9)
BANKING = np.is_busday(DAYS)
OPEN = np.ones(9, dtype=np.bool_)


def test_a_day_of_notice_over_a_weekend_arrives_on_monday() -> None:
    found = arrivals(BANKING, OPEN, 1, 0)
    # asked on Friday, Saturday or Sunday evening: Monday; on Monday evening: Tuesday
    assert found.tolist()[:5] == [2, 2, 2, 3, 4]
    # nothing asked on the last evening arrives
    assert found[-1] == -1


def test_two_days_of_notice_count_banking_days_alone() -> None:
    # asked on Friday: Tuesday; asked on Wednesday 21 October: Friday; on Thursday: Monday is past the horizon's end
    found = arrivals(BANKING, OPEN, 2, 0)
    assert found[0] == 3
    assert found[5] == 6
    assert found[6] == -1


def test_nothing_is_asked_before_signing_or_arrives_outside_the_window() -> None:
    window = (np.arange(9) >= 4) & (np.arange(9) <= 5)
    found = arrivals(BANKING, window, 1, 3)
    assert found.tolist() == [-1, -1, -1, 4, 4, 5, -1, -1, -1, -1]


def test_an_evening_covers_the_days_that_the_next_evening_cannot_reach() -> None:
    found = cover(arrivals(BANKING, OPEN, 1, 0), 9)
    # Friday's request is not the last that reaches Monday; Sunday's covers Monday, Monday's Tuesday
    assert found.tolist()[:4] == [1, 1, 2, 3]
    # on Thursday evening the last request that matters is Friday's; after it nothing arrives before the end
    assert found[6] == 8


def test_month_ends() -> None:
    days = np.datetime64("2028-02-27") + np.arange(4)
    assert month_ends(days).tolist() == [False, False, True, False]


def loan(repayment: str, tenor: int | None) -> Facility:
    assert repayment in {"bullet", "equal_instalments", "equal_principal"}
    return Facility("loan", "term_loan", 1.0, annual_rate=0.12, tenor_days=tenor, repayment=repayment)  # type: ignore[arg-type]  # asserted above


YEAR = np.datetime64("2026-01-31") + np.arange(120)


def test_a_bullet_is_owed_whole_until_its_maturity() -> None:
    owed = principal(YEAR, loan("bullet", 90), dt.date(2026, 1, 31))
    assert owed[:90].tolist() == [1.0] * 90
    assert owed[90:].tolist() == [0.0] * 30
    assert settled_on(owed).nonzero()[0].tolist() == [90]


def test_equal_principal_falls_each_month_on_the_day_or_the_months_last() -> None:
    owed = principal(YEAR, loan("equal_principal", 90), dt.date(2026, 1, 31))
    assert owed[27] == 1.0
    # 28 February, 31 March, and the maturity on 1 May
    assert owed[28] == pytest.approx(2 / 3)
    assert owed[59] == pytest.approx(1 / 3)
    assert owed[89] == pytest.approx(1 / 3)
    assert owed[90] == 0.0


def test_equal_instalments_repay_the_principal_of_the_level_annuity() -> None:
    # three payments of 0.340022 at 1 % a month: principal 0.330022, 0.333322, 0.336655
    owed = principal(YEAR, loan("equal_instalments", 90), dt.date(2026, 1, 31))
    assert 1 - owed[28] == pytest.approx(0.330022, abs=1e-6)
    assert owed[28] - owed[59] == pytest.approx(0.333322, abs=1e-6)
    assert owed[90] == 0.0


def test_without_a_tenor_a_loan_outlasts_the_horizon() -> None:
    assert principal(YEAR, loan("bullet", None), dt.date(2026, 1, 31)).tolist() == [1.0] * 120


def test_the_year_turns_within_a_schedule() -> None:
    days = np.datetime64("2026-11-15") + np.arange(100)
    owed = principal(days, loan("equal_principal", 91), dt.date(2026, 11, 15))
    steps = np.flatnonzero(np.diff(owed)) + 1
    assert days[steps].astype(str).tolist() == ["2026-12-15", "2027-01-15", "2027-02-14"]

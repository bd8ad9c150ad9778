"""Notice in banking days, month ends, and repayment schedules."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import case_of

from forecast.financing.kinds.table import terms
from forecast.financing.timing import arrivals, cover, interest_days, interest_rate, month_ends, principal, settled_on
from forecast.plan.model import Facility, OtherFlow

if TYPE_CHECKING:
    from forecast.cash import CashCase
    from forecast.financing.timing import Calendar
    from forecast.plan.facilities import InterestDue

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


def test_equal_instalments_are_equal_with_the_interest_of_the_actual_days() -> None:
    # 31 January to 28 February, 31 March and 1 May: 28, 31 and 31 nights at 12 % of 365 days
    owed = principal(YEAR, loan("equal_instalments", 90), dt.date(2026, 1, 31))
    left = [1.0, *owed[[28, 59, 90]].tolist()]
    paid = [
        before - after + before * 0.12 * nights / 365
        for before, after, nights in zip(left[:-1], left[1:], (28, 31, 31), strict=True)
    ]
    assert paid == pytest.approx([paid[0]] * 3, abs=1e-12)
    assert left[-1] == 0.0


def test_equal_instalments_of_months_of_thirty_days_are_those_of_the_level_annuity() -> None:
    # three payments of 0.340022 at 1 % a month: principal 0.330022, 0.333322, 0.336655
    days = np.datetime64("2026-01-15") + np.arange(100)
    owed = principal(days, replace(loan("equal_instalments", 90), day_count="30/360"), dt.date(2026, 1, 15))
    parts = -np.diff(owed)[owed[1:] < owed[:-1]]
    assert parts == pytest.approx([0.330022, 0.333322, 0.336655], abs=1e-6)
    free = principal(days, replace(loan("equal_instalments", 90), annual_rate=0.0), dt.date(2026, 1, 15))
    assert free[31] == pytest.approx(2 / 3)


@pytest.mark.parametrize(("tenor", "count"), [(1, 1), (45, 1), (46, 2), (76, 2), (77, 3), (90, 3), (106, 3), (107, 4)])
@pytest.mark.parametrize("repayment", ["equal_principal", "equal_instalments"])
def test_there_are_as_many_instalments_as_the_tenor_has_months_to_the_nearest(
    repayment: str, tenor: int, count: int
) -> None:
    owed = principal(YEAR, loan(repayment, tenor), dt.date(2026, 1, 31))
    assert np.count_nonzero(np.diff(owed) < 0) == count
    assert owed[:tenor].min() > 0
    assert not owed[tenor:].any()


def test_without_a_tenor_a_loan_outlasts_the_horizon() -> None:
    assert principal(YEAR, loan("bullet", None), dt.date(2026, 1, 31)).tolist() == [1.0] * 120


def test_the_year_turns_within_a_schedule() -> None:
    days = np.datetime64("2026-11-15") + np.arange(100)
    owed = principal(days, loan("equal_principal", 91), dt.date(2026, 11, 15))
    steps = np.flatnonzero(np.diff(owed)) + 1
    assert days[steps].astype(str).tolist() == ["2026-12-15", "2027-01-15", "2027-02-14"]


@pytest.mark.parametrize(
    ("due", "days"),
    [
        ("month_end", ["2026-10-31", "2026-11-30", "2026-12-31"]),
        ("day_20", ["2026-10-20", "2026-11-20", "2026-12-20"]),
        ("quarter_20", ["2026-12-20"]),
        ("maturity", []),
    ],
)
def test_interest_is_due_at_the_ends_of_months_or_on_the_twentieth(due: InterestDue, days: list[str]) -> None:
    autumn = np.datetime64("2026-10-01") + np.arange(92)
    found = autumn[interest_days(autumn, Facility("line", "revolver", 1.0, interest_due=due))]
    assert found.astype(str).tolist() == days
    if due == "quarter_20":
        year = np.datetime64("2027-01-01") + np.arange(365)
        found = year[interest_days(year, Facility("line", "revolver", 1.0, interest_due=due))]
        assert found.astype(str).tolist() == ["2027-03-20", "2027-06-20", "2027-09-20", "2027-12-20"]


def test_tax_and_a_guarantor_are_paid_on_top_of_the_rate() -> None:
    taxed = Facility("loan", "term_loan", 1.0, annual_rate=0.05, interest_vat=0.06, guarantee_fee=0.015)
    assert interest_rate(taxed) == pytest.approx(0.068)


def test_nothing_comes_on_a_public_holiday_but_from_the_account_itself_or_a_supplier() -> None:
    # National Day: Thursday 1 October 2026; as_of is the day before; banks are closed for a week
    days = np.zeros((1, 10))
    case = case_of(days, as_of=dt.date(2026, 9, 30))
    closed = np.arange(10) < 7
    case = replace(case, banking_day=case.banking_day & ~closed, holiday=closed)
    for kind in ("revolver", "term_loan", "receivables", "factoring", "inventory", "early_settlement", "owner_loan"):
        facility = Facility("one", kind, 1.0, tenor_days=90)
        assert calendar_of(case, facility).open.tolist() == [False] * 7 + [True] * 3
        # the first day after is a Thursday
        assert calendar_of(case, replace(facility, notice_days=1)).arrival[0] == 7
    assert calendar_of(case, Facility("one", "overdraft", 1.0)).open.all()
    supplied = replace(case, movable=(OtherFlow(dt.date(2026, 10, 2), -5.0, "stock", movable_days=3),))
    assert (
        calendar_of(supplied, Facility("one", "payables_extension", None)).open.tolist() == [False, True] + [False] * 8
    )


def calendar_of(case: CashCase, facility: Facility) -> Calendar:
    return terms(case, facility).calendar

"""Payout days learnt from arrivals."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.calendar import Calendar
from forecast.receivables.payout import (
    DAY_TYPES,
    SPRING_FESTIVAL,
    day_type,
    learn_payout_days,
    month_days,
    waiting_weights,
    working_days_only,
)

CHINA = Calendar("CN")
DAYS = np.arange(np.datetime64("2025-09-01"), np.datetime64("2026-09-01"))


def test_kinds_of_day_know_holidays_and_make_up_workdays() -> None:
    # National Day 2025: holidays 1 to 8 October, Saturday 11 October worked to make up (State Council notice for 2025).
    days = np.array(["2025-09-30", "2025-10-01", "2025-10-04", "2025-10-11", "2025-10-12"], dtype="datetime64[D]")
    assert [DAY_TYPES[kind] for kind in day_type(days, CHINA)] == [
        "tuesday",
        "golden_week",
        "golden_week",
        "make_up",
        "sunday",
    ]


def test_monthly_rules_name_their_day_by_the_calendar() -> None:
    """National Day 2025 lasts to 8 October; 30 November is a Sunday."""
    days = np.arange(np.datetime64("2025-10-01"), np.datetime64("2025-12-01"))
    chosen = {
        rule: days[month_days(rule, days, CHINA)].astype(str).tolist()
        for rule in ("first_working_day", "last_working_day", "last_day")
    }
    assert chosen == {
        "first_working_day": ["2025-10-09", "2025-11-03"],
        "last_working_day": ["2025-10-31", "2025-11-28"],
        "last_day": ["2025-10-31", "2025-11-30"],
    }


def test_a_weekend_between_two_holidays_is_part_of_them_and_one_beside_them_is_not() -> None:
    """Germany in 2026: Good Friday, 3 April, to Easter Monday, 6 April; 1 May is a Friday with a plain Monday after."""
    days = np.array(
        ["2026-04-02", "2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06", "2026-04-07"], "datetime64[D]"
    )
    kinds = [DAY_TYPES[kind] for kind in day_type(days, Calendar("DE"))]
    assert kinds == ["thursday", "holiday", "holiday", "holiday", "holiday", "tuesday"]
    beside = np.array(["2026-05-01", "2026-05-02", "2026-05-03"], dtype="datetime64[D]")
    assert [DAY_TYPES[kind] for kind in day_type(beside, Calendar("DE"))] == ["holiday", "saturday", "sunday"]


def test_a_channel_that_never_pays_on_closed_days_is_learnt_as_closed() -> None:
    open_days = CHINA.is_working_day(DAYS)
    learnt = learn_payout_days(DAYS, np.where(open_days, 1000.0, 0.0), CHINA, order_size=10.0)
    assert learnt.on(DAYS, CHINA).tolist() == open_days.astype(float).tolist()


def test_a_channel_that_pays_every_day_is_learnt_as_open() -> None:
    learnt = learn_payout_days(DAYS, np.full(len(DAYS), 1000.0), CHINA, order_size=10.0)
    assert learnt.openness.tolist() == [1.0] * len(DAY_TYPES)


def test_who_pays_on_holidays_pays_there_on_its_own_weekdays() -> None:
    fridays = (DAYS.astype(np.int64) + 3) % 7 == 4
    learnt = learn_payout_days(DAYS, np.where(fridays, 7000.0, 0.0), CHINA, order_size=10.0)
    ahead = np.arange(np.datetime64("2026-09-28"), np.datetime64("2026-10-12"))
    assert learnt.on(ahead, CHINA).tolist() == ((ahead.astype(np.int64) + 3) % 7 == 4).astype(float).tolist()


def test_few_arrivals_leave_the_calendars_prior() -> None:
    arrivals = np.zeros(len(DAYS))
    arrivals[0] = 10.0
    learnt = learn_payout_days(DAYS, arrivals, CHINA, order_size=10.0)
    assert learnt.openness.tolist() == working_days_only().openness.tolist()


def test_nothing_to_learn_from_means_working_days() -> None:
    learnt = learn_payout_days(DAYS, np.zeros(len(DAYS)), CHINA, order_size=10.0)
    assert learnt.openness.tolist() == working_days_only().openness.tolist()


def test_what_fell_due_on_closed_days_waits_for_the_next_open_one() -> None:
    # Friday open, the weekend closed, Monday open: Monday pays Saturday's with a wait of 2 and Sunday's of 1.
    weights = waiting_weights(np.array([1.0, 0.0, 0.0, 1.0, 1.0]))
    assert weights[:, 3] == pytest.approx([1.0, 1.0, 1.0])
    assert weights[:, 0] == pytest.approx([1.0, 0.0, 0.0])
    assert weights[:, 4] == pytest.approx([1.0, 0.0, 0.0])


def test_a_channel_that_closes_over_spring_festival_alone_is_told_apart() -> None:
    types = day_type(DAYS, CHINA)
    arrivals = np.where(types == SPRING_FESTIVAL, 0.0, 1000.0)
    learnt = learn_payout_days(DAYS, arrivals, CHINA, order_size=10.0)
    closed = {DAY_TYPES[kind] for kind in np.flatnonzero(learnt.openness == 0.0)}
    assert closed == {"spring_festival"}
    # Spring Festival 2027 falls on 6 February; Labour Day and National Day stay open.
    ahead = np.arange(np.datetime64("2027-01-20"), np.datetime64("2027-03-01"))
    assert learnt.on(ahead, CHINA)[ahead == np.datetime64("2027-02-08")].tolist() == [0.0]
    autumn = np.arange(np.datetime64("2026-09-28"), np.datetime64("2026-10-12"))
    assert learnt.on(autumn, CHINA).all()


def test_who_pays_on_fixed_weekdays_does_not_pay_on_a_weekend_that_is_worked() -> None:
    weekday = (DAYS.astype(np.int64) + 3) % 7
    paying = np.isin(weekday, (1, 4))
    learnt = learn_payout_days(DAYS, np.where(paying, 3500.0, 0.0), CHINA, order_size=10.0)
    assert learnt.on(DAYS, CHINA).tolist() == paying.astype(float).tolist()

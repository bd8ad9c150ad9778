"""Payout days learnt from arrivals."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.calendar import Calendar
from forecast.receivables.payout import (
    DAY_TYPES,
    GOLDEN_WEEK,
    HOLIDAY,
    MAKE_UP,
    SPRING_FESTIVAL,
    day_type,
    learn_payout_days,
    month_days,
    soft_openness,
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


AUTUMN = np.arange(np.datetime64("2025-09-15"), np.datetime64("2025-10-13"))
"""Four weeks from a Monday; 28 September (Sunday) and 11 October (Saturday) make up for 1 to 8 October."""


def test_short_and_long_holidays_are_kinds_of_their_own() -> None:
    """In 2026 Labour Day takes five days, Spring Festival those to 23 February (State Council notice for 2026)."""
    days = np.array(["2026-05-01", "2026-05-05", "2026-02-16", "2026-02-23"], "datetime64[D]")
    kinds = [DAY_TYPES[kind] for kind in day_type(days, CHINA)]
    assert kinds == ["holiday", "holiday", "spring_festival", "spring_festival"]


def test_openness_leans_on_the_calendar_by_five_orders_and_holidays_on_the_weekend() -> None:
    """Every day pays one order, two Saturdays and Sundays and the eight days of National Day among them."""
    share = soft_openness(AUTUMN, np.full(28, 100.0), CHINA, order_size=100.0)
    weekend = 2 / (2 + 5)
    assert share[:5] == pytest.approx(np.ones(5))
    assert share[[5, 6]] == pytest.approx([weekend, weekend])
    # of a holiday is expected what its weekday pays: six weekdays and a weekend
    expected = 6 + 2 * weekend
    holidays = (8 + 5 * weekend) / (expected + 5)
    assert share[GOLDEN_WEEK] == pytest.approx((8 + 5 * holidays) / (expected + 5))
    assert share[[HOLIDAY, SPRING_FESTIVAL]] == pytest.approx([holidays, holidays])
    assert share[MAKE_UP] == pytest.approx((2 + 5) / (2 + 5))


def test_who_leaves_out_a_weekday_leans_on_its_weekends_on_a_weekend_that_is_worked() -> None:
    """Of 100 orders a day, none on Mondays: the make-up days pay theirs, five orders lean on half-open weekends."""
    arrivals = np.where((AUTUMN.astype(np.int64) + 3) % 7 == 0, 0.0, 100.0)
    share = soft_openness(AUTUMN, arrivals, CHINA, order_size=1.0)
    weekend = share[5:7].mean()
    worked = AUTUMN[[13, 26]]
    around = [100.0 * 6 / 7, 100.0]
    assert day_type(worked, CHINA).tolist() == [MAKE_UP, MAKE_UP]
    assert share[0] < 0.3
    assert share[MAKE_UP] == pytest.approx((200.0 + 5.0 * min(weekend, 1.0)) / (sum(around) + 5.0))


@pytest.mark.parametrize(("orders", "openness"), [(0.20, 0.0), (0.23, 1.0)])
def test_saturdays_are_open_once_some_two_orders_came_on_them(orders: float, openness: float) -> None:
    """Ten Saturdays without a holiday: n orders on each make 10 n ÷ (10 n + 5), above three tenths from 0.214."""
    days = np.arange(np.datetime64("2026-06-29"), np.datetime64("2026-09-07"))
    learnt = learn_payout_days(days, np.full(70, orders), CHINA, order_size=1.0)
    assert learnt.openness[5] == openness


@pytest.mark.parametrize(("share", "rule"), [(0.79, ""), (0.81, "last_working_day")])
def test_a_monthly_payout_brings_four_fifths_of_the_money(share: float, rule: str) -> None:
    paying = month_days("last_working_day", DAYS, CHINA)
    others = CHINA.is_working_day(DAYS) & ~paying
    arrivals = np.where(paying, share / paying.sum(), 0.0) + np.where(others, (1.0 - share) / others.sum(), 0.0)
    assert learn_payout_days(DAYS, 1e6 * arrivals, CHINA, order_size=10.0).month_rule == rule


@pytest.mark.parametrize(("months", "rule"), [(1, ""), (2, "last_working_day")])
def test_a_single_payout_is_no_monthly_rule_and_a_second_makes_one(months: int, rule: str) -> None:
    days = np.arange(np.datetime64("2026-06-01"), np.datetime64("2026-08-01"))
    paying = np.isin(days, np.array(["2026-06-30", "2026-07-31"], "datetime64[D]")[:months])
    assert learn_payout_days(days, np.where(paying, 1e6, 0.0), CHINA, order_size=10.0).month_rule == rule


def test_less_than_a_week_tells_nothing_of_payout_days() -> None:
    for count in (0, 6):
        learnt = learn_payout_days(DAYS[5 : 5 + count], np.full(count, 1000.0), CHINA, order_size=10.0)
        assert learnt.openness.tolist() == working_days_only().openness.tolist()
    assert learn_payout_days(DAYS[5:12], np.full(7, 1000.0), CHINA, order_size=10.0).openness[5] == 1.0


def test_half_open_days_pay_half_of_what_waits() -> None:
    """Of what fell due on an open, two half-open and an open day: each leaves what it does not pay to the next."""
    weights = waiting_weights(np.array([1.0, 0.5, 0.5, 1.0]))
    assert weights == pytest.approx(np.array([[1.0, 0.5, 0.5, 1.0], [0.0, 0.0, 0.25, 0.5], [0.0, 0.0, 0.0, 0.25]]))
    closed = np.zeros(60)
    closed[[0, 59]] = 1.0
    assert waiting_weights(closed).shape == (36, 60)

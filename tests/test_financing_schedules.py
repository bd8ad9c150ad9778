"""Schedules by week and month against hand calculation, and against the run that they are made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import EARLY, EVERY_KIND, OVERDRAFT, RECEIVABLES, case_of, shop

from forecast.errors import IdentityError
from forecast.financing.comparison import compare
from forecast.financing.desk import Desk, Proposal
from forecast.financing.schedules import Owed, Span, check_schedule, existing_debt, months, schedule, weeks
from forecast.liquidity import case_buffer
from forecast.plan.model import Facility, OtherFlow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.options import Option, Recommendation
    from forecast.financing.schedules import Period, Schedule


def flows_of(count: int, **on: float) -> list[list[float]]:
    """Give one path of flows: ``d3=-100`` is what falls on the fourth day."""
    path = [0.0] * count
    for day, amount in on.items():
        path[int(day[1:])] = amount
    return [path]


def accounts_of(case: CashCase, facilities: Sequence[Facility], *limits: float) -> tuple[Account, ...]:
    desk = Desk.of(case, facilities, 0.95)
    by_name = dict(zip((one.name for one in facilities), limits, strict=True))
    ordered = tuple(by_name[item.facility.name] for item in desk.items)
    return desk.run(Proposal(desk.items, ordered)).accounts


def schedule_of(case: CashCase, facility: Facility, limit: float) -> Schedule:
    return schedule(case.days, accounts_of(case, [facility], limit))


def moved(periods: Sequence[Period]) -> list[tuple[float, ...]]:
    """Give drawn, repaid, interest and fees paid, and the mean owed of each period."""
    rows = [(one.drawn, one.repaid, one.interest_paid, one.fees_paid, one.owed.mean) for one in periods]
    return [tuple(round(figure, 4) for figure in row) for row in rows]


def test_weeks_run_from_monday_to_sunday_and_what_the_horizon_cuts_is_said_to_be_broken() -> None:
    days = np.arange(np.datetime64("2026-10-17"), np.datetime64("2026-11-06"))  # Saturday to Thursday
    october, november = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
    assert weeks(days) == [
        (Span(october.replace(day=17), october.replace(day=18), broken=True), slice(0, 2)),
        (Span(october.replace(day=19), october.replace(day=25)), slice(2, 9)),
        (Span(october.replace(day=26), november), slice(9, 16)),
        (Span(november.replace(day=2), november.replace(day=5), broken=True), slice(16, 20)),
    ]
    assert [(span.broken, within) for span, within in months(days)] == [(True, slice(0, 15)), (True, slice(15, 20))]
    whole = np.arange(np.datetime64("2027-02-01"), np.datetime64("2027-03-01"))  # Monday to Sunday, all of February
    assert [span.broken for span, _ in [*weeks(whole), *months(whole)]] == [None] * 5


def test_principal_interest_and_what_is_left_by_hand() -> None:
    # 1,000 from Saturday 17 October, 600 back on Monday 26: nine nights of 1,000 and five of 400 fall due on the 31st,
    # are drawn, and all is repaid on Tuesday 3 November after three more nights of the rest
    case = case_of(flows_of(20, d0=-1000.0, d9=600.0, d17=500.0))
    found = schedule_of(case, replace(OVERDRAFT, annual_rate=0.073), 2_000.0)
    interest = (9 * 1000 + 5 * 400) * 0.0002
    left = 400 + interest
    assert moved(found.weekly) == [
        (1000.0, 0.0, 0.0, 0.0, 1000.0),
        (0.0, 0.0, 0.0, 0.0, 1000.0),
        (interest, 600.0, interest, 0.0, left),
        (0.0, left, 0.0, 0.0, 0.0),
    ]
    assert moved(found.monthly) == [(1000 + interest, 600.0, interest, 0.0, left), (0.0, left, 0.0, 0.0, 0.0)]
    assert found.opening == 0.0
    assert found.unpaid == pytest.approx(3 * left * 0.0002)
    assert [round(one.headroom.mean, 4) for one in found.weekly] == [1000, 1000, 2000 - left, 2000]


def test_the_commitment_fee_in_what_is_paid_is_a_fee_and_interest_is_not() -> None:
    # a signed line: the night of as_of all of 1,000 undrawn, then fourteen nights of 600 undrawn and 400 owed
    line = Facility("line", "revolver", 1_000.0, annual_rate=0.073, commitment_fee=0.0365, signed=True)
    found = schedule_of(case_of(flows_of(20, d0=-400.0)), line, 1_000.0)
    fees, interest = (1000 + 14 * 600) * 0.0001, 14 * 400 * 0.0002
    october, november = found.monthly
    assert [october.fees_paid, october.interest_paid] == pytest.approx([fees, interest])
    assert (november.fees_paid, november.interest_paid) == (0.0, 0.0)
    owed = 400 + fees + interest
    assert found.unpaid == pytest.approx(5 * (owed * 0.0002 + (1000 - owed) * 0.0001))


def test_what_was_owed_before_is_the_opening_and_the_next_payment_pays_for_its_nights() -> None:
    loan = Facility("old", "term_loan", 900.0, annual_rate=0.0365, tenor_days=360, drawn=900.0, signed=True)
    found = schedule_of(case_of(flows_of(20, d0=5_000.0)), replace(loan, draw_date=dt.date(2025, 11, 6)), 900.0)
    # due on Sunday 1 November: the interest of October on the 31st, principal and the last night on the day after
    assert (found.opening, found.unpaid) == (900.0, 0.0)
    october, november = moved(found.monthly)
    assert october == (0.0, 0.0, round(15 * 0.09, 4), 0.0, 900.0)
    assert november == (0.0, 900.0, 0.09, 0.0, 0.0)
    assert [one.headroom.mean for one in found.monthly] == [0.0, 0.0]


def test_a_charge_that_is_a_fee_is_paid_as_a_fee_and_a_service_fee_on_its_day() -> None:
    flows = flows_of(20, d2=-100.0)
    open_pool = np.full((1, 1, 20), 1_000.0)
    for facility, fees in ((EARLY, True), (replace(RECEIVABLES, service_fee=0.0), False)):
        found = schedule_of(case_of(flows, receivables=open_pool, opening_receivables=1_000.0), facility, 500.0)
        paid = sum(one.fees_paid for one in found.weekly), sum(one.interest_paid for one in found.weekly)
        assert [one > 0 for one in paid] == [fees, not fees]
    found = schedule_of(case_of(flows, receivables=open_pool, opening_receivables=1_000.0), RECEIVABLES, 500.0)
    drawn = found.weekly[1].drawn
    assert found.weekly[1].fees_paid == pytest.approx(0.002 * drawn, abs=0.005)


def test_the_headroom_is_that_of_the_base_where_it_is_less_than_the_limit() -> None:
    open_pool = np.full((1, 1, 9), 1_000.0)
    open_pool[:, :, 5:] = 600.0
    case = case_of(flows_of(9, d2=-100.0), receivables=open_pool, opening_receivables=1_000.0)
    found = schedule_of(case, replace(RECEIVABLES, service_fee=0.0), 700.0)
    assert [round(one.headroom.mean) for one in found.weekly] == [700, 480 - 100]


def test_nothing_can_be_drawn_before_it_is_signed_or_after_its_last_day() -> None:
    late = replace(OVERDRAFT, signing_days=4, available_to=dt.date(2026, 10, 27))
    found = schedule_of(case_of(flows_of(20)), late, 500.0)
    assert [one.headroom.mean for one in found.weekly] == [0.0, 500.0, 0.0, 0.0]


def test_to_the_fen_every_period_follows_from_the_one_before_and_weeks_have_the_sum_of_months() -> None:
    # a third of a fen, drawn a week: rounded alone each would be nothing
    flows = np.zeros((3, 70))
    flows[0, ::7] = -0.01
    line = replace(OVERDRAFT, annual_rate=0.0)
    found = schedule_of(case_of(flows), line, 100.0)
    for periods in (found.weekly, found.monthly):
        owed = found.opening
        for one in periods:
            owed = round(owed + one.drawn - one.repaid, 2)
            assert (one.owed.mean, one.drawn) == (owed, round(one.drawn, 2))
        assert round(sum(one.drawn for one in periods), 2) == owed == 0.03


def test_quantiles_are_over_the_paths_and_means_of_them() -> None:
    flows = np.zeros((21, 9))
    flows[:, 0] = -100.0 * np.arange(21)
    found = schedule_of(case_of(flows), replace(OVERDRAFT, annual_rate=0.0), 3_000.0).weekly[0]
    assert found.drawn == 1_000.0
    assert found.owed == Owed(1_000.0, 100.0, 1_900.0)
    assert (found.headroom.mean, found.headroom.p05) == (2_000.0, 1_100.0)


def test_every_kind_adds_up_on_many_paths_and_pays_no_more_than_it_costs() -> None:
    suppliers = (OtherFlow(dt.date(2026, 10, 30), -6_000_000.0, "stock", movable_days=20, deferral_cost=0.06),)
    case = replace(shop(60, opening=1_500_000.0), movable=suppliers)
    facilities = [replace(one, commitment_fee=0.002) for one in EVERY_KIND]
    accounts = accounts_of(case, facilities, *(400_000.0 for _ in facilities))
    for account in accounts:
        found = schedule(case.days, [account])
        interest, fees = (sum(getattr(one, key) for one in found.weekly) for key in ("interest_paid", "fees_paid"))
        assert -0.005 <= interest <= account.interest.mean() + 0.005
        assert -0.005 <= fees <= account.fees.mean() + 0.005
        assert account.interest.mean() + account.fees.mean() == pytest.approx(interest + fees + found.unpaid, abs=0.01)
    whole = schedule(case.days, accounts)
    assert sum(one.owed.mean for one in whole.monthly[:1]) == pytest.approx(
        sum(schedule(case.days, [one]).monthly[0].owed.mean for one in accounts)
    )


@pytest.mark.parametrize("change", ["drawn", "repaid", "interest_paid", "fees_paid"])
def test_a_schedule_that_does_not_add_up_is_a_fault(change: str) -> None:
    case = case_of(flows_of(20, d0=-1000.0, d9=600.0, d17=500.0))
    found = schedule_of(case, OVERDRAFT, 2_000.0)
    cost = sum(one.interest_paid + one.fees_paid for one in found.monthly) + found.unpaid
    check_schedule(found, cost)
    first, *others = found.weekly
    wrong = replace(found, weekly=[replace(first, **{change: first[change] + 0.02}), *others])
    with pytest.raises(IdentityError):
        check_schedule(wrong, cost)


def test_the_schedules_of_a_comparison_make_up_its_costs() -> None:
    case = shop(120)
    compared = compare(case, [replace(OVERDRAFT, limit=8_000_000.0), RECEIVABLES], 0.95, case_buffer(case, 0.95).buffer)
    plans: list[Recommendation | Option] = [compared.recommended, *compared.options]
    for one in plans:
        paid = sum(month.interest_paid + month.fees_paid for month in one.schedule.monthly)
        assert paid + one.schedule.unpaid + one.cost_beyond_horizon == pytest.approx(one.expected_cost)
    by_part = [part.schedule for part in compared.recommended.mix]
    for place, week in enumerate(compared.recommended.schedule.weekly):
        assert week.drawn == pytest.approx(sum(part.weekly[place].drawn for part in by_part))
        assert week.owed.mean == pytest.approx(sum(part.weekly[place].owed.mean for part in by_part))


def test_the_debt_already_there_stands_by_week_and_by_month() -> None:
    case, loan = (
        case_of(flows_of(20)),
        Facility("loan", "term_loan", 700.0, drawn=700.0, annual_rate=0.36, tenor_days=16),
    )
    desk = Desk.of(case, [OVERDRAFT, loan], 0.95)
    (old,) = desk.run(Proposal((), ())).accounts
    service = np.zeros(20)
    service[[1, 2, 16]] = -50.0, 80.0, -30.0
    found = existing_debt(replace(case_of(flows_of(20)), debt_service=service), [old])
    (owing,) = found.facilities
    assert (owing.facility, owing.owed) == ("loan", 700.0)
    # fifteen nights' interest are paid at the end of October, the last with the loan on 1 November
    assert [round(one.paid, 2) for one in owing.weekly] == [0.0, 0.0, 711.05, 0.0]
    assert [(one.paid, one.received) for one in found.weekly] == [(50, 0), (0, 80), (0, 0), (30, 0)]
    assert [(one.paid, one.received) for one in found.monthly] == [(50, 80), (30, 0)]
    assert existing_debt(case_of(flows_of(20)), []).weekly == []


def test_without_any_facility_nothing_is_owed_and_nothing_can_be_drawn() -> None:
    found = schedule(case_of(flows_of(3)).days, [])
    assert moved(found.weekly) == [(0.0,) * 5] * 2
    assert found.weekly[0].headroom.mean == 0.0

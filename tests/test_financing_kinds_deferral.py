"""Payments that suppliers let move: figures by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import OVERDRAFT, case_of

from forecast.financing.comparison import compare
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.deferral import Deferral, DeferralLine, movable_payments
from forecast.financing.kinds.table import terms
from forecast.financing.policy import Outcome, ScenarioDays, check_outcome, simulate
from forecast.liquidity import case_buffer
from forecast.plan.model import Facility, OtherFlow

SUPPLIERS = Facility("suppliers", "payables_extension", None)
CASE = replace(
    case_of([[-100.0, 40.0, 0.0, 90.0, 0.0, 0.0]], opening=0.0),
    movable=(
        OtherFlow(dt.date(2026, 10, 17), -80.0, "stock", movable_days=3, deferral_cost=0.365),
        OtherFlow(dt.date(2026, 10, 17), -20.0, "stock", movable_days=5, deferral_cost=0.0),
        OtherFlow(dt.date(2026, 10, 19), 50.0, "grant", movable_days=5),
    ),
)


def run(facility: Facility = SUPPLIERS, *others: Facility, keep: float | None = None) -> Outcome:
    days = ScenarioDays.of(CASE)
    arrangements = []
    for each in (facility, *others):
        item = terms(CASE, each)
        reserve = item.reserve(days.cumulated, keep) if keep is not None and item.keeps_reserve else None
        arrangements.append(Arrangement(item, item.most, reserve=reserve))
    outcome = simulate(days, arrangements)
    check_outcome(outcome)
    return outcome


def test_payments_are_deferred_on_their_day_and_paid_from_a_surplus_the_dearest_first() -> None:
    outcome = run()
    account = outcome.accounts[0]
    assert account.draws[:, 0].tolist() == [100, 0, 0, 0, 0, 0]
    # day 1 brings 40: the payment at 0.1 % a day is paid first, with a night's charge of its own
    charge = 80 * 0.001
    first = 40 / 1.001
    assert account.repayments[1, 0] == pytest.approx(first)
    assert account.repayments[1, 0] + account.charges_paid[1, 0] == pytest.approx(40)
    assert outcome.cash[:, 0].min() == pytest.approx(0.0)
    # day 3 brings 90, which pays all the rest
    assert account.balance[3, 0] == pytest.approx(0.0)
    assert account.interest[0] == pytest.approx(charge + 2 * (80 - first) * 0.001)
    assert account.unpaid[0] == pytest.approx(0.0)


def test_a_payment_is_made_on_its_latest_day_even_where_cash_then_falls_short() -> None:
    late = replace(CASE, flows=np.array([[-100.0, 0, 0, 0, 0, 0]]))
    item = terms(late, SUPPLIERS)
    outcome = simulate(ScenarioDays.of(late), [Arrangement(item, 1e9)])
    check_outcome(outcome)
    account = outcome.accounts[0]
    assert account.scheduled is not None
    assert account.scheduled[:, 0].tolist() == [0, 0, 0, 80, 0, 20]
    assert outcome.short.tolist() == [True]
    # the charge of 80 for three days, paid in the shares in which principal was paid
    assert account.interest[0] == pytest.approx(3 * 80 * 0.001)
    assert account.charges_paid[:, 0].sum() == pytest.approx(account.interest[0])


def test_a_limit_bounds_what_is_deferred_at_once_and_the_cheapest_goes_first() -> None:
    outcome = run(replace(SUPPLIERS, limit=30.0), OVERDRAFT)
    account = outcome.accounts[0]
    assert account.draws[0, 0] == 30
    # 20 at no rate, 10 at 0.1 % a day for three nights: the overdraft is repaid before them
    assert account.balance[:, 0].tolist() == [30, 30, 30, 0, 0, 0]
    assert account.interest[0] == pytest.approx(3 * 10 * 0.001)
    assert outcome.accounts[1].draws[0, 0] == pytest.approx(70)


def test_payments_are_deferred_ahead_of_days_on_which_none_can_be() -> None:
    case = replace(
        case_of([[0.0, -60.0, 0.0, 100.0]], opening=10.0),
        movable=(OtherFlow(dt.date(2026, 10, 17), -80.0, "stock", movable_days=3),),
    )
    item, days = terms(case, SUPPLIERS), ScenarioDays.of(case)
    blind = simulate(days, [Arrangement(item, 1e9)])
    assert blind.short.tolist() == [True]
    kept = simulate(days, [Arrangement(item, 1e9, reserve=item.reserve(days.cumulated, 1.0))])
    check_outcome(kept)
    # 60 go out tomorrow, 10 are in hand
    assert kept.accounts[0].draws[0, 0] == pytest.approx(50)
    assert kept.short.tolist() == [False]


def test_without_movable_payments_nothing_is_deferred() -> None:
    item = terms(case_of([[-10.0, 0.0]]), SUPPLIERS)
    assert isinstance(item, Deferral)
    assert not item.calendar.open.any()
    assert item.parcels == ()
    assert not item.keeps_reserve


def test_deferral_on_notice_is_asked_for_the_payments_own_day() -> None:
    # Friday evening, one banking day of notice: Monday's payment, not the one of Saturday
    case = replace(
        case_of([[0.0, 0.0, -90.0, 100.0]], opening=0.0),
        movable=(
            OtherFlow(dt.date(2026, 10, 17), -50.0, "stock", movable_days=9),
            OtherFlow(dt.date(2026, 10, 19), -90.0, "stock", movable_days=9),
        ),
    )
    item, days = terms(case, replace(SUPPLIERS, notice_days=1)), ScenarioDays.of(case)
    outcome = simulate(days, [Arrangement(item, 1e9, reserve=item.reserve(days.cumulated, 1.0))])
    check_outcome(outcome)
    assert outcome.accounts[0].draws[:, 0].tolist() == [0, 0, 90, 0]


def test_payments_that_move_have_their_day_their_latest_day_and_their_rate() -> None:
    case = replace(
        case_of(np.zeros((1, 3))),
        movable=(
            OtherFlow(dt.date(2026, 10, 18), -50.0, "stock", movable_days=10, deferral_cost=0.06),
            OtherFlow(dt.date(2026, 10, 18), 50.0, "grant", movable_days=10),
            OtherFlow(dt.date(2026, 12, 1), -50.0, "stock", movable_days=10),
        ),
    )
    (parcel,) = movable_payments(case, Facility("suppliers", "payables_extension", 1e9, annual_rate=0.01))
    assert (parcel.day, parcel.due, parcel.amount) == (1, 11, 50.0)
    assert parcel.rate == pytest.approx(0.07)


def test_on_a_known_path_no_more_is_deferred_than_falls_on_the_day() -> None:
    item = terms(CASE, SUPPLIERS)
    carriage = item.carriage(0, in_use=True)
    assert carriage.most_drawn.tolist() == [100.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert not item.carriage(0, in_use=False).most_drawn.any()
    # 80 may wait until day 3, 20 until day 5
    assert item.most_owed(np.arange(6), np.zeros(6, dtype=np.int64)).tolist() == [100, 100, 100, 20, 20, 0]
    assert item.marginal_rate == pytest.approx((80 * 0.365 + 20 * 0.0) / 100)
    # a night at the cheapest payment's rate, none after the last evening
    dear = terms(replace(CASE, movable=CASE.movable[:1]), SUPPLIERS)
    assert dear.accrual == pytest.approx([0.001] * 5 + [0.0])


def test_what_waits_already_leaves_less_of_the_limit_for_the_next_payment() -> None:
    case = replace(
        case_of([[-80.0, -80.0, 0.0]], opening=0.0),
        movable=tuple(
            OtherFlow(dt.date(2026, 10, 17 + day), -80.0, "stock", movable_days=9, deferral_cost=0.0) for day in (0, 1)
        ),
    )
    outcome = simulate(ScenarioDays.of(case), [Arrangement(terms(case, SUPPLIERS), 100.0)])
    check_outcome(outcome)
    assert outcome.accounts[0].draws[:, 0].tolist() == [80.0, 20.0, 0.0]


def test_what_is_to_be_paid_soon_is_known_by_its_latest_day() -> None:
    line = DeferralLine(Arrangement(terms(CASE, SUPPLIERS), 1e9), (6, 1))
    line.draw(0, np.array([90.0]))
    # the payment of 20 at no rate first, then 70 of the 80 that wait until day 3
    for evening, last, wanted in ((1, 2, 0.0), (1, 3, 70.0), (3, 3, 70.0), (4, 4, 0.0), (1, 5, 90.0), (4, 5, 20.0)):
        assert float(np.sum(line.expected_repayment(evening, last))) == wanted
    assert line.headroom(0).tolist() == [100.0]
    assert line.headroom(1).tolist() == [0.0]


def test_payments_are_deferred_for_what_settling_receivables_will_lack_until_more_can_be_drawn() -> None:
    # 50,000 fall on Thursday the 12th beside 20,000 in hand; what is drawn for the rest settles before all is back
    flows = np.zeros((1, 30))
    flows[0, [10, 12, 25]] = -50_000.0, 10_000.0, 70_000.0
    case = case_of(
        flows,
        opening=20_000.0,
        as_of=dt.date(2026, 3, 1),
        settled=np.full((1, 1, 30), 1e4),
        receivables=np.full((1, 1, 30), 1e5),
        opening_receivables=1e5,
    )
    case = replace(case, movable=(OtherFlow(dt.date(2026, 3, 12), -50_000.0, "stock", movable_days=5),))
    suppliers = replace(SUPPLIERS, annual_rate=0.005)
    pledged = Facility("pledged", "receivables", 28_000.0, annual_rate=0.1, advance_rate=0.8, notice_days=2)
    found = compare(case, [suppliers, pledged], 0.95, case_buffer(case, 0.95).buffer).recommended
    assert found.feasible
    assert found.lower_bound <= found.expected_cost

"""Advances on a pool of receivables or stock: what they rest on, and how they come back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import EARLY, FACTORING, FRIDAY, RECEIVABLES, STOCK_LOAN, case_of, shop

from forecast.cash import ChannelCash
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.pool import KeptBack, Receivables, purchases_base, receivables_base
from forecast.financing.kinds.table import line, terms
from forecast.plan.model import OtherFlow


def test_the_base_follows_the_open_receivables_of_each_path() -> None:
    receivables = np.array([[[1000.0, 500.0]], [[2000.0, 0.0]]])
    settled = np.array([[[0.0, 500.0]], [[500.0, 2000.0]]])
    case = case_of(np.zeros((2, 2)), receivables=receivables, settled=settled, opening_receivables=1000.0)
    base, release = receivables_base(case, RECEIVABLES)
    assert base.tolist() == [[800.0, 1600.0], [400.0, 0.0]]
    assert release.tolist() == [[0.0, 0.5], [0.5, 1.0]]


def test_receivables_of_an_age_do_not_count() -> None:
    receivables = np.array([[[1000.0, 500.0]]])
    case = replace(
        case_of(np.zeros((1, 2)), receivables=receivables, opening_receivables=1000.0),
        # deducted fewer than 31 days ago
        by_channel=ChannelCash(np.zeros((1, 1, 2)), receivables, {31: np.array([[[900.0, 100.0]]])}),
    )
    base, _ = receivables_base(case, replace(RECEIVABLES, max_age_days=30))
    assert base[:, 0].tolist() == [720.0, 80.0]


def test_one_channel_makes_no_more_than_its_share_of_the_pool() -> None:
    receivables = np.array([[[900.0], [100.0]]])
    case = replace(
        case_of(np.zeros((1, 1))),
        channels=("baitiao", "card"),
        by_channel=ChannelCash(np.zeros((1, 2, 1)), receivables),
        opening_receivables=np.zeros(2),
    )
    both = replace(RECEIVABLES, channels=("baitiao", "card"), concentration=0.5)
    assert receivables_base(case, both)[0][0, 0] == pytest.approx(0.8 * (500 + 100))


def test_purchases_count_for_the_tenor() -> None:
    case = case_of(np.zeros((1, 4)), purchases={"stock": np.array([100.0, 0.0, 40.0, 0.0])})
    assert purchases_base(case, replace(STOCK_LOAN, tenor_days=2))[:, 0].tolist() == [50.0, 50.0, 20.0, 20.0]


def test_purchases_that_differ_by_path_are_each_paths_own_base() -> None:
    bought = np.array([[100.0, 0.0, 40.0], [0.0, 20.0, 0.0]])
    base = purchases_base(case_of(np.zeros((2, 3)), purchases={"stock": bought}), replace(STOCK_LOAN, tenor_days=2))
    assert base.T.tolist() == [[50.0, 50.0, 20.0], [0.0, 10.0, 10.0]]


def test_purchases_before_as_of_count_as_long_as_their_tenor_runs() -> None:
    # on Friday, as_of, and two days before; of another category; four days ago, which no day of the horizon reaches
    bought = ((0, -60.0, "stock"), (2, -20.0, "stock"), (0, -500.0, "rent"), (4, -80.0, "stock"), (1, 70.0, "stock"))
    earlier = tuple(OtherFlow(FRIDAY - dt.timedelta(days=ago), amount, kind) for ago, amount, kind in bought)
    case = case_of(np.zeros((1, 4)), purchases={"stock": np.array([0.0, 40.0, 0.0, 0.0])})
    case = replace(case, earlier_flows=earlier)
    assert purchases_base(case, replace(STOCK_LOAN, tenor_days=4))[:, 0].tolist() == [40.0, 50.0, 50.0, 20.0]


def test_the_base_is_the_advance_rate_times_open_receivables_and_shrinks_as_they_settle() -> None:
    settled = np.array([[[0.0, 300.0, 0.0]]])
    receivables = np.array([[[1000.0, 700.0, 900.0]]])
    item = terms(
        case_of(np.zeros((1, 3)), settled=settled, receivables=receivables, opening_receivables=1000.0), RECEIVABLES
    )
    assert isinstance(item, Receivables)
    assert item.base is not None
    assert item.base[:, 0].tolist() == [800.0, 560.0, 720.0]
    assert item.release[:, 0].tolist() == pytest.approx([0.0, 0.3, 0.0])


def test_concentration_caps_each_channel_of_the_base() -> None:
    case = case_of(np.zeros((1, 1)))
    two = replace(
        case,
        channels=("baitiao", "wechat"),
        by_channel=ChannelCash(np.zeros((1, 2, 1)), np.array([[[900.0], [100.0]]])),
        opening_receivables=np.array([900.0, 100.0]),
    )
    both = replace(RECEIVABLES, channels=(), advance_rate=1.0, concentration=0.5)
    assert receivables_base(two, both)[0].tolist() == [[600.0]]
    assert receivables_base(two, replace(both, channels=("wechat",), concentration=1.0))[0].tolist() == [[100.0]]


def test_the_base_of_inventory_is_what_was_bought_in_the_last_days() -> None:
    bought = np.array([100.0, 0.0, 50.0, 0.0, 0.0])
    item = terms(case_of(np.zeros((1, 5)), purchases={"stock": bought}), replace(STOCK_LOAN, tenor_days=3))
    assert item.base is not None
    assert item.base[:, 0].tolist() == [50.0, 50.0, 75.0, 25.0, 25.0]
    # what the shrinking base no longer bears is repaid
    stock = line(Arrangement(item, 1000.0), (5, 1))
    stock.begin(2)
    stock.draw(2, np.array([70.0]))
    assert stock.begin(3) == pytest.approx(-45.0)


def test_what_is_sold_or_brought_forward_is_charged_until_it_settles() -> None:
    case = shop(50)
    for facility in (FACTORING, EARLY):
        item = terms(case, facility)
        assert isinstance(item, KeptBack)
        assert item.calendar.due.all()
        assert not item.repaid_from_surplus
    # a need of three days in a row is charged for as long as the pool takes to settle; for three where it settles first
    sold, early = terms(case, FACTORING), terms(case, EARLY)
    assert sold.daily_rate(3.0) == pytest.approx(sold.marginal_rate / 365 * (1 + sold.turnover / 3))
    assert early.daily_rate(3.0) == pytest.approx(0.0002)
    assert terms(case, RECEIVABLES).repaid_from_surplus
    still = terms(case_of(np.zeros((1, 3)), receivables=np.full((1, 1, 3), 9.0)), EARLY)
    assert still.daily_rate(3.0) == pytest.approx(0.0002)


def test_only_what_settles_on_average_is_expected_back() -> None:
    settled = np.array([[[0.0, 300.0]], [[0.0, 500.0]]])
    receivables = np.array([[[1000.0, 700.0]], [[1000.0, 500.0]]])
    case = case_of(np.zeros((2, 2)), settled=settled, receivables=receivables, opening_receivables=1000.0)
    pool = line(Arrangement(terms(case, RECEIVABLES), 1000.0), (2, 2))
    pool.draw(0, np.array([99.8, 199.6]))
    assert pool.expected_repayment(1, 1) == pytest.approx([40.0, 80.0])
    assert pool.expected_repayment(1, 0) == 0.0


def test_on_a_known_path_the_pool_keeps_what_does_not_settle() -> None:
    settled, receivables = np.array([[[250.0, 300.0, 0.0]]]), np.array([[[750.0, 450.0, 450.0]]])
    case = case_of(np.zeros((1, 3)), settled=settled, receivables=receivables, opening_receivables=1000.0)
    carriage = terms(case, RECEIVABLES).carriage(0, in_use=True)
    assert carriage.kept == pytest.approx([0.75, 0.6, 1.0])
    # of what is owed on as_of the first day's settlements are gone, of what is drawn nothing is yet
    assert carriage.opening == pytest.approx([0.75, 0.0, 0.0])
    assert carriage.left.tolist() == np.eye(3).tolist()


def test_an_advance_comes_back_as_its_pool_settles_and_further_where_the_base_shrinks() -> None:
    settled, receivables = np.array([[[0.0, 250.0, 0.0, 500.0]]]), np.array([[[1000.0, 750.0, 300.0, 0.0]]])
    case = case_of(np.zeros((1, 4)), settled=settled, receivables=receivables, opening_receivables=1000.0)
    pool = line(Arrangement(terms(case, replace(RECEIVABLES, service_fee=0.0)), 1000.0), (4, 1))
    pool.draw(0, np.array([400.0]))
    # a quarter settles; then 240 is the base; then more settles than was open in the evening before: all of it
    assert [float(np.sum(pool.begin(day))) for day in range(1, 4)] == pytest.approx([-100.0, -60.0, -240.0])
    assert pool.balance.tolist() == [0.0]


def test_a_pool_turns_over_in_the_inverse_of_what_settles_a_day_but_in_no_less_than_a_day() -> None:
    for share, days in ((0.25, 4.0), (1.0, 1.0)):
        settled = np.full((1, 1, 4), 100.0)
        case = case_of(
            np.zeros((1, 4)),
            settled=settled,
            receivables=np.full((1, 1, 4), 100.0 / share),
            opening_receivables=100.0 / share,
        )
        assert terms(case, RECEIVABLES).turnover == pytest.approx(days)


def test_a_charge_kept_back_counts_at_least_for_a_day_and_is_none_on_the_last_evening() -> None:
    case = shop(20)
    item = terms(case, EARLY)
    assert item.accrual.tolist() == [0.0002] * (case.days.size - 1) + [0.0]
    assert item.marginal_rate == pytest.approx(0.0002 * 365)
    sold = terms(case, replace(FACTORING, annual_rate=0.01, service_fee=0.0, day_count="act/365"))
    assert sold.marginal_rate == pytest.approx(0.085)
    assert sold.daily_rate(0.5) == sold.daily_rate(1.0) == pytest.approx(0.085 / 365 * (1 + sold.turnover))


def test_the_discount_is_kept_back_from_the_advance_for_the_days_until_it_settles() -> None:
    # a thousand sold on the first day settle by halves on the fifth and the sixth: four nights and half of another
    settled = np.array([[[0.0, 0.0, 0.0, 0.0, 500.0, 500.0, 0.0]]])
    receivables = np.array([[[1000.0, 1000.0, 1000.0, 1000.0, 500.0, 0.0, 0.0]]])
    case = case_of(np.zeros((1, 7)), settled=settled, receivables=receivables, opening_receivables=1000.0)
    sold = line(
        Arrangement(terms(case, replace(FACTORING, discount_rate=0.0365, annual_rate=0.073, service_fee=0.01)), 800.0),
        (7, 1),
    )
    reaches = 0.0
    for day in range(7):
        reaches += float(np.sum(sold.begin(day)))
        if day == 0:
            kept = 800 * (0.01 + 4.5 * 0.0001)
            assert sold.draw(0, np.array([800.0 - kept])) == pytest.approx(800.0 - kept)
        sold.end(day)
    account = sold.account()
    assert account.draws[0, 0] == pytest.approx(800.0)
    # what the annual rate asks for is paid day by day beside it
    assert account.charges_paid[:, 0] == pytest.approx([800 * 0.00045, *[0.16] * 4, 0.08, 0.0])
    assert account.interest[0] == pytest.approx(800 * 4.5 * 0.0003)
    assert reaches == pytest.approx(-800 - 800 * 4.5 * 0.0002)


def test_what_settles_soonest_is_brought_forward_and_repays_it() -> None:
    # of 1,000, 300 settle on the second day and the rest on the fourth: 200 brought forward cost one night
    settled, receivables = np.array([[[0.0, 300.0, 0.0, 700.0]]]), np.array([[[1000.0, 700.0, 700.0, 0.0]]])
    case = case_of(np.zeros((1, 4)), settled=settled, receivables=receivables, opening_receivables=1000.0)
    early = line(Arrangement(terms(case, EARLY), 1000.0), (4, 1))
    early.draw(0, np.array([200.0]))
    early.end(0)
    assert early.expected_repayment(1, 1) == pytest.approx([200.0])
    early.begin(1)
    assert early.balance.tolist() == [0.0]
    early.draw(1, np.array([500.0]))
    assert early.expected_repayment(2, 2) == pytest.approx([0.0])
    assert early.expected_repayment(2, 3) == pytest.approx([500.0])
    assert early.account().accrued == pytest.approx([200 * 0.0002])

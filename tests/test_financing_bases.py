"""What drawings rest on: receivables, purchases, payments that may be deferred."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import RECEIVABLES, STOCK_LOAN, case_of

from forecast.financing.bases import movable_payments, purchases_base, receivables_base
from forecast.plan.model import Facility, OtherFlow


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
        young={30: np.array([[[900.0, 100.0]]])},
    )
    base, _ = receivables_base(case, replace(RECEIVABLES, max_age_days=30))
    assert base[:, 0].tolist() == [720.0, 80.0]


def test_one_channel_makes_no_more_than_its_share_of_the_pool() -> None:
    receivables = np.array([[[900.0], [100.0]]])
    case = replace(
        case_of(np.zeros((1, 1))),
        channels=("baitiao", "card"),
        receivables=receivables,
        settled=np.zeros((1, 2, 1)),
        opening_receivables=np.zeros(2),
    )
    both = replace(RECEIVABLES, channels=("baitiao", "card"), concentration=0.5)
    assert receivables_base(case, both)[0][0, 0] == pytest.approx(0.8 * (500 + 100))


def test_purchases_count_for_the_tenor() -> None:
    case = case_of(np.zeros((1, 4)), purchases={"stock": np.array([100.0, 0.0, 40.0, 0.0])})
    assert purchases_base(case, replace(STOCK_LOAN, tenor_days=2))[:, 0].tolist() == [50.0, 50.0, 20.0, 20.0]


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

"""How each kind of facility reads on the days of a scenario."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, EARLY, FACTORING, OVERDRAFT, RECEIVABLES, STOCK_LOAN, TERM_LOAN, case_of, shop

from forecast.financing.facilities import annual_rate, marginal_rate, reserves, terms
from forecast.financing.policy import ScenarioDays


def test_a_signed_facility_is_in_force_at_once_an_unsigned_one_after_its_signing_days() -> None:
    case = case_of(np.zeros((1, 10)))
    slow = replace(OVERDRAFT, signing_days=4, commitment_fee=0.01)
    unsigned, signed = terms(case, slow), terms(case, replace(slow, signed=True))
    assert (unsigned.start, signed.start) == (3, 0)
    assert unsigned.open.tolist() == [False] * 3 + [True] * 7
    assert unsigned.commitment.tolist() == [0.0] * 3 + [0.01 / 365] * 6 + [0.0]
    assert signed.open.all()


def test_the_window_of_availability_includes_both_ends() -> None:
    case = case_of(np.zeros((1, 10)))
    window = replace(OVERDRAFT, available_from=dt.date(2026, 10, 19), available_to=dt.date(2026, 10, 21))
    assert terms(case, window).open.nonzero()[0].tolist() == [2, 3, 4]


def test_the_base_is_the_advance_rate_times_open_receivables_and_shrinks_as_they_settle() -> None:
    settled = np.array([[[0.0, 300.0, 0.0]]])
    receivables = np.array([[[1000.0, 700.0, 900.0]]])
    item = terms(
        case_of(np.zeros((1, 3)), settled=settled, receivables=receivables, opening_receivables=1000.0), RECEIVABLES
    )
    assert item.base is not None
    assert item.release is not None
    assert item.base[:, 0].tolist() == [800.0, 560.0, 720.0]
    assert item.release[:, 0].tolist() == pytest.approx([0.0, 0.3, 0.0])


def test_concentration_caps_each_channel_of_the_base() -> None:
    case = case_of(np.zeros((1, 1)))
    two = replace(
        case,
        channels=("baitiao", "wechat"),
        settled=np.zeros((1, 2, 1)),
        receivables=np.array([[[900.0], [100.0]]]),
        opening_receivables=np.array([900.0, 100.0]),
    )
    both = replace(RECEIVABLES, channels=(), advance_rate=1.0, concentration=0.5)
    base, one = terms(two, both).base, terms(two, replace(both, channels=("wechat",), concentration=1.0)).base
    assert base is not None
    assert one is not None
    assert base.tolist() == [[600.0]]
    assert one.tolist() == [[100.0]]


def test_the_base_of_inventory_is_what_was_bought_in_the_last_days() -> None:
    bought = np.array([100.0, 0.0, 50.0, 0.0, 0.0])
    item = terms(case_of(np.zeros((1, 5)), purchases={"stock": bought}), replace(STOCK_LOAN, tenor_days=3))
    assert item.base is not None
    assert item.base[:, 0].tolist() == [50.0, 50.0, 75.0, 25.0, 25.0]


def test_a_term_loan_comes_on_its_draw_date_or_on_the_first_day_possible() -> None:
    case = case_of(np.zeros((1, 10)))
    assert terms(case, TERM_LOAN).draw_day == 0
    assert terms(case, replace(TERM_LOAN, notice_days=1)).draw_day == 2
    assert terms(case, replace(TERM_LOAN, draw_date=dt.date(2026, 10, 20))).draw_day == 3
    # drawn before it can be signed, or after the horizon: never
    assert terms(case, replace(TERM_LOAN, draw_date=dt.date(2026, 10, 20), signing_days=8)).draw_day == -1
    assert terms(case, replace(TERM_LOAN, draw_date=dt.date(2027, 10, 20))).draw_day == -1


def test_what_a_term_loan_owed_before_runs_by_its_own_draw_date() -> None:
    old = replace(TERM_LOAN, drawn=900.0, tenor_days=30, draw_date=dt.date(2026, 9, 20))
    item = terms(case_of(np.zeros((1, 10))), old)
    assert item.outstanding_before is not None
    # 30 days after 20 September is 20 October, day 3
    assert item.outstanding_before.tolist() == [1.0] * 3 + [0.0] * 7


def test_rates_by_kind() -> None:
    assert annual_rate(BANK_LINE) == 0.0435
    assert annual_rate(FACTORING) == 0.075
    assert annual_rate(EARLY) == pytest.approx(0.073)


def test_a_fee_on_each_advance_counts_by_the_turnover_of_the_pool() -> None:
    item = terms(shop(20), RECEIVABLES)
    assert item.release is not None
    turnover = 1 / item.release.mean()
    assert 5 < turnover < 10
    assert marginal_rate(item) == pytest.approx(0.06 + 0.002 * 365 / turnover)
    assert marginal_rate(terms(shop(5), BANK_LINE)) == pytest.approx((0.0435 - 0.002) * 365 / 360)


def test_the_reserve_is_a_quantile_of_what_can_fall_before_the_next_request_arrives() -> None:
    # Friday evening: Saturday, Sunday cannot be reached by Saturday's request (Monday)
    flows = np.array([[-10.0, -5.0, 0.0, 0.0], [-1.0, 0.0, -50.0, 0.0]])
    case = case_of(flows)
    item = terms(case, BANK_LINE)
    cumulated = ScenarioDays.of(case).cumulated
    assert reserves(item, cumulated, 1.0)[0] == 15.0
    assert reserves(item, cumulated, 0.5)[0] == 1.0
    # Sunday evening covers Monday: 0 and 50
    assert reserves(item, cumulated, 1.0)[2] == 50.0

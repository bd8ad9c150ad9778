"""What holds of every kind of facility on the days of a scenario: its days, its reserve, its marginal rate."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, EVERY_KIND, OVERDRAFT, RECEIVABLES, SUPPLIERS, case_of, shop

from forecast.financing.kinds.table import terms
from forecast.financing.policy import ScenarioDays


def test_a_signed_facility_is_in_force_at_once_an_unsigned_one_after_its_signing_days() -> None:
    case = case_of(np.zeros((1, 10)))
    slow = replace(OVERDRAFT, signing_days=4, commitment_fee=0.01)
    unsigned, signed = terms(case, slow).calendar, terms(case, replace(slow, signed=True)).calendar
    assert (unsigned.start, signed.start) == (3, 0)
    assert unsigned.open.tolist() == [False] * 3 + [True] * 7
    assert unsigned.commitment.tolist() == [0.0] * 3 + [0.01 / 365] * 6 + [0.0]
    assert signed.open.all()


def test_the_window_of_availability_includes_both_ends() -> None:
    case = case_of(np.zeros((1, 10)))
    window = replace(OVERDRAFT, available_from=dt.date(2026, 10, 19), available_to=dt.date(2026, 10, 21))
    assert terms(case, window).calendar.open.nonzero()[0].tolist() == [2, 3, 4]


def test_without_a_limit_of_its_own_nothing_bounds_a_facility_but_its_base() -> None:
    case = shop(2)
    assert terms(case, OVERDRAFT).most == 1_000_000.0
    assert terms(case, SUPPLIERS).most == math.inf
    open_ended = terms(case, replace(RECEIVABLES, limit=None))
    assert open_ended.base is not None
    assert open_ended.most_owed(np.array([5]), np.array([1])).tolist() == [open_ended.base[5, 1]]


def test_the_base_of_a_facility_follows_the_paths_that_are_chosen() -> None:
    for item in (terms(shop(6), facility) for facility in EVERY_KIND):
        every_other = item.on_paths(slice(1, None, 2))
        assert type(every_other) is type(item)
        if item.base is not None and every_other.base is not None and item.base.shape[1] > 1:
            assert np.array_equal(every_other.base, item.base[:, 1::2])


def test_a_fee_on_each_advance_counts_by_the_turnover_of_the_pool() -> None:
    item = terms(shop(20), RECEIVABLES)
    assert 5 < item.turnover < 10
    assert item.marginal_rate == pytest.approx(0.06 + 0.002 * 365 / item.turnover)
    assert terms(shop(5), BANK_LINE).marginal_rate == pytest.approx((0.0435 - 0.002) * 365 / 360)


def test_without_a_pool_a_fee_on_each_advance_counts_as_for_thirty_days() -> None:
    line = terms(shop(5), replace(OVERDRAFT, service_fee=0.002))
    assert line.marginal_rate == pytest.approx(0.09 + 0.002 * 365 / 30)
    # nothing settles within the horizon: the pool does not say when an advance comes back
    still = terms(case_of(np.zeros((1, 5)), receivables=np.full((1, 1, 5), 9.0)), RECEIVABLES)
    assert still.marginal_rate == pytest.approx(0.06 + 0.002 * 365 / 30)


def test_the_reserve_is_a_quantile_of_what_can_fall_before_the_next_request_arrives() -> None:
    # Friday evening: Saturday, Sunday cannot be reached by Saturday's request (Monday)
    flows = np.array([[-10.0, -5.0, 0.0, 0.0], [-1.0, 0.0, -50.0, 0.0]])
    case = case_of(flows)
    item = terms(case, BANK_LINE)
    cumulated = ScenarioDays.of(case).cumulated
    last = item.calendar.cover.tolist()
    assert item.reserve(cumulated, 1.0).until(0, last[0]) == 15.0
    assert item.reserve(cumulated, 0.5).until(0, last[0]) == 1.0
    # Sunday evening covers Monday: 0 and 50
    assert item.reserve(cumulated, 1.0).until(2, last[2]) == 50.0


def test_before_the_first_arrival_only_what_is_owed_already_may_be() -> None:
    item = terms(
        case_of(np.zeros((1, 10))), replace(OVERDRAFT, limit=100.0, drawn=30.0, available_from=dt.date(2026, 10, 19))
    )
    assert item.most_owed(np.arange(5), np.zeros(5, dtype=int)).tolist() == [30.0, 30.0, 100.0, 100.0, 100.0]
    never = terms(case_of(np.zeros((1, 3))), replace(OVERDRAFT, signing_days=9))
    assert never.most_owed(np.arange(3), np.zeros(3, dtype=int)).tolist() == [0.0] * 3


def test_a_yuan_of_limit_costs_its_arrangement_and_its_commitment_of_the_nights_in_force() -> None:
    facility = replace(OVERDRAFT, arrangement_fee=0.003, commitment_fee=0.0365, signing_days=4)
    assert terms(case_of(np.zeros((1, 10))), facility).limit_cost == pytest.approx(0.003 + 6 * 0.0001)


def test_a_daily_rate_is_never_below_nothing() -> None:
    cheap = terms(case_of(np.zeros((1, 3))), replace(OVERDRAFT, annual_rate=0.01, commitment_fee=0.02))
    assert cheap.marginal_rate == pytest.approx(-0.01)
    assert cheap.daily_rate(1.0) == 0.0
    assert terms(case_of(np.zeros((1, 3))), OVERDRAFT).daily_rate(1.0) == pytest.approx(0.09 / 365)


def test_a_reserve_is_the_deepest_fall_on_the_way_and_none_where_cash_only_rises() -> None:
    # after Friday: down 10, up 30, down 25 on Monday, which Sunday evening's request still reaches
    case = case_of(np.array([[-10.0, 30.0, -25.0, 100.0, -40.0, 0.0]]))
    item = terms(case, replace(BANK_LINE, notice_days=2))
    reserve = item.reserve(ScenarioDays.of(case).cumulated, 1.0)
    # two banking days: what is asked for by Sunday arrives on Tuesday, what is asked for on Monday on Wednesday
    last = item.calendar.cover.tolist()
    assert [reserve.until(evening, last[evening]) for evening in range(5)] == [10.0, 0.0, 25.0, 0.0, 40.0]

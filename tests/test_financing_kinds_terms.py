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
    assert item.reserves(cumulated, 1.0)[0] == 15.0
    assert item.reserves(cumulated, 0.5)[0] == 1.0
    # Sunday evening covers Monday: 0 and 50
    assert item.reserves(cumulated, 1.0)[2] == 50.0

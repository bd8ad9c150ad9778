"""One facility's account: what it draws, owes and charges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import EARLY, OVERDRAFT, RECEIVABLES, case_of

from forecast.financing.kinds.lines import Arrangement
from forecast.financing.kinds.table import line as begun
from forecast.financing.kinds.table import terms

if TYPE_CHECKING:
    from forecast.financing.kinds.lines import Line
    from forecast.plan.model import Facility


def line_of(facility: Facility, limit: float) -> Line:
    receivables = np.full((1, 1, 3), 1000.0)
    case = case_of(np.zeros((1, 3)), receivables=receivables, opening_receivables=1000.0)
    return begun(Arrangement(terms(case, facility), limit), (3, 1))


def test_headroom_is_the_lesser_of_limit_and_base_less_what_is_owed() -> None:
    assert line_of(RECEIVABLES, 500.0).headroom(0).tolist() == [500.0]
    line = line_of(RECEIVABLES, 5000.0)
    assert line.headroom(0).tolist() == [800.0]
    line.draw(0, np.array([99.8]))
    assert line.headroom(0) == pytest.approx([700.0])


def test_a_drawing_brings_what_the_service_fee_leaves() -> None:
    line = line_of(RECEIVABLES, 500.0)
    assert line.draw(0, np.array([99.8])) == pytest.approx([99.8])
    assert line.balance == pytest.approx([100.0])
    # the headroom of 400 brings 399.20
    assert line.draw(0, np.array([1000.0])) == pytest.approx([399.2])


def test_a_repayment_takes_no_more_than_is_owed() -> None:
    line = line_of(OVERDRAFT, 500.0)
    line.draw(0, np.array([50.0]))
    assert line.repay(1, np.array([80.0])).tolist() == [50.0]
    assert line.repay(2, np.array([-80.0])).tolist() == [0.0]


def test_the_account_divides_the_cost_into_interest_and_fees() -> None:
    for facility, interest, fees in ((OVERDRAFT, 0.09 / 365, 0.0), (EARLY, 0.0, 0.0002)):
        line = line_of(replace(facility, commitment_fee=0.01), 500.0)
        line.begin(0)
        line.draw(0, np.array([100.0]))
        line.end(0)
        account = line.account()
        assert account.interest[0] == pytest.approx(100 * interest)
        # the empty days that follow are counted as undrawn; the last night is free
        assert account.fees[0] == pytest.approx(100 * fees + (400 + 500) * 0.01 / 365)
        assert account.flows[:, 0].tolist() == [100.0, 0.0, 0.0]


def test_fees_are_charged_on_the_limit_unless_another_amount_is_given() -> None:
    item = terms(case_of(np.zeros((1, 3))), replace(OVERDRAFT, arrangement_fee=0.01))
    assert Arrangement(item, 500.0).priced == 500.0
    assert Arrangement(item, 500.0, 80.0).priced == 80.0
    assert Arrangement(item, 500.0, 0.0).priced == 0.0
    free = terms(case_of(np.zeros((1, 3))), OVERDRAFT)
    assert Arrangement(free, np.inf).priced == 0.0


def test_only_what_is_arranged_now_and_used_owes_its_arrangement_fee() -> None:
    case = case_of(np.zeros((1, 3)))
    new, signed = terms(case, OVERDRAFT), terms(case, replace(OVERDRAFT, signed=True))
    assert Arrangement(new, 500.0).is_new
    assert not Arrangement(new, 0.0).is_new
    assert not Arrangement(new, 500.0, drawing=False).is_new
    assert not Arrangement(signed, 500.0).is_new

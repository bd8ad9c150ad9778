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


def test_what_is_under_way_leaves_less_to_ask_for_until_it_has_come() -> None:
    # one banking day of notice: what is asked for on Sunday comes on Monday, day 2; Monday's request on Tuesday
    item = terms(case_of(np.zeros((1, 5))), replace(OVERDRAFT, notice_days=1))
    line = begun(Arrangement(item, 100.0), (5, 1))
    assert line.ask(2, np.array([70.0])).tolist() == [70.0]
    assert line.under_way.tolist() == [70.0]
    assert line.ask(2, np.array([70.0])).tolist() == [30.0]
    assert float(line.begin(2)[0]) == 100.0  # type: ignore[index]  # drawn on every path
    assert line.under_way.tolist() == [0.0]
    line.repay(2, np.array([60.0]))
    assert line.ask(3, np.array([70.0])).tolist() == [60.0]


def test_on_a_known_path_what_is_owed_stays_until_it_is_repaid() -> None:
    item = terms(case_of(np.zeros((1, 3))), replace(OVERDRAFT, signing_days=2))
    carriage = item.carriage(0, in_use=True)
    assert carriage.most_drawn.tolist() == [0.0, np.inf, np.inf]
    assert carriage.kept.tolist() == [1.0, 1.0, 1.0]
    assert carriage.opening.tolist() == [1.0, 0.0, 0.0]

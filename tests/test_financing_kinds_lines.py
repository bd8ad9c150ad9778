"""One facility's account: what it draws, owes and charges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import EARLY, OVERDRAFT, RECEIVABLES, case_of

from forecast.financing.kinds.accounts import Arrangement
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


def test_a_signed_line_is_priced_by_its_contract_however_little_of_it_is_used() -> None:
    case = case_of(np.zeros((1, 3)))
    line = replace(OVERDRAFT, limit=1000.0, commitment_fee=0.01)
    new, signed = terms(case, line), terms(case, replace(line, signed=True))
    assert (Arrangement(new, 300.0).priced, Arrangement(new, 300.0).contracted) == (300.0, 300.0)
    assert (Arrangement(signed, 300.0).priced, Arrangement(signed, 300.0).contracted) == (1000.0, 1000.0)
    # what a larger limit would cost is asked, too
    assert Arrangement(signed, 2000.0).priced == 2000.0


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
    line.ask(2, np.array([70.0]))
    assert line.under_way.tolist() == [70.0]
    line.ask(2, np.array([70.0]))
    assert line.under_way.tolist() == [100.0]
    assert float(line.begin(2)[0]) == 100.0  # type: ignore[index]  # drawn on every path
    assert line.under_way.tolist() == [0.0]
    line.repay(2, np.array([60.0]))
    line.ask(3, np.array([70.0]))
    assert line.under_way.tolist() == [60.0]


def test_on_a_known_path_what_is_owed_stays_until_it_is_repaid() -> None:
    item = terms(case_of(np.zeros((1, 3))), replace(OVERDRAFT, signing_days=2))
    carriage = item.carriage(0, in_use=True)
    assert carriage.most_drawn.tolist() == [0.0, np.inf, np.inf]
    assert carriage.kept.tolist() == [1.0, 1.0, 1.0]
    assert carriage.opening.tolist() == [1.0, 0.0, 0.0]


def test_a_lot_is_drawn_whole_for_any_lack_and_not_at_all_where_it_does_not_fit() -> None:
    lots = replace(OVERDRAFT, minimum_draw=100.0)
    for lack, drawn in ((30.0, 100.0), (100.0, 100.0), (140.0, 140.0), (500.0, 250.0), (0.0, 0.0), (-9.0, 0.0)):
        assert line_of(lots, 250.0).draw(0, np.array([lack])).tolist() == [drawn]
    assert line_of(lots, 100.0).draw(0, np.array([30.0])).tolist() == [100.0]
    assert line_of(lots, 99.0).draw(0, np.array([30.0])).tolist() == [0.0]
    charged = line_of(replace(lots, service_fee=0.2), 250.0)
    assert charged.draw(0, np.array([90.0])) == pytest.approx([90.0])
    # 90 reach the account of 112.50 drawn; a lack of 60 takes the lot of 100, of which 80 do
    assert charged.balance == pytest.approx([112.5])
    assert charged.draw(0, np.array([60.0])) == pytest.approx([80.0])
    assert charged.account().upfront[0] == pytest.approx([42.5])


def test_what_is_asked_for_arrives_less_the_service_fee_as_far_as_the_limit_then_allows() -> None:
    item = terms(case_of(np.zeros((1, 5))), replace(OVERDRAFT, notice_days=1, service_fee=0.2))
    asked = begun(Arrangement(item, 100.0), (5, 1))
    # asked on Sunday evening, it arrives on Monday; another evening's request would not be the last to reach it
    asked.ask(1, np.array([40.0]))
    assert asked.under_way.tolist() == [0.0]
    asked.ask(2, np.array([40.0]))
    assert asked.under_way == pytest.approx([50.0])
    assert asked.coming(2, 2) == pytest.approx([40.0])
    assert asked.coming(3, 4) == 0.0
    asked.ask(2, np.array([80.0]))
    assert asked.coming(2, 2) == pytest.approx([80.0])
    assert asked.begin(2) == pytest.approx([80.0])
    assert asked.balance == pytest.approx([100.0])
    asked.ask(5, np.array([1.0]))
    assert asked.under_way == pytest.approx([0.0])


@pytest.mark.parametrize(("lot", "comes"), [(40.0, 50.0), (50.0, 50.0), (51.0, 0.0)])
def test_what_there_is_no_room_for_is_cut_off_a_request_but_no_part_of_a_lot_arrives(lot: float, comes: float) -> None:
    item = terms(case_of(np.zeros((1, 5))), replace(OVERDRAFT, notice_days=1, minimum_draw=lot, drawn=50.0))
    line = begun(Arrangement(item, 100.0), (5, 1))
    # 80 are asked for as a surplus is to repay the 50 that are owed, but none does
    line.ask(2, np.array([80.0]), np.array([50.0]))
    assert line.under_way.tolist() == [80.0]
    assert line.coming(2, 2, whole=True) == pytest.approx([80.0])
    assert line.coming(2, 2) == pytest.approx([comes])
    assert line.begin(2) == pytest.approx([comes])
    assert line.balance == pytest.approx([50.0 + comes])


def test_interest_and_commitment_accrue_each_night_and_are_paid_on_the_due_day() -> None:
    facility = replace(OVERDRAFT, annual_rate=0.365, commitment_fee=0.073, arrangement_fee=0.01)
    case = case_of(np.zeros((1, 20)))
    line = begun(Arrangement(terms(case, facility), 1000.0), (20, 1))
    paid = []
    for day in range(20):
        paid.append(float(np.sum(line.begin(day))))
        if day == 0:
            line.draw(0, np.array([400.0]))
        line.end(day)
    # 17 October is day 0 and the 31st day 14: fourteen nights at 0.1 % of 400 and at 0.02 % of the other 600
    assert paid[0] == pytest.approx(-10.0)
    assert paid[14] == pytest.approx(-14 * (0.4 + 0.12))
    assert sum(paid) == pytest.approx(paid[0] + paid[14])
    # the last night costs nothing
    assert line.unpaid == pytest.approx([5 * (0.4 + 0.12)])
    account = line.account()
    assert account.accrued == pytest.approx([19 * 0.4])
    assert account.committed == pytest.approx([19 * 0.12])
    assert account.fees == pytest.approx([10.0 + 19 * 0.12])
    assert account.interest == pytest.approx([19 * 0.4])

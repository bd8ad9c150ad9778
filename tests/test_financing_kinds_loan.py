"""Term loans: the day of the money, and repaying early where that saves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import OVERDRAFT, TERM_LOAN, case_of

from forecast.financing.desk import Desk, Proposal
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.loan import TermLoan
from forecast.financing.kinds.table import line, terms
from forecast.financing.policy import Outcome, check_outcome

if TYPE_CHECKING:
    from forecast.plan.facilities import InterestDue
    from forecast.plan.model import Facility

LOAN = replace(TERM_LOAN, limit=100.0, tenor_days=30, day_count="act/365", annual_rate=0.365)
FLOWS = [[-100.0, 0.0, 60.0, 0.0, -20.0, 100.0, 0.0, 0.0]]


def run(facility: Facility, flows: list[list[float]] = FLOWS, surplus_rate: float = 0.0) -> Outcome:
    desk = Desk.of(case_of(flows, opening=0.0, surplus_rate=surplus_rate), [facility], 0.95)
    outcome = desk.run(Proposal(desk.items, (desk.items[0].most,)))
    check_outcome(outcome)
    return outcome


def test_without_a_prepayment_fee_in_the_plan_a_loan_is_not_repaid_early() -> None:
    assert run(LOAN).accounts[0].repayments.sum() == 0.0


def test_what_no_path_needs_again_repays_early() -> None:
    account = run(replace(LOAN, prepayment_fee=0.0)).accounts[0]
    # of the 60 of day 2, 20 go out again on day 4; 40 repay, less the interest that falls due at the month's end
    assert account.repayments[2, 0] == pytest.approx(40 - 2 * 0.1)
    assert account.balance[5, 0] == pytest.approx(0.0)
    assert account.interest[0] == pytest.approx(2 * 0.1 + 3 * (60.2 * 0.001))


def test_a_prepayment_fee_is_paid_where_the_interest_saved_is_more() -> None:
    # five nights at 0.1 % are left on day 2: a fee of 0.4 % pays, one of 0.6 % does not
    short = replace(LOAN, tenor_days=7)
    cheap = run(replace(short, prepayment_fee=0.004)).accounts[0]
    assert cheap.upfront[2, 0] == pytest.approx(0.004 * cheap.repayments[2, 0])
    assert cheap.repayments[2, 0] > 39
    kept = run(replace(short, prepayment_fee=0.006)).accounts[0]
    assert kept.repayments[:, 0].nonzero()[0].tolist() == [7]
    # nor where the cash would earn as much
    kept = run(replace(short, prepayment_fee=0.0), surplus_rate=0.4).accounts[0]
    assert kept.repayments[:, 0].nonzero()[0].tolist() == [7]
    # of a loan that ends after the horizon the interest up to its end is saved
    assert run(replace(LOAN, prepayment_fee=0.006)).accounts[0].repayments[2, 0] > 39


def test_cash_that_another_path_needs_later_is_kept() -> None:
    flows = [FLOWS[0], [-100.0, 0.0, 60.0, 0.0, -60.0, 100.0, 0.0, 0.0]]
    repaid = run(replace(LOAN, prepayment_fee=0.0), flows).accounts[0].repayments
    assert repaid[2].tolist() == [0.0, 0.0]
    assert repaid[5, 0] > 0


def test_a_right_to_repay_early_keeps_the_cash_for_what_falls_due() -> None:
    # 10 come on day 2 and 92 when the loan ends: they bear 100 and eighteen nights of 0.1, 1.4 due at the month's end
    flows = [[-100.0, 0.0, 10.0, *[0.0] * 15, 92.0]]
    loan = replace(LOAN, tenor_days=18)
    bound, free = run(loan, flows), run(replace(loan, prepayment_fee=0.0), flows)
    assert not bound.short.any()
    assert not free.short.any()
    # what repays is the 10 less what falls due before the loan does, twelve nights of which what repays saves
    repaid = (10 - 1.4) / (1 - 0.012)
    assert free.accounts[0].repayments[2, 0] == pytest.approx(repaid)
    assert bound.cost[0] - free.cost[0] == pytest.approx(0.016 * repaid)


def test_a_right_to_repay_early_keeps_the_cash_for_another_loan() -> None:
    flows = [[-100.0, 0.0, 40.0, *[0.0] * 15, 100.0]]
    other = replace(LOAN, name="other", limit=30.0, drawn=30.0, signed=True, tenor_days=10, annual_rate=0.0)
    desk = Desk.of(case_of(flows, opening=0.0), [replace(LOAN, tenor_days=18, prepayment_fee=0.0), other], 0.95)
    outcome = desk.run(Proposal(desk.items, tuple(item.most for item in desk.items)))
    assert not outcome.short.any()
    assert outcome.accounts[1].repayments[2, 0] == pytest.approx((40 - 30 - 1.4) / (1 - 0.012))


def laid(days: int, facility: Facility) -> TermLoan:
    item = terms(case_of([[0.0] * days]), facility)
    assert isinstance(item, TermLoan)
    return item


def test_the_money_comes_on_its_date_on_the_first_day_possible_or_not_at_all() -> None:
    day = dt.date(2026, 10, 20)
    assert laid(10, LOAN).draw_day == 0
    assert laid(10, replace(LOAN, notice_days=1)).draw_day == 2
    item = laid(10, replace(LOAN, draw_date=day))
    assert item.draw_day == 3
    assert item.outstanding.tolist() == [0.0] * 3 + [1.0] * 7
    # on a Saturday with notice: on the Monday after
    assert laid(10, replace(LOAN, draw_date=dt.date(2026, 10, 24), notice_days=1)).draw_day == 9
    # before it can be signed, or was to be drawn by as_of: on the first day possible; after the horizon: never
    assert laid(10, replace(LOAN, draw_date=day, signing_days=5)).draw_day == 4
    assert laid(10, replace(LOAN, draw_date=day, signing_days=5, notice_days=1)).draw_day == 5
    assert laid(10, replace(LOAN, draw_date=dt.date(2026, 10, 1), notice_days=1)).draw_day == 2
    late = laid(10, replace(LOAN, draw_date=day, signing_days=15))
    assert late.draw_day == -1
    assert np.count_nonzero(late.outstanding) == 0
    assert laid(10, replace(LOAN, draw_date=dt.date(2027, 10, 20))).draw_day == -1


@pytest.mark.parametrize("signing_days", [0, 1, 2, 5])
def test_without_notice_the_money_comes_on_the_day_of_signing_as_that_of_a_line_does(signing_days: int) -> None:
    case = case_of([[0.0] * 10])
    first = max(signing_days, 1) - 1
    loan = laid(10, replace(LOAN, signing_days=signing_days))
    assert loan.draw_day == loan.calendar.start == first
    assert terms(case, replace(OVERDRAFT, signing_days=signing_days)).first_day == first


def test_without_an_end_interest_is_paid_on_the_plans_own_days_whatever_the_repayment() -> None:
    # 31 October is the fifteenth day
    endless = laid(20, replace(LOAN, tenor_days=None, repayment="equal_instalments"))
    assert np.flatnonzero(endless.calendar.due).tolist() == [14]


def test_what_a_loan_owed_before_runs_by_its_own_draw_date() -> None:
    old = laid(10, replace(LOAN, drawn=900.0, tenor_days=30, draw_date=dt.date(2026, 9, 20)))
    # 30 days after 20 September is 20 October, day 3
    assert old.before.tolist() == [1.0] * 3 + [0.0] * 7


def test_a_yuan_of_a_loan_costs_its_fees_and_the_interest_of_its_schedule() -> None:
    loan = laid(10, replace(LOAN, arrangement_fee=0.01, commitment_fee=0.0365, draw_date=dt.date(2026, 10, 20)))
    # undrawn for three nights at 0.01 % a day, then owed for thirty at 0.1 %, six of them in the horizon
    assert loan.limit_cost == pytest.approx(0.01 + 3 * 0.0001 + 30 * 0.001)
    free = replace(loan.facility, prepayment_fee=0.002)
    assert laid(10, free).limit_cost == pytest.approx(0.01 + 3 * 0.0001 + 6 * 0.001 + 0.002)
    assert loan.scheduled(np.array([2, 3]))[0].tolist() == [0.0, 1.0]


def test_on_a_known_path_the_schedule_alone_carries_a_loan() -> None:
    loan = laid(5, replace(LOAN, notice_days=1, drawn=50.0, tenor_days=4))
    carriage = loan.carriage(0, in_use=True)
    # Monday, day 2, is the first day that Friday's request can reach
    assert carriage.most_drawn.tolist() == [0.0, 0.0, np.inf, 0.0, 0.0]
    assert carriage.left[:, 2].tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    assert carriage.left.sum() == 3.0
    assert carriage.opening.tolist() == [1.0, 1.0, 1.0, 0.0, 0.0]
    assert carriage.kept.tolist() == [0.0] * 5
    assert not loan.carriage(0, in_use=False).most_drawn.any()


def test_the_plan_knows_what_its_schedule_will_repay() -> None:
    loan = line(Arrangement(laid(8, replace(LOAN, drawn=60.0, tenor_days=3)), 100.0), (8, 1))
    # 60 owed on as_of fall due on day 2; the 40 drawn on day 0 on day 3
    assert loan.expected_repayment(0, 1) == pytest.approx([0.0])
    assert loan.expected_repayment(0, 2) == pytest.approx([60.0])
    assert loan.begin(0) == pytest.approx([40.0])
    assert loan.expected_repayment(1, 3) == pytest.approx([100.0])
    assert loan.expected_repayment(3, 2) == 0.0


def test_equal_instalments_are_paid_with_their_interest_and_are_all_the_same() -> None:
    # drawn on 17 October for four months: 17 November, December, January and, the maturity, 14 February
    loan = replace(LOAN, limit=1000.0, tenor_days=120, repayment="equal_instalments", annual_rate=0.06)
    account = run(loan, [[0.0, 1100.0, *[0.0] * 125]]).accounts[0]
    paid = (account.repayments + account.charges_paid)[:, 0]
    assert paid.nonzero()[0].tolist() == [31, 61, 92, 120]
    assert paid[paid > 0].round(2).tolist() == [253.13] * 4
    assert account.unpaid[0] == pytest.approx(0.0)


@pytest.mark.parametrize("due", ["month_end", "maturity"])
def test_the_last_interest_is_paid_with_the_last_principal(due: InterestDue) -> None:
    # drawn on 17 October, or owed on the 16th, for thirty days: nothing of it is owed at the end of November
    flows = [[0.0, 110.0, *[0.0] * 48]]
    for loan in (LOAN, replace(LOAN, drawn=100.0, signed=True)):
        account = run(replace(loan, interest_due=due), flows).accounts[0]
        last = 29 if loan.drawn else 30
        assert account.charges_paid[last, 0] > 0
        assert account.charges_paid[last + 1 :].sum() == account.unpaid[0] == 0.0
        assert account.charges_paid.sum() == pytest.approx(30 * 0.1)


def test_of_old_debt_no_day_is_named_on_which_a_new_loan_would_fall_due() -> None:
    # 100 owed on Friday the 16th for 9 days, one more than the horizon has: a loan of Saturday would end on the 26th
    old = replace(LOAN, drawn=100.0, signed=True, tenor_days=9)
    found = run(old, [[0.0] * 8])
    assert found.days_due.tolist() == [1]
    assert found.lack_beyond[0] == pytest.approx(100 + 9 * 0.1)
    half = run(replace(old, drawn=50.0), [[0.0] * 8])
    assert half.days_due.tolist() == [1, 2]

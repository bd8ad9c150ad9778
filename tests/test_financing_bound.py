"""The foresight bound lies below the rule, and on it where the rule is known to be the best."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import BANK_LINE, EVERY_KIND, FACTORING, OVERDRAFT, OWNER, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.bound import _drawn_at_will, _least_on_path, _LinePath, _paid, lower_bound
from forecast.financing.desk import Desk, Proposal
from forecast.financing.sizing import widest
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from forecast.cash import CashCase
    from forecast.financing.policy import Outcome


def run(case: CashCase, *facilities: Facility) -> Outcome:
    desk = Desk.of(case, facilities, 0.95)
    return desk.run(widest(desk, desk.items))


def test_one_line_without_notice_is_its_own_bound() -> None:
    case = shop(100)
    outcome = run(case, replace(OVERDRAFT, limit=5e6, commitment_fee=0.01, arrangement_fee=0.001))
    bound, paths = lower_bound(outcome)
    assert paths == 100
    assert bound == pytest.approx(outcome.cost.mean(), rel=1e-9)


def test_the_programme_gives_the_closed_form_where_both_apply() -> None:
    case = shop(6)
    outcome = run(
        case, replace(OVERDRAFT, commitment_fee=0.01), replace(OVERDRAFT, name="dear", limit=5e6, annual_rate=0.1)
    )
    programme = [_least_on_path(outcome, outcome.shortage[:, path], path) for path in range(6)]
    assert programme == pytest.approx(outcome.cost.tolist(), rel=1e-6)


def test_notice_and_lots_cost_more_than_foresight() -> None:
    case = shop(100)
    outcome = run(case, BANK_LINE)
    bound, _ = lower_bound(outcome)
    assert 0.7 * outcome.cost.mean() < bound < outcome.cost.mean()


@pytest.mark.parametrize("facility", [RECEIVABLES, FACTORING, TERM_LOAN])
def test_the_programme_never_costs_more_than_the_rule(facility: Facility) -> None:
    case = shop(40)
    outcome = run(case, facility, OVERDRAFT)
    bound, paths = lower_bound(outcome, sample=10)
    assert paths == 10
    assert 0 <= bound <= outcome.cost.mean() + 1e-6
    for path in range(3):
        assert _least_on_path(outcome, outcome.shortage[:, path], path) <= outcome.cost[path] + 0.01


def test_every_kind_at_once_is_bounded_from_the_programme_itself() -> None:
    outcome = run(shop(5, surplus_rate=0.01), *EVERY_KIND)
    for path in range(5):
        assert _least_on_path(outcome, outcome.shortage[:, path], path) < outcome.cost[path] - 1.0


def test_a_path_that_falls_short_may_do_so_in_the_bound_as_well() -> None:
    case = case_of([[-100.0, 0.0, 0.0]], opening=0.0)
    desk = Desk.of(case, [OVERDRAFT], 0.95)
    outcome = desk.run(Proposal(desk.items, (40.0,)))
    assert outcome.shortage[:, 0].tolist() == pytest.approx([60.0, 60.0, 60.0])
    assert lower_bound(outcome)[0] == pytest.approx(2 * 40 * 0.09 / 365)


def test_on_a_known_path_no_more_is_owed_than_limit_and_base_allow() -> None:
    receivables = np.array([[[100.0, 50.0, 300.0]], [[10.0, 20.0, 30.0]]])
    case = case_of(np.zeros((2, 3)), receivables=receivables, opening_receivables=100.0)
    outcome = run(case, replace(RECEIVABLES, limit=200.0))
    for path, most in ((0, [80.0, 40.0, 200.0]), (1, [8.0, 16.0, 24.0])):
        assert _LinePath.of(outcome.accounts[0], path).most_owed * 1e5 == pytest.approx(most)


def test_what_accrues_every_night_is_paid_on_the_next_due_day() -> None:
    due = np.array([False, True, False, False, True, False])
    assert _paid(np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0]), due).tolist() == [0.0, 1.0, 0.0, 0.0, 14.0, 0.0]
    case = case_of([[-100.0] + [0.0] * 17], opening=0.0)
    line = _LinePath.of(run(case, replace(OVERDRAFT, arrangement_fee=0.01, commitment_fee=0.0365)).accounts[0], 0)
    # up to 31 October, the fifteenth day, 14 nights on a limit of ten units of a hundred thousand
    assert line.fixed == pytest.approx(10 * 0.01 + 17 * 10 * 0.0001)
    assert line.paid_fixed[[0, 14]] == pytest.approx([0.1, 14 * 10 * 0.0001])
    assert line.paid_fixed.sum() == pytest.approx(0.1 + 0.014)
    paid = line.paid_matrix(np.arange(1.0, 19.0))
    assert set(paid.rows.tolist()) == {14}
    assert dict(zip(paid.columns.tolist(), paid.values.tolist(), strict=True)) == {
        night: night + 1 for night in range(14)
    }


def test_a_path_that_falls_short_is_bounded_by_drawing_as_late_as_it_may() -> None:
    # the rule draws a lot of 100 for the 30 of the first day; 30 are lacking from the second on, at either course
    case = case_of([[-30.0, -100.0, 0.0]], opening=0.0)
    desk = Desk.of(case, [replace(OVERDRAFT, limit=100.0, minimum_draw=100.0)], 0.95)
    outcome = desk.run(Proposal(desk.items, (100.0,)))
    assert outcome.shortage[:, 0].tolist() == [0.0, 30.0, 30.0]
    assert outcome.cost[0] == pytest.approx((100 + 100) * 0.09 / 365)
    assert _least_on_path(outcome, outcome.shortage[:, 0], 0) == pytest.approx((30 + 100) * 0.09 / 365)


def test_the_programme_counts_the_night_after_as_of_as_the_rule_does() -> None:
    # 1,000 of 3,000 owed on as_of stay owed for eighteen nights, over the end of a month
    owing = replace(
        OVERDRAFT, annual_rate=0.12, drawn=1000.0, signed=True, commitment_fee=0.01, limit=3000.0, service_fee=0.0
    )
    outcome = run(case_of([[0.0] * 18], opening=0.0), owing)
    assert outcome.cost[0] > 18 * (1000 * 0.12 + 2000 * 0.01) / 365
    assert _least_on_path(outcome, outcome.shortage[:, 0], 0) == pytest.approx(outcome.cost[0], rel=1e-9)


def least(outcome: Outcome) -> float:
    return _least_on_path(outcome, outcome.shortage[:, 0], 0)


def test_foresight_gives_no_notice_to_a_day_without_banks() -> None:
    # Sunday of the week after needs 100, Monday brings them back: they come on Friday and cost three nights
    case = case_of([[*[0.0] * 8, -100.0, 100.0, 0.0]], opening=0.0)
    outcome = run(case, replace(BANK_LINE, minimum_draw=0.0, arrangement_fee=0.0, commitment_fee=0.0))
    assert not outcome.short.any()
    assert [outcome.cost[0], least(outcome)] == pytest.approx([3 * 100 * 0.0435 / 360] * 2)


def test_foresight_repays_no_loan_early_that_forbids_it() -> None:
    case = case_of([[-100.0, 100.0, *[0.0] * 8]], opening=10.0)
    loan = replace(TERM_LOAN, limit=100.0, tenor_days=30, day_count="act/365", annual_rate=0.365)
    for facility, nights in ((loan, 30), (replace(loan, prepayment_fee=0.0), 1)):
        desk = Desk.of(case, [facility], 0.95)
        outcome = desk.run(Proposal(desk.items, (100.0,)))
        # 90 are enough of it for one who knows the path
        assert least(outcome) == pytest.approx(90 * 0.001 * nights)
        assert outcome.cost[0] >= least(outcome)


def test_foresight_takes_no_receivables_back_that_are_sold() -> None:
    settled = np.array([[[0.0, 0.0, 0.0, 0.0, 500.0, 500.0]]])
    receivables = np.array([[[1000.0, 1000.0, 1000.0, 1000.0, 500.0, 0.0]]])
    case = case_of([[-100.0, 200.0, *[0.0] * 4]], settled=settled, receivables=receivables, opening_receivables=1000.0)
    sold = replace(FACTORING, discount_rate=0.365, service_fee=0.0, advance_rate=1.0)
    outcome = run(case, sold)
    # four nights whole, then half: what surplus there is does not end it
    # the advance bears its own discount
    assert outcome.cost[0] == pytest.approx((4 * 0.1 + 0.05) / (1 - 0.0045))
    assert least(outcome) == pytest.approx(outcome.cost[0], rel=1e-6)


def test_foresight_keeps_no_owners_money_longer_than_its_tenor() -> None:
    # 100 are needed for six nights: the owner lends them for three, the overdraft for the rest
    case = case_of([[-100.0, *[0.0] * 5, 100.0, 0.0]], opening=0.0)
    owner = replace(OWNER, limit=100.0, annual_rate=0.0365, tenor_days=3, available_to=dt.date(2026, 10, 17))
    outcome = run(case, owner, replace(OVERDRAFT, annual_rate=0.365))
    assert least(outcome) == pytest.approx(3 * 0.01 + 3 * 0.1)
    assert outcome.cost[0] == pytest.approx(least(outcome))


def test_a_loan_that_may_be_prepaid_is_not_lent_again_by_one_who_knows_the_path() -> None:
    # lent on the first day at the earliest and needed from the third: eleven nights of 40,000, not nine
    case = case_of([[0.0, 0.0, -140_000.0, *[0.0] * 8, 150_000.0, 0.0]], opening=100_000.0)
    loan = replace(TERM_LOAN, limit=40_000.0, annual_rate=0.06, tenor_days=11, prepayment_fee=0.0)
    desk = Desk.of(case, [loan], 0.95)
    outcome = desk.run(Proposal(desk.items, (40_000.0,)))
    assert outcome.cost[0] == pytest.approx(11 * 40_000 * 0.06 / 360)
    assert lower_bound(outcome)[0] == pytest.approx(outcome.cost[0])


@pytest.mark.parametrize(("fee", "saved"), [(0.0, 8), (0.001, 7), (0.004, 4), (0.5, 0)])
def test_foresight_prepays_only_where_the_interest_saved_is_more_than_the_fee(fee: float, saved: int) -> None:
    # ten nights of 0.001 a yuan by contract, of which eight are spared by repaying on the second day
    case = case_of([[-100.0, 0.0, 150.0, *[0.0] * 9]])
    loan = replace(TERM_LOAN, limit=100.0, tenor_days=10, day_count="act/365", annual_rate=0.365, prepayment_fee=fee)
    desk = Desk.of(case, [loan], 0.95)
    outcome = desk.run(Proposal(desk.items, (100.0,)))
    assert least(outcome) == pytest.approx(100.0 * 0.001 * (10 - saved))
    assert outcome.cost[0] == pytest.approx(least(outcome))


DEAR = Facility("dear", "overdraft", 1e5, annual_rate=0.24, drawn=1e5, interest_due="maturity")
CHEAPER = Facility("cheaper", "revolver", 2e5, annual_rate=0.05, interest_due="maturity")


@pytest.mark.parametrize("paid", [0.0, 15_000.0])
def test_the_bound_is_below_what_a_cheaper_line_costs_that_repays_dear_debt(paid: float) -> None:
    case = case_of([[*[0.0] * 4, -paid, *[0.0] * 14, 5e4, *[0.0] * 9, 1.21e5]], opening=0.0, as_of=dt.date(2026, 6, 9))
    found, costs = [], []
    for notice in (1, 0):
        desk = Desk.of(case, [DEAR, replace(CHEAPER, notice_days=notice)], 0.95)
        for count in (1, 2):
            outcome = desk.run(Proposal(desk.items[:count], tuple(item.most for item in desk.items[:count])))
            found.append(lower_bound(outcome)[0])
            costs.append(float(outcome.cost[0]))
            assert not outcome.short[0]
    assert max(found[2:]) <= min(costs) + 0.001  # one who knows the path needs no notice the less
    assert costs[2:] == pytest.approx([min(costs)] * 2)
    assert min(costs) < 460.0


def test_the_closed_form_is_taken_only_where_it_is_the_programme_s() -> None:
    numbers = random.Random(5)  # noqa: S311  # plans, no secrets
    exact = 0
    for _ in range(200):
        flows = [numbers.uniform(-3e4, 3e4) for _ in range(20)]
        lines = [
            Facility(
                f"line_{place}",
                numbers.choice(["overdraft", "revolver"]),
                numbers.choice([5e4, 2e5]),
                annual_rate=numbers.choice([0.0, 0.05, 0.06, 0.2]),
                day_count=numbers.choice(["act/365", "act/365", "30/360"]),
                commitment_fee=numbers.choice([0.0, 0.0, 0.02]),
                interest_due=numbers.choice(["day_20", "day_20", "maturity"]),
                drawn=numbers.choice([0.0, 0.0, 3e4]),
                signing_days=numbers.choice([0, 0, 4]),
            )
            for place in range(numbers.randint(1, 3))
        ]
        case = case_of([flows], opening=numbers.uniform(0, 3e4), surplus_rate=numbers.choice([0.0, 0.0, 0.03]))
        desk = Desk.of(case, lines, 0.95)
        used = tuple(item for item in desk.items if numbers.random() < 0.8) or desk.items
        outcome = desk.run(Proposal(used, tuple(item.most for item in used)))
        exact += _drawn_at_will(outcome)
        assert lower_bound(outcome)[0] == pytest.approx(min(least(outcome), float(outcome.cost[0])), rel=1e-6, abs=1e-3)
    assert 50 < exact < 150

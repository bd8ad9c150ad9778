"""The daily rule: figures by hand, and what must hold on every path."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import (
    BANK_LINE,
    EARLY,
    EVERY_KIND,
    FACTORING,
    OVERDRAFT,
    OWNER,
    RECEIVABLES,
    TERM_LOAN,
    apart,
    case_of,
    shop,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from forecast.cash import ChannelCash
from forecast.errors import IdentityError
from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.deferral import Deferral
from forecast.financing.kinds.table import terms
from forecast.financing.policy import Outcome, ScenarioDays, check_outcome, simulate
from forecast.financing.timing import month_ends
from forecast.plan.model import Facility, OtherFlow

if TYPE_CHECKING:
    from forecast.cash import CashCase
    from forecast.plan.facilities import FacilityKind

REVOLVER = Facility("line", "revolver", 1000.0, annual_rate=0.072, day_count="act/360")


def run(case: CashCase, *facilities: Facility, quantile: float = 1.0) -> Outcome:
    days = ScenarioDays.of(case)
    arrangements = []
    for facility in facilities:
        item = terms(case, facility)
        reserve = item.reserve(days.cumulated, quantile) if item.keeps_reserve else None
        arrangements.append(Arrangement(item, item.most, reserve=reserve))
    outcome = simulate(days, arrangements)
    check_outcome(outcome)
    return outcome


def test_a_revolver_draws_the_lack_and_repays_from_the_surplus() -> None:
    # minimum 100, opening 150: day 0 lacks 50, day 1 brings 20 of it back, day 2 another 100
    outcome = run(case_of([[-100, 20, 100, 0]], opening=150, minimum=100), REVOLVER)
    account = outcome.accounts[0]
    assert account.draws[:, 0].tolist() == [50, 0, 0, 0]
    assert account.repayments[:, 0].tolist() == [0, 20, 30, 0]
    assert account.balance[:, 0].tolist() == [50, 30, 0, 0]
    assert outcome.cash[:, 0].tolist() == [100, 100, 170, 170]
    # one night on 50, one on 30, at 7.2 % of 360 days
    assert account.interest[0] == pytest.approx((50 + 30) * 0.072 / 360)
    assert account.unpaid[0] == pytest.approx(account.interest[0])


def test_interest_of_a_month_is_paid_on_its_last_day_and_the_close_out_costs_no_night() -> None:
    # 17 October to 3 November: 14 nights up to the 31st, then three more until the close-out
    case = case_of([[-100.0] + [0.0] * 17], opening=0.0)
    account = run(case, REVOLVER).accounts[0]
    due = 14 * 100 * 0.072 / 360
    assert account.charges_paid[14, 0] == pytest.approx(due)
    # what is paid is drawn, too
    assert account.balance[14, 0] == pytest.approx(100 + due)
    assert account.interest[0] == pytest.approx(due + 3 * (100 + due) * 0.072 / 360)


def test_interest_at_maturity_stays_unpaid_within_the_horizon() -> None:
    case = case_of([[-100.0] + [0.0] * 17])
    account = run(case, replace(REVOLVER, interest_due="maturity")).accounts[0]
    assert account.charges_paid.sum() == 0.0
    assert account.unpaid[0] == pytest.approx(17 * 100 * 0.072 / 360)


def test_fees_on_the_limit_and_what_a_signature_has_spent() -> None:
    dear = replace(REVOLVER, annual_rate=0.0, arrangement_fee=0.01, commitment_fee=0.036)
    case = case_of([[0.0, -10.0, 0.0]], opening=0.0)
    account = run(case, dear).accounts[0]
    # 1 % of 1000 on the first day; 3.6 % on the undrawn limit for two nights
    assert account.upfront[:, 0].tolist() == [10, 0, 0]
    assert account.draws[:, 0].tolist() == [10, 10, 0]
    assert account.committed[0] == pytest.approx((990 + 980) * 0.036 / 360)
    signed = run(case, replace(dear, signed=True)).accounts[0]
    assert signed.upfront.sum() == 0.0
    # signed on as_of: that evening's night, too
    assert signed.committed[0] == pytest.approx((1000 + 1000 + 990) * 0.036 / 360)


def test_stamp_duty_is_paid_once_with_the_arrangement_fee() -> None:
    taxed = replace(REVOLVER, annual_rate=0.0, arrangement_fee=0.01, stamp_duty=0.00005, limit=100_000.0)
    case = case_of([[0.0, 0.0]], opening=0.0)
    outcome = run(case, taxed)
    assert outcome.accounts[0].upfront[:, 0] == pytest.approx([1005.0, 0.0])
    assert outcome.cost[0] == pytest.approx(1005.0)
    assert run(case, replace(taxed, signed=True)).cost[0] == 0.0


def test_what_runs_anyway_is_carried_without_new_drawings() -> None:
    case = case_of([[-10.0, 30.0, 0.0]], opening=0.0)
    held = Arrangement(terms(case, replace(REVOLVER, drawn=25.0)), 1000.0, drawing=False)
    outcome = simulate(ScenarioDays.of(case), [held])
    check_outcome(outcome)
    assert outcome.accounts[0].balance[:, 0].tolist() == [25, 5, 5]
    assert outcome.accounts[0].draws.sum() == 0.0
    assert outcome.short.tolist() == [True]


def test_money_on_notice_is_asked_for_before_the_weekend() -> None:
    # Friday evening: 30 fall due on Monday, known to the plan; asked on Friday, Saturday or Sunday it arrives on Monday
    case = case_of([[0.0, 0.0, -30.0, 0.0]], opening=0.0)
    account = run(case, replace(REVOLVER, notice_days=1)).accounts[0]
    assert account.draws[:, 0].tolist() == [0, 0, 30, 0]
    # with two days of notice the request of Friday evening arrives on Tuesday: too late
    late = run(case, replace(REVOLVER, notice_days=2))
    assert late.short.tolist() == [True]


def test_the_least_lot_is_drawn_whole_or_not_at_all() -> None:
    case = case_of([[-30.0, 0.0]], opening=0.0)
    assert run(case, replace(REVOLVER, minimum_draw=100.0)).accounts[0].draws[0, 0] == 100.0
    assert run(case, replace(REVOLVER, minimum_draw=100.0, limit=80.0)).accounts[0].draws.sum() == 0.0


def test_the_cheaper_is_drawn_first_and_the_dearer_repaid_first() -> None:
    case = case_of([[-150.0, 60.0, 0.0]], opening=0.0)
    outcome = run(case, replace(REVOLVER, limit=100.0), OVERDRAFT)
    assert outcome.accounts[0].balance[:, 0].tolist() == [100, 90, 90]
    assert outcome.accounts[1].balance[:, 0].tolist() == [50, 0, 0]


def test_receivables_finance_is_repaid_as_they_settle() -> None:
    settled = np.array([[[0.0, 500.0, 500.0]]])
    receivables = np.array([[[1000.0, 500.0, 0.0]]])
    case = case_of(
        [[-400.0, 0.0, 0.0]], opening=0.0, settled=settled, receivables=receivables, opening_receivables=1000.0
    )
    account = run(case, replace(RECEIVABLES, service_fee=0.0)).accounts[0]
    # half the pool settles: 200 are repaid, and drawn again up to 80 % of what is left
    assert account.repayments[:, 0].tolist() == [0, 200, 400]
    assert account.balance[:, 0].tolist() == [400, 400, 0]


def test_a_service_fee_is_drawn_on_top() -> None:
    receivables = np.full((1, 1, 2), 10_000.0)
    case = case_of([[-998.0, 0.0]], opening=0.0, receivables=receivables, opening_receivables=10_000.0)
    account = run(case, RECEIVABLES).accounts[0]
    assert account.draws[0, 0] == pytest.approx(1000.0)
    assert account.upfront[0, 0] == pytest.approx(2.0)


def test_early_settlement_costs_its_fee_for_each_day_brought_forward() -> None:
    receivables = np.array([[[1000.0, 1000.0, 1000.0, 0.0]]])
    settled = np.array([[[0.0, 0.0, 0.0, 1000.0]]])
    case = case_of(
        [[-100.0, 0, 0, 1000.0]], opening=0.0, receivables=receivables, settled=settled, opening_receivables=1000.0
    )
    account = run(case, EARLY).accounts[0]
    # three days; the fee of each is kept back the next day, and brought forward itself
    first, second, third = (100 * 0.0002 * 1.0002**day for day in range(3))
    assert account.fees[0] == pytest.approx(first + second + third)
    assert account.interest[0] == 0.0


def test_factoring_is_never_repaid_from_a_surplus() -> None:
    receivables = np.full((1, 1, 3), 1000.0)
    case = case_of([[-90.0, 500.0, 0.0]], opening=0.0, receivables=receivables, opening_receivables=1000.0)
    assert run(case, replace(FACTORING, service_fee=0.0)).accounts[0].repayments.sum() == 0.0


def test_an_owners_loan_comes_back_after_its_tenor_oldest_first() -> None:
    case = case_of([[-10.0, -20.0, 0.0, 0.0, 0.0]], opening=0.0)
    account = run(case, replace(OWNER, tenor_days=2, annual_rate=0.0, limit=30.0)).accounts[0]
    # the 10 of day 0 fall due on day 2, the 20 of day 1 on day 3; the limit is then free again
    assert account.repayments[:, 0].tolist() == [0, 0, 10, 20, 10]
    assert account.draws[:, 0].tolist() == [10, 20, 10, 20, 10]


def test_a_term_loan_is_drawn_once_and_repaid_by_its_schedule() -> None:
    case = case_of([[0.0] * 40], opening=10.0)
    loan = replace(TERM_LOAN, limit=300.0, tenor_days=30, day_count="act/365", annual_rate=0.365)
    account = run(case, loan).accounts[0]
    assert account.draws[:, 0].nonzero()[0].tolist() == [0]
    assert account.repayments[:, 0].nonzero()[0].tolist() == [30]
    assert account.interest[0] == pytest.approx(30 * 300 * 0.001)
    # what the last month of it left is paid on its last day
    assert account.charges_paid[30, 0] == pytest.approx(16 * 300 * 0.001)
    assert account.unpaid[0] == 0.0
    # at maturity instead: all of it on the day of the last principal
    at_maturity = run(case, replace(loan, interest_due="maturity")).accounts[0]
    assert at_maturity.charges_paid[30, 0] == pytest.approx(9.0)
    assert at_maturity.unpaid[0] == 0.0


def test_a_surplus_earns_its_rate_above_the_minimum() -> None:
    outcome = run(case_of([[0.0, 0.0]], opening=465.0, minimum=100.0, surplus_rate=0.01))
    assert outcome.surplus_income[:, 0].tolist() == [0.0, pytest.approx(0.01)]


flows_of_ten_days = hnp.arrays(np.float64, (4, 10), elements=st.integers(-200_000, 200_000).map(float))


@settings(max_examples=40, deadline=None)
@given(
    flows_of_ten_days, st.floats(0, 0.05), st.lists(st.sampled_from(EVERY_KIND), unique=True, min_size=1, max_size=3)
)
def test_no_money_is_made_no_limit_exceeded_and_interest_is_exact(
    flows: np.ndarray, surplus_rate: float, facilities: list[Facility]
) -> None:
    case = shop(4)
    near = replace(
        case,
        days=case.days[:10],
        flows=flows,
        opening_balance=600_000.0,
        surplus_rate=surplus_rate,
        by_channel=ChannelCash(apart(case).settled[:, :, :10], apart(case).receivables[:, :, :10]),
        banking_day=case.banking_day[:10],
        purchases={"stock": np.full(10, 20_000.0)},
        movable=tuple(
            OtherFlow(dt.date(2026, 10, 19 + day), -20_000.0, "stock", movable_days=3, deferral_cost=0.03 * (day % 3))
            for day in range(0, 10, 2)
        ),
    )
    outcome = run(near, *facilities)
    for account in outcome.accounts:
        assert account.balance.min() >= -1e-6
        item = account.arrangement.terms
        assert account.balance.max() <= item.most + 1e-6
        if isinstance(item, Deferral):
            nights = item.calendar.nights @ account.balance
            assert (account.accrued >= min(parcel.rate for parcel in item.parcels) * nights - 1e-6).all()
            assert (account.accrued <= max(parcel.rate for parcel in item.parcels) * nights + 1e-6).all()
        else:
            kept_back = item.kept_back @ account.draws
            assert account.accrued == pytest.approx((account.balance * item.accrual[:, None]).sum(axis=0) + kept_back)
        assert account.interest + account.fees == pytest.approx(
            account.accrued + account.committed + account.upfront.sum(axis=0)
        )
    moved = outcome.days.flows + outcome.surplus_income + sum(account.flows for account in outcome.accounts)
    assert outcome.cash == pytest.approx(600_000.0 + np.cumsum(moved, axis=0), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(flows_of_ten_days, st.integers(0, 9), st.sampled_from([0, 1, 2]))
def test_the_future_of_a_path_changes_nothing_up_to_today(flows: np.ndarray, today: int, notice: int) -> None:
    case = case_of(flows, opening=100_000.0)
    other = flows.copy()
    other[:, today + 1 :] = -other[::-1, today + 1 :] - 7.0
    item = terms(case, replace(BANK_LINE, notice_days=notice))
    # the reserve is what the plan knew on as_of: the same for both
    reserve = item.reserve(ScenarioDays.of(case).cumulated, 0.9) if notice else None
    seen, unseen = (
        simulate(ScenarioDays.of(replace(case, flows=path)), [Arrangement(item, 5e6, reserve=reserve)])
        for path in (flows, other)
    )
    for name in ("draws", "repayments", "balance"):
        before, after = getattr(seen.accounts[0], name), getattr(unseen.accounts[0], name)
        assert np.array_equal(before[: today + 1], after[: today + 1])
    assert np.array_equal(seen.cash[: today + 1], unseen.cash[: today + 1])


@settings(max_examples=25, deadline=None)
@given(flows_of_ten_days, st.floats(0, 5e5), st.floats(1.0, 3.0))
def test_a_larger_limit_is_never_short_more_often(flows: np.ndarray, limit: float, factor: float) -> None:
    case = case_of(flows)
    free = replace(OVERDRAFT, annual_rate=0.0)
    small, large = (run(case, replace(free, limit=each)) for each in (limit, limit * factor))
    assert (large.shortage <= small.shortage + 1e-6).all()


def test_a_rule_of_every_kind_at_once_adds_up() -> None:
    outcome = run(shop(100, surplus_rate=0.01), *EVERY_KIND)
    assert outcome.short.mean() <= 0.05


def test_a_forged_balance_is_found() -> None:
    outcome = run(case_of([[-100.0, 0.0]]), REVOLVER)
    outcome.accounts[0].balance[1] += 1.0
    with pytest.raises(IdentityError):
        check_outcome(outcome)
    again = run(case_of([[-100.0, 0.0]]), REVOLVER)
    again.accounts[0].unpaid[0] += 1.0
    with pytest.raises(IdentityError, match="day fraction"):
        check_outcome(again)


def test_on_the_evening_of_as_of_what_lacks_to_the_minimum_is_asked_for() -> None:
    # of 150, of which 100 must stay, 70 fall on Tuesday: 20 are asked for on Monday
    case = case_of([[-70.0, 0.0, 0.0]], opening=150.0, minimum=100.0, as_of=dt.date(2026, 10, 19))
    outcome = run(case, replace(REVOLVER, notice_days=1))
    assert outcome.accounts[0].draws[:, 0].tolist() == [20.0, 0.0, 0.0]
    assert outcome.cash[0, 0] == 100.0


def test_a_surplus_over_the_minimum_earns_from_its_evening_to_the_next() -> None:
    case = case_of([[50.0, -200.0, 100.0]], opening=150.0, minimum=100.0, surplus_rate=0.0365)
    outcome = run(case)
    # 100 above the minimum on the first evening; below it on the second; nothing for the evening of as_of
    assert outcome.surplus_income[:, 0] == pytest.approx([0.0, 0.01, 0.0])
    assert outcome.cash[:, 0] == pytest.approx([200.0, 0.01, 100.01])
    assert outcome.shortage[:, 0] == pytest.approx([0.0, 99.99, 0.0])


def test_half_a_fen_below_the_minimum_is_not_short() -> None:
    case = case_of([[-50.004, 0.0], [-50.006, 0.0]], opening=150.0, minimum=100.0)
    outcome = run(case)
    assert outcome.short.tolist() == [False, True]
    assert outcome.shortage.max(axis=0) == pytest.approx([0.0, 0.006])


@pytest.mark.parametrize(("rate", "refinanced"), [(0.04, 0.0), (0.072, 0.0), (0.2, 100.0)])
def test_money_on_notice_repays_what_is_dearer_and_nothing_else(rate: float, refinanced: float) -> None:
    # Saturday lacks 100, which no notice can reach: an overdraft has them until Monday at the earliest
    case = case_of([[-100.0, 0.0, 0.0, 0.0]], opening=0.0)
    item = terms(case, replace(REVOLVER, notice_days=1))
    instant = terms(case, replace(OVERDRAFT, annual_rate=rate))
    nothing = item.reserve(np.zeros((5, 1)), 1.0)
    arrangements = [Arrangement(item, 1000.0, reserve=nothing), Arrangement(instant, 1000.0)]
    outcome = simulate(ScenarioDays.of(case), arrangements)
    line, overdraft = outcome.accounts
    assert overdraft.draws[:, 0].tolist() == [100.0, 0.0, 0.0, 0.0]
    assert line.draws.sum() == pytest.approx(refinanced)
    assert overdraft.repayments.sum() == pytest.approx(refinanced)


def test_the_arrangement_fee_of_the_day_to_come_is_asked_for() -> None:
    case = case_of([[0.0, 0.0, 0.0]], opening=0.0, as_of=dt.date(2026, 10, 19))
    outcome = run(case, replace(REVOLVER, notice_days=1, arrangement_fee=0.01, annual_rate=0.0))
    assert outcome.accounts[0].draws[:, 0].tolist() == [10.0, 0.0, 0.0]
    assert outcome.accounts[0].upfront[:, 0].tolist() == [10.0, 0.0, 0.0]
    assert not outcome.short.any()


def cost_by_hand(case: CashCase, needed: int, back: int, night: float) -> float:
    """What 40,000 cost by a line with a day's notice: both they and the month's interest come on a banking day."""

    def reached(day: int) -> int:
        return max(place for place in range(day + 1) if case.banking_day[place])

    drawn = reached(needed)
    cost = 40_000 * night * (back - drawn)
    for due in np.flatnonzero(month_ends(case.days)):
        if drawn < due <= back:  # on the day on which money comes, too: what is due does not rest on it
            asked = reached(int(due))
            interest = 40_000 * night * (due - drawn) / (1 - night * (due - asked))
            cost += interest * night * (back - asked)
    return cost


def test_notice_reaches_the_interest_that_falls_due() -> None:
    rng = np.random.default_rng(3)
    line = Facility("line", "revolver", 200_000.0, annual_rate=0.072, day_count="act/360", notice_days=1)
    over_month_ends = 0
    for _ in range(50):
        flows = np.zeros((1, 50))
        needed = int(rng.integers(3, 20))
        back = needed + int(rng.integers(2, 25))
        flows[0, needed], flows[0, back] = -40_000.0, 41_000.0
        case = case_of(flows, as_of=dt.date(2026, 10, 1) + dt.timedelta(days=int(rng.integers(0, 60))))
        outcome = run(case, line)
        assert not outcome.short.any()
        assert outcome.cost[0] == pytest.approx(cost_by_hand(case, needed, back, 0.072 / 360), abs=1e-6)
        over_month_ends += bool(outcome.accounts[0].charges_paid[:back].any())
    assert over_month_ends > 15


STOCKED = np.array([400.0, *[0.0] * 19])


@pytest.mark.parametrize(
    "other",
    [
        replace(TERM_LOAN, limit=5000.0, drawn=5000.0, signed=True, tenor_days=None),
        replace(TERM_LOAN, limit=500.0, drawn=500.0, signed=True, tenor_days=9, interest_due="maturity"),
        replace(OWNER, limit=500.0, drawn=500.0, signed=True, tenor_days=9),
        replace(OVERDRAFT, limit=5000.0, drawn=5000.0, signed=True, annual_rate=0.01),
        Facility("stock", "inventory", 500.0, tenor_days=8, drawn=150.0, signed=True, advance_rate=0.5),
        Facility("suppliers", "payables_extension", None, annual_rate=0.1),
    ],
)
def test_notice_reaches_what_another_facility_asks_for(other: Facility) -> None:
    """Nothing comes in: what falls due within twenty days, the end of October among them, is asked for in time."""
    deferred = OtherFlow(dt.date(2026, 10, 21), -300.0, "stock", movable_days=7, deferral_cost=0.05)
    flows = np.zeros((1, 20))
    flows[0, 4] = -300.0 if other.kind == "payables_extension" else 0.0
    case = replace(case_of(flows, purchases={"stock": STOCKED}), movable=(deferred,))
    line = replace(REVOLVER, notice_days=1, annual_rate=0.2)
    outcome = run(case, other, line)
    assert outcome.accounts[1].draws.sum() > 1.0
    assert not outcome.short.any()


YEAR_LOAN = Facility("loan", "term_loan", 100_000.0, annual_rate=0.05, day_count="act/360", tenor_days=365)


def test_what_a_loan_costs_after_the_horizon_counts() -> None:
    # 365 nights of 100,000 at 5 % of 360 days, ten of them in the horizon, which pays interest from what is left
    outcome = run(case_of([[-100_000.0, *[0.0] * 10]], opening=5_000.0), YEAR_LOAN)
    account = outcome.accounts[0]
    assert account.interest[0] == pytest.approx(100_000 * 0.05 * 10 / 360)
    assert outcome.cost[0] == pytest.approx(100_000 * 0.05 * 365 / 360)
    assert account.days_beyond == 355
    # one that may be repaid at once costs no more than that
    free = run(case_of([[-100_000.0, *[0.0] * 10]], opening=5_000.0), replace(YEAR_LOAN, prepayment_fee=0.001))
    assert free.accounts[0].rest[0] == pytest.approx(0.001 * free.accounts[0].balance[-1, 0])
    assert run(case_of([[-1.0]]), replace(YEAR_LOAN, tenor_days=None)).accounts[0].days_beyond is None


@pytest.mark.parametrize(
    ("kind", "left", "comes", "tenor", "short"),
    [
        ("term_loan", 100_000.0, 0.0, 11, False),
        ("term_loan", 99_000.0, 0.0, 11, True),
        ("term_loan", 0.0, 100.0, 11, True),
        ("term_loan", 0.0, 10_000.0, 20, False),
        ("term_loan", 0.0, 10_000.0, 10 + 29, False),
        # however late it falls due, at the level of the last weeks
        ("term_loan", 0.0, 0.0, 10 + 28, True),
        ("term_loan", 0.0, 0.0, 10 + 29, True),
        ("term_loan", 0.0, 100.0, 365, True),
        ("term_loan", 0.0, 10_000.0, 365, False),
        ("owner_loan", 0.0, 0.0, 11, True),
        ("owner_loan", 0.0, 0.0, 365, True),
    ],
)
def test_what_falls_due_after_the_horizon_must_be_there(
    kind: FacilityKind, left: float, comes: float, tenor: int, *, short: bool
) -> None:
    """100,000 are drawn and spent on the first day, ``comes`` a day on the others, which the rule must keep."""
    flows = [[-100_000.0, *[comes] * 10]]
    facility = replace(YEAR_LOAN, kind=kind, limit=100_000.0, annual_rate=0.0, tenor_days=tenor)
    outcome = run(case_of(flows, opening=left), facility)
    assert not outcome.shortage.any()
    assert outcome.short.tolist() == [short]


@pytest.mark.parametrize("interest_due", ["month_end", "maturity", "quarter_20"])
@pytest.mark.parametrize("repayment", ["bullet", "equal_principal", "equal_instalments"])
def test_a_loan_asks_for_the_same_cash_whether_the_horizon_ends_before_it_or_after(
    interest_due: str, repayment: str
) -> None:
    # 100,000 for 90 days, spent on the first: what it costs and takes from the cash of the start, by each horizon
    loan = replace(YEAR_LOAN, tenor_days=90, interest_due=interest_due, repayment=repayment)  # type: ignore[arg-type]
    costs, lacks = [], []
    for days in (100, 91, 90, 89, 60, 45, 10):
        outcome = run(case_of([[-100_000.0, *[0.0] * (days - 1)]]), loan)
        costs.append(float(outcome.cost[0]))
        lacks.append(float(outcome.deepest[0]))
    assert costs == pytest.approx([costs[0]] * 7)
    assert lacks == pytest.approx([100_000.0 + costs[0]] * 7)


def test_old_debt_is_looked_at_as_far_ahead_as_the_plan_and_what_is_drawn_beside_it_to_its_end() -> None:
    quiet = case_of([[0.0] * 30])
    old = replace(YEAR_LOAN, annual_rate=0.0, drawn=100_000.0)
    for tenor, short in ((60, True), (61, False), (365, False)):
        for kind in ("term_loan", "owner_loan"):
            assert run(quiet, replace(old, kind=kind, tenor_days=tenor)).short.tolist() == [short]
    spent = case_of([[-20_000.0, *[0.0] * 29]])
    assert run(spent, replace(old, limit=120_000.0)).deepest.tolist() == [20_000.0]
    assert run(spent, replace(old, kind="owner_loan", limit=120_000.0)).deepest.tolist() == [20_000.0]


def test_a_line_that_is_open_may_repay_what_falls_due_after_the_horizon() -> None:
    case = case_of([[-100_000.0, *[0.0] * 10]])
    loan = replace(YEAR_LOAN, annual_rate=0.0, tenor_days=11)
    for limit, lack in ((100_000.0, 0.0), (90_000.0, 10_000.0)):
        outcome = run(case, loan, replace(OVERDRAFT, limit=limit))
        assert outcome.lack_beyond[0] == outcome.deepest[0] == lack
    # one that closes before the end is drawn on its last day, and what it has brought does not repay it
    closed = run(case, loan, replace(OVERDRAFT, limit=100_000.0, available_to=dt.date(2026, 10, 20)))
    assert closed.lack_beyond[0] == 0.0
    assert closed.accounts[1].draws[3, 0] == pytest.approx(100_000.0)
    assert run(case, loan, replace(OVERDRAFT, available_to=dt.date(2026, 10, 16))).lack_beyond[0] == 100_000.0


def test_a_payment_deferred_beyond_the_horizon_must_be_there() -> None:
    deferred = OtherFlow(dt.date(2026, 10, 18), -300.0, "stock", movable_days=12)
    flows = np.zeros((2, 10))
    flows[:, 1], flows[0, 9] = -300.0, 300.0
    case = replace(case_of(flows), movable=(deferred,))
    outcome = run(case, Facility("suppliers", "payables_extension", None))
    assert not outcome.shortage.any()
    assert outcome.short.tolist() == [False, True]
    assert outcome.accounts[0].days_beyond == 4


SUNDAY = dt.date(2026, 10, 18)
NOTICED = Facility("line", "revolver", 1000.0, annual_rate=0.06, notice_days=1)


def test_money_that_arrives_later_is_not_counted_on_before() -> None:
    # 100 are due on Tuesday and on Wednesday: the cheap line, three days away, brings all on Wednesday
    slow = replace(NOTICED, name="slow", annual_rate=0.03, notice_days=3)
    outcome = run(case_of([[0.0, -100.0, -100.0, 0.0, 0.0, 0.0]], as_of=SUNDAY), slow, NOTICED)
    assert not outcome.short.any()
    assert outcome.cost[0] == pytest.approx((100 * 0.06 + 3 * 200 * 0.03) / 365)


def test_no_more_is_asked_for_than_the_stock_will_bear() -> None:
    # of 100 due on Wednesday stock of 60 bears 30 for two nights, the line the rest
    stock = Facility("stock", "inventory", 1e3, annual_rate=0.03, notice_days=1, advance_rate=0.5, tenor_days=30)
    bought = {"stock": np.array([60.0, 0.0, 0.0, 0.0, 0.0])}
    outcome = run(case_of([[0.0, 0.0, -100.0, 0.0, 0.0]], as_of=SUNDAY, purchases=bought), stock, NOTICED)
    assert not outcome.short.any()
    assert outcome.cost[0] == pytest.approx(2 * (30 * 0.03 + 70 * 0.06) / 365)


def test_notice_reaches_an_advance_whose_base_will_shrink() -> None:
    # 80 are owed on receivables of 100, which are older than the lender takes on Wednesday
    pool = np.full((1, 1, 5), 100.0)
    young = {6: np.array([[[100.0, 100.0, 0.0, 0.0, 0.0]]])}
    case = case_of([[0.0] * 5], as_of=SUNDAY, receivables=pool, opening_receivables=100.0)
    assert case.by_channel is not None
    case = replace(case, by_channel=replace(case.by_channel, young=young))
    aged = Facility("aged", "receivables", 80.0, drawn=80.0, signed=True, max_age_days=5)
    outcome = run(case, aged, NOTICED)
    assert not outcome.short.any()
    assert outcome.cost[0] == pytest.approx(2 * 80 * 0.06 / 365)


def test_deferred_payments_are_not_made_early_from_what_is_needed_before_others_can_be_deferred() -> None:
    # Monday's 100 wait at 0.1 % a night; of Tuesday's 150 only 20 are not needed on Wednesday and pay 19.98
    payment = OtherFlow(dt.date(2026, 10, 19), -100.0, "stock", movable_days=30)
    case = replace(case_of([[-100.0, 150.0, -130.0, 0.0, 100.0]], as_of=SUNDAY), movable=(payment,))
    item = terms(case, Facility("suppliers", "payables_extension", 1e3, annual_rate=0.365))
    days = ScenarioDays.of(case)
    outcome = simulate(days, [Arrangement(item, 1e3, reserve=item.reserve(days.cumulated, 1.0))])
    assert not outcome.short.any()
    assert outcome.cost[0] == pytest.approx(0.1 + 3e-3 * (100 - 20 / 1.001))


def test_a_discount_of_what_arrives_on_notice_is_paid() -> None:
    # 100 asked for a day ahead, of which 0.1 % a night is kept back for four nights, as nothing settles
    sold = Facility("sold", "factoring", 1e3, discount_rate=0.365, notice_days=1)
    pool = np.full((1, 1, 6), 1000.0)
    case = case_of([[0.0, -100.0, *[0.0] * 4]], as_of=SUNDAY, receivables=pool, opening_receivables=1000.0)
    outcome = run(case, sold)
    assert not outcome.short.any()
    assert outcome.cost[0] == pytest.approx(100 / (1 - 4e-3) * 4e-3)


def test_a_loan_drawn_on_the_first_day_was_undrawn_for_the_night_before() -> None:
    loan = Facility("loan", "term_loan", 1e4, annual_rate=0.0365, tenor_days=30, drawn=5e3, commitment_fee=0.0365)
    outcome = run(case_of([[0.0] * 5], opening=2e4, as_of=SUNDAY), replace(loan, signed=True))
    assert outcome.cost[0] == pytest.approx(2 * 30 * 0.5 + 0.5)

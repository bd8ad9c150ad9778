"""Options beside the recommended mix."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from financing_cases import BANK_LINE, EARLY, FACTORING, OVERDRAFT, OWNER, RECEIVABLES, TERM_LOAN, case_of, shop
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from forecast.financing.comparison import compare
from forecast.financing.simplest import SIMPLER
from forecast.liquidity import case_buffer
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.options import Financing

LATER = Facility("later", "payables_extension", 1e6)


def compared(case: CashCase, facilities: Sequence[Facility]) -> Financing:
    return compare(case, facilities, 0.95, case_buffer(case, 0.95).buffer)


def test_one_known_path_and_one_line_to_the_fen() -> None:
    # 100 lacking from Saturday 17 to Monday 19 October, two nights at 7.2 % of 360 days, 1 % of the limit up front
    case = case_of([[-100.0, 0.0, 150.0]], opening=0.0)
    line = Facility("line", "revolver", 1000.0, annual_rate=0.072, day_count="act/360", arrangement_fee=0.01)
    result = compared(case, [line])
    (option,) = result.options
    limit = 100 / 0.99
    assert option.limit_used == pytest.approx(limit, abs=0.02)
    assert option.fees == pytest.approx(0.01 * limit, abs=2e-4)
    assert option.interest == pytest.approx(limit * 2 * 0.072 / 360, abs=1e-5)
    assert option.expected_cost == pytest.approx(0.01 * limit + limit * 2 * 0.072 / 360, abs=1e-3)
    assert option.rates.days_drawn == 2
    assert option.rates.peak_drawn == pytest.approx(limit, abs=0.02)
    assert option.rates.mean_drawn == pytest.approx(limit * 2 / 3, abs=0.02)
    assert option.shortfall_probability == 0.0
    assert option.days.latest_signing_day == dt.date(2026, 10, 17)
    # 100 received, what is repaid on Monday: 2 days
    repaid = limit * (1 + 2 * 0.072 / 360)
    assert option.effective_annual_rate == pytest.approx((repaid / 100) ** (365 / 2) - 1, rel=1e-3)
    # the limit recommended is one that a bank would write, at no more than is given up for it
    assert result.recommended.mix[0].limit_used == pytest.approx(101.1)
    assert option.expected_cost < result.recommended.expected_cost <= option.expected_cost * (1 + SIMPLER)
    assert result.recommended.lower_bound == pytest.approx(result.recommended.expected_cost)
    assert [part.facility for part in result.recommended.mix] == ["line"]


def test_without_need_nothing_is_arranged_and_nothing_paid() -> None:
    result = compared(shop(200, opening=2e7), [BANK_LINE, OVERDRAFT])
    best = result.recommended
    assert (best.feasible, best.mix, best.expected_cost, best.effective_annual_rate) == (True, (), 0.0, None)
    assert best.lower_bound == 0.0
    assert all(option.feasible and option.expected_cost == 0.0 for option in result.options)


def test_no_facility_at_all() -> None:
    short = compared(shop(100), [])
    assert (short.options, short.recommended.feasible, short.recommended.mix) == ((), False, ())
    assert short.recommended.shortfall_probability > 0.9


def test_the_recommended_mix_is_the_cheapest_that_holds() -> None:
    case = shop(400)
    result = compared(case, [BANK_LINE, RECEIVABLES, TERM_LOAN, OVERDRAFT, LATER])
    best = result.recommended
    assert best.feasible
    assert best.shortfall_probability <= 0.05
    costs = [option.expected_cost for option in result.options if option.feasible]
    assert best.expected_cost <= min(costs)
    assert best.lower_bound <= best.expected_cost
    assert best.interest + best.fees == pytest.approx(best.expected_cost)
    assert best.cash_after.shape == case.flows.shape
    short = np.asarray((best.cash_after < case.minimum_balance - 0.005).any(axis=1))
    # limits are sized on every other path; the chance stated is that of the rest
    assert best.judged_paths == 200
    assert short[1::2].mean() == best.shortfall_probability


def test_options_keep_the_plans_order_and_say_why_not() -> None:
    result = compared(shop(200), [LATER, OVERDRAFT, RECEIVABLES])
    later, overdraft, receivables = result.options
    assert [option.facility for option in result.options] == ["later", "overdraft", "receivables_finance"]
    assert later.feasible is False
    assert later.why_not is not None
    assert later.why_not.code == "payables_too_small"
    assert overdraft.feasible is False
    assert overdraft.why_not is not None
    assert overdraft.why_not.code == "limit_too_low"
    assert 2.5e6 < float(overdraft.why_not.values["limit_needed"]) < 3.5e6
    assert receivables.why_not is not None
    assert receivables.why_not.code == "base_too_small"


def test_money_that_comes_too_late_is_named_so() -> None:
    case = case_of([[-100.0] + [0.0] * 9], opening=0.0)
    (option,) = compared(case, [replace(OVERDRAFT, signing_days=5)]).options
    assert option.why_not is not None
    assert option.why_not.code == "arrives_too_late"
    arrives, short = case.days[5], case.days[0]
    assert (option.why_not.values["arrives"], option.why_not.values["day"]) == (str(arrives), str(short))
    assert (option.why_not.values["chance"], option.why_not.values["signing"]) == (1.0, 5)


def test_money_that_falls_due_too_soon_is_not_named_late() -> None:
    case = case_of([[0.0] * 4 + [-100.0] + [0.0] * 5], opening=0.0)
    short = replace(OWNER, tenor_days=2, available_to=case.as_of + dt.timedelta(days=4))
    (option,) = compared(case, [short]).options
    assert option.why_not is not None
    assert option.why_not.code == "too_late_or_too_short"


def test_where_nothing_holds_the_least_short_mix_is_shown_as_infeasible() -> None:
    best = compared(shop(100, opening=-4e6), [RECEIVABLES, OVERDRAFT]).recommended
    assert best.feasible is False
    assert len(best.mix) == 2
    assert best.expected_cost > 0
    assert best.shortfall_probability > 0.05
    assert all(part.days.latest_signing_day is None for part in best.mix)


def test_a_signed_line_costs_its_commitment_in_every_option() -> None:
    signed = replace(BANK_LINE, signed=True, commitment_fee=0.01)
    case = shop(200)
    bank, term = compared(case, [signed, TERM_LOAN]).options
    alone = compared(case, [TERM_LOAN]).options[0]
    assert term.expected_cost is not None
    assert alone.expected_cost is not None
    standing = 5e6 * 0.01 * 60 / 360
    assert term.expected_cost - alone.expected_cost == pytest.approx(standing, rel=0.01)
    assert bank.limit_used == 5e6
    assert bank.days.latest_signing_day is None


def test_the_rate_of_a_discount_is_that_of_what_is_left_of_the_advance() -> None:
    # a balance that lasts forty nights, their 7.5 % a year kept back from it
    case = case_of(
        [[-90.0] + [0.0] * 40],
        opening=0.0,
        receivables=np.full((1, 1, 41), 1000.0),
        opening_receivables=1000.0,
    )
    (option,) = compared(case, [replace(FACTORING, service_fee=0.0)]).options
    assert option.effective_annual_rate == pytest.approx((1 - 0.075 * 40 / 365) ** (-365 / 40) - 1)


def test_notice_brings_the_latest_signing_day_forward() -> None:
    # 100 fall due on Tuesday 20 October; a day of notice: signed by Monday evening
    case = case_of([[0.0, 0.0, 0.0, -100.0, 0.0]], opening=0.0)
    line = replace(OVERDRAFT, notice_days=1)
    (option,) = compared(case, [line]).options
    assert option.days.latest_signing_day == dt.date(2026, 10, 19)
    (slow,) = compared(case, [replace(line, signing_days=3)]).options
    assert slow.feasible
    (slower,) = compared(case, [replace(line, signing_days=4)]).options
    assert slower.feasible is False


def test_two_rates_on_one_advance_are_noted() -> None:
    both = replace(FACTORING, annual_rate=0.05)
    codes = {note.code for note in compared(shop(100), [both, EARLY]).notes}
    assert "two_rates" in codes


def test_more_limit_or_a_lower_rate_never_costs_more() -> None:
    case = shop(200)
    base = compared(case, [replace(OVERDRAFT, limit=4e6)]).recommended.expected_cost
    assert compared(case, [replace(OVERDRAFT, limit=6e6)]).recommended.expected_cost <= base + 0.01
    assert compared(case, [replace(OVERDRAFT, limit=4e6, annual_rate=0.06)]).recommended.expected_cost < base


small_rates, small_limits = st.floats(0.03, 0.2), st.sampled_from([200.0, 400.0, 800.0])


@settings(max_examples=15, deadline=None)
@given(
    hnp.arrays(np.float64, (25, 8), elements=st.integers(-100, 60).map(float)),
    st.tuples(small_rates, small_rates),
    st.tuples(small_limits, small_limits),
    st.floats(1.0, 3.0),
    st.floats(0.3, 1.0),
)
def test_a_larger_offer_or_a_lower_rate_never_costs_more(
    flows: np.ndarray, rates: tuple[float, float], limits: tuple[float, float], larger: float, lower: float
) -> None:
    case = case_of(flows, opening=20.0)
    first, second = (
        replace(OVERDRAFT, name=f"line {number}", annual_rate=rate, limit=limit, arrangement_fee=0.0005 * number)
        for number, (rate, limit) in enumerate(zip(rates, limits, strict=True))
    )
    base = compared(case, [first, second]).recommended
    for better in (replace(first, limit=limits[0] * larger), replace(first, annual_rate=first.annual_rate * lower)):
        other = compared(case, [better, second]).recommended
        if base.feasible:
            assert other.feasible
            # the search settles limits to a yuan and stops at gains of a hundredth of a per cent
            assert other.expected_cost <= base.expected_cost * 1.005 + 0.005


@settings(max_examples=15, deadline=None)
@given(hnp.arrays(np.float64, (20, 10), elements=st.integers(-100, 60).map(float)))
def test_the_bound_is_below_and_the_chance_within_what_is_allowed(flows: np.ndarray) -> None:
    best = compared(case_of(flows, opening=50.0), [OVERDRAFT, BANK_LINE]).recommended
    assert best.feasible
    assert best.shortfall_probability <= 0.05
    assert best.lower_bound <= best.expected_cost + 1e-9
    assert best.judged_paths == 20


def test_a_loan_that_runs_anyway_is_part_of_the_mix() -> None:
    running = replace(TERM_LOAN, signed=True, drawn=1_000.0)
    best = compared(case_of([[10.0] * 30] * 40, opening=5_000.0), [running]).recommended
    assert [part.facility for part in best.mix] == ["term_loan"]
    assert sum(part.interest for part in best.mix) == pytest.approx(best.interest)
    assert best.interest > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_remedy_asks_for_is_enough_and_hardly_more(seed: int) -> None:
    case, small = shop(1000, seed=seed), replace(OVERDRAFT, limit=1e5)
    best = compared(case, [small]).recommended
    assert not best.feasible
    assert best.remedy is not None
    (asked,) = best.remedy.extra_limits
    assert asked.facility == "overdraft"
    assert compared(case, [replace(small, limit=1e5 + asked.amount)]).recommended.feasible
    assert not compared(case, [replace(small, limit=1e5 + 0.98 * asked.amount)]).recommended.feasible


REVOLVING = Facility("line", "revolver", 100_000.0, annual_rate=0.0728, day_count="act/360")


def test_a_loan_is_not_the_cheaper_because_its_cost_stops_at_the_horizon() -> None:
    # 100,000 for 62 nights: 1,254 by the line; 861 of the loan's 5,069 fall into the horizon
    flows = [[-95_000.0, *[0.0] * 61, 100_000.0, *[0.0] * 10]]
    loan = Facility("loan", "term_loan", 100_000.0, annual_rate=0.05, day_count="act/360", tenor_days=365)
    found = compared(case_of(flows, opening=0.0), [loan, REVOLVING])
    assert [part.facility for part in found.recommended.mix] == ["line"]
    alone = found.options[0]
    assert alone.cost_beyond_horizon > 3_000.0
    assert alone.expected_cost == pytest.approx(alone.interest + alone.fees + alone.cost_beyond_horizon)
    assert found.recommended.cost_beyond_horizon == 0.0


def test_a_loan_that_ends_after_the_horizon_is_told_and_without_money_to_repay_it_does_not_hold() -> None:
    flows = [[-90_000.0, *[0.0] * 20]]
    loan = Facility("loan", "term_loan", 100_000.0, annual_rate=0.05, day_count="act/360", tenor_days=21)
    found = compared(case_of(flows, opening=0.0), [loan])
    assert not found.options[0].feasible
    assert not found.recommended.feasible
    assert found.recommended.remedy is not None
    assert found.recommended.remedy.extra_cash == pytest.approx(90_000.0, rel=0.01)
    years = replace(loan, tenor_days=365)
    told = compared(case_of(flows, opening=0.0), [years]).notes
    assert [(note.code, note.values["days"]) for note in told if note.code.startswith("debt")] == [
        ("debt_beyond_horizon", 345)
    ]
    told = compared(case_of(flows, opening=0.0), [replace(loan, tenor_days=None)]).notes
    assert "debt_without_end" in [note.code for note in told]
    # an ordinary line that is still drawn has no end of its own
    told = compared(case_of(flows, opening=0.0), [REVOLVING]).notes
    assert not [note for note in told if note.code.startswith("debt")]

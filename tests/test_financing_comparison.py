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

from forecast.financing import better_use
from forecast.financing.comparison import compare, not_repaid
from forecast.financing.simplest import SEARCH_TOLERANCE, SIMPLER
from forecast.liquidity import case_buffer
from forecast.notes import note_text
from forecast.plan.model import Facility, Scenario

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


def test_a_fee_that_is_due_before_the_money_comes_is_named_so() -> None:
    # cash is just the minimum when 0.1 % of 20,000 falls due; the money comes on Monday
    case = case_of([[0.0] * 5 + [-100.0] + [0.0] * 4], opening=1_000.0, minimum=1_000.0)
    line = replace(BANK_LINE, limit=20_000.0, notice_days=1, minimum_draw=0.0, arrangement_fee=0.001)
    (option,) = compared(case, [line]).options
    assert option.why_not is not None
    assert option.why_not.code == "fee_before_money"
    assert option.why_not.values["fee"] == pytest.approx(20.0)
    assert compared(replace(case, opening_balance=1_100.0), [line]).options[0].feasible


def test_the_runner_up_is_another_choice_and_not_the_same_with_a_trifle_more() -> None:
    case = case_of([[0.0] * 5 + [-20_000.0] + [0.0] * 9 + [41_000.0]])
    line = replace(BANK_LINE, limit=200_000.0, annual_rate=0.06, minimum_draw=0.0, arrangement_fee=0.0)
    facilities = [replace(line, commitment_fee=0.0), replace(OVERDRAFT, limit=50_000.0, annual_rate=0.0601)]
    best = compared(case, facilities).recommended
    assert best.runner_up is not None
    assert len(best.mix) == len(best.runner_up.mix) == 1


def test_money_that_comes_too_late_is_named_so() -> None:
    case = case_of([[-100.0] + [0.0] * 9], opening=0.0)
    (option,) = compared(case, [replace(OVERDRAFT, signing_days=5)]).options
    assert option.why_not is not None
    assert option.why_not.code == "arrives_too_late"
    arrives, short = case.days[4], case.days[0]
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
    assert not compared(case_of(flows, opening=0.0), [years]).recommended.feasible
    told = compared(case_of([[-90_000.0, *[300.0] * 60]], opening=0.0), [years]).notes
    assert [(note.code, note.values["days"]) for note in told if note.code.startswith("debt")] == [
        ("debt_beyond_horizon", 305)
    ]
    assert found.options[0].why_not is not None
    assert found.options[0].why_not.code == "short_beyond"
    assert (found.options[0].why_not.values["day"], found.options[0].why_not.values["lack"]) == ("2026-11-07", 90_292)
    told = compared(case_of([[0.0] * 21], opening=0.0), [replace(years, drawn=50_000.0)]).notes
    (old,) = (note for note in told if note.code.startswith("old_debt"))
    assert (old.values["amount"], old.values["day"], old.values["judged"]) == (50_000.0, "2027-10-16", "2026-12-04")
    told = compared(case_of(flows, opening=0.0), [replace(loan, tenor_days=None)]).notes
    assert "debt_without_end" in [note.code for note in told]
    # an ordinary line that is still drawn has no end of its own
    told = compared(case_of(flows, opening=0.0), [REVOLVING]).notes
    assert not [note for note in told if note.code.startswith("debt")]


@pytest.mark.parametrize(("a_day", "told"), [(0.0, [90_000.0]), (3_000.0, []), (5_000.0, [])])
def test_a_line_that_what_comes_in_would_not_soon_repay_is_told(a_day: float, told: list[float]) -> None:
    flows = [[-90_000.0, *[0.0] * 31, *[a_day] * 28]]
    found = compared(case_of(flows, opening=0.0), [replace(REVOLVING, annual_rate=0.0)])
    assert found.recommended.feasible
    assert [note.values["amount"] for note in not_repaid(found.recommended, "base")] == told


@pytest.mark.parametrize("fee", [None, 0.01])
def test_a_loan_beside_old_debt_that_it_may_repay_early_is_lent_as_needed(
    fee: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(better_use, "SMALL", 0)  # what is used otherwise is not looked at
    old = Facility("old", "term_loan", 60_000.0, annual_rate=0.12, tenor_days=90, drawn=5_000.0, prepayment_fee=fee)
    owner = Facility("owner", "owner_loan", 60_000.0, annual_rate=0.08, tenor_days=15, drawn=30_000.0)
    new = Facility("new", "term_loan", 250_000.0, annual_rate=0.03, tenor_days=365, repayment="equal_instalments")
    flows = np.zeros((1, 43))
    flows[0, [6, 19, 37]] = 7_615.0, -15_230.0, 53_661.0
    option = compared(case_of(flows, opening=6_000.0), [old, new, owner]).options[1]
    assert option.feasible
    assert option.limit_used is not None
    assert option.limit_used < 45_000.0


def test_where_a_scenario_to_withstand_fails_verdict_chance_and_remedy_are_of_it_and_name_it() -> None:
    dear = Scenario("dear", "stock at 1.4 times")
    base, stressed = (case_of([[0.0, 0.0, -need, *[0.0] * 16, 90_000.0]]) for need in (50_000.0, 70_000.0))
    line = Facility("line", "revolver", 60_000.0, annual_rate=0.06, interest_due="maturity")
    buffer = case_buffer(base, 0.95).buffer
    best = (found := compare(base, [line], 0.95, buffer, stresses=[(dear, stressed)])).recommended
    assert (best.feasible, best.shortfall_probability, best.short_in) == (False, 1.0, "dear")
    assert [part.facility for part in best.mix] == ["line"]
    assert best.remedy is not None
    assert (best.remedy.scenario, best.remedy.short_by, best.remedy.extra_cash) == ("dear", 10_000.0, 10_000.0)
    assert [one.amount for one in best.remedy.extra_limits] == [10_000.0]
    assert [note.code for note in best.reasons] == ["chosen_least_short_in"]
    (alone,) = found.options
    assert (alone.shortfall_probability, alone.short_in) == (1.0, "dear")
    assert alone.why_not is not None
    assert (alone.why_not.code, alone.why_not.values["limit_needed"]) == ("limit_too_low_in", 70_000)
    assert "stock at 1.4 times" in note_text(alone.why_not, "en")
    # where it is enough in both nothing is said of the other, and the chance is its own
    held = compare(base, [replace(line, limit=80_000.0)], 0.95, buffer, stresses=[(dear, stressed)]).recommended
    assert (held.feasible, held.shortfall_probability, held.short_in) == (True, 0.0, None)


@pytest.mark.parametrize("there", [{"signed": True}, {"drawn": 20_000.0}])
def test_what_a_signed_or_drawn_line_would_need_is_an_amount_and_no_wonder(there: dict[str, object]) -> None:
    line = replace(Facility("line", "revolver", 60_000.0, annual_rate=0.06, day_count="act/360"), **there)  # type: ignore[arg-type]
    (option,) = compared(case_of([[-70_000.0, *[0.0] * 9, 90_000.0]]), [line]).options
    assert option.why_not is not None
    assert option.why_not.code == "limit_too_low"
    assert option.why_not.values["limit_needed"] == 70_000 + line.drawn


def test_a_line_wholly_drawn_is_used_again_with_the_cash_that_a_remedy_asks_for() -> None:
    used_up = replace(OVERDRAFT, limit=100_000.0, drawn=100_000.0)
    best = compared(case_of([[0.0, -5_000.0, *[0.0] * 5]]), [used_up]).recommended
    assert best.remedy is not None
    assert (best.remedy.short_by, best.remedy.extra_cash) == (5_000.0, 5_000.0)
    assert [(one.facility, one.amount) for one in best.remedy.extra_limits] == [("overdraft", 5_000.0)]


def test_a_loan_is_shown_with_no_less_than_is_owed_of_it() -> None:
    old = replace(TERM_LOAN, limit=3_000_000.0, drawn=100_000.0, tenor_days=59)
    for case in (shop(60), shop(60, opening=2e7)):
        found = compared(case, [old, replace(OVERDRAFT, limit=6e6)]).recommended
        (limit,) = (part.limit_used for part in found.mix if part.facility == "term_loan")
        assert limit is not None
        assert limit >= 100_000.0
        if case.opening_balance == 2e7:
            assert limit == 100_000.0


DEAR = replace(BANK_LINE, name="dear", minimum_draw=0.0, arrangement_fee=0.0, commitment_fee=0.0, signed=True)


def flows_on(days: dict[int, float], count: int) -> CashCase:
    flows = np.zeros((1, count))
    flows[0, list(days)] = list(days.values())
    return case_of(flows, opening=1_000.0, as_of=dt.date(2026, 6, 5))


@pytest.mark.parametrize(
    ("case", "cheap", "dear"),
    [
        (
            flows_on({5: -34_059.0, 17: -33_182.0, 18: 13_248.2, 40: 90_000.0}, 45),
            replace(OVERDRAFT, limit=60_000.0, annual_rate=0.0435),
            replace(DEAR, limit=6_700.0, annual_rate=0.15, notice_days=2),
        ),
        (
            flows_on({9: -20_000.0, 23: 40_000.0}, 40),
            replace(DEAR, name="cheap", limit=150_000.0, annual_rate=0.03, interest_due="day_20", signed=False),
            replace(DEAR, limit=8_000.0, drawn=8_000.0, annual_rate=0.12, day_count="act/365", notice_days=3),
        ),
    ],
)
def test_a_larger_limit_on_a_signed_line_does_not_make_a_plan_dearer(
    case: CashCase, cheap: Facility, dear: Facility
) -> None:
    narrow = compared(case, [cheap, dear]).recommended
    assert narrow.feasible
    wide = compared(case, [cheap, replace(dear, limit=20_000.0)]).recommended
    assert wide.feasible
    assert wide.expected_cost <= narrow.expected_cost * (1 + SIMPLER)


def test_a_line_on_notice_is_shown_alone_at_no_more_than_it_is_recommended_with() -> None:
    loan = replace(TERM_LOAN, limit=20_000.0, drawn=20_000.0, signed=True, tenor_days=30)
    line = replace(
        DEAR, name="line", limit=25_000.0, annual_rate=0.06, notice_days=2, arrangement_fee=0.01, signed=False
    )
    found = compared(flows_on({14: -500.0, 26: 2_000.0}, 30), [loan, line])
    option = next(one for one in found.options if one.facility == "line")
    assert option.feasible
    assert option.limit_used is not None
    assert option.limit_used < 18_000.0
    assert option.expected_cost <= found.recommended.expected_cost


def test_what_is_signed_and_not_used_costs_its_commitment_on_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(better_use, "SMALL", 0)  # as above
    case = flows_on({5: -34_059.0, 17: -33_182.0, 18: 13_248.2, 40: 90_000.0}, 45)
    # drawn for a fee, and so for no dearer debt: what is drawn of the dear line in reserve is not repaid at once
    cheap = replace(OVERDRAFT, limit=60_000.0, annual_rate=0.0435, service_fee=1e-9)
    dear = replace(DEAR, limit=150_000.0, annual_rate=0.15, notice_days=2, minimum_draw=100.0)
    free = compared(case, [cheap, dear]).recommended
    paid = compared(case, [cheap, replace(dear, commitment_fee=0.01)]).recommended
    assert {part.facility: part.limit_used or 0.0 for part in paid.mix}["dear"] < 10_000.0
    whole = 150_000.0 * 0.01 * 45 / 360
    assert paid.expected_cost - free.expected_cost == pytest.approx(whole, rel=0.05)


def test_a_loan_offered_in_a_larger_amount_is_not_taken_larger_than_it_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(better_use, "SMALL", 0)  # as above
    case = flows_on({7: -29_097.0, 12: -34_085.0, 14: -33_091.0, 23: -15_013.0, 26: 44_114.0, 27: 33_086.0}, 30)
    there = replace(OVERDRAFT, limit=60_000.0, annual_rate=0.03, drawn=4_000.0, signed=True)
    loan = Facility("loan", "term_loan", 60_000.0, annual_rate=0.03, tenor_days=16, draw_date=dt.date(2026, 6, 19))
    noticed = replace(DEAR, signed=False, limit=150_000.0, annual_rate=0.16, notice_days=1)
    few, many = (
        compared(case, [there, replace(loan, limit=limit), noticed]).recommended for limit in (60_000.0, 150_000.0)
    )
    lent = [{part.facility: part.limit_used or 0.0 for part in one.mix}["loan"] for one in (few, many)]
    assert lent[1] <= lent[0] * 1.1  # limits are rounded by up to a tenth
    assert many.expected_cost <= few.expected_cost * (1 + SEARCH_TOLERANCE)  # the line's limit is rounded anew


def test_a_line_on_notice_is_arranged_at_no_more_than_holds() -> None:
    # it is asked for a reserve that nothing needs
    case = flows_on({14: -500.0, 26: 2_000.0}, 30)
    running = replace(TERM_LOAN, limit=20_000.0, drawn=20_000.0, tenor_days=30, signed=True)
    line = replace(DEAR, signed=False, limit=25_000.0, annual_rate=0.06, notice_days=2, arrangement_fee=0.01)
    wide, narrow = (compared(case, [running, replace(line, limit=limit)]).recommended for limit in (25_000.0, 17_800.0))
    assert narrow.feasible
    assert wide.expected_cost <= narrow.expected_cost * (1 + SIMPLER)

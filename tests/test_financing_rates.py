"""Rates against published figures (../shared/cases/rates.json) and pyxirr."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import hypothesis
import numpy as np
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import InputError
from forecast.financing.rates import annualised, borrowing_rate, day_fraction, night_fractions, trade_credit, xirr

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases"
NEW_YEAR = dt.date(2026, 1, 1)


def days_later(*days: int) -> list[dt.date]:
    return [NEW_YEAR + dt.timedelta(days=day) for day in days]


def test_xirr_as_the_documentation_of_excel() -> None:
    dates = [dt.date(2008, 1, 1), dt.date(2008, 3, 1), dt.date(2008, 10, 30), dt.date(2009, 2, 15), dt.date(2009, 4, 1)]
    assert xirr(dates, [-10000, 2750, 4250, 3250, 2750]) == pytest.approx(0.373362535, abs=1e-8)


def test_xirr_takes_flows_in_any_order() -> None:
    assert xirr(days_later(365, 0), [110.0, -100.0]) == pytest.approx(0.10)


def test_simple_interest_for_a_month_compounds_to_its_effective_rate() -> None:
    # Brigham: 500,000 at 10 % simple for 30 days of 365
    assert xirr(days_later(0, 30), [500_000, -504_109.59]) == pytest.approx(0.1047, abs=5e-5)


@given(st.integers(0, 2**32 - 1))
def test_xirr_agrees_with_pyxirr_on_loans(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dates = days_later(0, *np.cumsum(rng.integers(1, 60, size=rng.integers(1, 30))).tolist())
    payments = rng.uniform(1, 1000, size=len(dates) - 1)
    amounts = [float(payments.sum() * rng.uniform(0.7, 0.99)), *(-payments)]
    assert xirr(dates, amounts) == pytest.approx(pyxirr.xirr(dates, amounts), abs=1e-8)


def test_xirr_agrees_with_pyxirr_on_three_thousand_loans() -> None:
    # drawn in one to three parts, repaid in even, uneven or one instalment, at −30 % to 400 % a year
    rng = np.random.default_rng(20261111)
    for _ in range(3000):
        draws, count, rate = int(rng.integers(1, 4)), int(rng.integers(1, 60)), float(rng.uniform(-0.3, 4.0))
        dates = days_later(0, *np.cumsum(rng.integers(1, 40, size=draws + count - 1)).tolist())
        discount = (1 + rate) ** (-np.array([(day - dates[0]).days for day in dates]) / 365)
        drawn = rng.uniform(1e3, 1e7, size=draws)
        shares = rng.uniform(0.2, 1.0, size=count) if rng.random() < 0.5 else np.ones(count)
        repaid = shares * float(drawn @ discount[:draws]) / float(shares @ discount[draws:])
        amounts = [*drawn.tolist(), *(-repaid).tolist()]
        found = xirr(dates, amounts)
        assert found == pytest.approx(pyxirr.xirr(dates, amounts), abs=1e-8)
        assert found == pytest.approx(rate, abs=1e-6)


def test_two_rates_that_lie_close_together_are_both_seen() -> None:
    # (1.1 x − 1)(1.1001 x − 1) with x = 1 / (1 + rate)
    dates = days_later(0, 365, 730)
    with pytest.raises(InputError, match=r"several rates .*\(0\.1, 0\.1001\)"):
        xirr(dates, [-1000.0, 1000 * (1.1 + 1.1001), -1000 * 1.1 * 1.1001])


def test_a_value_that_only_touches_zero_is_a_rate() -> None:
    assert xirr(days_later(0, 365, 730), [-100.0, 220.0, -121.0]) == pytest.approx(0.1, abs=1e-6)


@given(st.lists(st.floats(-0.5, 3.0), min_size=2, max_size=3, unique=True))
def test_every_rate_of_a_made_up_polynomial_is_named(rates: list[float]) -> None:
    apart = np.sort(rates)
    hypothesis.assume(bool((np.diff(apart) > 0.05).all()))
    amounts = -np.poly(1 + apart)  # by descending powers of 1 + rate: the flows of years 0, 1, 2 …
    with pytest.raises(InputError, match="several rates") as caught:
        xirr(days_later(*(365 * year for year in range(len(amounts)))), amounts.tolist())
    listed = str(caught.value).split("(")[1].split(")")[0].split(", ")
    assert [float(one) for one in listed] == pytest.approx(apart.tolist(), abs=2e-5)


def test_a_rate_beyond_the_compiled_solver_is_found() -> None:
    dates, amounts = days_later(0, 1), [1.0, -1.03]
    assert xirr(dates, amounts) == pytest.approx(1.03**365 - 1, rel=1e-9)


@pytest.mark.parametrize("amounts", [[100.0, 5.0], [-1.0, -2.0], [0.0, 0.0]])
def test_flows_of_one_sign_have_no_rate(amounts: list[float]) -> None:
    with pytest.raises(InputError, match="same sign"):
        xirr(days_later(0, 365), amounts)


def test_flows_that_net_to_one_sign_on_a_day_have_no_rate() -> None:
    with pytest.raises(InputError, match="after netting"):
        xirr(days_later(0, 0, 365), [100.0, -50.0, 20.0])


def test_several_rates_are_named_and_refused() -> None:
    with pytest.raises(InputError, match=r"several rates .*\(0\.1, 0\.2\)"):
        xirr(days_later(0, 365, 730), [-100.0, 230.0, -132.0])


def test_flows_that_no_rate_explains_are_refused() -> None:
    with pytest.raises(InputError, match="no rate satisfies"):
        xirr(days_later(0, 365, 730), [100.0, -100.0, 100.0])


def test_three_changes_of_sign_with_one_rate_are_answered() -> None:
    dates, amounts = days_later(0, 365, 730, 1095), [-100.0, 60.0, -10.0, 120.0]
    assert xirr(dates, amounts) == pytest.approx(pyxirr.xirr(dates, amounts), abs=1e-8)


def test_dates_and_amounts_must_match() -> None:
    with pytest.raises(InputError, match="one finite amount a date"):
        xirr(days_later(0, 1), [1.0])


def test_a_fee_before_the_drawing_leaves_the_borrowers_rate_the_small_one() -> None:
    # 1 paid at the start, 1000 drawn on day 20, 1005 repaid on day 60: two rates satisfy it, 5 % to 6 % is the price
    days, amounts = np.array([0.0, 20.0, 60.0]), np.array([-1.0, 1000.0, -1005.0])
    rate = borrowing_rate(days, amounts)
    assert rate is not None
    assert 0.05 < rate < 0.06
    assert float((amounts / (1 + rate) ** (days / 365)).sum()) == pytest.approx(0, abs=1e-6)


def test_nothing_drawn_has_no_rate() -> None:
    assert borrowing_rate(np.array([0.0, 1.0]), np.array([-1.0, 0.0])) is None
    assert borrowing_rate(np.array([0.0, 1.0]), np.array([1.0, -1.0])) == 0.0


@pytest.mark.parametrize(
    ("payments", "percent"),
    [([[230, 24]], 9.69), ([[250, 1], [230, 23]], 10.08), ([250] + [230] * 23, 10.08)],
)
def test_regulation_z_appendix_j(payments: list[float] | list[list[float]], percent: float) -> None:
    assert annualised(5000, payments, 12).simple * 100 == pytest.approx(percent, abs=0.005)


def test_pboc_counts_the_fee_on_principal_outstanding() -> None:
    found = annualised(99_000, [[8833.3, 12]], 12)
    assert found.simple * 100 == pytest.approx(12.80, abs=0.005)
    assert found.compound * 100 == pytest.approx(13.58, abs=0.005)


def test_factoring_with_its_fee_at_collection() -> None:
    # 80 % advance, fee 2 % of face for 30 days of 365
    found = annualised(80, [82], 365 / 30)
    assert found.simple == pytest.approx(0.3042, abs=5e-5)
    assert found.compound == pytest.approx(0.3504, abs=5e-5)


def test_a_loan_that_is_not_repaid_in_full_has_a_negative_rate() -> None:
    # 100 x² = 40 x + 40
    assert annualised(100, [40, 40], 1).period == pytest.approx((40 + 17_600**0.5) / 200 - 1)


@pytest.mark.parametrize(
    ("advance", "payments", "periods"),
    [
        (0, [1.0], 12),
        (1, [], 12),
        (1, [-1.0], 12),
        (1, [2.0, -1.0], 12),
        (1, [0.0], 12),
        (1, [1.0], 0),
        (1, [[1.0, 0.5]], 12),
    ],
)
def test_what_is_no_loan_is_refused(advance: float, payments: list[float] | list[list[float]], periods: float) -> None:
    with pytest.raises(InputError):
        annualised(advance, payments, periods)


def test_trade_credit_two_ten_net_thirty() -> None:
    found = trade_credit(0.02, 10, 30)
    assert found.simple == pytest.approx(0.3724, abs=5e-5)
    assert found.compound == pytest.approx(0.4459, abs=5e-5)
    with pytest.raises(InputError, match="net days above"):
        trade_credit(0.02, 30, 30)


def test_day_counts() -> None:
    start, end = dt.date(2027, 1, 30), dt.date(2027, 3, 1)
    assert day_fraction(start, end, "act/360") == 30 / 360
    assert day_fraction(start, end, "act/365") == 30 / 365
    assert day_fraction(start, end, "30/360") == 31 / 360


def test_nights_of_30_360_add_up_to_the_whole() -> None:
    days = np.arange(np.datetime64("2027-01-01"), np.datetime64("2028-01-01"))
    nights = night_fractions(days, "30/360")
    assert nights.sum() == pytest.approx(1.0)
    # no interest from the 30th to the 31st, three days from 28 February to 1 March
    assert nights[29] == 0.0
    assert nights[58] == 3 / 360


@pytest.mark.skipif(not SHARED.exists(), reason="the folder of published cases is not beside the repository")
def test_published_cases() -> None:
    cases = json.loads((SHARED / "rates.json").read_text(encoding="utf-8"))
    for case in cases["xirr"]:
        dates = [dt.date.fromisoformat(date) for date in case["dates"]]
        assert xirr(dates, case["amounts"]) == pytest.approx(case["rate"], abs=1e-8)
    for case in cases["equal_periods"] + cases["pboc_disclosure"]:
        found = annualised(case["advance"], case["payments"], case["periods_per_year"])
        simple = case.get("apr_percent", case.get("simple_percent"))
        assert found.simple * 100 == pytest.approx(simple, abs=0.006)
        if compound := case.get("effective_percent", case.get("compound_percent")):
            assert found.compound * 100 == pytest.approx(compound, abs=0.006)
    for case in cases["trade_credit"]:
        credit = trade_credit(case["discount"], case["discount_days"], case["net_days"])
        assert credit.simple * 100 == pytest.approx(case["simple_percent_365"], abs=0.005)
        assert credit.compound * 100 == pytest.approx(case["effective_percent_365"], abs=0.005)


@pytest.mark.parametrize("rate", [0.0001, 0.004, 0.5, 40.0])
def test_what_money_costs_is_found_from_next_to_nothing_to_forty_times_a_year(rate: float) -> None:
    days = np.array([0.0, 365.0, 730.0])
    amounts = np.array([200.0, -100.0 * (1 + rate), -100.0 * (1 + rate) ** 2])
    assert borrowing_rate(days, amounts) == pytest.approx(rate, rel=1e-8)
    assert borrowing_rate(days, 1e7 * amounts) == pytest.approx(rate, rel=1e-8)


def test_money_that_costs_nothing_or_is_given_has_its_own_answers() -> None:
    days = np.array([0.0, 365.0])
    assert borrowing_rate(days, np.array([100.0, -100.0])) == 0.0
    assert borrowing_rate(days, np.array([100.0, -99.0])) is None
    assert borrowing_rate(days, np.array([-1.0, -1.0])) is None
    # fees alone before a little money: no rate from 0 explains them
    assert borrowing_rate(days, np.array([-100.0, 1.0])) is None


@pytest.mark.parametrize("amounts", [[0.0, -1.0], [1.0, 0.0], [0.0, 0.0]])
def test_a_flow_of_nothing_has_no_sign(amounts: list[float]) -> None:
    with pytest.raises(InputError, match="no rate exists: every flow has the same sign; give what was lent"):
        xirr(days_later(0, 30), amounts)


@pytest.mark.parametrize("discount", [0.0, 1.0, 1.5])
def test_a_discount_is_a_part_of_the_price(discount: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        trade_credit(discount, 10, 30)

"""The buffer against closed forms and published figures (../shared/cases/buffer.json)."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path

import numpy as np
import pytest
from financing_cases import case_of
from scipy import stats

from forecast.errors import InputError
from forecast.liquidity import (
    LowestCash,
    blocked_buffer,
    buffer,
    case_buffer,
    funding_gap,
    limit_rank,
    lowest_cash,
    miller_orr,
    needs,
    newsvendor,
    path_blocks,
    quantile_rank,
    upper_rank,
)

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "buffer.json"


def test_need_is_the_minimum_balance_plus_the_deepest_cumulated_outflow() -> None:
    # cumulated: -40 -70 -120 -100 -40 40; the deepest is 120 on the third day
    flows = np.array([[-40.0, -30.0, -50.0, 20.0, 60.0, 80.0], [5.0, 5.0, -3.0, 0.0, 0.0, 0.0]])
    assert needs(flows, 0.0).tolist() == [120.0, 0.0]
    assert needs(flows, 500.0).tolist() == [620.0, 500.0]


def test_one_path_has_its_peak_day_and_the_gap_that_opening_cash_leaves() -> None:
    found = case_buffer(case_of([[-40, -30, -50, 20, 60, 80]], opening=50.0), 0.95)
    assert found.buffer.amount == 120.0
    assert found.funding_gap == 70.0
    assert found.peak_day == dt.date(2026, 10, 19)
    assert found.probability_short == 1.0


def test_without_need_there_is_no_peak_day() -> None:
    found = case_buffer(case_of([[10.0, 20.0]], opening=600.0, minimum=500.0), 0.95)
    assert (found.buffer.amount, found.peak_day, found.funding_gap, found.probability_short) == (500.0, None, 0.0, 0.0)


def test_the_peak_day_is_the_median_over_the_paths_that_need_the_amount() -> None:
    flows = np.zeros((4, 5))
    flows[:, 0] = 0.0
    for path, day in enumerate((0, 1, 3, 4)):
        flows[path, day] = -100.0 if path else -10.0
    # at 40 % the second smallest of 10 100 100 100: paths two to four, on days 1, 3 and 4 (from 0)
    assert case_buffer(case_of(flows), 0.4).peak_day == dt.date(2026, 10, 20)


@pytest.mark.parametrize(("paths", "rank"), [(500, 484), (1000, 962), (2000, 1917)])
def test_the_upper_limit_is_the_order_statistic_of_the_binomial(paths: int, rank: int) -> None:
    assert upper_rank(paths, 0.95) == rank
    assert buffer(np.arange(1.0, paths + 1), 0.95).upper == rank


def test_too_few_paths_have_no_upper_limit() -> None:
    # 0.95^58 > 5 %: even the largest of 58 lies below the 95 % quantile too often (Wilks, 1941: 59 are needed)
    assert upper_rank(58, 0.95) is None
    assert upper_rank(59, 0.95) == 59
    assert buffer([1.0, 2.0], 0.95).upper is None


def test_the_rank_is_free_of_binary_rounding() -> None:
    assert quantile_rank(100, 0.07) == 7
    assert quantile_rank(2000, 0.95) == 1900
    assert quantile_rank(3, 0.5) == 2


def test_expected_shortfall_counts_the_straddling_path_by_its_fraction() -> None:
    # worst 25 % of 1..10: the 10, the 9 and half of the 8
    assert buffer(np.arange(1.0, 11), 0.75).expected_shortfall == pytest.approx((10 + 9 + 0.5 * 8) / 2.5)


def test_a_walk_of_plus_and_minus_one_needs_exactly_21() -> None:
    # reflection principle: P(max of 120 steps ≥ k) = P(S ≥ k) + P(S > k); the 95 % quantile of the maximum is 21
    steps = np.random.default_rng(11).choice([-1.0, 1.0], size=(40_000, 120))
    assert buffer(needs(steps, 0.0), 0.95).amount == 21


def test_the_upper_limit_covers_the_true_quantile_in_95_of_100_samples() -> None:
    # uniform needs: the true 90 % quantile is 0.9; binomial band for 2,000 samples at 95 %: 3 deviations are 1.5 %
    samples = np.random.default_rng(3).random((2000, 200))
    covered = np.mean([(buffer(sample, 0.9).upper or 0.0) >= 0.9 for sample in samples])
    assert covered >= 0.95 - 0.015


@pytest.mark.parametrize(("values", "confidence"), [([], 0.95), ([1.0, np.nan], 0.95), ([1.0], 0.0), ([1.0], 1.0)])
def test_what_is_no_sample_or_no_confidence_is_refused(values: list[float], confidence: float) -> None:
    with pytest.raises(InputError):
        buffer(values, confidence)


def test_funding_gap_is_never_negative() -> None:
    assert funding_gap(120.0, 50.0) == 70.0
    assert funding_gap(120.0, 500.0) == 0.0


def test_miller_orr_textbook() -> None:
    found = miller_orr(10_000, 2500.0**2, 0.00025, 20)
    assert found.return_point == pytest.approx(17_211, abs=1)
    assert found.upper == pytest.approx(31_634, abs=1)
    assert found.average == pytest.approx(19_615, abs=1)
    with pytest.raises(InputError, match="above 0"):
        miller_orr(0, 1.0, 0.0, 1.0)


def test_newsvendor_textbook() -> None:
    assert newsvendor(80, 30, 60, 110) == pytest.approx(68.68, abs=0.01)
    with pytest.raises(InputError, match="positive"):
        newsvendor(80, 30, 0, 110)


@pytest.mark.skipif(not SHARED.exists(), reason="the folder of published cases is not beside the repository")
def test_published_cases() -> None:
    cases = json.loads(SHARED.read_text(encoding="utf-8"))
    for case in cases["peak_need"]:
        found = case_buffer(case_of([case["flows"]], opening=case["opening"]), 0.95)
        assert found.buffer.amount == case.get("need", case["opening"] + case.get("shortfall", 0.0))
        assert found.funding_gap == case.get("shortfall", case.get("need"))
        assert found.peak_day == dt.date(2026, 10, 16) + dt.timedelta(days=case["peak_day"])
    for case in cases["miller_orr"]:
        limits = miller_orr(case["lower"], case["sigma_daily"] ** 2, case["rate_daily"], case["transaction_cost"])
        for name in ("return_point", "upper", "average"):
            assert getattr(limits, name) == pytest.approx(case[name], abs=1)
    for case in cases["newsvendor"]:
        found_amount = newsvendor(case["mean"], case["sd"], case["underage"], case["overage"])
        assert found_amount == pytest.approx(case["quantity"], abs=0.01)


def test_the_upper_limit_counts_paths_that_share_a_law_as_fewer() -> None:
    # 64 draws of the laws with 30 paths each; half of the variance is the draw's
    rng = np.random.default_rng(8)
    truth = math.sqrt(2.0) * float(stats.norm.ppf(0.95))
    blocks = path_blocks(1920, 64)
    covered, alone = 0, 0
    for _ in range(400):
        found = (rng.normal(size=(64, 1)) + rng.normal(size=(64, 30))).ravel()
        shared, own = blocked_buffer(found, 0.95, blocks), buffer(found, 0.95)
        assert shared.upper is not None
        assert own.upper is not None
        covered, alone = covered + (shared.upper >= truth), alone + (own.upper >= truth)
    assert 0.92 <= covered / 400 <= 0.995
    assert alone / 400 < 0.85, "taken as independent the limit is too low"


def test_the_design_effect_is_that_of_a_sample_of_blocks() -> None:
    # 50 of 1,000 paths need more than the quantile, 10 in each of 5 of the 10 blocks of 100: shares of 0.1 and 0
    needs_of = np.concatenate([np.where(np.arange(100) < 10 * (block < 5), 2.0, 1.0) for block in range(10)])
    # their sample variance is 10 × 0.05² ÷ 9; × 100 ÷ (0.05 × 0.95) is 5.85, so 171 paths, whose limit is the 168th
    assert upper_rank(171, 0.95) == 168
    assert limit_rank(needs_of, 0.95, np.repeat(np.arange(10), 100)) == math.ceil(168 / 171 * 1000) == 983


def test_the_lowest_cash_is_expected_on_the_day_of_the_lowest_mean() -> None:
    days = np.arange(np.datetime64("2026-10-18"), np.datetime64("2026-10-22"))
    cash = np.array(
        [[50.0, -30.0, 90.0, 40.0], [50.0, 70.0, -50.0, 40.0], [50.0, 60.0, 20.0, 40.0], [50.0, 20.0, 60.0, -10.0]]
    )
    # means 50 30 30 27.5; the paths' lowest are −30 −50 20 −10, so at 75 % cash falls no lower than −30
    assert lowest_cash(cash, days, 0.75) == LowestCash(27.5, "2026-10-21", -30.0, "2026-10-19")
    assert lowest_cash(cash, days, 0.5).at_confidence == -10.0
    assert lowest_cash(cash[:, :3], days[:3], 0.99) == LowestCash(30.0, "2026-10-19", -50.0, "2026-10-20")


def test_the_lowest_cash_at_the_confidence_is_what_the_buffer_leaves_of_the_opening_balance() -> None:
    flows = np.random.default_rng(3).normal(-5.0, 40.0, (200, 12))
    case = case_of(flows, opening=100.0, minimum=70.0)
    lowest = lowest_cash(100.0 + flows.cumsum(axis=1), case.days, 0.9)
    found = case_buffer(case, 0.9)
    assert found.buffer.amount - 70.0 == pytest.approx(100.0 - lowest.at_confidence)
    assert lowest.day_at_confidence == str(found.peak_day)

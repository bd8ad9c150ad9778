"""Linear flows through a channel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from laws import DRAWS, both, channel_law, hazard, open_orders

from forecast.calendar import Calendar
from forecast.plan.model import ALL_CAUSES
from forecast.receivables.assumptions import PromotionLaw
from forecast.receivables.hazards import MAX_AGE
from forecast.receivables.payout import PRIOR_OPEN
from forecast.simulation.kernels import (
    SettlementKernels,
    build_kernels,
    convolve,
    convolve_sum,
    horizon_days,
    planned_taken,
    refund_factors,
)

CHINA = Calendar("CN")
AS_OF = np.datetime64("2026-11-30")  # a Monday, no holiday near


def shares_of(kernels: SettlementKernels) -> tuple[np.ndarray, np.ndarray]:
    """Shares that settle and that are refunded before, (draw, day of deduction, day)."""
    whole = np.ones(len(kernels.settled))
    return kernels.by_day(whole, whole)


def test_a_kernel_by_age_is_a_convolution() -> None:
    rng = np.random.default_rng(1)
    inflow, kernel = rng.random((3, 5, 40)), rng.random((3, 20))
    wanted = [[np.convolve(row, kernel[draw])[:40] for row in inflow[draw]] for draw in range(3)]
    assert convolve(inflow, [kernel])[0] == pytest.approx(np.array(wanted))


def test_summed_kernels_are_the_sum_of_single_ones() -> None:
    rng = np.random.default_rng(2)
    inflows = [rng.random((2, 3, 20)) for _ in range(3)]
    kernels = [[rng.random((2, 9)), rng.random((2, 30))] for _ in range(3)]
    single = [convolve(inflow, own) for inflow, own in zip(inflows, kernels, strict=True)]
    for place, summed in enumerate(convolve_sum(inflows, kernels)):
        assert summed == pytest.approx(np.sum([one[place] for one in single], axis=0))


def test_kernels_and_run_off_of_a_channel() -> None:
    law = channel_law(
        due=hazard(0.0, 0.0, 1.0),
        openness=tuple(PRIOR_OPEN.tolist()),
        refund_after=hazard(0.0, 0.1),
        still_open=open_orders(awaiting={0: 10.0}, in_transit={0: 200.0, 1: 100.0}, settled={0: 50.0, 5: 70.0}),
    )
    kernel = build_kernels(law, AS_OF, 8, CHINA)
    # Tuesday first: 100 deducted on Sunday arrive today, 200 of Monday tomorrow.
    assert kernel.open.settled[0].tolist() == [100.0, 200.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    # Deducted on Thursday (day 2), due on Saturday, paid on Monday (day 6).
    assert shares_of(kernel.usual)[0][0, 2].tolist() == [0.0] * 6 + [1.0, 0.0]
    # A tenth of what settled today is taken back tomorrow; at age 5 that has passed.
    assert kernel.open.taken_back[0, 0] == pytest.approx(5.0)
    assert kernel.open.tried.sum() == 0.0  # an order tried at age 0 or never is not tried any more


def test_what_is_open_leaves_as_it_settles_and_the_noise_knows_how_surely() -> None:
    """Two fifths settle a day after the deduction, the rest on the second: of 200 deducted on as_of 80, then 120."""
    law = channel_law(due=hazard(0.0, 0.4, 0.6), still_open=open_orders(in_transit={0: 200.0}))
    kernel = build_kernels(law, AS_OF, 4, CHINA)
    assert kernel.open.settled[0] == pytest.approx([80.0, 120.0, 0.0, 0.0])
    assert kernel.open.left[0] == pytest.approx([0.6, 0.0, 0.0, 0.0])
    assert kernel.open.left[1, 0] == pytest.approx(0.0)
    assert kernel.open.settled_squared == pytest.approx([200 * 0.4**2, 200 * 0.6**2, 0.0, 0.0])
    assert kernel.usual.settle_squared[1] == pytest.approx([0.0, 0.0, 0.4**2, 0.6**2])


def test_what_a_plans_refund_rate_does_not_take_back_settles_as_before() -> None:
    """A tenth is refunded on the day of the deduction by the law, a fifth by the plan: four fifths settle, not nine."""
    law = channel_law(due=hazard(0.0, 0.5, 0.5), refund_before=hazard(0.1))
    planned = replace(law, refund_rate=0.2)
    for one, refunded in ((law, 0.1), (planned, 0.2)):
        kernel = build_kernels(one, AS_OF, 8, CHINA).usual
        assert shares_of(kernel)[1][0, 0].tolist() == pytest.approx([refunded] + [0.0] * 7)
        settles = (1 - refunded) / 2
        assert shares_of(kernel)[0][0, 0].tolist() == pytest.approx([0.0, settles, settles] + [0.0] * 5)
        assert kernel.refunded_in_the_end == pytest.approx(np.full(DRAWS, refunded))
    both = build_kernels(replace(law, refund_after=hazard(0.0, 0.2)), AS_OF, 8, CHINA).usual
    assert both.refunded_in_the_end == pytest.approx(np.full(DRAWS, 0.1 + 0.9 * 0.2))


def test_the_horizon_begins_on_the_day_after_as_of() -> None:
    assert horizon_days(AS_OF, 3).astype(str).tolist() == ["2026-12-01", "2026-12-02", "2026-12-03"]


def test_what_is_open_from_a_promotion_follows_its_own_law() -> None:
    own = open_orders(in_transit={0: 200.0, 1: 100.0}, settled={0: 50.0, 1: 70.0})
    law = channel_law(due=hazard(0.0, 1.0), refund_after=hazard(0.0, 0.1, 0.1), still_open=own)
    slow = PromotionLaw(hazard(0.0, 0.0, 0.0, 1.0), np.zeros((4, MAX_AGE)), hazard(0.0, 0.4, 0.4))
    law = replace(law, promotion=slow)
    past = np.zeros(MAX_AGE, dtype=bool)
    usual = build_kernels(law, AS_OF, 8, CHINA, None, past)
    assert usual.open.settled[0, :3].tolist() == [300.0, 0.0, 0.0]
    past[:2] = True  # as_of and the day before it: of what settled, that of as_of was mostly ordered on them
    kernel = build_kernels(law, AS_OF, 8, CHINA, None, past)
    assert kernel.open.settled[0, :3].tolist() == [0.0, 100.0, 200.0]
    older = 70 * law.refund_after[0, 2] / (1 - law.refund_after[0, 1])
    for taken, open_taken in ((law.refund_after[0], usual), (slow.refund_after[0], kernel)):
        assert open_taken.open.taken_back[0, :2] == pytest.approx([taken[1] * 50 + older, taken[2] * 50])
    np.testing.assert_array_equal(kernel.usual.settled, usual.usual.settled)


def test_a_laws_refund_rate_is_met_by_orders_of_promotions_too() -> None:
    law = channel_law(due=hazard(0.0, 1.0), refund_before=hazard(0.1), refund_after=hazard(0.2))
    slow = PromotionLaw(hazard(0.0, 0.0, 1.0), law.refund_before, law.refund_after)
    inside = np.ones(8, dtype=bool)
    for rate, met in ((None, 0.28), (0.14, 0.14)):
        kernel = build_kernels(replace(law, promotion=slow, refund_rate=rate), AS_OF, 8, CHINA, inside)
        assert kernel.promotion is not None
        assert kernel.usual.refunded_in_the_end == pytest.approx(np.full(DRAWS, met))
        assert kernel.promotion.refunded_in_the_end == pytest.approx(np.full(DRAWS, met))


def test_a_plans_refund_rate_scales_both_kinds_in_their_proportion() -> None:
    before, after = np.array([0.10]), np.array([0.20])
    factor, factor_after = refund_factors(before, after, 0.14)
    # Now 0.10 + 0.90 × 0.20 = 0.28: half of each.
    assert before * factor == pytest.approx(0.05)
    assert (1 - before * factor) * after * factor_after == pytest.approx(0.09)


def test_a_refund_rate_without_any_history_falls_on_the_first_week() -> None:
    kernel = planned_taken(np.zeros((DRAWS, 150)), np.zeros(DRAWS), 0.21)
    assert kernel[:, :7] == pytest.approx(np.full((DRAWS, 7), 0.03))
    assert kernel[:, 7:].sum() == 0.0


def at_ages(shares: dict[int, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Hazards (draw, age), the same in each draw."""
    out = np.zeros((DRAWS, MAX_AGE))
    for age, share in shares.items():
        out[:, age] = share
    return out


def test_the_oldest_orders_run_off_to_the_last_age_that_is_known() -> None:
    last = MAX_AGE - 1
    law = channel_law(
        due=at_ages({last - 2: 0.5, last: 1.0}),
        refund_after=at_ages({last - 3: 0.5, last - 1: 0.25}),
        still_open=open_orders(in_transit={last - 4: 100.0}, settled={last - 3: 80.0}),
    )
    kernel = build_kernels(law, AS_OF, 8, CHINA)
    assert kernel.open.settled[0] == pytest.approx([0.0, 50.0, 0.0, 50.0, 0.0, 0.0, 0.0, 0.0])
    assert kernel.open.left[last - 4, :4] == pytest.approx([1.0, 0.5, 0.5, 0.0])
    # half was taken back by as_of: of what is left, a quarter of all is one half
    assert kernel.open.taken_back[0] == pytest.approx([0.0, 40.0] + [0.0] * 6)


def test_failed_orders_that_are_open_are_cured_or_lost_as_of_their_age() -> None:
    """Of failures half are cured a day later and half lost on the second; 60 of a day ago and 40 of today are open."""
    failed = {cause: np.zeros(MAX_AGE) for cause in ALL_CAUSES}
    failed["validation"][:2] = 40.0, 60.0
    law = channel_law(cured=hazard(0.0, 0.5), lost=hazard(0.0, 0.0, 1.0))
    law = replace(law, open_orders=replace(law.open_orders, failed=failed))
    kernel = build_kernels(law, AS_OF, 4, CHINA)
    assert kernel.open.cured[0] == pytest.approx([20.0, 0.0, 0.0, 0.0])
    assert kernel.open.lost[0] == pytest.approx([60.0, 20.0, 0.0, 0.0])
    assert kernel.cured["validation"][0, :3] == pytest.approx([0.0, 0.5, 0.0])
    assert kernel.lost["validation"][0, :3] == pytest.approx([0.0, 0.0, 0.5])
    assert kernel.lost_share["validation"] == pytest.approx(np.full(DRAWS, 0.5))


def test_orders_that_await_their_deduction_are_tried_or_never_paid() -> None:
    law = channel_law(still_open=open_orders(awaiting={0: 100.0}))
    law = replace(law, first=both(hazard(0.0, 0.5), hazard(0.0, 0.25)))
    kernel = build_kernels(law, AS_OF, 3, CHINA)
    assert kernel.tried[0, :3] == pytest.approx([0.0, 0.5, 0.0])
    assert kernel.never_paid[0, :3] == pytest.approx([0.0, 0.25, 0.0])
    assert kernel.open.tried[0] == pytest.approx([50.0, 0.0, 0.0])
    assert kernel.open.never_paid[0] == pytest.approx([25.0, 0.0, 0.0])


def test_the_shares_by_age_are_those_of_the_horizons_deductions() -> None:
    kernel = build_kernels(channel_law(due=hazard(0.0, 0.4, 0.6), refund_before=hazard(0.5)), AS_OF, 5, CHINA)
    assert kernel.age_shares[0, :4] == pytest.approx([0.0, 0.2, 0.3, 0.0])
    assert kernel.usual.refund_share == pytest.approx(np.full(DRAWS, 0.5))
    assert kernel.openness.shape == (5 + MAX_AGE,)


def test_a_refund_rate_of_nothing_takes_nothing_back() -> None:
    kernel = build_kernels(replace(channel_law(refund_before=hazard(0.1)), refund_rate=0.0), AS_OF, 5, CHINA).usual
    assert kernel.refunded.sum() == 0.0
    assert shares_of(kernel)[0][0, 0].tolist() == pytest.approx([0.0, 1.0, 0.0, 0.0, 0.0])
    assert planned_taken(np.full((DRAWS, 9), 0.1), np.zeros(DRAWS), 0.0).sum() == 0.0
    assert planned_taken(np.full((DRAWS, 9), 0.1), np.full(DRAWS, 2.0), 0.3) == pytest.approx(np.full((DRAWS, 9), 0.2))

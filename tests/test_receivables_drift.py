"""What of the past still holds, and where the level of hazards stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.receivables.drift import (
    HALF_LIVES_WEEKS,
    Level,
    at_level,
    by_period,
    dealt,
    draw_difference,
    draw_level,
    drawn_hazards,
    follow,
    forgetting,
    mean_hazard,
    measured,
)
from forecast.receivables.hazards import MAX_AGE, CohortCounts, incidence

if TYPE_CHECKING:
    from forecast.arrays import Floats

ORDERS = 400
WEEKS = 52
NO_PRIOR = np.zeros((1, MAX_AGE))
PLACE = (np.arange(64) + 0.5) / 64


def weekly(shares: Floats, seed: int = 1, orders: int = ORDERS) -> CohortCounts:
    """Cohorts of so many orders of a yuan a week, 0 the last: of these shares (week, age) it happens.

    What lies after as_of is cut off, a cohort's days being taken as its middle.
    """
    rng = np.random.default_rng(seed)
    events, at_risk = np.zeros((len(shares), 1, MAX_AGE)), np.zeros((len(shares), MAX_AGE))
    for week, share in enumerate(shares):
        count = rng.multinomial(orders, np.append(share, 1.0 - share.sum()))[:-1]
        known = np.arange(len(share)) <= 7 * week + 3
        left = orders - np.concatenate([[0], np.cumsum(count)[:-1]])
        events[week, 0, : len(share)] = count * known
        at_risk[week, : len(share)] = left * known
    return CohortCounts(events, at_risk, np.arange(len(shares)))


def bell(middle: float) -> Floats:
    """Shares at ages 0 to 39 of a lag around ``middle`` days."""
    ends = np.exp(-((np.arange(41) / middle) ** 3))
    return np.asarray(ends[:-1] - ends[1:])


def mean_age(hazards: Floats) -> Floats:
    """Mean age (draw) of what happens under hazards (draw, kind, age)."""
    steps = incidence(hazards)[:, 0]
    return np.asarray((steps @ np.arange(MAX_AGE)) / steps.sum(axis=1))


def test_events_are_given_to_the_calendar_week_in_which_they_fell() -> None:
    counts = weekly(np.tile(bell(10.0), (6, 1)))
    events, at_risk = by_period(counts)
    # Orders of the week before last that are 7 days old when it happens fall into the last week.
    assert events[0, 0, 7] == counts.events[1, 0, 7]
    assert at_risk[2, 0] == counts.at_risk[2, 0]


def test_a_law_that_holds_keeps_the_long_past_and_one_that_jumped_forgets_it() -> None:
    steady = forgetting(weekly(np.tile(bell(10.0), (WEEKS, 1))), NO_PRIOR, 1.0)
    jumped = forgetting(weekly(np.array([bell(6.0 if week < 6 else 10.0) for week in range(WEEKS)])), NO_PRIOR, 1.0)
    half_lives = np.array(HALF_LIVES_WEEKS)
    assert steady.sum() == pytest.approx(1.0)
    assert steady @ half_lives > 25.0
    assert jumped @ half_lives < 5.0


def test_few_orders_leave_the_half_lives_open() -> None:
    weights = forgetting(weekly(np.tile(bell(10.0), (8, 1)), orders=2), np.full((1, MAX_AGE), 0.1), 1.0)
    assert weights.max() < 0.5


def test_draws_are_dealt_the_believed_half_lives_in_order() -> None:
    weights = np.array([0.25, 0.0, 0.0, 0.0, 0.75, 0.0])
    assert dealt(weights, np.array([0.1, 0.3, 0.9])).tolist() == [2.0, 32.0, 32.0]


def test_a_level_is_measured_where_it_is() -> None:
    hazard, number = np.full(10, 0.05), np.full(10, 1e6)
    happened = number * -np.expm1(np.log1p(-hazard) * np.exp(0.3))
    step, information = measured(happened, number, hazard, np.array([0.0, 0.3]))
    assert step == pytest.approx([0.35, 0.0], abs=0.01)
    assert (information > 0).all()


def test_hazards_at_a_level_have_their_cumulated_hazards_moved_and_stay_chances() -> None:
    hazards = np.array([[[0.1, 0.5, 1.0]]])
    moved = at_level(hazards, np.array([np.log(2.0)]))[0, 0]
    assert moved.tolist() == pytest.approx([1 - 0.9**2, 1 - 0.5**2, 1.0])


def test_a_steady_level_is_known_and_a_slope_is_followed() -> None:
    steady = weekly(np.tile(bell(10.0), (WEEKS, 1)))
    mean = mean_hazard(steady, 64.0, NO_PRIOR, 1.0)[0]
    still = draw_level(follow(steady, mean, 1.0), 6.0, PLACE, np.random.default_rng(1).standard_normal(64))
    assert abs(still.mean()) < 0.03
    assert still.std() < 0.06
    rising = weekly(np.array([bell(10.0) * 0.3 * np.exp(-0.02 * week) for week in range(WEEKS)]))
    mean = mean_hazard(rising, 64.0, NO_PRIOR, 1.0)[0]
    level = follow(rising, mean, 1.0)
    assert float(level.weights @ level.slope) == pytest.approx(0.02, abs=0.008)
    ahead = draw_level(level, 6.0, PLACE, np.zeros(64)) - draw_level(level, 0.0, PLACE, np.zeros(64))
    assert ahead.mean() == pytest.approx(0.12, abs=0.05)


@pytest.mark.parametrize("drift", [0.0, -0.006, 0.006])
def test_a_drifting_lag_is_foretold(drift: float) -> None:
    # The lag changes by so much a week; the horizon's middle lies some weeks ahead.
    counts = weekly(np.array([bell(10.0 * np.exp(-drift * week)) for week in range(WEEKS)]))
    rng = np.random.default_rng(3)
    drawn = mean_age(drawn_hazards(counts, NO_PRIOR, 1.0, 6.0, rng.permutation(PLACE), rng, moves=True))
    truth = float(bell(10.0 * np.exp(6.0 * drift)) @ np.arange(40))
    assert drawn.mean() == pytest.approx(truth, abs=0.5)
    assert drawn.min() <= truth <= drawn.max()


def test_drawn_hazards_hold_the_truth_as_often_as_they_say() -> None:
    # Refunds of a known constant rate: p05-p95 of the drawn share holds it in 77 to 100 % of 40 shops (binomial band).
    held = 0
    for seed in range(40):
        counts = weekly(np.tile(0.1 * bell(10.0), (30, 1)), seed=seed, orders=200)
        rng = np.random.default_rng(seed)
        hazards = drawn_hazards(counts, 0.1 * NO_PRIOR, 1.0, 6.0, rng.permutation(PLACE), rng, moves=True)
        low, high = np.quantile(incidence(hazards)[:, 0].sum(axis=1), [0.05, 0.95])
        held += low <= 0.1 * bell(10.0).sum() <= high
    assert held >= 31


def test_a_part_is_measured_against_the_others_of_its_own_weeks() -> None:
    # Lags have halved since the promotion of weeks 30 and 31, which was a third slower than its own time.
    usual = weekly(np.array([bell(5.0 if week < 15 else 10.0) for week in range(WEEKS)]))
    part = weekly(np.array([bell(13.0) if week in {30, 31} else 0.0 * bell(5.0) for week in range(WEEKS)]), seed=2)
    part.at_risk[[week for week in range(WEEKS) if week not in {30, 31}]] = 0.0
    every = CohortCounts(usual.events + part.events, usual.at_risk + part.at_risk, usual.weeks)
    prior = mean_hazard(usual, 64.0, NO_PRIOR, 1.0)
    level = draw_difference(every, part, prior, 1.0, np.random.default_rng(1).standard_normal(200))
    # Of a Weibull lag of shape 3 a time stretched by 1.3 is a hazard of 1.3⁻³.
    assert level.mean() == pytest.approx(-3.0 * np.log(1.3), abs=0.1)
    none = CohortCounts(0.0 * part.events, 0.0 * part.at_risk, part.weeks)
    unknown = draw_difference(every, none, prior, 1.0, np.random.default_rng(1).standard_normal(200))
    assert abs(unknown.mean()) < 0.1
    assert unknown.std() == pytest.approx(0.3, rel=0.2)


def test_a_drawn_level_goes_on_by_its_slope_and_spreads_by_its_walk_and_the_doubt_of_both() -> None:
    one = np.array([1.0])
    level = Level(
        one,
        0.3 * one,
        variance=0.04 * one,
        walk=0.01 * one,
        slope=0.02 * one,
        shared=0.003 * one,
        slope_variance=0.0005 * one,
    )
    middle, far = draw_level(level, 4.0, np.array([0.5, 0.5]), np.array([0.0, 1.0]))
    assert middle == pytest.approx(0.3 + 4 * 0.02)
    # Variance of level + 4 slopes, and 4 steps of the walk.
    assert (far - middle) ** 2 == pytest.approx(0.04 + 2 * 4 * 0.003 + 16 * 0.0005 + 4 * 0.01)
    two = np.array([0.25, 0.75])
    places = Level(two, np.array([1.0, 2.0]), 0 * two, 0 * two, 0 * two, 0 * two, 0 * two)
    assert draw_level(places, 4.0, np.array([0.2, 0.3]), np.ones(2)).tolist() == [1.0, 2.0]

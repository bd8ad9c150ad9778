"""What of the past still holds, and where the level of hazards stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.receivables.drift import (
    HALF_LIVES_WEEKS,
    NOISE,
    SLOPE,
    WALK,
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


def cohorts(happened: list[list[float]], number: list[list[float]]) -> CohortCounts:
    """Cohorts by week, 0 the last, and age: in yuan what happened to them, and how much was followed."""
    return CohortCounts(np.array(happened)[:, None, :], np.array(number), np.arange(len(number)))


def test_an_age_of_more_than_half_a_week_belongs_to_the_week_after() -> None:
    """What happens to the cohort of week w at age a falls into week w - 1 from age 4, into week w - 2 from age 11."""
    told = (100.0 * np.arange(1, 5)[:, None] + np.arange(20)).tolist()
    events, at_risk = by_period(cohorts(told, told))
    for found in (events[:, 0], at_risk):
        assert found[0, [0, 3, 4, 10, 11, 17, 18]].tolist() == [100.0, 103.0, 204.0, 210.0, 311.0, 317.0, 418.0]
        assert found[3, [0, 3, 4, 18]].tolist() == [400.0, 403.0, 0.0, 0.0]


def test_half_lives_are_believed_as_they_foretold_the_last_weeks() -> None:
    """Of 100 orders of 10 yuan a week happened 80, 40 and 20, a prior of a half counting as eight orders.

    The week before last is foretold from the first alone; the last from both, the first the less the faster it fades.
    Orders that settle together are as many fewer as the best forecast missed by more than independent ones would.
    """
    found = forgetting(cohorts([[200.0], [400.0], [800.0]], [[1000.0]] * 3), np.array([[0.5]]), 10.0)
    fade = 0.5 ** (1.0 / np.array(HALF_LIVES_WEEKS))
    second, last = 84 / 108, (4 + 40 + 80 * fade) / (8 + 100 + 100 * fade)
    score = 40 * np.log(second) + 60 * np.log1p(-second) + 20 * np.log(last) + 80 * np.log1p(-last)
    missed = (40 - 100 * second) ** 2 + (20 - 100 * last[0]) ** 2
    expected = 100 * second * (1 - second) + 100 * last[0] * (1 - last[0])
    assert score.argmax() == 0
    belief = np.exp((score - score[0]) * expected / missed)
    assert found == pytest.approx(belief / belief.sum())


def test_the_mean_law_weighs_weeks_by_their_half_life_beside_eight_orders_of_the_prior() -> None:
    counts = cohorts([[300.0], [0.0], [600.0]], [[1000.0], [0.0], [1000.0]])
    found = mean_hazard(counts, 2.0, np.array([[0.25]]), 10.0)
    assert found.tolist() == [[pytest.approx((300 + 300 + 80 * 0.25) / (1000 + 500 + 80))]]


def test_a_level_is_known_by_the_orders_of_unsure_ages_and_measured_within_bounds() -> None:
    """Half of 100 orders: a cumulated hazard of log 2, whose Fisher information is 100 × log² 2 on the log scale."""
    half = np.array([0.5, 1.0])
    number = np.array([100.0, 1000.0])
    step, information = measured(np.array([60.0, 1000.0]), number, half, np.zeros(1))
    assert information == pytest.approx([100.0 * np.log(2.0) ** 2])
    assert step == pytest.approx([10.0 * 2.0 * np.log(2.0) / (100.0 * np.log(2.0) ** 2)])
    rare = np.array([0.001])
    assert measured(np.array([50.0]), np.array([100.0]), rare, np.zeros(1))[0].tolist() == [1.5]
    unknown = measured(np.zeros(1), np.zeros(1), rare, np.zeros(1))
    assert (unknown[0].tolist(), unknown[1].tolist()) == ([0.0], [0.0])


def as_expected(weeks: int) -> tuple[CohortCounts, Floats, float]:
    """Weeks of 50 orders of 10 yuan that came as was expected before any was seen; the law; what each tells."""
    pace = np.log(2.0) * np.exp(-0.125)
    share = -np.expm1(-pace)
    told = 50.0 * pace**2 * np.exp(-pace) / share
    return cohorts([[500.0 * share]] * weeks, [[500.0]] * weeks), np.array([0.5]), told


def test_weeks_that_come_as_expected_leave_the_level_and_make_it_and_its_slope_surer() -> None:
    """The law of jointly normal levels, walks and slopes in one step, against the filter's week by week."""
    counts, law, told = as_expected(6)
    found = follow(counts, law, 10.0)
    grid = [(walk, noise, slope) for walk in WALK for noise in NOISE for slope in SLOPE]
    passed = np.arange(6.0)
    weights = []
    for place, (walk, noise, slope) in enumerate(grid):
        levels = 0.25 + slope**2 * np.outer(passed, passed) + walk**2 * np.minimum.outer(passed, passed)
        seen = levels + (noise**2 + 1.0 / told) * np.eye(6)
        with_slope = slope**2 * passed
        known = np.linalg.solve(seen, np.column_stack([levels[:, -1], with_slope]))
        assert found.variance[place] == pytest.approx(levels[-1, -1] - levels[-1] @ known[:, 0])
        assert found.shared[place] == pytest.approx(with_slope[-1] - levels[-1] @ known[:, 1], abs=1e-12)
        assert found.slope_variance[place] == pytest.approx(slope**2 - with_slope @ known[:, 1])
        assert found.walk[place] == pytest.approx(walk**2)
        weights.append(np.exp(-walk / 0.02) * np.linalg.det(seen) ** -0.5)
    assert found.weights == pytest.approx(np.array(weights) / sum(weights))
    assert found.mean == pytest.approx(np.full(len(grid), -0.125))
    assert found.slope == pytest.approx(np.zeros(len(grid)))


def test_a_week_that_surprises_moves_the_level_as_far_as_it_is_known() -> None:
    """Fisher's step from the expected level, by the share of the doubt that is the level's own."""
    counts, law, told = as_expected(1)
    counts.events[0] += 100.0
    found = follow(counts, law, 10.0)
    pace = np.log(2.0) * np.exp(-0.125)
    surprise = 10.0 * pace / -np.expm1(-pace) / told
    total = 0.25 + np.tile(np.repeat(np.square(NOISE), len(SLOPE)), len(WALK)) + 1.0 / told
    assert found.mean == pytest.approx(-0.125 + 0.25 / total * surprise)
    likely = np.exp(-np.repeat(WALK, len(NOISE) * len(SLOPE)) / 0.02 - 0.5 * surprise**2 / total) * total**-0.5
    assert found.weights == pytest.approx(likely / likely.sum())


def test_a_slope_is_learnt_from_the_surprises_of_the_weeks_after_the_first() -> None:
    counts, law, told = as_expected(2)
    counts.events[0] += 100.0
    found = follow(counts, law, 10.0)
    pace = np.log(2.0) * np.exp(-0.125)
    surprise = 10.0 * pace / -np.expm1(-pace) / told
    # the sloped level without walk and noise is the grid's second
    first = 0.25 * (1.0 / told) / (0.25 + 1.0 / told)
    gain = 0.02**2 / (first + 0.02**2 + 1.0 / told)
    assert found.slope[:2] == pytest.approx([0.0, gain * surprise])


def test_a_level_is_followed_over_the_last_year_alone() -> None:
    counts = weekly(np.tile(bell(10.0), (60, 1)))
    year = CohortCounts(counts.events[:52], counts.at_risk[:52], counts.weeks[:52])
    mean = mean_hazard(year, 64.0, NO_PRIOR, 1.0)[0]
    counts.events[52:] = 0.0
    assert follow(counts, mean, 1.0).mean == pytest.approx(follow(year, mean, 1.0).mean)


def test_what_competes_keeps_in_step_with_the_first_kind() -> None:
    moved = at_level(np.array([[[0.5, 0.0], [0.2, 0.3]]]), np.array([np.log(2.0)]))[0]
    assert moved == pytest.approx(np.array([[0.75, 0.0], [0.3, 0.3]]))


def test_a_part_that_was_never_seen_may_differ_by_three_tenths() -> None:
    every = cohorts([[50.0]], [[100.0]])
    none = cohorts([[0.0]], [[0.0]])
    normal = np.array([-1.0, 0.0, 2.0])
    assert draw_difference(every, none, np.array([[0.5]]), 1.0, normal) == pytest.approx(0.3 * normal)


def test_a_part_that_went_as_the_others_is_known_to_by_its_orders_and_a_weeks_own_noise() -> None:
    """100 of its orders tell 100 × log² 2 where half settle; a week deviates by itself by a twentieth."""
    part = cohorts([[50.0]], [[100.0]])
    every = cohorts([[550.0]], [[1100.0]])
    known = 1.0 / 0.3**2 + 1.0 / (0.05**2 + 1.0 / (100.0 * np.log(2.0) ** 2))
    normal = np.array([-1.0, 0.0, 1.0])
    found = draw_difference(every, part, np.array([[0.5]]), 1.0, normal)
    assert found == pytest.approx(normal * known**-0.5, abs=1e-9)
    # a second such week tells as much again
    twice = cohorts([[50.0]] * 2, [[100.0]] * 2)
    both = draw_difference(cohorts([[550.0]] * 2, [[1100.0]] * 2), twice, np.array([[0.5]]), 1.0, normal)
    assert both == pytest.approx(normal * (2.0 * known - 1.0 / 0.3**2) ** -0.5, abs=1e-9)


def test_a_part_with_many_orders_differs_as_they_show() -> None:
    """Three quarters of it settle where half of the others do: twice the cumulated hazard."""
    part = cohorts([[750_000.0]], [[1_000_000.0]])
    found = draw_difference(cohorts([[1_750_000.0]], [[3_000_000.0]]), part, np.array([[0.5]]), 1.0, np.zeros(1))
    assert found == pytest.approx(np.log(2.0) * 400.0 / (400.0 + 1.0 / 0.3**2), rel=0.01)


def test_the_others_two_weeks_away_count_by_half() -> None:
    """Half of the others settle in a part's own week and a fifth two weeks later: two fifths are as many."""
    empty = [0.0]
    others, number = [[200.0], empty, [500.0]], [[1000.0], empty, [1000.0]]
    part = cohorts([empty, empty, [400.0]], [empty, empty, [1000.0]])
    every = cohorts([others[0], empty, [900.0]], [number[0], empty, [2000.0]])
    assert draw_difference(every, part, np.array([[0.4]]), 1.0, np.zeros(1)) == pytest.approx([0.0], abs=1e-9)


def test_draws_of_hazards_that_move_keep_the_level_that_was_followed_whatever_weeks_they_weigh() -> None:
    """Weeks that differ by chance: each draw's own level is taken out, so that draws spread as the level is known.

    Orders settle at one age; what is drawn is that of the last weeks, twice the cumulated hazard of the year before.
    """
    shares = [0.75 if week < 13 else 0.5 for week in range(WEEKS)]
    counts = cohorts([[10_000.0 * share] for share in shares], [[10_000.0]] * WEEKS)
    rng = np.random.default_rng(4)
    drawn = drawn_hazards(counts, np.array([[0.5]]), 10.0, 0.0, rng.permutation(PLACE), rng, moves=True)[:, 0, 0]
    pace = np.log(-np.log1p(-drawn) / np.log(2.0))
    assert pace.mean() == pytest.approx(np.log(2.0), abs=0.05)
    assert pace.std() < 0.1
    # a quarter of a year ahead the walk goes on, that of the jump among them
    far = drawn_hazards(counts, np.array([[0.5]]), 10.0, 13.0, rng.permutation(PLACE), rng, moves=True)[:, 0, 0]
    assert np.log(-np.log1p(-far)).std() > 2.0 * pace.std()


def test_few_orders_are_drawn_at_the_prior_in_doubt() -> None:
    """One order a week of which half settle, the prior as well: the level stays, as unsure as it was before."""
    counts = cohorts([[5.0]] * 4, [[10.0]] * 4)
    rng = np.random.default_rng(5)
    drawn = drawn_hazards(counts, np.array([[0.5]]), 10.0, 0.0, rng.permutation(PLACE), rng, moves=True)[:, 0, 0]
    pace = np.log(-np.log1p(-drawn) / np.log(2.0))
    told = 1.0 / 0.25 + 4.0 * np.log(2.0) ** 2
    assert pace.std() == pytest.approx(told**-0.5, rel=0.25)
    still = drawn_hazards(counts, np.array([[0.5]]), 10.0, 0.0, rng.permutation(PLACE), rng, moves=False)[:, 0, 0]
    assert still == pytest.approx(np.full(64, 0.5))

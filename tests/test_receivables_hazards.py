"""Hazards by age from cohorts that are not finished."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecast.receivables.hazards import (
    MAX_AGE,
    CohortCounts,
    count_cohorts,
    draw_hazards,
    hazard_with_tail,
    incidence,
    open_by_age,
    pooled_hazard,
    run_off,
    week_weights,
)

AS_OF = np.datetime64("2026-10-18")


def cohort_table(rows: list[tuple[str, str, int, float]]) -> pd.DataFrame:
    """Rows of day, outcome, age and yuan."""
    table = pd.DataFrame(rows, columns=["day", "outcome", "age", "yuan"])
    table["day"] = pd.to_datetime(table["day"])
    table["value"] = (table["yuan"] * 100).round().astype("int64")
    return table


def test_an_unfinished_order_counts_at_the_ages_it_was_followed_to() -> None:
    # 100 ordered on the 10th: 60 settled after 2 days, 40 still open at age 8; 100 ordered on the 17th: open at age 1.
    counts = count_cohorts(
        cohort_table(
            [
                ("2026-10-10", "settled", 2, 60.0),
                ("2026-10-10", "in_transit", 8, 40.0),
                ("2026-10-17", "in_transit", 1, 100.0),
            ]
        ),
        ("settled",),
        AS_OF,
    )
    assert counts.at_risk.sum(axis=0)[:4] == pytest.approx([200.0, 200.0, 100.0, 40.0])
    # Kaplan and Meier: 60 of the 100 followed to age 2, not 60 of 200.
    assert counts.events.sum(axis=0)[0, 2] / counts.at_risk.sum(axis=0)[2] == pytest.approx(0.6)


def test_a_draw_weighs_weeks_against_each_other_and_not_against_the_prior() -> None:
    """Of 1,000 yuan at risk 200 settle; a prior of 0.5 worth 10 orders of 10 yuan moves 0.2 by a tenth of the way."""
    table = cohort_table([("2026-10-18", "settled", 0, 200.0), ("2026-10-18", "in_transit", 0, 800.0)])
    counts = count_cohorts(table, ("settled",), AS_OF)
    prior = np.full((1, MAX_AGE), 0.5)
    for weight in (1.0, 7.0):
        weights = np.full((2, len(counts.weeks)), weight)
        drawn = draw_hazards(counts, weights, prior, order_size=10.0, prior_orders=10.0)
        assert drawn[:, 0, 0] == pytest.approx([250.0 / 1_100.0] * 2)


def test_censored_cohorts_give_the_true_hazard_where_finished_orders_alone_give_too_short_a_lag() -> None:
    rows = []
    daily_hazard = 0.1
    for age_of_cohort in range(120):
        day = str(AS_OF - age_of_cohort)
        alive = 1000.0
        for age in range(age_of_cohort + 1):
            rows.append((day, "settled", age, alive * daily_hazard))
            alive *= 1 - daily_hazard
        rows.append((day, "in_transit", age_of_cohort, alive))
    table = cohort_table(rows)
    hazard = pooled_hazard([count_cohorts(table, ("settled",), AS_OF)], order_size=1.0)[0]
    assert hazard[:40] == pytest.approx(np.full(40, daily_hazard), rel=1e-2)
    young = table[(table["outcome"] == "settled") & (table["day"] >= "2026-10-01")]
    finished_only = (young["age"] * young["value"]).sum() / young["value"].sum()
    assert finished_only < 0.6 * (1 / daily_hazard - 1)


def test_incidence_of_competing_kinds_is_a_share_of_the_cohort() -> None:
    hazards = np.zeros((1, 2, MAX_AGE))
    hazards[0, 0, :3] = [0.5, 0.5, 0.5]
    hazards[0, 1, :3] = [0.25, 0.5, 0.5]
    # Age 0: half and a quarter; a quarter goes on, of which age 1 takes half and half.
    assert incidence(hazards)[0, :, :3].tolist() == [[0.5, 0.125, 0.0], [0.25, 0.125, 0.0]]


def test_the_run_off_of_open_orders_is_conditional_on_their_age() -> None:
    hazards = np.zeros((1, 1, MAX_AGE))
    hazards[0, 0, 1] = 0.5
    hazards[0, 0, 3] = 1.0
    open_value = np.zeros(MAX_AGE)
    open_value[0], open_value[2] = 100.0, 30.0
    # Age 0 → half of 100 tomorrow (age 1), the rest at age 3, two days later; age 2 → all of 30 tomorrow (age 3).
    assert run_off(hazards, open_value, 5)[0, 0].tolist() == [80.0, 0.0, 50.0, 0.0, 0.0]


def test_draws_centre_on_the_estimate_and_spread_with_few_weeks() -> None:
    rng = np.random.default_rng(1)
    many = [(str(AS_OF - 7 * week - 6), "done", 0, 300.0 + 40.0 * (week % 3)) for week in range(40)]
    many += [(str(AS_OF - 7 * week - 6), "open", 6, 660.0 - 40.0 * (week % 3)) for week in range(40)]
    counts = count_cohorts(cohort_table(many), ("done",), AS_OF)
    drawn = draw_hazards(counts, week_weights(counts.weeks, 400, rng), np.zeros((1, MAX_AGE)), 1.0)[:, 0, 0]
    truth = pooled_hazard([counts], 1.0)[0, 0]
    assert drawn.mean() == pytest.approx(truth, rel=0.02)
    assert 0.0 < drawn.std() < 0.1


def test_a_channel_without_orders_takes_the_prior() -> None:
    counts = count_cohorts(cohort_table([]), ("done",), AS_OF)
    prior = np.full((1, MAX_AGE), 0.2)
    drawn = draw_hazards(counts, week_weights(counts.weeks, 3, np.random.default_rng(1)), prior, 1.0)
    assert drawn == pytest.approx(np.full((3, 1, MAX_AGE), 0.2))


def test_what_is_open_longer_than_the_laws_reach_is_left_out_of_the_run_off() -> None:
    table = cohort_table([("2026-10-10", "open", 8, 5.0), ("2020-01-01", "open", MAX_AGE, 7.0)])
    assert open_by_age(table, "open").sum() == 5.0


def test_counts_less_a_part_are_those_of_the_rest() -> None:
    every = cohort_table([("2026-10-18", "settled", 2, 30.0), ("2026-10-05", "settled", 1, 50.0)])
    part = every[every["value"] == 3000]
    rest = count_cohorts(every, ("settled",), AS_OF).less(count_cohorts(part, ("settled",), AS_OF))
    alone = count_cohorts(every[every["value"] == 5000], ("settled",), AS_OF)
    np.testing.assert_array_equal(rest.events, alone.events)
    np.testing.assert_array_equal(rest.at_risk, alone.at_risk)
    assert rest.weeks.tolist() == [0, 1]


def test_ages_that_fewer_than_fifteen_orders_reached_share_one_hazard() -> None:
    """Of orders of 10 yuan: 160 and 150 yuan speak for themselves, 140 and 60 together had 50 events in 200."""
    at_risk = np.array([[160.0, 150.0, 140.0, 60.0, 0.0]])
    events = np.array([[[10.0, 30.0, 20.0, 30.0, 0.0]]])
    assert hazard_with_tail(events, at_risk, 10.0)[0, 0] == pytest.approx([1 / 16, 1 / 5, 1 / 4, 1 / 4, 1 / 4])
    assert hazard_with_tail(0.0 * events, 0.0 * at_risk, 10.0).tolist() == [[[0.0] * 5]]


def test_the_pool_of_channels_weighs_a_quarter_years_older_weeks_by_half() -> None:
    """13 weeks ago 400 of 1,000 settled, last week 100 of 1,000, on another channel 300 of 500."""
    rows = [("2026-10-18", "settled", 0, 100.0), ("2026-10-18", "open", 0, 900.0)]
    rows += [("2026-07-19", "settled", 0, 400.0), ("2026-07-19", "open", 0, 600.0)]
    one = count_cohorts(cohort_table(rows), ("settled",), AS_OF)
    other = [("2026-10-18", "settled", 0, 300.0), ("2026-10-18", "open", 0, 200.0)]
    pooled = pooled_hazard([one, count_cohorts(cohort_table(other), ("settled",), AS_OF)], 1.0)
    assert pooled[0, 0] == pytest.approx((100 + 400 / 2 + 300) / (1000 + 1000 / 2 + 500))


def test_weeks_draw_exponential_weights_that_fade_with_their_half_life() -> None:
    weights = week_weights(np.array([0, 13, 26]), 20_000, np.random.default_rng(2))
    assert weights.mean(axis=0) == pytest.approx([1.0, 0.5, 0.25], rel=0.03)
    assert weights.std(axis=0) == pytest.approx([1.0, 0.5, 0.25], rel=0.04)
    own = week_weights(np.array([8]), 20_000, np.random.default_rng(2), np.repeat([2.0, 8.0], 10_000))[:, 0]
    assert own[:10_000].mean() == pytest.approx(1 / 16, rel=0.04)
    assert own[10_000:].mean() == pytest.approx(1 / 2, rel=0.04)


def test_hazards_that_compete_never_take_more_than_all() -> None:
    """Each kind took 0.8 of what was followed: half of it each, and nobody is left."""
    counts = CohortCounts(np.full((1, 2, 1), 80.0), np.full((1, 1), 100.0), np.arange(1))
    drawn = draw_hazards(counts, np.ones((1, 1)), np.zeros((2, 1)), 1.0, prior_orders=0.0)
    assert drawn[0, :, 0].tolist() == [0.5, 0.5]


def test_what_is_older_than_the_laws_reach_is_followed_to_the_end_without_an_event() -> None:
    old = [("2026-01-01", "settled", MAX_AGE, 60.0), ("2026-01-01", "settled", MAX_AGE - 1, 40.0)]
    counts = count_cohorts(cohort_table(old), ("settled",), AS_OF)
    assert counts.at_risk.sum(axis=0).tolist() == [100.0] * MAX_AGE
    assert counts.events.sum() == counts.events[:, 0, -1].sum() == 40.0
    assert counts.orders_at_risk == 100.0

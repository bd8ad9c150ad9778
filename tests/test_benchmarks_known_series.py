"""Series of known law: quiet ones are only noise, effects add up, and the days ahead begin where the history ended."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.known_series import (
    AHEAD,
    CENTER,
    EFFECTS,
    HISTORY,
    KNOWN,
    MOVING,
    QUIET,
    Law,
    attainable,
    columns_of,
    draw_series,
    line,
)


def test_quiet_days_are_independent_around_one_level() -> None:
    series = draw_series(QUIET, 1)
    assert series.past.shape == (HISTORY,)
    assert series.ahead.shape == (1000, AHEAD)
    assert all(not effect.any() for effect in series.effects.values())
    for days in (series.past, series.ahead):
        assert days.mean() == pytest.approx(CENTER, abs=0.05)
        assert days.std() == pytest.approx(0.3, rel=0.1)
    assert abs(np.corrcoef(series.past[:-1], series.past[1:])[0, 1]) < 0.15


def test_the_level_walks_on_from_where_it_was() -> None:
    series = draw_series(Law(level=0.05, noise=1e-9), 2)
    steps = np.diff(series.ahead, axis=1, prepend=series.past[-1])
    assert steps.std() == pytest.approx(0.05, rel=0.02)
    assert series.ahead[:, -1].std() == pytest.approx(0.05 * np.sqrt(AHEAD), rel=0.1)


def test_effects_lie_on_their_own_columns_and_make_up_the_series() -> None:
    series = draw_series(MOVING, 3)
    assert sum(int(columns_of(series.block, name).sum()) for name in EFFECTS) == len(series.block.names)
    assert all(effect.any() for effect in series.effects.values())
    expected = CENTER + np.sum(list(series.effects.values()), axis=0)[HISTORY:]
    calm = draw_series(Law(0.0, 1e-9, MOVING.weekdays, MOVING.year, MOVING.holidays, MOVING.events), 3)
    np.testing.assert_allclose(calm.ahead.mean(axis=0), expected, atol=1e-6)


def test_days_after_a_fair_are_the_fair_s_and_those_after_a_holiday_the_holiday_s() -> None:
    block = draw_series(MOVING, 3, 2).block
    of_events = {name for name, one in zip(block.names, columns_of(block, "events"), strict=True) if one}
    of_holidays = {name for name, one in zip(block.names, columns_of(block, "holidays"), strict=True) if one}
    assert "after:fair" in of_events
    assert {"holiday", "holiday_before:National Day", "holiday_after:National Day"} <= of_holidays
    assert not any("fair" in name for name in of_holidays)


def test_outliers_are_marked_and_come_again_ahead() -> None:
    series = draw_series(Law(level=0.0, noise=0.01, outlier=0.02), 4)
    assert series.odd.sum() > 0
    np.testing.assert_array_equal(series.odd, series.past > CENTER + 0.5)
    assert (series.ahead > CENTER + 0.5).mean() == pytest.approx(0.02, abs=0.005)


def test_the_same_seed_gives_the_same_series() -> None:
    np.testing.assert_array_equal(draw_series(MOVING, 5).past, draw_series(MOVING, 5).past)
    assert not np.array_equal(draw_series(MOVING, 5).past, draw_series(MOVING, 6).past)


def test_a_trend_is_a_straight_line_through_history_and_horizon() -> None:
    series = draw_series(Law(level=0.0, noise=1e-12, trend=0.5), 6, 2)
    days = np.concatenate([series.past, series.ahead[0]])
    slopes = np.diff(days) * 365
    assert abs(slopes[0]) > 0.01
    np.testing.assert_allclose(slopes, slopes[0], atol=1e-6)
    assert days[HISTORY - 1] == pytest.approx(CENTER, abs=1e-6)
    assert line()[HISTORY - 1] == 0


@pytest.mark.parametrize("law", KNOWN)
def test_what_can_be_attained_holds_as_often_as_it_says(law: str) -> None:
    """The exact posterior of the law holds a share of days to come equal to its level, over histories of that law."""
    inside = []
    for seed in range(40):
        series = draw_series(KNOWN[law], seed, 50)
        low, high = np.quantile(attainable(series, 1000, np.random.default_rng(seed)).mean(axis=1), [0.1, 0.9])
        truth = series.ahead.mean(axis=1)
        inside.append(((truth >= low) & (truth <= high)).mean())
    assert np.mean(inside) == pytest.approx(0.8, abs=0.1)


def test_of_independent_days_the_mean_and_no_more_is_to_be_learnt() -> None:
    series = draw_series(QUIET, 7, 2)
    paths = attainable(series, 4000, np.random.default_rng(0))
    assert paths.mean() == pytest.approx(series.past.mean(), abs=0.005)
    assert paths.mean(axis=1).std() == pytest.approx(0.3 * np.sqrt(1 / AHEAD + 1 / HISTORY), rel=0.05)

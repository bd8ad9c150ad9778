"""The seasonal naive forecast: last week over and over, with the uncertainty of its own past changes."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.studies.naive import seasonal_naive, seasonal_naive_paths

WEEKS = np.tile([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 10)


def test_the_last_week_returns_on_its_weekdays() -> None:
    history = np.vstack([WEEKS, 10 * WEEKS])
    assert seasonal_naive(history, 9)[0].tolist() == [1, 2, 3, 4, 5, 6, 7, 1, 2]
    assert seasonal_naive(history, 9)[1].tolist() == [10, 20, 30, 40, 50, 60, 70, 10, 20]


def test_a_history_that_repeats_exactly_is_certain() -> None:
    paths = seasonal_naive_paths(WEEKS[None], 10, 20, np.random.default_rng(1))
    assert paths.shape == (20, 1, 10)
    assert np.ptp(paths, axis=0).max() == 0.0
    assert paths[0, 0].tolist() == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3]


def test_independent_changes_widen_with_the_square_root_of_the_weeks_ahead() -> None:
    rng = np.random.default_rng(2)
    walk = np.cumsum(rng.standard_normal((400, 7)), axis=0).reshape(1, -1)
    paths = seasonal_naive_paths(walk, 28, 20_000, rng)
    widths = paths[:, 0].reshape(-1, 4, 7).std(axis=0).mean(axis=1)
    assert widths / widths[0] == pytest.approx([1.0, 2**0.5, 3**0.5, 2.0], rel=0.05)
    assert paths.mean(axis=0)[0] == pytest.approx(seasonal_naive(walk, 28)[0], abs=0.06)


def test_series_move_together() -> None:
    noise = np.random.default_rng(3).standard_normal(210)
    paths = seasonal_naive_paths(np.vstack([noise, noise]), 14, 100, np.random.default_rng(4))
    assert np.array_equal(paths[:, 0], paths[:, 1])


def test_a_history_of_less_than_two_weeks_is_refused() -> None:
    with pytest.raises(ValueError, match="13 days"):
        seasonal_naive_paths(WEEKS[None, :13], 7, 5, np.random.default_rng(5))

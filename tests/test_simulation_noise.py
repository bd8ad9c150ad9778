"""The noise of single orders in daily sums."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.simulation.noise import gamma_noise, noisy_settlements


@pytest.mark.parametrize("shape", [0.5, 2.0, 50.0])
def test_gamma_noise_has_the_mean_and_variance_asked_for(shape: float) -> None:
    mean = np.full((200_000, 1), 30.0)
    values = gamma_noise(mean, mean**2 / shape, np.random.default_rng(1).standard_normal(mean.shape))
    assert values.min() >= 0.0
    assert values.mean() == pytest.approx(30.0, rel=0.01)
    assert values.std() == pytest.approx(30.0 / shape**0.5, rel=0.15)


def test_where_a_day_holds_less_than_an_order_its_mean_over_the_paths_is_restored() -> None:
    """Also on a day on which half of the paths expect nothing."""
    mean = np.array([30.0, 0.0] * 2_000)[:, None]
    values = gamma_noise(mean, mean**2 / 0.1, np.random.default_rng(3).standard_normal(mean.shape))
    assert values[1::2].max() == 0.0
    assert values.mean() == pytest.approx(15.0)


def test_no_variance_is_no_noise() -> None:
    mean = np.array([[5.0, 0.0]])
    assert gamma_noise(mean, np.zeros_like(mean), np.ones_like(mean)).tolist() == [[5.0, 0.0]]


def test_settlements_are_moved_between_days_never_made() -> None:
    rng = np.random.default_rng(2)
    settled = np.tile(np.concatenate([np.full(40, 100.0), np.zeros(10)]), (500, 1))
    pool = np.full((500, 50), 4000.0)
    noisy = noisy_settlements(settled, pool, np.zeros(50), 20.0, rng.standard_normal((500, 50)))
    assert (np.cumsum(noisy, axis=1) <= 4000.0 + 1e-9).all()
    assert noisy[:, :20].std() > 20.0
    # What is early on one day is missing later: on the last day with money all paths have settled the same.
    assert noisy.sum(axis=1) == pytest.approx(np.full(500, 4000.0), rel=0.05)


def test_a_settlement_that_is_certain_stays_so() -> None:
    settled = np.array([[10.0, 20.0]])
    out = noisy_settlements(settled, np.array([[30.0, 30.0]]), np.array([10.0, 20.0]), 5.0, np.ones((1, 2)))
    assert out.tolist() == settled.tolist()

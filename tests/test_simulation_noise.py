"""The noise of single orders in daily sums."""

from __future__ import annotations

import math

import numpy as np
import pytest

from forecast.simulation.noise import excess_refunds, gamma_noise, noisy_settlements, parted


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
    noisy, _ = noisy_settlements(settled, pool, np.zeros(50), 20.0, rng.standard_normal((500, 50)), 0.0 * settled)
    assert (np.cumsum(noisy, axis=1) <= 4000.0 + 1e-9).all()
    assert noisy[:, :20].std() > 20.0
    # What is early on one day is missing later: on the last day with money all paths have settled the same.
    assert noisy.sum(axis=1) == pytest.approx(np.full(500, 4000.0), rel=0.05)


def test_a_settlement_that_is_certain_stays_so() -> None:
    settled = np.array([[10.0, 20.0]])
    pool, squared = np.array([[30.0, 30.0]]), np.array([10.0, 20.0])
    out, _ = noisy_settlements(settled, pool, squared, 5.0, np.ones((1, 2)), np.zeros((1, 2)))
    assert out.tolist() == settled.tolist()


def wilson_hilferty(mean: float, shape: float, normal: float) -> float:
    return mean * (1 - 1 / (9 * shape) + normal / math.sqrt(9 * shape)) ** 3


@pytest.mark.parametrize(("shape", "mean"), [(4.0, 20.0), (0.6, 50.0)])
def test_gamma_noise_is_the_cube_of_wilson_and_hilferty(shape: float, mean: float) -> None:
    """Also down to shapes just above five ninths, below which the mean is restored."""
    normal = np.array([[-0.5], [0.0], [1.5]])
    values = gamma_noise(np.full((3, 1), mean), np.full((3, 1), mean**2 / shape), normal)
    assert values[:, 0] == pytest.approx([wilson_hilferty(mean, shape, one) for one in (-0.5, 0.0, 1.5)])


def test_a_mean_is_restored_day_by_day_and_only_where_it_has_to_be() -> None:
    normal = np.random.default_rng(4).standard_normal((300, 2))
    mean = np.full((300, 2), 30.0)
    values = gamma_noise(mean, mean**2 / np.array([0.5, 4.0]), normal)
    assert values[:, 0].mean() == pytest.approx(30.0, rel=1e-12)
    assert values[:, 1] == pytest.approx([wilson_hilferty(30.0, 4.0, one) for one in normal[:, 1]])


def test_what_settled_early_is_worked_off_at_the_rate_at_which_the_pool_settles() -> None:
    """Of 1,000 open a path settles 100 a day; the variance is ten yuan an order times what is not certain."""
    settled, pool = np.full((2, 2), 100.0), np.full((2, 2), 1000.0)
    normal = np.array([[1.0, 0.0], [-1.0, 0.0]])
    out, _ = noisy_settlements(settled, pool, np.array([40.0, 0.0]), 10.0, normal, np.zeros((2, 2)))
    first = [wilson_hilferty(100.0, 100**2 / (10 * (100 - 40)), sign) for sign in (1.0, -1.0)]
    assert out[:, 0] == pytest.approx(first)
    for path in range(2):
        left = 100 - 100 / (1000 - 100) * (first[path] - 100)
        # the variance of 1,000 falls in proportion to the mean, so that the shape is a tenth of it
        assert out[path, 1] == pytest.approx(wilson_hilferty(left, left**2 / (1000 * left / 100), 0.0))


def test_no_more_settles_than_is_open() -> None:
    settled, pool = np.full((2, 3), 100.0), np.array([[105.0, 210.0, 300.0], [300.0, 300.0, 300.0]])
    out, _ = noisy_settlements(settled, pool, np.zeros(3), 10.0, np.full((2, 3), 3.0), np.zeros((2, 3)))
    assert out[0, 0] == 105.0
    assert (np.cumsum(out, axis=1) <= pool + 1e-9).all()
    assert out[:, 0] == pytest.approx([105.0, wilson_hilferty(100.0, 10.0, 3.0)])


@pytest.mark.parametrize("orders", [400, 5])
def test_what_leaves_by_chance_varies_as_independent_orders_do(orders: int) -> None:
    """Against orders of 10 yuan drawn one by one, of which a tenth is never paid."""
    paths, share = 50_000, 0.1
    amount, normal = np.full((paths, 2), 10.0 * orders), np.random.default_rng(5).standard_normal((paths, 2))
    stays, leaves = parted(amount, np.full(paths, share), 10.0, normal)
    one_by_one = 10.0 * np.random.default_rng(6).binomial(orders, share, paths)
    assert (leaves * share).mean(axis=0) == pytest.approx([orders, orders])
    assert (leaves * share).std(axis=0) == pytest.approx(np.full(2, one_by_one.std()), rel=0.1)
    assert stays * (1.0 - share) + leaves * share == pytest.approx(amount)
    assert stays.min() >= 0.0
    assert leaves.min() >= 0.0


def test_a_mean_is_kept_where_chance_would_take_more_than_there_is() -> None:
    """One order a day: half of the gamma's tail lies beyond it."""
    amount, normal = np.full((4_000, 1), 10.0), np.random.default_rng(7).standard_normal((4_000, 1))
    stays, leaves = parted(amount, np.full(4_000, 0.5), 10.0, normal)
    assert (leaves * 0.5).mean() == pytest.approx(5.0)
    assert (leaves * 0.5).max() <= 10.0 + 1e-9
    assert stays.min() >= 0.0


def test_nothing_is_chance_where_nothing_leaves_or_everything_does() -> None:
    amount, normal = np.array([[30.0, 0.0], [10.0, 5.0]]), np.ones((2, 2))
    for share, grain in ((0.0, 10.0), (0.3, 0.0)):
        assert parted(amount, np.full(2, share), grain, normal)[0].tolist() == amount.tolist()
    stays, leaves = parted(amount, np.ones(2), 10.0, normal)
    assert leaves == pytest.approx(amount)
    assert stays.tolist() == amount.tolist()


def test_more_refunds_than_expected_settle_less_in_the_end() -> None:
    """1,000 open a path, a fifth of what is left settling a day: 50 more refunded at first are 50 less settled."""
    left = 1000.0 * 0.8 ** np.arange(41)
    settled, pool = np.tile(-np.diff(left), (2, 1)), np.full((2, 40), 1000.0)
    excess = np.zeros((2, 40))
    excess[0, 0], excess[1, 3] = 50.0, -20.0
    out, back = noisy_settlements(settled, pool, np.zeros(40), 0.0, np.zeros((2, 40)), excess)
    assert back.tolist() == excess.tolist()
    assert (out.sum(axis=1) - settled.sum(axis=1)) == pytest.approx([-50.0, 20.0], rel=0.01)
    assert out[0, 0] == pytest.approx(200.0 - 0.2 * 50.0)


def test_no_more_is_refunded_than_is_open() -> None:
    settled, pool = np.array([[60.0, 0.0]]), np.array([[100.0, 100.0]])
    out, back = noisy_settlements(settled, pool, np.zeros(2), 0.0, np.zeros((1, 2)), np.array([[0.0, 70.0]]))
    assert out.tolist() == [[60.0, 0.0]]
    assert back.tolist() == [[0.0, 40.0]]


def test_refunds_by_chance_vary_as_independent_orders_do() -> None:
    """Of 200 orders of 10 yuan a fifth comes back over five days: what is refunded has a binomial variance."""
    paths = 20_000
    refunded, pool = np.full((paths, 5), 80.0), np.full((paths, 5), 1600.0)
    settled, normal = 0.0 * pool, np.random.default_rng(8).standard_normal((paths, 5))
    excess = excess_refunds(refunded, settled, pool, 10.0, normal)
    assert excess.mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-9)
    assert excess.sum(axis=1).std() == pytest.approx(10.0 * (200 * 0.2 * 0.8) ** 0.5, rel=0.03)
    assert not excess_refunds(refunded, settled, pool, 0.0, normal).any()
    assert not excess_refunds(0.0 * refunded, settled, pool, 10.0, normal).any()


def test_where_refunds_are_few_chance_takes_no_more_than_is_open_and_keeps_their_mean() -> None:
    """A tenth of an order of 400 yuan a day, and one order open: on few of 60 paths a gamma would refund many."""
    refunded, pool = np.full((60, 3), 40.0), np.cumsum(np.full((60, 3), 400.0), axis=1)
    settled, normal = np.full((60, 3), 390.0), np.random.default_rng(9).standard_normal((60, 3))
    excess = excess_refunds(refunded, settled, pool, 400.0, normal)
    assert excess.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    assert (excess <= np.array([400.0, 410.0, 420.0]) + 1e-9).all()
    assert (excess.max(axis=0) > 300.0).all()

"""Episodes of failures: their number, their loads, and their draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma

from forecast.receivables.episodes import (
    CLUSTERING,
    NEW_WEIGHT,
    POSSIBLE,
    PRIOR_DAYS,
    RATES,
    Episode,
    EpisodeLaw,
    draw_episodes,
    learn_rates,
)

MANY = 40_000


def law(scopes: list[tuple[int, float]], loads: tuple[float, ...] = (), usual_load: float = 0.5) -> EpisodeLaw:
    """The law of the first scope."""
    rates, possible = learn_rates(scopes)
    return EpisodeLaw(tuple(Episode((load,)) for load in loads), scopes[0][1], rates, usual_load, 1e9, possible)


def test_many_episodes_tell_their_rate() -> None:
    found = law([(400, 2000.0)], (0.5,) * 400).draw_rates(MANY, np.random.default_rng(1))
    assert found.mean() == pytest.approx(0.2, rel=0.02)
    assert found.std() / found.mean() == pytest.approx((CLUSTERING / 400) ** 0.5, rel=0.05)


def test_without_a_history_the_prior_holds() -> None:
    rates, possible = learn_rates([(0, 0.0)])
    assert possible == pytest.approx(POSSIBLE)
    assert np.mean(rates) == pytest.approx(1.0 / PRIOR_DAYS, rel=0.1)


def test_a_long_quiet_makes_episodes_less_possible_and_rarer() -> None:
    short, long = law([(0, 90.0)]), law([(0, 900.0)])
    assert long.possible < short.possible < POSSIBLE
    drawn = [one.draw_rates(MANY, np.random.default_rng(2)) for one in (short, long)]
    assert 0.0 < drawn[1].mean() < drawn[0].mean()
    assert np.quantile(drawn[0], 0.05) == 0.0


def test_a_scope_that_was_quiet_leans_on_those_that_were_not() -> None:
    alone = law([(0, 600.0)])
    beside = law([(0, 600.0), (12, 600.0), (9, 600.0)])
    assert beside.possible == 1.0
    drawn = [one.draw_rates(MANY, np.random.default_rng(3)).mean() for one in (alone, beside)]
    assert drawn[0] < drawn[1] < 10 / 600


def test_a_few_small_loads_do_not_rule_out_a_large_one() -> None:
    few = EpisodeLaw((Episode((0.1,)),) * 2, 600.0, usual_load=0.4, possible=1.0)
    many = EpisodeLaw((Episode((0.1,)),) * 60, 600.0, usual_load=0.1, possible=1.0)
    loads = few.draw_loads(MANY, np.random.default_rng(4))
    assert loads.mean() == pytest.approx((2 * 0.1 + NEW_WEIGHT * 0.4) / (2 + NEW_WEIGHT), rel=0.05)
    assert np.quantile(loads, 0.95) > 0.4
    assert many.draw_loads(MANY, np.random.default_rng(4)).std() < 0.2 * loads.std()


def test_the_simulation_draws_from_the_same_law_as_the_estimate() -> None:
    shop = law([(3, 300.0)], (0.2, 0.6, 1.0), usual_load=0.5)
    rng = np.random.default_rng(5)
    drawn = draw_episodes([shop], 60, MANY // 2, rng)[0]
    expected = (shop.draw_rates(MANY, rng) * shop.draw_loads(MANY, rng)).mean()
    assert drawn.mean() == pytest.approx(expected, rel=0.05)
    assert drawn[:, 0].mean() == pytest.approx(drawn[:, 30].mean(), rel=0.15)
    assert drawn.max() <= 1.0


def test_episodes_never_seen_can_come() -> None:
    drawn = draw_episodes([law([(0, 600.0)])], 60, 4000, np.random.default_rng(6))[0]
    assert 0.0 < (drawn > 0).any(axis=1).mean() < 0.2


def test_an_episode_strikes_all_channels_of_its_scope_at_once() -> None:
    seen = law([(2, 100.0)], (0.5, 0.8))
    weak = EpisodeLaw((Episode((0.1,)), Episode((0.0,))), 100.0, seen.usual_rates, 0.2, 1e9, 1.0)
    drawn = draw_episodes([seen, weak], 60, 500, np.random.default_rng(7))
    assert ((drawn[1] > 0) <= (drawn[0] > 0)).all()
    assert drawn[1].sum() < drawn[0].sum()


def test_the_rate_of_a_scope_is_what_it_showed_beside_its_causes_usual_rate() -> None:
    """Clustered twofold, 3 episodes in 100 days are 1.5 in 50; half an episode at 1 in 100 days stands beside them."""
    shop = EpisodeLaw((Episode((0.5,)),) * 3, 100.0, (0.01,), possible=0.6)
    drawn = shop.draw_rates(MANY, np.random.default_rng(8))
    assert (drawn == 0.0).mean() == pytest.approx(0.4, abs=0.01)
    assert drawn[drawn > 0].mean() == pytest.approx((1.5 + 0.5) / (50.0 + 50.0), rel=0.02)
    assert drawn[drawn > 0].std() == pytest.approx(2.0**0.5 / 100.0, rel=0.03)


def test_a_load_never_seen_is_spread_by_an_e_fold_around_the_usual_one_whose_mean_it_keeps() -> None:
    drawn = np.log(EpisodeLaw(usual_load=0.4, possible=1.0).draw_loads(MANY, np.random.default_rng(9)))
    assert drawn.std() == pytest.approx(1.0, abs=0.02)
    assert drawn.mean() == pytest.approx(np.log(0.4) - 0.5, abs=0.02)


def test_loads_that_rest_on_few_orders_are_doubted_as_such() -> None:
    """Of four orders half the load is in doubt, of a hundred a tenth, around the same mean."""
    seen = (Episode((0.3, 0.1)), Episode((0.6,)))
    sure = EpisodeLaw(seen, 100.0, possible=1.0).draw_loads(MANY, np.random.default_rng(10))
    for orders in (4.0, 100.0):
        doubted = EpisodeLaw(seen, 100.0, orders=orders, possible=1.0).draw_loads(MANY, np.random.default_rng(10))
        assert (doubted / sure).mean() == pytest.approx(1.0, abs=0.01)
        assert (doubted / sure).std() == pytest.approx(orders**-0.5, rel=0.03)


def usual_rate_by_quadrature(scopes: list[tuple[int, float]]) -> tuple[float, float]:
    """The chance of these numbers up to a constant, none being 1, and the mean usual rate given them."""
    prior = gamma(0.5, scale=1.0 / 90.0)
    rate = prior.ppf((np.arange(20_000) + 0.5) / 20_000)
    likely = np.ones_like(rate)
    for number, days in scopes:
        likely *= (1.0 / (1.0 + rate * days)) ** 0.5 * (rate / (1.0 + rate * days)) ** (number / 2.0)
    return float(likely.mean()), float((rate * likely).sum() / likely.sum())


@pytest.mark.parametrize("scopes", [[(0, 0.0)], [(0, 700.0)], [(0, 300.0), (0, 90.0)], [(4, 300.0), (0, 200.0)]])
def test_the_usual_rate_and_whether_there_are_episodes_at_all_follow_bayes_rule(
    scopes: list[tuple[int, float]],
) -> None:
    """Gamma of shape a half around one in 180 days, nine to one that there are any, counts clustered twofold."""
    rates, possible = learn_rates(scopes)
    chance, mean = usual_rate_by_quadrature(scopes)
    assert len(rates) == RATES
    assert np.mean(rates) == pytest.approx(mean, rel=0.03)
    assert possible == pytest.approx(1.0 if scopes[0][0] else 0.9 * chance / (0.9 * chance + 0.1), rel=0.002)


@pytest.mark.parametrize(("length", "days"), [(1, 8_000.0), (40, 40_000.0)])
def test_episodes_of_any_length_strike_every_day_of_the_horizon_alike(length: int, days: float) -> None:
    """400 seen, each 0.4 of a day's value in all: those that already run when the horizon opens are among them."""
    shop = EpisodeLaw((Episode((0.4 / length,) * length),) * 400, days, (400 / days,), 0.4, possible=1.0)
    drawn = draw_episodes([shop], 50, MANY // 4, np.random.default_rng(11))[0].mean(axis=0)
    assert drawn.mean() == pytest.approx(400 / days * 0.4, rel=0.03)
    assert drawn == pytest.approx(np.full(50, 400 / days * 0.4), rel=0.25)


def test_beside_two_that_were_seen_every_second_episode_is_a_new_one() -> None:
    """A new one counts as two seen; its load is an e-fold around the usual one, here too small for a second day."""
    shop = EpisodeLaw((Episode((0.25,)), Episode((0.75,))), 100.0, (0.02,), 0.001, possible=1.0)
    struck = draw_episodes([shop], 30, 20_000, np.random.default_rng(12))[0]
    struck = struck[struck > 0]
    new = np.log(struck[struck < 0.2])
    assert len(new) / len(struck) == pytest.approx(0.5, abs=0.015)
    assert (struck == 0.25).sum() / (struck == 0.75).sum() == pytest.approx(1.0, abs=0.1)
    assert new.mean() == pytest.approx(np.log(0.001) - 0.5, abs=0.05)
    assert new.std() == pytest.approx(1.0, abs=0.04)


def test_a_heavy_new_episode_fails_half_of_each_day_and_lasts_as_long_as_it_must() -> None:
    """Paths with one episode that lies wholly inside: of L days it fails at most half, and more than L - 1 would."""
    shop = EpisodeLaw((), 10_000.0, (0.0004,), 1.0, possible=1.0)
    drawn = draw_episodes([shop], 60, 60_000, np.random.default_rng(13))[0]
    drawn = drawn[(drawn[:, 0] == 0) & (drawn[:, -1] == 0) & drawn.any(axis=1)]
    lengths = []
    for path in drawn:
        days = np.flatnonzero(path)
        length, most = len(days), path.max()
        if np.ptp(days) + 1 == length and np.isclose(path[days], most).all() and most <= 0.5:
            assert most > 0.5 * (length - 1) / length
            lengths.append(length)
    assert len(lengths) > 0.9 * len(drawn)
    assert 1 in lengths
    assert 4 < max(lengths) <= 30


def test_no_new_episode_lasts_longer_than_a_month() -> None:
    shop = EpisodeLaw((), 10_000.0, (0.0002,), 1e6, possible=1.0)
    lasted = (draw_episodes([shop], 120, 20_000, np.random.default_rng(14))[0] == 1.0).sum(axis=1)
    assert np.bincount(lasted)[1:].argmax() + 1 == 30

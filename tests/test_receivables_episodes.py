"""Episodes of failures: their number, their loads, and their draws."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.receivables.episodes import (
    CLUSTERING,
    NEW_WEIGHT,
    POSSIBLE,
    PRIOR_DAYS,
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

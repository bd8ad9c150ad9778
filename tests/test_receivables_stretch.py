"""A part of the orders that takes longer to settle: how much longer, and its law."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.receivables.hazards import MAX_AGE, CohortCounts, incidence
from forecast.receivables.stretch import draw_stretch, stretched

AGES = np.arange(MAX_AGE)
NORMAL = np.random.default_rng(1).standard_normal(400)
NO_PRIOR = np.zeros(MAX_AGE)


def mean_lag(hazards: np.ndarray) -> np.ndarray:
    """Mean age (draw) at which what settles does."""
    steps = incidence(hazards[:, None])[:, 0]
    return np.asarray((steps @ AGES) / steps.sum(axis=1))


def counts(lags: dict[int, np.ndarray], weeks: int, known_to: int = MAX_AGE) -> CohortCounts:
    """Cohorts of one yuan an order with these lags by week; what is later than ``known_to`` is open."""
    events, followed = np.zeros((weeks, 1, MAX_AGE)), np.zeros((weeks, MAX_AGE))
    for week, lag in lags.items():
        seen = lag[lag <= known_to]
        events[week, 0] = np.bincount(seen, minlength=MAX_AGE)[:MAX_AGE]
        ends = np.minimum(lag, known_to)
        followed[week] = (ends[:, None] >= AGES).sum(axis=0)
    return CohortCounts(events, followed, np.arange(weeks))


def world(factor: float, orders: int, shape: float, known_to: int = MAX_AGE, seed: int = 2) -> np.ndarray:
    """Draws of the stretch in a world where the part's Weibull lags of eight days take ``factor`` times as long."""
    rng = np.random.default_rng(seed)
    usual = {week: np.floor(8.0 * rng.weibull(shape, 3000)).astype(int) for week in range(30)}
    part = {week: np.floor(factor * 8.0 * rng.weibull(shape, orders)).astype(int) for week in (3, 4, 25)}
    every = {week: np.concatenate([usual[week], part.get(week, np.zeros(0, int))]) for week in usual}
    return draw_stretch(counts(every, 30, known_to), counts(part, 30, known_to), NO_PRIOR, 1.0, NORMAL)


@pytest.mark.parametrize("shape", [1.5, 6.0])
@pytest.mark.parametrize("factor", [1.0, 1.4, 0.8])
def test_a_slowing_is_found_whether_lags_are_wide_or_narrow(factor: float, shape: float) -> None:
    draws = world(factor, 2000, shape)
    assert draws.mean() == pytest.approx(factor, rel=0.03)
    assert draws.std() < 0.05


def test_what_is_still_open_is_known_to_have_waited_so_long() -> None:
    """On the ninth day most of a promotion is open: its settled orders alone are the quick ones."""
    assert world(1.4, 2000, 6.0, known_to=9).mean() == pytest.approx(1.4, rel=0.05)


def test_few_orders_leave_the_usual_lag_and_its_doubt() -> None:
    few = world(1.4, 1, 2.0)
    assert 1.0 < few.mean() < 1.2
    assert 0.04 < few.std() < 0.12
    nothing = draw_stretch(counts({0: np.full(50, 5)}, 3), counts({}, 3), NO_PRIOR, 1.0, NORMAL)
    assert np.log(nothing).std() == pytest.approx(0.1, rel=0.1)


def test_weeks_that_disagree_leave_more_doubt() -> None:
    rng = np.random.default_rng(3)
    usual = {week: np.floor(8.0 * rng.weibull(4.0, 3000)).astype(int) for week in range(30)}

    def spread(*factors: float) -> float:
        part = {
            5 + 8 * place: np.floor(one * 8.0 * rng.weibull(4.0, 900)).astype(int) for place, one in enumerate(factors)
        }
        every = {week: np.concatenate([usual[week], part.get(week, np.zeros(0, int))]) for week in usual}
        return float(np.log(draw_stretch(counts(every, 30), counts(part, 30), NO_PRIOR, 1.0, NORMAL)).std())

    assert spread(1.0, 1.3, 1.6) > 2.5 * spread(1.3, 1.3, 1.3)


def test_a_stretched_law_takes_so_many_times_as_long() -> None:
    hazard = 1.0 - np.exp(-((np.arange(1, MAX_AGE + 1) / 12.0) ** 3) + (AGES / 12.0) ** 3)
    law = np.tile(hazard, (3, 1))
    found = mean_lag(stretched(law, np.array([1.0, 1.5, 0.7]))) + 0.5
    assert found / found[0] == pytest.approx([1.0, 1.5, 0.7], rel=0.01)
    assert stretched(law[:1], np.ones(1)).tolist() == law[:1].tolist()


def test_a_lag_of_sure_days_is_put_off_and_stays_whole() -> None:
    sure = np.zeros((1, MAX_AGE))
    sure[0, 4:] = 1.0
    steps = incidence(stretched(sure, np.array([1.5]))[:, None])[0, 0]
    assert steps[:6].sum() == pytest.approx(0.0)
    assert steps[6:8].sum() == pytest.approx(1.0, abs=1e-6)

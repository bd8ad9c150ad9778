"""How still sales may be: independent days and holidays that never mattered are told from their opposites."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.sales.beliefs import HOLIDAY_FACTORS, Belief, beliefs, dealt
from forecast.sales.design import Block, Columns
from forecast.sales.dynamics import CONSTANT, CORE, PRIOR_MEAN
from forecast.sales.filtering import Filter
from forecast.sales.model import fit, simulate

DAYS = 400


def _independent(seed: int, days: int = DAYS) -> np.ndarray:
    return np.asarray(9 + 0.3 * np.random.default_rng(seed).standard_normal(days))


def _walking(seed: int, days: int = DAYS) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(9 + np.cumsum(0.03 * rng.standard_normal(days)) + 0.1 * rng.standard_normal(days))


def _weighed(sales: np.ndarray, block: Block) -> tuple[Belief, ...]:
    filtered = Filter(sales, block)
    return beliefs(filtered, filtered.mode(PRIOR_MEAN), block.names)


def _weight_of_constant(sales: np.ndarray) -> float:
    found = _weighed(sales, Columns(len(sales)).block())
    assert sum(one.weight for one in found) == pytest.approx(1.0)
    return sum(one.weight for one in found if one.dynamics is CONSTANT)


def test_independent_days_are_told_from_a_level_that_walks() -> None:
    assert np.mean([_weight_of_constant(_independent(seed)) for seed in range(4)]) > 0.8
    assert max(_weight_of_constant(_walking(seed)) for seed in range(4)) < 0.01


def test_a_few_days_are_left_open() -> None:
    assert 0.05 < _weight_of_constant(_independent(1, 20)) < 0.95


def _holidays(effect: float, seed: int) -> tuple[np.ndarray, Block]:
    """Ten holidays of three days, eight of them past, and columns as the calendar has them."""
    columns, sales = Columns(DAYS + 100), _independent(seed)
    rng = np.random.default_rng([seed, 1])
    for number in range(10):
        on = np.zeros(DAYS + 100)
        on[48 * number + 20 : 48 * number + 23] = 1.0
        sales = sales + effect * rng.standard_normal() * on[:DAYS]
        columns.add(f"holiday:{number}", on, sd=0.3)
    return sales, columns.block()


def _expected_factor(effect: float, seed: int) -> float:
    sales, block = _holidays(effect, seed)
    return sum(one.weight * float(one.sd[0]) / 0.3 for one in _weighed(sales, block))


def test_holidays_that_never_mattered_speak_for_those_not_seen() -> None:
    shrunk, kept = (np.mean([_expected_factor(effect, seed) for seed in range(4)]) for effect in (0.0, 0.4))
    assert shrunk < 0.45
    assert kept > 0.8


def test_a_holiday_ahead_widens_the_days_less_where_none_mattered() -> None:
    spread = []
    for effect in (0.0, 0.4):
        sales, block = _holidays(effect, 5)
        fitted = fit(sales, block, np.random.default_rng(0))
        paths, _ = simulate(fitted, 2000, np.random.default_rng(0))
        spread.append(float(paths[:, 52:55].mean(axis=1).std()))
    assert spread[0] < 0.75 * spread[1]


def test_without_a_holiday_in_the_history_their_prior_stands() -> None:
    columns = Columns(DAYS + 10)
    ahead = np.zeros(DAYS + 10)
    ahead[-5:] = 1.0
    columns.add("holiday:ahead", ahead, sd=0.3)
    found = _weighed(_independent(2), columns.block())
    assert [one.dynamics for one in found] == [CORE, CONSTANT]
    assert all(one.sd.tolist() == [0.3] for one in found)


def test_only_holidays_are_drawn_towards_nothing() -> None:
    columns = Columns(DAYS)
    for name in ("weekday:mon", "holiday", "before:x"):
        columns.add(name, np.random.default_rng(3).random(DAYS), sd=0.5)
    factors = {tuple((one.sd / 0.5).tolist()) for one in _weighed(_independent(3), columns.block())}
    assert factors == {(1.0, factor, factor) for factor in HOLIDAY_FACTORS}


def test_states_are_dealt_by_weight() -> None:
    nothing = np.zeros((6, 0))
    states = [Belief(CORE, weight, PRIOR_MEAN, nothing, np.zeros(0)) for weight in (0.3, 0.0, 0.7)]
    drawn = [states.index(one) for one in dealt(states, 10)]
    assert drawn == [0] * 3 + [2] * 7

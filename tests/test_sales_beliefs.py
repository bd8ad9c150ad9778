"""How still sales may be: independent days and holidays that never mattered are told from their opposites."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.sales import beliefs as beliefs_module
from forecast.sales.beliefs import HOLIDAY_FACTORS, LINE, LINE_SD, Belief, beliefs, dealt, plain, with_line
from forecast.sales.design import Block, Columns
from forecast.sales.dynamics import CONSTANT, CORE, PRIOR_MEAN, SMOOTHING, WALK
from forecast.sales.filtering import Filter
from forecast.sales.model import fit, rival, simulate

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


def _growing(a_year: float, seed: int) -> np.ndarray:
    return np.asarray(_independent(seed) + a_year * np.arange(DAYS) / 365.0)


def _chance_of_line(sales: np.ndarray) -> float:
    found = _weighed(sales, with_line(Columns(len(sales) + 60).block(), len(sales)))
    return sum(one.weight for one in found if one.sd[-1] > 0)


def test_constant_growth_is_told_from_none() -> None:
    assert min(_chance_of_line(_growing(0.6, seed)) for seed in range(3)) > 0.9
    assert np.mean([_chance_of_line(_growing(0.0, seed)) for seed in range(3)]) < 0.25


def test_constant_growth_goes_on_to_the_horizon_and_no_wider_than_it_is_known() -> None:
    ends = {}
    for growth in (0.0, 1.2):
        fitted = fit(_growing(growth, 2), Columns(DAYS + 60).block(), np.random.default_rng(0))
        paths, _ = simulate(fitted, 2000, np.random.default_rng(0))
        ends[growth] = np.quantile(paths[:, -20:].mean(axis=1), [0.05, 0.5, 0.95])
    expected = 1.2 * (DAYS + 50) / 365
    assert ends[1.2][1] - ends[0.0][1] == pytest.approx(expected, abs=0.12)
    assert ends[1.2][2] - ends[1.2][0] < 0.6


def test_a_rival_of_a_core_with_a_line_has_none() -> None:
    """It finds growth in its own way, or would have it twice."""
    core = fit(_growing(1.2, 2), Columns(DAYS + 60).block(), np.random.default_rng(0))
    place = core.block.names.index(LINE)
    assert core.filtered.sd[place] == LINE_SD
    assert core.best.mean[place] == pytest.approx(1.2, abs=0.2)
    assert rival(core, SMOOTHING).best.mean[place] == 0.0


def _year(amplitude: float, seed: int) -> tuple[np.ndarray, Block]:
    phase = 2 * np.pi * np.arange(DAYS + 100) / 365.25
    columns = Columns(DAYS + 100)
    columns.add("year:sin1", np.sin(phase), sd=0.1)
    columns.add("year:cos1", np.cos(phase), sd=0.1)
    return _independent(seed) + amplitude * np.sin(phase[:DAYS]), columns.block()


def test_independent_days_without_a_year_are_carried_on_without_one() -> None:
    for amplitude, low, high in ((0.0, 0.7, 1.0), (0.3, 0.0, 0.01)):
        found = [_weighed(*_year(amplitude, seed)) for seed in range(3)]
        without = [sum(one.weight for one in states if one.sd[0] == 0) for states in found]
        assert low <= np.mean(without) <= high


def test_a_level_that_moves_has_no_line_and_a_year_as_far_as_it_shows_one() -> None:
    for amplitude, low, high in ((0.0, 0.25, 0.99), (0.6, 0.0, 0.15)):
        swing, block = _year(amplitude, 1)
        found = _weighed(swing - _independent(1) + _walking(1), with_line(block, DAYS))
        moving = [one for one in found if one.dynamics is not CONSTANT]
        assert moving
        assert all(one.sd[-1] == 0 for one in moving)
        assert low < sum(one.weight for one in moving if one.sd[0] == 0) < high


def test_a_line_is_0_on_the_last_known_day_and_counts_years() -> None:
    block = with_line(Columns(DAYS + 365).block(), DAYS)
    assert block.names == (LINE,)
    assert block.matrix[DAYS - 1, 0] == 0.0
    assert block.matrix[DAYS + 364, 0] == 1.0
    assert block.sd.tolist() == [0.0]


def test_a_state_is_left_out_only_where_it_would_weigh_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    moving = _walking(2)
    short = _weighed(moving, Columns(DAYS).block())
    monkeypatch.setattr(beliefs_module, "_GAIN", np.inf)
    monkeypatch.setattr(beliefs_module, "_FAR", np.inf)
    whole = _weighed(moving, Columns(DAYS).block())
    assert [one.dynamics for one in whole] == [CORE, WALK, CONSTANT]
    assert CONSTANT not in [one.dynamics for one in short]
    assert whole[-1].weight < 1e-6
    assert [one.weight for one in short] == pytest.approx([one.weight for one in whole[:-1]])


def test_plain_are_independent_days_and_a_level_that_only_walks() -> None:
    nothing, shares = np.zeros((6, 0)), ((CORE, 0.3), (WALK, 0.2), (CONSTANT, 0.5))
    states = [Belief(one, weight, PRIOR_MEAN, nothing, np.zeros(0)) for one, weight in shares]
    assert plain(states) == pytest.approx(0.7)
    assert fit(_independent(1), Columns(DAYS).block(), np.random.default_rng(0)).plain > 0.8
    walk = 9 + np.cumsum(0.03 * np.random.default_rng(2).standard_normal(DAYS))
    assert fit(walk, Columns(DAYS).block(), np.random.default_rng(0)).plain > 0.8
    assert fit(_swinging(1), Columns(DAYS).block(), np.random.default_rng(0)).plain < 0.1


def _swinging(seed: int) -> np.ndarray:
    """Log sales that swing around their level for some days at a time, which no plain state can do."""
    rng = np.random.default_rng([seed, 9])
    swing = np.zeros(DAYS)
    for day in range(1, DAYS):
        swing[day] = 0.8 * swing[day - 1] + 0.2 * rng.standard_normal()
    return np.asarray(9 + swing + 0.1 * rng.standard_normal(DAYS))


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
    assert [one.dynamics for one in found] == [CORE, WALK, CONSTANT]
    assert all(one.sd.tolist() == [0.3] for one in found)


def test_only_holidays_are_drawn_towards_nothing() -> None:
    columns = Columns(DAYS)
    for name in ("weekday:mon", "holiday", "holiday_before:x"):
        columns.add(name, np.random.default_rng(3).random(DAYS), sd=0.5)
    factors = {tuple((one.sd / 0.5).tolist()) for one in _weighed(_independent(3), columns.block())}
    assert factors == {(1.0, factor, factor) for factor in HOLIDAY_FACTORS}


def test_states_are_dealt_by_weight() -> None:
    nothing = np.zeros((6, 0))
    states = [Belief(CORE, weight, PRIOR_MEAN, nothing, np.zeros(0)) for weight in (0.3, 0.0, 0.7)]
    drawn = [states.index(one) for one in dealt(states, 10)]
    assert drawn == [0] * 3 + [2] * 7

"""Fit and simulation: parameters come back, and nothing single wrecks them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.sales.design import Columns
from forecast.sales.dynamics import CORE, PARAMETERS, SMOOTHING
from forecast.sales.model import AS_FITTED, Spread, fit, rival, simulate

DAYS = 500


def _series(seed: int, days: int = DAYS, noise: float = 0.1, level: float = 0.01) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(8 + np.cumsum(rng.standard_normal(days) * level) + noise * rng.standard_normal(days))


def test_a_regression_effect_is_recovered_within_its_uncertainty() -> None:
    on = (np.arange(DAYS + 10) % 9 == 0).astype(float)
    columns = Columns(DAYS + 10)
    columns.add("promotion", on, sd=0.5)
    fitted = fit(_series(1) + 0.4 * on[:DAYS], columns.block(), np.random.default_rng(0))
    mean, sd = fitted.best.mean[0], float(np.linalg.norm(fitted.best.root[0]))
    assert abs(mean - 0.4) < 3 * sd < 0.1


def test_one_absurd_day_is_left_out_but_a_lasting_shift_is_not() -> None:
    block = Columns(DAYS + 30).block()
    outlier = _series(2)
    outlier[300] += 3.0
    assert np.flatnonzero(fit(outlier, block, np.random.default_rng(0)).outliers).tolist() == [300]
    shifted = _series(2)
    shifted[440:] += 1.0
    fitted = fit(shifted, block, np.random.default_rng(0))
    assert not fitted.outliers[445:].any()
    ahead = np.median(simulate(fitted, 500, np.random.default_rng(0))[0], axis=0)
    assert np.abs(ahead - shifted[-30:].mean()).max() < 0.3


def test_uncertainty_grows_with_the_horizon() -> None:
    fitted = fit(_series(3), Columns(DAYS + 60).block(), np.random.default_rng(0))
    paths, carried = simulate(fitted, 2000, np.random.default_rng(0))
    spread = paths.std(axis=0)
    assert carried > 0.99  # a long, calm history is carried forward whole
    assert spread[50:].mean() > 1.1 * spread[:5].mean()


def test_the_spread_of_repeats_is_learnt_from_three_on() -> None:
    rng = np.random.default_rng(4)
    deviations = 0.6 * rng.standard_normal(8)
    columns, sales = Columns(DAYS + 10), _series(4, noise=0.05)
    for repeat, deviation in enumerate(deviations):
        on = np.zeros(DAYS + 10)
        on[30 + 50 * repeat : 34 + 50 * repeat] = 1.0
        sales = sales + deviation * on[:DAYS]
        columns.add(f"repeat {repeat}", on, sd=0.2, repeat_of="sale")
    learnt = fit(sales, columns.block(), np.random.default_rng(0)).repeat_sd["sale"]
    assert 0.3 < learnt < 0.7


def test_a_few_days_that_collapsed_and_recovered_do_not_explode() -> None:
    sales = np.concatenate([np.full(9, 10.0), np.linspace(4.0, 6.0, 7), np.linspace(10.5, 12.5, 13)])
    sales += 0.2 * np.random.default_rng(5).standard_normal(sales.size)
    fitted = fit(sales, Columns(sales.size + 30).block(), np.random.default_rng(0))
    paths, carried = simulate(fitted, 4000, np.random.default_rng(0))
    assert carried < 0.8
    level = paths[:, -1]
    assert np.exp(level).mean() < 1.5 * np.exp(np.median(level))
    usual = np.median(sales[-7:])
    assert np.abs(np.median(paths, axis=0) - usual).max() < np.log(2)  # near the recent level
    assert level.std() > 0.4  # yet wide


def test_steady_growth_of_a_few_weeks_goes_on_but_is_carried_forward_in_part() -> None:
    for growth in (0.03, 0.1):
        sales = 6 + growth * np.arange(40) + 0.1 * np.random.default_rng(6).standard_normal(40)
        fitted = fit(sales, Columns(70).block(), np.random.default_rng(0))
        paths, carried = simulate(fitted, 2000, np.random.default_rng(0))
        grown = np.median(paths[:, -1]) - np.median(sales[-7:])
        assert 0.1 < grown < np.log(3)  # not taken for an excursion that will fall back
        assert carried < 0.95


def test_noise_drawn_from_errors_is_never_larger_than_the_largest() -> None:
    sales = _series(7, 100)
    sales[98] += 14.0
    fitted = fit(sales, Columns(130).block(), np.random.default_rng(0))
    paths, _ = simulate(fitted, 2000, np.random.default_rng(0))
    assert paths.max() < sales.max() + 1.0


def test_one_path_is_as_good_as_many() -> None:
    fitted = fit(_series(8, 30), Columns(40).block(), np.random.default_rng(0))
    assert np.isfinite(simulate(fitted, 1, np.random.default_rng(0))[0]).all()


def test_rescaling_the_level_rescales_sums_even_where_level_and_regression_are_learnt_together() -> None:
    # Always on but for a few days: the history knows level + effect well, but neither by itself.
    on = (np.arange(DAYS + 28) >= 15).astype(float)
    columns = Columns(DAYS + 28)
    columns.add("on", on, sd=1.0)
    fitted = fit(_series(5), columns.block(), np.random.default_rng(0))

    def width(spread: Spread) -> float:
        logs, _ = simulate(fitted, 4000, np.random.default_rng(1), spread)
        return float(np.log(np.exp(logs).sum(axis=1)).std())

    usual = width(AS_FITTED)
    assert 0.45 * usual < width(Spread(level=0.5)) < 0.65 * usual
    assert 1.8 * usual < width(Spread(level=2.0)) < 2.1 * usual
    assert 0.85 * usual < width(Spread(daily=0.5)) < usual


def test_rescaling_leaves_what_no_past_day_has_shown_as_it_is() -> None:
    ahead = np.zeros(DAYS + 28)
    ahead[DAYS:] = 1.0
    columns = Columns(DAYS + 28)
    columns.add("never seen", ahead, sd=0.5)
    fitted = fit(_series(6), columns.block(), np.random.default_rng(0))
    found = [
        simulate(fitted, 4000, np.random.default_rng(1), one)[0].mean(axis=1).std()
        for one in (AS_FITTED, Spread(0.5, 0.5))
    ]
    assert 0.48 < found[1] < found[0] < 0.6


def _sums(sales: np.ndarray) -> np.ndarray:
    fitted = fit(sales, Columns(len(sales) + 28).block(), np.random.default_rng(0))
    return np.asarray(np.exp(simulate(fitted, 4000, np.random.default_rng(1))[0]).sum(axis=1))


@pytest.mark.parametrize("multiple", [50.0, 1000.0, 1e8])
def test_a_single_absurd_day_hardly_moves_what_is_to_come(multiple: float) -> None:
    usual, odd = _series(7, 400), _series(7, 400)
    odd[-40] += np.log(multiple)
    before, after = _sums(usual), _sums(odd)
    assert after.mean() < 1.06 * before.mean()
    assert np.quantile(after, 0.95) < 1.2 * np.quantile(before, 0.95)


def test_large_days_that_come_again_and_again_are_in_the_forecast() -> None:
    sales = _series(8, 400, level=0.002)
    sales[::25] += np.log(6.0)
    expected = np.exp(sales[-200:]).mean() * 28
    sums = _sums(sales)
    assert sums.mean() == pytest.approx(expected, rel=0.07)
    assert np.quantile(sums, 0.05) < expected < np.quantile(sums, 0.95)


def test_variances_that_are_told_are_not_learnt_anew() -> None:
    """Through outliers and level shifts, and for every draw: the dynamics that were asked for stay."""
    place = PARAMETERS.index("noise_sd")
    free, mean = CORE.free.copy(), CORE.mean.copy()
    free[place], mean[place] = False, np.log(0.05)
    told = replace(CORE, free=free, mean=mean)
    sales = _series(2, noise=0.1)
    sales[200] += 3.0
    sales[300:] += 1.0
    fitted = fit(sales, Columns(DAYS + 30).block(), np.random.default_rng(0), (told,))
    assert fitted.outliers[200]
    assert any(name.startswith("shift:") for name in fitted.block.names)
    assert fitted.filtered.dynamics is told
    assert fitted.parameters["noise_sd"] == pytest.approx(0.05)
    assert set(fitted.thetas[:, place].tolist()) == {np.log(0.05)}
    assert np.ptp(fitted.thetas, axis=0)[free].min() > 0


def test_a_rival_of_a_core_that_was_told_begins_where_it_is_free() -> None:
    """A level that is told to stand still must not keep smoothing, whose level moves, from learning that it does."""
    place = PARAMETERS.index("level_sd")
    free, mean = CORE.free.copy(), CORE.mean.copy()
    free[place], mean[place] = False, np.log(1e-6)
    sales, block = _series(5, level=0.05), Columns(DAYS + 30).block()
    told = replace(CORE, free=free, mean=mean)
    still, usual = (fit(sales, block, np.random.default_rng(0), (one,)) for one in (told, CORE))
    found, expected = (rival(core, SMOOTHING).parameters["level_sd"] for core in (still, usual))
    assert found == pytest.approx(expected, rel=0.3)
    assert found > 0.02

"""The rolling backtest: where it looks, that it knows nothing later, and what it counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.sales.design import Columns
from forecast.sales.dynamics import CORE
from forecast.sales.model import as_of_past, fit
from forecast.sales.naive import NAME
from forecast.sales.rolling_origins import ORIGINS, TRAINING, backtest, losses, mixed, origins, shares_of

DAYS = 200


def _series(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(9 + np.cumsum(0.01 * rng.standard_normal(DAYS)) + 0.1 * rng.standard_normal(DAYS))


def test_origins_are_a_week_apart_and_end_before_the_last_window() -> None:
    found = origins(np.ones(400, dtype=bool), 60)
    assert found.size == ORIGINS
    assert found[-1] == 400 - 28
    assert set(np.diff(found)) == {7}
    assert origins(np.ones(TRAINING + 27, dtype=bool), 60).size == 0
    assert origins(np.ones(TRAINING + 28, dtype=bool), 60).tolist() == [TRAINING]


def test_unknown_days_do_not_count_as_training() -> None:
    known = np.ones(TRAINING + 40, dtype=bool)
    known[:20] = False
    assert origins(known, 28).size == 0
    assert origins(known, 14).tolist() == [TRAINING + 26]


def test_state_and_coefficients_of_the_past_are_those_of_a_run_on_the_past_alone() -> None:
    on = (np.arange(DAYS + 20) % 11 == 0).astype(float)
    columns = Columns(DAYS + 20)
    columns.add("on", on, sd=0.5)
    sales = _series(1) + 0.3 * on[:DAYS]
    fitted = fit(sales, columns.block(), np.random.default_rng(0))
    (then,) = as_of_past(fitted, [150])
    changed = sales.copy()
    changed[150:] += 0.02 * np.random.default_rng(9).standard_normal(50)
    believed = replace(fitted.block, sd=fitted.filtered.sd)
    moved = fitted.filtered.__class__(changed, believed, fitted.outliers)
    (again,) = moved.run_to(np.append(fitted.mode[:5], -30.0), [150])
    (same,) = fitted.filtered.run_to(np.append(fitted.mode[:5], -30.0), [150])
    np.testing.assert_allclose(again.mean, same.mean, atol=1e-6)
    np.testing.assert_allclose(again.root, same.root, atol=1e-6)
    assert len(then.regular) == 150


def test_every_model_forecasts_every_window() -> None:
    sales = _series(2)
    sales[180] = np.nan
    fitted = fit(sales, Columns(DAYS + 20).block(), np.random.default_rng(0))
    ends = origins(np.isfinite(sales), 14)
    past = backtest({CORE.name: fitted}, ends, 14, np.random.default_rng(0))
    assert set(past.logs) == {CORE.name, NAME}
    assert all(one.shape == (ends.size, 200, 14) for one in past.logs.values())
    assert np.isnan(past.came).sum() == ((ends <= 180) & (ends + 14 > 180)).sum()
    assert past.windows == pytest.approx((ends[-1] - ends[0] + 14) / 14)


def test_the_loss_of_a_certain_forecast_is_its_relative_error() -> None:
    came = np.log(np.full((1, 4), 100.0))
    sure = np.log(np.full((1, 10, 4), 110.0))
    # Twice the mean of (1 - level) x error over quantiles that lie evenly around a half is the error itself.
    np.testing.assert_allclose(losses(sure, came), [[0.1, 0.1]])
    np.testing.assert_allclose(losses(np.log(np.full((1, 10, 4), 100.0)), came), 0.0, atol=1e-12)
    assert np.isnan(losses(sure, np.full((1, 4), np.nan))).all()


def test_paths_are_dealt_out_whole_and_by_weight() -> None:
    logs = {"a": np.zeros((2, 10, 3)), "b": np.ones((2, 10, 3)), "c": np.full((2, 10, 3), 2.0)}
    found = mixed(logs, {"a": 0.7, "b": 0.3, "c": 0.0})
    assert found.shape == (2, 10, 3)
    assert found[0, :, 0].tolist() == [0.0] * 7 + [1.0] * 3
    assert sum(shares_of([0.333, 0.333, 0.334], 1000)) == 1000

"""Where width and miss come from: what is told is no longer open, and the measures are right where they are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.known_series import AHEAD, MOVING, QUIET, draw_series
from benchmarks.reasons import NOTHING, ORACLE, SOURCES, channel_told, forecast_told, measured, table, told_states
from forecast.sales.beliefs import STATES
from forecast.sales.dynamics import PARAMETERS, parameters


def test_measures_of_a_law_against_itself() -> None:
    rng = np.random.default_rng(1)
    paths, came = np.exp(0.2 * rng.standard_normal((2, 4000, 1)))
    found = measured(paths, came)
    assert found.days == pytest.approx(2 * stats.norm.ppf(0.9) * 0.2, rel=0.05)
    assert found.total == pytest.approx(2 * stats.norm.ppf(0.95) * 0.2, rel=0.05)
    assert found.held == pytest.approx(0.9, abs=0.02)
    assert found.miss < 0.01
    twice = measured(2.0 * paths, came)
    assert twice.miss == pytest.approx(np.log(2.0), abs=0.02)
    assert twice.loss > 3 * found.loss


def test_all_told_is_nearly_the_law_itself() -> None:
    for law in (QUIET, MOVING):
        series = draw_series(law, 1)
        oracle, came = np.split(np.exp(series.ahead), 2)
        truth, told = measured(oracle, came), measured(forecast_told(series, SOURCES), came)
        assert 0.95 < told.days / truth.days < 1.15
        assert 0.95 < told.total / truth.total < 1.6


def test_a_source_that_is_told_is_no_longer_open() -> None:
    """Holidays that matter lie ahead: told of them, the forecast meets those days."""
    series = draw_series(MOVING, 2)
    days = np.abs(series.effects["holidays"][-AHEAD:]) > 0.2
    came = np.exp(np.median(series.ahead, axis=0))
    missed = {
        told: float(np.abs(np.log(np.median(forecast_told(series, told), axis=0) / came))[days].mean())
        for told in ((), ("holidays",))
    }
    assert days.any()
    assert missed["holidays",] < missed[()]


def test_told_variances_are_fixed_at_the_truth() -> None:
    (one,) = told_states(draw_series(MOVING, 1, 2), ("level", "trend", "noise"))
    assert not one.free.any()
    values = dict(zip(PARAMETERS, parameters(one.mean), strict=True))
    assert values["level_sd"] == pytest.approx(MOVING.level)
    assert values["noise_sd"] == pytest.approx(MOVING.noise)
    assert max(values["slope_sd"], values["ar_sd"], values["granularity"]) < 1e-5
    assert [one.name for one in told_states(draw_series(QUIET, 1, 2), ("level",))] == ["components", "constant"]
    for untouched in ("weekdays",), ("outliers",):
        found = told_states(draw_series(QUIET, 1, 2), untouched)
        assert [one.free.tolist() for one in found] == [one.free.tolist() for one in STATES]
        assert [one.mean.tolist() for one in found] == [one.mean.tolist() for one in STATES]


def test_a_channel_s_parts_add_up_to_what_was_told() -> None:
    series = draw_series(QUIET, 3)
    totals = np.exp(series.ahead[:300])
    found = channel_told(series, totals, np.random.default_rng(0))
    assert list(found) == [NOTHING, "total", "split", ORACLE]
    for paths, came in found.values():
        assert (paths.sum(axis=1) < totals.sum(axis=1).max()).all()
        assert paths.mean() == pytest.approx(came.mean(), rel=0.1)


def test_the_table_holds_ratios_to_the_law() -> None:
    rng = np.random.default_rng(4)
    came, paths = np.exp(0.2 * rng.standard_normal((2, 500, 5)))
    rows = {NOTHING: [measured(paths**1.5, came)], ORACLE: [measured(paths, came)]}
    head, wide, truth = table(rows)
    assert head.split()[0] == "told"
    assert float(wide.split()[2]) == pytest.approx(1.5, abs=0.02)
    assert truth.split()[3:5] == ["1.00", "1.00"]
    assert float(table(rows, NOTHING)[2].split()[4]) == pytest.approx(1 / 1.5, abs=0.02)

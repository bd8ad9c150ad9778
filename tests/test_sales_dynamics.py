"""The family of models: what each leaves out, and that what is left out stays out."""

from __future__ import annotations

import numpy as np

from forecast.sales.dynamics import ARMA, CONSTANT, CORE, PARAMETERS, RIVALS, SMOOTHING, THETA, WALK, parameters


def _off(dynamics: object) -> set[str]:
    values = dict(zip(PARAMETERS, parameters(dynamics.mean), strict=True))  # type: ignore[attr-defined]
    return {name for name in ("noise_sd", "level_sd", "slope_sd", "ar_sd") if values[name] < 1e-5}


def test_each_rival_is_the_core_without_some_of_its_parts() -> None:
    assert _off(CORE) == set()
    assert _off(ARMA) == {"level_sd", "slope_sd"}
    assert _off(SMOOTHING) == {"ar_sd"}
    assert _off(THETA) == {"slope_sd", "ar_sd"}
    assert _off(WALK) == {"slope_sd", "ar_sd"}
    assert _off(CONSTANT) == {"level_sd", "slope_sd", "ar_sd"}


def test_what_is_off_is_not_estimated() -> None:
    for one in (*RIVALS, WALK, CONSTANT):
        assert not one.free[[PARAMETERS.index(name) for name in _off(one)]].any()
    assert CORE.free.all()


def test_only_theta_carries_half_of_the_trend_on() -> None:
    assert [one.drift for one in (CORE, ARMA, SMOOTHING, THETA)] == [0.0, 0.0, 0.0, 0.5]


def test_natural_values() -> None:
    np.testing.assert_allclose(parameters(np.array([np.log(0.1)] * 4 + [0.0, 0.0])), [0.1] * 4 + [0.5, 0.5])

"""The compiled filter against statsmodels' own model around it."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecast.sales.state_space import DAMPING, StateSpace

DAYS = 30


@pytest.mark.parametrize("unknown", [(), (0, 7, 8, 29)])
def test_gains_are_those_of_unobserved_components_to_the_last_bit(unknown: tuple[int, ...]) -> None:
    known = np.ones(DAYS, dtype=bool)
    known[list(unknown)] = False
    louder = np.linspace(2.0, 1.0, DAYS)
    first, noise, ar = np.array([9.0, 1e-4, 0.02]), 0.01 * louder, 0.6
    shocks = np.stack([np.full(DAYS, 4e-4), np.full(DAYS, 1e-6), 0.02 * louder])

    model = UnobservedComponents(np.where(known, 1.0, np.nan), level="local linear trend", autoregressive=1)
    model["transition", 1, 1], model["transition", 2, 2] = DAMPING, ar
    model.ssm["obs_cov"], model.ssm["state_cov"] = noise[None, None], np.zeros((3, 3, DAYS))
    for state in range(3):
        model.ssm["state_cov", state, state] = shocks[state]
    model.ssm.initialize_known(np.zeros(3), np.diag(first))
    wanted = model.ssm.filter()

    space = StateSpace(known)
    space.gains(0.1, first * 2, noise * 3, shocks * 4)  # nothing of an earlier run stays
    found = space.gains(ar, first, noise, shocks)
    np.testing.assert_array_equal(found.gain, wanted.kalman_gain[:, 0].T)
    np.testing.assert_array_equal(found.covariance, wanted.predicted_state_cov)
    np.testing.assert_array_equal(found.variance, wanted.forecasts_error_cov[0, 0])
    assert not found.gain[~known].any()

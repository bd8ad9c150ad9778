"""The state space of log sales (level, slope, autoregression), and what the Kalman filter takes from each day.

The filter is statsmodels' own. Its compiled classes are driven directly: ``UnobservedComponents`` around them gives the
same gains to the last bit, loads all of ``scipy.stats`` and ``formulaic``, and takes three times as long for each run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.tsa.statespace._kalman_filter import dKalmanFilter
from statsmodels.tsa.statespace._representation import dStatespace

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats

DAMPING = 0.98
"""Of the slope from day to day: growth halves in 34 days, so a slope b adds at most 49 b in all."""
OBSERVED = np.array([1.0, 0.0, 1.0])
"""What a day shows of the state (level, slope, autoregression)."""


@dataclass(frozen=True, slots=True)
class Gains:
    """What the filter makes of the days: ``gain`` (day, state) is 0 where a day is unknown.

    ``covariance``: of the predicted state, (state, state, day + 1); ``variance``: of the one-step error, (day,).
    """

    gain: Floats
    covariance: Floats
    variance: Floats


def transition(ar: float) -> Floats:
    """How the state goes on to the next day, (state, state); ``ar``: the coefficient of the autoregression."""
    return np.array([[1.0, 1.0, 0.0], [0.0, DAMPING, 0.0], [0.0, 0.0, ar]])


class StateSpace:
    """The model over days of which some are ``known`` (day), for any variances.

    Gains depend on which days are known, never on their values, so that none are taken.
    """

    def __init__(self, known: Bools) -> None:
        days = len(known)
        self._unknown = ~known
        self._noise, self._shocks = _columnwise(1, 1, days), _columnwise(3, 3, days)
        self._transition = _columnwise(3, 3, 1)
        series, design, selection = _columnwise(1, days), _columnwise(1, 3, 1), _columnwise(3, 3, 1)
        series[0, self._unknown] = np.nan
        design[0, :, 0] = OBSERVED
        selection[:, :, 0] = np.eye(3)
        nothing, still = _columnwise(1, 1), _columnwise(3, 1)
        # The compiled model keeps these very arrays: what is written into them is what the next run reads.
        self._model = dStatespace(
            *(series, design, nothing, self._noise, self._transition, still, selection, self._shocks)
        )
        self._filter = dKalmanFilter(self._model)

    def gains(self, ar: float, first: Floats, noise: Floats, shocks: Floats) -> Gains:
        """The gains at these variances.

        ``first``: of the first day's state, (state); ``noise``: of a day by itself, (day); ``shocks``: of what the
        state takes up overnight, (state, day); ``ar``: as in ``transition``.
        """
        self._transition[:, :, 0] = transition(ar)
        self._noise[0, 0] = noise
        for state, variance in enumerate(shocks):
            self._shocks[state, state] = variance
        self._model.initialize_known(np.zeros(3), np.asfortranarray(np.diag(first)))
        self._filter()
        covariance = np.array(self._filter.predicted_state_cov)
        variance = np.array(self._filter.forecast_error_cov)[0, 0]
        seen = covariance[0] + covariance[2]
        variance[self._unknown] = (seen[0, :-1] + seen[2, :-1] + noise)[self._unknown]
        return Gains(np.array(self._filter.kalman_gain)[:, 0, :].T, covariance, variance)


def _columnwise(*shape: int) -> Floats:
    """Zeros as the compiled classes want them: columns first."""
    return np.zeros(shape, order="F")

"""How the level of sales may move: the core model and its simpler rivals, all in one state space.

Every one of them shares the regression on calendar, events and regressors, and differs in which parts of the state
are alive. Without level and slope shocks the core is a regression with ARMA(1, 1) errors; without the autoregression
it is exponential smoothing with a damped trend (the ARIMA(1, 1, 2) of Gardner and McKenzie 1985); without the slope as
well it is simple exponential smoothing, which with half the drift of the linear trend is the Theta method (Hyndman and
Billah 2003, "Unmasking the Theta method", International Journal of Forecasting 19).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats

PARAMETERS = ("noise_sd", "level_sd", "slope_sd", "ar_sd", "ar", "granularity")
"""Standard deviations a day on the log scale (that of the slope is its long-run one), the autoregression, and the
power with which daily shocks' variance falls as sales grow: 1 as if every order came by itself, 0 not at all."""
PRIOR_MEAN = np.array([np.log(0.12), np.log(0.01), np.log(0.0015), np.log(0.1), 0.4, 0.0])
PRIOR_SD = np.array([0.8, 0.7, 0.7, 0.8, 0.5, 1.0])
"""Prior of the logs of the four deviations, and of the logits of the other two."""
_OFF = np.log(1e-6)
"""The log of a deviation that is switched off."""


@dataclass(frozen=True, slots=True)
class Dynamics:
    """One way for the level to move.

    ``free`` marks the parameters that are estimated, the others stay at ``mean``; ``mean`` and ``sd`` are the prior.
    ``drift`` is the part of the history's linear trend that goes on for ever.
    """

    name: str
    free: Bools
    mean: Floats
    sd: Floats
    drift: float = 0.0


def _without(name: str, *off: str, drift: float = 0.0, ar: tuple[float, float] | None = None) -> Dynamics:
    """The core without some of its parts; ``ar`` is another prior of the autoregression's logit."""
    free = np.array([one not in off for one in PARAMETERS])
    mean, sd = np.where(free, PRIOR_MEAN, _OFF), PRIOR_SD.copy()
    place = PARAMETERS.index("ar")
    if not free[place]:
        mean[place] = 0.0
    elif ar is not None:
        mean[place], sd[place] = ar
    return Dynamics(name, free, mean, sd, drift)


CORE = _without("components")
ARMA = _without("regression_arma", "level_sd", "slope_sd", ar=(2.0, 1.0))
SMOOTHING = _without("exponential_smoothing", "ar_sd", "ar")
THETA = _without("theta", "slope_sd", "ar_sd", "ar", drift=0.5)
RIVALS = (ARMA, SMOOTHING, THETA)
CONSTANT = _without("constant", "level_sd", "slope_sd", "ar_sd", "ar")
"""The days are independent."""

WALK = _without("walk", "slope_sd", "ar_sd", "ar")
"""The level walks and nothing else does: no growth of its own, no swings that pass."""


def parameters(theta: Floats) -> Floats:
    """The variances' natural values from their unconstrained ones, in the order of ``PARAMETERS``."""
    return np.append(np.exp(theta[:4]), 1.0 / (1.0 + np.exp(-theta[4:])))

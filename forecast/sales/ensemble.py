"""The forecast of log sales: models fitted, weighed and calibrated on the merchant's own past, then simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.sales import model
from forecast.sales.calibration import UNMEASURED, Calibration, calibrate
from forecast.sales.choice import CORE_ALONE, Choice, choose
from forecast.sales.dynamics import CORE, RIVALS
from forecast.sales.naive import NAME as NAIVE
from forecast.sales.naive import naive_log_sales
from forecast.sales.rolling_origins import backtest, mixed, origins, shares_of

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.sales.design import Block
    from forecast.sales.model import Fit


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The fits by model, the core first; ``origins`` and ``window`` (days) tell of the backtest they were judged by."""

    fits: dict[str, Fit]
    choice: Choice
    calibration: Calibration
    origins: int
    window: int

    @property
    def core(self) -> Fit:
        """The core's fit, whose coefficients speak for all models."""
        return self.fits[CORE.name]


def fit(log_sales: Floats, block: Block, horizon: int, rng: np.random.Generator) -> Ensemble:
    """Fits the core and, where the history allows a backtest, its rivals; weighs and calibrates them.

    ``log_sales``: of each day, NaN where unknown, at least one known; ``block``: the design over history and horizon.
    """
    return judged(model.fit(log_sales, block, rng), horizon, rng)


def judged(core: Fit, horizon: int, rng: np.random.Generator) -> Ensemble:
    """The fitted core and its rivals, weighed and calibrated where the history allows a backtest."""
    ends = origins(np.isfinite(core.regular), horizon)
    if not ends.size:
        return Ensemble({CORE.name: core}, CORE_ALONE, UNMEASURED, 0, 0)
    fits = {CORE.name: core} | {one.name: model.rival(core, one) for one in RIVALS}
    past = backtest(fits, ends, horizon, rng)
    choice = choose(past, core.plain)
    chosen = {name: one for name, one in fits.items() if choice.weights[name] > 0 or name == CORE.name}
    drawn = {name: one if name == CORE.name else model.with_draws(one, rng) for name, one in chosen.items()}
    return Ensemble(drawn, choice, calibrate(past, mixed(past.logs, choice.weights)), ends.size, past.came.shape[1])


def simulate(fitted: Ensemble, horizon: int, paths: int, rng: np.random.Generator) -> tuple[Floats, float]:
    """Sample paths of log sales, (path, day), in random order of the models; and as ``model.simulate``, what was kept.

    Each path is one model's for the whole horizon.
    """
    spread = fitted.calibration.spread
    weights = {name: weight for name, weight in fitted.choice.weights.items() if weight > 0}
    parts, carried = [], []
    for name, size in zip(weights, shares_of(list(weights.values()), paths), strict=True):
        if size == 0:
            continue
        if name == NAIVE:
            parts.append(naive_log_sales(fitted.core, size, rng, spread, horizon))
            continue
        logs, part = model.simulate(fitted.fits[name], size, rng, spread)
        parts.append(logs)
        carried.append(part)
    logs = np.concatenate(parts)
    if len(parts) > 1:
        rng.shuffle(logs)
    return logs, min(carried, default=1.0)

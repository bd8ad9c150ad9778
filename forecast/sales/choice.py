"""Which sales models make the forecast: the core, joined by simpler rivals where the merchant's own past favours them.

Each model's weight is its prior share times ``exp(-EVIDENCE x windows x excess)``, ``excess`` being by how much its
quantile loss in the backtest exceeds the core's. A few windows are noisy, so most of the prior lies on the core; a
rival that lost a fifth less over seven windows outweighs it. Paths are dealt out to the models by weight, each path
whole, so that sums over days stay joint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.sales.dynamics import ARMA, CORE, SMOOTHING, THETA
from forecast.sales.naive import NAME as NAIVE
from forecast.sales.rolling_origins import losses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats
    from forecast.sales.rolling_origins import Backtest

PRIOR = {CORE.name: 0.70, ARMA.name: 0.10, SMOOTHING.name: 0.10, THETA.name: 0.05, NAIVE: 0.05}
EVIDENCE = 2.0
"""Twice as much trusts the windows too far: coefficients and variances are learnt from them too, so that on a level
that walks a model that returns to its mean seems to lose less. Simulated merchants and real shops scored worse too.
Weights that give the mixture itself the best score (stacking, by CRPS) did no better on merchants and shops, and worse
on a marketplace that doubles."""
LEAST = 0.05
"""A weight below this is given to the others: it would change no figure that anyone reads."""

Why = Literal["short", "core", "combined"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Weights by model, which sum to 1, and the losses they rest on.

    ``day_loss`` and ``sum_loss`` are by model the weighted quantile loss of days and of the window's sum in the
    backtest; both empty where there was none.
    """

    why: Why
    weights: Mapping[str, float]
    day_loss: Mapping[str, float]
    sum_loss: Mapping[str, float]


CORE_ALONE = Choice("short", {name: float(name == CORE.name) for name in PRIOR}, {}, {})
"""The choice where the history is too short for a backtest."""


def choose(past: Backtest, plain: float = 0.0) -> Choice:
    """Weighs the models by their losses in the backtest.

    ``plain``: how likely the core thinks that sales do not move at all, or only walk; of the rivals' prior shares,
    which are other ways to move, so much is the core's.
    """
    found = {name: np.nanmean(losses(logs, past.regular), axis=0) for name, logs in past.logs.items()}
    total = {name: float(loss.sum()) for name, loss in found.items()}
    names = list(PRIOR)
    core = total[CORE.name]
    excess = np.array([total[name] / core - 1.0 if core > 0 else float(total[name] > 0) for name in names])
    prior = (1.0 - plain) * np.array(list(PRIOR.values()))
    prior[names.index(CORE.name)] += plain
    weights = _kept(prior * np.exp(-EVIDENCE * past.windows * excess))
    alone = weights[names.index(CORE.name)] == 1.0
    return Choice(
        "core" if alone else "combined",
        dict(zip(names, weights.tolist(), strict=True)),
        {name: float(loss[0]) for name, loss in found.items()},
        {name: float(loss[1]) for name, loss in found.items()},
    )


def _kept(weights: Floats) -> Floats:
    """Weights that sum to 1, without those too small to matter."""
    shares = weights / weights.sum()
    shares = np.where(shares >= LEAST, shares, 0.0)
    return np.asarray(shares / shares.sum())

"""Expected sales beyond the horizon, for which a shop buys within it: the fitted models carried on, their paths' mean.

The models are those of the horizon's own forecast, and the paths are drawn beside it from a stream of their own, so
that no figure of the horizon depends on how far beyond it one looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.sales import ensemble
from forecast.sales.design import continued

if TYPE_CHECKING:
    import numpy as np

    from forecast.arrays import Floats
    from forecast.sales.design import Block
    from forecast.sales.ensemble import Ensemble

PATHS = 1_000
"""Paths whose mean is taken: of a day's sales it is known to about 1 %."""


def log_totals_beyond(fitted: Ensemble, longer: Block, horizon: int, rng: np.random.Generator) -> Floats:
    """Paths of log daily sales over the horizon and the days that the design ``longer`` has beyond it, (path, day)."""
    history = len(fitted.core.seen)
    carried = {name: continued(one.block, longer) for name, one in fitted.fits.items()}
    fits = {name: replace(one, block=carried[name][0]) for name, one in fitted.fits.items()}
    days = len(longer.matrix) - history
    logs, _ = ensemble.simulate(replace(fitted, fits=fits), days, PATHS, rng)
    logs[:, horizon:] += carried[next(iter(carried))][1]
    return logs

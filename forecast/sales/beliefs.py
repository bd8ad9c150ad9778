"""How still sales may be, and how much holidays matter: states of affairs, weighed by how likely they make the history.

A log-normal prior of a deviation has no place for none at all: a level that never moved would be thought to walk on,
and a holiday that never mattered would stay a wide unknown. So the core is joined by independent days around a constant
level, and in both the holidays' prior deviations are as they are or drawn towards 0. A state's weight is its prior
share times its marginal likelihood (Kass and Raftery 1995, "Bayes factors", Journal of the American Statistical
Association 90), by Laplace's approximation for the variances and exact for the coefficients. As all holidays share one
factor, those that were seen speak for those that were not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.sales.dynamics import CONSTANT, CORE, Dynamics
from forecast.sales.regressors import is_of_holidays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.sales.filtering import Filter

STATES = (CORE, CONSTANT)
PRIOR = {CORE.name: 0.8, CONSTANT.name: 0.2}
"""A shop of independent days is the exception; weights of 0.1 to 0.5 scored alike on simulated merchants, real shops
and series of known law. Switching off growth or the level's walk alone scored no better, and worse where sales grow."""
HOLIDAY_FACTORS = (1.0, 0.5, 0.2)
"""Of all holidays' prior deviations: as such effects commonly are, half of it, or next to none; each as likely."""

_STEPS = 4
"""Steps of the search for a state's variances, which starts from the core's."""
_FAR = 20.0
"""A state whose log evidence is so much below another's, before its variances' volume lowers it further, is none."""


@dataclass(frozen=True, slots=True)
class Belief:
    """One state of affairs: its posterior ``weight``, and the normal law of the variances in it.

    ``theta`` is their most likely value, ``root`` a square root of their covariance; ``sd`` are the prior deviations of
    the coefficients, (column,).
    """

    dynamics: Dynamics
    weight: float
    theta: Floats
    root: Floats
    sd: Floats


def beliefs(
    filtered: Filter, mode: Floats, names: Sequence[str], states: Sequence[Dynamics] = STATES
) -> tuple[Belief, ...]:
    """The states of affairs that are likely at all, each with its weight; the weights sum to 1.

    ``mode``: the core's most likely variances; ``names``: of the columns; ``states``: the ways to move, at least one.
    """
    of_holidays = np.array([is_of_holidays(name) for name in names], dtype=bool)
    factors = HOLIDAY_FACTORS if filtered.taught[of_holidays].any() else (1.0,)
    found: list[Belief] = []
    evidence: list[float] = []
    for dynamics in states:
        own = filtered.under(dynamics)
        start = np.where(dynamics.free, mode, dynamics.mean)
        theta = mode if dynamics is filtered.dynamics else own.mode(start, _STEPS)
        if evidence and np.log(PRIOR[dynamics.name]) - own.objective(theta) < max(evidence) - _FAR:
            continue
        peak = own.peak(theta)
        sweep = own.sweep(peak.theta)
        usual = own.log_likelihood(sweep)
        for factor in factors:
            sd = np.where(of_holidays, factor, 1.0) * filtered.sd
            likelihood = usual if factor == 1.0 else own.under(dynamics, sd).log_likelihood(sweep)
            found.append(Belief(dynamics, 0.0, peak.theta, peak.root, sd))
            evidence.append(float(np.log(PRIOR[dynamics.name])) + peak.evidence + likelihood - usual)
    chance = np.exp(np.array(evidence) - max(evidence))
    weights = (chance / chance.sum()).tolist()
    return tuple(replace(one, weight=weight) for one, weight in zip(found, weights, strict=True))


def dealt(states: Sequence[Belief], draws: int) -> list[Belief]:
    """So many states, each as often as its weight says: at evenly spaced places of the summed weights."""
    places = (np.arange(draws) + 0.5) / draws
    chosen = np.searchsorted(np.cumsum([one.weight for one in states]), places)
    return [states[min(place, len(states) - 1)] for place in chosen.tolist()]

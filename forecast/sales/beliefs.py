"""How still sales may be, and how much holidays matter: states of affairs, weighed by how likely they make the history.

A log-normal prior of a deviation has no place for none at all: a level that never moved would be thought to walk on,
and a holiday that never mattered would stay a wide unknown. So the core is joined by a level that only walks, and by
independent days around a constant or a straight line; each of them with a yearly shape or without, and the holidays'
prior deviations as they are or drawn towards 0. A state's weight is its prior share times its marginal likelihood
(Kass and Raftery 1995, "Bayes factors", Journal of the American Statistical Association 90), by Laplace's approximation
for the variances and exact for the coefficients. As all holidays share one factor, those that were seen speak for those
that were not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from forecast.sales.dynamics import CONSTANT, CORE, PARAMETERS, WALK, Dynamics
from forecast.sales.filtering import FURTHEST
from forecast.sales.public_holidays import is_of_holidays
from forecast.sales.regressors import is_of_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats
    from forecast.sales.design import Block
    from forecast.sales.filtering import Filter

STATES = (CORE, WALK, CONSTANT)
PRIOR = {CORE.name: 0.25, WALK.name: 0.10, CONSTANT.name: 0.65}
"""Most of it lies on days that do not move: a history of days that do says so a thousandfold, whatever their share is,
while one of days that do not can never speak as loudly for itself."""
HOLIDAY_FACTORS = (1.0, 0.5, 0.2)
"""Of all holidays' prior deviations: as such effects commonly are, half of it, or next to none; each as likely."""
NO_YEAR_STILL, NO_YEAR_MOVING = 0.5, 0.25
"""The chance that a shop has no year, where its days are independent and where it moves: trade that nothing moves feels
the seasons less. Waves half as high, or a tenth, weighed beside none, scored no better on merchants and real shops."""
LINE = "line"
"""The column of a straight line, a year a unit: 0 on the last day of the history."""
LINE_SD = 0.4
"""Of its slope: a shop that neither bends nor walks grows or shrinks by half in a year at most, as a rule."""
LINE_CHANCE = 0.25
"""That a shop whose days are independent has them around a line and no constant level; one that moves finds its way."""

_STEPS = 4
"""Steps of the search for a state's variances, which starts from the core's."""
_GAIN = 30.0
"""The search gains less than this from where it begins, whose noise is as loud as the days are."""
_LEAST = 1e-9
"""Of the mean square of days that are all alike, whose log is taken."""
_NOISE = PARAMETERS.index("noise_sd")
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


class _Kinds(NamedTuple):
    """Which columns of the design are holidays', the yearly waves', and the line, (column,)."""

    holidays: Bools
    year: Bools
    line: Bools


class _Shape(NamedTuple):
    """Multiples of the prior deviations of line and yearly waves, and the share of their state's prior weight."""

    line: float
    year: float
    share: float


class _Likely(NamedTuple):
    """A belief without its weight, and the log of its prior share times its marginal likelihood."""

    belief: Belief
    evidence: float


def beliefs(
    filtered: Filter, mode: Floats, names: Sequence[str], states: Sequence[Dynamics] = STATES
) -> tuple[Belief, ...]:
    """The states of affairs that are likely at all, each with its weight; the weights sum to 1.

    ``mode``: the core's most likely variances; ``names``: of the columns; ``states``: the ways to move, at least one.
    """
    kinds = _Kinds(
        holidays=np.array([is_of_holidays(name) for name in names], dtype=np.bool_),
        year=np.array([is_of_year(name) for name in names], dtype=np.bool_),
        line=np.array([name == LINE for name in names], dtype=np.bool_),
    )
    found: list[_Likely] = []
    for dynamics in states:
        best = max((one.evidence for one in found), default=-np.inf)
        found += _in_state(filtered, mode, dynamics, kinds, best)
    chance = np.exp(np.array([one.evidence for one in found]) - max(one.evidence for one in found))
    weights = (chance / chance.sum()).tolist()
    return tuple(replace(one.belief, weight=weight) for one, weight in zip(found, weights, strict=True))


def _in_state(filtered: Filter, mode: Floats, dynamics: Dynamics, kinds: _Kinds, best: float) -> list[_Likely]:
    """What one state may be like; nothing where it lies far below the ``best`` evidence of those before it."""
    shapes = _shapes(dynamics, year=bool(kinds.year.any()), line=bool(kinds.line.any()))
    most = np.where(kinds.line, LINE_SD * max(shape.line for shape in shapes), filtered.sd)
    own = filtered.under(dynamics, most)
    prior = float(np.log(PRIOR[dynamics.name]))
    theta = mode
    if dynamics is not filtered.dynamics:
        start = _start(own, mode)
        if prior - own.objective(start) < best - _FAR - _GAIN:
            return []
        theta = own.mode(start, _STEPS)
        if prior - own.objective(theta) < best - _FAR:
            return []
    peak = own.peak(theta)
    sweep = own.sweep(peak.theta)
    usual = own.log_likelihood(sweep)
    holidays = HOLIDAY_FACTORS if filtered.taught[kinds.holidays].any() else (1.0,)
    found = []
    for shape, holiday in product(shapes, holidays):
        shaped = np.where(kinds.year, shape.year, np.where(kinds.line, shape.line, 1.0))
        sd = np.where(kinds.holidays, holiday, shaped) * most
        gained = own.under(dynamics, sd).log_likelihood(sweep) - usual
        evidence = prior + float(np.log(shape.share)) + peak.evidence + gained
        found.append(_Likely(Belief(dynamics, 0.0, peak.theta, peak.root, sd), evidence))
    return found


def _shapes(dynamics: Dynamics, *, year: bool, line: bool) -> list[_Shape]:
    """What a state may have beside what moves; ``year`` and ``line``: whether the design has such columns."""
    still = dynamics.name == CONSTANT.name
    none = NO_YEAR_STILL if still else NO_YEAR_MOVING
    lines = [(1.0, LINE_CHANCE), (0.0, 1.0 - LINE_CHANCE)] if line and still else [(0.0, 1.0)]
    years = [(1.0, 1.0 - none), (0.0, none)] if year else [(1.0, 1.0)]
    return [_Shape(slope, waves, one * other) for (slope, one), (waves, other) in product(lines, years)]


def _start(filtered: Filter, mode: Floats) -> Floats:
    """Where the search for a state's variances begins: the core's; noise alone is as loud as the days are."""
    dynamics = filtered.dynamics
    start = np.where(dynamics.free, mode, dynamics.mean)
    if dynamics.name == CONSTANT.name and dynamics.free[_NOISE]:
        one = filtered.run(start)
        standard = (one.errors / one.scale)[filtered.used]
        start[_NOISE] += 0.5 * float(np.log(max(float(np.mean(np.square(standard))), _LEAST)))
    return np.clip(start, dynamics.mean - FURTHEST * dynamics.sd, dynamics.mean + FURTHEST * dynamics.sd)


def with_line(block: Block, history: int) -> Block:
    """The design with a straight line, whose slope is 0 until a belief gives it its prior deviation."""
    line = (np.arange(len(block.matrix)) - (history - 1.0)) / 365.0
    return replace(
        block,
        names=(*block.names, LINE),
        matrix=np.column_stack([block.matrix, line]),
        mean=np.append(block.mean, 0.0),
        sd=np.append(block.sd, 0.0),
    )


def plain(states: Sequence[Belief]) -> float:
    """The weight of the states in which the level does not move, or walks and does nothing else."""
    return float(sum(one.weight for one in states if one.dynamics.name != CORE.name))


def dealt(states: Sequence[Belief], draws: int) -> list[Belief]:
    """So many states, each as often as its weight says: at evenly spaced places of the summed weights."""
    places = (np.arange(draws) + 0.5) / draws
    chosen = np.searchsorted(np.cumsum([one.weight for one in states]), places)
    return [states[min(place, len(states) - 1)] for place in chosen.tolist()]

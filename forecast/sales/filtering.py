"""The Kalman filter of the sales model, with all regression coefficients integrated out.

``state_space`` gives the state-space form (Harvey 1989, ch. 2) and its Kalman gains. The
coefficients have normal priors: the filter runs over the columns of the design as it does over the sales (de Jong
1991, "The diffuse Kalman filter", Annals of Statistics 19), and what remains is one weighted regression. The variances
have log-normal priors; ``Filter.mode`` finds the highest posterior and ``Filter.uncertainty`` its normal approximation.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import optimize

from forecast.sales.dynamics import CORE, Dynamics, parameters
from forecast.sales.state_space import DAMPING, OBSERVED, StateSpace, transition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.arrays import Bools, Floats
    from forecast.sales.design import Block
    from forecast.sales.state_space import Gains

LEVEL_PRIOR_SD = 3.0
"""Of the first day's level around the median log sales."""

FURTHEST = 4.0
"""The search for the variances goes so many of their prior's deviations from its mean."""
STEP = 1e-4
"""By so much the variances, as they are searched, are moved to tell the slopes of the objective."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of the filter over the days before ``end`` at given variances, with the coefficients integrated out."""

    log_likelihood: float
    mean: Floats  # of the coefficients, (column,)
    root: Floats  # a square root of their covariance: root @ root.T
    end_level: Floats  # predicted state of the first day ahead, (state,), as if all coefficients were 0
    end_design: Floats  # what a unit of each coefficient takes from it, (state, column)
    end_root: Floats  # square root of the state's covariance given the coefficients
    errors: Floats  # one-step errors at the coefficients' mean, (day,), not standardised
    scale: Floats  # their standard deviations, (day,)
    loudness: float  # daily shocks' deviation at the end as a multiple of that at the end of the history


@dataclass(frozen=True, slots=True)
class Peak:
    """The posterior of the variances near its highest point, as a normal law.

    ``theta``: the point; ``root``: a square root, (parameter, free), of the covariance, none wider than its prior;
    ``evidence``: the log of the posterior's volume (Laplace's approximation), the history's log likelihood with the
    variances integrated out, less what all dynamics share.
    """

    theta: Floats
    root: Floats
    evidence: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """The filter over sales and every column, before the regression."""

    states: Floats  # predicted, (day + 1, state, column)
    covariance: Floats  # of the predicted state, (state, state, day + 1)
    errors: Floats  # (day, column)
    scale: Floats  # (day,)
    louder: Floats  # variance of daily shocks as a multiple of that at the end, (day,)
    closed: Floats  # how the filter carries a state to the next day, (day, state, state)
    gain: Floats  # what it adds to it for each unit of a day's value, (day, state)


class _Found(NamedTuple):
    """The gains at some variances, how a state is carried to the next day, (state, state), and how loud days were."""

    gains: Gains
    carrying: Floats
    louder: Floats


class _Regression(NamedTuple):
    """The log likelihood, the root of the coefficients' precision, and what the response is in its terms."""

    log_likelihood: float
    lower: Floats
    projected: Floats


class Filter:
    """The Kalman filter over the log sales and every column at once, for any variances."""

    def __init__(self, log_sales: Floats, block: Block, skip: Bools | None = None, dynamics: Dynamics = CORE) -> None:
        known = np.isfinite(log_sales)
        self.dynamics = dynamics
        self.used = known if skip is None else known & ~skip
        self._seen = known
        self._center = float(np.median(log_sales[known]))
        values = np.where(known, log_sales - self._center, 0.0)
        self._columns = np.concatenate([values[:, None], block.matrix[: len(log_sales)]], axis=1)
        self._mean, self.sd, self.prior_sd, self.repeats = block.mean, block.sd.copy(), block.sd, block.repeats
        self.taught = np.abs(block.matrix[: len(log_sales)][self.used]).sum(axis=0) > 0
        self._space = StateSpace(self.used)
        self._decline = _decline(np.where(self.used, log_sales, np.nan))

    def under(self, dynamics: Dynamics, sd: Floats | None = None) -> Filter:
        """The same days under other dynamics, and other prior deviations of the coefficients, (column,)."""
        other = copy.copy(self)
        other.dynamics, other.sd = dynamics, (self.sd if sd is None else sd).copy()
        return other

    def run(self, theta: Floats) -> Pass:
        """One run over the whole history at the given (unconstrained) variances."""
        return self.at(self.sweep(theta))

    def at(self, sweep: Sweep) -> Pass:
        """The run that a sweep of these days ends in."""
        return self._regress(sweep, len(self._columns))

    def log_likelihood(self, sweep: Sweep) -> float:
        """Of the whole history, from a sweep of these days, with the coefficients integrated out."""
        return self._regression(sweep, len(self._columns)).log_likelihood

    def run_to(self, theta: Floats, ends: Sequence[int]) -> tuple[Pass, ...]:
        """Runs over the days before each of ``ends``, at the price of little more than one.

        State and coefficients are those known by then; the variances, and how much louder days were, are given.
        """
        sweep = self.sweep(theta)
        return tuple(self._regress(sweep, end) for end in ends)

    def step_response(self, sweep: Sweep, reach: int) -> Floats:
        """Of a step of 1 that begins on each day, the standardised errors on the days from it on, (day, lag)."""
        days = len(sweep.scale)
        response = np.zeros((days, reach))
        state = np.zeros((days, 3))
        for lag in range(min(reach, days)):
            first = slice(0, days - lag)
            state = state[first]
            response[first, lag] = (1.0 - state @ OBSERVED) / sweep.scale[lag:]
            state = np.einsum("dij,dj->di", sweep.closed[lag:], state) + sweep.gain[lag:]
        return response

    def sweep(self, theta: Floats) -> Sweep:
        """The filter at these variances; the coefficients' prior, which comes after it, plays no part in it."""
        return self.sweeps([theta])[0]

    def sweeps(self, thetas: Iterable[Floats]) -> list[Sweep]:
        """The filter at each of some variances, day by day for all at once: at the price of little more than one."""
        found = [self._gains(theta) for theta in thetas]
        # The filter of a column is a' = (T - K Z) a + K x with the gains K of the sales, and its error x - Z a.
        gain = np.stack([one.gains.gain for one in found], axis=1)
        closed = np.stack([one.carrying for one in found]) - gain[..., None] * OBSERVED
        states = np.empty((len(gain) + 1, len(found), 3, self._columns.shape[1]))
        states[0] = 0.0
        np.multiply(gain[..., None], self._columns[:, None, None, :], out=states[1:])
        carried = np.empty(states.shape[1:])
        for step, today, tomorrow in zip(closed, states[:-1], states[1:], strict=True):
            np.matmul(step, today, out=carried)
            np.add(tomorrow, carried, out=tomorrow)
        errors = self._columns[:, None] - states[:-1, :, 0] - states[:-1, :, 2]
        return [
            Sweep(
                states[:, place],
                one.gains.covariance,
                errors[:, place],
                np.sqrt(one.gains.variance),
                one.louder,
                closed[:, place],
                gain[:, place],
            )
            for place, one in enumerate(found)
        ]

    def _gains(self, theta: Floats) -> _Found:
        noise_sd, level_sd, slope_sd, ar_sd, ar, granularity = parameters(theta)
        slope_shock = slope_sd * np.sqrt(1 - DAMPING**2)
        louder = np.exp(granularity * self._decline)
        first = np.array([LEVEL_PRIOR_SD**2, slope_sd**2, louder[0] * ar_sd**2 / (1 - ar**2)])
        shocks = np.stack(np.broadcast_arrays(level_sd**2, slope_shock**2, ar_sd**2 * louder))
        return _Found(self._space.gains(ar, first, noise_sd**2 * louder, shocks), transition(ar), louder)

    def _regression(self, sweep: Sweep, end: int) -> _Regression:
        """The regression over the days before ``end``, as far as the likelihood needs it."""
        used, errors, scale = self.used[:end], sweep.errors[:end], sweep.scale[:end]
        scaled = errors[used] / scale[used, None]
        response, design = scaled[:, 0] - scaled[:, 1:] @ self._mean, scaled[:, 1:]
        # With coefficients = mean + sd x unit normal, the posterior precision is I + sd D'D sd.
        weighted = design * self.sd
        lower = np.linalg.cholesky(np.eye(self.sd.size) + weighted.T @ weighted)
        projected = np.linalg.solve(lower, weighted.T @ response)
        likelihood = -np.log(scale[used]).sum() - np.log(np.diag(lower)).sum()
        likelihood -= 0.5 * (response @ response - projected @ projected)
        return _Regression(float(likelihood), np.asarray(lower, np.float64), np.asarray(projected, np.float64))

    def _regress(self, sweep: Sweep, end: int) -> Pass:
        """The regression over the days before ``end``."""
        errors, scale = sweep.errors[:end], sweep.scale[:end]
        likelihood, lower, projected = self._regression(sweep, end)
        inverse = np.linalg.inv(lower)
        mean = self._mean + self.sd * (inverse.T @ projected)
        state = sweep.states[end].copy()
        state[0, 0] += self._center
        return Pass(
            log_likelihood=likelihood,
            mean=mean,
            root=self.sd[:, None] * inverse.T,
            end_level=state[:, 0],
            end_design=state[:, 1:],
            end_root=_root(sweep.covariance[:, :, end]),
            errors=np.where(self._seen[:end], errors[:, 0] - errors[:, 1:] @ mean, np.nan),
            scale=scale,
            loudness=float(np.sqrt(sweep.louder[end - 1])),
        )

    def objective(self, theta: Floats) -> float:
        """Minus the log posterior of the variances."""
        return self.objectives([theta])[0]

    def objectives(self, thetas: Sequence[Floats]) -> list[float]:
        """The same of several, at the price of little more than one."""
        free, end = self.dynamics.free, len(self._columns)
        distances = ((theta - self.dynamics.mean)[free] / self.dynamics.sd[free] for theta in thetas)
        return [
            0.5 * float(distance @ distance) - self._regression(sweep, end).log_likelihood
            for distance, sweep in zip(distances, self.sweeps(thetas), strict=True)
        ]

    def mode(self, start: Floats, steps: int = 15) -> Floats:
        """The variances of the highest posterior; those that are not free stay at the dynamics' own.

        The search begins at ``start`` and takes ``steps`` at most.
        """
        free, mean, sd = self.dynamics.free, self.dynamics.mean, self.dynamics.sd
        if not free.any():
            return mean.copy()

        def whole(part: Floats) -> Floats:
            theta = mean.copy()
            theta[free] = part
            return theta

        bounds = [
            (one - FURTHEST * width, one + FURTHEST * width) for one, width in zip(mean[free], sd[free], strict=True)
        ]
        highest = np.array([high for _, high in bounds])

        def loss(part: Floats) -> tuple[float, Floats]:
            """The objective and its slopes, by a step in each direction that stays within the bounds."""
            moves = np.diag(np.where(part + STEP > highest, -STEP, STEP))
            here, *there = self.objectives([whole(part), *(whole(part + move) for move in moves)])
            taken = np.diag((part + moves) - part)
            return here, (np.array(there) - here) / taken

        found = optimize.minimize(
            loss, start[free], jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": steps, "ftol": 2e-5}
        )
        return whole(found.x)

    def peak(self, theta: Floats) -> Peak:
        """The posterior around its highest point, ``theta``."""
        free, step = self.dynamics.free, 0.05
        moves = np.eye(theta.size)[free] * step
        size = len(moves)
        here, *ahead = self.objectives([theta, *(theta + move for move in moves)])
        if not size:
            return Peak(theta, np.zeros((theta.size, 0)), -here)
        behind = np.array(self.objectives([theta - move for move in moves]))
        curvature = np.diag((np.array(ahead) + behind - 2 * here) / step**2)
        pairs = [(one, two) for one in range(size) for two in range(one)]
        for first in range(0, len(pairs), size):
            some = pairs[first : first + size]
            together = self.objectives([theta + moves[one] + moves[two] for one, two in some])
            for (one, two), both in zip(some, together, strict=True):
                curvature[one, two] = curvature[two, one] = (both - ahead[one] - ahead[two] + here) / step**2
        # In units of the prior's deviations the precision is at least 1.
        sd = self.dynamics.sd[free]
        values, vectors = np.linalg.eigh(curvature * np.outer(sd, sd))
        values = np.maximum(values, 1.0)
        root = np.zeros((theta.size, size))
        root[free] = sd[:, None] * vectors / np.sqrt(values)
        return Peak(theta, root, -here - 0.5 * float(np.log(values).sum()))

    def uncertainty(self, theta: Floats) -> Floats:
        """A square root, (parameter, free), of the posterior covariance of the variances, none wider than its prior."""
        return self.peak(theta).root


def _decline(log_sales: Floats) -> Floats:
    """By how much the usual log sales of the end exceed those around each day (median of four weeks to each side)."""
    usual = np.array([_median(log_sales[max(0, day - 28) : day + 29]) for day in range(0, len(log_sales), 7)])
    found: Floats = _median(log_sales[-28:]) - np.repeat(usual, 7)[: len(log_sales)]
    return np.where(np.isfinite(found), found, 0.0)


def _median(values: Floats) -> float:
    """The median of what is known; NaN of nothing."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _root(covariance: Floats) -> Floats:
    """A square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))

"""The log of daily sales as an unobserved-components model with regressors, fitted and simulated.

``log sales = level + autoregression + regressors + noise``: the level is a random walk with a slope that damps
(Gardner and McKenzie 1985), the autoregression is of order one, and the noise is independent from day to day
(Harvey 1989, ch. 2; Durbin and Koopman 2012, ch. 3). statsmodels' ``UnobservedComponents`` gives the state-space form
and its Kalman gains. The regression coefficients have normal priors and are integrated out exactly: the same filter
runs over the columns (de Jong 1991, "The diffuse Kalman filter", Annals of Statistics 19), and what remains is one
weighted regression. The variances have log-normal priors and are found at the posterior's mode; sample paths draw
them from its normal approximation, then coefficients and state from their exact joint posterior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize
from statsmodels.tsa.statespace.structural import UnobservedComponents

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats
    from forecast.sales.design import Block

DAMPING = 0.98
"""Of the slope from day to day: growth halves in 34 days, so a slope b adds at most 49 b in all."""
LEVEL_PRIOR_SD = 3.0
"""Of the first day's level around the median log sales."""
PARAMETERS = ("noise_sd", "level_sd", "slope_sd", "ar_sd", "ar", "granularity")
"""Standard deviations a day on the log scale (that of the slope is its long-run one), the autoregression, and the
power with which the noise's variance falls as sales grow: 1 as if every order came by itself, 0 not at all."""
_PRIOR_MEAN = np.array([np.log(0.12), np.log(0.01), np.log(0.0015), np.log(0.1), 0.4, 0.0])
_PRIOR_SD = np.array([0.8, 0.7, 0.7, 0.8, 0.5, 1.0])
"""Prior of the logs of the four deviations, and of the logits of the other two."""
_OBSERVED = np.array([1.0, 0.0, 1.0])
"""What a day shows of the state (level, slope, autoregression)."""
_DRAWS = 8
"""Draws of the variances over which the paths are spread."""
_OUTLIER = 5.0
"""A day is an outlier when it lies so many robust standard deviations from the median of the six days around it."""
_REPEAT_WEIGHT = 4.0
"""How many repeats the prior of the repeats' standard deviation counts as."""
_POOL = 60
"""From so many days on the noise of the paths is drawn from the days' own errors instead of a normal law."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """One run of the filter at given variances, with the coefficients integrated out."""

    log_likelihood: float
    mean: Floats  # of the coefficients, (column,)
    root: Floats  # a square root of their covariance: root @ root.T
    end_level: Floats  # predicted state of the first day ahead, (state,), as if all coefficients were 0
    end_design: Floats  # what a unit of each coefficient takes from it, (state, column)
    end_root: Floats  # square root of the state's covariance given the coefficients
    errors: Floats  # one-step errors at the coefficients' mean, (day,), not standardised
    scale: Floats  # their standard deviations, (day,)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model: parameters by name, coefficients with their uncertainty, and the days that were left out."""

    block: Block
    parameters: dict[str, float]
    mean: Floats
    sd: Floats
    outliers: Bools
    repeat_sd: dict[str, float]
    passes: tuple[_Pass, ...]
    thetas: Floats
    pool: Floats | None


def fit(log_sales: Floats, block: Block, rng: np.random.Generator) -> Fit:
    """Fits the model to the history.

    Args:
        log_sales: Log of each day's sales, NaN where unknown; at least one known.
        block: The design over history and horizon.
        rng: Draws the variances' uncertainty.
    """
    filtered = _Filter(log_sales, block)
    theta = filtered.mode(_PRIOR_MEAN)
    outliers = _outliers(log_sales - block.matrix[: len(log_sales)] @ filtered.run(theta).mean)
    if outliers.any():
        filtered = _Filter(log_sales, block, outliers)
        theta = filtered.mode(theta)
    repeat_sd = _learn_repeats(filtered, theta)
    best = filtered.run(theta)
    root = filtered.uncertainty(theta)
    thetas = theta + rng.standard_normal((_DRAWS, theta.size)) @ root.T
    values = _parameters(theta)
    return Fit(
        block=block,
        parameters=dict(zip(PARAMETERS, values.tolist(), strict=True)),
        mean=best.mean,
        sd=np.sqrt((best.root**2).sum(axis=1)),
        outliers=outliers,
        repeat_sd=repeat_sd,
        passes=tuple(filtered.run(draw) for draw in thetas),
        thetas=thetas,
        pool=_pool(best, log_sales, outliers),
    )


def simulate(fitted: Fit, paths: int, rng: np.random.Generator) -> Floats:
    """Sample paths of log sales over the horizon, shape (path, day).

    Variances, coefficients and the state at the end of history are drawn on each path, then the noise of each day.
    """
    history = len(fitted.outliers)
    ahead = fitted.block.matrix[history:]
    days, columns = ahead.shape
    result = np.empty((paths, days))
    for draw, (theta, one) in enumerate(zip(fitted.thetas, fitted.passes, strict=True)):
        rows = np.arange(draw, paths, len(fitted.passes))
        noise_sd, level_sd, slope_sd, ar_sd, ar, _ = _parameters(theta)
        coefficients = one.mean + rng.standard_normal((rows.size, columns)) @ one.root.T
        state = one.end_level - coefficients @ one.end_design.T + rng.standard_normal((rows.size, 3)) @ one.end_root.T
        level, slope, short = state[:, 0], state[:, 1], state[:, 2]
        shocks = rng.standard_normal((days, 3, rows.size))
        shocks *= np.array([level_sd, slope_sd * np.sqrt(1 - DAMPING**2), ar_sd])[:, None]
        noise = _noise(fitted.pool, noise_sd, (rows.size, days), rng)
        regression = coefficients @ ahead.T
        for day in range(days):
            result[rows, day] = level + short + regression[:, day] + noise[:, day]
            level = level + slope + shocks[day, 0]
            slope = DAMPING * slope + shocks[day, 1]
            short = ar * short + shocks[day, 2]
    return result


class _Filter:
    """The Kalman filter over the log sales and every column at once, for any variances."""

    def __init__(self, log_sales: Floats, block: Block, skip: Bools | None = None) -> None:
        known = np.isfinite(log_sales)
        self._known = known if skip is None else known & ~skip
        self._seen = known
        self._center = float(np.median(log_sales[known]))
        values = np.where(known, log_sales - self._center, 0.0)
        self._columns = np.concatenate([values[:, None], block.matrix[: len(log_sales)]], axis=1)
        self._mean, self.sd, self.prior_sd, self.repeats = block.mean, block.sd.copy(), block.sd, block.repeats
        self.taught = np.abs(block.matrix[: len(log_sales)][self._known]).sum(axis=0) > 0
        # UnobservedComponents wants a series of its own; the gains depend on which days are known, never on values.
        self._model = UnobservedComponents(
            np.where(self._known, values, np.nan),
            level=True,
            trend=True,
            irregular=True,
            stochastic_level=True,
            stochastic_trend=True,
            autoregressive=1,
        )
        self._model["transition", 1, 1] = DAMPING
        self._model.ssm["obs_cov"] = np.ones((1, 1, len(log_sales)))
        self._decline = _decline(np.where(self._known, log_sales, np.nan))

    def run(self, theta: Floats) -> _Pass:
        """One run at the given (unconstrained) variances."""
        noise_sd, level_sd, slope_sd, ar_sd, ar, granularity = _parameters(theta)
        slope_shock = slope_sd * np.sqrt(1 - DAMPING**2)
        first = np.diag([LEVEL_PRIOR_SD**2, slope_sd**2, ar_sd**2 / (1 - ar**2)])
        self._model.ssm.initialize_known(np.zeros(3), first)
        self._model.update(np.array([noise_sd**2, level_sd**2, slope_shock**2, ar_sd**2, ar]))
        self._model.ssm["obs_cov"] = (noise_sd**2 * np.exp(granularity * self._decline))[None, None, :]
        output = self._model.ssm.filter()
        # The filter of a column is a' = (T - K Z) a + K x with the gains K of the sales, and its error x - Z a.
        gain = output.kalman_gain[:, 0, :].T
        transition = np.array([[1.0, 1.0, 0.0], [0.0, DAMPING, 0.0], [0.0, 0.0, ar]])
        closed = transition - gain[:, :, None] * _OBSERVED
        states = np.empty((len(gain) + 1, 3, self._columns.shape[1]))
        states[0] = 0.0
        np.multiply(gain[:, :, None], self._columns[:, None, :], out=states[1:])
        for before, step, after in zip(states[:-1], closed, states[1:], strict=True):
            after += step @ before
        errors = self._columns - states[:-1, 0] - states[:-1, 2]
        scale = np.sqrt(output.forecasts_error_cov[0, 0])
        used = self._known
        scaled = errors[used] / scale[used, None]
        response, design = scaled[:, 0] - scaled[:, 1:] @ self._mean, scaled[:, 1:]
        # With coefficients = mean + sd x unit normal, the posterior precision is I + sd D'D sd.
        weighted = design * self.sd
        lower = np.linalg.cholesky(np.eye(self.sd.size) + weighted.T @ weighted)
        inverse = np.linalg.inv(lower)
        projected = inverse @ (weighted.T @ response)
        mean = self._mean + self.sd * (inverse.T @ projected)
        likelihood = -np.log(scale[used]).sum() - np.log(np.diag(lower)).sum()
        likelihood -= 0.5 * (response @ response - projected @ projected)
        end = states[-1]
        end[0, 0] += self._center
        return _Pass(
            log_likelihood=float(likelihood),
            mean=mean,
            root=self.sd[:, None] * inverse.T,
            end_level=end[:, 0],
            end_design=end[:, 1:],
            end_root=_root(output.predicted_state_cov[:, :, -1]),
            errors=np.where(self._seen, errors[:, 0] - errors[:, 1:] @ mean, np.nan),
            scale=scale,
        )

    def objective(self, theta: Floats) -> float:
        """Minus the log posterior of the variances."""
        distance = (theta - _PRIOR_MEAN) / _PRIOR_SD
        return 0.5 * float(distance @ distance) - self.run(theta).log_likelihood

    def mode(self, start: Floats) -> Floats:
        """The variances of the highest posterior."""
        bounds = [(mean - 4 * sd, mean + 4 * sd) for mean, sd in zip(_PRIOR_MEAN, _PRIOR_SD, strict=True)]
        found = optimize.minimize(
            self.objective, start, method="L-BFGS-B", bounds=bounds, options={"maxiter": 15, "ftol": 1e-6, "eps": 1e-4}
        )
        theta: Floats = found.x
        return theta

    def uncertainty(self, theta: Floats) -> Floats:
        """A square root of the posterior covariance of the variances, never wider than their prior."""
        size, step = theta.size, 0.05
        moves = np.eye(size) * step
        here = self.objective(theta)
        ahead = np.array([self.objective(theta + move) for move in moves])
        behind = np.array([self.objective(theta - move) for move in moves])
        curvature = np.diag((ahead + behind - 2 * here) / step**2)
        for one in range(size):
            for two in range(one):
                both = self.objective(theta + moves[one] + moves[two])
                curvature[one, two] = curvature[two, one] = (both - ahead[one] - ahead[two] + here) / step**2
        # In units of the prior's deviations the precision is at least 1.
        values, vectors = np.linalg.eigh(curvature * np.outer(_PRIOR_SD, _PRIOR_SD))
        root: Floats = _PRIOR_SD[:, None] * vectors / np.sqrt(np.maximum(values, 1.0))
        return root


def _decline(log_sales: Floats) -> Floats:
    """By how much the usual log sales of the end exceed those around each day (median of four weeks to each side)."""
    usual = np.array([_median(log_sales[max(0, day - 28) : day + 29]) for day in range(0, len(log_sales), 7)])
    found: Floats = _median(log_sales[-28:]) - np.repeat(usual, 7)[: len(log_sales)]
    return np.where(np.isfinite(found), found, 0.0)


def _median(values: Floats) -> float:
    """The median of what is known; NaN of nothing."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _parameters(theta: Floats) -> Floats:
    """The variances' natural values from their unconstrained ones, in the order of ``PARAMETERS``."""
    return np.append(np.exp(theta[:4]), 1.0 / (1.0 + np.exp(-theta[4:])))


def _learn_repeats(filtered: _Filter, theta: Floats) -> dict[str, float]:
    """The standard deviation of an event's repeats, from three past repeats on (two steps of expectation-maximisation)."""
    learnt: dict[str, float] = {}
    for _ in range(2):
        one = filtered.run(theta)
        variance = (one.root**2).sum(axis=1)
        for name, places in filtered.repeats.items():
            columns = np.array(places)
            seen = columns[filtered.taught[columns]]
            if seen.size < 3:  # noqa: PLR2004  # three repeats
                continue
            prior = filtered.prior_sd[columns[0]]
            squares = float((one.mean[seen] ** 2 + variance[seen]).sum())
            learnt[name] = float(np.sqrt((_REPEAT_WEIGHT * prior**2 + squares) / (_REPEAT_WEIGHT + seen.size)))
            filtered.sd[columns] = learnt[name]
    return learnt


def _outliers(values: Floats) -> Bools:
    """Days far from the median of the three days before and the three after (Hampel 1974): a single day, no shift."""
    padded = np.pad(values, 3, constant_values=np.nan)
    around = np.stack([padded[place : place + len(values)] for place in (0, 1, 2, 4, 5, 6)])
    enough = np.isfinite(values) & (np.isfinite(around).sum(axis=0) >= 3)  # noqa: PLR2004  # half of the six
    middle = np.full(len(values), np.nan)
    middle[enough] = np.nanmedian(around[:, enough], axis=0)
    distance = np.abs(values - middle)
    if enough.sum() < 14:  # noqa: PLR2004  # two weeks: too few to know what is usual
        return np.zeros(len(values), dtype=bool)
    usual = 1.4826 * float(np.median(distance[enough]))
    return np.asarray(np.where(enough, distance > _OUTLIER * max(usual, 0.02), False), dtype=bool)  # noqa: FBT003


def _pool(one: _Pass, log_sales: Floats, outliers: Bools) -> Floats | None:
    """Standardised errors to draw the noise from, outliers at their full size; None while there are too few."""
    known = np.isfinite(log_sales)
    if known.sum() < _POOL:
        return None
    standard = (one.errors / one.scale)[known]
    regular = ~outliers[known]
    centre, spread = standard[regular].mean(), standard[regular].std()
    return (standard - centre) / spread


def _noise(pool: Floats | None, noise_sd: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Independent noise of each path and day."""
    if pool is None:
        return noise_sd * rng.standard_normal(shape)
    return noise_sd * rng.choice(pool, size=shape)


def _root(covariance: Floats) -> Floats:
    """A square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return root

"""Scores of quantile forecasts over series, origins and days, by model and horizon: the lines of the peers' table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.studies.accuracy import LEVELS, coverage, mean_absolute_scaled_error, weighted_quantile_loss

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from benchmarks.series import Study
    from forecast.arrays import Floats


@dataclass(frozen=True, slots=True)
class Answer:
    """One model's quantiles (level, day) of one series from one origin, made for ``horizon`` days ahead.

    ``quantiles`` is None where the model failed, with its error in ``failure``.
    """

    model: str
    series: str
    origin: dt.date
    horizon: int
    quantiles: Floats | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over all pairs of series and origin that the model answered; ``failed`` counts those it did not."""

    model: str
    mase: float
    wql: float
    covers_80: float
    covers_95: float
    answered: int
    failed: int


def score(study: Study, answers: Sequence[Answer], model: str, horizon: int, series: Sequence[str]) -> Scores:
    """A model's scores at a horizon over the named series."""
    table = study.scored
    rows, failed = [], 0
    for one in answers:
        if one.model != model or one.series not in series or one.horizon != horizon:
            continue
        if one.quantiles is None:
            failed += 1
            continue
        known = table[one.series].loc[: str(one.origin)].to_numpy(float)
        came = table[one.series].to_numpy(float)[len(known) : len(known) + horizon]
        rows.append(_measures(one.quantiles[:, :horizon], came, known))
    mase, wql, covers_80, covers_95 = np.mean(rows, axis=0) if rows else np.full(4, np.nan)
    return Scores(model, float(mase), float(wql), float(covers_80), float(covers_95), len(rows), failed)


def _measures(quantiles: Floats, came: Floats, known: Floats) -> tuple[float, float, float, float]:
    """MASE of the median, wQL, and what the 80 and 95 % intervals cover."""
    place = {level: row for row, level in enumerate(LEVELS)}
    selling = np.flatnonzero(known > 0)
    return (
        mean_absolute_scaled_error(quantiles[place[0.5]], came, known[selling[0] :]),
        weighted_quantile_loss(quantiles, came),
        coverage(quantiles[place[0.1]], quantiles[place[0.9]], came),
        coverage(quantiles[place[0.025]], quantiles[place[0.975]], came),
    )

"""Scores of quantile forecasts over series, origins and days: the lines of the peers' table."""

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
    """One model's quantiles (level, day) of one series from one origin, ``horizon`` days ahead.

    ``scale`` tells what the model was given: logarithms (``log``) or the series as it is. ``quantiles`` is None where
    it failed, with its error in ``failure``.
    """

    model: str
    scale: str
    series: str
    origin: dt.date
    horizon: int
    quantiles: Floats | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over all pairs of series and origin that were answered, ``by_series`` the wQL of each series.

    ``failed`` counts the pairs that were not answered.
    """

    scale: str
    mase: float
    wql: float
    covers_80: float
    covers_95: float
    failed: int
    by_series: dict[str, float]


def score(
    study: Study, answers: Sequence[Answer], horizon: int, series: Sequence[str], scale: str | None = None
) -> Scores:
    """The scores of one model's answers at a horizon over the named series.

    Args:
        study: What came.
        answers: Of one model, one a pair of series and origin.
        horizon: Answers for other horizons are left out.
        series: Names of the series that count.
        scale: What the line calls the scale; that of the answers by itself.
    """
    table = study.scored
    asked = [one for one in answers if one.horizon == horizon and one.series in series]
    rows: list[tuple[str, tuple[float, float, float, float]]] = []
    for one in asked:
        if one.quantiles is None:
            continue
        known = table[one.series].loc[: str(one.origin)].to_numpy(float)
        came = table[one.series].to_numpy(float)[len(known) : len(known) + horizon]
        rows.append((one.series, _measures(one.quantiles, came, known)))
    mase, wql, covers_80, covers_95 = np.mean([row for _, row in rows], axis=0) if rows else np.full(4, np.nan)
    losses = {name: [row[1] for other, row in rows if other == name] for name in series}
    return Scores(
        scale or (asked[0].scale if asked else ""),
        float(mase),
        float(wql),
        float(covers_80),
        float(covers_95),
        failed=len(asked) - len(rows),
        by_series={name: float(np.mean(of_series)) for name, of_series in losses.items() if of_series},
    )


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

"""Distributions over paths: means and quantiles of figures that are one number, or one a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.records import Record, money, record

if TYPE_CHECKING:
    from forecast.arrays import Days, Floats

QUANTILES = {"p05": 0.05, "p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}
"""The quantiles of every series and total."""


@record
class Band(Record):
    """One amount over paths."""

    mean: float = money("mean over paths")
    p05: float = money("5 % quantile over paths")
    p10: float = money("10 % quantile over paths")
    p50: float = money("median over paths")
    p90: float = money("90 % quantile over paths")
    p95: float = money("95 % quantile over paths")


@record
class Bands(Record):
    """An amount a day over paths, each day on its own; one figure a day of the horizon."""

    mean: list[float] = money("mean over paths, by day")
    p05: list[float] = money("5 % quantile over paths, by day")
    p10: list[float] = money("10 % quantile over paths, by day")
    p50: list[float] = money("median over paths, by day")
    p90: list[float] = money("90 % quantile over paths, by day")
    p95: list[float] = money("95 % quantile over paths, by day")


def band(values: Floats) -> Band:
    """Mean and quantiles of (path) values."""
    return Band(float(values.mean()), *(float(level) for level in np.quantile(values, list(QUANTILES.values()))))


def bands(values: Floats) -> Bands:
    """Mean and quantiles over paths of (path, day) values."""
    levels = np.quantile(values, list(QUANTILES.values()), axis=0)
    return Bands(values.mean(axis=0).tolist(), *(level.tolist() for level in levels))


def day_texts(days: Days) -> list[str]:
    """ISO dates."""
    return [str(day) for day in days.astype("datetime64[D]")]

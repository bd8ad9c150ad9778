"""Ledger tables → the failure laws of all channels and causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.cohorts import order_size, rows_of
from forecast.receivables.failures import FailureHistory, FailureLaw, fit_cause, scopes_of, unexplained, usual_level

if TYPE_CHECKING:
    import pandas as pd

    from forecast.arrays import Floats, Ints
    from forecast.ledger.tables import DailyTables
    from forecast.plan.model import Plan


def failure_laws(
    tables: DailyTables, plan: Plan
) -> tuple[dict[str, dict[str, FailureLaw]], dict[str, dict[str, float]]]:
    """The failure laws by channel and cause, from daily values by day of the first attempt.

    Also the shares by which each channel's failures without a cause look like each known one.
    """
    first_day = np.datetime64(tables.first_day, "D")
    count = int((np.datetime64(tables.as_of, "D") - first_day).astype(np.int64)) + 1
    days: dict[str, tuple[pd.DataFrame, Ints, Floats, Floats, float]] = {}
    for name in plan.channels:
        sales = rows_of(tables.sales, name)
        value = np.zeros(max(count, 1))
        np.add.at(value, _index(sales["day"], first_day), sales["value"].to_numpy(float) / 100.0)
        first = rows_of(tables.first, name)
        first = first[first["outcome"].isin(["deducted", "failed"])]
        tried_on = np.minimum(_index(first["day"], first_day) + first["age"].to_numpy(np.int64), count - 1)
        surge = np.clip(value / usual_level(value), 0.2, 50.0)
        days[name] = (first, tried_on, _on_days(first, tried_on, count), surge, order_size(sales))
    laws: dict[str, dict[str, FailureLaw]] = {name: {} for name in plan.channels}
    inferred: dict[str, dict[str, float]] = {}
    for cause in ALL_CAUSES:
        histories = {}
        for name, (first, tried_on, tried, surge, size) in days.items():
            chosen = first["cause"].to_numpy(str) == cause
            failed = _on_days(first[chosen], tried_on[chosen], count)
            histories[name] = FailureHistory(tried, failed, surge, size)
        fitted = fit_cause(histories, scopes_of(cause, plan.channels.values()), surging=cause == "risk_control")
        for name, law in fitted.items():
            laws[name][cause] = law
        if cause == "unknown":
            inferred = unexplained(histories, list(plan.channels.values()))
    return laws, inferred


def _on_days(rows: pd.DataFrame, index: Ints, count: int) -> Floats:
    """Yuan by day."""
    return np.bincount(index, rows["value"].to_numpy(float) / 100.0, max(count, 1)).astype(float)


def _index(days: pd.Series, first_day: np.datetime64) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.asarray((days.to_numpy().astype("datetime64[D]") - first_day).astype(np.int64))

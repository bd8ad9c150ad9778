"""What a reader of the forecast of sales should know: gaps and oddities of its history, and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Named, Note
from forecast.sales.dynamics import CORE
from forecast.sales.model import AS_FITTED
from forecast.sales.public_holidays import HOLIDAY, REGIONAL
from forecast.sales.shifts import RECENT, shift_days

if TYPE_CHECKING:
    from forecast.arrays import Days, Floats
    from forecast.sales.closures import Closures
    from forecast.sales.ensemble import Ensemble
    from forecast.sales.model import Fit

SHORT_HISTORY_DAYS = 30
"""With fewer known days of sales the priors speak loudest, which a note says."""
ERRATIC = 0.8
"""Where less than this part of the level's changes is carried forward, a note calls the history erratic."""
STALE_DAYS = 3
"""So many last days without a row, up to as_of, are called a stale ledger."""


def on_history(total: Floats, closures: Closures, days: Days) -> list[Note]:
    """What the history lacks."""
    notes = []
    known = np.flatnonzero(np.isfinite(total))
    selling = int((total > 0).sum())
    if selling < SHORT_HISTORY_DAYS:
        notes.append(Note("short_history", "sales", {"days": selling}))
    trailing = len(total) - 1 - int(known[-1])
    if trailing >= STALE_DAYS:
        notes.append(Note("stale_ledger", "sales", {"days": trailing, "last": str(days[known[-1]])}))
    if closures.closed[: known[-1]].any():
        notes.append(Note("closed_days", "sales", {"days": int(closures.closed[: known[-1]].sum())}))
    absent = int((np.isnan(total) & ~closures.closed)[: known[-1]].sum())
    if absent > 0:
        notes.append(Note("missing_days", "sales", {"days": absent}))
    return notes


def on_models(fitted: Ensemble, days: Days, carried: float) -> list[Note]:
    """What the models found odd, how they were chosen, and what their past intervals led to.

    ``days`` are those of history and horizon, ``carried`` as ``ensemble.simulate`` gives it.
    """
    core = fitted.core
    selling = int(np.isfinite(core.seen).sum())
    notes = []
    if core.outliers.any():
        latest = str(days[np.flatnonzero(core.outliers)[-1]])
        notes.append(Note("outlier_days", "sales", {"days": int(core.outliers.sum()), "last": latest}))
    if shifts := shift_days(core.block):
        last, column = max(shifts.items())
        change = float(np.expm1(core.best.mean[column]))
        notes.append(Note("level_shift", "sales", {"days": len(shifts), "last": str(days[last]), "change": change}))
    notes += [
        Note("recent_change", "sales", {"first": str(days[day]), "change": float(np.expm1(core.best.mean[column]))})
        for day, column in shift_days(core.block, RECENT).items()
    ]
    notes += _on_holidays(core, days)
    if carried < ERRATIC:
        notes.append(Note("erratic_history", "sales", {"days": selling}))
    return [*notes, _on_choice(fitted, selling), *_on_intervals(fitted)]


def _on_holidays(core: Fit, days: Days) -> list[Note]:
    """Holidays ahead that no day of the history has shown."""
    matrix, days = core.block.matrix[len(core.seen) :], days[len(core.seen) :]
    return [
        Note("holiday_unseen", "sales", {"first": str(day)}, {"holiday": Named("holidays", name.split(":", 1)[1])})
        for name, ahead, taught in zip(core.block.names, matrix.T, core.filtered.taught, strict=True)
        if name.startswith((HOLIDAY, REGIONAL)) and not taught
        for day in days[ahead != 0][:1]
    ]


def _on_choice(fitted: Ensemble, selling: int) -> Note:
    """Why the forecast is made of these models."""
    choice = fitted.choice
    if choice.why == "short":
        return Note("sales_model_short", "sales", {"days": selling})
    loss = {name: choice.day_loss[name] + choice.sum_loss[name] for name in choice.weights}
    other = min(one for name, one in loss.items() if name != CORE.name)
    values = {"origins": fitted.origins, "loss": loss[CORE.name], "other": other}
    return Note(f"sales_model_{choice.why}", "sales", {**values, **choice.weights})


def _on_intervals(fitted: Ensemble) -> list[Note]:
    """That intervals were rescaled, and by how much."""
    found = fitted.calibration
    if found.spread == AS_FITTED or found.days is None or found.sums is None:
        return []
    shares, spread = {"window": fitted.window, "days": found.days, "sums": found.sums}, found.spread
    return [Note("intervals_rescaled", "sales", {**shares, "daily": spread.daily, "level": spread.level})]

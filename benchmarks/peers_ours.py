"""Our side of the comparison: quantiles at fixed origins, totals over many, the peak week of simulated merchants."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.peak_merchants import KINDS, peak_merchant
from benchmarks.scores import Answer
from benchmarks.series import TOTAL, every
from forecast import sales_paths
from forecast.studies.accuracy import LEVELS, coverage, weighted_quantile_loss

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from benchmarks.peak_merchants import Kind, PeakMerchant
    from benchmarks.series import Study
    from forecast import Event
    from forecast.arrays import Bools, Floats

OURS = "forecast"
PATHS, SEED = 2000, 1
TOTAL_DAYS, TOTAL_STEP, TOTAL_HISTORY = 28, 7, 90
"""Totals over so many days are forecast every week from so many days of history on."""
TEN, NINETY = LEVELS.index(0.1), LEVELS.index(0.9)


@dataclass(frozen=True, slots=True)
class Totals:
    """By origin: whether the 80 and 95 % intervals of the total held it, and the former's width over the days' sum."""

    name: str
    inside_80: Bools
    inside_95: Bools
    ratio: Floats


def study_paths(study: Study, origin: dt.date, days: int, paths: int = PATHS) -> Floats:
    """Our sample paths (path, channel, day) from an origin of a study."""
    return sales_paths(
        study.daily, origin, days, regressors=study.regressors, holidays=study.country, paths=paths, seed=SEED
    )


def quantile_answers(study: Study) -> list[Answer]:
    """Our quantiles of every scored series, from each origin, at each horizon."""
    found = []
    for number, origin in enumerate(study.origins, start=1):
        paths = study_paths(study, origin, max(study.horizons))
        for place, name in enumerate(study.scored.columns):
            own = paths.sum(axis=1) if name == TOTAL else paths[:, place]
            quantiles = np.quantile(own, LEVELS, axis=0)
            found += [Answer(OURS, "log", str(name), origin, days, quantiles[:, :days]) for days in study.horizons]
        progress(f"{study.name}: {OURS}, origin {number} of {len(study.origins)}")
    return found


def totals(study: Study) -> Totals:
    """The total over 28 days, from every week that has enough history and so many known days ahead."""
    last = pd.Timestamp(study.daily.index[-1]).date()
    count = (len(study.daily[study.begins :]) - TOTAL_HISTORY - TOTAL_DAYS) // TOTAL_STEP
    origins = every(TOTAL_STEP, count, last, TOTAL_DAYS)
    came = study.daily.sum(axis=1)
    held, wide, ratio = [], [], []
    for number, origin in enumerate(origins, start=1):
        paths = study_paths(study, origin, TOTAL_DAYS).sum(axis=1)
        truth = float(came.loc[str(origin) :].to_numpy(float)[1 : 1 + TOTAL_DAYS].sum())
        low, ten, ninety, high = np.quantile(paths.sum(axis=1), [0.025, 0.1, 0.9, 0.975])
        days = np.quantile(paths, [0.1, 0.9], axis=0).sum(axis=1)
        held.append(ten <= truth <= ninety)
        wide.append(low <= truth <= high)
        ratio.append((ninety - ten) / (days[1] - days[0]))
        progress(f"{study.name}: totals, origin {number} of {len(origins)}")
    return Totals(study.name, np.array(held), np.array(wide), np.array(ratio))


def peak_rows(merchants: int) -> Iterator[tuple[Kind, float, float, float]]:
    """By kind of merchant: mean wQL of the peak week told of the event and not, and what 80 % covers, told."""
    for kind in KINDS:
        rows = []
        for seed in range(merchants):
            merchant = peak_merchant(kind, seed)
            came = merchant.week()
            told, untold = (_week_quantiles(merchant, events) for events in (merchant.events, merchant.events[:-1]))
            losses = (weighted_quantile_loss(told, came), weighted_quantile_loss(untold, came))
            rows.append((*losses, coverage(told[TEN], told[NINETY], came)))
            progress(f"Double 11 ahead ({kind}): merchant {seed + 1} of {merchants}")
        told_loss, untold_loss, covers = np.mean(rows, axis=0)
        yield kind, float(told_loss), float(untold_loss), float(covers)


def _week_quantiles(merchant: PeakMerchant, events: tuple[Event, ...]) -> Floats:
    """Quantiles (level, day) of the total in the peak week."""
    to_peak = (merchant.peak - merchant.as_of).days
    paths = sales_paths(
        merchant.daily, merchant.as_of, to_peak + 3, events=events, holidays="CN", paths=PATHS, seed=SEED
    )
    quantiles: Floats = np.quantile(paths.sum(axis=1)[:, -7:], LEVELS, axis=0)
    return quantiles


def seconds(study: Study, paths: int) -> float:
    """Wall time of our forecast from a study's first origin, fitted and simulated."""
    begin = time.perf_counter()
    study_paths(study, study.origins[0], max(study.horizons), paths)
    return time.perf_counter() - begin


def progress(text: str) -> None:
    """One line on standard error, written over the last."""
    print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)

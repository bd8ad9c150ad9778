"""The peers' forecasts, made in an environment of their own: ``python peer_models.py FOLDER``.

Runs without ``forecast``, which wants a newer pandas. Reads ``task.json`` and the studies' ``NAME.series.parquet`` and
``NAME.calendar.parquet`` from the folder, and cuts every history at its origin. Writes ``answers.parquet``: quantiles
by model, scale, series, origin, horizon and day, or the error with which a model failed; and ``seconds.json``.

Every model is given each history as it is and, where all of it is positive, as logarithms too (``scale``); quantiles
come from the package's own intervals, cut off at 0.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from mlforecast import MLForecast
from mlforecast.utils import PredictionIntervals
from prophet import Prophet
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoARIMA, AutoETS, AutoTheta, SeasonalNaive

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Model = Callable[[pd.DataFrame, pd.DataFrame, str], Floats]

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
INTERVALS = [50, 80, 95]
"""The central intervals whose ends, with the median, are those quantiles."""
WEEK, YEAR = 7, 365
YEAR_DAYS = 400
"""The yearly waves are given from so many days of history on: less cannot tell them from trend."""
LEARNING_DAYS = 120
"""Days of history that conformal windows leave to learn from."""


def spread(table: pd.DataFrame, model: str) -> Floats:
    """Quantiles (level, day) out of a package's columns of points and intervals."""
    low = [table[f"{model}-lo-{level}"] for level in reversed(INTERVALS)]
    high = [table[f"{model}-hi-{level}"] for level in INTERVALS]
    return np.sort(np.stack([*low, table[model], *high]).astype(np.float64), axis=0)


def stats_model(make: Callable[[int], Any], *, calendar: bool) -> Model:
    """A model of statsforecast, made for a length of history; with the calendar as regressors or without."""

    def forecast(known: pd.DataFrame, ahead: pd.DataFrame, country: str) -> Floats:
        del country
        made = make(len(known))
        given = known if calendar else known[["unique_id", "ds", "y"]]
        future = ahead if calendar else None
        table = StatsForecast(models=[made], freq="D").forecast(df=given, h=len(ahead), X_df=future, level=INTERVALS)
        return spread(table, str(made))

    return forecast


def arima(_: int) -> AutoARIMA:
    """Regression with ARMA errors: the week is among the regressors, which is faster and better than a seasonal one."""
    return AutoARIMA(season_length=1)


def mstl(known: int) -> MSTL:
    """With a week, and a year where two lie in the history; the rest by exponential smoothing."""
    return MSTL(season_length=[WEEK, YEAR] if known >= 2 * YEAR else [WEEK], trend_forecaster=AutoETS(model="ZZN"))


def lightgbm(known: pd.DataFrame, ahead: pd.DataFrame, country: str) -> Floats:
    """Weekly lags and the calendar; leaves small enough for holidays; conformal intervals of up to ten windows."""
    del country
    days = len(ahead)
    learner = LGBMRegressor(
        n_estimators=100, learning_rate=0.1, min_child_samples=5, verbosity=-1, n_jobs=1, random_state=1
    )
    made = MLForecast(models={"lightgbm": learner}, freq="D", lags=[7, 14, 28], date_features=["dayofweek", "day"])
    windows = int(np.clip((len(known) - LEARNING_DAYS) // days, 2, 10))
    made.fit(known, static_features=[], prediction_intervals=PredictionIntervals(n_windows=windows, h=days))
    return spread(made.predict(h=days, X_df=ahead, level=INTERVALS), "lightgbm")


def prophet(known: pd.DataFrame, ahead: pd.DataFrame, country: str) -> Floats:
    """Its own weekly and yearly waves and holidays; of the calendar given to others what it does not know itself."""
    own = [name for name in known if not str(name).startswith(("unique_id", "ds", "y", "holiday", "weekday"))]
    made = Prophet(uncertainty_samples=1000)
    made.add_country_holidays(country_name=country)
    for name in own:
        made.add_regressor(name)
    made.fit(known[["ds", "y", *own]], seed=1)
    np.random.seed(1)  # noqa: NPY002  # the package draws from the global generator
    samples = made.predictive_samples(ahead[["ds", *own]])["yhat"]
    quantiles: Floats = np.quantile(samples, LEVELS, axis=1)
    return quantiles


MODELS: dict[str, Model] = {
    "AutoARIMA, calendar": stats_model(arima, calendar=True),
    "AutoARIMA": stats_model(lambda _: AutoARIMA(season_length=WEEK, approximation=True), calendar=False),
    "AutoETS": stats_model(lambda _: AutoETS(season_length=WEEK), calendar=False),
    "MSTL": stats_model(mstl, calendar=False),
    "AutoTheta": stats_model(lambda _: AutoTheta(season_length=WEEK), calendar=False),
    "seasonal naive": stats_model(lambda _: SeasonalNaive(season_length=WEEK), calendar=False),
    "Prophet, calendar": prophet,
    "LightGBM, calendar": lightgbm,
}
BY_HORIZON = ("LightGBM, calendar",)
"""Models whose intervals depend on how many days are asked for; the others are asked once, for the longest horizon."""
PROCESSES = 2


def tables(
    series: pd.Series[float], calendar: pd.DataFrame, origin: pd.Timestamp, days: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What a model is given: history with ``y`` up to the origin, and the days ahead; columns that vary in history."""
    known = series[:origin]
    waves = [name for name in calendar if str(name).startswith("year_")]
    given = calendar.drop(columns=waves) if len(known) < YEAR_DAYS else calendar
    given = given.loc[:, given.loc[known.index].std() > 0]
    history = pd.DataFrame({"unique_id": str(series.name), "ds": known.index, "y": known.to_numpy()})
    ahead = pd.DataFrame({"unique_id": str(series.name), "ds": pd.date_range(origin, periods=days + 1)[1:]})
    return history.join(given, on="ds"), ahead.join(given, on="ds")


def answer(name: str, known: pd.DataFrame, ahead: pd.DataFrame, country: str, *, logs: bool) -> tuple[Floats, str]:
    """A model's quantiles (level, day), NaN with the error's text where it failed."""
    given = known.assign(y=np.log(known["y"])) if logs else known
    try:
        quantiles = MODELS[name](given, ahead, country)
    except Exception as error:  # noqa: BLE001  # whatever a package raises is what is reported
        return np.full((len(LEVELS), len(ahead)), np.nan), f"{type(error).__name__}: {error}"
    quantiles = np.exp(quantiles) if logs else np.maximum(quantiles, 0.0)
    return quantiles, "" if np.isfinite(quantiles).all() else "its forecast is not finite"


def answers(part: tuple[Path, dict[str, Any], str, str]) -> pd.DataFrame:
    """One model's answers from one origin; ``part``: the folder with the study's files, the study, model, origin."""
    folder, study, name, origin = part
    quieten()
    series = pd.read_parquet(folder / f"{study['name']}.series.parquet")[study["begins"] :]
    calendar = pd.read_parquet(folder / f"{study['name']}.calendar.parquet")
    found = []
    for asked in study["horizons"] if name in BY_HORIZON else [max(study["horizons"])]:
        for label in series.columns:
            known, ahead = tables(series[label], calendar, pd.Timestamp(origin), asked)
            for logs in (False, True) if (known["y"] > 0).all() else (False,):
                quantiles, failure = answer(name, known, ahead, study["country"], logs=logs)
                for horizon in [asked] if name in BY_HORIZON else study["horizons"]:
                    rows = pd.DataFrame(quantiles[:, :horizon].T, columns=[f"q{level}" for level in LEVELS])
                    found.append(
                        rows.assign(
                            study=study["name"],
                            model=name,
                            scale="log" if logs else "as it is",
                            series=label,
                            origin=origin,
                            horizon=horizon,
                            failure=failure,
                        )
                    )
    return pd.concat(found, ignore_index=True)


def seconds(timed: dict[str, Any], folder: Path) -> float:
    """Wall time of AutoARIMA with the calendar on all series of a study, fitted and forecast on two processes."""
    table = pd.read_parquet(folder / f"{timed['name']}.series.parquet")
    calendar = pd.read_parquet(folder / f"{timed['name']}.calendar.parquet")
    pairs = [tables(table[name], calendar, pd.Timestamp(timed["origin"]), timed["days"]) for name in table.columns]
    known, ahead = (pd.concat(part, ignore_index=True) for part in zip(*pairs, strict=True))
    known["y"] = np.log(np.maximum(known["y"], 1.0))
    begin = time.perf_counter()
    made = StatsForecast(models=[arima(len(known))], freq="D", n_jobs=PROCESSES)
    made.forecast(df=known, h=timed["days"], X_df=ahead, level=INTERVALS)
    return time.perf_counter() - begin


def say(text: str) -> None:
    """One line on standard error, written over the last."""
    print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)


def quieten() -> None:
    """Packages' warnings and messages would drown the progress."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)


def main() -> None:
    """Answer the task in the folder, on two processes."""
    quieten()
    folder = Path(sys.argv[1])
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    parts = [
        (folder, study, name, origin)
        for study in task["studies"]
        for name in study["models"]
        for origin in study["origins"]
    ]
    found = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for number, rows in enumerate(pool.map(answers, parts), start=1):
            found.append(rows)
            say(f"{parts[number - 1][1]['name']}: {parts[number - 1][2]}, {number} of {len(parts)}")
    if found:
        pd.concat(found, ignore_index=True).to_parquet(folder / "answers.parquet", index=False)
    if task["timed"]:
        spent = seconds(task["timed"], folder)
        (folder / "seconds.json").write_text(json.dumps({"AutoARIMA, calendar": spent}), encoding="utf-8")


if __name__ == "__main__":
    main()

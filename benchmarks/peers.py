"""Our sales forecasts beside those of other packages: ``python -m benchmarks.peers``.

The same series, the same origins, the same calendar where a package takes one, one run; scored by the same functions
(``forecast.studies.accuracy``). The peers want an older pandas than ours and run in an environment of their own, which
is made in a temporary folder, or kept in the one that ``--environment`` names.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.environment import run_alone
from benchmarks.peak_merchants import five_channels
from benchmarks.peers_ours import OURS, peak_rows, quantile_answers, seconds, totals
from benchmarks.scores import Answer, Scores, score
from benchmarks.series import Study, calendar_columns, olist, rossmann
from benchmarks.shipped import retail
from forecast.studies.accuracy import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

REQUIREMENTS = ("statsforecast==2.1.1", "mlforecast==1.1.0", "lightgbm==4.7.0", "prophet==1.5.0", "pyarrow>=18")
"""The newest that install together."""
MODELS = (
    "AutoARIMA, calendar",
    "AutoARIMA",
    "AutoETS",
    "MSTL",
    "AutoTheta",
    "Prophet, calendar",
    "LightGBM, calendar",
    "seasonal naive",
)
THEIRS = Path(__file__).parent / "peer_models.py"
REAL = {"rossmann": rossmann, "olist": olist, "retail": retail}
TOTALLED = (rossmann, olist)
TABLES = (*REAL, "totals", "peak", "time")
TIMED_DAYS, TIMED_PATHS = 60, 1000


@dataclass(frozen=True, slots=True)
class Theirs:
    """What came back from the peers' environment: answers by study, and the seconds of what was timed."""

    answers: dict[str, list[Answer]]
    seconds: dict[str, float]


def ask_peers(studies: Sequence[Study], timed: Study | None, models: Sequence[str], environment: Path | None) -> Theirs:
    """The answers of the peers that are named, from their own environment."""
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        for study in (*studies, *([] if timed is None else [timed])):
            table = study.daily if study is timed else study.scored
            table.to_parquet(folder / f"{study.name}.series.parquet")
            calendar_columns(study).to_parquet(folder / f"{study.name}.calendar.parquet")
        task = {
            "studies": [_described(study, models) for study in studies],
            "timed": timed and {"name": timed.name, "origin": str(timed.origins[0]), "days": TIMED_DAYS},
        }
        (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
        run_alone(environment or folder / "environment", REQUIREMENTS, THEIRS, folder)
        print(file=sys.stderr)
        spent = folder / "seconds.json"
        return Theirs(
            _read(folder / "answers.parquet") if studies else {},
            json.loads(spent.read_text(encoding="utf-8")) if timed else {},
        )


def _described(study: Study, models: Sequence[str]) -> dict[str, Any]:
    """A study as the peers' script reads it."""
    return {
        "name": study.name,
        "country": study.country,
        "begins": str(study.begins.date()),
        "origins": [str(origin) for origin in study.origins],
        "horizons": list(study.horizons),
        "models": list(models),
    }


def _read(path: Path) -> dict[str, list[Answer]]:
    """The peers' answers by study; a model's name bears the scale that it was given."""
    found: dict[str, list[Answer]] = {}
    keys = ["study", "model", "scale", "series", "origin", "horizon", "failure"]
    for key, rows in pd.read_parquet(path).groupby(keys, sort=False):
        study, model, scale, series, origin, horizon, failure = (str(part) for part in key)
        quantiles = None if failure else rows[[f"q{level}" for level in LEVELS]].to_numpy(float).T
        day = pd.Timestamp(origin).date()
        found.setdefault(study, []).append(Answer(model, scale, series, day, int(horizon), quantiles, failure))
    return found


def best_scale(study: Study, answers: Sequence[Answer], model: str, horizon: int, series: Sequence[str]) -> Scores:
    """A model's scores on the scale, as it is or logarithms, that turned out better for it.

    A series that cannot be put into logarithms (it has days of 0) counts as it is on both.
    """
    own = [one for one in answers if one.model == model]
    logs = {(one.series, one.origin, one.horizon) for one in own if one.scale == "log"}
    plain = [one for one in own if one.scale != "log"]
    kept = [one for one in plain if (one.series, one.origin, one.horizon) not in logs]
    choices = [score(study, plain, horizon, series)]
    if logs:
        choices.append(score(study, [*kept, *(one for one in own if one.scale == "log")], horizon, series, scale="log"))
    return min(choices, key=lambda one: (one.failed, np.nan_to_num(one.wql, nan=np.inf)))


def print_scores(study: Study, answers: Sequence[Answer]) -> None:
    """One table a horizon: models down, scores across; with several series their wQL apart."""
    models = list(dict.fromkeys(one.model for one in answers))
    names = [str(name) for name in study.scored.columns]
    for horizon in study.horizons:
        days = ", ".join(str(origin) for origin in study.origins)
        print(f"\n{study.name}, {horizon} days ahead, {len(study.origins)} origins ({days})")
        apart = names if len(names) > 1 else []
        heads = "".join(f"{name:>13}" for name in apart)
        print(f"{'model':<22}{'scale':<10}{'MASE':>7}{'wQL':>8}{'80 %':>7}{'95 %':>7}{'failed':>8}{heads}")
        for model in models:
            one = best_scale(study, answers, model, horizon, names)
            covers = f"{one.covers_80:>7.0%}{one.covers_95:>7.0%}{one.failed:>8}"
            of_series = "".join(f"{one.by_series.get(name, np.nan):>13.4f}" for name in apart)
            print(f"{model:<22}{one.scale:<10}{one.mase:>7.3f}{one.wql:>8.4f}{covers}{of_series}")
    for failure in dict.fromkeys(f"{one.model}, {one.scale}: {one.failure}" for one in answers if one.failure):
        print(f"failed: {failure[:110]}")


def print_time(study: Study, theirs: dict[str, float]) -> None:
    """Wall time of ours and theirs on the same series."""
    history = len(study.daily) - TIMED_DAYS
    print(f"\n{len(study.daily.columns)} channels, {TIMED_DAYS} days ahead, {history} days of history")
    print(f"{f'{OURS}, {TIMED_PATHS:,} joint paths':<36}{seconds(study, TIMED_PATHS):>6.1f} s")
    for name, spent in theirs.items():
        print(f"{f'{name}, intervals':<36}{spent:>6.1f} s")


def print_totals() -> None:
    """How often the interval of the 28-day total held what came, and how wide it is."""
    print(f"\n{'28-day totals':<22}{'origins':>8}{'80 % holds':>12}{'95 % holds':>12}{'width ratio':>13}")
    found = [totals(study()) for study in TOTALLED]
    for name, rows in (*((one.name, [one]) for one in found), ("both", found)):
        inside = np.concatenate([one.inside_80 for one in rows])
        wide = np.concatenate([one.inside_95 for one in rows])
        ratio = np.concatenate([one.ratio for one in rows])
        print(f"{name:<22}{inside.size:>8}{inside.mean():>12.0%}{wide.mean():>12.0%}{ratio.mean():>13.2f}")
    print("width ratio: the total's 80 % interval over the summed ends of the days' intervals")


def print_peaks(merchants: int) -> None:
    """WQL of the week around Double 11, told of it and not."""
    print(f"\n{'Double 11 ahead':<24}{'merchants':>10}{'wQL told':>10}{'not told':>10}{'ratio':>8}{'80 %':>7}")
    for kind, told, untold, held in peak_rows(merchants):
        print(f"{kind:<24}{merchants:>10}{told:>10.3f}{untold:>10.3f}{told / untold:>8.2f}{held:>7.0%}")


def timed_study() -> Study:
    """Five channels at the end of their history."""
    merchant = five_channels()
    return Study("five_channels", merchant.daily, None, "CN", (merchant.as_of,), (TIMED_DAYS,))


def chosen() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", choices=TABLES, nargs="*", default=list(TABLES), help="which tables")
    parser.add_argument("--only", choices=("us", "all"), default="all", help="us: without the peers")
    parser.add_argument("--models", choices=MODELS, nargs="*", default=list(MODELS), help="which peers")
    parser.add_argument("--origins", type=int, help="only the last so many origins of the real series")
    parser.add_argument("--merchants", type=int, default=24, help="simulated merchants a row of the peak's table")
    parser.add_argument("--environment", type=Path, help="keep the peers' environment in this folder")
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    asked = chosen()
    studies = [REAL[name]() for name in asked.series if name in REAL]
    if asked.origins:
        studies = [replace(study, origins=study.origins[-asked.origins :]) for study in studies]
    timed = timed_study() if "time" in asked.series else None
    theirs = Theirs({}, {})
    if asked.only == "all" and (studies or timed):
        theirs = ask_peers(studies, timed, asked.models, asked.environment)
    for study in studies:
        print_scores(study, [*quantile_answers(study), *theirs.answers.get(study.name, [])])
    if "totals" in asked.series:
        print_totals()
    if "peak" in asked.series:
        print_peaks(asked.merchants)
    if timed is not None:
        print_time(timed, theirs.seconds)


if __name__ == "__main__":
    main()

"""Our sales forecasts beside those of other packages: ``python -m benchmarks.peers``.

The same series, the same origins, the same calendar where a package takes one, one run; scored by the same functions
(``forecast.studies.accuracy``).
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.scores import Answer, score
from benchmarks.series import TOTAL, olist, rossmann
from forecast import sales_paths
from forecast.studies.accuracy import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.series import Study

OURS = "forecast"
PATHS, SEED = 2000, 1
STUDIES: dict[str, Callable[[], Study]] = {"rossmann": rossmann, "olist": olist}


def ours(study: Study) -> list[Answer]:
    """Our quantiles of every scored series, from each origin, at each horizon."""
    found = []
    for origin in study.origins:
        paths = sales_paths(
            study.daily,
            origin,
            max(study.horizons),
            regressors=study.regressors,
            holidays=study.country,
            paths=PATHS,
            seed=SEED,
        )
        for name in study.scored.columns:
            own = paths.sum(axis=1) if name == TOTAL else paths[:, study.daily.columns.get_loc(name)]
            quantiles = np.quantile(own, LEVELS, axis=0)
            found += [Answer(OURS, str(name), origin, days, quantiles[:, :days]) for days in study.horizons]
        progress(f"{study.name}: {OURS}, {len(found)} forecasts")
    return found


def progress(text: str) -> None:
    """One line on standard error, written over the last."""
    print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)


def print_scores(study: Study, answers: list[Answer]) -> None:
    """One table a horizon: models down, scores across."""
    models = list(dict.fromkeys(one.model for one in answers))
    series = [str(name) for name in study.scored.columns]
    for horizon in study.horizons:
        print(f"\n{study.name}, {horizon} days ahead, {len(study.origins)} origins, {len(series)} series")
        print(f"{'model':<28}{'MASE':>8}{'wQL':>8}{'80 %':>8}{'95 %':>8}{'failed':>8}")
        for model in models:
            one = score(study, answers, model, horizon, series)
            covers = f"{one.covers_80:>8.0%}{one.covers_95:>8.0%}"
            print(f"{model:<28}{one.mase:>8.3f}{one.wql:>8.4f}{covers}{one.failed:>8}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", choices=list(STUDIES), nargs="*", default=list(STUDIES), help="which tables")
    for name in parser.parse_args().series:
        study = STUDIES[name]()
        begin = time.perf_counter()
        answers = ours(study)
        progress("")
        print(f"\r{time.perf_counter() - begin:.1f} s", file=sys.stderr)
        print_scores(study, answers)


if __name__ == "__main__":
    main()

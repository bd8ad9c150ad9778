"""Sales of known law: ours beside what can be attained and a plain average: ``python -m benchmarks.known_laws``.

Series that move in one way each (``benchmarks/known_series.py``) are forecast 60 days ahead from 462 days of history,
with the calendar that every merchant has. What can be attained is the exact posterior of one who is told the law and
its deviations, and learns level, growth and effects from the same history. Other packages' sample paths, on the
logarithms, stand beside them; they come from an environment of their own, as those of ``benchmarks.peers`` do.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.environment import run_alone
from benchmarks.known_series import AHEAD, FIRST, HISTORY, KNOWN, attainable, draw_series
from benchmarks.peers import REQUIREMENTS
from benchmarks.reasons import PATHS, measured, table
from forecast import sales_paths
from forecast.calendar import to_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.known_series import Series
    from benchmarks.reasons import Rows
    from forecast.arrays import Floats

OURS, AVERAGE, TOLD, LAW = "forecast", "the average", "told the law", "told all but the days"
PEERS = ("AutoETS", "AutoARIMA")
THEIRS = Path(__file__).parent / "peer_paths.py"


def ours(series: Series, seed: int) -> Floats:
    """The planner's paths of sales, (path, day), which knows the days of the calendar and nothing else."""
    index = pd.DatetimeIndex((FIRST + np.arange(HISTORY)).astype("datetime64[ns]"))
    sold = pd.Series(np.exp(series.past), index=index, name="sales")
    as_of = to_date(FIRST + HISTORY - 1)
    return np.asarray(sales_paths(sold, as_of, AHEAD, holidays="CN", paths=PATHS, seed=seed)[:, 0])


def average(past: Floats, paths: int, rng: np.random.Generator) -> Floats:
    """Paths of sales, (path, day): every day is as any day of the history was, the mean as uncertain as a mean is."""
    sd = float(past.std(ddof=1))
    middle = past.mean() + sd / np.sqrt(past.size) * rng.standard_normal((paths, 1))
    return np.asarray(np.exp(middle + sd * rng.standard_normal((paths, AHEAD))))


def peer_paths(pasts: Floats, environment: Path) -> dict[str, Floats]:
    """By package's model, paths of sales, (series, path, day), on histories of log sales, (series, day)."""
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        np.save(folder / "pasts.npy", pasts)
        task = {"models": PEERS, "days": AHEAD, "paths": PATHS, "seed": 1}
        (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
        run_alone(environment, REQUIREMENTS, THEIRS, folder)
        return dict(zip(PEERS, np.exp(np.load(folder / "paths.npy")), strict=True))


def compared(law: str, seeds: Sequence[int], environment: Path | None = None) -> tuple[Rows, float]:
    """By forecaster, the measures of each series of a law; and the processor seconds of ours, a series.

    ``environment``: the folder of the peers' environment, None: without peers.
    """
    rows: Rows = {}
    spent = 0.0
    pasts = np.array([draw_series(KNOWN[law], seed).past for seed in seeds])
    theirs = {} if environment is None else peer_paths(pasts, environment)
    for number, seed in enumerate(seeds, start=1):
        series = draw_series(KNOWN[law], seed)
        rng = np.random.default_rng([seed, 3])
        oracle, came = np.split(np.exp(series.ahead), 2)
        begin = time.process_time()
        planned = ours(series, seed)
        spent += time.process_time() - begin
        found = {
            OURS: planned,
            **{name: paths[number - 1] for name, paths in theirs.items()},
            AVERAGE: average(series.past, PATHS, rng),
            TOLD: np.exp(attainable(series, PATHS, rng)),
            LAW: oracle,
        }
        for name, paths in found.items():
            rows.setdefault(name, []).append(measured(paths, came))
        print(f"\r{law}: series {number} of {len(seeds)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows, spent / len(seeds)


def main() -> None:
    """Print a table for each law."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=200, help="series of each law (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first series; the others follow it")
    parser.add_argument("--law", choices=list(KNOWN), action="append", help="only this law (default all)")
    parser.add_argument("--only", choices=("us", "all"), default="all", help="us: without the peers")
    parser.add_argument("--environment", type=Path, help="keep the peers' environment in this folder")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.series)
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        environment = None if given.only == "us" else given.environment or Path(folder) / "environment"
        for law in given.law or KNOWN:
            rows, spent = compared(law, seeds, environment)
            print(f"\n{law}: {given.series} series, {HISTORY} days of history, {AHEAD} days ahead, {spent:.2f} s each")
            print("\n".join(table(rows, TOLD)))
    print(
        "\ndays, total: width of the days' 80 % and of the total's 90 % interval over that of one told the law; held:"
    )
    print("share of the law's totals in the latter; miss: of the total's median; loss: wQL of days, and of the total,")
    print("over that of one told the law")


if __name__ == "__main__":
    main()

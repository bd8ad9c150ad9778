"""The collection development beside the package chainladder: ``python -m benchmarks.chainladder_agreement``.

Makes an environment of its own in a temporary folder, installs chainladder there, and lets it develop the published
RAA triangle and the weekly cohorts of a plan's ledger. Prints the largest differences; fails where one is not
rounding.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.environment import installed
from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan
from forecast.receivables.development import chain_ladder, develop, weekly_cohorts

if TYPE_CHECKING:
    from forecast.arrays import Floats

VERSION = "0.10.1"
PLAN = Path(__file__).resolve().parents[1] / "data" / "double11" / "plan.toml"
ROUNDING = 1e-9
"""Largest relative difference that counts as agreement."""

THEIRS = """
import json, sys
import chainladder as cl
import pandas as pd

def answer(triangle):
    fitted = cl.Development(average="volume").fit(triangle)
    model = cl.Chainladder().fit(fitted.transform(triangle))
    return {
        "factors": fitted.ldf_.to_frame().to_numpy().ravel().tolist(),
        "ultimate": model.ultimate_.to_frame(origin_as_datetime=False).to_numpy().ravel().tolist(),
    }

def monthly(rows):
    # The package knows no weeks, and a development factor no calendar: a week stands for a month.
    ages = len(rows[0])
    first = pd.Period("2000-01", "M")
    cells = [
        {"origin": (first + i).to_timestamp(), "valued": (first + i + k).to_timestamp(how="E"), "money": rows[i][k]}
        for i in range(len(rows)) for k in range(ages) if rows[i][k] is not None
    ]
    return cl.Triangle(pd.DataFrame(cells), origin="origin", development="valued", columns="money", cumulative=True)

raa = cl.load_sample("raa")
given = json.load(sys.stdin)
answers = {name: answer(monthly(rows)) for name, rows in given.items()}
raa_rows = raa.to_frame(origin_as_datetime=False).to_numpy()
answers["raa"] = answer(raa) | {"rows": [[None if x != x else x for x in row] for row in raa_rows.tolist()]}
json.dump(answers, sys.stdout)
"""


def triangles(plan: Path) -> dict[str, Floats]:
    """The full triangle of every channel and of all together, from the first age with money."""
    read = load_plan(plan)
    tables = read_ledger(read).tables
    found = {}
    for name in (*read.channels, None):
        collection = develop(weekly_cohorts(tables, name))
        if len(collection.ages) > 1:
            count, first = len(collection.cohorts.weeks), int(collection.ages[0])
            found[name or "all channels"] = collection.cohorts.collected[: count - first, first:]
    return found


def rows_of(triangle: Floats) -> list[list[float | None]]:
    """A triangle as JSON holds it."""
    return [[None if np.isnan(amount) else float(amount) for amount in row] for row in triangle]


def differences(triangle: Floats, theirs: dict[str, Any]) -> tuple[float, float, float]:
    """Largest relative difference of factors and of ultimates, and what is still to come by our count.

    The package takes nothing collected for nothing known, and so gives no ultimate to a cohort without money.
    """
    ours = chain_ladder(triangle)
    factors = np.abs(ours.factors / np.array(theirs["factors"]) - 1.0).max()
    ultimate = np.array(theirs["ultimate"])
    away = np.nanmax(np.abs(ours.ultimate - ultimate)) / np.nanmax(np.abs(ultimate))
    return float(factors), float(away), float(ours.still_to_come.sum())


def main() -> None:
    """Print one line a triangle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", type=Path, default=PLAN, help="whose triangles are developed beside RAA")
    ours = triangles(parser.parse_args().plan)
    with tempfile.TemporaryDirectory(prefix="chainladder-") as folder:
        python = installed(Path(folder), [f"chainladder=={VERSION}"])
        given = json.dumps({name: rows_of(triangle) for name, triangle in ours.items()})
        command = [str(python), "-W", "ignore", "-c", THEIRS]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)  # noqa: S603  # our own command
    theirs = json.loads(done.stdout)
    raa = np.array(theirs["raa"]["rows"], dtype=float)
    print(f"chainladder {VERSION}: largest relative difference of factors and ultimates")
    print(f"{'triangle':<16}{'factors':>12}{'ultimates':>12}{'still to come':>16}")
    worst = 0.0
    for name, triangle in {"raa": raa, **ours}.items():
        factors, ultimate, still = differences(triangle, theirs[name])
        worst = max(worst, factors, ultimate)
        print(f"{name:<16}{factors:>12.1e}{ultimate:>12.1e}{still:>16,.2f}")
    if not worst <= ROUNDING:
        sys.exit(f"differences above {ROUNDING:g}")


if __name__ == "__main__":
    main()

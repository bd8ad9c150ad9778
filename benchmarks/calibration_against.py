"""The merchants of ``benchmarks.calibration`` planned by another checkout of this repository, in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats

SHOWN = ("receipts", "sales", "true_sales_given")
SAME = 1e-6
"""Both must have drawn the same merchants: what came may differ by rounding alone."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one quantity over all merchants: our mean width and error over the other's; shares of each that held."""

    width: float
    error: float
    held: float
    theirs: float


def rows_of(checkout: Path, seeds: Sequence[int], paths: int, jobs: int) -> list[dict[str, Any]]:
    """The rows that the code in ``checkout`` makes of merchants whose seeds follow each other, without the oracle."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        asked = ["--merchants", len(seeds), "--seed", seeds[0], "--paths", paths, "--jobs", jobs, "--json", out]
        command = [sys.executable, "-m", "benchmarks.calibration", "--no-oracle", *map(str, asked)]
        settings = os.environ | {"PYTHONPATH": str(checkout)}
        # It exits with 1 where a merchant failed; the others' rows are written all the same.
        subprocess.run(command, check=False, cwd=checkout, env=settings, stdout=subprocess.DEVNULL)  # noqa: S603  # our own
        found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
        return found


def compared(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], name: str) -> Beside:
    """One quantity of both, merchant by merchant.

    Widths are p05 to p95, errors those of the mean, both over what came.

    Raises:
        ValueError: The rows are not of the same merchants.
    """
    came = _column(ours, name, "came")
    if not np.allclose(came, _column(theirs, name, "came"), rtol=SAME, atol=0.0):
        raise ValueError(f"{name}: the other checkout draws other merchants")
    used = came > 0
    width, error = (
        [np.mean(measure(rows, name)[used] / came[used]) for rows in (ours, theirs)] for measure in (_width, _error)
    )
    held = [float(_column(rows, name, "inside").mean()) for rows in (ours, theirs)]
    return Beside(float(width[0] / width[1]), float(error[0] / error[1]), held[0], held[1])


def show_beside(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> None:
    """Print the table."""
    print(f"\n{'beside the other checkout':<28}{'width':>9}{'error':>9}{'held':>9}{'the other':>11}")
    for name, label in zip(SHOWN, ("receipts", "sales", "receipts, told the sales"), strict=True):
        one = compared(ours, theirs, name)
        print(f"{label:<28}{one.width:>9.3f}{one.error:>9.3f}{one.held:>9.1%}{one.theirs:>11.1%}")
    print("width of p05-p95, and absolute error of the mean, as multiples of the other's; means over merchants")


def _column(rows: Sequence[Mapping[str, Any]], name: str, figure: str) -> Floats:
    return np.array([float(row[name][figure]) for row in rows])


def _width(rows: Sequence[Mapping[str, Any]], name: str) -> Floats:
    return _column(rows, name, "p95") - _column(rows, name, "p05")


def _error(rows: Sequence[Mapping[str, Any]], name: str) -> Floats:
    return np.abs(_column(rows, name, "mean") - _column(rows, name, "came"))

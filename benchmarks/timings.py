"""Time and memory of each command, beside bare imports, each a process of its own: ``python -m benchmarks.timings``.

Cold commands use no cache; warm ones begin with what a what-if has left in a cache of the benchmark's own. Rounds go
through all rows in turns, so that another load on the machine falls on all alike; medians are printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLAN = "data/double11/plan.toml"
CHANGE = "failure_rate.baitiao=0.08"
COLD = "--no-cache"
_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system tells the peak of a process's memory."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process took: seconds by the wall and of the processor (its own and the system's), peak bytes."""

    wall: float
    processor: float
    memory: float


def rows(plan: str, out: str) -> dict[str, list[str]]:
    """Each row's name and what Python is given to run; ``run`` writes into the folder ``out``."""
    forecast = ["-m", "forecast"]
    return {
        "import numpy, pandas, scipy.stats": ["-c", "import numpy, pandas, scipy.stats"],
        "forecast --help": [*forecast, "--help"],
        "forecast check": [*forecast, "check", plan],
        "forecast run": [*forecast, "run", plan, "--out", out, COLD],
        "forecast whatif": [*forecast, "whatif", plan, "--set", CHANGE, COLD],
        "forecast finance": [*forecast, "finance", plan, COLD],
        "forecast stress": [*forecast, "stress", plan, "--out", out, COLD],
        "forecast whatif, warm": [*forecast, "whatif", plan, "--set", CHANGE],
        "forecast run, warm": [*forecast, "run", plan, "--out", out],
        "forecast stress, warm": [*forecast, "stress", plan, "--out", out],
    }


def surroundings() -> dict[str, str]:
    """The environment of the commands: that of this process, but for what keeps Python from keeping compiled modules.

    With it every command would compile all it imports anew, seconds that no user's command takes.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def spent(arguments: list[str]) -> Spent:
    """Run Python with these arguments in the repository's folder.

    The system counts into a process's peak what started it, which is small here.

    Raises:
        subprocess.CalledProcessError: It ended with another status than 0, or 3 (something needs action).
    """
    begin = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, *arguments],
        cwd=ROOT,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as one:
        _, status, used = os.wait4(one.pid, 0)
        one.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    if one.returncode not in {0, 3}:
        raise subprocess.CalledProcessError(one.returncode, arguments)
    return Spent(wall, used.ru_utime + used.ru_stime, float(used.ru_maxrss * _UNIT))


def median(of: list[Spent]) -> Spent:
    """The median of each figure on its own."""
    return Spent(*(statistics.median(getattr(one, name) for one in of) for name in ("wall", "processor", "memory")))


def table(found: dict[str, Spent]) -> str:
    """All rows, each with its processor time as a multiple of the first row's, the bare imports'."""
    bare = next(iter(found.values())).processor
    lines = ["| | wall, s | processor, s | times the imports | memory, GB |", "|---|---|---|---|---|"]
    lines += [
        f"| `{name}` | {one.wall:.1f} | {one.processor:.1f} | {one.processor / bare:.1f} | {one.memory / 1e9:.2f} |"
        for name, one in found.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run")
    parser.add_argument("--plan", default=PLAN, help="the plan of the commands")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as cache:
        os.environ["FORECAST_CACHE_DIR"] = cache
        asked = rows(given.plan, out)
        spent(asked["forecast whatif, warm"])  # which is cold the first time
        spent(asked["forecast run"])  # so that all modules are compiled
        every: dict[str, list[Spent]] = {name: [] for name in asked}
        for _ in range(given.rounds):
            for name, arguments in asked.items():
                every[name].append(spent(arguments))
    print(table({name: median(one) for name, one in every.items()}))


if __name__ == "__main__":
    main()

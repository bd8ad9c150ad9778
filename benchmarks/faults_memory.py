"""Peak memory of runs at the largest sizes: ``python -m benchmarks.faults_memory``.

Each runs in a process of its own on the ledger of ``data/double11``, workbook and report with it: 20,000 paths, and a
backtest of as many; its orders spread over forty channels with 2,000 paths over 75 days and 1,800 over 90, and with
2,000 over 90 and 20,000 over 75, which are refused; and an ``as_of`` that lies as long after the last order as is let
through, with the one that lies years after it, which is refused, too. Ends with status 1 where one takes more than
``MOST_GIGABYTES``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "double11"

MOST_GIGABYTES = 1.5
"""What a run may take."""

SPREAD = 10
"""Channels made of each one of the sample's four."""


class Extreme(NamedTuple):
    """A run: its name, the exit status that it must have, and what follows ``python -m forecast``."""

    name: str
    status: int
    words: tuple[str, ...]


class PeakMemory(NamedTuple):
    """What a run took: its name, peak memory in GB, and whether it ended with the status that it must have."""

    name: str
    gigabytes: float
    as_told: bool


def extremes(folder: Path) -> Iterator[Extreme]:
    """The runs, their plans written into a folder."""
    sample = str(SAMPLE / "plan.toml")
    yield Extreme("20,000 paths", 0, ("run", sample, "--paths", "20000"))
    yield Extreme("backtest, 20,000 paths", 0, ("backtest", sample, "--paths", "20000"))
    channels = many_channels(folder / "channels")
    yield Extreme("40 channels × 2,000 paths × 75 days", 0, ("run", str(channels), "--paths", "2000"))
    longer = channels.with_name("longer.toml")
    longer.write_text(re.sub(r"^horizon_days = .*$", "horizon_days = 90", _text(channels), flags=re.MULTILINE), "utf-8")
    yield Extreme("40 channels × 1,800 paths × 90 days", 0, ("run", str(longer), "--paths", "1800"))
    yield Extreme("40 channels × 2,000 paths × 90 days, refused", 2, ("run", str(longer), "--paths", "2000"))
    yield Extreme("40 channels × 20,000 paths, refused", 2, ("run", str(channels), "--paths", "20000"))
    weeks, years = late(folder / "weeks", "2026-11-01"), late(folder / "years", "2029-10-18")
    yield Extreme("as_of two weeks after the last order", 0, ("run", str(weeks)))
    yield Extreme("as_of three years after the last order", 2, ("run", str(years)))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def many_channels(folder: Path) -> Path:
    """The sample's plan with each channel spread over several, its orders with it."""
    folder.mkdir(parents=True)
    text = _text(SAMPLE / "plan.toml")
    names = re.findall(r"^\[channels\.(\w+)\]$", text, re.MULTILINE)
    for name in names:
        section = f"[channels.{name}]" + text.partition(f"\n[channels.{name}]")[2].partition("\n\n")[0]
        parts = [section.replace(f"[channels.{name}]", f"[channels.{name}_{place}]") for place in range(SPREAD)]
        text = text.replace(section, "\n\n".join(parts))
        quoted = ", ".join(f'"{name}_{place}"' for place in range(SPREAD))
        text = text.replace(f'channels = ["{name}"]', f"channels = [{quoted}]")
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    (folder / "other_flows.csv").write_bytes((SAMPLE / "other_flows.csv").read_bytes())
    orders = duckdb.read_parquet(str(SAMPLE / "orders.parquet"))
    spread = orders.project(f"* REPLACE (channel || '_' || hash(order_id) % {SPREAD} AS channel)")
    spread.write_parquet(str(folder / "orders.parquet"))
    return folder / "plan.toml"


def late(folder: Path, as_of: str) -> Path:
    """The sample's plan at another ``as_of``."""
    folder.mkdir(parents=True)
    text = _text(SAMPLE / "plan.toml")
    (folder / "plan.toml").write_text(re.sub(r"^as_of = .*$", f"as_of = {as_of}", text, flags=re.MULTILINE), "utf-8")
    for name in ("other_flows.csv", "orders.parquet"):
        (folder / name).symlink_to(SAMPLE / name)
    return folder / "plan.toml"


def measured(one: Extreme, out: Path) -> PeakMemory:
    """The peak memory of a run in a process of its own."""
    command = [sys.executable, "-m", "forecast", *one.words, "--out", str(out)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # our own command
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return PeakMemory(one.name, used.ru_maxrss * unit / 1e9, process.returncode == one.status)


def peak_memory() -> list[PeakMemory]:
    """What each extreme takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [measured(one, folder / "out") for one in extremes(folder / "plans")]


def holds(row: PeakMemory) -> bool:
    """Whether a run ended as it must, and took no more than it may."""
    return row.as_told and row.gigabytes < MOST_GIGABYTES


def table(rows: Iterable[PeakMemory]) -> str:
    """What each run took, a row a run."""
    lines = ["| run | peak memory, GB | within 1.5 GB and ended as it must |", "|---|---|---|"]
    lines += [f"| {row.name} | {row.gigabytes:.2f} | {'yes' if holds(row) else 'NO'} |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Print a row a run."""
    rows = peak_memory()
    print(table(rows))
    if not all(map(holds, rows)):
        sys.exit(1)


if __name__ == "__main__":
    main()

"""Time and memory of ``forecast run data/double11/plan.toml``, the whole process: ``python benchmarks/double11.py``."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run the command in a process of its own and print wall time, processor time and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "forecast", "run", "data/double11/plan.toml", "--out", folder]
        begin = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  # our own command
        wall = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    print(f"{wall:.1f} s wall, {used.ru_utime + used.ru_stime:.1f} s processor, {used.ru_maxrss * unit / 1e9:.2f} GB")


if __name__ == "__main__":
    main()

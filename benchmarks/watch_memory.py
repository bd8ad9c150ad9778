"""Is a watch's memory bounded: ``python -m benchmarks.watch_memory``.

``monitor --watch`` follows a file that grows by 10,000 orders a minute. Its time is made to pass faster: thirty minutes
of orders at once, and as soon as they have been looked at, the next. Printed are the hours that have passed, seconds
from the rows' arrival to the end of the look at them, processor seconds of that look, and the process's memory then.
Orders are let go after some four and a half hours, so that the window slides twice in nine; what an incident needs is
kept until eight hours after its end, of very many orders the last ones and sums (``--incidents``). How long an alert
takes is measured in real time by ``watch_delay``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.watch_kills import BEGIN, CHANNELS, HEAD, TINY

A_MINUTE = 10_000
AT_ONCE = 30
"""Minutes of orders that come together."""

FAILED = 100
"""Of so many orders one fails."""

STRUCK = (range(120, 240), range(540, 570))
"""Minutes at which two in three orders of the first channel fail, if asked for."""

LONGEST = 300.0
"""Seconds to wait for a look."""


def rows(minute: int, *, incidents: bool) -> str:
    """The orders of a minute."""
    begin = BEGIN + dt.timedelta(minutes=minute)
    told = []
    for second in range(60):
        ordered = begin + dt.timedelta(seconds=second)
        paid = ordered + dt.timedelta(seconds=10)
        well = f"{paid},,,{paid + dt.timedelta(seconds=5)},"
        ill = f"{paid},clearing,{paid + dt.timedelta(seconds=20)},,"
        told.append((ordered, well, ill))
    struck, lines = incidents and any(minute in one for one in STRUCK), []
    for place in range(A_MINUTE):
        ordered, well, ill = told[place * 60 // A_MINUTE]
        fails = place % FAILED == 0 or (struck and place % 2 == 0 and place % 3)
        lines.append(f"M{minute}-{place},{CHANNELS[place % 2]},{ordered},100.00,{ill if fails else well}\n")
    return "".join(lines)


def used(process: int) -> tuple[float, float]:
    """Processor seconds of a process until now, and its present memory in gigabytes."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e9


def looked_at(kept: Path, moment: dt.datetime) -> bool:
    """Whether the watch has kept what it knew at a moment."""
    try:
        return bool(json.loads(kept.read_text(encoding="utf-8"))["now"] >= moment.isoformat())
    except FileNotFoundError:
        return False


def follow(folder: Path, hours: float, *, incidents: bool) -> None:
    """Follows a feed for some hours of its time, and prints a line a look."""
    shutil.copytree(TINY, folder / "tiny")
    feed, kept = folder / "feed.csv", folder / "out" / "monitor.json"
    feed.write_text(HEAD, encoding="utf-8")
    words = ["tiny/plan.toml", "--feed", "feed.csv", "--since", f"{BEGIN:%Y-%m-%d}", "--out", "out", "--watch", "0.5"]
    command = [sys.executable, "-m", "forecast", "monitor", *words, "--json", "--without-money"]
    with (folder / "told.jsonl").open("w") as told:
        watch = subprocess.Popen(command, cwd=folder, stdout=told, stderr=subprocess.DEVNULL)  # noqa: S603  # our own
    print(f"{'hours':>6}{'orders':>12}{'delay':>9}{'processor':>11}{'memory':>10}")
    before = used(watch.pid)[0]
    for minute in range(0, round(hours * 60), AT_ONCE):
        text = "".join(rows(minute + one, incidents=incidents) for one in range(AT_ONCE))
        with feed.open("a", encoding="utf-8") as end:
            end.write(text)
        came = time.monotonic()
        last = BEGIN + dt.timedelta(minutes=minute + AT_ONCE, seconds=-1)
        while not looked_at(kept, last):
            if time.monotonic() - came > LONGEST or watch.poll() is not None:
                sys.exit("the watch does not follow")
            time.sleep(0.1)
        delay = time.monotonic() - came
        spent, memory = used(watch.pid)
        passed = minute + AT_ONCE
        print(
            f"{passed / 60:6.1f}{passed * A_MINUTE:12,}{delay:7.1f} s{spent - before:9.1f} s{memory:7.2f} GB",
            flush=True,
        )
        before = spent
    watch.terminate()
    watch.wait()
    alerts = len((folder / "told.jsonl").read_text(encoding="utf-8").splitlines())
    print(f"{alerts} alerts told of {len(STRUCK) * incidents} incidents")


def main() -> None:
    """Print a line a look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=10.0, help="hours of the feed's time")
    parser.add_argument("--incidents", action="store_true", help="with two incidents")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        follow(Path(folder), given.hours, incidents=given.incidents)


if __name__ == "__main__":
    main()

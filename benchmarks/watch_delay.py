"""How long after an order's line is an alert told: ``python -m benchmarks.watch_delay --minutes 6``.

Another process writes a feed in real time, 10,000 orders a minute: a line as an order is placed, one more when it is
deducted (5 s later) or fails (20 s later). ``monitor --watch`` follows it; before that it has read some hours of the
feed at once (``--hours``), so that its window is full. Two in three orders of the first channel fail for a minute, and
two minutes later of the second one. Printed are, an incident a line, the seconds from the writing of the tenth failed
order's first line, and of the line that tells its failure, to the moment at which the alert's line comes out of the
watch; then how old the newest line was that a look had seen when it had ended, and the load of the machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.watch_kills import BEGIN, CHANNELS, HEAD, TINY
from benchmarks.watch_memory import A_MINUTE, FAILED, rows, used

if TYPE_CHECKING:
    from typing import IO

EVERY, LASTS, FIRST = 120, 60, 60
"""Seconds from an incident to the next, of one, and before the first."""

DEDUCTED, TOLD = 5, 20
"""Seconds from an order, which is confirmed at once, to its deduction and to the telling of its failure."""

AHEAD = 5.0
"""Seconds until the writer, which must be loaded first, begins."""

TENTH = 10
"""The failed order of an incident from which the delay is counted."""

LONGEST = 900.0
"""Seconds to wait for the first look."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the writer tells of an incident's tenth failed order: when its two lines were written (monotonic)."""

    incident: int
    placed: float
    failed: float


def incident_at(second: int) -> int | None:
    """The number of the incident that runs at a second of real time."""
    number, since = divmod(second - FIRST, EVERY)
    return number if 0 <= number < len(CHANNELS) and since < LASTS else None


def fails(second: int, place: int) -> bool:
    """Whether the deduction of an order of a second fails."""
    number = incident_at(second)
    struck = number is not None and place % 2 == number and (place // 2) % 3 > 0
    return struck or place % FAILED == 0


def write(feed: Path, begin: dt.datetime, seconds: int, zero: float, log: Path) -> None:
    """Writes the lines of each second of the feed's time as it comes, from a moment on; and when, into ``log``."""
    many, tenth = A_MINUTE // 60, dict[int, tuple[int, float]]()
    struck: dict[int, int] = defaultdict(int)
    found: list[Line] = []
    with feed.open("a", encoding="utf-8") as out:
        for second in range(seconds):
            time.sleep(max(zero + second - time.monotonic(), 0.0))
            out.write("".join(_placed(begin, second, place) for place in range(many)))
            for told, failing in ((second - DEDUCTED, False), (second - TOLD, True)):
                chosen = [place for place in range(many) if told >= 0 and fails(told, place) is failing]
                out.write("".join(_outcome(begin, told, place, failing=failing) for place in chosen))
            out.flush()
            now, number = time.monotonic(), incident_at(second)
            if number is not None and number not in tenth:
                struck[number] += sum(fails(second, place) and place % FAILED > 0 for place in range(many))
                if struck[number] >= TENTH:
                    tenth[number] = second, now
            for one, (at, placed) in tenth.items():
                if at == second - TOLD:
                    found.append(Line(one, placed, now))
    log.write_text(json.dumps([[one.incident, one.placed, one.failed] for one in found]), encoding="utf-8")


def _placed(begin: dt.datetime, second: int, place: int) -> str:
    ordered = begin + dt.timedelta(seconds=second)
    return f"R{second}-{place},{CHANNELS[place % 2]},{ordered},100.00,{ordered},,,,\n"


def _outcome(begin: dt.datetime, second: int, place: int, *, failing: bool) -> str:
    ordered = begin + dt.timedelta(seconds=second)
    at = ordered + dt.timedelta(seconds=TOLD if failing else DEDUCTED)
    told = f"clearing,{at},," if failing else f",,{at},"
    return f"R{second}-{place},{CHANNELS[place % 2]},{ordered},100.00,{ordered},{told}\n"


def _listen(output: IO[str], heard: list[tuple[float, dict[str, object]]]) -> None:
    heard.extend((time.monotonic(), json.loads(line)) for line in output)


def known_to(kept: Path) -> dt.datetime | None:
    """The feed's last moment at the last look that has ended."""
    try:
        return dt.datetime.fromisoformat(json.loads(kept.read_text(encoding="utf-8"))["now"])
    except (FileNotFoundError, ValueError):
        return None


def measure(folder: Path, hours: float, minutes: float, every: float) -> None:
    """Follows a feed in real time, and prints how late what it tells is."""
    shutil.copytree(TINY, folder / "tiny")
    feed, kept, log = folder / "feed.csv", folder / "out" / "monitor.json", folder / "lines.json"
    before = round(hours * 60)
    with feed.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        for minute in range(before):
            out.write(rows(minute, incidents=False))
    words = ["tiny/plan.toml", "--feed", "feed.csv", "--since", f"{BEGIN:%Y-%m-%d}", "--out", "out"]
    command = [
        sys.executable,
        "-m",
        "forecast",
        "monitor",
        *words,
        "--watch",
        f"{every:g}",
        "--json",
        "--without-money",
    ]
    watch = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603  # our own
    heard: list[tuple[float, dict[str, object]]] = []
    assert watch.stdout is not None  # noqa: S101  # a pipe
    threading.Thread(target=_listen, args=(watch.stdout, heard), daemon=True).start()
    begin, came = BEGIN + dt.timedelta(minutes=before), time.monotonic()
    while known_to(kept) is None and before:
        if time.monotonic() - came > LONGEST or watch.poll() is not None:
            sys.exit("the watch does not follow")
        time.sleep(0.5)
    print(f"{before * A_MINUTE:,} orders read at once in {time.monotonic() - came:.1f} s", flush=True)
    seconds, spent = round(minutes * 60), used(watch.pid)[0]
    busy = os.getloadavg()[0]
    zero = time.monotonic() + AHEAD
    writer = multiprocessing.get_context("spawn").Process(target=write, args=(feed, begin, seconds, zero, log))
    writer.start()
    ages = _ages(writer, kept, begin, seconds, zero)
    time.sleep(3 * every)
    took, memory = used(watch.pid)
    watch.terminate()
    watch.wait()
    for incident, placed, failed in json.loads(log.read_text(encoding="utf-8")):
        alert = _alert_of(heard, begin + dt.timedelta(seconds=FIRST + EVERY * incident))
        late = "not told"
        if alert is not None:
            late = f"{alert - placed:6.1f} s after its tenth failed order, {alert - failed:6.1f} s after that was told"
        print(f"incident {incident + 1}: {late}")
    known = f"the newest line known when one ended was {np.median(ages):.1f} s old (longest {max(ages):.1f} s)"
    print(f"{len(ages)} looks; {known}")
    load = f"load {busy:.1f} before, {os.getloadavg()[0]:.1f} at the end"
    print(f"{len(heard)} alerts; {(took - spent) / seconds:.0%} of a processor, {memory:.2f} GB; {load}")


def _ages(
    writer: multiprocessing.process.BaseProcess, kept: Path, begin: dt.datetime, seconds: int, zero: float
) -> list[float]:
    """How long ago the feed's newest second was written that each look knew as it ended."""
    last, ages = known_to(kept), list[float]()
    while writer.is_alive():
        now = known_to(kept)
        if now is not None and now != last:
            last = now
            if begin < now < begin + dt.timedelta(seconds=seconds):
                ages.append(time.monotonic() - zero - (now - begin).total_seconds())
        time.sleep(0.05)
    return ages


def _alert_of(heard: list[tuple[float, dict[str, object]]], start: dt.datetime) -> float | None:
    """When the alert came that began with an incident."""
    for at, alert in heard:
        began = dt.datetime.fromisoformat(str(alert["started_at"]))
        if abs((began - start).total_seconds()) < EVERY / 2:
            return at
    return None


def main() -> None:
    """Print a line an incident, and what the looks knew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=6.0, help="minutes in real time")
    parser.add_argument("--hours", type=float, default=4.5, help="hours of the feed that are there before")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between looks")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.hours, given.minutes, given.every)


if __name__ == "__main__":
    main()

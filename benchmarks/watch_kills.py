"""Is nothing told twice and nothing missed when a watch is killed: ``python -m benchmarks.watch_kills --kills 50``.

A feed grows by twelve hours with one incident in them before each child begins. Each child goes on with ``monitor
--watch`` and is killed by SIGKILL: at one of its calls that leave a trace (to the disk, to standard output, to the
command that alerts are handed to), before it or after it, or at any moment. Standard output is a pipe or a file in
turn. In the end one child is left alone. Then every incident must have been told once, and handed over once.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.commands import console

if TYPE_CHECKING:
    from collections.abc import Callable

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"
CALLS = ("replace", "rename", "unlink", "mkdir", "rmdir", "fsync", "write")
"""Functions of ``os`` that leave a trace."""

BEGIN = dt.datetime(2026, 6, 6)  # noqa: DTZ001  # local time, as in the ledger
HOURS = 12
"""Hours that the feed grows by before each child, with an incident of two hours in them."""

EVERY = dt.timedelta(seconds=75)
"""Time from an order to the next."""

HEAD = "order_id,channel,ordered_at,amount,paid_at,failure_cause,failed_at,deducted_at,closed_at\n"
CHANNELS = ("baitiao", "wechat")


@dataclass(frozen=True, slots=True)
class Blow:
    """A kill: at the ``call``-th call that leaves a trace, after it or just before; or, 0, after some seconds."""

    call: int
    after: bool
    seconds: float = 0.0


def rows(part: int) -> str:
    """The orders of one part of the feed: one channel's fail for two hours, the channels in turn."""
    begin, lines = BEGIN + dt.timedelta(hours=HOURS * part), []
    strike = begin + dt.timedelta(hours=4), begin + dt.timedelta(hours=6)
    for place in range(int(dt.timedelta(hours=HOURS) / EVERY)):
        ordered = begin + EVERY * place
        channel, paid = CHANNELS[place % 2], ordered + dt.timedelta(seconds=20)
        told = ",,", str(paid + dt.timedelta(seconds=5)) + ","
        if channel == CHANNELS[part % 2] and strike[0] <= ordered < strike[1]:
            told = f",clearing,{paid + dt.timedelta(seconds=30)}", ","
        lines.append(f"K{part}-{place},{channel},{ordered},100.00,{paid}{told[0]},{told[1]}\n")
    return "".join(lines)


def watch(folder: Path, blow: Blow | None, output: int, *, piped: bool) -> int:
    """A child that watches and is struck; its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    os.dup2(output, 1)
    os.dup2(os.open(folder / "errors.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    if blow is not None:
        _strike(blow, piped=piped)
    os.chdir(folder)
    words = ["--feed", "feed.csv", "--since", "2026-06-06", "--out", "out", "--watch", "0.1", "--polls", "2"]
    words += ["--json", "--without-money", "--exec", f'{sys.executable} -S -c "{_TAKES}"']
    sys.argv = ["forecast", "monitor", "tiny/plan.toml", *words]
    from forecast.cli import main  # noqa: PLC0415  # in the child

    try:
        main()
    except SystemExit as ended:
        os._exit(ended.code if isinstance(ended.code, int) else 0)
    os._exit(0)


_TAKES = "import sys; open('handed.txt', 'a').write(sys.stdin.read())"


def _strike(blow: Blow, *, piped: bool) -> None:
    """Has this process killed at the blow's moment.

    What a pipe has taken is known by its mark alone, which follows at once: there no blow falls between the two.
    """
    if blow.call == 0:
        threading.Thread(target=_later, args=(blow.seconds,), daemon=True).start()
        return
    calls, own = 0, os.getpid()

    def struck(call: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
        def counted(*words: Any, **more: Any) -> Any:  # noqa: ANN401  # of any function
            nonlocal calls
            calls += os.getpid() == own
            last = calls == blow.call and os.getpid() == own
            if last and not after:
                os.kill(own, signal.SIGKILL)
            done = call(*words, **more)
            if last:
                os.kill(own, signal.SIGKILL)
            return done

        return counted

    for name in CALLS:
        setattr(os, name, struck(getattr(os, name), after=blow.after or (piped and name == "write")))
    console.show = struck(console.show, after=blow.after and not piped)
    subprocess.Popen.__init__ = struck(subprocess.Popen.__init__, after=blow.after)  # type: ignore[method-assign]


def _later(seconds: float) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


def ordeal(folder: Path, kills: int, seed: int, *, piped: bool) -> list[str]:
    """Kills so many children over a growing feed; what was told or handed over twice, or not at all."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    shutil.copytree(TINY, folder / "tiny")
    (folder / "feed.csv").write_text(HEAD, encoding="utf-8")
    told, struck = folder / "told.txt", 0
    for part in range(kills + 1):
        with (folder / "feed.csv").open("a", encoding="utf-8") as feed:
            feed.write(rows(part))
        blow = None
        if part < kills:
            blow = _blow(rng)
        struck += _child(folder, told, blow, piped=piped) == signal.SIGKILL
    print(f"{struck} of {kills} children killed at work, standard output {'a pipe' if piped else 'a file'}", flush=True)
    return _judged(folder, told, kills + 1)


def _blow(rng: random.Random) -> Blow:
    """One in four at any moment, the others at a call."""
    if rng.randrange(4) == 0:
        return Blow(0, after=False, seconds=rng.uniform(0.05, 1.2))
    return Blow(rng.randint(1, MOST_CALLS), after=bool(rng.randrange(2)))


MOST_CALLS = 75
"""Calls that leave a trace in a child that tells one alert, about."""


def _child(folder: Path, told: Path, blow: Blow | None, *, piped: bool) -> int:
    """One child with its standard output kept; the signal that ended it, or 0."""
    with told.open("ab") as kept:
        if not piped:
            return watch(folder, blow, kept.fileno(), piped=False) & 0x7F
        read, write = os.pipe()
        with os.fdopen(read, "rb") as lines:
            status = watch(folder, blow, write, piped=True)
            os.close(write)
            kept.write(lines.read())
        return status & 0x7F


def _judged(folder: Path, told: Path, incidents: int) -> list[str]:
    """What is wrong with what was told of so many incidents."""
    wrong = []
    kept = json.loads((folder / "out" / "monitor.json").read_text(encoding="utf-8"))
    names = {one["id"] for one in kept["alerts"]}
    if len(names) != incidents:
        wrong.append(f"{len(names)} alerts of {incidents} incidents")
    for what, file in (("told", told), ("handed over", folder / "handed.txt")):
        ids = [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()]
        wrong += [f"{name} {what} {ids.count(name)} times" for name in sorted(names | set(ids)) if ids.count(name) != 1]
    left = sorted(one.name for one in (folder / "out").iterdir() if one.name != "monitor.json")
    return wrong + [f"left behind: {name}" for name in left]


def main() -> None:
    """Print what went wrong; the exit code is 1 where anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    wrong = []
    for piped, kills in ((True, arguments.kills // 2), (False, arguments.kills - arguments.kills // 2)):
        with tempfile.TemporaryDirectory() as folder:
            wrong += ordeal(Path(folder), kills, arguments.seed, piped=piped)
    print("\n".join(wrong) or "every incident told once and handed over once")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()

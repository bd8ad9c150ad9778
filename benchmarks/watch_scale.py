"""How long a watch takes over a million orders: ``python -m benchmarks.watch_scale``.

A merchant of ``monitor_world`` with so many orders in the thirty days that are watched, Double 11 and five incidents in
them, and the thirty days before as the plan's ledger; as CSV and as Parquet. Printed are processor seconds: of reading
both files, of learning what is usual, of looking for incidents at each quarter of an hour, and of ``forecast monitor
--without-money`` as a whole, its start included; and those of a bare read of both files into DuckDB. Each is measured
in a process of its own, in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.monitor_world import simulate
from forecast.plan.reading import load_plan
from forecast.watch.feed import CAUSES, DAY, NEVER, aligned
from forecast.watch.monitor import Watch
from forecast.watch.reading import read_feed

if TYPE_CHECKING:
    from forecast.arrays import Ints
    from forecast.watch.feed import Feed

PAST = 30
"""Days of history."""

KINDS = ("csv", "parquet")
ROUNDS = 3

CHANNEL = """[channels.{name}]
clearing = "{clearing}"
"""

PLAN = """language = "en"
[plan]
as_of = {as_of}
[ledger]
orders = "past.{kind}"
[cash]
opening_balance = 0.0
{channels}"""


def write_files(folder: Path, seed: int, orders: int) -> int:
    """Writes plan, ledger and feed; how many orders the feed has."""
    trial = simulate(seed, 100.0)
    world = simulate(seed, 100.0 * orders / int((trial.feed.ordered_at > trial.since).sum()))
    feed, since = world.feed, world.since
    watched = feed.take(feed.ordered_at > since)
    past = feed.take((feed.ordered_at <= since) & (feed.ordered_at > since - PAST * DAY))
    for name, one in (("past", past.known_at(since)), ("feed", watched)):
        _write(folder, name, one)
    channels = "".join(CHANNEL.format(name=name, clearing=feed.clearing[name]) for name in feed.channels)
    for kind in KINDS:
        text = PLAN.format(as_of=np.datetime64(since, "s").astype("datetime64[D]"), kind=kind, channels=channels)
        (folder / f"{kind}.toml").write_text(text, encoding="utf-8")
    return len(watched)


def _write(folder: Path, name: str, feed: Feed) -> None:
    """Writes orders as both kinds of files, in the order in which they were placed."""
    feed = feed.take(np.argsort(feed.ordered_at, kind="stable"))
    orders = pa.table(
        {
            "order_id": pa.array(feed.row),
            "channel": _names(feed.channel, feed.channels),
            "sku": _names(feed.sku, feed.skus),
            "region": _names(feed.region, feed.regions),
            "ordered_at": _moments(feed.ordered_at),
            "amount": pa.array(feed.amount / 100),
            "paid_at": _moments(feed.tried_at),
            "failure_cause": _names(feed.cause, CAUSES),
            "failed_at": _moments(feed.failed_at),
            "deducted_at": _moments(feed.deducted_at),
            "closed_at": _moments(feed.closed_at),
        }
    )
    with closing(duckdb.connect()) as maker:
        maker.register("orders", orders)
        for kind in KINDS:
            maker.execute(f"COPY orders TO '{folder / name}.{kind}' (FORMAT {kind})")


def _names(places: Ints, names: tuple[str, ...]) -> pa.Array:
    return pa.array(np.array([*names, None], dtype=object)[places])


def _moments(seconds: Ints) -> pa.Array:
    return pa.array(seconds, pa.timestamp("s"), mask=seconds == NEVER)


def parts(folder: Path, kind: str) -> dict[str, float]:
    """Processor seconds of the work, part by part, in this process."""
    plan = load_plan(folder / f"{kind}.toml")
    spent, begin = {}, time.process_time()

    def done(part: str) -> None:
        nonlocal begin
        spent[part], begin = time.process_time() - begin, time.process_time()

    past, feed = aligned(read_feed(plan).feed, read_feed(plan, str(folder / f"feed.{kind}")).feed)
    done("read")
    watch = Watch.of(past, feed, (int(np.datetime64(plan.horizon.as_of, "D").astype(np.int64)) + 1) * DAY)
    done("learn")
    watch.alerts(feed.last_moment)
    done("look")
    return spent


def bare(folder: Path, kind: str) -> dict[str, float]:
    """Processor seconds of a bare read of the same files."""
    begin = time.process_time()
    with closing(duckdb.connect()) as engine:
        for name in ("past", "feed"):
            engine.execute(f"CREATE TABLE {name} AS FROM '{folder / name}.{kind}'")
    return {"bare": time.process_time() - begin}


def command(folder: Path, kind: str) -> dict[str, float]:
    """Processor and wall seconds of the command, and its memory in gigabytes."""
    words = ["monitor", f"{kind}.toml", "--feed", f"feed.{kind}", "--without-money", "--out", f"out_{kind}", "--json"]
    with (folder / "told.json").open("w") as told:
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-m", "forecast", *words], cwd=folder, stdout=told, stderr=-3)  # noqa: S603  # our own
        _, _, used = os.wait4(child.pid, 0)
    alerts = len(json.loads((folder / "told.json").read_text(encoding="utf-8"))["alerts"])
    unit = 1 if sys.platform == "darwin" else 1024
    wall, memory = time.perf_counter() - began, used.ru_maxrss * unit / 1e9
    return {"command": used.ru_utime + used.ru_stime, "wall": wall, "GB": memory, "alerts": float(alerts)}


SIDES = {"parts": parts, "bare": bare}
COLUMNS = ("bare", "read", "learn", "look", "command", "wall", "GB", "alerts")


def measured(folder: Path, kind: str) -> dict[str, float]:
    """One round: each side in a process of its own."""
    found = command(folder, kind)
    for side in SIDES:
        words = [
            sys.executable,
            "-m",
            "benchmarks.watch_scale",
            "--side",
            side,
            "--folder",
            str(folder),
            "--kind",
            kind,
        ]
        found |= json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)  # noqa: S603  # our own
    return found


def main() -> None:
    """Print a line a seed and kind of file, medians of some rounds; or one side's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="orders of the days that are watched, about")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kind", choices=KINDS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        print(json.dumps(SIDES[given.side](given.folder, given.kind)))
        return
    print(f"{'':24}" + "".join(f"{name:>9}" for name in COLUMNS))
    for seed in given.seeds:
        with tempfile.TemporaryDirectory() as folder:
            orders = write_files(Path(folder), seed, given.orders)
            for kind in KINDS:
                rounds = [measured(Path(folder), kind) for _ in range(given.rounds)]
                row = "".join(f"{statistics.median(one[name] for one in rounds):9.2f}" for name in COLUMNS)
                print(f"{seed:3} {orders:>10,} {kind:8} {row}", flush=True)


if __name__ == "__main__":
    main()

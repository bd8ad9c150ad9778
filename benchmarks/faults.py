"""Faults: damaged inputs by the thousand, and what the planner makes of each: ``python -m benchmarks.faults``.

A case is a kind, a seed and a number, so that each can be tried again: ``--only "plan bytes" --first 17 --count 1``. It
is *clean* when the planner gives the right result or an error with a place; *bad* when it ends in a traceback, hangs,
crashes, shows a password or writes half a file; *silent* when it goes on without a word and its figures are not what an
independent reading of the same bytes gives. Each part of cases runs in a process of its own, in a folder of its own.
Without ``--only`` commands are struck while they put their files in place, too, and peak memory is measured.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.connection
import os
import resource
import sys
import tempfile
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from benchmarks.faults_files import command_line, exports, results
from benchmarks.faults_interruptions import interruptions
from benchmarks.faults_memory import holds, peak_memory
from benchmarks.faults_memory import table as memory_table
from benchmarks.faults_outcome import Outcome
from benchmarks.faults_plan import plan_bytes, plan_values
from benchmarks.faults_sources import database, parquet, paths
from benchmarks.faults_text import flows, ledger
from forecast.safe_text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    Case = Callable[[int, int, Path], Outcome]

HERE = Path(__file__).resolve().parents[1]
TOGETHER = 100
"""Cases that one process tries."""
PATIENCE = 150.0
"""Seconds of the clock without an outcome, after which a process hangs beyond what it can notice itself."""
MEMORY = 8 << 30
"""Bytes of addresses that one process may have."""
KINDS: Mapping[str, tuple[Case, int]] = {
    "plan values": (plan_values, 6_000),
    "plan bytes": (plan_bytes, 4_000),
    "flows CSV": (flows, 3_000),
    "ledger CSV": (ledger, 2_500),
    "Parquet": (parquet, 1_000),
    "database": (database, 800),
    "paths": (paths, 300),
    "exports": (exports, 600),
    "result.json": (results, 3_000),
    "command line": (command_line, 2_000),
}
"""Each kind with how a case of it is tried, and how many are tried by default."""


@dataclass(slots=True)
class Part:
    """Cases of a kind from ``first`` up to ``end`` (not included), and the process that tries them."""

    kind: str
    first: int
    end: int
    process: ForkProcess | None = None
    coming: Connection | None = None
    since: float = field(default_factory=time.monotonic)


def outcomes(seed: int, wanted: Mapping[str, tuple[int, int]], jobs: int, folder: Path) -> Iterable[Outcome]:
    """The outcome of every case, as they come; ``wanted`` are the first number and the end of each kind."""
    waiting = deque(
        Part(kind, at, min(at + TOGETHER, end))
        for kind, (first, end) in wanted.items()
        for at in range(first, end, TOGETHER)
    )
    running: dict[Connection, Part] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            part = _started(waiting.popleft(), seed, folder)
            if part.coming is not None:
                running[part.coming] = part
        for coming in multiprocessing.connection.wait(list(running), timeout=1.0):
            part = running[coming]  # type: ignore[index]  # pipes alone are waited for
            outcome = _next(part)
            yield outcome if outcome is not None else _crashed(part)
            part.first, part.since = part.first + 1, time.monotonic()
            if outcome is None or part.first == part.end:
                _ended(part, running, waiting)
        for part in [one for one in running.values() if time.monotonic() - one.since > PATIENCE]:
            yield Outcome(part.kind, f"number {part.first}", "bad", f"nothing for {PATIENCE:g} s")
            part.first += 1
            _ended(part, running, waiting)


def _started(part: Part, seed: int, folder: Path) -> Part:
    context = multiprocessing.get_context("fork")
    part.coming, sending = context.Pipe(duplex=False)
    part.process = context.Process(target=_tried, args=(part, seed, folder, sending))
    part.process.start()
    part.since = time.monotonic()
    sending.close()
    return part


def _tried(part: Part, seed: int, folder: Path, sending: Connection) -> None:
    """In a process of its own: the cases of a part, each outcome sent as it comes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    trying, _ = KINDS[part.kind]
    with tempfile.TemporaryDirectory(dir=folder) as own:
        os.chdir(own)
        for number in range(part.first, part.end):
            outcome = trying(seed, number, Path(own))
            sending.send(Outcome(outcome.kind, f"number {number}: {outcome.case}", outcome.verdict, outcome.detail))
        os.chdir(folder)
    sending.close()


def _next(part: Part) -> Outcome | None:
    """The next outcome of a part; None where its process ended without one."""
    try:
        outcome = part.coming.recv() if part.coming else None
    except (EOFError, OSError):
        return None
    return outcome if isinstance(outcome, Outcome) else None


def _crashed(part: Part) -> Outcome:
    if part.process:
        part.process.join(10)
    code = part.process.exitcode if part.process else None
    return Outcome(part.kind, f"number {part.first}", "bad", f"the process ended with {code}")


def _ended(part: Part, running: dict[Connection, Part], waiting: deque[Part]) -> None:
    """Takes a part off, its process with it; what it has not tried waits anew."""
    if part.coming is not None:
        del running[part.coming]
    if part.process is not None:
        if part.first < part.end:
            part.process.kill()
        part.process.join(30)
    if part.first < part.end:
        waiting.appendleft(Part(part.kind, part.first, part.end))


def table(found: Mapping[str, Counter[str]]) -> str:
    """How many cases of each kind were tried, clean, bad and silent."""
    lines = ["| class | tried | clean | bad | silent |", "|---|---|---|---|---|"]
    total: Counter[str] = Counter()
    for kind, counted in [*found.items(), ("all", total)]:
        figures = [counted.total(), *(counted[verdict] for verdict in ("clean", "bad", "silent"))]
        lines.append(f"| {kind} | " + " | ".join(f"{figure:,}" for figure in figures) + " |")
        total.update(counted)
    return "\n".join(lines)


def main() -> None:
    """Tries the cases and prints the table, then what failed."""
    asked = _arguments()
    wanted = {
        kind: (asked.first, asked.first + (asked.count or max(1, round(asked.share * usual))))
        for kind, (_, usual) in KINDS.items()
        if kind in (asked.only or KINDS)
    }
    print(f"seed {asked.seed}: " + ", ".join(f"{kind} {first}–{end - 1}" for kind, (first, end) in wanted.items()))
    counted: dict[str, Counter[str]] = {kind: Counter() for kind in wanted}
    failed: dict[tuple[str, str], Outcome] = {}

    def tell(outcome: Outcome) -> None:
        """Counts an outcome, and prints each way of failing once, at once."""
        kind = outcome.kind if outcome.kind in counted else "interruptions"
        counted[kind][outcome.verdict] += 1
        if outcome.verdict != "clean" and (outcome.kind, outcome.detail) not in failed:
            failed[outcome.kind, outcome.detail] = outcome
            print(printable(f"{outcome.verdict} {outcome.kind}, {outcome.case}: {outcome.detail}"), flush=True)

    begun = time.monotonic()
    with (
        Progress(console=Console(stderr=True)) as bar,
        tempfile.TemporaryDirectory(prefix="forecast-faults-") as folder,
    ):
        task = bar.add_task("cases", total=sum(end - first for first, end in wanted.values()))
        for outcome in outcomes(asked.seed, wanted, asked.jobs, Path(folder)):
            tell(outcome)
            bar.advance(task)
    if not asked.only:
        counted["interruptions"] = Counter()
        for outcome in interruptions(asked.seed, asked.interruptions):
            tell(outcome)
    memory = [] if asked.only else peak_memory()
    print("\n" + table(counted) + "\n" + ("\n" + memory_table(memory) + "\n" if memory else ""))
    print(f"{time.monotonic() - begun:.0f} s")
    sys.exit(1 if failed or not all(map(holds, memory)) else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of cases")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", action="append", choices=list(KINDS), help="this kind alone; may be repeated")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--interruptions", type=int, default=100, help="commands struck while they put files in place")
    parser.add_argument("--count", type=int, help="cases of each kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()

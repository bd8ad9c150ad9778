"""Commands that end while they put their files in place: killed, terminated or interrupted at every call that matters.

Two real runs of the tiny plan are made once, in a process of its own. Then a child puts the second one's files over
the first one's, and is struck just before or after one of its calls to the disk: renames, removals, new folders and
waits for the disk, one after another, by SIGKILL, SIGTERM and SIGINT in turn. What a reader finds then, by way of the
next command where the child was killed, must be one set whole, and the user's own file beside it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faults_outcome import Outcome
from forecast.commands.interrupts import OFFSET, ends_on_interrupt
from forecast.file_set import settle
from forecast.outputs.manifest import Inputs, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"
CALLS = ("replace", "rename", "unlink", "mkdir", "rmdir", "fsync")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
OWN = "my notes.txt"
"""A file of the user's in the folder of results, which nothing may touch."""


@dataclass(frozen=True, slots=True)
class Blow:
    """A signal that strikes a process at its ``call``-th call to the disk, from 1: after it, or just before."""

    number: int
    call: int
    after: bool

    def __str__(self) -> str:
        """In words."""
        return f"{signal.Signals(self.number).name} {'after' if self.after else 'before'} call {self.call} to the disk"


def interruptions(seed: int, count: int) -> Iterator[Outcome]:
    """Every call once, and ``count`` cases at least; ``seed`` chooses the sides of the calls."""
    command = [sys.executable, "-m", "benchmarks.faults_interruptions", str(seed), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as driver:  # noqa: S603  # our own
        for line in driver.stdout or ():
            yield Outcome(**json.loads(line))
    if driver.returncode:
        yield Outcome("interruption", "the driver", "bad", f"ended with {driver.returncode}")


def blows(calls: int, count: int, seed: int) -> Iterator[Blow]:
    """Every call once, and again with the other signals until there are ``count``."""
    choose = random.Random(seed)  # noqa: S311  # sides of calls, no secrets
    for case in range(max(count, calls)):
        turn, call = divmod(case, calls)
        yield Blow(SIGNALS[(call + turn) % len(SIGNALS)], call + 1, choose.choice((False, True)))


def fault(folder: Path, old: Path, new: Callable[[], None], blow: Blow) -> str:
    """What is wrong after ``new`` was struck while it put files over a copy of ``old``; empty where nothing is."""
    shutil.copytree(old, folder)
    (folder / OWN).write_text("mine", encoding="utf-8")
    code, _ = ended(new, blow)
    expected = {-blow.number} if blow.number == signal.SIGKILL else {0, OFFSET + blow.number}
    if code not in expected:
        return f"ended with {code}"
    if code >= 0 and (wrong := _left(folder)):
        return wrong
    if code >= 0 or blow.call % 2:  # by turns: else the next command is one that writes
        settle(folder)
        if wrong := mixture(folder) or _left(folder):
            return wrong
    new()
    return mixture(folder) or _left(folder)


def ended(work: Callable[[], None], blow: Blow | None) -> tuple[int, int]:
    """Does work in a child that a blow strikes: its exit code, or minus the signal that ended it; its calls."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        code, made = 1, _struck(blow)
        try:
            with ends_on_interrupt():
                work()
                code = 0
        except SystemExit as ending:
            code = int(ending.code or 0)
        finally:
            os.write(writing, str(len(made)).encode())
            os._exit(code)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as answer:
        return os.waitstatus_to_exitcode(status), int(answer.read() or b"0")


def mixture(folder: Path) -> str:
    """What shows that a folder's files are not the ones that its manifest tells of; empty where they are."""
    if not (folder / OWN).exists() or (folder / OWN).read_text(encoding="utf-8") != "mine":
        return "the user's own file is gone"
    try:
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    except (OSError, ValueError) as error:
        return f"no manifest: {error}"
    there = {path.name for path in folder.iterdir() if path.is_file()} - {OWN, "manifest.json"} - set(hidden(folder))
    if there != set(told):
        return f"files {sorted(there)}, the manifest tells of {sorted(told)}"
    others = [name for name, expected in told.items() if sha256(folder / name) != expected]
    return f"other files than the manifest's: {others}" if others else ""


def hidden(folder: Path) -> list[str]:
    """What of ours lies hidden in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def _left(folder: Path) -> str:
    """What of ours still lies hidden in a folder, where nothing should; empty where nothing does."""
    strays = hidden(folder)
    return f"left {strays}" if strays else ""


def _struck(blow: Blow | None) -> list[str]:
    """Lets this process be struck, and gives the list to which its calls are added."""
    made: list[str] = []

    def watched(name: str) -> Callable[..., object]:
        call: Callable[..., object] = getattr(os, name)

        def strike(*words: object, **named: object) -> object:
            made.append(name)
            now = blow is not None and len(made) == blow.call
            if blow is not None and now and not blow.after:
                os.kill(os.getpid(), blow.number)
            try:
                return call(*words, **named)
            finally:
                if blow is not None and now and blow.after:
                    os.kill(os.getpid(), blow.number)

        return strike

    for name in CALLS:
        setattr(os, name, watched(name))
    return made


def _runs(folder: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    """Two runs of the tiny plan, the first with a rejected row, each as what puts its files into a folder."""
    import pandas as pd  # noqa: PLC0415  # before the children, but not for the tests

    from forecast.outputs.writing import write_run  # noqa: PLC0415  # the same
    from forecast.pipeline import run  # noqa: PLC0415  # the same
    from forecast.plan.reading import load_plan  # noqa: PLC0415  # the same

    def writes(seed: int, rejected: int) -> Callable[[], None]:
        plan = load_plan(TINY / "plan.toml", paths=20, seed=seed)
        done = run(plan, financing=False)
        rows = pd.DataFrame({"line": ["7"], "column": ["amount"], "value": ["-"], "reason": ["?"]})[:rejected]
        inputs = Inputs((), (), plan.path)

        def write() -> None:
            write_run(folder, done.result, rows, inputs=inputs, command=[str(seed)])

        return write

    return writes(1, 1), writes(2, 0)


def main() -> None:
    """Prints an outcome a line, as JSON: the process in which the children are struck."""
    seed, count = map(int, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "reports"
        old, new = _runs(folder)
        old()
        kept = folder.rename(Path(place) / "old")
        shutil.copytree(kept, folder)
        _, calls = ended(new, None)
        for blow in blows(calls, count, seed):
            shutil.rmtree(folder)
            wrong = fault(folder, kept, new, blow)
            outcome = Outcome("interruption", str(blow), "bad" if wrong else "clean", wrong)
            sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Mutants: what share of small wrong edits in the money path the tests notice: ``python -m benchmarks.mutants``.

Mutants (``mutations``) are drawn at random, seeded, over the modules that money runs through (``MONEY_PATH``). Each
runs in a copy of the checkout against the tests of its module and of the module's users (``mutant_tests``), the closest
first, stopping at the first failure. A hang counts as noticed. What each test takes is measured first, without any
mutant, and tests that fail then are left out; a budget of seconds for each mutant leaves out the farthest and the
slowest, and the output says of how many files.

mutmut 3 turns every function of a whole package into trampolines and draws none by a seed; cosmic-ray starts a process
for each mutant, which here costs three seconds of imports. Both run one fixed test command, where this needs the tests
near each module within a budget. Forking a process that has imported the heavy libraries pays for them once.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import math
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.mutant_tests import Chosen, Course, choose, closest_tests, next_to_measure
from benchmarks.mutations import Mutant, mutants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HERE = Path(__file__).resolve().parents[1]
MONEY_PATH = ("ledger", "receivables", "simulation", "financing", "cash.py", "liquidity.py", "money.py")
OPTIONS = (
    *("-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile", "repeatable"),
    *("-W", "ignore:Module already imported so cannot be rewritten"),  # hypothesis, by the parent
)
SHOWN = 5
"""Test files named with a survivor."""
PATIENCE = 30.0
"""Seconds of the processors beyond three times what tests should take, after which they hang."""
WAITING = 10.0
"""The clock's seconds for each of these, after which they hang too: asleep, or on a machine that is very busy."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant.

    ``outcome`` is ``killed``, ``hung`` (killed by the clock) or ``survived``; ``by`` the first test that failed, if one
    did; ``tests`` ran or would have run, of ``files``; ``left_out`` test files had no or not enough room in the budget.
    """

    mutant: Mutant
    shown: str
    outcome: str
    by: str
    tests: int
    files: tuple[str, ...]
    left_out: int


def draw(checkout: Path, count: int, seed: int, only: Sequence[str] = ()) -> list[Mutant]:
    """Mutants of the money path at random, in the order of the draw, so that a shorter draw begins a longer one."""
    folder = checkout / "forecast"
    paths = [
        path
        for part in MONEY_PATH
        for path in ([folder / part] if part.endswith(".py") else folder.glob(f"{part}/*.py"))
    ]
    files = {path.relative_to(checkout).as_posix(): path for path in sorted(paths) if path.is_file()}
    asked = {name: path for name, path in files.items() if not only or any(f"forecast/{one}" in name for one in only)}
    if not asked:
        raise SystemExit(f"--only {' '.join(only)}: no such module; the money path holds {', '.join(files)}")
    every = [mutant for name, path in asked.items() for mutant in mutants(name, path.read_bytes())]
    random.Random(seed).shuffle(every)  # noqa: S311  # a draw, no secret
    return every[:count]


class Copy:
    """A copy of the checkout in which one child process at a time runs tests."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.folder = folder
        self._checkout = checkout
        ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info")
        shutil.copytree(checkout, folder, ignore=ignored)

    @contextlib.contextmanager
    def edited(self, mutant: Mutant | None) -> Iterator[None]:
        """The copy with a mutant in it."""
        if mutant is None:
            yield
            return
        source = (self._checkout / mutant.file).read_bytes()
        (self.folder / mutant.file).write_bytes(mutant.applied(source))
        yield
        (self.folder / mutant.file).write_bytes(source)

    def run(
        self, files: Sequence[str], names: Sequence[str] | None, seconds: float, budget: float = math.inf
    ) -> tuple[str, dict[str, float], str]:
        """In a fork: (``passed``, ``failed`` or ``hung``; seconds by test that passed; the first that failed)."""
        report = self.folder / "course.json"
        report.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 5))
            self._in_child(files, names, Course(names, report, budget))
        status = _wait(child, WAITING * seconds)
        told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {"passed": {}, "failed": []}
        outcome = "hung" if status in {None, -signal.SIGXCPU} else "passed" if status == 0 else "failed"
        return outcome, told["passed"], next(iter(told["failed"]), "")

    @property
    def last_line(self) -> str:
        """What the last child said last."""
        return (self.folder / "output.txt").read_text(encoding="utf-8").strip().rpartition("\n")[2]

    def _in_child(self, files: Sequence[str], names: Sequence[str] | None, course: Course) -> None:
        """Never returns: the child ends with pytest's own exit code."""
        os.setsid()
        os.chdir(self.folder)
        with (self.folder / "output.txt").open("wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        sys.path[:] = [str(self.folder), *(one for one in sys.path if one and Path(one).resolve() != self._checkout)]
        os.environ["PYTHONPATH"] = str(self.folder)
        import pytest  # noqa: PLC0415  # the parent has it already

        for name in [one for one in sys.modules if one.split(".")[0] in {"benchmarks", "forecast"}]:
            del sys.modules[name]
        code = 3
        try:
            endurance = ["--maxfail=1000000"] if names is None else ["-x"]
            code = int(pytest.main([*OPTIONS, *endurance, *files], plugins=[course]))
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def _wait(child: int, seconds: float) -> int | None:
    """The exit code of a child, or None where it had to be ended, with all that it started."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


_copy: Copy
"""Of the worker process that this is."""


def _own_copy(checkout: Path, folder: Path) -> None:
    global _copy  # noqa: PLW0603  # a worker's own, made once
    _copy = Copy(checkout, folder / str(os.getpid()))


def _measured(file: str, budget: float) -> tuple[str, dict[str, float], str]:
    """A test file without any mutant: what each of its tests takes, and which failed or, where none passed, why."""
    outcome, seconds, failed = _copy.run([file], None, 2 * PATIENCE + 3.0 * budget, budget)
    return file, seconds, failed or ("" if seconds else f"{file} {outcome} ({_copy.last_line})")


def _judged(mutant: Mutant, shown: str, chosen: Chosen, seconds: float, until: float) -> Verdict | None:
    """The verdict on one mutant, or None where the time is up."""
    if time.time() > until:
        return None
    outcome, by = "passed", ""
    if chosen.names:
        with _copy.edited(mutant):
            outcome, _, by = _copy.run(chosen.files, chosen.names, seconds)
    words = {"passed": "survived", "failed": "killed", "hung": "hung"}
    return Verdict(mutant, shown, words[outcome], by, len(chosen.names), tuple(chosen.files), chosen.left_out)


class Record:
    """Verdicts in a file of JSON lines, each written when it is known, so that a run that was ended can go on."""

    def __init__(self, path: Path | None, seed: int) -> None:
        self.verdicts: list[Verdict] = []
        self.seconds: dict[str, dict[str, float]] = {}
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        for told in map(json.loads, lines):
            if told.get("seed", seed) != seed:
                raise SystemExit(f"{path} holds a draw with --seed {told['seed']}, asked is {seed}; name another file")
            if "mutant" in told:
                known = told | {"mutant": Mutant(**told["mutant"]), "files": tuple(told["files"])}
                self.verdicts.append(Verdict(**known))
            self.seconds |= told.get("tests_of", {})
        if not lines:
            self._write({"seed": seed})

    def measured(self, file: str, seconds: dict[str, float]) -> None:
        """Keep what the tests of a file take."""
        self.seconds[file] = seconds
        self._write({"tests_of": {file: seconds}})

    def judged(self, verdict: Verdict) -> None:
        """Keep a verdict."""
        self.verdicts.append(verdict)
        self._write(asdict(verdict))

    def _write(self, told: dict[str, object]) -> None:
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")


def run(
    checkout: Path, drawn: Sequence[Mutant], record: Record, jobs: int, budget: float, minutes: float
) -> list[Verdict]:
    """The verdicts on the drawn mutants, as far as the minutes reach, each survivor printed as it is found."""
    until = time.time() + 60.0 * minutes
    distances = closest_tests(checkout, sorted({one.file for one in drawn}))
    known = {verdict.mutant for verdict in record.verdicts}
    context = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(jobs, context, _own_copy, (checkout, Path(folder))) as pool,
    ):
        while wanted := {next_to_measure(files, record.seconds, budget) for files in distances.values()} - {None}:
            for file, seconds, failed in pool.map(_measured, sorted(filter(None, wanted)), repeat(budget)):
                record.measured(file, seconds)
                if failed:
                    print(f"without any mutant {failed} failed; only what passed there is asked", flush=True)
        waiting = []
        for mutant in drawn:
            if mutant not in known:
                chosen = choose(distances[mutant.file], record.seconds, budget)
                patience = PATIENCE + 3.0 * sum(record.seconds[name.partition("::")[0]][name] for name in chosen.names)
                shown = mutant.shown((checkout / mutant.file).read_bytes())
                waiting.append(pool.submit(_judged, mutant, shown, chosen, patience, until))
        for done in as_completed(waiting):
            verdict = done.result()
            if verdict:
                record.judged(verdict)
                if verdict.outcome == "survived":
                    print(_line(verdict), flush=True)
    asked = set(drawn)
    return [verdict for verdict in record.verdicts if verdict.mutant in asked]


def _line(verdict: Verdict) -> str:
    """A survivor: where, what, and which tests did not notice."""
    mutant, without = verdict.mutant, f", {verdict.left_out} files not or not wholly" if verdict.left_out else ""
    files = [Path(file).stem for file in verdict.files] or ["no test file"]
    more = f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    ran = f"{verdict.tests} tests{without}: {' '.join(files[:SHOWN])}{more}"
    return f"{mutant.file}:{mutant.line} [{mutant.kind}] {verdict.shown}\n    {ran}"


def table(verdicts: Iterable[Verdict]) -> str:
    """By package and in all: mutants drawn, noticed, noticed as a hang alone, survived, and the share noticed."""
    counts: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        package = verdict.mutant.file.removeprefix("forecast/").split("/")[0]
        for name in (package, "all"):
            counts.setdefault(name, Counter())[verdict.outcome] += 1
    head = f"{'':12}{'mutants':>10}{'killed':>10}{'of hangs':>10}{'survived':>10}{'share':>8}"
    rows = [
        f"{name:12}{one.total():10}{one['killed'] + one['hung']:10}{one['hung']:10}{one['survived']:10}"
        f"{1 - one['survived'] / one.total():8.0%}"
        for name, one in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0]))
    ]
    return "\n".join([head, *rows])


def _warm(checkout: Path) -> None:
    """Import once what package and tests import of others, with one thread each, before the workers fork."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    paths = [*checkout.glob("forecast/**/*.py"), *checkout.glob("tests/*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    for name in sorted(set(re.findall(r"^ *(?:from|import) ([\w.]+)", text, re.MULTILINE))):
        if name.partition(".")[0] not in {"forecast", "benchmarks", *sys.stdlib_module_names}:
            with contextlib.suppress(ImportError):  # a helper of the tests, an extra that is not installed
                importlib.import_module(name)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the survivors as they are found and the table at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="how many mutants are drawn (300)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (1)")
    parser.add_argument("--only", nargs="+", default=[], metavar="MODULE", help="part of a path: cash.py, receivables/")
    parser.add_argument("--minutes", type=float, default=240.0, help="no mutant is begun after these (240)")
    parser.add_argument("--jobs", type=int, default=2, help="processes side by side (2)")
    parser.add_argument("--budget", type=float, default=40.0, help="seconds of processor for a mutant's tests (40)")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="keep the verdicts there, and go on from those it has"
    )
    parser.add_argument("--checkout", type=Path, default=HERE, help="the folder of the checkout, this one by itself")
    asked = parser.parse_args(arguments)
    checkout = asked.checkout.resolve()
    drawn = draw(checkout, asked.count, asked.seed, asked.only)
    record = Record(asked.json, asked.seed)
    _warm(checkout)
    verdicts = run(checkout, drawn, record, asked.jobs, asked.budget, asked.minutes)
    print(f"\n{len(verdicts)} of {len(drawn)} mutants, seed {asked.seed}, at most {asked.budget:g} s of tests each\n")
    print(table(verdicts))


if __name__ == "__main__":
    main()

"""Which tests would have to notice a wrong edit of a module, in which order, and a plugin that runs just these.

Asked are the module's own test file (``tests/test_cash.py`` of ``cash.py``), then the other test files that import it,
then those that import a module which imports it. Test files import through the helpers beside them, too.
"""

from __future__ import annotations

import ast
import json
import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path


def closest_tests(checkout: Path, modules: Sequence[str]) -> dict[str, dict[str, int]]:
    """By module (``forecast/cash.py``) the test files (``tests/test_cash.py``) with their distance: 0, 1 or 2."""
    package = {path.relative_to(checkout).as_posix(): path for path in sorted(checkout.glob("forecast/**/*.py"))}
    users = {name: set(_imported(checkout, path)) for name, path in package.items()}
    tests = {
        path.relative_to(checkout).as_posix(): imported_by_tests(checkout, path)
        for path in sorted((checkout / "tests").glob("test_*.py"))
    }
    return {module: _distances(module, users, tests) for module in modules}


def imported_by_tests(checkout: Path, path: Path) -> set[str]:
    """The files of the package (``forecast/cash.py``) that a test file imports, itself or through helpers beside it."""
    waiting, seen, found = [path], {path}, set[str]()
    while waiting:
        for name in _imported(checkout, waiting.pop()):
            helper = checkout / name
            if helper.parent != path.parent:
                found.add(name)
            elif helper not in seen:
                seen.add(helper)
                waiting.append(helper)
    return found


def _distances(module: str, users: dict[str, set[str]], tests: dict[str, set[str]]) -> dict[str, int]:
    own = "tests/test_" + module.removeprefix("forecast/").replace("/", "_")
    above = {user for user, used in users.items() if module in used}
    near = {own} & tests.keys()
    direct = {test for test, used in tests.items() if module in used}
    through = {test for test, used in tests.items() if used & above}
    return dict.fromkeys(sorted(through), 2) | dict.fromkeys(sorted(direct), 1) | dict.fromkeys(near, 0)


def _imported(checkout: Path, path: Path) -> Iterator[str]:
    """The files below ``forecast/`` and ``tests/`` that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        for module in modules:
            for name in (f"{module.replace('.', '/')}.py", f"tests/{module}.py"):
                if name.startswith(("forecast/", "tests/")) and (checkout / name).is_file():
                    yield name


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tests of one mutant in their order, and of how many test files some or all have no room in the budget."""

    names: tuple[str, ...]
    left_out: int

    @property
    def files(self) -> list[str]:
        """Their files in order, each once."""
        return list(dict.fromkeys(name.partition("::")[0] for name in self.names))


def choose(distances: dict[str, int], seconds: dict[str, dict[str, float]], budget: float) -> Chosen:
    """The closest tests that fit into a budget of seconds, file by file, quick files and quick tests first.

    Args:
        distances: Test files with their distance.
        seconds: What each test of a file took without a mutant: a test that is not there did not pass.
        budget: Seconds that all chosen ones may take together.
    """
    files = [file for file in distances if file in seconds]
    files.sort(key=lambda file: (distances[file], sum(seconds[file].values()), file))
    names = [(name, took) for file in files for name, took in sorted(seconds[file].items(), key=lambda one: one[1])]
    chosen, spent = [], 0.0
    for name, took in names:
        if spent + took <= budget:
            chosen.append(name)
            spent += took
    whole = {file for file in files if seconds[file].keys() <= set(chosen)}
    return Chosen(tuple(chosen), len(distances) - len(whole))


def next_to_measure(distances: dict[str, int], seconds: dict[str, dict[str, float]], budget: float) -> str | None:
    """The closest test file that was not measured, where those measured, as close or closer, leave room for it."""
    for file in sorted(distances, key=lambda file: (distances[file], file)):
        if file not in seconds:
            return file
        budget -= sum(seconds[file].values())
        if budget < 0:
            return None
    return None


class Course:
    """A plugin of pytest: runs the named tests alone, in their order, and keeps what each took and which failed.

    Seconds are those of the processors, fixtures and child processes included, so that they do not depend on what else
    the machine does. Without names all tests run, until they have taken more than a mutant's budget.
    """

    def __init__(self, names: Sequence[str] | None, report: Path, budget: float = math.inf) -> None:
        self._budget = budget
        self._order = None if names is None else {name: place for place, name in enumerate(names)}
        self._report = report
        self._seconds: dict[str, float] = {}
        self._failed: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the named tests."""
        order = self._order
        if order is not None:
            items[:] = sorted((one for one in items if one.nodeid in order), key=lambda one: order[one.nodeid])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Keep what a test took, and end where the budget is spent."""
        before = sum(os.times()[:4])
        ran = yield
        self._seconds[item.nodeid] = sum(os.times()[:4]) - before
        if sum(self._seconds.values()) > self._budget:
            item.session.shouldstop = "the budget is spent"
        return ran

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep which tests failed."""
        if report.failed:
            self._failed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Hand over."""
        passed = {name: round(took, 3) for name, took in self._seconds.items() if name not in self._failed}
        self._report.write_text(json.dumps({"passed": passed, "failed": self._failed}), encoding="utf-8")

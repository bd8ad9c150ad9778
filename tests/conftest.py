"""Fixtures that more than one test file uses."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from forecast.memory import keep_for_arrays

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from command_line import CommandLine


os.environ["FORECAST_NO_CACHE"] = "1"  # no test reads or fills the cache of whoever runs it
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled once: tests often start the command
sys.dont_write_bytecode = False
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does (forecast/__main__.py), before numpy is loaded

keep_for_arrays()  # as the command does

FIRST = ("test_docs.py", "test_workbook_recalculated.py", "test_outputs_printing.py")
"""Files whose tests share what takes many seconds: at the end of a queue another worker would take some of them over,
and calculate it again."""

settings.register_profile("untimed", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None, max_examples=20)
settings.load_profile("untimed")  # how long an example takes says more of the machine than of the code


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no worker waits for them at the end."""
    items.sort(key=lambda one: FIRST.index(one.path.name) if one.path.name in FIRST else len(FIRST))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for circles of objects, nor later among all that tests and modules consist of.

    To look through those takes half a second each time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000)  # as the command does
        gc.enable()


@pytest.fixture
def forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line in an empty folder."""
    from command_line import CommandLine  # noqa: PLC0415  # it loads numpy, whose threads are told above

    monkeypatch.setenv("NO_COLOR", "1")
    return CommandLine(tmp_path, monkeypatch, capsys)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """What takes seconds is calculated once for all tests that ask for this; see ``calculated_once.py``."""
    from calculated_once import calculated_once  # noqa: PLC0415  # as above

    own = tmp_path_factory.getbasetemp()
    calculated_once(monkeypatch, (own if worker_id == "master" else own.parent) / "calculated")


@pytest.fixture(autouse=True)
def _unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for the disk: what it keeps over a power failure is not tested."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C reaches a test and what it starts, even where the tests run as a background job, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)

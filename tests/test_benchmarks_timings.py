"""What a process took, and the table of it."""

from __future__ import annotations

import subprocess

import pytest

from benchmarks.timings import Spent, median, rows, spent, table


def test_a_process_is_measured_alone() -> None:
    busy = spent(["-c", "block = b'1' * 100_000_000; sum(range(10_000_000))"])
    idle = spent(["-c", "pass"])
    assert busy.memory > 1e8
    assert 0 < idle.processor < busy.processor  # not the sum of all processes so far
    assert idle.wall > 0


def test_a_status_that_only_asks_for_action_is_measured_and_a_failure_is_none() -> None:
    assert spent(["-c", "raise SystemExit(3)"]).wall > 0
    with pytest.raises(subprocess.CalledProcessError):
        spent(["-c", "raise SystemExit(2)"])


def test_the_table_tells_medians_beside_the_bare_imports() -> None:
    found = median([Spent(3.0, 1.0, 2e9), Spent(1.0, 2.0, 1e9), Spent(2.0, 9.0, 3e9)])
    assert found == Spent(2.0, 2.0, 2e9)
    names = list(rows("plan.toml", "out"))
    assert {"forecast run", "forecast stress", "forecast stress, warm"} <= set(names)
    assert table({names[0]: Spent(1.0, 0.8, 1e8), "forecast run": found}).splitlines()[2:] == [
        "| `import numpy, pandas, scipy.stats` | 1.0 | 0.8 | 1.0 | 0.10 |",
        "| `forecast run` | 2.0 | 2.0 | 2.5 | 2.00 |",
    ]


def test_commands_may_keep_what_they_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert spent(["-c", "import sys; raise SystemExit(2 if sys.dont_write_bytecode else 0)"]).wall > 0

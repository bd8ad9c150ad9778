"""The mutants' run, on a toy checkout whose tests are known to notice some edits and to miss others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutant_tests import choose, closest_tests, next_to_measure
from benchmarks.mutants import Record, Verdict, draw, table
from benchmarks.mutations import Mutant

ROOT = Path(__file__).resolve().parents[1]
CASH = """
def closing(opening, receipts):
    return opening + receipts

def fee(due):
    return due < 5
"""
FEES = """
from helper import fee

def test_fee():
    assert fee(4)

def test_old():
    assert not fee(4)
"""
PIPELINE = """
import time
from forecast.pipeline import cash

def test_slow():
    time.sleep(0.5)
"""
TOY = {
    "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['.']\n",
    "forecast/__init__.py": "",
    "forecast/cash.py": CASH,
    "forecast/pipeline.py": "from forecast import cash\n",
    "tests/conftest.py": "from hypothesis import settings\nsettings.register_profile('repeatable', derandomize=True)\n",
    "tests/helper.py": "from forecast.cash import fee\n",
    "tests/test_cash.py": "from forecast.cash import closing\n\ndef test_sum():\n    assert closing(5, 2) == 7\n",
    "tests/test_fees.py": FEES,
    "tests/test_pipeline.py": PIPELINE,
    "tests/test_other.py": "def test_nothing():\n    assert 1\n",
}


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    for name, text in TOY.items():
        path = tmp_path / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "toy"


def test_a_draw_is_seeded_and_a_shorter_one_begins_a_longer_one(toy: Path) -> None:
    every = draw(toy, 100, seed=3)
    assert sorted((one.kind, one.line) for one in every) == [
        ("arithmetic", 3),
        ("boundary", 6),
        ("constant", 6),
        ("term", 3),
    ]
    assert draw(toy, 2, seed=3) == every[:2]
    assert any(draw(toy, 100, seed=seed) != every for seed in range(4))


def test_a_module_that_is_not_there_is_named(toy: Path) -> None:
    with pytest.raises(SystemExit, match=r"--only bank.py: no such module; the money path holds forecast/cash.py"):
        draw(toy, 1, 1, ["bank.py"])


def test_the_closest_tests_come_first_and_the_slowest_wait(toy: Path) -> None:
    distances = closest_tests(toy, ["forecast/cash.py"])["forecast/cash.py"]
    assert distances == {"tests/test_cash.py": 0, "tests/test_fees.py": 1, "tests/test_pipeline.py": 2}
    seconds = {
        "tests/test_cash.py": {"b": 3.0, "a": 1.0, "c": 9.0},
        "tests/test_pipeline.py": {"e": 1.0},
        "tests/test_fees.py": {"d": 2.0},
    }
    chosen = choose(distances, seconds, budget=6.5)
    assert (chosen.names, chosen.left_out) == (("a", "b", "d"), 2)
    assert choose(distances, seconds, budget=16.0).left_out == 0


def test_tests_are_measured_from_near_to_far_until_the_budget_is_full() -> None:
    distances = {"tests/test_run.py": 2, "tests/test_cash.py": 0, "tests/test_fees.py": 1}
    assert next_to_measure(distances, {}, 5.0) == "tests/test_cash.py"
    measured = {"tests/test_cash.py": {"a": 2.0, "b": 1.0}}
    assert next_to_measure(distances, measured, 5.0) == "tests/test_fees.py"
    assert next_to_measure(distances, measured, 2.5) is None


def test_the_toys_survivors_are_those_that_its_tests_cannot_see(toy: Path, tmp_path: Path) -> None:
    """Only the sum is tested at a place that tells + from -; 4 < 5, 4 <= 5 and 4 < 6 are alike."""
    kept = tmp_path / "verdicts.json"
    words = [sys.executable, "-m", "benchmarks.mutants", "--checkout", str(toy), "--json", str(kept), "--budget", "5"]
    told = subprocess.run(
        [*words, "--jobs", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ).stdout
    assert "without any mutant tests/test_fees.py::test_old failed" in told
    verdicts = Record(kept, seed=1).verdicts
    assert sorted((one.mutant.kind, one.outcome) for one in verdicts) == [
        ("arithmetic", "killed"),
        ("boundary", "survived"),
        ("constant", "survived"),
        ("term", "killed"),
    ]
    assert {one.by for one in verdicts if one.outcome == "killed"} == {"tests/test_cash.py::test_sum"}
    assert "forecast/cash.py:6 [boundary] return due < 5 -> return due <= 5\n    3 tests: test_cash test_fees" in told
    assert told.splitlines()[-1].split() == ["all", "4", "2", "0", "2", "50%"]
    assert (toy / "forecast/cash.py").read_text(encoding="utf-8") == TOY["forecast/cash.py"]


def verdict(file: str, outcome: str) -> Verdict:
    return Verdict(
        Mutant(file, 1, 2, "-", "arithmetic", 1), "a + b -> a - b", outcome, "", 3, ("tests/test_cash.py",), 0
    )


def test_the_table_counts_hangs_as_noticed() -> None:
    rows = table([verdict("forecast/financing/rates.py", "hung"), verdict("forecast/cash.py", "survived")]).splitlines()
    assert [row.split() for row in rows[1:]] == [
        ["cash.py", "1", "0", "0", "1", "0%"],
        ["financing", "1", "1", "1", "0", "100%"],
        ["all", "2", "1", "1", "1", "50%"],
    ]


def test_verdicts_are_kept_and_another_draw_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.json"
    Record(path, seed=5).judged(verdict("forecast/cash.py", "killed"))
    Record(path, seed=5).measured("tests/test_cash.py", {"tests/test_cash.py::test_sum": 0.1})
    again = Record(path, seed=5)
    assert again.verdicts == [verdict("forecast/cash.py", "killed")]
    assert again.seconds == {"tests/test_cash.py": {"tests/test_cash.py::test_sum": 0.1}}
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0]) == {"seed": 5}
    with pytest.raises(SystemExit, match="--seed 5, asked is 6"):
        Record(path, seed=6)

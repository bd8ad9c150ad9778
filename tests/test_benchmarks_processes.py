"""Work for many seeds in processes: the order of the seeds is kept, and each process keeps to one core."""

import os
from functools import partial

import pytest

from benchmarks.processes import ONE_CORE, by_seed


def slow_first(seed: int, *, added: int) -> tuple[int, str]:
    """A seed with something added, and how many cores its process was told to use; the first takes longest."""
    if seed == 1:
        sum(range(3_000_000))
    return seed + added, os.environ[ONE_CORE[0]]


def failing(seed: int) -> int:
    """No seed is right."""
    raise ValueError(f"seed {seed}")


def test_what_is_found_stands_in_the_order_of_the_seeds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ONE_CORE:
        monkeypatch.setenv(name, "1")  # so that what the function sets is taken back
        monkeypatch.delenv(name)
    found = by_seed(partial(slow_first, added=10), [1, 2, 3], jobs=2)
    assert found == [(11, "1"), (12, "1"), (13, "1")]
    assert "3 of 3 merchants" in capsys.readouterr().err


def test_a_number_of_cores_that_is_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ONE_CORE:
        monkeypatch.setenv(name, "2")
    assert by_seed(partial(slow_first, added=0), [2], jobs=1) == [(2, "2")]


def test_a_failure_in_a_process_is_raised() -> None:
    with pytest.raises(ValueError, match="seed 2"):
        by_seed(failing, [2], jobs=1)

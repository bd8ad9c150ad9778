"""Memory given back to the system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from forecast import memory


@pytest.mark.skipif(sys.platform != "linux", reason="another system's allocator is not asked")
def test_what_is_free_between_arrays_in_use_goes_back_to_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MUCH", 2**20)

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])

    held = [np.ones(10_000) for _ in range(800)]
    kept = held[::200]
    before = resident()
    del held
    memory.give_back()
    assert resident() < before
    assert sum(one.sum() for one in kept) == 10_000 * len(kept)


@pytest.mark.skipif(sys.platform != "linux", reason="another system's allocator is not asked")
@pytest.mark.parametrize(("much", "given"), [(0, [0]), (2**60, [])])
def test_only_where_much_is_free_it_goes_back(much: int, given: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    back: list[int] = []
    monkeypatch.setattr(memory, "_trim", lambda: back.append)
    monkeypatch.setattr(memory, "MUCH", much)
    memory.give_back()
    assert back == given


@pytest.mark.skipif(sys.platform != "linux", reason="another system's allocator is not asked")
def test_an_array_takes_the_memory_of_the_one_before_it() -> None:
    script = """
import resource
import numpy as np
from forecast.memory import keep_for_arrays

keep_for_arrays()
np.ones(300_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    np.ones(300_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 50

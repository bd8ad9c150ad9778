"""Locks: one process at a time, none that outlives its process, and no file left behind."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.locks import LOCK, folder_lock, is_free, sweep_lock

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import os, signal, sys
from pathlib import Path
from forecast.locks import folder_lock
with folder_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read(1)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_lock_is_held_until_its_file_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("ab") as one, path.open("ab") as other:
        assert is_free(one)
        assert not is_free(other)
        one.close()
        assert is_free(other)


def test_a_folder_is_held_by_one_at_a_time_and_nothing_stays_in_it(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        told = "another process has been writing into this folder for 0 s; wait until it has ended"
        with pytest.raises(InputError, match=told), folder_lock(tmp_path, patience=0.0):
            pass
    with folder_lock(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(InputError, match="another process"), folder_lock(tmp_path, patience=0.05):
        pass
    process.communicate("x")
    assert [path.name for path in tmp_path.iterdir()] == [LOCK]
    with folder_lock(tmp_path, patience=0.0):
        pass
    assert list(tmp_path.iterdir()) == []


def test_only_a_lock_that_nobody_holds_is_swept(tmp_path: Path) -> None:
    with folder_lock(tmp_path):
        sweep_lock(tmp_path)
        assert (tmp_path / LOCK).exists()
    (tmp_path / LOCK).touch()
    sweep_lock(tmp_path)
    sweep_lock(tmp_path)
    sweep_lock(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_its_holder_has_just_removed_locks_nothing(tmp_path: Path) -> None:
    """The next one waits on the file that is there by now, not on one that nobody else will ever see."""
    with closing((tmp_path / LOCK).open("ab")) as waiting:
        with folder_lock(tmp_path):
            assert not is_free(waiting)
        assert is_free(waiting)
        with folder_lock(tmp_path, patience=0.0):
            assert (tmp_path / LOCK).exists()

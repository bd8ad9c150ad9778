"""Temporary folders: gone afterwards, and swept by the next process where one was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from forecast.temporary import sweep, temporary_folder

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import os, signal, sys
from pathlib import Path
from forecast.temporary import temporary_folder
with temporary_folder(Path(sys.argv[1]), "orders-") as folder:
    (folder / "copy.csv").write_text("x")
    print(folder.name, flush=True)
    sys.stdin.read(1)
    os.kill(os.getpid(), signal.SIGKILL)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are not asked for there")


def test_a_folder_is_gone_afterwards_also_after_an_error(tmp_path: Path) -> None:
    with temporary_folder(tmp_path) as folder:
        assert folder.name.startswith(f"forecast-{os.getpid()}-")
        sweep(tmp_path, "forecast-")
        assert folder.is_dir()
    with pytest.raises(KeyError), temporary_folder(tmp_path):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_while_it_is_removed_waits_until_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = shutil.rmtree

    def interrupted(folder: Path, *, ignore_errors: bool) -> None:
        signal.raise_signal(signal.SIGINT)
        removed(folder, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt), temporary_folder(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_another_uses_is_not(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    left = tmp_path / process.stdout.readline().strip()
    sweep(tmp_path, "orders-")
    assert (left / "copy.csv").exists()
    # Another container numbers its processes in its own way: its lock tells that it is at work.
    elsewhere = left.rename(tmp_path / f"orders-{gone_process()}-x")
    sweep(tmp_path, "orders-")
    assert (elsewhere / "copy.csv").exists()
    process.communicate("x")
    sweep(tmp_path, "forecast-")
    assert elsewhere.exists()
    with temporary_folder(tmp_path, "orders-") as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_names_without_a_process_files_and_links_are_left_alone(tmp_path: Path) -> None:
    gone = gone_process()
    (tmp_path / "other").mkdir()
    (tmp_path / "forecast-notes").mkdir()
    (tmp_path / f"forecast-{gone}-file").write_text("", encoding="utf-8")
    (tmp_path / f"forecast-{gone}-link").symlink_to(tmp_path / "other")
    sweep(tmp_path, "forecast-")
    assert len(list(tmp_path.iterdir())) == 4


def gone_process() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid

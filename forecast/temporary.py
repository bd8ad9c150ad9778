"""Temporary folders, which are held while a process works in them; what a killed process left, the next one sweeps.

A folder's name bears the number of its process, and a lock in it is held until the process ends, however it ends. Only
what belongs to nobody any more is swept: the process is gone, and so is the lock, which also tells of processes that
another container numbers in its own way.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.locks import is_free
from forecast.signals import uninterrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGING_PREFIX = ".forecast-"
"""What folders begin with in which files are made before they are put in their place."""

_LOCK = ".lock"


@contextmanager
def temporary_folder(parent: Path | None = None, prefix: str = "forecast-") -> Iterator[Path]:
    """An empty folder below ``parent`` (by default the system's folder for temporary files), removed afterwards.

    Folders of the same prefix there whose processes are gone are removed first.

    Raises:
        OSError: The folder cannot be made.
    """
    place = parent if parent is not None else Path(tempfile.gettempdir())
    sweep(place, prefix)
    folder: Path | None = None
    try:
        with uninterrupted():
            folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=place))
        with ExitStack() as held:
            lock = held.enter_context((folder / _LOCK).open("wb"))
            is_free(lock)
            yield folder
    finally:
        with uninterrupted():
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path, prefix: str) -> None:
    """Removes the folders that killed processes of ours left in a place; whatever cannot be removed stays."""
    if sys.platform == "win32" or not place.is_dir():
        return
    bears_a_process = re.compile(re.escape(prefix) + r"([0-9]{1,9})-")
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            named = bears_a_process.match(entry.name)
            if named and entry.is_dir(follow_symlinks=False) and _is_left(entry, int(named.group(1))):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_left(entry: os.DirEntry[str], process: int) -> bool:
    """Whether a folder is ours, its process gone, and its lock held by none."""
    if sys.platform == "win32" or entry.stat(follow_symlinks=False).st_uid != os.getuid() or _is_running(process):
        return False
    try:
        with (Path(entry.path) / _LOCK).open("rb") as lock:
            return is_free(lock)
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True

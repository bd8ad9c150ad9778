"""Locks that the system itself lets go when their process ends, however it ends: on a file, and on a folder of results.

``fcntl`` and ``msvcrt`` are all that is needed; where a file system knows no locks, every lock counts as free.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.signals import uninterrupted

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

LOCK = ".forecast-lock"
"""The file in a folder of results on which its lock is held; it goes with the lock, unless its process was killed."""

PATIENCE = 20.0
"""Seconds for which a folder that another process is writing is waited for: putting files in place takes far less."""


def is_free(file: IO[bytes]) -> bool:
    """Whether nobody held the lock on an open file; from now on this process does, until the file is closed."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


@contextmanager
def folder_lock(folder: Path, patience: float = PATIENCE, name: str = LOCK) -> Iterator[None]:
    """Within it, no other process puts files into a folder, which must exist; ``patience`` is in seconds.

    A lock of another ``name`` is one of its own, for whatever its holders do.

    Raises:
        InputError: Another process holds the folder for longer than that; names the folder.
        OSError: The folder cannot be written.
    """
    path, until = folder / name, time.monotonic() + patience
    while (file := _held(path)) is None:
        if time.monotonic() >= until:
            raise InputError(Problem(said("output.busy", seconds=f"{patience:g}"), str(folder)))
        time.sleep(0.02)
    try:
        yield
    finally:
        with uninterrupted():
            _let_go(file, path)


def sweep_lock(folder: Path) -> None:
    """Removes the lock that a killed process left in a folder; one that is held stays, as does what is not ours."""
    if not os.path.lexists(folder / LOCK):
        return
    with suppress(OSError, InputError), folder_lock(folder, patience=0.0):
        pass


def _let_go(file: IO[bytes], path: Path) -> None:
    if sys.platform != "win32":  # there an open file cannot be removed, nor one that another process has opened
        path.unlink(missing_ok=True)
    file.close()
    if sys.platform == "win32":
        with suppress(OSError):
            path.unlink()


def _held(path: Path) -> IO[bytes] | None:
    """A folder's lock file with its lock held; None where another holds it, or has just removed the file."""
    try:
        file = path.open("ab")
    except PermissionError:
        if sys.platform == "win32" and path.exists():  # being removed
            return None
        raise
    with suppress(FileNotFoundError):
        if is_free(file) and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    file.close()
    return None

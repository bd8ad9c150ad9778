"""Telling once: what a watch is about to tell is kept before, and marked alert by alert as it is told.

A process that is killed between the two leaves the next one to find out which alerts were told: those that are marked,
and those that stand in the file behind standard output. Only where that is no file, or another one by then, and the
kill falls between the write of a line and that of its mark, which is the next, is a line told again, with the same
``id``. What is told is what was kept, rounded as it is there, so that the text is found again.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKS = ".forecast-told"
"""The file in the folder of results in which alerts are marked; there only while some are being told."""


@contextmanager
def open_marks(folder: Path) -> Iterator[int]:
    """The file of marks, made and open before anything is told: a mark is then one write, and waits for no disk."""
    place = os.open(folder / MARKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        yield place
    finally:
        os.close(place)


def mark(place: int, name: str) -> None:
    """Marks what was told in an open file of marks; the mark outlives this process."""
    os.write(place, f"{name}\n".encode())


def marks(folder: Path) -> set[str]:
    """What is marked as told."""
    try:
        lines = (folder / MARKS).read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return set()
    return set(lines[:-1])  # behind the last line end stands nothing, or a mark cut off


def clear_marks(folder: Path) -> None:
    """Forgets the marks, once all is kept as told."""
    with suppress(OSError):
        (folder / MARKS).unlink(missing_ok=True)


def output_file() -> tuple[int, ...]:
    """The file that standard output is: its device, its number and its present size; nothing where it is none."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
        found = os.fstat(sys.stdout.fileno())
        if stat.S_ISREG(found.st_mode):
            return found.st_dev, found.st_ino, found.st_size
    return ()


def stands_in_output(text: str, before: tuple[int, ...]) -> bool:
    """Whether standard output is the file of ``before``, and a text was written into it since it had its size then."""
    now = output_file()
    if len(before) != len(now) or now[:2] != before[:2] or not now:
        return False
    with suppress(OSError), open(f"/proc/self/fd/{sys.stdout.fileno()}", "rb") as file:  # noqa: PTH123
        file.seek(before[2])
        return f"{text}\n".encode() in file.read()
    return False

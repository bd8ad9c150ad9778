"""Memory that is free again: kept for the next arrays while a step works, and given back to the system after it."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
"""What the C library's ``mallopt`` knows two of its settings by (``malloc.h`` of glibc)."""

KEPT, FREE = 4 * 2**20, 64 * 2**20
"""Bytes of an array up to which its memory is kept for the next, and of free memory that is kept so at most."""


def keep_for_arrays() -> None:
    """Keep the memory of arrays up to ``KEPT`` for the next ones of this process, until ``give_back``.

    The allocator of Linux takes each larger array anew from the system, page by page: where many short runs each fill
    arrays of that size, most of the system's time goes there. Elsewhere nothing is done.
    """
    if sys.platform != "linux":
        return
    setting: Callable[[int, int], object] | None = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(_MMAP_THRESHOLD, KEPT)
        setting(_TRIM_THRESHOLD, FREE)


def give_back() -> None:
    """Give back what is free: after much work by arrays of a megabyte or so that is a tenth of all memory.

    The allocator of Linux alone keeps so much and can be asked; elsewhere nothing is done. It takes milliseconds.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], object] | None:
    """The C library's ``malloc_trim``; None where there is none."""
    if sys.platform != "linux":
        return None
    found: Callable[[int], object] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found

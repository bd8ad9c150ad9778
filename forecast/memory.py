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

KEPT, FREE = 32 * 2**20, 64 * 2**20
"""Bytes of an array up to which its memory is kept for the next, and of free memory that is kept so at its end."""

MUCH = 256 * 2**20
"""Bytes of free memory from which on it is given back: less is filled again sooner than the system has taken it."""


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
    """Give back what is free where that is ``MUCH``: after work by large arrays it may be a tenth of all memory.

    The allocator of Linux alone keeps so much and can be asked; elsewhere nothing is done. To take as much anew from
    the system, page by page, takes longer than to have given it back: a tenth of a second for some hundred megabytes.
    """
    trim = _trim()
    if trim is not None and _free() >= MUCH:
        trim(0)


class _Counts(ctypes.Structure):
    """What ``mallinfo2`` tells (``malloc.h`` of glibc): ten counts, the ninth of them bytes that are free."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in "abcdefghij")


def _free() -> int:
    """Bytes that the C library keeps free; where it does not tell, it counts as ``MUCH``."""
    counts = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if counts is None:
        return MUCH
    counts.restype = _Counts
    return int(counts().i)


@cache
def _trim() -> Callable[[int], object] | None:
    """The C library's ``malloc_trim``; None where there is none."""
    if sys.platform != "linux":
        return None
    found: Callable[[int], object] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found

"""Memory that is free again, given back to the system, where its allocator would keep it between arrays in use."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


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

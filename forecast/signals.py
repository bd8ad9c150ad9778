"""The signals that ask a command to end, and the parts of its work that they do not cut short."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Ctrl-C, another program, the terminal that is closed; Windows knows no SIGHUP."""


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Within it, signals that would raise an exception wait to its end; those that end the process at once do not.

    For what takes moments: to put files in place, or to remove temporary ones.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    raising = [one for one in SIGNALS if callable(signal.getsignal(one))]
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in raising}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        for number in came:
            signal.raise_signal(number)

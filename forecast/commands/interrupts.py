"""Ctrl-C: whenever it comes, one line on standard error and exit code 130, and never a traceback."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended: 128 and the number of the signal, as shells have it."""

MESSAGE = "已中断 · interrupted"


class Interrupted(BaseException):
    """Ctrl-C was pressed; no ``KeyboardInterrupt``, which the command-line library would answer in its own way."""


@contextmanager
def ends_on_interrupt() -> Iterator[None]:
    """Within it, the first Ctrl-C ends the command in order (temporary files go), the second at once.

    A library that is interrupted may raise an error of its own instead (a query of the engine does): whatever ends
    the command after Ctrl-C counts as the interruption. Outside the main thread, where no signal arrives, and where
    interrupts are ignored (``nohup``, a background job) nothing changes.

    Raises:
        SystemExit: With 130, after Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield
        return
    struck = False

    def stop(*_: object) -> None:
        nonlocal struck
        struck = True
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        raise Interrupted

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    except SystemExit:
        raise
    except BaseException:
        if not struck:
            raise
        print(MESSAGE, file=sys.stderr, flush=True)  # noqa: T201  # before the console's streams can be relied on
        raise SystemExit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGINT, before)

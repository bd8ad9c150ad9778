"""Ctrl-C, or another program's asking to end: whenever it comes, one line on standard error, and never a traceback."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from forecast.signals import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterator

OFFSET = 128
"""The exit code of a command that a signal ended is this and the signal's number, as in shells: Ctrl-C gives 130."""

MESSAGE = "已中断 · interrupted"


class Cancelled(Exception):  # noqa: N818  # it is what happened, and no fault
    """Ctrl-C where it leaves what is under way and ends nothing."""


class Cancelling:
    """Ctrl-C while a conversation goes on: heeded while something is under way, in between it does nothing."""

    def __init__(self) -> None:
        self._heeded = self._struck = False

    @classmethod
    @contextmanager
    def on_ctrl_c(cls, *, wanted: bool) -> Iterator[Cancelling]:
        """Within it Ctrl-C cancels; not where it is not ``wanted``, ignored already, or no signal arrives."""
        made = cls()
        here = threading.current_thread() is threading.main_thread()
        if not (wanted and here) or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            yield made
            return
        before = signal.signal(signal.SIGINT, made._strike)  # its own
        try:
            yield made
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Within it the first Ctrl-C ends what is under way.

        A library that is interrupted may raise an error of its own instead: it counts as the interruption.

        Raises:
            Cancelled: After Ctrl-C.
        """
        self._heeded, self._struck = True, False
        try:
            yield
        except Exception:
            if self._struck:
                raise Cancelled from None
            raise
        finally:
            self._heeded = False

    def _strike(self, number: int, frame: object) -> None:  # noqa: ARG002  # as signals call it
        if self._heeded:
            self._heeded, self._struck = False, True
            raise Cancelled


class Stopping:
    """What ends a command that goes on: the first signal asks it to end in its own time, a second one ends it."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    @property
    def asked(self) -> bool:
        """Whether a signal came."""
        return self._asked.is_set()

    def wait(self, seconds: float) -> bool:
        """Waits so long, or until a signal comes; whether one came."""
        return self._asked.wait(seconds)

    @classmethod
    @contextmanager
    def on_signals(cls) -> Iterator[Stopping]:
        """Within it the first signal is only noted; those that are ignored stay so."""
        made = cls()
        if threading.current_thread() is not threading.main_thread():
            yield made
            return
        before = {one: signal.getsignal(one) for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}

        def note(number: int, frame: object) -> None:  # noqa: ARG001  # as signals call it
            made._asked.set()  # its own
            for one, handler in before.items():
                signal.signal(one, handler)

        for one in before:
            signal.signal(one, note)
        try:
            yield made
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


class Interrupted(BaseException):
    """A signal came; no ``KeyboardInterrupt``, which the command-line library would answer in its own way."""


@contextmanager
def ends_on_interrupt() -> Iterator[None]:
    """Within it, the first of ``SIGNALS`` ends the command in order (temporary files go), a second Ctrl-C at once.

    A library that is interrupted may raise an error of its own instead (a query of the engine does): whatever ends
    the command after the signal counts as the interruption. Outside the main thread, where no signal arrives, nothing
    changes; a signal that is ignored (``nohup``, a background job) stays so.

    Raises:
        SystemExit: With 128 and the signal's number, after a signal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    struck: list[int] = []
    heeded = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]

    def stop(number: int, _: object) -> None:
        struck.append(number)
        for one in heeded:  # who closes a terminal or stops a service may ask twice; who presses again is in haste
            signal.signal(one, signal.SIG_DFL if one == signal.SIGINT else signal.SIG_IGN)
        raise Interrupted

    before = {one: signal.signal(one, stop) for one in heeded}
    try:
        yield
    except SystemExit:
        raise
    except BaseException:
        if not struck:
            raise
        with suppress(OSError, ValueError):  # a terminal that has gone
            print(MESSAGE, file=sys.stderr, flush=True)  # noqa: T201  # before the console's streams can be relied on
        raise SystemExit(OFFSET + struck[0]) from None
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

"""The two streams of a command: its result on standard output, messages and progress on standard error."""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from forecast.errors import InputError, Problem, said
from forecast.safe_text import on_its_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


PIPE_CLOSED = 141
"""The exit code where a reader has closed the pipe: 128 and the number of SIGPIPE."""

_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)
"""The language of messages, as soon as a command knows it."""


def begin() -> None:
    """Make the streams ready for a command, whose language is not known yet.

    Raises:
        InputError: Standard output is closed: told before the work whose result would be lost.
    """
    speak(None)
    if sys.stderr is None:  # closed
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # as long as the process
    if sys.stdout is None:
        raise InputError(_unwritten(os.strerror(errno.EBADF)))
    use_utf8()


def use_utf8() -> None:
    """Make both streams UTF-8, so that a pipe under another locale neither fails nor loses Chinese text."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def show(text: str) -> None:
    """Print a result on standard output, its lines never wrapped; no terminal obeys what stands in it.

    Raises:
        SystemExit: Whoever reads it has closed the pipe (``| head``): with 141, as other programs do.
        InputError: It cannot be written: the disk behind it is full.
    """
    try:
        print(on_its_lines(text), file=sys.stdout, flush=True)  # noqa: T201  # the one place where results are printed
    except OSError as error:
        end_unwritten(error)


def end_unwritten(error: OSError) -> NoReturn:
    """End a command whose result, or whose help, standard output has not taken.

    Raises:
        SystemExit: Whoever reads it has closed the pipe.
        InputError: It cannot be written, as the system says.
    """
    with suppress(OSError, ValueError):  # what waits in the stream is not tried again when the process ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        raise SystemExit(PIPE_CLOSED) from None
    raise InputError(_unwritten(error.strerror or str(error))) from None


def _unwritten(why: str) -> Problem:
    return Problem(said("usage.output", why=why), "stdout")


def show_json(result: Mapping[str, Any]) -> None:
    """Print a result on standard output as JSON; a figure that is not finite is a fault, not ``NaN``."""
    show(json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False))


def tell(message: str) -> None:
    """Print a message on standard error; one that cannot be written there ends no work."""
    with suppress(OSError):
        print(on_its_lines(message), file=sys.stderr, flush=True)  # noqa: T201  # the one place where messages are printed


def speak(language: str | None) -> None:
    """Let messages from now on be in a language: the plan's, or the one of ``--language``; None: as yet unknown."""
    _SPOKEN.set(language)


def tell_problems(error: InputError) -> None:
    """Print every problem of an input on a line of its own: ``file:line:column: key: message``.

    The language is the one that the error knows, else the command's, else that of the user's environment.
    """
    from forecast.sample.folder import users_language  # noqa: PLC0415  # only errors need it, and it loads much

    language = error.language or _SPOKEN.get() or users_language()
    for problem in error.problems:
        tell(problem.text(language))


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that announces each step of a long command.

    On a terminal a spinner with the step's name and the time passed, which disappears in the end; elsewhere a plain
    line a step. Colour follows ``NO_COLOR``.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield tell
        return
    from rich.console import Console  # noqa: PLC0415  # only a terminal needs it
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  # the same

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("…", total=None)

        def announce(message: str) -> None:
            bar.update(task, description=message)

        yield announce

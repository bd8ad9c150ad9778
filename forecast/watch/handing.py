"""Alerts handed to a command of the user's: each as JSON on the command's standard input, without a shell."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.errors import Said

PATIENCE = 30.0
"""Seconds after which a command that has not ended is ended."""


_FORKS = os.name == "posix"


@dataclass(frozen=True, slots=True)
class Handing:
    """A command and its arguments, as words."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Handing:
        """The command that a text names, with quotes as in a shell; nothing else of a shell is understood.

        Raises:
            InputError: A quote is not closed, nothing is named, or there is no such program.
        """
        try:
            words = tuple(shlex.split(text))
        except ValueError as error:
            raise InputError(Problem(said("monitor.exec_quotes", why=str(error), found=text), key="--exec")) from None
        if not words or shutil.which(words[0]) is None:
            found = words[0] if words else text
            raise InputError(Problem(said("monitor.exec_not_there", found=found), key="--exec"))
        return cls(words)

    def hand(self, line: str, started: Callable[[], None] | None = None) -> Said | None:
        """Hands over a line; why that failed, or None. ``started`` is called as the command begins.

        The command's standard input is a file, and ``started`` is called in the command's own process where the system
        can: whatever becomes of this one, a command that has begun has the whole line and is known to have begun. What
        it writes on standard output goes to standard error: standard output is the result's.
        """
        with tempfile.TemporaryFile() as given:
            given.write(f"{line}\n".encode())
            given.seek(0)
            try:
                # the words are the user's own, and no shell reads them; ``started`` writes a line and takes no lock
                process = subprocess.Popen(self.words, stdin=given, stdout=2, preexec_fn=started if _FORKS else None)  # noqa: S603, PLW1509
            except OSError as error:
                return said("monitor.exec_failed", why=error.strerror or str(error))
            if started is not None and not _FORKS:
                started()
            try:
                code = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                return said("monitor.exec_late", seconds=f"{PATIENCE:g}")
        return said("monitor.exec_code", code=code) if code else None

"""The lines of a conversation: typed at a terminal, with completion of words, or come through a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.interrupts import Cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.commands.interrupts import Cancelling

PROMPT = "› "


def typed_lines(words: Sequence[str], ctrl_c: Cancelling) -> Iterator[str]:
    """What is typed, line by line, the tabulator completing ``words``; or what comes through a pipe.

    Ctrl-C leaves a line half typed and begins another; Ctrl-D ends.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield from sys.stdin
        return
    _complete(words)
    while True:
        try:
            with ctrl_c.heeded():
                line = input(PROMPT)
        except EOFError:
            console.tell("")
            return
        except Cancelled:
            console.tell("")
            continue
        yield line


def completions(words: Sequence[str], begun: str) -> list[str]:
    """The words that go on from what is begun: a key that is whole goes on to the names below it."""
    found = [word for word in words if word.startswith(begun)]
    longer = [word for word in found if word != begun]
    return longer or found


def _complete(words: Sequence[str]) -> None:
    """Let the tabulator complete words, where the system has readline."""
    try:
        import readline  # noqa: PLC0415  # not on every system
    except ImportError:
        return

    def completed(begun: str, place: int) -> str | None:
        found = completions(words, begun)
        return found[place] if place < len(found) else None

    readline.set_completer_delims(" \t,;=")
    readline.set_completer(completed)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")

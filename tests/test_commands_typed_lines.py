"""The lines of a conversation at a terminal, where Ctrl-C leaves a line; and through a pipe."""

from __future__ import annotations

import io
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from forecast.commands.interrupts import Cancelling
from forecast.commands.typed_lines import completions, typed_lines

if TYPE_CHECKING:
    from collections.abc import Callable


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """As a terminal has it."""
        return True


def typing(*keys: str) -> Callable[[str], str]:
    """What ``input`` gives: a line a call, ``^C`` pressed within one, and the end as Ctrl-D makes it."""
    waiting = list(keys)

    def typed(prompt: str) -> str:
        assert prompt == "› "
        if not waiting:
            raise EOFError
        line = waiting.pop(0)
        if line.endswith("^C"):
            signal.raise_signal(signal.SIGINT)
        return line

    return typed


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_leaves_a_line_and_ctrl_d_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr("builtins.input", typing("volume=1.1", "volu^C", "show"))
    with Cancelling.on_ctrl_c(wanted=True) as ctrl_c:
        lines = []
        for line in typed_lines(["volume"], ctrl_c):
            lines.append(line)
            signal.raise_signal(signal.SIGINT)  # between two lines it does nothing
    assert lines == ["volume=1.1", "show"]


def test_a_whole_key_goes_on_to_the_names_below_it() -> None:
    words = ["volume", "volume.double11", "volume.wechat", "vs"]
    assert completions(words, "volume") == ["volume.double11", "volume.wechat"]
    assert completions(words, "v") == words
    assert completions(words, "vol") == words[:3], "with the whole key, at which the first press ends"
    assert completions(words, "vs") == ["vs"]
    assert completions(words, "x") == []


def test_a_pipe_is_read_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nb\n"))
    assert [*typed_lines([], Cancelling())] == ["a\n", "b\n"]

"""Results go to standard output, all else to standard error."""

from __future__ import annotations

import io
import sys

import pytest

from forecast.commands import console
from forecast.errors import InputError, Problem


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_a_result_is_never_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    console.show("x" * 500)
    assert capsys.readouterr() == ("x" * 500 + "\n", "")


def test_json_keeps_chinese_and_refuses_what_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_json({"label": "基准"})
    assert '"基准"' in capsys.readouterr().out
    with pytest.raises(ValueError, match="not JSON compliant"):
        console.show_json({"amount": float("nan")})


def test_every_problem_is_a_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    console.tell_problems(
        InputError([Problem("is missing", "plan.toml", 3, 1, "cash"), Problem("is unknown", key="x")])
    )
    assert capsys.readouterr() == ("", "plan.toml:3:1: cash: is missing\nx: is unknown\n")


def test_progress_off_a_terminal_is_a_plain_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress() as announce:
        announce("sales")
        announce("scenario: [base]")
    assert capsys.readouterr() == ("", "sales\nscenario: [base]\n")


def test_progress_on_a_terminal_leaves_nothing_but_control_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with console.progress() as announce:
        announce("scenario: [base]")
    shown = terminal.getvalue()
    assert "scenario: [base]" in shown
    assert "\x1b[3" not in shown  # no colour


def test_a_pipe_under_another_locale_takes_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    console.use_utf8()
    console.show("现金")
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    assert buffer.getvalue() == "现金\n".encode()

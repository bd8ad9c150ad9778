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


class Full(io.StringIO):
    """A stream that refuses what is written, for a reason."""

    def __init__(self, refusal: OSError) -> None:
        super().__init__()
        self.refusal = refusal

    def write(self, _text: str) -> int:
        """Refuse."""
        raise self.refusal


def test_a_result_that_cannot_be_written_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Full(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match=r"^stdout: the result cannot be written there \(No space left on device\)"):
        console.show("orders: 17")


def test_a_pipe_that_is_closed_ends_the_command_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Full(BrokenPipeError(32, "Broken pipe")))
    with pytest.raises(SystemExit) as ended:
        console.show("orders: 17")
    assert ended.value.code == console.PIPE_CLOSED


def test_a_closed_standard_output_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(InputError, match="stdout: the result cannot be written there"):
        console.begin()


def test_a_message_that_cannot_be_written_ends_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Full(OSError(28, "No space left on device"))
    monkeypatch.setattr(sys, "stderr", full)
    console.tell("reading the ledger")
    assert full.getvalue() == ""


def test_no_terminal_obeys_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    console.show("one\n\x1b[2Jtwo")
    console.show_json({"value": "\x9b31m"})
    assert capsys.readouterr().out == 'one\n\\u001b[2Jtwo\n{\n  "value": "\\u009b31m"\n}\n'

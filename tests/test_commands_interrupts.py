"""Ctrl-C ends every command with one line and 130, wherever it arrives; other requests to end do so as well."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from forecast.commands.interrupts import Interrupted, ends_on_interrupt
from forecast.errors import InputError

pytestmark = pytest.mark.usefixtures("interruptible")


def press() -> None:
    """Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_ends_with_130_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, ends_on_interrupt():
        press()
    assert ended.value.code == 130
    assert capsys.readouterr() == ("", "已中断 · interrupted\n")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, "what was there before is back"


def test_whatever_a_library_makes_of_it_is_the_interruption(capsys: pytest.CaptureFixture[str]) -> None:
    def library() -> None:
        try:
            press()
        except Interrupted as error:
            raise InputError("cannot be read as Parquet") from error

    with pytest.raises(SystemExit), ends_on_interrupt():
        library()
    assert capsys.readouterr().err == "已中断 · interrupted\n"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended in another way there")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_another_program_s_asking_and_a_closed_terminal_end_it_as_well(
    name: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who stops a service, or closes a terminal, may ask twice: the second time does not cut the tidying up short."""
    number, tidied = getattr(signal, name), []

    def work() -> None:
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)
            tidied.append("temporary files")

    before = signal.signal(number, signal.SIG_DFL)
    try:
        with pytest.raises(SystemExit) as ended, ends_on_interrupt():
            work()
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert (ended.value.code, tidied) == (code, ["temporary files"])
    assert capsys.readouterr() == ("", "已中断 · interrupted\n")


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_query_of_the_engine_is_interrupted_too(name: str, code: int) -> None:
    """DuckDB answers the signal with an error of its own, at once where the main thread does the work."""
    program = (
        "import os, signal, sys, threading, duckdb\n"
        "from forecast.commands.interrupts import ends_on_interrupt\n"
        "threading.Timer(0.3, lambda: os.kill(os.getpid(), getattr(signal, sys.argv[1]))).start()\n"
        "with ends_on_interrupt(), duckdb.connect(config={'threads': 1}) as engine:\n"
        "    engine.execute('SELECT sum(hash(range)) FROM range(1000000000000)').fetchall()\n"
    )
    command = [sys.executable, "-c", program, name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", "已中断 · interrupted\n")


def test_without_ctrl_c_every_error_passes() -> None:
    with pytest.raises(ZeroDivisionError), ends_on_interrupt():
        raise ZeroDivisionError
    with pytest.raises(SystemExit) as ended, ends_on_interrupt():
        raise SystemExit(3)
    assert ended.value.code == 3


def test_a_job_for_which_interrupts_are_ignored_goes_on() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ends_on_interrupt():
            press()
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_outside_the_main_thread_nothing_changes() -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with ends_on_interrupt():
                pass
        except BaseException as error:  # noqa: BLE001  # whatever it is
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed == []


def test_while_the_command_line_is_loading() -> None:
    code = (
        "import signal, sys\n"
        "class Press:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer':\n"
        "            signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Press())\n"
        "from forecast.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "已中断 · interrupted\n")

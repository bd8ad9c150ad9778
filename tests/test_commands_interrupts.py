"""Ctrl-C ends every command with one line and 130, wherever it arrives."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from forecast.commands.interrupts import INTERRUPTED, Interrupted, ends_on_interrupt
from forecast.errors import InputError

pytestmark = pytest.mark.usefixtures("interruptible")


def press() -> None:
    """Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_ends_with_130_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, ends_on_interrupt():
        press()
    assert ended.value.code == INTERRUPTED == 130
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


def test_a_query_of_the_engine_is_interrupted_too() -> None:
    """DuckDB answers the signal with an error of its own, at once where the main thread does the work."""
    code = (
        "import os, signal, threading, duckdb\n"
        "from forecast.commands.interrupts import ends_on_interrupt\n"
        "threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "with ends_on_interrupt(), duckdb.connect(config={'threads': 1}) as engine:\n"
        "    engine.execute('SELECT sum(hash(range)) FROM range(1000000000000)').fetchall()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (INTERRUPTED, "", "已中断 · interrupted\n")


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

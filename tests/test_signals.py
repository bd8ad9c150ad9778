"""Signals wait while files are put in place or temporary ones removed."""

from __future__ import annotations

import signal
import threading

import pytest

from forecast.signals import SIGNALS, uninterrupted

pytestmark = pytest.mark.usefixtures("interruptible")


def test_ctrl_c_another_program_and_a_closed_terminal_end_a_command() -> None:
    assert {one.name for one in SIGNALS} >= {"SIGINT", "SIGTERM"}


def test_a_signal_takes_effect_at_the_end() -> None:
    done = []

    def work() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("put in place")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["put in place"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_within_one_another_it_waits_for_the_outermost() -> None:
    done = []

    def work() -> None:
        with uninterrupted():
            with uninterrupted():
                signal.raise_signal(signal.SIGINT)
            done.append("put in place")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["put in place"]


def test_what_is_ignored_or_ends_the_process_at_once_stays_so() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with uninterrupted():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_in_another_thread_where_no_signal_arrives_it_changes_nothing() -> None:
    seen: list[object] = []

    def work() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]

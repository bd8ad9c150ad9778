"""A wrong usage of a command, in Chinese and in English."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_line import CommandLine

WRONG = {
    ("whatif", "plan.toml"): "缺少 --set；用法见 forecast whatif --help",
    ("run",): "缺少 PLAN；用法见",
    ("run", "plan.toml", "--no-such"): "没有选项 --no-such；用法见 forecast run --help",
    ("run", "plan.toml", "--paths", "x"): "--paths 的值不对（",
    ("finance", "plan.toml", "--solve", "price"): "--solve 的值不对（",
    ("no_such_command",): "（No such command 'no_such_command'）；用法见 forecast --help",
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_usage_is_told_in_the_user_s_language(
    words: tuple[str, ...], forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = forecast(*words)
    assert (chinese.code, chinese.out) == (2, "")
    assert WRONG[words] in chinese.err
    assert chinese.err.count("\n") == 1
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    english = forecast(*words)
    assert (english.code, english.out) == (2, "")
    assert "用法见" not in english.err


def test_the_option_goes_before_the_environment(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "缺少 --set" in forecast("whatif", "plan.toml", "--language", "zh").err
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "Missing option" in forecast("whatif", "plan.toml", "--language=en").err


def test_a_mistyped_address_in_place_of_a_value_is_not_shown_with_its_password(forecast: CommandLine) -> None:
    told = forecast("check", "plan.toml", "--language", "postgres//ann:s3cret@host/shop").err
    assert "postgres//ann:***@host/shop" in told
    assert "s3cret" not in told


def test_no_words_at_all_are_a_question_for_help(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    ended = forecast()
    assert ended.code == 2
    assert "Usage:" in ended.out + ended.err


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("--version",)])
def test_a_reader_that_has_gone_ends_help_quietly(
    words: tuple[str, ...], forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as gone, monkeypatch.context() as patch:  # noqa: PTH123  # no file
        patch.setattr(sys, "stdout", gone)
        ended = forecast(*words)
    assert (ended.code, ended.err) == (141, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")  # noqa: PTH110  # no file
@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("--version",), ("formats",), ("formats", "--json")])
def test_what_a_full_disk_does_not_take_is_one_line_and_wrong_input(
    words: tuple[str, ...], forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123  # no file
        monkeypatch.setattr(sys, "stdout", full)
        ended = forecast(*words)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert ended.err.startswith("stdout: ")

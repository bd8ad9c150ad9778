"""Figures of options as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.commands.typed_figures import amount_of, share_of
from forecast.errors import InputError

if TYPE_CHECKING:
    from command_line import CommandLine


@pytest.mark.parametrize(
    ("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("５％", 0.05), ("8‰", 0.008), ("0", 0), (1, 1), ("100%", 1)]
)
def test_a_share_is_read_as_it_is_written(text: str | float, share: float) -> None:
    assert share_of("--lost")(text) == share


@pytest.mark.parametrize("text", ["30", "101%", "-1%", "half", "nan", ""])
def test_what_is_no_share_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(InputError) as raised:
        share_of("--lost")(text)
    (problem,) = raised.value.problems
    assert problem.key == "--lost"
    assert "0.05 or 5%" in problem.text("en")
    assert "0.05 或 5%" in problem.text("zh")


def test_a_share_may_have_a_least() -> None:
    assert share_of("--share", 0.01)("1%") == 0.01
    with pytest.raises(InputError, match=r"from 0\.01 to 1"):
        share_of("--share", 0.01)("0.5%")


@pytest.mark.parametrize(
    ("text", "amount"), [("110万", 1.1e6), ("1,100,000", 1.1e6), ("1100000", 1.1e6), ("¥1.1e6", None), ("0", 0.0)]
)
def test_an_amount_is_read_as_it_is_written(text: str, amount: float | None) -> None:
    if amount is None:
        with pytest.raises(InputError):
            amount_of("--buffer")(text)
    else:
        assert amount_of("--buffer")(text) == amount


@pytest.mark.parametrize("text", ["-1", "many", "inf", "-5万"])
def test_what_is_no_amount_is_told(text: str) -> None:
    with pytest.raises(InputError, match=r"write an amount of at least 0"):
        amount_of("--buffer")(text)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("stress", "plan.toml", "--lost", "30"), "--lost: 是 30；请写 0 到 1 之间的占比"),
        (("stress", "plan.toml", "--buffer", "many"), "--buffer: 是 many；请写不小于 0 的金额"),
        (("drill", "plan.toml", "--share", "80"), "--share: 是 80；请写 0.01 到 1 之间的占比"),
    ],
)
def test_commands_tell_it_in_chinese(
    words: tuple[str, ...], told: str, forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    ended = forecast(*words)
    assert ended.code == 2
    assert told in ended.err

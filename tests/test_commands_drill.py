"""forecast drill: what it plants, writes, prints and keeps, and with which code it ends."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from playbook_shop import template
from stress_shop import write_shop

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import CommandLine

FILES = ["drill.html", "drill.json", "drill.manifest.json"]
PLANTED = ("--incident", "validation", "--hours", "24", "--share", "1")


def with_playbook(folder: Path) -> None:
    """The shop with its playbook, in the folder."""
    write_shop(folder)
    (folder / "playbook.toml").write_text(template(), encoding="utf-8")


def test_a_quiz_is_scored_and_kept_beside_the_drill(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    with_playbook(forecast.folder)
    monkeypatch.setattr(sys, "stdin", io.StringIO("?\nvalidation\n2\n1\n"))
    words = (*PLANTED, "--quiz", "--name", "Ann", "--paths", "20", "--out", "out", "--json")
    done = forecast("drill", "plan.toml", *words)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert done.out == (forecast.folder / "out" / "drill.json").read_text(encoding="utf-8")
    assert sorted(path.name for path in (forecast.folder / "out").iterdir()) == [*FILES, "training.csv"]
    assert (found["incident"]["cause"], found["quiz"]["answers"][0]["right"]) == ("validation", True)
    assert (found["quiz"]["name"], found["quiz"]["hints"], len(found["quiz"]["answers"])) == ("Ann", 1, 2)
    assert "Score: " in done.err, "standard output holds the result alone"
    line = (forecast.folder / "out" / "training.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    assert line[1:5] == ["Ann", "1", "validation", "validation"]
    inputs = json.loads((forecast.folder / "out" / "drill.manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert any(one["path"].endswith("playbook.toml") and one["sha256"] for one in inputs)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--incident", "weather"), "'weather' is not one of"),
        (("--channel", "baitia"), '--channel: baitia is no channel of the plan; write "baitiao"'),
        (("--share", "2"), "--share"),
        ((), "playbook.toml: there is no such file; forecast playbook plan.toml --new makes one"),
    ],
)
def test_what_is_wrong_is_told_before_any_work(forecast: CommandLine, words: tuple[str, ...], said: str) -> None:
    write_shop(forecast.folder)
    before = forecast.files()
    done = forecast("drill", "plan.toml", *words, "--language", "en")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "reading the ledger" not in done.err
    assert forecast.files() == before


def test_a_strangers_training_record_is_told_before_any_work(forecast: CommandLine) -> None:
    with_playbook(forecast.folder)
    (forecast.folder / "training.csv").write_text("who\n", encoding="utf-8")
    done = forecast("drill", "plan.toml", "--quiz", "--out", ".", "--language", "en")
    assert done.code == 2
    assert "training.csv:1: is no record of quizzes" in done.err
    assert "reading the ledger" not in done.err

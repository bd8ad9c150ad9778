"""forecast playbook: what it makes, reads, writes and prints, and with which code it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forecast.studies.playbook import incidents

if TYPE_CHECKING:
    import pytest
    from command_line import CommandLine

FILES = ["playbook.html", "playbook.json", "playbook.manifest.json", "playbook.xlsx"]


def test_a_new_playbook_is_made_once_and_then_read(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incidents, "LENGTHS", (1,))
    forecast.copy_tiny()
    made = forecast("playbook", "tiny/plan.toml", "--new", "--json")
    assert (made.code, json.loads(made.out)) == (0, {"playbook": "tiny/playbook.toml"})
    again = forecast("playbook", "tiny/plan.toml", "--new")
    assert again.code == 2
    assert "tiny/playbook.toml: is there already and is not overwritten" in again.err
    done = forecast("playbook", "tiny/plan.toml", "--paths", "20", "--json", "--out", "out", "--strict")
    assert done.code == 3, "something is still to be filled in"
    assert done.out == (forecast.folder / "out" / "playbook.json").read_text(encoding="utf-8")
    assert sorted(path.name for path in (forecast.folder / "out").iterdir()) == FILES
    assert "playbook_unfilled" in done.err
    inputs = json.loads((forecast.folder / "out" / "playbook.manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert any(one["path"].endswith("playbook.toml") and one["sha256"] for one in inputs)


def test_without_a_playbook_it_says_how_to_make_one(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    before = forecast.files()
    ended = forecast("playbook", "tiny/plan.toml")
    assert (ended.code, ended.out) == (2, "")
    assert "tiny/playbook.toml: there is no such file; forecast playbook tiny/plan.toml --new makes one" in ended.err
    assert forecast.files() == before


def test_what_is_wrong_with_it_is_told_before_any_work(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    forecast("playbook", "tiny/plan.toml", "--new")
    path = forecast.folder / "tiny" / "playbook.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[causes.clearing]", "[causes.cleering]"), encoding="utf-8"
    )
    ended = forecast("playbook", "tiny/plan.toml")
    assert ended.code == 2
    assert "causes.cleering" in ended.err
    assert "[causes.clearing] with signs = …" in ended.err
    assert "reading the ledger" not in ended.err

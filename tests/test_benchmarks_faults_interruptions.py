"""The benchmark of interruptions strikes every call, and sees a mixed set where there is one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.faults_interruptions import OWN, SIGNALS, blows, hidden, mixture

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole set of one file, beside one of the user's."""
    (tmp_path / OWN).write_text("mine", encoding="utf-8")
    (tmp_path / "result.json").write_text("new", encoding="utf-8")
    told = {"outputs": {"result.json": hashlib.sha256(b"new").hexdigest()}}
    (tmp_path / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return tmp_path


def test_every_call_is_struck_and_in_the_end_by_every_signal() -> None:
    assert [blow.call for blow in blows(4, 0, seed=1)] == [1, 2, 3, 4]
    struck = {(blow.call, blow.number) for blow in blows(4, 12, seed=1)}
    assert struck == {(call, number) for call in range(1, 5) for number in SIGNALS}
    assert list(blows(4, 12, seed=1)) == list(blows(4, 12, seed=1)) != list(blows(4, 12, seed=2))


def test_a_whole_set_is_one_whatever_else_lies_there_hidden(folder: Path) -> None:
    (folder / ".forecast-lock").touch()
    assert (mixture(folder), hidden(folder)) == ("", [".forecast-lock"])


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("result.json", "old", "other files than the manifest's: ['result.json']"),
        ("rejected.csv", "old", "files ['rejected.csv', 'result.json'], the manifest tells of ['result.json']"),
        ("manifest.json", "", "no manifest"),
        (OWN, "", "the user's own file is gone"),
    ],
)
def test_a_mixed_set_is_seen(name: str, text: str, wrong: str, folder: Path) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    assert mixture(folder).startswith(wrong)

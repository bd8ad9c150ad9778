"""Where results go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forecast.commands.places import check_writable, output_folder
from forecast.errors import InputError
from forecast.plan.reading import load_plan

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny" / "plan.toml"


def test_by_default_in_reports_under_the_plan_folder_s_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert output_folder(load_plan(TINY), None) == Path("reports/tiny")
    assert output_folder(load_plan(TINY), Path("a/b")) == Path("a/b")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"here: is a file, not a folder"):
        check_writable(tmp_path / "here" / "below")


def test_a_folder_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="cannot be written"):
        check_writable(tmp_path / "new")

"""The files that ``--from`` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecast.errors import InputError
from forecast.starting.files import files_of


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.XLSX", "~$a.xlsx", ".hidden.csv", "plan.toml", "orders [1].csv", "orders 1.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    return tmp_path


def test_a_folder_gives_its_exports_by_name(exports: Path) -> None:
    assert [one.name for one in files_of([str(exports)])] == ["a.XLSX", "b.csv", "orders 1.csv", "orders [1].csv"]


def test_a_path_that_exists_is_no_pattern(exports: Path) -> None:
    assert [one.name for one in files_of([str(exports / "orders [1].csv")])] == ["orders [1].csv"]


def test_a_file_that_two_sources_name_counts_once(exports: Path) -> None:
    found = files_of([str(exports / "b.csv"), str(exports / "*.csv")])
    assert [one.name for one in found] == ["b.csv", "orders 1.csv", "orders [1].csv"]


def test_every_source_without_a_file_is_told(exports: Path) -> None:
    (exports / "empty").mkdir()
    with pytest.raises(InputError) as error:
        files_of([str(exports / "c.csv"), str(exports / "empty"), str(exports / "b.csv")])
    assert [Path(problem.file).name for problem in error.value.problems] == ["c.csv", "empty"]
    assert "没有这个文件" in error.value.problems[0].text("zh")
    assert "no exports" in str(error.value.problems[1])


def test_a_name_that_no_file_can_bear_is_told_in_words() -> None:
    with pytest.raises(InputError, match=r"cannot be read \(File name too long\)"):
        files_of(["x" * 300])

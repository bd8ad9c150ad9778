"""The sample set of exports: it can be made again, and its README says what it adds up to."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from exports_made import SAMPLE, Made, write_jd, write_sample, write_tmall, write_wechat
from exports_world import Totals

from forecast.ledger.opening import open_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST = 400_000
"""Bytes of the whole set."""


def contents(path: Path, folder: Path) -> list[bytes]:
    """What a file holds: an archive's members, a workbook's rows, or its bytes."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return [name.encode() + archive.read(name) for name in archive.namelist()]
    if path.suffix == ".xlsx":
        folder.mkdir()
        return [table.data.read_bytes() for table in open_tables(path, folder)]
    return [path.read_bytes()]


def test_the_sample_set_can_be_made_again(tmp_path: Path) -> None:
    made = write_sample(tmp_path / "new")
    assert sorted(path.name for path in made) == sorted(path.name for path in SAMPLE.iterdir() if path.suffix != ".md")
    for path in made:
        again = contents(path, tmp_path / f"{path.name} made")
        assert contents(SAMPLE / path.name, tmp_path / f"{path.name} kept") == again, path.name
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < LARGEST


@pytest.mark.parametrize(
    ("name", "writers"),
    [
        ("Tmall", [write_tmall]),
        ("JD", [write_jd]),
        ("WeChat Pay", [write_wechat]),
        ("all", [write_tmall, write_jd, write_wechat]),
    ],
)
def test_its_readme_says_what_it_adds_up_to(name: str, writers: list[Callable[[Path], Made]], tmp_path: Path) -> None:
    total = Totals()
    for write in writers:
        total.add(write(tmp_path).world.totals())
    figures = [getattr(total, field) / 100 for field in Totals.__slots__ if field != "orders"]
    row = " | ".join([name, f"{total.orders:,}", *(f"{figure:,.2f}" for figure in figures)])
    assert f"| {row} |" in (SAMPLE / "README.md").read_text(encoding="utf-8")

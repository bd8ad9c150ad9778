"""Which files a ledger is read from."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from forecast.ledger.source_files import files_of_database, files_of_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("address", "log"), [("duckdb:///shop.db", "shop.db.wal"), ("sqlite:///shop.db", "shop.db-wal")]
)
def test_a_database_that_is_a_file_comes_with_its_log_once_that_holds_anything(
    tmp_path: Path, address: str, log: str
) -> None:
    assert files_of_database(address, tmp_path)[1:] == []
    (tmp_path / log).touch()
    assert [one.name for one in files_of_database(address, tmp_path)] == ["shop.db"]
    (tmp_path / log).write_bytes(b"1")
    assert [one.name for one in files_of_database(address, tmp_path)] == ["shop.db", log]


def test_the_database_of_a_server_is_no_file(tmp_path: Path) -> None:
    assert files_of_database("postgresql://host/shop", tmp_path) == []


def test_a_folder_gives_the_files_that_are_read_by_name_and_no_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.CSV", "deep/a.parquet", "notes.md", ".hidden.csv", ".tmp/c.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [str(one.relative_to(tmp_path)) for one in files_of_folder(tmp_path)] == ["b.CSV", "deep/a.parquet"]


def test_hashing_inputs_loads_no_engine() -> None:
    code = "import sys, forecast.outputs.manifest; print({'duckdb', 'pyarrow', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"

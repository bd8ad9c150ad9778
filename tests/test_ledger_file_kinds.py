"""Kinds of files by their first bytes, and what is said of those that are not read."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.ledger.file_kinds import FileKind, kind_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook .*; save it as .xlsx"),
        (b"\x1f\x8b\x08", "compressed with gzip; unpack it"),
        (b"Rar!\x1a", "compressed with RAR; unpack it"),
        (b"7z\xbc\xaf", "compressed with 7-Zip; unpack it"),
        (b"%PDF-1.7", "is a PDF; export the same as CSV"),
        (b"\xef\xbb\xbf <HTML>", "a web page or XML under the name of a table"),
        (b"SQLite format 3\0", 'a SQLite database; write orders = "sqlite:///orders.csv" with table'),
        (b"12345678DUCK", 'a DuckDB database; write orders = "duckdb:///orders.csv" with table'),
        (b"PK\x03\x04", "cannot be read as a zip archive"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "an Excel workbook that is damaged or cut off"),
    ],
)
def test_what_is_not_read_says_what_to_do(tmp_path: Path, start: bytes, message: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(start + b"\0" * 100)
    with pytest.raises(InputError, match=f"orders.csv: .*{message}"):
        kind_of(path, path.name)


def test_kinds_are_told_by_what_is_inside_and_not_by_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for member, kind in (("xl/workbook.xml", FileKind.WORKBOOK), ("b.csv", FileKind.ARCHIVE)):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, b"")
        assert kind_of(path, path.name) is kind
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", b"")
    with pytest.raises(InputError, match=r"save it as \.xlsx"):
        kind_of(path, path.name)
    path.write_bytes(b"PAR1")
    assert kind_of(path, path.name) is FileKind.PARQUET
    path.write_bytes(b"")
    assert kind_of(path, path.name) is FileKind.TEXT

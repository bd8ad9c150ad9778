"""Zip archives as platforms write them: names in GBK, folders, and what is no table."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.ledger import archives
from forecast.ledger.archives import unpack

if TYPE_CHECKING:
    from pathlib import Path


def named(name: str, encoding: str) -> zipfile.ZipInfo:
    """A member whose name is written in an encoding without the mark of UTF-8, as other programs do."""

    class Named(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # what zipfile asks
            return name.encode(encoding), 0

    return Named("x")


def members(path: Path) -> dict[str, bytes]:
    return {name: copy.read_bytes() for name, copy in unpack(path, path.parent, path.name)}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_the_mark_of_utf_8_are_read(tmp_path: Path, encoding: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(named("2026/支付宝账务明细.csv", encoding), b"1")
        archive.writestr("退款.csv", b"2")
    assert members(tmp_path / "a.zip") == {"2026/支付宝账务明细.csv": b"1", "退款.csv": b"2"}


def test_folders_hidden_files_and_documents_are_passed_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.mkdir("a")
        for name in ("a/b.csv", "__MACOSX/a/._b.csv", ".DS_Store", "说明.pdf", "../../c.txt"):
            archive.writestr(name, b"1")
    assert list(members(tmp_path / "a.zip")) == ["a/b.csv"]


def test_what_cannot_be_unpacked_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(10_000))
    whole = path.read_bytes()
    monkeypatch.setattr(archives, "LARGEST", 9_999)
    with pytest.raises(InputError, match="split it into several files"):
        members(path)
    monkeypatch.undo()
    path.write_bytes(whole[:45] + b"\xff\xff" + whole[47:])
    with pytest.raises(InputError, match=r"a.zip: cannot be read as a zip archive"):
        members(path)
    place = whole.index(b"PK\x01\x02")
    path.write_bytes(whole[:6] + b"\x01" + whole[7 : place + 8] + b"\x01" + whole[place + 9 :])
    with pytest.raises(InputError, match="protected with a password"):
        members(path)

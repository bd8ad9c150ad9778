"""What kind of file a file is, by its first bytes and never by its name; and what to do with one that is not read."""

from __future__ import annotations

import zipfile
from enum import Enum
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, Said, said
from forecast.ledger.archives import BROKEN, first_line

if TYPE_CHECKING:
    from pathlib import Path


class FileKind(Enum):
    """Kinds of files that are read."""

    TEXT = "text"
    WORKBOOK = "workbook"
    ARCHIVE = "archive"
    PARQUET = "parquet"


_LOOKED_AT, _LOOKED_AT_BROKEN = 64, 1 << 16
_IN_WORKBOOKS = (b"[Content_Types].xml", b"_rels/.rels", b"docProps/", b"xl/")
"""Names of which one stands at the start of every workbook, cut off or not."""

_NOT_READ = {
    b"\xd0\xcf\x11\xe0": said("files.old_workbook"),
    b"\x1f\x8b": said("files.packed", program="gzip"),
    b"Rar!": said("files.packed", program="RAR"),
    b"7z\xbc\xaf": said("files.packed", program="7-Zip"),
    b"%PDF": said("files.pdf"),
}
_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")


def kind_of(path: Path, shown: str) -> FileKind:
    """The kind of a file; ``shown`` is its name for messages.

    Raises:
        InputError: The file is of a kind that is not read; says what it is, and what to save it as.
    """
    with path.open("rb") as stream:
        start = stream.read(_LOOKED_AT)
    if refused := _refused(start, path):
        raise InputError(Problem(refused, shown))
    if start.startswith(b"PAR1"):
        return FileKind.PARQUET
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return FileKind.WORKBOOK if _is_workbook(path, shown) else FileKind.ARCHIVE
    return FileKind.TEXT


def _refused(start: bytes, path: Path) -> Said | None:
    """What to say of a file that is not read, or None."""
    found = next((sentence for signature, sentence in _NOT_READ.items() if start.startswith(signature)), None)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
        return said("files.web_page")
    if start.startswith(b"SQLite format 3\0"):
        return said("files.database", program="SQLite", address=f"sqlite:///{path.name}")
    if start[8:12] == b"DUCK":
        return said("files.database", program="DuckDB", address=f"duckdb:///{path.name}")
    return found


def _is_workbook(path: Path, shown: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except BROKEN as error:
        with path.open("rb") as stream:
            start = stream.read(_LOOKED_AT_BROKEN)
        of_sheets = any(name in start for name in _IN_WORKBOOKS)
        broken = said("files.broken_workbook") if of_sheets else said("files.not_an_archive", why=first_line(error))
        raise InputError(Problem(broken, shown)) from None
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise InputError(Problem(said("files.other_workbook"), shown))
    return "xl/workbook.xml" in names

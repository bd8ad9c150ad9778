"""Zip archives: their members, copied one by one into the temporary folder under names of our own."""

from __future__ import annotations

import lzma
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 4 << 30
"""Bytes that an archive may take when it is unpacked."""

BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, RuntimeError, ValueError)
"""What reading a damaged archive may raise; ``RuntimeError`` is that of compression not known, too."""

_CHUNK = 1 << 20
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_PASSED_OVER = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".doc", ".docx", ".md", ".html", ".htm", ".url", ".ini")
"""Endings of what is put beside tables for people to read."""


def unpack(path: Path, folder: Path, shown: str) -> Iterator[tuple[str, Path]]:
    """The members of an archive: the name of each, with its folders, and a copy of it in ``folder``.

    Folders, a system's own hidden files, pictures and documents are passed over.

    Raises:
        InputError: The archive is damaged, encrypted, or larger than ``LARGEST`` when it is unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not _is_passed_over(member)]
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise InputError(Problem(said("files.encrypted"), shown))
            if sum(member.file_size for member in members) > LARGEST:
                raise InputError(Problem(said("files.too_large", gigabytes=LARGEST >> 30), shown))
            for member in sorted(members, key=_name):
                yield _name(member), _extracted(archive, member, Path(tempfile.mkdtemp(dir=folder)))
    except BROKEN as error:
        raise InputError(Problem(said("files.not_an_archive", why=first_line(error)), shown)) from None


def first_line(error: Exception) -> str:
    """What an error says, on one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Path:
    target = folder / "member"
    with archive.open(member) as source, target.open("wb") as copy:
        while chunk := source.read(_CHUNK):
            copy.write(chunk)
    return target


def _is_passed_over(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(_name(member)).parts
    hidden = any(part.startswith(".") or part in {"__MACOSX", "Thumbs.db"} for part in parts)
    return member.is_dir() or hidden or parts[-1].lower().endswith(_PASSED_OVER)


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; without the mark of UTF-8 its bytes are UTF-8 where they read as such, else GB18030."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    raw = member.filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename

"""A source that grows: what has come to it since it was last read.

A text file that was only appended to is read from where it was left; so is each one of a folder, and a new one whole.
Whatever else changes is read anew, rows alone that tell of times that are still looked at. A line that is still being
written waits for its end; after one look without any change, the end of the file counts as one.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError
from forecast.ledger.file_kinds import FileKind, kind_of
from forecast.ledger.source_files import files_of_database, files_of_folder
from forecast.plan.model import is_database
from forecast.temporary import temporary_folder
from forecast.watch.reading import Wanted, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from forecast.plan.model import Plan
    from forecast.watch.reading import FeedSource, ReadFeed

HEAD, TAIL = 1 << 20, 1 << 26
"""Bytes at the start of a file, and before where it was left, that must be as they were: 64 MiB hold a million rows."""

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fresh:
    """What has come: rows read, ``anew`` those that may have been read before, too."""

    read: ReadFeed
    anew: bool


@dataclass(frozen=True, slots=True)
class Left:
    """Where a text file was left: bytes read, the checksum of those, and whether they end within a line."""

    offset: int
    checksum: int
    within_line: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one file that are new: its path, its first line, and from which byte to which they stand."""

    file: Path
    header: bytes
    begin: int
    end: int


@dataclass(slots=True)
class Growing:
    """A source that is followed: how its files stood at the last look, and where texts were left.

    ``confirms`` says whether its confirmations are used; None where the rows of each look say it.
    """

    plan: Plan
    source: FeedSource
    confirms: bool | None = None
    stood: Mapping[Path, tuple[int, ...]] = field(default_factory=dict)
    left: dict[Path, Left] = field(default_factory=dict)
    read_once: bool = False

    def begin_anew(self) -> None:
        """Reads all of it at the next look."""
        self.stood, self.left, self.read_once = {}, {}, False

    def fresh(self, kept_from: int) -> Fresh | None:
        """What has come since the last look, as far as it tells of ``kept_from`` or later; None where nothing has.

        Raises:
            InputError: The source cannot be read; the next look begins where this one did.
        """
        files = self._files()
        stands = {file: mark for file in files if (mark := _mark(file)) is not None}
        unchanged = self.read_once and stands == self.stood
        if unchanged and files and not self._waiting(stands):
            return None
        texts = bool(stands) and not self.source.ledger.files and all(_is_text(file) for file in stands)
        found = (
            self._appended(stands, kept_from, at_rest=unchanged)
            if texts and not self._is_database
            else self._anew(kept_from)
        )
        self.stood, self.read_once = stands, True
        return found

    @property
    def _is_database(self) -> bool:
        return is_database(self.source.ledger.orders) and not self.source.ledger.files

    def _files(self) -> list[Path]:
        ledger, base = self.source.ledger, self.source.base
        if ledger.files:
            return [base / one for one in ledger.inputs]
        if is_database(ledger.orders):
            return files_of_database(ledger.orders, base)
        path = base / ledger.orders
        return files_of_folder(path) if path.is_dir() else [path]

    def _waiting(self, stands: Mapping[Path, tuple[int, ...]]) -> bool:
        """Whether a text has an end that was not read, as it might have been one of a line still being written."""
        return any(file in stands and one.offset < stands[file][0] for file, one in self.left.items())

    def _anew(self, kept_from: int) -> Fresh | None:
        path = self.source.base / self.source.ledger.orders
        if not self.source.ledger.files and not self._is_database and path.is_dir() and not files_of_folder(path):
            return None  # a folder that is still empty
        read = read_source(self.plan, self.source, self._wanted(kept_from))
        self.left = {}
        return Fresh(read, anew=True)

    def _wanted(self, kept_from: int) -> Wanted:
        return Wanted(alive=kept_from, numbered=True, confirms=self.confirms)

    def _appended(self, stands: Mapping[Path, tuple[int, ...]], kept_from: int, *, at_rest: bool) -> Fresh | None:
        """The new rows of texts; all of them where one is no longer what it was."""
        touched = [file for file in self.left if file in stands and stands[file] != self.stood.get(file)]
        anew = not self.left or not all(_as_left(file, self.left[file]) for file in touched)
        left = {} if anew else dict(self.left)
        parts = []
        for file, (size, *_) in stands.items():
            begin = left[file].offset if file in left else 0
            part = _part(file, begin, size, to_the_end=at_rest)
            if part is not None:
                parts.append(part)
                left[file] = Left(part.end, _checksum(file, part.end), not _ends_a_line(file, part.end))
        found = None
        if parts:
            with temporary_folder() as folder:
                place = self._copied(parts, folder)
                found = read_source(self.plan, self.source.elsewhere(place), self._wanted(kept_from))
        self.left = left
        return None if found is None else Fresh(found, anew=anew)

    def _copied(self, parts: list[_Part], folder: Path) -> Path:
        """The new rows under their headers, in files of the same names."""
        path = self.source.base / self.source.ledger.orders
        for part in parts:
            name = part.file.relative_to(path) if path.is_dir() else Path(path.name)
            copy = folder / "rows" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            with part.file.open("rb") as rows, copy.open("wb") as out:
                out.write(part.header)
                rows.seek(part.begin)
                _pass_on(rows, out, part.end - part.begin)
        return folder / "rows" if path.is_dir() else folder / "rows" / path.name


def _mark(file: Path) -> tuple[int, ...] | None:
    """A file's size, number and moment of change; None where it is gone."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_ino, stat.st_mtime_ns


def _is_text(file: Path) -> bool:
    """Whether a file can be read from any line on: a text of bytes with line feeds, or an empty one."""
    with suppress(OSError), file.open("rb") as stream:
        start = stream.read(1024)
        if b"\0" in start or start[:-1].count(b"\r") > start.count(b"\r\n"):  # UTF-16, lines that end in returns alone
            return False
    try:
        return kind_of(file, file.name) is FileKind.TEXT
    except (InputError, OSError):
        return False


def _part(file: Path, begin: int, end: int, *, to_the_end: bool) -> _Part | None:
    """The whole lines of a text from a byte on, up to another; None where there are none below the first line."""
    with file.open("rb") as stream:
        header = stream.readline(_BLOCK)
        begin = max(begin, len(header))
        last = end if to_the_end else _last_line_end(stream, begin, end)
    return _Part(file, header, begin, last) if header.endswith(b"\n") and last > begin else None


def _last_line_end(stream: BinaryIO, begin: int, end: int) -> int:
    """The byte after the last line end between two bytes; the first of them where there is none."""
    reach = end
    while reach > begin:
        start = max(begin, reach - _BLOCK)
        stream.seek(start)
        place = stream.read(reach - start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        reach = start
    return begin


def _as_left(file: Path, left: Left) -> bool:
    """Whether a text still begins with what was read of it, and a line that was taken for whole was it."""
    try:
        if file.stat().st_size < left.offset or _checksum(file, left.offset) != left.checksum:
            return False
        with file.open("rb") as stream:
            stream.seek(left.offset)
            return not left.within_line or stream.read(1) in {b"", b"\n", b"\r"}
    except OSError:
        return False


def _ends_a_line(file: Path, offset: int) -> bool:
    with file.open("rb") as stream:
        stream.seek(offset - 1)
        return stream.read(1) == b"\n"


def _checksum(file: Path, offset: int) -> int:
    """The checksum of the start of a text, and of what stands before a byte."""
    found = 0
    with file.open("rb") as stream:
        for begin, end in ((0, min(HEAD, offset)), (max(HEAD, offset - TAIL), offset)):
            stream.seek(begin)
            reach = begin
            while reach < end and (block := stream.read(min(_BLOCK, end - reach))):
                found = zlib.crc32(block, found)
                reach += len(block)
    return found


def _pass_on(rows: BinaryIO, out: BinaryIO, count: int) -> None:
    while count > 0 and (block := rows.read(min(_BLOCK, count))):
        out.write(block)
        count -= len(block)

"""Entries in the user's cache folder: each one file, written as a whole or not at all, checked when it is read.

An entry that is damaged, or was written under another name, is dropped; a folder that cannot be written, or that
others may write, is worked without. What has not been used for longest goes first where all together would take more
than ``MOST``.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.cache.codec import BROKEN, decoded, encoded
from forecast.cache.layouts import DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

MOST = 2_000_000_000
"""Bytes of all entries together."""

OFF, FOLDER = "FORECAST_NO_CACHE", "FORECAST_CACHE_DIR"
"""The variables that switch the cache off, and that say where it is."""

ON_WINDOWS, ON_LINUX = "LOCALAPPDATA", "XDG_CACHE_HOME"
"""The variables of systems that say where caches are."""

ENDING, UNFINISHED = ".entry", ".unfinished"
"""What the names of entries end in, and of those that are being written."""

ABANDONED = 3_600
"""Seconds after which an entry that is still being written was left by a process that is no more."""

MARK = b"forecast cache 2"
"""What an entry begins with."""

LONGEST_HEAD = 65_536
"""Bytes of a head at most: it names a few parts."""

STEP = 64
"""Parts and arrays begin at multiples of so many bytes."""

OWN, OTHERS_WRITE = 0o700, 0o022
"""The mode of a folder of one's own, and the bits that let others write into it."""


@dataclass(frozen=True, slots=True)
class Store:
    """The entries of a folder, which is made when the first one is written."""

    folder: Path
    most: int = MOST

    def read(self, name: str) -> Entry | None:
        """An entry, which counts as used now; None where there is none, or a damaged one."""
        path = self.folder / f"{name}{ENDING}"
        if not self.is_ours():
            return None
        try:
            found = Entry.of(path)
            os.utime(path)
        except OSError:
            return None
        except DamagedError:
            self.drop(name)
            return None
        return found

    def drop(self, name: str) -> None:
        """Take an entry away, if it is there."""
        with suppress(OSError):
            (self.folder / f"{name}{ENDING}").unlink()

    def write(self, name: str, parts: Mapping[str, object]) -> None:
        """Keep an entry of these parts; nothing where it cannot be written.

        Raises:
            UncodableError: A part holds something that is no value of the package.
        """
        blocks = {part: _block(value) for part, value in parts.items()}
        head, at = {}, 0
        for part, block in blocks.items():
            size = sum(map(len, block))
            digest = hashlib.sha256()
            for piece in block:
                digest.update(piece)
            head[part] = (at, size, digest.hexdigest())
            at += size
        text = json.dumps(head).encode()
        start = [MARK, len(text).to_bytes(8, "little"), _checksum(name, text), text]
        pieces = [*_padded(start), *(piece for block in blocks.values() for piece in block)]
        with suppress(OSError):
            self.folder.mkdir(mode=OWN, parents=True, exist_ok=True)
            if self.is_ours() and self._make_room(sum(map(len, pieces))):
                self._put(name, pieces)

    def held(self) -> tuple[int, int]:
        """How many entries there are, and their bytes."""
        sizes = [size for _, size, _ in self._entries()]
        return len(sizes), sum(sizes)

    def is_ours(self) -> bool:
        """Whether the folder is the user's, and none but the user may write into it, as far as the system tells."""
        try:
            found = self.folder.stat()
        except OSError:
            return False
        return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & OTHERS_WRITE)

    def _put(self, name: str, pieces: list[memoryview | bytes]) -> None:
        handle, unfinished = tempfile.mkstemp(UNFINISHED, name[:8], self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
            Path(unfinished).replace(self.folder / f"{name}{ENDING}")
        except BaseException:
            with suppress(OSError):
                Path(unfinished).unlink()
            raise

    def _make_room(self, size: int) -> bool:
        """Take away what was not used for longest, until so many bytes more fit; whether they do, at all."""
        for path in self.folder.glob(f"*{UNFINISHED}"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > ABANDONED:
                    path.unlink()
        if size > self.most:
            return False
        found = sorted(self._entries())
        held = sum(one for _, one, _ in found)
        for _, one, path in found:
            if held + size <= self.most:
                break
            with suppress(OSError):
                path.unlink()
            held -= one
        return True

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """When each entry was last used, its bytes and its path."""
        with suppress(OSError):
            for path in self.folder.glob(f"*{ENDING}"):
                with suppress(OSError):
                    found = path.stat()
                    yield found.st_mtime, found.st_size, path


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry on the disk: where each part begins after the head, its bytes, and their SHA-256."""

    path: Path
    start: int
    parts: dict[str, tuple[int, int, str]]

    @classmethod
    def of(cls, path: Path) -> Entry:
        """The entry of a file, its parts not read yet.

        Raises:
            OSError: It cannot be read.
            DamagedError: It is none, or its head is damaged.
        """
        if not path.is_file():  # a pipe of that name would never end
            raise DamagedError(f"{path}: no file")
        with path.open("rb") as file:
            begin = file.read(len(MARK) + 8 + 32)
            mark, size, digest = begin[: len(MARK)], begin[len(MARK) : len(MARK) + 8], begin[len(MARK) + 8 :]
            length = int.from_bytes(size, "little")
            if mark != MARK or length > LONGEST_HEAD:
                raise DamagedError(f"{path}: no entry")
            text = file.read(length)
        if _checksum(path.name.removesuffix(ENDING), text) != digest:
            raise DamagedError(f"{path}: the head is damaged, or another entry's")
        return cls(path, _next(len(begin) + length), _parts(text))

    def part(self, name: str) -> Any:  # noqa: ANN401  # whatever was written
        """One part, read and checked.

        Raises:
            OSError: It cannot be read.
            DamagedError: It is damaged.
        """
        if name not in self.parts:
            raise DamagedError(f"{self.path}: no {name}")
        at, size, digest = self.parts[name]
        with self.path.open("rb") as file:
            content = _content(file, self.start + at, size)
        if hashlib.sha256(content.data).hexdigest() != digest:
            raise DamagedError(f"{self.path}: {name} is damaged")
        length = int.from_bytes(content[:8].tobytes(), "little")
        place = _next(8 + length)

        def array(_: int, dtype: np.dtype[Any], count: int) -> np.ndarray[Any, Any]:
            nonlocal place
            begin, place = place, _next(place + count * dtype.itemsize)
            if place > size:
                raise DamagedError(f"{self.path}: {name} is short")
            return np.frombuffer(content, dtype, count, begin)

        return decoded(content[8 : 8 + length].tobytes(), array)


def usual_store(*, off: bool = False) -> Store | None:
    """The user's own; None where it is switched ``off``, by ``FORECAST_NO_CACHE`` too, or there is no home."""
    if off or os.environ.get(OFF, "0") not in ("", "0"):
        return None
    try:
        return Store(cache_folder())
    except (OSError, RuntimeError):
        return None


def cache_folder() -> Path:
    """Where entries are kept: ``FORECAST_CACHE_DIR``, or where the system has caches of users.

    Raises:
        RuntimeError: The user has no home.
    """
    if given := os.environ.get(FOLDER):
        return Path(given).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get(ON_WINDOWS) or Path.home() / "AppData" / "Local") / "forecast" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "forecast"
    given = os.environ.get(ON_LINUX, "")
    return (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "forecast"


def _checksum(name: str, head: bytes) -> bytes:
    """What tells that a head is whole, and of the entry of that name."""
    return hashlib.sha256(name.encode() + b"\n" + head).digest()


def _parts(text: bytes) -> dict[str, tuple[int, int, str]]:
    """The parts that a head names.

    Raises:
        DamagedError: It is none.
    """
    try:
        head = json.loads(text)
        parts = {str(name): (int(at), int(size), str(digest)) for name, (at, size, digest) in head.items()}
    except BROKEN as error:
        raise DamagedError(f"the head is none: {error}") from error
    if any(at < 0 or size < 0 for at, size, _ in parts.values()):
        raise DamagedError("a part before the head's end")
    return parts


def _block(value: object) -> list[memoryview | bytes]:
    """A part as pieces of bytes: the length of its text, its text, its arrays."""
    text, arrays = encoded(value)
    pieces = _padded([len(text).to_bytes(8, "little"), text])
    for array in arrays:
        pieces += _padded([array.reshape(-1).view(np.uint8).data])
    return pieces


def _padded(pieces: list[memoryview | bytes] | list[bytes] | list[memoryview]) -> list[memoryview | bytes]:
    """The pieces, and zeros up to the next multiple of ``STEP``."""
    size = sum(map(len, pieces))
    return [*pieces, bytes(_next(size) - size)]


def _next(place: int) -> int:
    return -(-place // STEP) * STEP


def _content(file: BinaryIO, at: int, size: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Bytes of a file.

    Raises:
        DamagedError: It is shorter, or they are more than was ever kept, or than there is memory for.
    """
    if size > MOST:  # a file with holes may be as long as it likes
        raise DamagedError("the part is too long")
    if at + size > os.fstat(file.fileno()).st_size:
        raise DamagedError("the file is short")
    file.seek(at)
    try:
        content = np.empty(size, dtype=np.uint8)
    except MemoryError as error:
        raise DamagedError(str(error)) from error
    if file.readinto(content) != size:  # type: ignore[attr-defined]  # a file opened for reading has it
        raise DamagedError("the file is short")
    return content

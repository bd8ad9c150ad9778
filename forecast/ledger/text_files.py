"""Text files: which encoding and separator they are in, a copy in UTF-8 where need be, and their first rows."""

from __future__ import annotations

import codecs
import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem, said
from forecast.ledger.strict_rows import CHUNK, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.errors import Said

FIRST_ROWS = 60
"""Rows looked at for a header: what stands above it in the exports of platforms takes fewer."""

DELIMITERS = (",", ";", "\t")
"""The separators of cells, the likelier first."""

FoundRows = tuple[tuple[int, tuple[str, ...]], ...]
"""Rows as found: the line on which each begins, from 1, and its cells."""

_LOOKED_AT = 4_096
_LINE_FEED = 10


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file in UTF-8: itself, or its copy in the temporary folder, with what its rows look like."""

    data: Path
    first_rows: FoundRows
    lines: int
    delimiter: str


def open_text(path: Path, folder: Path, shown: str) -> TextFile:
    """Finds the encoding and the separator of a text file, and its first rows that are not blank.

    A file is UTF-16 when it says so (by its byte-order mark, or by every other byte being zero), UTF-8 (with or
    without a mark) when the whole of it decodes strictly as such, else GB18030, which holds GBK. What is not UTF-8 is
    copied into ``folder``, which the caller removes. ``shown`` is the name for messages.

    Raises:
        InputError: The file is in none of these encodings, told at the line; or it ends within a character.
    """
    with path.open("rb") as stream:
        utf16 = _utf16(stream.read(_LOOKED_AT))
    if utf16:
        return _described(*_transcoded(path, folder, utf16, shown))
    lines, is_utf8 = _count_lines(path, shown)
    if is_utf8:
        return _described(path, lines)
    return _described(*_transcoded(path, folder, "gb18030", shown, not_before=lines))


def _described(data: Path, lines: int) -> TextFile:
    found = {delimiter: _first_rows(data, delimiter) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda one: _regularity(found[one]))
    return TextFile(data, found[delimiter], lines, delimiter)


def _first_rows(data: Path, delimiter: str) -> FoundRows:
    """The first rows, as many as are looked at."""
    found: list[tuple[int, tuple[str, ...]]] = []
    for rows in read_rows(data, delimiter, None):
        found += zip(rows.lines, map(tuple, rows.cells), strict=True)
        if len(found) >= FIRST_ROWS:
            break
    return tuple(found[:FIRST_ROWS])


def _regularity(rows: Sequence[tuple[int, tuple[str, ...]]]) -> int:
    """How much rows look like a table: separators in the rows that have the number of cells that most cells are in."""
    widths = sorted(len(cells) for _, cells in rows)
    return max(((width - 1) * len(list(same)) for width, same in itertools.groupby(widths)), default=0)


def _utf16(start: bytes) -> str | None:
    """The name of the UTF-16 encoding that a file begins in, or None."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    halves = {"utf-16-le": start[1::2], "utf-16-be": start[::2]}
    zeros = {name: half.count(0) for name, half in halves.items()}
    likelier = max(zeros, key=lambda name: zeros[name])
    many = zeros[likelier] > len(start) // 10 and sum(zeros.values()) < 1.1 * zeros[likelier]
    return likelier if many else None


def _count_lines(path: Path, shown: str) -> tuple[int, bool]:
    """The number of lines, and true; or the line that is not UTF-8, and false.

    Raises:
        InputError: The file is UTF-8 but for its last character, which is cut off.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, last, beyond_ascii = 0, b"\n", False
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            try:
                if not (chunk.isascii() and decoder.getstate()[0] == b""):
                    beyond_ascii |= not decoder.decode(chunk).isascii()
            except UnicodeDecodeError as error:
                return lines + _line_in(error), False
            lines += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == _LINE_FEED))
            last = chunk[-1:]
    is_utf8 = not decoder.getstate()[0]
    if beyond_ascii and not is_utf8:
        raise InputError(Problem(said("files.cut_short"), shown, lines + 1))
    return lines + (last != b"\n"), is_utf8


def _transcoded(path: Path, folder: Path, encoding: str, shown: str, not_before: int = 0) -> tuple[Path, int]:
    """Writes a copy in UTF-8; gives it with its number of lines.

    What cannot be read is told at the later of its line and ``not_before``: up to there another encoding fitted.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, last, target = 0, "\n", Path(tempfile.mkdtemp(dir=folder)) / "copy.csv"
    with path.open("rb") as stream, target.open("w", encoding="utf-8", newline="") as out:
        while True:
            chunk = stream.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                message = _not_decoded(encoding, at_end=not chunk)
                raise InputError(Problem(message, shown, max(lines + _line_in(error), not_before))) from None
            out.write(text)
            lines += text.count("\n")
            last = text[-1:] or last
            if not chunk:
                return target, lines + (last != "\n")


def _not_decoded(encoding: str, *, at_end: bool) -> Said:
    if at_end:
        return said("files.cut_short")
    return said("files.no_encoding") if encoding == "gb18030" else said("files.not_utf16")


def _line_in(error: UnicodeDecodeError) -> int:
    """The line, from 1, of the chunk that could not be read."""
    return error.object.count(b"\n", 0, error.start) + 1

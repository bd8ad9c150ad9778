"""CSV files: which encoding they are in, and every row as text with the line of the file on which it begins."""

from __future__ import annotations

import codecs
import csv
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from forecast.errors import InputError, Problem
from forecast.ledger.engine import BATCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forecast.ledger.engine import OrderEngine

CHUNK = 4 << 20
"""Bytes read at a time while looking at the encoding."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A CSV file in UTF-8, with its headers and its number of lines.

    ``path`` is the file itself, or a copy in UTF-8 in the temporary folder; ``shown`` is the name for messages.
    ``header_lines`` is 1 unless a quoted header goes over several lines.
    """

    path: Path
    shown: str
    headers: tuple[str, ...]
    header_lines: int
    lines: int


def open_csv(path: Path, folder: Path) -> TextFile:
    """Finds the encoding of a CSV file, and its headers.

    A file is UTF-8 (with or without a byte-order mark) when the whole of it decodes strictly as such, else GB18030;
    then a copy in UTF-8 is written into ``folder``, which the caller removes.

    Raises:
        InputError: The file is in neither encoding, or is empty.
    """
    lines, is_utf8 = _count_lines(path)
    utf8 = path
    if not is_utf8:
        utf8 = folder / "orders.csv"
        lines = _transcode(path, utf8, lines)
    with utf8.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        headers = next(reader, [])
        if not any(header.strip() for header in headers):
            raise InputError(Problem("the first line must hold the columns' headers; it is empty", str(path), 1))
        return TextFile(utf8, path.name, tuple(headers), reader.line_num, lines)


def load_csv(engine: OrderEngine, file: TextFile, positions: Mapping[str, int], table: str) -> None:
    """Makes ``table`` with ``line`` (where the row begins, header = 1), ``misfit`` and the mapped columns as text.

    ``misfit`` holds the row as found where its number of fields is not that of the headers, else null.

    The engine's own reader takes files in which every line is one whole row, which a count of the lines confirms.
    Any other file (a row with too many or too few fields, a blank line, a quoted line break) is read again row by
    row, about twice as slowly, so that each row's line is certain.
    """
    one_by_line = file.header_lines == 1
    if not (one_by_line and engine.load_lines(table, file.path, positions, len(file.headers), file.lines)):
        schema = pa.schema([("line", pa.int64()), ("misfit", pa.string()), *((c, pa.string()) for c in positions)])
        engine.load_batches(table, _batches(file, positions, schema), schema)


def _count_lines(path: Path) -> tuple[int, bool]:
    """The number of lines, and true; or the line that is not UTF-8, and false."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, last = 0, b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            try:
                if not (chunk.isascii() and decoder.getstate()[0] == b""):
                    decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return lines + _line_in(error), False
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    is_utf8 = not decoder.getstate()[0]
    return lines + (last != b"\n"), is_utf8


def _transcode(path: Path, target: Path, not_utf8: int) -> int:
    """Writes a copy in UTF-8; gives its number of lines. ``not_utf8`` is the line at which it is no UTF-8.

    What is in neither encoding is told at the later of the two lines: up to there one of them fits.
    """
    decoder = codecs.getincrementaldecoder("gb18030")()
    lines, last = 0, "\n"
    with path.open("rb") as stream, target.open("w", encoding="utf-8", newline="") as out:
        while True:
            chunk = stream.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line = max(lines + _line_in(error), not_utf8)
                message = 'is neither UTF-8 nor GB18030 from this line on; save the file as "CSV UTF-8"'
                raise InputError(Problem(message, str(path), line)) from None
            out.write(text)
            lines += text.count("\n")
            last = text[-1:] or last
            if not chunk:
                return lines + (last != "\n")


def _line_in(error: UnicodeDecodeError) -> int:
    """The line, from 1, of the chunk that could not be read."""
    return error.object.count(b"\n", 0, error.start) + 1


def _batches(file: TextFile, positions: Mapping[str, int], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    width, furthest = len(file.headers), max(positions.values(), default=0) + 1
    for rows, lines in _rows(file):
        misfits = [None if len(row) == width else ",".join(row) for row in rows]
        full = [row if len(row) >= furthest else [*row, *[None] * (furthest - len(row))] for row in rows]
        columns = [lines, misfits, *([row[place] for row in full] for place in positions.values())]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _rows(file: TextFile) -> Iterator[tuple[list[list[str]], list[int]]]:
    """The file's rows but for blank lines, in batches, with the lines on which they begin."""
    with file.path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        begins = reader.line_num + 1
        more = True
        while more:
            rows, lines, more = [], [], False
            try:
                for row in itertools.islice(reader, BATCH):
                    more = True
                    if len(row) > 1 or "".join(row).strip():
                        rows.append(row)
                        lines.append(begins)
                    begins = reader.line_num + 1
            except csv.Error as error:
                message = (
                    f"the row that begins here cannot be read ({error}); look for a quotation mark that is not closed"
                )
                raise InputError(Problem(message, file.shown, begins)) from None
            if rows:
                yield rows, lines

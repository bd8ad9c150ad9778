"""Opening a file of any kind: every table in it, be it a CSV, a sheet, a member of an archive or a Parquet file.

What stands in the rows, preambles, footers and summaries among them, is not judged here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from forecast.errors import InputError, Problem, said
from forecast.ledger.archives import first_line, unpack
from forecast.ledger.engine import PARQUET_NAMES
from forecast.ledger.file_kinds import FileKind, kind_of
from forecast.ledger.strict_rows import Width, all_lines_whole, read_rows
from forecast.ledger.text_files import FIRST_ROWS, FoundRows, open_text
from forecast.ledger.workbooks import open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.strict_rows import Rows

DEEPEST = 3
"""Archives within archives that are opened."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One table of a file of the user's: a CSV, a sheet, a member of an archive, a Parquet file.

    ``source`` is the user's file, and ``shown`` the table's name for messages (``alipay.zip › 账务明细.csv``). ``data``
    is what to read: the file itself, or a copy in the temporary folder. ``first_rows`` are the first rows that are not
    blank, each with the line on which it begins, from 1, and its cells as found; a Parquet file's headers stand on
    line 0, so that its rows count from 1. ``lines`` is the last line's number. ``kind`` tells how ``data`` is read.
    """

    source: Path
    shown: str
    data: Path
    first_rows: FoundRows
    lines: int
    delimiter: str = ","
    kind: FileKind = FileKind.TEXT


@dataclass(frozen=True, slots=True)
class WholeLines:
    """A text whose lines after the first ``after`` are its rows, ``rows`` of them, each of so many ``fields``.

    ``positions`` (from 0) are those of our columns.
    """

    file: Path
    delimiter: str
    positions: Mapping[str, int]
    fields: int
    after: int
    rows: int


def open_tables(path: Path, folder: Path, shown: str = "") -> list[FoundTable]:
    """Every table in a file that is not empty; copies are written into ``folder``, which the caller removes.

    ``shown`` names the file in messages, by its own name unless given. Text is UTF-8 with or without a byte-order mark,
    UTF-16, or GB18030.

    Raises:
        InputError: The file cannot be read, or holds nothing; says what it is, and what to save it as.
    """
    name = shown or path.name
    try:
        tables = _tables(path, folder, name, 0)
    except OSError as error:
        raise InputError(Problem(said("files.unreadable", why=error.strerror or str(error)), name)) from None
    if not tables:
        raise InputError(Problem(said("files.empty"), name))
    return [replace(table, source=path) for table in tables]


def load_table(
    engine: OrderEngine, name: str, table: FoundTable, header_line: int, positions: Mapping[str, int]
) -> None:
    """Makes the engine's table ``name`` of the rows below a header, only ``positions`` (from 0) of their cells.

    Columns: ``line`` (the user's own line number, ``BIGINT``), ``misfit`` (the row as found where its number of fields
    is not its header's, else null), and one a position, as text; of Parquet as it is. An empty cell is null. A row of
    a sheet does not fit where it holds anything to the right of the last header.

    The engine's own reader takes files in which every line is one whole row. Any other (a row with too many or too few
    fields, a blank line, a quoted line break) is read row by row, about twice as slowly.
    """
    header = next((cells for line, cells in table.first_rows if line == header_line), ())
    width = Width.of(header)
    if table.kind is FileKind.PARQUET:
        engine.view_parquet(name, [table.data], {column: header[place] for column, place in positions.items()})
    elif table.kind is FileKind.WORKBOOK:
        engine.view_sheet(name, table.data, positions, after=header_line, width=width.least)
    elif not _loaded_at_once(engine, name, table, header_line, positions):
        schema = pa.schema([("line", pa.int64()), ("misfit", pa.string()), *((c, pa.string()) for c in positions)])
        rows = read_rows(table.data, table.delimiter, width, _lines_above(header, header_line))
        engine.load_batches(name, _batches(rows, list(positions.values()), schema), schema)


def stream_table(
    engine: OrderEngine, name: str, table: FoundTable, header_line: int, positions: Mapping[str, int]
) -> WholeLines | None:
    """Views a text as ``load_table`` would make it, to be read once, at less than half the price; what its lines are.

    ``line`` is null, and rows come in their order. None where some line may not be one whole row: then it must be
    loaded. Whoever reads it sees to it that there are as many rows, or loads it after all.
    """
    found = _whole_lines(table, header_line)
    if found is None:
        return None
    fields, above = found
    engine.view_lines(name, table.data, positions, table.delimiter, fields=fields, after=above)
    return WholeLines(table.data, table.delimiter, positions, fields, above, table.lines - above)


def _loaded_at_once(
    engine: OrderEngine, name: str, table: FoundTable, header_line: int, positions: Mapping[str, int]
) -> bool:
    """Whether every line below the header is one whole row; then the engine has read them."""
    found = _whole_lines(table, header_line)
    if found is None:
        return False
    fields, above = found
    lines = table.lines - above
    return engine.load_lines(name, table.data, positions, table.delimiter, fields=fields, after=above, lines=lines)


def _whole_lines(table: FoundTable, header_line: int) -> tuple[int, int] | None:
    """The fields of each line of a text, and the lines up to its header's end; None where not all are whole rows."""
    if table.kind is not FileKind.TEXT:
        return None
    header = next((cells for line, cells in table.first_rows if line == header_line), ())
    fields = next((len(cells) for line, cells in table.first_rows if line > header_line), len(header))
    above = _lines_above(header, header_line)
    whole = Width.of(header).fits(fields) and all_lines_whole(table.data, table.delimiter, above, fields)
    return (fields, above) if whole else None


def _lines_above(header: Sequence[str], header_line: int) -> int:
    """The lines up to the end of the header, whose cells may hold line breaks."""
    return header_line + sum(cell.count("\n") for cell in header)


def _tables(path: Path, folder: Path, shown: str, depth: int) -> list[FoundTable]:
    kind = kind_of(path, shown)
    if kind is FileKind.PARQUET:
        return [_parquet(path, shown)]
    if kind is FileKind.WORKBOOK:
        sheets = open_workbook(path, folder, shown)
        return [
            FoundTable(path, f"{shown} › {one.name}", one.data, one.first_rows, one.lines, kind=kind) for one in sheets
        ]
    if kind is FileKind.ARCHIVE:
        if depth == DEEPEST:
            raise InputError(Problem(said("files.too_deep"), shown))
        members = unpack(path, folder, shown)
        return [table for name, copy in members for table in _tables(copy, folder, f"{shown} › {name}", depth + 1)]
    text = open_text(path, folder, shown)
    if not text.first_rows:
        return []
    return [FoundTable(path, shown, text.data, text.first_rows, text.lines, text.delimiter)]


def _batches(rows: Iterator[Rows], places: Sequence[int], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    furthest = max(places, default=0) + 1
    for some in rows:
        full = [cells if len(cells) >= furthest else [*cells, *[""] * (furthest - len(cells))] for cells in some.cells]
        columns = [some.lines, some.misfits, *([cells[place] or None for cells in full] for place in places)]
        arrays = [pa.array(column, one.type) for column, one in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _parquet(path: Path, shown: str) -> FoundTable:
    try:
        with pq.ParquetFile(path) as file:
            headers, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
            first = next(file.iter_batches(FIRST_ROWS), None)
        columns = [_values(column) for column in first.columns] if first is not None and first.num_rows else []
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(said("files.not_parquet", why=first_line(error)), shown)) from None
    _check_names(headers, shown)
    cells = [tuple("" if value is None else str(value) for value in row) for row in zip(*columns, strict=True)]
    first_rows = ((0, headers), *enumerate(cells[: FIRST_ROWS - 1], start=1))
    return FoundTable(path, shown, path, first_rows, rows, kind=FileKind.PARQUET)


def _values(column: pa.Array) -> list[object]:
    """A column's values for showing; moments beyond the calendar of Python as Arrow writes them."""
    try:
        values: list[object] = column.to_pylist()
    except (OverflowError, ValueError):
        values = column.cast(pa.string()).to_pylist()
    return values


def _check_names(headers: Sequence[str], shown: str) -> None:
    """Refuses Parquet columns that the engine takes for one another, or for its own: it would read one of them."""
    for header, times in Counter(header.casefold() for header in headers).items():
        if times > 1:
            raise InputError(Problem(said("ledger.column_twice", column=header, times=times), shown))
        if header in PARQUET_NAMES:
            raise InputError(Problem(said("ledger.reserved_column", column=header), shown))
